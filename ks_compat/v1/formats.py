"""The old API's ways of writing numbers and times (spec/v1.md 6, Formats). Pure."""

from __future__ import annotations

import functools
from datetime import date, datetime, tzinfo
from decimal import Decimal

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
"""Not by strftime: its names follow the language of the machine; the old API's did not."""


_REMEMBERED = 20_000
"""A bot reads its order book over and over: the same numbers and times."""


def number(value: Decimal | int) -> int | float:
    """A JSON number as the old API wrote it: ``1801`` where it is whole, ``51.85`` where not."""
    return _number(value) if value else 0


@functools.lru_cache(_REMEMBERED)
def _number(value: Decimal | int) -> int | float:
    return int(value) if value == int(value) else float(value)


def timestamp(value: datetime | None) -> str:
    """``Apr 25 2022 12:43:28:000PM`` (IST); empty for no time."""
    return "" if value is None else _timestamp(value, value.tzinfo)


# The zone too: the same moment in two zones is one key.
@functools.lru_cache(_REMEMBERED)
def _timestamp(value: datetime, _: tzinfo | None) -> str:
    # strftime's %b and %p follow the machine's language; the old API did not.
    half = "AM" if value.hour < 12 else "PM"
    clock = f"{value.hour % 12 or 12}:{value:%M:%S}:{value.microsecond // 1000:03d}{half}"
    return f"{MONTHS[value.month - 1]} {value.day} {value.year} {clock}"


def quote_time(value: datetime) -> str:
    """``25/08/2021 11:41:20`` (IST)."""
    return f"{value:%d/%m/%Y %H:%M:%S}"


def expiry(value: date | None) -> str:
    """``28APR22``; ``-`` for none."""
    return "-" if value is None else f"{value.day:02d}{MONTHS[value.month - 1].upper()}{value.year % 100:02d}"


def option_type(value: str) -> str:
    """``CE`` or ``PE``; ``- `` (with a space) for none."""
    return value or "- "
