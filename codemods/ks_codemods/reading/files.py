"""Files: is it worth a parse, may it be written, and writing it in one step."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from pathlib import Path

NEEDLES = (b"ks_api", b"KSTradeApi")
"""What a file of the old package's users, or of the drop-in's, has in it."""
ADDRESSES = (
    b"tradeapi.kotaksecurities", b"sbx.kotaksecurities", b"wstreamer.kotaksecurities", b"preferred.kotaksecurities",
    b"TradeApiInstruments_", b"/scripmaster/1.1/",
)  # fmt: skip
"""What a file that asks the old servers by itself has in it."""
INJECTED = (
    b"session_2fa",
    b"instrument_token",
    b"place_order",
    b"modify_order",
    b"order_report",
    b"position_type",
    b"TODAYS",
)
"""What a file that is handed its client by another may have in it."""
_CALLS = re.compile(rb"\.[\s\\]*(?:place_order|modify_order|session_2fa|order_report|positions|quote)[\s\\]*\(")
"""How it calls that client, as far as ``injected`` knows a call by its arguments."""


def may_be_injected(content: bytes) -> bool:
    """A cheap look, before parsing: may the file call a client that it is handed?"""
    return any(needle in content for needle in INJECTED) and _CALLS.search(content) is not None


def may_matter(content: bytes) -> bool:
    """A cheap look, before parsing: is the old package named? ``project`` adds what can reach its clients."""
    return any(needle in content for needle in NEEDLES)


def is_read_only(path: Path) -> bool:
    """Whether nobody may write the file. (The superuser could; the mark is the user's word all the same.)"""
    return not path.stat().st_mode & 0o222


def write(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Replaces the file in one step, on the disk before it has the name; its permissions stay, or become ``mode``."""
    mode = stat.S_IMODE(path.stat().st_mode) if mode is None else mode
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        os.replace(name, path)  # noqa: PTH105 - Path.replace is the same call; this one says what it does
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
