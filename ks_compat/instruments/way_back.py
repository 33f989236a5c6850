"""From an instrument to the number that the bot knows it by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import chain
from typing import get_args

from . import synthetic
from .errors import UnknownInstrument
from .indices import BY_SYMBOL, BY_V1_TOKEN, index_number
from .instrument import Instrument
from .ledger import Ledger
from .master import Master
from .memory import Learned, Memory, Pin
from .resolve import How, segment_of
from .resolver import Resolver
from .segments import segment_named
from .v1_files import V1Files

_RANKS = {how: rank for rank, how in enumerate(get_args(How))}


class WayBack:
    """Numbers of instruments: pinned, learned and old ones first, synthetic last."""

    def __init__(
        self,
        master: Master,
        v1: V1Files,
        memory: Memory,
        ledger: Ledger,
        resolver: Resolver,
        today: Callable[[], date],
    ) -> None:
        """`today` gives the date in India."""
        self._master = master
        self._v1 = v1
        self._memory = memory
        self._ledger = ledger
        self._resolver = resolver
        self._today = today
        # The number the bot used for a (segment, symbol), with the expiry after which the symbol may be reused.
        self._used: dict[tuple[str, str], tuple[int, date | None]] = {}

    def use(self, number: int, segment: str, symbol: str, expiry: date | None) -> None:
        """Remember that this process knows an instrument, or an index by its name, by this number."""
        self._used[segment, symbol] = (number, expiry)

    def token_of(self, exchange_segment: str, symbol: str, name: str, series: str) -> int:
        """See `Instruments.token_of`."""
        segment = segment_named(exchange_segment)
        number, expiry = self._used.get((exchange_segment, symbol), (None, None))
        if number is not None and (expiry is None or expiry >= self._today()):
            return number
        index = self._master.local_index(exchange_segment) if segment.file_name else None
        found = index.with_symbol(symbol) if index is not None else []
        if index is not None and len(found) == 1:
            return self._number(found[0])
        if segment.derivative:  # whose exchange numbers are reused every few weeks: a name proves nothing there
            number = self._ledger.living(exchange_segment, symbol, self._today().isoformat())
            if number is not None:
                return number
        elif name and series:
            rows = self._v1.with_exchange_token(segment.exchange, symbol)
            old = next((row for row in rows if (row.name, row.series) == (name, series)), None)
            if old is not None:
                return old.token
        return synthetic.encode(exchange_segment, symbol)

    def known(self, segments: Iterable[str]) -> dict[tuple[str, str], int]:
        """Return the best number, other than a synthetic one, of each instrument of the segments that has one."""
        wanted = set(segments)
        remembered: list[Pin | Learned] = [*self._memory.pins().values(), *self._memory.learned().values()]
        numbers = chain(
            (entry.token for entry in remembered if entry.exchange_segment in wanted),
            (row.token for row in self._v1.rows() if segment_of(row) in wanted),
        )
        best: dict[tuple[str, str], tuple[int, int]] = {}
        for number in dict.fromkeys(numbers):
            try:
                found = self._resolver.resolve(number)
            except UnknownInstrument:
                continue
            key = (found.instrument.exchange_segment, found.instrument.symbol)
            if key not in best or _RANKS[found.how] < best[key][0]:
                best[key] = (_RANKS[found.how], number)
        return {key: number for key, (_, number) in best.items()}

    def _number(self, instrument: Instrument) -> int:
        """Return the number of an instrument of today's master."""
        named = BY_SYMBOL.get((instrument.exchange_segment, instrument.symbol)) if instrument.is_index else None
        if named is not None:
            return named.v1_token or index_number(named)
        for number in self._candidates(instrument):
            try:
                if self._resolver.resolve(number).instrument == instrument:
                    return number
            except UnknownInstrument:
                continue
        numbered = next(self._ledger.numbers([instrument], self._today().isoformat()))[1]
        return numbered or synthetic.encode(instrument.exchange_segment, instrument.symbol)

    def _candidates(self, instrument: Instrument) -> list[int]:
        """Return the numbers that may stand for an instrument, likeliest first; each has still to be proven."""
        segment = instrument.exchange_segment
        remembered: list[Pin | Learned] = [*self._memory.pins().values(), *self._memory.learned().values()]
        numbers = [
            entry.token
            for entry in remembered
            if entry.exchange_segment == segment
            and (entry.symbol == instrument.symbol or (entry.isin and entry.isin == instrument.isin))
        ]
        rows = self._v1.candidates(instrument) if self._v1 else []
        # What was remembered of the number goes before its row, and may lead to a segment that is not here.
        known = {entry.token for entry in remembered if entry.exchange_segment != segment}.union(BY_V1_TOKEN)
        return [*numbers, *(row.token for row in rows if segment_of(row) == segment and row.token not in known)]
