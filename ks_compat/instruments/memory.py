"""What this machine has to remember about numbers: pins, pairs learned from holdings, and numbers given out.

One small sqlite file in the home folder, private, safe for several processes at once. It holds no secrets.
"""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from ks_compat.locks import lock

from .errors import InstrumentError
from .index import Index

FILE_NAME = "memory.sqlite"
_VERSION = 1
_BUSY_SECONDS = 30.0
# `identity` is Instrument.identity of the day; `day` the ISO date of the entry.
_CREATE = f"""
CREATE TABLE pin (token INTEGER PRIMARY KEY, segment, symbol, trading_symbol, isin, identity, day);
CREATE TABLE learned (token INTEGER PRIMARY KEY, segment, symbol, isin, day);
CREATE TABLE ledger (token INTEGER PRIMARY KEY, segment, symbol, identity, day);
CREATE INDEX ledger_by_symbol ON ledger (symbol, segment);
PRAGMA user_version={_VERSION};
"""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pin:
    """A number that the user gave an instrument by hand; `day` is the IST date on which he did."""

    token: int
    exchange_segment: str
    symbol: str
    trading_symbol: str
    isin: str
    identity: str
    day: date


@dataclass(frozen=True, slots=True)
class Learned:
    """A number that v2's holdings showed for a share; `day` is the business day of that, `isin` "" if not known yet."""

    token: int
    exchange_segment: str
    symbol: str
    isin: str
    day: date

    def stamped(self, index: Index | None) -> Learned:
        """Return this pair with the ISIN that the master of the same day gives, this very pair where it gives none.

        Holdings tell no ISIN. On the day itself the exchange's number says which share it is; later it may be another.
        """
        found = index.with_symbol(self.symbol) if index is not None and index.day == self.day else []
        return replace(self, isin=found[0].isin) if len(found) == 1 else self

    def tells_more_than(self, known: Learned | None) -> bool:
        """Say whether this pair is worth keeping beside what is known of its number."""
        if known is None or (known.exchange_segment, known.symbol) != (self.exchange_segment, self.symbol):
            return True
        return self.isin != known.isin if self.isin else not known.isin and self.day != known.day


class Memory:
    """The file. Safe to use from several threads and processes; it is made with the first entry."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self._file = str(self.path)
        self._lock = lock()
        self._db: sqlite3.Connection | None = None
        self._process = 0
        self._connections = 0
        self._written = 0
        self._cache: dict[str, tuple[object, Any]] = {}
        self._close: Callable[[], object] = lambda: None

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        with self._lock:
            self._close()
            self._db = None
            self._cache.clear()

    def state(self) -> object:
        """Return what is another object once anything in the file is, written by this process or another.

        Raises `InstrumentError`.
        """
        try:
            with self._lock:
                db = self._opened(make=False)
                return self._state(db)
        except (sqlite3.Error, OSError) as exc:
            raise self._unusable(exc) from exc

    def pins(self) -> dict[int, Pin]:
        """Return all pins by number."""
        return self._table("pin", Pin)

    def learned(self) -> dict[int, Learned]:
        """Return all learned pairs by number."""
        return self._table("learned", Learned)

    def pin(self, pin: Pin) -> None:
        """Keep a pin, in the place of an earlier one of its number."""
        row = (pin.token, pin.exchange_segment, pin.symbol, pin.trading_symbol, pin.isin, pin.identity)
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO pin VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, pin.day.isoformat()))

    def unpin(self, token: int) -> bool:
        """Forget a pin; say whether there was one."""
        if token not in self.pins():
            return False
        with self.writing() as db:
            return db.execute("DELETE FROM pin WHERE token = ?", (token,)).rowcount > 0

    def learn(self, pairs: Iterable[Learned]) -> None:
        """Keep the pairs, each in the place of an earlier one of its number."""
        rows = [(each.token, each.exchange_segment, each.symbol, each.isin, each.day.isoformat()) for each in pairs]
        if rows:
            with self.writing() as db:
                db.executemany("INSERT OR REPLACE INTO learned VALUES (?, ?, ?, ?, ?)", rows)

    def read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query; none while there is no file. Raises `InstrumentError`."""
        try:
            with self._lock:
                db = self._opened(make=False)
                return [] if db is None else db.execute(sql, values).fetchall()
        except (sqlite3.Error, OSError) as exc:
            raise self._unusable(exc) from exc

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, which no other process can come between. Raises `InstrumentError`."""
        try:
            with self._lock:
                db = self._opened(make=True)
                assert db is not None
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                except BaseException:
                    db.execute("ROLLBACK")
                    raise
                db.execute("COMMIT")
                self._written += 1
        except (sqlite3.Error, OSError) as exc:
            raise self._unusable(exc) from exc

    def _table(self, name: str, made: Callable[..., T]) -> dict[int, T]:
        try:
            with self._lock:
                db = self._opened(make=False)
                if db is None:
                    return {}
                state = self._state(db)
                known, table = self._cache.get(name, (None, {}))
                if known != state:
                    rows = db.execute(f"SELECT * FROM {name} ORDER BY token")
                    table = {row[0]: made(*row[:-1], date.fromisoformat(row[-1])) for row in rows}
                    self._cache[name] = (state, table)
                found: dict[int, T] = table
                return found
        except (sqlite3.Error, OSError) as exc:
            raise self._unusable(exc) from exc

    def _state(self, db: sqlite3.Connection | None) -> object:
        # data_version tells the commits of others, _written our own; each connection counts for itself.
        return self._written, self._connections, db and db.execute("PRAGMA data_version").fetchone()

    def _opened(self, make: bool) -> sqlite3.Connection | None:
        if self._db is not None and self._process == os.getpid():
            return self._db
        if not make and not os.path.exists(self._file):  # noqa: PTH110 - asked at each order; a third of Path's time
            return None
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Made before sqlite opens it, so that it and its side files are private.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        # A connection must not live on in a forked child, not even to be closed there.
        parent = os.getpid()
        self._close = weakref.finalize(self, lambda: db.close() if os.getpid() == parent else None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        self._prepare(db)
        self._db, self._process, self._cache = db, parent, {}
        self._connections += 1
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            db.execute("BEGIN IMMEDIATE")
            try:
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version == 0:
                    for statement in filter(str.strip, _CREATE.split(";")):
                        db.execute(statement)
                elif version != _VERSION:
                    raise InstrumentError(f"{self.path} was written by another version of ks-compat: move it away.")
            finally:
                db.execute("COMMIT")

    def _unusable(self, cause: Exception) -> InstrumentError:
        return InstrumentError(
            f"The file {self.path}, which keeps pins and given numbers, cannot be used ({cause}). Make room or give "
            "access; if it is damaged, move it away and set the pins again."
        )
