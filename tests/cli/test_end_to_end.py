"""The main job as a user does it: commands in a terminal, a sandbox in another, plain python for the rewritten bot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dotenv import dotenv_values

ROOT = Path(__file__).parent.parent.parent
BOTS = ROOT / "tests" / "bots"
COMMAND = Path(sys.executable).with_name("ks-compat")

Start = Callable[[], dict[str, str]]


@pytest.fixture
def start_sandbox(tmp_path: Path) -> Iterator[Start]:
    """Starts `ks-compat sandbox` afresh and gives the environment that it wrote."""
    running: list[subprocess.Popen[str]] = []

    def stop() -> None:
        while running:
            process = running.pop()
            process.terminate()
            process.communicate(timeout=20)

    def start() -> dict[str, str]:
        stop()
        file = tmp_path / "sandbox.env"
        process = subprocess.Popen(
            [COMMAND, "sandbox", "--port", "0", "--env-file", file], stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout is not None
        assert "ks-compat sandbox on http://127.0.0.1:" in process.stdout.readline()
        settings = {name: value for name, value in dotenv_values(file).items() if value is not None}
        return {**os.environ, **settings, "KS_COMPAT_HOME": str(tmp_path / "home")}

    yield start
    stop()


def lines_of(command: list[str | Path], environment: dict[str, str], folder: Path) -> list[str]:
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("bot", "last_line"),
    [
        ("b01_readme_style.py", "ACC 2274.0"),
        ("b02_stop_loss_loop.py", "ended CAN"),
        ("b04_package/main.py", "['ACC', 'INFY']"),
        ("b05_resume.py", "refused True"),
    ],
)
def test_bot_prints_the_same_unedited_and_migrated(
    bot: str, last_line: str, start_sandbox: Start, tmp_path: Path
) -> None:
    shutil.copytree(BOTS, tmp_path / "bots")
    script = tmp_path / "bots" / bot

    def names_the_old_sdk() -> bool:
        return any(b"ks_api_client" in file.read_bytes() for file in script.parent.glob("*.py"))

    assert names_the_old_sdk()
    unedited = lines_of([COMMAND, "run", script], start_sandbox(), tmp_path)
    lines_of([COMMAND, "migrate", "--write", script.parent], dict(os.environ), tmp_path)
    migrated = lines_of([sys.executable, script], start_sandbox(), tmp_path)

    assert unedited[-1] == last_line
    assert migrated == unedited
    assert not names_the_old_sdk()


def test_a_swapped_import_is_enough(start_sandbox: Start, tmp_path: Path) -> None:
    source = (BOTS / "b01_readme_style.py").read_text()
    bot = tmp_path / "bot.py"
    bot.write_text(source.replace("from ks_api_client import ks_api", "from ks_compat import ks_api"))

    assert lines_of([sys.executable, bot], start_sandbox(), tmp_path)[-1] == "ACC 2274.0"
