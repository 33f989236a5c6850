"""Expiry dates out of the ways in which v1 and v2 files write them (instruments.md 1.3, 2.4, 2.5)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from .segments import BASE_1970, BASE_1980, Segment

# A fixed table: strptime("%b") follows the machine's locale.
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
OLDEST = timedelta(days=7)
FARTHEST = timedelta(days=6 * 366)
# The dated reference key is NAME, DDMMMYY, then FUT or a strike with two decimals. The decimals matter: the 2023 keys
# are trading symbols, whose year and first strike digits ("26JUN230CE") look like a date too.
_DATED = re.compile(r"(\d{2})([A-Z]{3})(\d{2})(?:FUT|\d+\.\d{2}(?:CE|PE))", re.ASCII)
_V1_DATE = re.compile(r"(\d{2})([A-Za-z]{3})(\d{2})", re.ASCII)


def expiry_date(raw: int, base: datetime) -> date:
    """Return the expiry of `raw` seconds since `base`.

    Adding seconds to the exchange's own zero is the only right way: "ten calendar years more" is a day off whenever
    the two decades have a different number of leap days before the date.
    """
    return (base + timedelta(seconds=raw)).date()


@lru_cache(maxsize=4096)
def guarded_expiry(raw: int, segment: Segment, today: date) -> date | None:
    """Return the expiry by the segment's own zero, else by the other one, if it is plausible today; else None.

    Plausible is from a week ago to six years ahead (instruments.md 2.5): the two zeros are ten years apart, so at most
    one of them passes.
    """
    other = BASE_1970 if segment.base == BASE_1980 else BASE_1980
    for base in (segment.base, other):
        try:
            expiry = expiry_date(raw, base)
        except OverflowError:
            continue
        if today - OLDEST <= expiry <= today + FARTHEST:
            return expiry
    return None


@lru_cache(maxsize=4096)
def v1_expiry(text: str) -> date | None:
    """Return the date of a v1 file's `DDMMMYY` ("16DEC21"), or None where it is not one ("0")."""
    match = _V1_DATE.fullmatch(text.strip())
    return _date(*match.groups()) if match else None


def reference_expiry(reference: str, name: str) -> date | None:
    """Return the date in a `pScripRefKey` of the dated form ("NIFTY22SEP2621000.00PE"), None in any other."""
    if not reference.startswith(name):
        return None
    match = _DATED.fullmatch(reference, len(name))
    return _date(*match.groups()) if match else None


def _date(day: str, month: str, year: str) -> date | None:
    try:
        return date(2000 + int(year), MONTHS.index(month.upper()) + 1, int(day))
    except ValueError:
        return None
