"""Which files one program can load together, told from their bytes: only those can reach each other's clients.

A client reaches another file by way of the interpreter that both are loaded in. So the files that matter to a parsed
one are those that it imports and those that import it, by a statement or by a text (``"pkg.login"``, ``"login.py"``;
frameworks load by texts too), and theirs in turn; and, as somebody else may load both, those beside it that name an
attribute that holds a client. Where one of them loads what a variable names, any file may be one.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

_TEXT = re.compile(rb"[\"']([A-Za-z_][\w./-]{0,120})[\"']")
_BY_VARIABLE = re.compile(
    rb"\b(?:__import__|import_module|reload|run_path|run_module|spec_from_file_location|load_module|exec|execfile"
    rb"|iter_modules|walk_packages|entry_points)\s*\(\s*(?![\"'][\w./-]*[\"'])"
)


def loads_by_variable(content: bytes) -> bool:
    """Whether a file loads others that it does not name."""
    return _BY_VARIABLE.search(content) is not None


def importing(stems: Collection[str]) -> re.Pattern[bytes]:
    """Finds an import statement, or a text, with one of the names of modules in it."""
    names = "|".join(map(re.escape, sorted(stems)))
    line = r"(?:[^\n\\#]|\\\r?\n)*?"
    pattern = (
        rf"(?:^|[;:])[ \t]*(?:from|import)\b{line}\b(?:{names})\b"
        rf"|\bimport\s*\([^)]*\b(?:{names})\b"
        rf"|[\"'](?:[\w./-]*[./](?:{names})|(?:{names})[./:])(?:[./:]?[\w./:-]*)[\"']"
        rf"|\b(?:__import__|import_module|reload|run_path|run_module|find_spec)\s*\(\s*[\"'](?:{names})[\"']"
    )
    return re.compile(os.fsencode(pattern), re.MULTILINE)


def reading(names: Collection[str]) -> re.Pattern[bytes]:
    """Finds an attribute, or a text that ``getattr`` may be given, of one of ``names``."""
    one = "|".join(map(re.escape, sorted(names)))
    return re.compile(os.fsencode(rf"\.\s*(?:{one})\b|[\"'](?:[\w.]*\.)?(?:{one})[\"']"))


class Named:
    """The files that texts name."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._by_stem: dict[str, list[Path]] = defaultdict(list)
        self._by_folder: dict[Path, list[Path]] = defaultdict(list)
        for path in paths:
            self._by_stem[path.parent.name if path.stem == "__init__" else path.stem].append(path)
            self._by_folder[path.parent].append(path)

    def by(self, content: bytes, folder: Path) -> Iterator[Path]:
        """The files that the texts of a file in ``folder`` may name; of a package all, as frameworks look for some."""
        near = {folder, *folder.parents}
        for text in {match[1].decode() for match in _TEXT.finditer(content)}:
            parts = [part for part in re.split(r"[./]", text.removesuffix(".py")) if part]
            for part in parts[-2:]:
                for path in self._by_stem.get(part, ()):
                    if _fits(path, parts, near):
                        yield from self._by_folder[path.parent] if path.stem == "__init__" else (path,)


def _fits(path: Path, parts: list[str], near: Collection[Path]) -> bool:
    """Whether a text leads to a file: one word only where an import of it would."""
    own = path.parent if path.stem == "__init__" else path.with_suffix("")
    return any(
        own.parts[-len(tail) :] == tuple(tail) and (len(tail) > 1 or own.parent in near)
        for tail in (parts, parts[:-1])
        if tail
    )
