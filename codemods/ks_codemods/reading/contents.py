"""The bytes of the files of a run, and which of them name a word. Most files are looked at and never parsed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ks_codemods import codes
from ks_codemods.reading.source import Unfit

_KEPT = 256 * 1024 * 1024
"""How many bytes are kept in memory; what is beyond is read again when it is wanted."""
_MANY = 4_000
"""From how many files on threads pay: reading waits for the disk, and searching is done outside of the lock."""


class Contents:
    """The files of a run by path. ``unfit``: those that are not taken, and why."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.unfit: dict[Path, Unfit] = {}
        self._paths = dict.fromkeys(paths)
        self._kept: dict[Path, bytes] = {}
        self._room = _KEPT
        for path in self._paths:
            if os.path.islink(path):  # noqa: PTH114 - at this number of files the faster call counts
                self.unfit[path] = Unfit(codes.LINK, "It is a symbolic link; give the file itself.")
        for path in self.unfit:
            del self._paths[path]

    @property
    def paths(self) -> list[Path]:
        """All files."""
        return list(self._paths)

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __getitem__(self, path: Path) -> bytes:
        content = self._read(path)
        if content is None:
            raise KeyError(path)
        return content

    def get(self, path: Path, default: bytes = b"") -> bytes:
        """The bytes of a file; ``default`` where there are none."""
        return self._kept.get(path, default) if path not in self._paths else self._read(path) or default

    def naming(self, words: Iterable[bytes], known: Iterable[Path] = ()) -> list[Path]:
        """The files that hold one of ``words`` anywhere, in order, without the ``known`` ones."""
        needles, skipped = tuple(words), set(known)
        paths = [path for path in self._paths if path not in skipped]

        def holds(path: Path) -> bool:
            content = self._read(path)
            return content is not None and any(needle in content for needle in needles)

        if len(paths) < _MANY:
            return [path for path in paths if holds(path)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return [path for path, held in zip(paths, pool.map(holds, paths), strict=True) if held]

    def _read(self, path: Path) -> bytes | None:
        kept = self._kept.get(path)
        if kept is not None or path in self.unfit:
            return kept
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - as above
                content = file.read()
        except OSError as error:
            self.unfit[path] = Unfit(codes.UNREADABLE, f"It cannot be read: {error.strerror}.")
            return None
        if self._room >= len(content):
            self._room -= len(content)
            self._kept[path] = content
        return content
