"""The instrument files of the old API that a user still has (instruments.md 1.2, 1.3)."""

from __future__ import annotations

import csv
import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from ks_compat.locks import lock

from .clock import IST
from .errors import InstrumentError, UnknownInstrument
from .expiry import v1_expiry
from .instrument import Instrument

HEADER = (
    "instrumentToken|instrumentName|name|lastPrice|expiry|strike|tickSize|lotSize|instrumentType|segment|exchange|isin|"
    "multiplier|exchangeToken|OptionType"
)
# The cash file writes OptionType, the F&O file optionType; bots depend on each spelling, this reader takes both.
_COLUMNS = [name if name != "OptionType" else "optionType" for name in HEADER.split("|")]
_FILE_DATE = re.compile(r"(\d{2})_(\d{2})_(\d{4})")
_NO_TEXT = {
    b"\x1f\x8b": "is compressed: unpack it",
    b"PK\x03\x04": "is compressed: unpack it",
    b"\xff\xfe": "is in UTF-16: save it as UTF-8",
    b"\xfe\xff": "is in UTF-16: save it as UTF-8",
    b"<": "is a web page, such as the servers gave in place of a file",
}
"""How a file begins that is none, and what to tell of it."""
_log = logging.getLogger(__name__)


class V1Row(NamedTuple):
    """What the join needs of one row of a v1 file, as written there (strike in rupees)."""

    token: int
    name: str
    expiry: str
    strike: str
    series: str
    segment: str
    exchange: str
    isin: str
    exchange_token: str
    option_type: str


class V1Files:
    """All given v1 files as one table of tokens. The newest file that holds a token wins; read when first asked."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(Path(path) for path in paths)
        self._lock = lock()
        self._rows: dict[int, V1Row | None] | None = None
        self._by_key: defaultdict[tuple[str, str], list[V1Row]] | None = None

    def find(self, token: int) -> V1Row | None:
        """Return the row of a token, None where no file holds it.

        Raises `InstrumentError` when a configured path is not a v1 instrument file, and `UnknownInstrument` when files
        of the same day give the token to different instruments.
        """
        rows = self._loaded()
        row = rows.get(token)
        if row is None and token in rows:
            raise UnknownInstrument(
                f"Old token {token} stands for two different instruments in the files given.", token
            )
        return row

    def rows(self) -> list[V1Row]:
        """Return the row of every token that is not contradicted, newest file first."""
        return [row for row in self._loaded().values() if row is not None]

    def state(self) -> list[tuple[str, int, int]]:
        """Return what changes when the files do: path, time and size of each."""
        found = []
        for path in self._paths:
            with suppress(OSError):
                told = path.stat()
                found.append((str(path), told.st_mtime_ns, told.st_size))
        return found

    def __bool__(self) -> bool:
        return bool(self._paths)

    def candidates(self, instrument: Instrument) -> list[V1Row]:
        """Return the rows that may stand for a v2 instrument, likeliest first; each has still to be proven."""
        keys = [(instrument.exchange, instrument.symbol), ("isin", instrument.isin), ("name", instrument.name)]
        if instrument.expiry:  # neither exchange number nor ISIN says anything about a contract
            keys = [(instrument.name, instrument.expiry.isoformat())]
        return list(dict.fromkeys(row for key in keys for row in self._lookup(key)))

    def with_exchange_token(self, exchange: str, exchange_token: str) -> list[V1Row]:
        """Return the cash rows of an exchange with that exchange number."""
        return self._lookup((exchange, exchange_token))

    def _lookup(self, key: tuple[str, str]) -> list[V1Row]:
        rows = self._loaded()
        with self._lock:
            if self._by_key is None:
                self._by_key = _reverse(filter(None, rows.values()))
            return self._by_key.get(key, [])

    def _loaded(self) -> dict[int, V1Row | None]:
        with self._lock:
            if self._rows is None:
                self._rows = _merge(self._paths)
            return self._rows


def _merge(paths: Sequence[Path]) -> dict[int, V1Row | None]:
    merged: dict[int, V1Row | None] = {}
    written: dict[int, float] = {}
    for age, path in sorted(((_written_at(path), path) for path in paths), reverse=True):
        for row in _read(path):
            if row.token not in merged:
                merged[row.token] = row
                written[row.token] = age
            elif written[row.token] == age and merged[row.token] != row:
                merged[row.token] = None  # same day, two meanings: neither is proven
    return merged


def _written_at(path: Path) -> float:
    """Return when the file was made: the DD_MM_YYYY of its name, else its own time."""
    match = _FILE_DATE.search(path.name)
    if match:
        day, month, year = map(int, match.groups())
        with suppress(ValueError):
            return datetime(year, month, day, tzinfo=IST).timestamp()
    try:
        return path.stat().st_mtime
    except OSError as exc:
        raise _unreadable(path, exc) from exc


def _read(path: Path) -> Iterator[V1Row]:
    skipped = 0
    try:
        _check_beginning(path)
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            table = csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE)
            header = [name.strip() for name in next(table, [])]
            place = _places(path, header)
            for fields in table:
                row = _row(fields, place, len(header))
                if row is not None:
                    yield row
                elif fields:
                    skipped += 1
    except (OSError, csv.Error) as exc:
        raise _unreadable(path, exc) from exc
    if skipped:
        _log.warning("%d rows of the v1 instrument file %s could not be read.", skipped, path)


def _check_beginning(path: Path) -> None:
    with path.open("rb") as file:
        beginning = file.read(64).lstrip()
    if not beginning:
        raise _unusable(path, "is not a v1 instrument file: it is empty")
    for sign, what in _NO_TEXT.items():
        if beginning.startswith(sign):
            raise _unusable(path, f"is not a v1 instrument file: it {what}")


def _places(path: Path, header: list[str]) -> dict[str, int]:
    names = ["optionType" if name == "OptionType" else name for name in header]
    if any(name not in names for name in _COLUMNS):
        raise _unusable(path, f"is not a v1 instrument file: its first line should be {HEADER}")
    return {name: names.index(name) for name in _COLUMNS}


def _row(fields: list[str], place: dict[str, int], width: int) -> V1Row | None:
    if len(fields) != width and not (len(fields) > width and not any(fields[width:])):
        return None
    at = {name: fields[position].strip() for name, position in place.items()}
    token = at["instrumentToken"]
    if not (token.isascii() and token.isdigit()):
        return None
    return V1Row(
        int(token), at["instrumentName"], at["expiry"], at["strike"], at["instrumentType"], at["segment"],
        at["exchange"], at["isin"], at["exchangeToken"], at["optionType"],
    )  # fmt: skip


def _reverse(rows: Iterator[V1Row]) -> defaultdict[tuple[str, str], list[V1Row]]:
    by_key: defaultdict[tuple[str, str], list[V1Row]] = defaultdict(list)
    for row in rows:
        expiry: date | None = v1_expiry(row.expiry)
        if expiry:
            by_key[row.name, expiry.isoformat()].append(row)
        else:
            for key in ((row.exchange, row.exchange_token), ("isin", row.isin), ("name", row.name)):
                by_key[key].append(row)
    return by_key


def _unreadable(path: Path, exc: OSError | csv.Error) -> InstrumentError:
    hint = f"; several files are joined by {os.pathsep!r}" if isinstance(exc, FileNotFoundError) else ""
    return _unusable(path, f"cannot be read ({getattr(exc, 'strerror', None) or exc}){hint}")


def _unusable(path: Path, why: str) -> InstrumentError:
    return InstrumentError(f"The old instrument file {path} (KS_COMPAT_V1_INSTRUMENTS) {why}.")
