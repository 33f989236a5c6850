"""Synthetic numbers: an integer token for an instrument that never had one in v1 (instruments.md 6).

A synthetic number says by itself which segment and pSymbol it stands for, fits in 32 bits, prints as plain digits, and
cannot meet a number that Kotak gave out.
"""

from __future__ import annotations

from .errors import InstrumentError
from .segments import SEGMENT_BY_CODE, Segment, segment_named

_START = 1_000_000_000
_BLOCK = 10_000_000
# The top of each block is kept for indices without a pSymbol.
_SYMBOLS = 9_900_000


def is_synthetic(number: int) -> bool:
    """Say whether the number lies in the synthetic range."""
    return (number - _START) // _BLOCK in SEGMENT_BY_CODE


def encode(exchange_segment: str, symbol: str) -> int:
    """Return the synthetic number of a pSymbol; raise `InstrumentError` where the scheme has no room for it."""
    segment = segment_named(exchange_segment)
    if not (symbol.isascii() and symbol.isdigit()) or not 0 < int(symbol) < _SYMBOLS:
        raise InstrumentError(f"{exchange_segment} symbol {symbol!r} does not fit a synthetic instrument token")
    return _START + segment.code * _BLOCK + int(symbol)


def decode(number: int) -> tuple[Segment, str]:
    """Return the segment and pSymbol behind a synthetic number, existing or not (the caller asks the master)."""
    code, symbol = divmod(number - _START, _BLOCK)
    return SEGMENT_BY_CODE[code], str(symbol)
