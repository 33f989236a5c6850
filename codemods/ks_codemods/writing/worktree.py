"""What git says of the files that are about to be written."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

_AT_ONCE = 200


class GitFailed(Exception):
    """git is there and does not answer; its own words."""


def top(path: Path) -> Path:
    """The root of the git tree that ``path`` is in; its own folder where it is in none."""
    folder = (path if path.is_dir() else path.parent).resolve()
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)


def uncommitted(paths: Sequence[Path]) -> list[Path]:
    """Those of ``paths`` that hold what no commit has. Empty outside of a git tree. Raises GitFailed."""
    by_folder: dict[Path, list[str]] = {}
    for path in paths:
        by_folder.setdefault(path.parent.resolve(), []).append(path.name)
    return [path for folder, names in by_folder.items() for path in _dirty(folder, names)]


def _dirty(folder: Path, names: list[str]) -> Iterable[Path]:
    if not (top(folder) / ".git").exists():
        return
    for first in range(0, len(names), _AT_ONCE):
        for line in _status(folder, names[first : first + _AT_ONCE]):
            yield folder / Path(line[3:]).name


def _status(folder: Path, names: list[str]) -> list[str]:
    # No fsmonitor: it is a program that the tree's own configuration names. -uall: a new folder is listed file by file.
    command = ["git", "-c", "core.fsmonitor=false", "--literal-pathspecs", "-C", str(folder)]
    command += ["status", "--porcelain=v1", "-z", "--no-renames", "-uall", "--", *names]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise GitFailed(f"{folder} is in a git tree, and git is not there to say what is committed.") from error
    if done.returncode:
        raise GitFailed(done.stderr.strip() or "git status failed.")
    return [line for line in done.stdout.split("\0") if line]
