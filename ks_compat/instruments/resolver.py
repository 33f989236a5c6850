"""What stands behind a number: the proofs of instruments.md 3, in their order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date

from . import synthetic
from .errors import InstrumentError, UnknownInstrument
from .index import Index
from .indices import BY_SYNTHETIC, BY_V1_NAME, BY_V1_TOKEN, IndexName
from .instrument import Instrument, issue_of
from .ledger import Ledger
from .memory import Learned, Memory, Pin
from .resolve import LOOK_AGAIN, TRADED_SERIES, How, Resolution, expired, index_refused, resolve_row, segment_of
from .v1_files import V1Files, V1Row

_RESOLVED = 4096
"""Proofs that are kept."""
_PIN = "say what it means with `ks-compat instruments pin TOKEN SYMBOL`"


class Resolver:
    """Pins, then synthetic numbers, then pairs learned from holdings, then the user's old files; else refused."""

    def __init__(
        self,
        index: Callable[[str], Index],
        v1: V1Files,
        memory: Memory,
        ledger: Ledger,
        today: Callable[[], date],
    ) -> None:
        """`index` gives today's index of a segment, `today` the date in India."""
        self._index = index
        self._v1 = v1
        self._memory = memory
        self._ledger = ledger
        self._today = today
        self._resolved: dict[int, tuple[object, Resolution]] = {}

    def resolve(self, number: int) -> Resolution:
        """Return the instrument behind a number and its proof; raise `UnknownInstrument` with the cause."""
        return self._tradable(number, self._proven(number))

    def resolve_again(self, number: int, day: date) -> Resolution:
        """Return what `resolve` returns; what was proven on the same business day is not proven again.

        `day` is the present business day. Raises as `resolve` does.
        """
        # Both are taken before the proof, so that one that is older than what it stands on is never found again.
        state = (day, self._memory.state())
        known, resolution = self._resolved.get(number, (None, None))
        if resolution is None or known != state:
            resolution = self._proven(number)
            if len(self._resolved) >= _RESOLVED:
                self._resolved = {}
            self._resolved[number] = (state, resolution)
        return self._tradable(number, resolution)

    def _tradable(self, number: int, resolution: Resolution) -> Resolution:
        instrument = resolution.instrument
        if instrument.is_index:
            raise index_refused(number, instrument.name)
        # Yesterday's master may still be in force early in the morning.
        if instrument.expiry and instrument.expiry < self._today():
            raise expired(number, instrument.trading_symbol, instrument.expiry)
        return resolution

    def index_behind(self, number: int) -> IndexName | None:
        """Return the index behind a number, None if it is no index."""
        if synthetic.is_synthetic(number):
            return BY_SYNTHETIC.get(number)
        if synthetic.is_own(number) or number in self._memory.pins():
            return None
        row = self._v1.find(number)
        if row is None:
            return BY_V1_TOKEN.get(number) if number not in self._memory.learned() else None
        if row.series != "IN":
            return None
        if (row.exchange, row.name) not in BY_V1_NAME:
            what = f"{row.exchange} {row.name}"
            raise UnknownInstrument(f"Old token {number} is the index {what}, for which v2 documents no name.", number)
        return BY_V1_NAME[row.exchange, row.name]

    def kept(self, entry: Pin | Learned, index: Index) -> Instrument | None:
        """Return today's listing of a remembered instrument, None where there is not exactly one that is the same."""
        wanted = entry.identity if isinstance(entry, Pin) else issue_of(entry.isin)
        same = [found for found in index.with_symbol(entry.symbol) if found.identity == wanted]
        if not same and index.segment == "nse_cm" and entry.isin:  # moved to another series
            same = [found for found in index.with_isin(entry.isin) if found.series in TRADED_SERIES]
        return same[0] if len(same) == 1 else None

    def _proven(self, number: int) -> Resolution:
        if synthetic.is_synthetic(number) or synthetic.is_own(number):  # which cannot be pinned
            return self._given(number)
        pin = self._memory.pins().get(number)
        if pin is not None:
            return self._remembered(number, pin, "pin", f"is pinned to {pin.trading_symbol}")
        learned = self._learned(number)
        row = self._v1.find(number)
        if learned is not None and (row is None or not self._told_otherwise(learned, row)):
            what = f"was {learned.exchange_segment} {learned.symbol} (ISIN {learned.isin}) in your holdings"
            return self._remembered(number, learned, "learned", what)
        if row is None:
            raise self._unknown(number)
        return resolve_row(row, self._index, self._today())

    def _learned(self, number: int) -> Learned | None:
        entry = self._memory.learned().get(number)
        if entry is None or entry.isin:
            return entry
        stamped = entry.stamped(self._index(entry.exchange_segment))
        if not stamped.isin:  # learned on another day: by now the exchange's number may be another share's
            return None
        with suppress(InstrumentError):  # a full disk: it is stamped again tomorrow, or learned again
            self._memory.learn([stamped])
        return stamped

    def _remembered(self, number: int, entry: Pin | Learned, how: How, what: str) -> Resolution:
        found = self.kept(entry, self._index(entry.exchange_segment))
        if found is None:
            if isinstance(entry, Pin) and entry.isin == "" and entry.identity[-10:] < self._today().isoformat():
                what += ", which has expired"
            raise UnknownInstrument(
                f"Token {number} {what}, but today's scrip master does not list that any more. {LOOK_AGAIN}", number
            )
        return Resolution(found, how)

    def _told_otherwise(self, learned: Learned, row: V1Row) -> bool:
        """Say whether the file means the same issue at the other exchange, where the bot's own file counts.

        Raises `UnknownInstrument` where file and holdings mean different things: Kotak used the number again, and
        nobody but the user knows which of the two the bot means.
        """
        if issue_of(row.isin) != issue_of(learned.isin):
            raise UnknownInstrument(
                f"Token {row.token} was {row.exchange} {row.name}-{row.series} (ISIN {row.isin or 'none'}) in your old "
                f"file, but your holdings show it for {learned.exchange_segment} {learned.symbol} (ISIN "
                f"{learned.isin}). Look the instrument up again, or {_PIN}. An old token is never guessed.",
                row.token,
            )
        return segment_of(row) != learned.exchange_segment

    def _given(self, number: int) -> Resolution:
        given = self._ledger.given(number)
        found = self._index(given.segment).with_symbol(given.symbol)
        if len(found) != 1:
            raise UnknownInstrument(
                f"Token {number} stands for {given.segment} symbol {given.symbol}, which is not in today's scrip "
                f"master. {LOOK_AGAIN}",
                number,
            )
        if not given.identity:
            self._ledger.note(number, found[0], self._today().isoformat())
        elif given.identity != found[0].identity:
            raise UnknownInstrument(
                f"Token {number} was {given.identity} when it was first seen on {given.day}; its exchange number "
                f"{given.symbol} now belongs to {found[0].trading_symbol}. {LOOK_AGAIN}",
                number,
            )
        return Resolution(found[0], "synthetic")

    def _unknown(self, number: int) -> UnknownInstrument:
        if number in BY_V1_TOKEN:
            return index_refused(number, BY_V1_TOKEN[number].v1_name)
        if not self._v1:
            why = f"Old token {number} cannot be resolved, since no old instrument file is given"
        else:
            why = f"Old token {number} is not in any instrument file you gave"
        return UnknownInstrument(
            f"{why}: set KS_COMPAT_V1_INSTRUMENTS to the v1 file that your bot was written with, or look the "
            "instrument up again (tokens of old futures and options have expired): `ks-compat instruments find TEXT`; "
            f"or {_PIN}. An old token is never guessed.",
            number,
        )
