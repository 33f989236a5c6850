"""The numbers that were given out, and what each stood for (instruments.md 6).

Exchanges use the number of a contract again soon after it expired. So a number that was seen once keeps its meaning
for ever: it is refused when the contract behind it is another one, and that other contract gets a number of its own.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from . import synthetic
from .errors import InstrumentError, UnknownInstrument
from .instrument import Instrument
from .memory import Memory

# Of one transaction: a larger one writes fewer pages twice, a smaller one keeps other processes waiting for less long.
_BATCH = 10_000
_VARIABLES = 900  # the most that older sqlite takes in one statement is 999
_CACHED = 10_000
_log = logging.getLogger(__name__)


class Given(NamedTuple):
    """What a number stands for; `identity` is "" where it was never seen, `day` the ISO date on which it was first."""

    segment: str
    symbol: str
    identity: str
    day: str


class Ledger:
    """The numbers without an old token: synthetic ones, and those for a reused exchange number."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        # An entry never changes, so what was read once is good.
        self._seen: dict[int, Given] = {}

    def given(self, number: int) -> Given:
        """Return what the number stands for. Raises `UnknownInstrument` for one that this machine never gave out."""
        found = self._seen.get(number)
        if found is None:
            rows = self._memory.read("SELECT segment, symbol, identity, day FROM ledger WHERE token = ?", number)
            if rows:
                if len(self._seen) >= _CACHED:
                    self._seen.clear()
                found = self._seen[number] = Given(*rows[0])
            elif synthetic.is_own(number):
                raise UnknownInstrument(
                    f"Token {number} was not given out on this machine (KS_COMPAT_HOME). Look the instrument up again.",
                    number,
                )
            else:
                segment, symbol = synthetic.decode(number)
                found = Given(segment.name, symbol, "", "")
        return found

    def note(self, number: int, instrument: Instrument, day: str) -> None:
        """Remember what a number stands for. A full disk is no reason to refuse a proven instrument: it is logged."""
        row = (number, instrument.exchange_segment, instrument.symbol, instrument.identity, day)
        try:
            with self._memory.writing() as db:
                db.execute("INSERT OR IGNORE INTO ledger VALUES (?, ?, ?, ?, ?)", row)
        except InstrumentError as exc:
            _log.warning("%s", exc)
        self._seen[number] = Given(*row[1:])

    def living(self, segment: str, symbol: str, day: str) -> int | None:
        """Return the number of the contract with that exchange number that has not expired by `day`, if it has one."""
        # An exchange does not use a number again before its contract is over, so this is today's.
        rows = self._memory.read("SELECT token, identity FROM ledger WHERE symbol = ? AND segment = ?", symbol, segment)
        return next((int(token) for token, identity in rows if identity[-len(day) :] >= day), None)

    def numbers(self, instruments: Iterable[Instrument], day: str) -> Iterator[tuple[Instrument, int | None]]:
        """Yield each instrument (all of one segment) with its number, now remembered; None where none fits."""
        waiting = iter(instruments)
        while batch := list(islice(waiting, _BATCH)):
            with self._memory.writing() as db:
                numbers = _numbers(db, batch, day)
            yield from zip(batch, numbers, strict=True)


def _numbers(db: sqlite3.Connection, batch: Sequence[Instrument], day: str) -> list[int | None]:
    known: dict[tuple[str, str], int] = {}
    for start in range(0, len(batch), _VARIABLES):
        symbols = [each.symbol for each in batch[start : start + _VARIABLES]]
        rows = db.execute(
            f"SELECT symbol, identity, token FROM ledger WHERE symbol IN ({', '.join('?' * len(symbols))})"
            " AND segment = ?",
            [*symbols, batch[0].exchange_segment],
        )
        known.update(((symbol, identity), token) for symbol, identity, token in rows)
    taken = set(known.values())
    made: list[int | None] = []
    new: list[tuple[int, str, str, str, str]] = []
    own = None
    for each in batch:
        key = (each.symbol, each.identity)
        number = known.get(key)
        if number is None:
            try:
                number = synthetic.encode(each.exchange_segment, each.symbol)
            except InstrumentError:
                made.append(None)
                continue
            if number in taken:
                own = number = (_last_own(db) if own is None else own) + 1
            taken.add(number)
            known[key] = number
            new.append((number, each.exchange_segment, *key, day))
        made.append(number)
    db.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?, ?)", new)
    return made


def _last_own(db: sqlite3.Connection) -> int:
    found = db.execute("SELECT max(token) FROM ledger WHERE token > ?", (synthetic.OWN_START,)).fetchone()[0]
    return int(found or synthetic.OWN_START)
