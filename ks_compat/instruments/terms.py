"""What the official SDK's `search_scrip` is asked, as terms of `Instruments.search` (spec/v2.md 2.15)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from .errors import InstrumentError
from .expiry import MONTHS

ALIASES = {
    **dict.fromkeys(("NSE", "nse"), "nse_cm"),
    **dict.fromkeys(("BSE", "bse"), "bse_cm"),
    **dict.fromkeys(("NFO", "nfo"), "nse_fo"),
    **dict.fromkeys(("BFO", "bfo"), "bse_fo"),
    **dict.fromkeys(("MCX", "mcx"), "mcx_fo"),
}
"""Other names that the SDK takes for a segment."""
_SDK_DATE = re.compile(r"(\d{1,2})([A-Z]{3})(\d{4}|\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})(\d{2})", re.ASCII)
_LEAST, _MOST = Decimal(0), Decimal(10**9)
T = TypeVar("T", date, Decimal)


def expiries(text: str | date) -> tuple[date, date] | None:
    """Return the first and last expiry of "01MAY2023", "01MAY2023-31MAY2023", "2023-05-01" or "202305"; None for "".

    The SDK's own text promises YYYYMM, which it then refuses; here it is the whole month. Raises `InstrumentError`.
    """
    if isinstance(text, date):
        return text, text
    wanted = text.strip().upper()
    if not wanted:
        return None
    try:
        month = _MONTH.fullmatch(wanted)
        if month is not None:
            first = date(int(month[1]), int(month[2]), 1)
            return first, first.replace(day=monthrange(first.year, first.month)[1])
        if re.fullmatch(r"\d{4}-\d\d-\d\d", wanted):
            return date.fromisoformat(wanted), date.fromisoformat(wanted)
        return _range(wanted, _date)
    except ValueError as exc:
        raise InstrumentError(
            f"{text!r} is not an expiry. Write 01MAY2023, 01MAY2023-31MAY2023, 2023-05-01 or 202305."
        ) from exc


def strikes(text: str | Decimal | int | float) -> tuple[Decimal, Decimal] | None:
    """Return the lowest and highest strike (rupees) of "18000", "182.5-190", ">18000" or "<18000"; None for "".

    Both ends are included, those of > and < too, as in the SDK. Raises `InstrumentError`.
    """
    wanted = str(text).replace(" ", "")
    if not wanted:
        return None
    try:
        if wanted[0] in "<>":
            bound = _rupees(wanted[1:].removeprefix("="))
            return (bound, _MOST) if wanted[0] == ">" else (_LEAST, bound)
        return _range(wanted, _rupees)
    except (ValueError, InvalidOperation) as exc:
        raise InstrumentError(f"{text!r} is not a strike in rupees. Write 18000, 182.5-190, >18000 or <18000.") from exc


def _range(text: str, read: Callable[[str], T]) -> tuple[T, T]:
    ends = [read(part) for part in text.split("-")]
    if len(ends) > 2 or ends[0] > ends[-1]:
        raise ValueError("more than two values, or the higher one first")
    return ends[0], ends[-1]


def _date(text: str) -> date:
    match = _SDK_DATE.fullmatch(text)
    if match is None:
        raise ValueError("not a date")
    year = int(match[3])
    return date(year if year > 99 else 2000 + year, MONTHS.index(match[2]) + 1, int(match[1]))


def _rupees(text: str) -> Decimal:
    amount = Decimal(text)
    if not (amount.is_finite() and _LEAST <= amount <= _MOST):
        raise ValueError("not a strike")
    return amount
