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
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
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
    if isinstance(value, datetime):
        return value
    # strptime's %b follows the machine's language; the exchange's months do not.
    match = _TIME.fullmatch(str(value or "").strip())
    if match is None or match[2].upper() not in _MONTHS:
        return None
    day, month, year, hour, minute, second = match.groups()
    return datetime(int(year), _MONTHS[month.upper()], int(day), int(hour), int(minute), int(second), tzinfo=IST)


def _price(value: Any) -> Decimal | None:
    # A price of 0 would look like a crash (money rule 3).
    return _number(value) or None


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    match = _MOMENT.fullmatch(str(value or "").strip())
    if match is None:
        raise ValueError(f"{value!r} is not a time")
    *parts, fraction, zone = match.groups()
    micro = int((fraction or ".0")[1:].ljust(6, "0"))
    year, month, day, hour, minute, second = map(int, parts)
    # fromisoformat of Python 3.10 knows no zone without a colon.
    offset = "" if zone in (None, "Z") else str(zone).replace(":", "")
    known = IST if zone is None else timezone(_offset(offset))
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=known).astimezone(IST)


def _offset(text: str) -> timedelta:
    length = timedelta(hours=int(text[1:3]), minutes=int(text[3:])) if text else timedelta(0)
    return -length if text.startswith("-") else length


def _epoch(value: Any) -> datetime | None:
    milliseconds = _whole(value)
    return datetime.fromtimestamp(milliseconds / 1000, IST) if milliseconds else None


def _iso_day(value: Any) -> date:
    match = _ISO_DAY.fullmatch(str(value))
    if match is None:
        raise ValueError(f"{value!r} is not a date")
    return date(int(match[1]), int(match[2]), int(match[3]))


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
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
Price = Annotated[Decimal | None, BeforeValidator(_price)]
"""A price in rupees; nothing and 0 are None."""
MaybeWhole = Annotated[int | None, BeforeValidator(lambda value: _whole(value) if _text(value) else None)]
"""A whole number; nothing is None."""
Moment = Annotated[datetime, BeforeValidator(_moment)]
"""``2026-08-20T09:15:00+0530`` or ``2026-07-07 12:07:34.440`` (IST where no zone is given), in IST."""
EpochTime = Annotated[datetime | None, BeforeValidator(_epoch)]
"""Milliseconds since 1970 UTC as text, in IST; or None."""
IsoDay = Annotated[date, BeforeValidator(_iso_day)]
"""``2026-06-25``."""
Time = Annotated[datetime | None, BeforeValidator(_time)]
"""``22-Jan-2025 14:28:01`` (IST), or None."""
Day = Annotated[date | None, BeforeValidator(_day)]
"""``28 Jul, 2026`` or ``23-JUN-2026``, or None."""
