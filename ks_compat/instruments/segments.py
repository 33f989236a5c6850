"""The one table of exchange segments (instruments.md 2.1, 2.5 and 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .errors import UnknownInstrument

BASE_1980 = datetime(1980, 1, 1)  # NSE's zero, as IST wall clock
BASE_1970 = datetime(1970, 1, 1)  # the Unix zero; the date is taken in UTC


@dataclass(frozen=True, slots=True)
class Segment:
    """One exchange segment.

    `file_name` is the last part of the scrip master's URL, "" where v2 lists none that is described; `base` is what
    `lExpiryDate` counts from; `code` is the segment's place in a synthetic number.
    """

    name: str
    exchange: str
    file_name: str
    code: int
    derivative: bool
    base: datetime


SEGMENTS = {
    segment.name: segment
    for segment in (
        Segment("nse_cm", "NSE", "nse_cm-v1.csv", 1, False, BASE_1980),
        Segment("nse_fo", "NSE", "nse_fo.csv", 2, True, BASE_1980),
        Segment("cde_fo", "CDS", "cde_fo.csv", 3, True, BASE_1980),
        Segment("nse_com", "NSE", "", 4, True, BASE_1980),
        Segment("bse_cm", "BSE", "bse_cm-v1.csv", 5, False, BASE_1980),
        Segment("bse_fo", "BSE", "bse_fo.csv", 6, True, BASE_1970),
        Segment("bse_cd", "BSE", "", 7, True, BASE_1970),
        Segment("bse_co", "BSE", "", 8, True, BASE_1970),
        Segment("mcx_fo", "MCX", "mcx_fo.csv", 9, True, BASE_1970),
        Segment("ncd_co", "NCDEX", "", 10, True, BASE_1970),
    )
}
SEGMENT_BY_CODE = {segment.code: segment for segment in SEGMENTS.values()}
NEEDED = ("nse_cm", "nse_fo")
"""The segments that every account has; the others may be missing."""
CASH_SEGMENT = {"NSE": "nse_cm", "BSE": "bse_cm"}
FUTURES_SEGMENT = {"NSE": "nse_fo", "BSE": "bse_fo"}


def segment_named(name: str) -> Segment:
    """Return the segment of that v2 name; raise `UnknownInstrument` for any other."""
    try:
        return SEGMENTS[name]
    except (KeyError, TypeError):
        known = ", ".join(name for name, segment in SEGMENTS.items() if segment.file_name)
        raise UnknownInstrument(f"{name!r} is not an exchange segment. Known: {known}.", name) from None
