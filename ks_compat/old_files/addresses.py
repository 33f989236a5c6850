"""The old API's addresses of its instrument files (spec/instruments.md 1.1). Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

What = Literal["cash", "fno", "names"]
"""A file, or the list that says where the two files of the day are."""

_HOST, _FOLDER = "preferred.kotaksecurities.com", "/security/production/"
_DOMAIN = ".kotaksecurities.com"
_FILE = re.compile(_FOLDER + r"TradeApiInstruments_(Cash|FNO)_\d{1,2}_\d{1,2}_\d{4}\.txt", re.IGNORECASE)
_NAMES = "/scripmaster/1.1/filename"
_SPELLING: dict[Literal["cash", "fno"], str] = {"cash": "Cash", "fno": "FNO"}
_KINDS: dict[str, What] = {"cash": "cash", "fno": "fno"}


def asked(url: str) -> What | None:
    """What an old program asks for with ``url``: a file of any date, the list of the files, or None: nothing of ours.

    Host and file name are taken in any case, as the old servers did; port and query do not matter.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https"):
        return None
    if host == _HOST:
        found = _FILE.fullmatch(parts.path)
        if found is not None:
            return _KINDS[found[1].lower()]
    return "names" if f".{host}".endswith(_DOMAIN) and parts.path.endswith(_NAMES) else None


def of_day(day: date) -> dict[str, dict[str, str]]:
    """The old answer to "where are the files": ``{"Success": {"cash": url, "fno": url}}``, with the URLs of ``day``."""
    folder = f"https://{_HOST}{_FOLDER}TradeApiInstruments"
    return {"Success": {kind: f"{folder}_{name}_{day:%d_%m_%Y}.txt" for kind, name in _SPELLING.items()}}
