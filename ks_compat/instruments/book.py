"""`Instruments`: today's instruments, and the numbers that old bots know them by."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType

from . import synthetic
from .clock import ist_date
from .errors import UnknownInstrument
from .indices import BY_SYMBOL, BY_V1_NAME, BY_V1_TOKEN, IndexName
from .instrument import Instrument
from .master import Master, MasterSource
from .resolve import Resolution, expired, index_refused, resolve_row
from .segments import CASH_SEGMENT, segment_named
from .tokens import token_number
from .v1_files import V1Files, V1Row


class Instruments:
    """Instruments by v2 symbol and by old v1 token. Safe to use from several threads.

    `home` is the private cache folder (its sub-folder `instruments` is used), `source` gives the scrip masters,
    `v1_files` are the user's old instrument files, `now` is the time as Unix seconds. Nothing is read, written or
    downloaded before the first lookup; a scrip master is then fetched once per segment and IST day.
    """

    def __init__(
        self, home: Path, source: MasterSource, v1_files: Sequence[Path] = (), now: Callable[[], float] = time.time
    ) -> None:
        self._now = now
        self._master = Master(Path(home), source, now)
        self._v1 = V1Files(v1_files)
        # The number the bot used for a (segment, symbol), with the expiry after which the symbol may be reused.
        self._used: dict[tuple[str, str], tuple[int, date | None]] = {}

    def __enter__(self) -> Instruments:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the database files; a later lookup opens them again."""
        self._master.close()

    def by_trading_symbol(self, exchange_segment: str, trading_symbol: str) -> Instrument:
        """Return the instrument with that v2 trading symbol ("ACC-EQ"); exact and case-sensitive.

        Raises `UnknownInstrument` where the segment's master has it not, or twice, and `MasterUnavailable`.
        """
        found = self._master.index(exchange_segment).with_trading_symbol(trading_symbol)
        return _one(found, exchange_segment, "trading symbol", trading_symbol)

    def by_symbol(self, exchange_segment: str, symbol: str) -> Instrument:
        """Return the instrument with that v2 symbol, the exchange's number as text ("22"); raises as its sibling."""
        found = self._master.index(exchange_segment).with_symbol(str(symbol))
        return _one(found, exchange_segment, "symbol", symbol)

    def by_token(self, token: int | str) -> Instrument:
        """Return today's instrument behind an old v1 token or a synthetic number, proven (instruments.md 3 and 6).

        Raises `UnknownInstrument` with the cause where nothing is proven, `InstrumentError` when a configured v1 file
        cannot be used, and `MasterUnavailable`.
        """
        return self.resolve(token).instrument

    def resolve(self, token: int | str) -> Resolution:
        """Return what `by_token` returns together with how it was proven; raises as it does."""
        number = token_number(token)
        resolution = self._synthetic(number) if synthetic.is_synthetic(number) else self._old(number)
        instrument = resolution.instrument
        if instrument.is_index:
            raise index_refused(number, instrument.name)
        # Yesterday's master may still be in force early in the morning.
        if instrument.expiry and instrument.expiry < self._today():
            raise expired(number, instrument.trading_symbol, instrument.expiry)
        self._used[instrument.exchange_segment, instrument.symbol] = (number, instrument.expiry)
        return resolution

    def quote_key(self, token: int | str) -> str:
        """Return how v2 quotes and feeds name an instrument: "nse_cm|22", an index by its name: "nse_cm|Nifty 50".

        The proof is that of `by_token`, and so are the errors; an index without a documented v2 name is refused.
        """
        number = token_number(token)
        index = self._index_name(number)
        if index is not None:
            self._used[index.segment, index.v2_name] = (number, None)
            return f"{index.segment}|{index.v2_name}"
        instrument = self.by_token(number)
        return f"{instrument.exchange_segment}|{instrument.symbol}"

    def token_of(self, exchange_segment: str, symbol: str, *, name: str = "", series: str = "") -> int:
        """Return the number that the bot knows an order's or position's instrument by, without any network.

        In this order: the number this process resolved to it; the old token that provably joins to it on today's
        master, if that is here; the old token with the same exchange number, `name` and `series`; the synthetic number.
        Raises `InstrumentError` when a configured v1 file cannot be used or the symbol has no synthetic number.
        """
        segment = segment_named(exchange_segment)
        symbol = str(symbol)
        number, expiry = self._used.get((exchange_segment, symbol), (None, None))
        if number is not None and (expiry is None or expiry >= self._today()):
            return number
        old = self._proven_back(exchange_segment, symbol)
        # Exchange numbers of contracts are reused every few weeks: a name proves nothing there.
        if old is None and name and series and not segment.derivative:
            rows = self._v1.with_exchange_token(segment.exchange, symbol)
            old = next((row for row in rows if (row.name, row.series) == (name, series)), None)
        return old.token if old is not None else synthetic.encode(exchange_segment, symbol)

    def _today(self) -> date:
        return ist_date(self._now())

    def _synthetic(self, number: int) -> Resolution:
        segment, symbol = synthetic.decode(number)
        found = self._master.index(segment.name).with_symbol(symbol)
        if len(found) != 1:
            raise UnknownInstrument(
                f"Token {number} stands for {segment.name} symbol {symbol}, which is not in today's scrip master. "
                "Look the instrument up again.",
                number,
            )
        return Resolution(found[0], "synthetic")

    def _old(self, number: int) -> Resolution:
        row = self._v1.find(number)
        if row is None:
            raise self._unknown(number)
        return resolve_row(row, self._master.index, self._today())

    def _unknown(self, number: int) -> UnknownInstrument:
        if number in BY_V1_TOKEN:
            return index_refused(number, BY_V1_TOKEN[number].v1_name)
        if not self._v1:
            why = f"Old token {number} cannot be resolved, since no old instrument file is given"
        else:
            why = f"Old token {number} is not in any instrument file you gave"
        return UnknownInstrument(
            f"{why}: set KS_COMPAT_V1_INSTRUMENTS to the v1 file that your bot was written with, or look the "
            "instrument up again (tokens of old futures and options have expired). An old token is never guessed.",
            number,
        )

    def _index_name(self, number: int) -> IndexName | None:
        """Return the index behind a number, None if it is no index."""
        if synthetic.is_synthetic(number):
            segment, symbol = synthetic.decode(number)
            return BY_SYMBOL.get((segment.name, symbol))
        row = self._v1.find(number)
        if row is None:
            return BY_V1_TOKEN.get(number)
        if row.series != "IN":
            return None
        if (row.exchange, row.name) not in BY_V1_NAME:
            what = f"{row.exchange} {row.name}"
            raise UnknownInstrument(f"Old token {number} is the index {what}, for which v2 documents no name.", number)
        return BY_V1_NAME[row.exchange, row.name]

    def _proven_back(self, exchange_segment: str, symbol: str) -> V1Row | None:
        index = self._master.local_index(exchange_segment) if self._v1 else None
        found = index.with_symbol(symbol) if index is not None else []
        if len(found) != 1 or index is None:
            return None
        for row in self._v1.candidates(found[0]):
            if _segment_of(row) != exchange_segment:
                continue
            try:
                if resolve_row(row, lambda _: index, self._today()).instrument == found[0]:
                    return row
            except UnknownInstrument:
                continue
        return None


def _segment_of(row: V1Row) -> str | None:
    cash = CASH_SEGMENT.get(row.exchange)
    return cash if row.segment != "FO" else cash and cash.replace("_cm", "_fo")


def _one(found: list[Instrument], segment: str, what: str, value: object) -> Instrument:
    if len(found) == 1:
        return found[0]
    many = "has no" if not found else "has more than one"
    raise UnknownInstrument(f"Today's scrip master of {segment} {many} {what} {value!r}.", value)
