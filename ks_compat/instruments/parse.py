"""The text of a scrip master file, turned into database rows (instruments.md 2.2, 2.4, 2.5)."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from .errors import MasterUnavailable
from .expiry import guarded_expiry, reference_expiry
from .segments import Segment

Row = tuple[str | int | None, ...]
"""symbol, trading symbol, name, series, isin, instrument type, option type, expiry (ISO), strike and tick size
(rupees, plain decimal text), lot size and freeze quantity (units), description."""

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
            yield from self._rows(csv.reader(_lines(self._chunks)))
        except csv.Error as exc:
            raise self._unusable(f"is not readable as CSV ({exc})") from exc

    def _rows(self, table: Iterator[list[str]]) -> Iterator[Row]:
        header = [name.strip().rstrip(";").strip() for name in next(table, [])]
        read = self._row_parser(header)
        for fields in table:
            if not fields:
                continue
            self.truncated = len(fields) < len(header)
            row = read(fields) if len(fields) == len(header) else None
            if row is None:
                self.skipped += 1
            else:
                yield row

    def _row_parser(self, header: list[str]) -> Callable[[list[str]], Row | None]:
        if not header:
            raise self._unusable("is empty")
        place = {name: position for position, name in reversed(list(enumerate(header)))}
        missing = [name for name in REQUIRED if name not in place]
        if missing:
            raise self._unusable(f"has no column {', '.join(missing)}")
        columns = [(name, place[name]) for name in REQUIRED + OPTIONAL if name in place]

        def read(fields: list[str]) -> Row | None:
            try:
                return _row({name: fields[at].strip() for name, at in columns}, self._segment, self._today)
            except (ValueError, InvalidOperation):
                return None

        return read

    def _unusable(self, why: str) -> MasterUnavailable:
        name = self._segment.name
        return MasterUnavailable(f"The scrip master of {name} ({self._segment.file_name}) {why}.", name)


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    # Not splitlines(): company names may hold characters that it takes for line ends.
    rest = ""
    for text in codecs.iterdecode(chunks, "utf-8-sig", "replace"):
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            yield line + "\n"
    if rest:
        yield rest


def _row(field: dict[str, str], segment: Segment, today: date) -> Row:
    """Read one row; raise ValueError (or decimal's InvalidOperation) where it cannot be trusted."""
    symbol, trading_symbol = field["pSymbol"], field["pTrdSymbol"]
    if not (symbol.isascii() and symbol.isdigit() and trading_symbol) or field["pExchSeg"] != segment.name:
        raise ValueError("no symbol, or another segment's row")
    precision = int(_decimal(field["lPrecision"]))
    option_type = field["pOptionType"].upper()
    lot = _count(field["lLotSize"])
    expiry = strike = None
    if segment.derivative:
        expiry = _expiry(field, segment, today)
        strike = _rupees(field["dStrikePrice"], precision)
        if lot is None or (option_type in ("CE", "PE")) != (strike is not None):
            raise ValueError("a contract without a lot, or an option without a strike")
    return (
        symbol, trading_symbol, field["pSymbolName"], field["pGroup"], field["pISIN"], field["pInstType"], option_type,
        expiry, strike, _rupees(field["dTickSize"], precision), lot or 1, _freeze(field.get("lFreezeQty", "")),
        field.get("pDesc", ""),
    )  # fmt: skip


def _expiry(field: dict[str, str], segment: Segment, today: date) -> str:
    expiry = guarded_expiry(int(_decimal(field["lExpiryDate"])), segment, today)
    written = reference_expiry(field.get("pScripRefKey", ""), field["pSymbolName"])
    if expiry is None or (written is not None and written != expiry):
        raise ValueError("an expiry that is out of range or differs from the one in the reference key")
    return expiry.isoformat()


@lru_cache(maxsize=16384)
def _rupees(text: str, precision: int) -> str | None:
    """Return an amount scaled by 10^precision ("2.1e+06") in rupees as plain text ("21000"); None for none ("-1")."""
    if not 0 <= precision <= 9:
        raise ValueError("a precision out of range")
    amount = _decimal(text).scaleb(-precision) if text else Decimal(0)
    return plain(amount) if amount > 0 else None


def plain(amount: Decimal) -> str:
    """Return the one way in which the index writes an amount: no exponent, no trailing zeros."""
    return format(amount.normalize(), "f")


@lru_cache(maxsize=4096)
def _count(text: str) -> int | None:
    amount = _decimal(text)
    if amount != int(amount):
        raise ValueError("a size with a fraction")
    return int(amount) if amount > 0 else None


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
