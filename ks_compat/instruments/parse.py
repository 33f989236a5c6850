"""The text of a scrip master file, turned into database rows (instruments.md 2.2, 2.4, 2.5)."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import chain
from operator import itemgetter

from .errors import MasterUnavailable
from .expiry import guarded_expiry, reference_expiry
from .segments import Segment

Row = tuple[str | int | None, ...]
"""symbol, trading symbol, name, series, isin, instrument type, option type, expiry (ISO), strike (see `STRIKE_UNITS`),
tick size (rupees, plain decimal text), lot size and freeze quantity (units), description."""
STRIKE_UNITS = 1_000_000
"""Strikes are kept as whole numbers of this part of a rupee: exact, and sorted and compared as numbers."""

REQUIRED = (
    "pSymbol", "pGroup", "pExchSeg", "pInstType", "pSymbolName", "pTrdSymbol", "pOptionType", "pISIN",
    "dTickSize", "lLotSize", "lExpiryDate", "lPrecision", "dStrikePrice",
)  # fmt: skip
OPTIONAL = ("pScripRefKey", "pDesc", "lFreezeQty")


class MasterReader:
    """The good rows of one download, read once while the body streams through.

    After the iteration `skipped` is the number of rows that could not be read and `truncated` says whether the body
    ended inside a row. Iterating raises `MasterUnavailable` when the body is not a scrip master.
    """

    def __init__(self, chunks: Iterable[bytes], segment: Segment, today: date) -> None:
        self.skipped = 0
        self.truncated = False
        self._chunks = chunks
        self._segment = segment
        self._today = today

    def __iter__(self) -> Iterator[Row]:
        try:
            yield from self._rows(_records(_lines(self._chunks)))
        except csv.Error as exc:
            raise self._unusable(f"is not readable as CSV ({exc})") from exc

    def _rows(self, table: Iterator[list[str]]) -> Iterator[Row]:
        header = [name.strip().rstrip(";").strip() for name in next(table, [])]
        read = self._row_parser(header)
        width = len(header)
        for fields in table:
            self.truncated = len(fields) < width
            row = read(fields) if len(fields) == width else None
            if row is None:
                self.skipped += 1
            else:
                yield row

    def _row_parser(self, header: list[str]) -> Callable[[list[str]], Row | None]:
        if not header:
            raise self._unusable("is empty")
        place = {name: position for position, name in reversed(list(enumerate(header)))}
        missing = [name for name in REQUIRED if name not in place]
        if len(missing) == len(REQUIRED):
            other = "came as something else, such as an error page: try again in some minutes"
            raise self._unusable(f"{other} (it has no column {missing[0]})")
        if missing:
            raise self._unusable(f"has no column {', '.join(missing)}")
        # A column that is not there is read from the blank that is put behind each row.
        pick = itemgetter(*(place.get(name, len(header)) for name in REQUIRED + OPTIONAL))
        segment, today = self._segment, self._today

        def read(fields: list[str]) -> Row | None:
            fields.append("")
            try:
                return _row(tuple(map(str.strip, pick(fields))), segment, today)
            except (ValueError, InvalidOperation):
                return None

        return read

    def _unusable(self, why: str) -> MasterUnavailable:
        name = self._segment.name
        return MasterUnavailable(f"The scrip master of {name} ({self._segment.file_name}) {why}.", name)


def _records(lines: Iterator[str]) -> Iterator[list[str]]:
    """Yield the fields of each record. Only the few with quotes need the csv module, which takes twice as long."""
    for line in lines:
        if '"' in line:
            yield next(csv.reader(chain((line,), lines)))
        elif text := line.rstrip("\r\n"):
            yield text.split(",")


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    # Not splitlines(): company names may hold characters that it takes for line ends.
    rest = ""
    for text in codecs.iterdecode(chunks, "utf-8-sig", "replace"):
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            yield line + "\n"
    if rest:
        yield rest


def _row(field: tuple[str, ...], segment: Segment, today: date) -> Row:
    """Read one row, `REQUIRED` and `OPTIONAL`; raise ValueError (or decimal's InvalidOperation) if it is not sound."""
    (
        symbol, series, exchange_segment, instrument_type, name, trading_symbol, option_type, isin,
        tick_size, lot_size, expires, digits, strike_price, reference, description, freeze,
    ) = field  # fmt: skip
    if not (symbol.isascii() and symbol.isdigit() and trading_symbol) or exchange_segment != segment.name:
        raise ValueError("no symbol, or another segment's row")
    precision = _precision(digits)
    option_type = option_type.upper()
    lot = _count(lot_size)
    expiry = strike = None
    if segment.derivative:
        expiry = _expiry(expires, reference, name, segment, today)
        strike = _strike(strike_price, precision)
        if lot is None or (option_type in ("CE", "PE")) != (strike is not None):
            raise ValueError("a contract without a lot, or an option without a strike")
    return (
        symbol, trading_symbol, name, series, isin, instrument_type, option_type, expiry, strike,
        _rupees(tick_size, precision), lot or 1, _freeze(freeze), description,
    )  # fmt: skip


def _expiry(text: str, reference: str, name: str, segment: Segment, today: date) -> str:
    expiry = guarded_expiry(_seconds(text), segment, today)
    written = reference_expiry(reference, name)
    if expiry is None or (written is not None and written != expiry):
        raise ValueError("an expiry that is out of range or differs from the one in the reference key")
    return expiry.isoformat()


@lru_cache(maxsize=16384)
def _strike(text: str, precision: int) -> int | None:
    rupees = _amount(text, precision)
    return None if rupees is None else strike_units(rupees)


def strike_units(rupees: Decimal) -> int:
    """Return a strike as the index keeps it; raise ValueError for one that is finer or larger than it can keep."""
    units = rupees * STRIKE_UNITS
    if units != int(units) or abs(units) >= 2**62:
        raise ValueError("a strike out of range")
    return int(units)


@lru_cache(maxsize=16384)
def _rupees(text: str, precision: int) -> str | None:
    amount = _amount(text, precision)
    return None if amount is None else plain(amount)


def _amount(text: str, precision: int) -> Decimal | None:
    """Return an amount scaled by 10^precision ("2.1e+06") in rupees (21000); None for none ("-1")."""
    amount = _decimal(text).scaleb(-precision) if text else Decimal(0)
    return amount if amount > 0 else None


@lru_cache(maxsize=64)
def _precision(text: str) -> int:
    precision = int(_decimal(text))
    if not 0 <= precision <= 9:
        raise ValueError("a precision out of range")
    return precision


@lru_cache(maxsize=4096)
def _seconds(text: str) -> int:
    return int(_decimal(text))


def plain(amount: Decimal) -> str:
    """Return the one way in which the index writes an amount: no exponent, no trailing zeros."""
    return format(amount.normalize(), "f")


@lru_cache(maxsize=4096)
def _count(text: str) -> int | None:
    amount = _decimal(text)
    if amount != int(amount):
        raise ValueError("a size with a fraction")
    return int(amount) if amount > 0 else None


@lru_cache(maxsize=4096)
def _freeze(text: str) -> int | None:
    try:
        return _count(text)
    except (ValueError, InvalidOperation):  # a hint only: no reason to lose the instrument
        return None


def _decimal(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or amount.adjusted() > 18:
        raise ValueError("not a number")
    return amount
