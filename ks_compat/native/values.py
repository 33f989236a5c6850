"""Types of the fields of v2 answers: one sentinel, number and time format each (spec/v2.md 6.7, 6.8)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator

IST = timezone(timedelta(hours=5, minutes=30), "IST")

_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_NOTHING = frozenset({"", "-", "--", "NA", "XX", "null"})
_TIME = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4}) +(\d{1,2}): *(\d{1,2}): *(\d{1,2})")
_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3}),?[ -](\d{4})")


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    return "" if text.strip() in _NOTHING else text


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(_text(value).strip() or "0")
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    return number


def _whole(value: Any) -> int:
    number = _number(value)
    if number != number.to_integral_value():
        raise ValueError(f"{value!r} is not a whole number")
    return int(number)


def _time(value: Any) -> datetime | None:
    # strptime's %b follows the machine's language; the exchange's months do not.
    match = _TIME.fullmatch(str(value or "").strip())
    if match is None or match[2].upper() not in _MONTHS:
        return None
    day, month, year, hour, minute, second = match.groups()
    return datetime(int(year), _MONTHS[month.upper()], int(day), int(hour), int(minute), int(second), tzinfo=IST)


def _day(value: Any) -> date | None:
    match = _DAY.fullmatch(str(value or "").strip())
    if match is None or match[2].upper() not in _MONTHS:
        return None
    return date(int(match[3]), _MONTHS[match[2].upper()], int(match[1]))


Text = Annotated[str, BeforeValidator(_text)]
"""A text; the server's words for nothing (``--``, ``NA``, ``-``, ``XX``) are the empty text."""
Number = Annotated[Decimal, BeforeValidator(_number)]
"""A number sent as text or as number; nothing is 0. Prices are rupees."""
Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number, such as a quantity in units."""
Time = Annotated[datetime | None, BeforeValidator(_time)]
"""``22-Jan-2025 14:28:01`` (IST), or None."""
Day = Annotated[date | None, BeforeValidator(_day)]
"""``28 Jul, 2026``, or None."""
