"""`ks-compat sandbox`: says how to point a bot at it, and fails clearly."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from dotenv import dotenv_values

COMMAND = Path(sys.executable).with_name("ks-compat")


def test_a_port_in_use_is_an_error_and_writes_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [COMMAND, "sandbox", "--port", str(port), "--env-file", tmp_path / "env"],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    assert done.returncode == 2
    assert done.stderr.startswith(f"ks-compat: port {port} of 127.0.0.1 is in use: choose another with --port")
    assert list(tmp_path.iterdir()) == []


def test_an_env_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "sandbox", "--port", "0", "--env-file", tmp_path / "no" / "env"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "No such file or directory" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_it_serves_until_it_is_stopped(tmp_path: Path) -> None:
    file = tmp_path / "env"
    with subprocess.Popen(
        [COMMAND, "sandbox", "--port", "0", "--env-file", file],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        shown = "".join(process.stdout.readline() for _ in range(14))
        settings = dotenv_values(file)
        answer = httpx.post(f"{settings['KS_COMPAT_LOGIN_URL']}/login/1.0/tradeApiLogin", json={})
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=20)[1]

    assert "In the shell of the bot" in shown
    assert answer.status_code == 400
    assert (process.returncode, errors) == (0, "")
    assert "export KS_COMPAT_TOTP_SECRET=" in shown
