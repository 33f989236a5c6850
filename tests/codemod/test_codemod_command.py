"""The codemod as a command of libcst's own tool, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BOT = "from ks_api_client import ks_api\nc = ks_api.KSTradeApi('t', 'u', 'k')\nc.login(password='pw')\n"
NATIVE = (
    "from ks_compat import NeoClient, v1\n"
    "c = NeoClient(access_token='t', ucc='u', raise_as=v1.old_error)\nc.totp_login()\n"
)


def codemod(folder: Path, *paths: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "libcst.tool", "codemod", "-x"]
    command += ["ks_codemods.command.MigrateCommand", "--no-format", "--jobs", "1", *paths]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_it_runs_as_a_plain_libcst_codemod(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_bytes(BOT.replace("\n", "\r\n").encode())
    (tmp_path / "other.py").write_text("x  =  1\n")
    (tmp_path / "login.py").write_text(BOT.replace("c = ", "k = ").replace("c.login", "k.login"))
    (tmp_path / "main.py").write_text("from login import k\nk.quote(1)\n")

    done = codemod(tmp_path, ".")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "bot.py").read_bytes().decode() == NATIVE.replace("\n", "\r\n")
    assert (tmp_path / "other.py").read_text() == "x  =  1\n"
    # One file at a time: a client that another file uses stays on the facade.
    assert "from ks_compat import" in (tmp_path / "login.py").read_text()
    assert "NeoClient" not in (tmp_path / "login.py").read_text()
    assert "KS202" in done.stdout + done.stderr
    assert codemod(tmp_path, ".").returncode == 0
    assert (tmp_path / "bot.py").read_bytes().decode() == NATIVE.replace("\n", "\r\n")
