"""One segment's scrip master in a sqlite file: written once, then only read (instruments.md 7)."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from ks_compat.locks import lock

from .instrument import Instrument
from .parse import STRIKE_UNITS, Row, strike_units

SCHEMA_VERSION = 2
_KNOWN = 4096
"""Look-ups that are remembered."""
_COLUMNS = (
    "symbol, trading_symbol, name, series, isin, instrument_type, option_type, expiry, strike, tick_size, lot_size,"
    " freeze_quantity, description"
)
_CREATE = f"""
CREATE TABLE instrument ({_COLUMNS.replace("lot_size", "lot_size INTEGER").replace("strike", "strike INTEGER")});
CREATE TABLE master (rows INTEGER);
"""
# Not unique: a number that is listed twice must be refused when it is asked for, not overwritten here.
_CREATE_INDEXES = """
CREATE INDEX by_symbol ON instrument (symbol);
CREATE INDEX by_trading_symbol ON instrument (trading_symbol);
CREATE INDEX by_name ON instrument (name, expiry, strike, option_type);
CREATE INDEX by_isin ON instrument (isin) WHERE isin != '';
"""


def write_index(path: Path, rows: Iterable[Row]) -> int:
    """Write the rows into a fresh sqlite file at `path`; return how many there are."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        # No journal: the file is nobody's until it is whole and gets its real name.
        db.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_CREATE}")
        db.execute("BEGIN")
        marks = ", ".join("?" * len(_COLUMNS.split(",")))
        db.executemany(f"INSERT INTO instrument VALUES ({marks})", rows)
        count = int(db.execute("SELECT count(*) FROM instrument").fetchone()[0])
        db.execute("INSERT INTO master VALUES (?)", (count,))
        db.execute("COMMIT")
        # The version last: a file without it was never finished.
        db.executescript(f"BEGIN; {_CREATE_INDEXES} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;")
    return count


class Index:
    """The instruments of one segment on one day. Safe to use from several threads.

    `day` is the business date of the file and `rows` its number of rows. Raises `sqlite3.DatabaseError` when the file
    is not a finished index of this version.
    """

    def __init__(self, path: Path, segment: str, day: date) -> None:
        self.segment = segment
        self.day = day
        self._lock = lock()
        self._known: dict[tuple[str, str], tuple[Instrument, ...]] = {}
        # immutable: nobody writes to a finished file, so sqlite need not lock it.
        self._uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._db = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
        # Closed with its last user, so that the day can turn while another thread is still reading.
        self.close = weakref.finalize(self, self._db.close)
        self.rows = self._check()

    def _check(self) -> int:
        try:
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version != SCHEMA_VERSION:
                raise sqlite3.DatabaseError(f"index version {version}")
            return int(self._db.execute("SELECT rows FROM master").fetchone()[0])
        except BaseException:
            self.close()
            raise

    def with_symbol(self, symbol: str) -> list[Instrument]:
        """Return the instruments with that pSymbol: one, unless the master lists it twice."""
        return self._looked_up("symbol = ?", symbol)

    def with_trading_symbol(self, trading_symbol: str) -> list[Instrument]:
        """Return the instruments with that pTrdSymbol, exact and case-sensitive."""
        return self._looked_up("trading_symbol = ?", trading_symbol)

    def with_isin(self, isin: str) -> list[Instrument]:
        """Return all listings of an ISIN, in every series."""
        return self._select("isin = ? AND isin != ''", isin)

    def with_name(self, name: str, series: str) -> list[Instrument]:
        """Return the cash listings of a pSymbolName in a series."""
        return self._select("name = ? AND series = ?", name, series)

    def options(self, name: str, expiry: date, strike: Decimal, option_type: str) -> list[Instrument]:
        """Return the options of an underlying with that expiry, strike (rupees) and CE or PE."""
        where = "name = ? AND expiry = ? AND strike = ? AND option_type = ?"
        return self._select(where, name, expiry.isoformat(), strike_units(strike), option_type)

    def futures(self, name: str, expiry: date) -> list[Instrument]:
        """Return the futures of an underlying with that expiry."""
        where = "name = ? AND expiry = ? AND instrument_type LIKE 'FUT%'"
        return self._select(where, name, expiry.isoformat())

    def where(self, condition: str, values: Sequence[object], order: str, limit: int) -> list[Instrument]:
        """Return the first `limit` (-1: all) instruments in that order under an SQL condition."""
        return self._select(f"{condition} ORDER BY {order} LIMIT ?", *values, limit)

    def each(self, condition: str, order: str) -> Iterator[Instrument]:
        """Yield the instruments under an SQL condition one by one, on a connection of its own: others may look up.

        `order` has to bring rows of one symbol together.
        """
        with closing(sqlite3.connect(self._uri, uri=True)) as db:
            # What has to be sorted is sorted in a file, not in memory.
            db.execute("PRAGMA temp_store=FILE")
            before = None
            for row in db.execute(f"SELECT {_COLUMNS} FROM instrument WHERE {condition} ORDER BY {order}"):
                if row != before:  # listed twice, word for word
                    yield self._instrument(row)
                before = row

    def listed_twice(self) -> frozenset[str]:
        """Return the pSymbols that stand for more than one instrument."""
        with self._lock:
            rows = self._db.execute(
                f"SELECT symbol FROM (SELECT DISTINCT {_COLUMNS} FROM instrument WHERE symbol IN"
                " (SELECT symbol FROM instrument GROUP BY symbol HAVING count(*) > 1))"
                " GROUP BY symbol HAVING count(*) > 1"
            ).fetchall()
        return frozenset(symbol for (symbol,) in rows)

    def _looked_up(self, where: str, value: str) -> list[Instrument]:
        # The file never changes, and a bot trades the same few instruments all day.
        found = self._known.get((where, value))
        if found is None:
            if len(self._known) >= _KNOWN:
                self._known = {}
            found = self._known[where, value] = tuple(self._select(where, value))
        return list(found)

    def _select(self, where: str, *values: object) -> list[Instrument]:
        with self._lock:
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM instrument WHERE {where}", values).fetchall()
        if len(rows) > 1:
            rows = list(dict.fromkeys(rows))  # a row that is listed twice, word for word
        return [self._instrument(row) for row in rows]

    def _instrument(self, row: tuple[Any, ...]) -> Instrument:
        symbol, trading_symbol, name, series, isin, kind, option, expiry, strike, tick, lot, freeze, description = row
        return Instrument(
            self.segment, symbol, trading_symbol, name, series, isin, kind, option,
            _date(expiry), _strike(strike), _decimal(tick), lot, freeze, description,
        )  # fmt: skip


@lru_cache(maxsize=4096)
def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@lru_cache(maxsize=16384)
def _strike(units: int | None) -> Decimal | None:
    if units is None:
        return None
    rupees = Decimal(units) / STRIKE_UNITS
    return rupees.quantize(Decimal(1)) if rupees == rupees.to_integral() else rupees.normalize()


@lru_cache(maxsize=4096)
def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
