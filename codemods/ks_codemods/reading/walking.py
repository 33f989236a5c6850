"""Which files a path means: folders walked, what git ignores and what belongs to environments left out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

SOURCES = (".py", ".pyw", ".ipynb")
_FOREIGN = {"__pycache__", "site-packages", "node_modules", "venv", "ks_api_client"}
"""Folders that are not the user's own code; ``ks_api_client`` is a vendored copy of the old SDK."""
_IGNORE = ".gitignore"


@dataclass
class Found:
    """The files of a run."""

    sources: list[Path] = field(default_factory=list)
    """Python files and notebooks."""
    manifests: list[Path] = field(default_factory=list)
    """Files that name a project's requirements."""
    ignored: list[Path] = field(default_factory=list)
    """Sources that git ignores. They are read, since they may use what the others make, and never written."""

    def add(self, path: Path, *, given: bool = False, ignored: bool = False) -> None:
        """Sorts one file in; a ``given`` one that is neither is taken for Python."""
        if ignored:
            self.ignored += [path] if path.suffix in SOURCES else []
            return
        if is_manifest(path):
            self.manifests.append(path)
        if path.suffix in SOURCES or (given and not is_manifest(path)):
            self.sources.append(path)


def find(paths: Sequence[Path]) -> Found:
    """The files that ``paths`` mean. Raises FileNotFoundError, before anything is done, for one that is not there."""
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"There is no file or folder {path}.")
    found = Found()
    for path in paths:
        if path.is_dir():
            for file, ignored in walk(path):
                found.add(file, ignored=ignored)
        else:
            found.add(path, given=True)
    sources = dict.fromkeys(found.sources)
    ignored_ones = [path for path in dict.fromkeys(found.ignored) if path not in sources]
    return Found(list(sources), list(dict.fromkeys(found.manifests)), ignored_ones)


def is_manifest(path: Path) -> bool:
    """Whether a file names requirements."""
    if path.suffix == ".txt":
        return path.name.startswith("requirements") or path.parent.name == "requirements"
    return path.name in ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "environment.yml", "environment.yaml")


def walk(folder: Path) -> Iterator[tuple[Path, bool]]:
    """The sources and manifests under ``folder``, in the order of their names, and whether git ignores them.

    Ignored folders are not entered, symbolic links not followed.
    """
    rules = _Rules()
    for above in reversed(_ignoring_above(folder)):
        rules = rules.under(str(above))
    yield from _walk(str(folder), os.path.realpath(folder), rules)


def _walk(folder: str, absolute: str, rules: _Rules) -> Iterator[tuple[Path, bool]]:
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError:
        return
    names = {entry.name for entry in entries}
    if _IGNORE in names:
        rules = rules.under(absolute)
    folders = []
    for entry in entries:
        name = entry.name
        if entry.is_symlink():
            continue
        inside = f"{absolute}{os.sep}{name}"
        if entry.is_dir():
            if not (name.startswith(".") or name in _FOREIGN or rules.ignore(f"{inside}/")):
                folders.append((entry.path, inside))
        elif name.endswith((*SOURCES, ".txt", ".toml", ".cfg", ".yml", ".yaml")) or name == "Pipfile":
            path = Path(entry.path)
            if path.suffix in SOURCES or is_manifest(path):
                yield path, rules.ignore(inside)
    for sub, inside in folders:
        if not os.path.exists(f"{sub}{os.sep}pyvenv.cfg"):  # noqa: PTH110 - a Path for each folder costs more
            yield from _walk(sub, inside, rules)


class _Rules:
    """The ``.gitignore`` files that hold in a folder, the nearest first: its word is the last, as git has it."""

    def __init__(self, specs: tuple[tuple[str, GitIgnoreSpec], ...] = ()) -> None:
        self._specs = specs

    def under(self, folder: str) -> _Rules:
        try:
            lines = Path(folder, _IGNORE).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return self
        return _Rules(((folder + os.sep, GitIgnoreSpec.from_lines(lines)), *self._specs))

    def ignore(self, path: str) -> bool:
        for folder, spec in self._specs:
            verdict = spec.check_file(path[len(folder) :].replace(os.sep, "/")).include
            if verdict is not None:
                return verdict
        return False


def _ignoring_above(folder: Path) -> list[Path]:
    """The folders above, nearest first, up to the root of the git tree that ``folder`` is in; none outside of one."""
    resolved = folder.resolve()
    if (resolved / ".git").exists():
        return []
    above = []
    for parent in resolved.parents:
        above.append(parent)
        if (parent / ".git").exists():
            return above
    return []
