"""`Instruments`: today's instruments, and the numbers that old bots know them by."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from . import search, synthetic
from .clock import business_date, ist_date
from .errors import InstrumentError, UnknownInstrument
from .indices import BY_V1_TOKEN
from .instrument import Instrument
from .ledger import Ledger
from .master import Master, MasterSource, Progress
from .memory import Learned, Memory, Pin
from .resolve import Resolution, expired
from .resolver import Resolver
from .search import Strike
from .segments import NEEDED, SEGMENTS
from .tokens import token_number
from .v1_files import V1Files
from .way_back import WayBack

if TYPE_CHECKING:
    from .export import Exporter

_log = logging.getLogger(__name__)


class Instruments:
    """Instruments by v2 symbol and by old v1 token. Safe to use from several threads.

    `home` is the private cache folder (its sub-folder `instruments` is used), `source` gives the scrip masters,
    `v1_files` are the user's old instrument files, `now` is the time as Unix seconds, `progress` is told the segment
    and the bytes so far while one downloads. Nothing is read, written or downloaded before the first lookup; a scrip
    master is then fetched once per segment and IST day, by one of the processes that share the home.
    """

    def __init__(
        self,
        home: Path,
        source: MasterSource,
        v1_files: Sequence[Path] = (),
        now: Callable[[], float] = time.time,
        progress: Progress | None = None,
    ) -> None:
        self._now = now
        self._folder = Path(home) / "instruments"
        self._master = Master(Path(home), source, now, progress)
        self._v1 = V1Files(v1_files)
        self._memory = Memory(self._folder)
        self._ledger = Ledger(self._memory)
        self._resolver = Resolver(self._master.index, self._v1, self._memory, self._ledger, self._today)
        self._way_back = WayBack(self._master, self._v1, self._memory, self._ledger, self._resolver, self._today)

    def __enter__(self) -> Instruments:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the database files; a later lookup opens them again."""
        self._master.close()
        self._memory.close()

    # -- by symbol -----------------------------------------------------------------------------------------------------

    def by_trading_symbol(self, exchange_segment: str, trading_symbol: str) -> Instrument:
        """Return the instrument with that v2 trading symbol ("ACC-EQ"); exact and case-sensitive.

        Raises `UnknownInstrument` where the segment's master has it not, or twice, and `MasterUnavailable`.
        """
        found = self._master.index(exchange_segment).with_trading_symbol(trading_symbol)
        return _one(found, exchange_segment, "trading symbol", trading_symbol)

    def listed(self, exchange_segment: str, trading_symbol: str) -> Instrument | None:
        """Return the instrument with that v2 trading symbol if today's master is here and has it once, else None.

        Never touches the network, never raises for a master that cannot be read.
        """
        try:
            index = self._master.local_index(exchange_segment)
            found = index.with_trading_symbol(trading_symbol) if index is not None else []
        except (InstrumentError, sqlite3.Error):
            return None
        return found[0] if len(found) == 1 else None

    def by_symbol(self, exchange_segment: str, symbol: str) -> Instrument:
        """Return the instrument with that v2 symbol, the exchange's number as text ("22"); raises as its sibling."""
        found = self._master.index(exchange_segment).with_symbol(str(symbol))
        return _one(found, exchange_segment, "symbol", symbol)

    def search(
        self,
        exchange_segment: str,
        *,
        name: str | None = None,
        prefix: str | None = None,
        contains: str | None = None,
        expiry: date | tuple[date, date] | None = None,
        strike: Strike | tuple[Strike, Strike] | None = None,
        option_type: str | None = None,
        series: str | None = None,
        limit: int | None = None,
    ) -> list[Instrument]:
        """Return the instruments of a segment that fit everything given, by name, expiry, futures first, then strike.

        `name` is the exact pSymbolName, `prefix` how it begins (both case-sensitive), `contains` a part of it in any
        case; `expiry` and `strike` (rupees) are one value or (from, to), both ends included; `option_type` is "CE",
        "PE" or "FUT", several joined by commas; `limit` is the most rows.
        Raises `UnknownInstrument` for an unknown segment, `InstrumentError` for a strike that is no number, and
        `MasterUnavailable`.
        """
        return search.search(
            self._master.index(exchange_segment),
            name=name, prefix=prefix, contains=contains, expiry=expiry, strike=strike, option_type=option_type,
            series=series, limit=limit,
        )  # fmt: skip

    def find(self, text: str, limit: int = 20) -> list[Instrument]:
        """Return up to `limit` instruments whose name, trading symbol and description hold all words of `text`.

        Upper and lower case are the same here. The segments that are here are searched, and NSE's shares and contracts
        in any case. Raises `MasterUnavailable` when those cannot be had.
        """
        local = {name: self._master.local_index(name) for name, segment in SEGMENTS.items() if segment.file_name}
        indices = [self._master.index(name) for name in NEEDED]
        return search.find(
            [*indices, *(each for name, each in local.items() if each and name not in NEEDED)], text, limit
        )

    def sync(self, segments: Iterable[str] | None = None) -> list[tuple[str, date, int]]:
        """Have today's masters here; return (segment, business day of its file, rows) of each that could be had.

        `segments` are those wanted, all that v2 describes where None. One that cannot be had is logged as a warning
        and left out, but nse_cm and nse_fo raise `MasterUnavailable`.
        """
        wanted = list(segments) if segments is not None else [each.name for each in SEGMENTS.values() if each.file_name]
        return [(index.segment, index.day, index.rows) for index in self._master.available(wanted, NEEDED)]

    # -- by number -----------------------------------------------------------------------------------------------------

    def by_token(self, token: int | str) -> Instrument:
        """Return today's instrument behind an old v1 token or a synthetic number, proven (instruments.md 3 and 6).

        Raises `UnknownInstrument` with the cause where nothing is proven, `InstrumentError` when a configured v1 file
        or the memory file cannot be used, and `MasterUnavailable`.
        """
        return self.resolve(token).instrument

    def resolve(self, token: int | str) -> Resolution:
        """Return what `by_token` returns together with how it was proven; raises as it does."""
        number = token_number(token)
        resolution = self._resolver.resolve_again(number, business_date(self._now()))
        instrument = resolution.instrument
        self._way_back.use(number, instrument.exchange_segment, instrument.symbol, instrument.expiry)
        return resolution

    def quote_key(self, token: int | str) -> str:
        """Return how v2 quotes and feeds name an instrument: "nse_cm|22", an index by its name: "nse_cm|Nifty 50".

        The proof is that of `by_token`, and so are the errors; an index without a documented v2 name is refused.
        """
        # instruments.md 3 would let a recycled number be quoted with a warning. A stop-loss that reads another share's
        # price sells: what is no proof for an order is none for the price that leads to it.
        number = token_number(token)
        index = self._resolver.index_behind(number)
        if index is not None:
            self._way_back.use(number, index.segment, index.v2_name, None)
            return f"{index.segment}|{index.v2_name}"
        instrument = self.by_token(number)
        return f"{instrument.exchange_segment}|{instrument.symbol}"

    def token_of(self, exchange_segment: str, symbol: str, *, name: str = "", series: str = "") -> int:
        """Return the number that the bot knows an order's or position's instrument by, without any network.

        In this order: the number this process resolved to it; where today's master is here, the pinned, learned or old
        token that provably leads to it; the old token with the same exchange number, `name` and `series`; the synthetic
        number. Raises `InstrumentError` when a configured v1 file cannot be used or the symbol has no number.
        """
        return self._way_back.token_of(exchange_segment, str(symbol), name, series)

    # -- pins and holdings ---------------------------------------------------------------------------------------------

    def pin(self, token: int | str, exchange_segment: str, trading_symbol: str) -> Instrument:
        """Say what a number means, before all other proofs and for all processes of this home; return the instrument.

        Raises `UnknownInstrument` for an unknown or expired symbol and for an index, and `InstrumentError` for a number
        of the synthetic range or of an index, which cannot be given another meaning.
        """
        number = token_number(token)
        if synthetic.is_synthetic(number) or synthetic.is_own(number) or number in BY_V1_TOKEN:
            kind = "an index of the old API" if number in BY_V1_TOKEN else "a synthetic number"
            raise InstrumentError(f"Token {number} cannot be pinned: it is {kind}, whose meaning is fixed.")
        found = self.by_trading_symbol(exchange_segment, trading_symbol)
        if found.is_index:
            raise UnknownInstrument(f"{trading_symbol} is an index, which cannot be bought or sold.", trading_symbol)
        if found.expiry and found.expiry < self._today():
            raise expired(number, found.trading_symbol, found.expiry)
        day = self._today()
        self._memory.pin(Pin(number, exchange_segment, found.symbol, trading_symbol, found.isin, found.identity, day))
        return found

    def unpin(self, token: int | str) -> bool:
        """Forget a pin; say whether there was one."""
        return self._memory.unpin(token_number(token))

    def pins(self) -> list[Pin]:
        """Return all pins, by number."""
        return list(self._memory.pins().values())

    def learn(self, holdings: Iterable[tuple[int, str, str, str]]) -> None:
        """Keep the (token, segment, symbol, ISIN) that v2's holdings show: old tokens, told by the broker itself.

        The ISIN may be "": then that of the master of the same day is taken, now or when the number is first resolved,
        without any network here. What is no row of a share is left out. Raises `InstrumentError`.
        """
        day = business_date(self._now())
        told: dict[int, Learned] = {}
        for token, segment, symbol, isin in holdings:
            if 0 < token < synthetic.FIRST and token not in BY_V1_TOKEN and segment in ("nse_cm", "bse_cm") and symbol:
                entry = Learned(token, segment, symbol, isin, day)
                told[token] = entry if isin else entry.stamped(self._master.local_index(segment))
        known = self._memory.learned()
        self._memory.learn(new for new in told.values() if new.tells_more_than(known.get(new.token)))

    # -- v1 files ------------------------------------------------------------------------------------------------------

    def v1_file(self, kind: str) -> Path:
        """Return the path of today's file in the old format, "cash" or "fno" in any case; made once per business day.

        Raises `InstrumentError` for another kind and for a full disk, and `MasterUnavailable` when NSE's master cannot
        be had.
        """
        from . import export

        return export.cached(self._exporter(), kind, self._folder / "v1", business_date(self._now()))

    def export_v1(self, folder: Path, day: date | None = None, *, everything: bool = False) -> list[Path]:
        """Write both files in the old format into `folder`; return their paths, cash first.

        Their names hold `day`, the present business day where None. `everything` adds what the old files never listed:
        state loans, government paper, fund units and bonds without a series (SG, GS, TB, MF, N0), and the contracts of
        BSE, MCX and currency. Raises as `v1_file` does, and OSError when the folder cannot be written.
        """
        day = day or business_date(self._now())
        from . import export

        exporter = self._exporter()
        return [export.write(exporter, kind, Path(folder), day, everything=everything) for kind in export.KINDS]

    def _exporter(self) -> Exporter:
        from .export import Exporter

        return Exporter(
            self._master, self._resolver, self._way_back, self._ledger, self._memory, self._v1, self._today()
        )

    def _today(self) -> date:
        return ist_date(self._now())


def _one(found: list[Instrument], segment: str, what: str, value: object) -> Instrument:
    if len(found) == 1:
        return found[0]
    many = "has no" if not found else "has more than one"
    raise UnknownInstrument(f"Today's scrip master of {segment} {many} {what} {value!r}.", value)
