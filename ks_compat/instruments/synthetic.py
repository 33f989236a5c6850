"""Synthetic numbers: an integer token for an instrument that never had one in v1 (instruments.md 6).

A synthetic number says by itself which segment and pSymbol it stands for, fits in 32 bits, prints as plain digits, and
cannot meet a number that Kotak gave out. Above them is a range of numbers that say nothing by themselves: the ledger
gives them to contracts whose exchange number was another contract's before.
"""

from __future__ import annotations

from .errors import InstrumentError
from .segments import SEGMENT_BY_CODE, Segment, segment_named

FIRST = 1_000_000_000  # Kotak's own numbers stayed far below (instruments.md 6)
_BLOCK = 10_000_000
# The top of each block is kept for indices without a pSymbol.
_SYMBOLS = 9_900_000
OWN_START = 1_110_000_000
_END = 2**31


def is_synthetic(number: int) -> bool:
    """Say whether the number lies in the synthetic range."""
    return (number - FIRST) // _BLOCK in SEGMENT_BY_CODE


def is_own(number: int) -> bool:
    """Say whether the number lies in the ledger's own range, where it says nothing by itself."""
    return OWN_START < number < _END


def encode(exchange_segment: str, symbol: str) -> int:
    """Return the synthetic number of a pSymbol; raise `InstrumentError` where the scheme has no room for it."""
    segment = segment_named(exchange_segment)
    plain = symbol.isascii() and symbol.isdigit() and not symbol.startswith("0")
    if not (plain and len(symbol) <= 7 and int(symbol) < _SYMBOLS):
        raise InstrumentError(f"{exchange_segment} symbol {symbol!r} does not fit a synthetic instrument token")
    return FIRST + segment.code * _BLOCK + int(symbol)


def encode_index(exchange_segment: str, place: int) -> int:
    """Return the synthetic number of an index without a pSymbol; `place` is its fixed place in the table, from 0."""
    return FIRST + segment_named(exchange_segment).code * _BLOCK + _SYMBOLS + place


def decode(number: int) -> tuple[Segment, str]:
    """Return the segment and pSymbol behind a synthetic number, existing or not (the caller asks the master)."""
    code, symbol = divmod(number - FIRST, _BLOCK)
    return SEGMENT_BY_CODE[code], str(symbol)
