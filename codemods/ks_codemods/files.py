"""Files: which ones, and writing them in one step."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

_SKIPPED = {"__pycache__", "site-packages", "node_modules", "venv", "ks_api_client"}
"""Folders that are not the user's own code; ``ks_api_client`` is a vendored copy of the old SDK."""
_NEEDLE = re.compile(rb"ks_api|KSTradeApi")


def python_files(paths: Sequence[Path]) -> list[Path]:
    """The files that ``paths`` mean, folders walked. Raises FileNotFoundError before anything is done."""
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"There is no file or folder {path}.")
    found = [file for path in paths for file in ([path] if path.is_file() else walk(path))]
    return list(dict.fromkeys(found))


def walk(folder: Path) -> Iterator[Path]:
    """The ``*.py`` files under ``folder``, without those of environments and hidden folders. Follows no symlink."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_foreign(Path(root, name)))
        for name in sorted(names):
            path = Path(root, name)
            if name.endswith(".py") and not path.is_symlink():
                yield path


def may_matter(content: bytes) -> bool:
    """A cheap look, before parsing: is the old package named? ``project`` adds what can reach its clients."""
    return _NEEDLE.search(content) is not None


def write(path: Path, content: bytes) -> None:
    """Replaces the file in one step; its permissions stay."""
    mode = stat.S_IMODE(path.stat().st_mode)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(mode)
        os.replace(name, path)  # noqa: PTH105 - Path.replace is the same call; this one says what it does
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _is_foreign(folder: Path) -> bool:
    return folder.name.startswith(".") or folder.name in _SKIPPED or (folder / "pyvenv.cfg").exists()
