"""Runs a user's bot in both of its forms, each in a process and a copy of its folder, on a sandbox and nowhere else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ks_codemods import FileReport, migrate

from ks_compat.comparison import WireRequest
from ks_compat.sandbox import Sandbox

FORMS = ("facade", "native")
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".hg", ".ks-compat", ".venv", "venv", "env", "node_modules", "__pycache__", "*.pyc", ".tox", "site-packages"
)
LARGEST = 200_000_000
"""Bytes that a bot's folder may hold, for a copy of it to be made."""
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


class CannotRun(Exception):
    """The bot cannot be run or compared, and why."""


@dataclass(frozen=True)
class Ended:
    """One run: what it printed on stdout, how it ended, what arrived at the sandbox, what it wanted elsewhere."""

    printed: str
    exit_code: int
    error: str | None
    requests: tuple[WireRequest, ...]
    refused: tuple[str, ...]


def copy_of(bot: Path, to: Path) -> Path:
    """Copies the folder of ``bot`` without what is no part of a bot; returns the bot's place in the copy."""
    folder = bot.resolve().parent
    size = 0
    for top, folders, files in os.walk(folder):
        left_out = _LEFT_OUT(top, [*folders, *files])
        folders[:] = [name for name in folders if name not in left_out]
        size += sum(Path(top, name).lstat().st_size for name in files if name not in left_out)
        if size > LARGEST:
            raise CannotRun(
                f"{folder} holds more than {LARGEST // 1_000_000} MB; put the bot into a folder of its own."
            )
    try:
        shutil.copytree(folder, to, symlinks=True, ignore=_LEFT_OUT)
    except (shutil.Error, OSError) as error:
        raise CannotRun(f"the folder {folder} cannot be copied: {type(error).__name__}.") from None
    return to / bot.name


def migrated(bot: Path) -> list[FileReport]:
    """Migrates the copied folder of ``bot`` in place. Returns its files that use the old API.

    Raises CannotRun if none does, or if one cannot be read.
    """
    files = [file for file in migrate([bot.parent], write=True).files if file.path.suffix == ".py"]
    broken = next((file for file in files if file.outcome == "error"), None)
    if broken is not None:
        raise CannotRun(f"{broken.path.name}: {broken.message}")
    used = [file for file in files if file.outcome in ("native", "facade")]
    if not used:
        raise CannotRun(f"no file in the folder of {bot.name} uses ks_api_client: there is nothing to compare.")
    return used


def run_form(
    form: str, bot: Path, arguments: Sequence[str], sandbox: Sandbox, moment: float, stdin: bytes, timeout: float
) -> Ended:
    """Runs a copied bot on a reset ``sandbox``, its folder as working folder. Raises CannotRun after ``timeout`` s."""
    sandbox.reset()
    # Every run has the same place: a path that a bot prints is no difference.
    top = bot.parent.parent
    place, state = bot.parent.rename(top / "bot"), top / "state"
    state.mkdir()
    command = [sys.executable, "-m", "ks_compat.parity.child", form, str(place / bot.name), *arguments]
    environment = _environment(os.environ, sandbox, state, moment)
    try:
        done = subprocess.run(
            command, cwd=place, env=environment, input=stdin, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        text = f"it did not end within {timeout:g} s. --timeout gives it longer; a bot that runs all day needs an end."
        raise CannotRun(text) from None
    error, notes, names = state / "error", state / "notes", sandbox.issued
    requests = (WireRequest(seen.method, seen.raw_path, tuple(seen.headers), seen.body) for seen in sandbox.requests)
    ended = Ended(
        done.stdout.decode("utf-8", "replace"),
        done.returncode,
        json.loads(error.read_text("utf-8")) if error.exists() else None,
        tuple(request.with_names(names) for request in requests),
        tuple(dict.fromkeys(notes.read_text("utf-8").splitlines())) if notes.exists() else (),
    )
    shutil.rmtree(place)
    shutil.rmtree(state)
    return ended


def _environment(own: Mapping[str, str], sandbox: Sandbox, state: Path, moment: float) -> dict[str, str]:
    """The user's environment without a way to the live service, and with the sandbox's."""
    kept = {n: text for n, text in own.items() if not n.startswith("KS_COMPAT_") and n.lower() not in _PROXIES}
    guard = str(Path(__file__).with_name("guard"))
    path = os.pathsep.join([guard, *filter(None, [own.get("PYTHONPATH")])])
    return {
        **kept,
        **sandbox.environment(),
        "KS_COMPAT_HOME": str(state / "home"),
        "KS_COMPAT_PARITY_PORT": str(sandbox.port),
        "KS_COMPAT_PARITY_NOTES": str(state / "notes"),
        "KS_COMPAT_PARITY_ERROR": str(state / "error"),
        "KS_COMPAT_PARITY_MOMENT": repr(moment),
        "NO_PROXY": "*",
        "PYTHONPATH": path,
        "PYTHONIOENCODING": "utf-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
