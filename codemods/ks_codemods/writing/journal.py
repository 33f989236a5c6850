"""The journal of a writing run: the old bytes, on the disk before the first file is written, so that it can be undone.

``ROOT/.ks-compat/journal/RUN/`` holds ``run.json`` and the old files. Sources may hold secrets: only the owner may
read it, and its own ``.gitignore`` keeps it out of git. A run that was killed has each of its files old or new (they
are moved into place, never written in place), and the journal knows both.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ks_codemods.reading import files
from ks_codemods.reporting.report import FileReport

FOLDER = ".ks-compat"
_RUN, _UNDONE = "run.json", "undone"


class UndoRefused(Exception):
    """Nothing was undone, and why."""


@dataclass(frozen=True)
class Entry:
    """One file of a run."""

    path: Path
    before: str
    after: str
    """SHA-256 of the old and of the new bytes."""
    saved: Path


@dataclass(frozen=True)
class Run:
    """A writing run, as its journal tells it."""

    folder: Path
    entries: list[Entry]

    @property
    def name(self) -> str:
        """What ``undo --run`` takes: when it was, to the second, and a number."""
        return self.folder.name

    @property
    def is_undone(self) -> bool:
        """Whether it was undone."""
        return (self.folder / _UNDONE).exists()


def record(root: Path, changed: Sequence[FileReport]) -> Run:
    """Saves the old bytes of what is about to be written. Raises OSError where it cannot."""
    folder = _new_folder(root)
    entries = []
    for number, report in enumerate(changed):
        saved = folder / f"{number:04}"
        _save(saved, report.old_bytes)
        path = Path(os.path.abspath(report.path))  # noqa: PTH100 - resolves no link
        entries.append(Entry(path, _sha(report.old_bytes), _sha(report.new_bytes), saved))
    lines = [
        {"path": _inside(root, e.path), "before": e.before, "after": e.after, "saved": e.saved.name} for e in entries
    ]
    _save(folder / f"{_RUN}.new", json.dumps({"version": 1, "files": lines}, indent=2).encode())
    # The run counts from here on: until now nothing was written.
    (folder / f"{_RUN}.new").rename(folder / _RUN)
    _sync(folder)
    return Run(folder, entries)


def runs(root: Path) -> list[Run]:
    """The runs of a project, the last one first."""
    folder = root / FOLDER / "journal"
    found = sorted((path for path in folder.glob("*") if (path / _RUN).is_file()), reverse=True)
    return [_read(root, path) for path in found]


def root_of(path: Path) -> Path | None:
    """The nearest folder, from ``path`` upwards, that has a journal."""
    folder = path.resolve()
    return next((above for above in (folder, *folder.parents) if (above / FOLDER / "journal").is_dir()), None)


def undo(run: Run) -> list[Path]:
    """Puts the old bytes back. Returns the files that it changed. Raises UndoRefused before it touches anything."""
    if run.is_undone:
        raise UndoRefused(f"Run {run.name} was undone already.")
    states = [(entry, _state(entry)) for entry in run.entries]
    changed = [str(entry.path) for entry, state in states if state == "changed"]
    if changed:
        raise UndoRefused(
            f"Nothing was undone: since run {run.name} these files have changed: {', '.join(changed)}. "
            f"Their old bytes are in {run.folder}."
        )
    restored = []
    for entry, state in states:
        if state == "after":
            files.write(entry.path, entry.saved.read_bytes())
            restored.append(entry.path)
    (run.folder / _UNDONE).touch(mode=0o600)
    return restored


def _state(entry: Entry) -> str:
    if not entry.saved.is_file() or _sha(entry.saved.read_bytes()) != entry.before:
        raise UndoRefused(f"Nothing was undone: the saved bytes of {entry.path} are damaged ({entry.saved}).")
    if entry.path.is_symlink() or not entry.path.is_file():
        return "changed"
    found = _sha(entry.path.read_bytes())
    return {entry.after: "after", entry.before: "before"}.get(found, "changed")


def _read(root: Path, folder: Path) -> Run:
    try:
        listed = json.loads((folder / _RUN).read_bytes())["files"]
        entries = [Entry(root / one["path"], one["before"], one["after"], folder / one["saved"]) for one in listed]
    except (ValueError, KeyError, TypeError) as error:
        raise UndoRefused(f"The journal {folder / _RUN} cannot be read.") from error
    return Run(folder, entries)


def _new_folder(root: Path) -> Path:
    home = root / FOLDER
    journal = home / "journal"
    journal.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (home / ".gitignore").exists():
        (home / ".gitignore").write_text("*\n")
    moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    for number in range(1, 1000):
        folder = journal / f"{moment}-{number:03}"
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise OSError(f"There is no room for another run in {journal}.")


def _save(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _inside(root: Path, path: Path) -> str:
    real = path.parent.resolve() / path.name
    return str(real.relative_to(root)) if real.is_relative_to(root) else str(real)


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
