"""The join: a row of an old v1 file to today's instrument, by proof (instruments.md 3).

A number alone proves nothing, since exchanges and Kotak reused numbers. The ISIN does: its first seven characters are
the issuer. What cannot be proven is refused, with the cause.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from .errors import UnknownInstrument
from .expiry import v1_expiry
from .index import Index
from .instrument import Instrument
from .segments import CASH_SEGMENT, FUTURES_SEGMENT
from .v1_files import V1Row

How = Literal["pin", "synthetic", "learned", "exchange token", "isin", "name", "contract"]
"""How a number was proven; the last four are the ways from an old file."""
# Series in which shares and fund units trade in the normal market. BL, the block-deal twin with the same ISIN, is not.
TRADED_SERIES = frozenset(("EQ", "BE", "BZ", "SM", "ST"))
_FUTURES = frozenset(("FI", "FS"))
_OPTIONS = frozenset(("OI", "OS"))
LOOK_AGAIN = (
    "Look the instrument up again (`ks-compat instruments find TEXT`), or say what the number means (`ks-compat "
    "instruments pin TOKEN SYMBOL`). An old token is never guessed."
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Today's instrument behind a number, and how that was proven."""

    instrument: Instrument
    how: How


def resolve_row(row: V1Row, index: Callable[[str], Index], today: date) -> Resolution:
    """Return today's instrument of a v1 row; `index` gives the index of a segment, `today` is the IST date.

    Raises `UnknownInstrument`, which says why nothing is proven.
    """
    if row.series == "IN":
        raise index_refused(row.token, row.name)
    if row.segment == "FO" and row.series in _FUTURES | _OPTIONS and row.exchange in FUTURES_SEGMENT:
        return _contract(row, index, today)
    if row.segment in ("CASH", "-") and row.exchange in CASH_SEGMENT:
        return _cash(row, index(CASH_SEGMENT[row.exchange]))
    what = f"{row.exchange} {row.name} ({row.series}, segment {row.segment})"
    raise _refused(row, f"is {what}: old currency and commodity tokens cannot be joined to v2 instruments")


def segment_of(row: V1Row) -> str | None:
    """Return the v2 segment that a v1 row belongs to, None where it has none."""
    cash = CASH_SEGMENT.get(row.exchange)
    return cash if row.segment != "FO" else cash and cash.replace("_cm", "_fo")


def index_refused(token: int, name: str) -> UnknownInstrument:
    """Return the error for an index number where something tradable is needed."""
    return UnknownInstrument(
        f"Old token {token} is the index {name}: it has quotes, but it cannot be bought or sold. "
        "Use one of its futures or options, or a fund on it.",
        token,
    )


def expired(token: int, instrument: str, expiry: date) -> UnknownInstrument:
    """Return the error for a contract that is over."""
    return UnknownInstrument(f"Token {token} is {instrument}, which expired on {expiry}. {LOOK_AGAIN}", token)


def _cash(row: V1Row, index: Index) -> Resolution:
    if len(row.isin) != 12:
        raise _refused(row, f"is {_title(row)}, whose ISIN the old file does not give, so nothing proves it")
    at_number = index.with_symbol(row.exchange_token)
    if len(at_number) == 1 and _same_security(row, at_number[0]):
        return Resolution(at_number[0], "exchange token")
    # A BSE scrip code stays with its company, so BSE has no second way.
    if row.exchange == "NSE" and len(at_number) <= 1:
        elsewhere = _elsewhere(row, index)
        if elsewhere is not None:
            return elsewhere
    if at_number:
        now = ", ".join(f"{found.trading_symbol} ({found.isin or 'no ISIN'})" for found in at_number)
        raise _refused(row, f"was {_title(row)}, but its exchange number {row.exchange_token} now belongs to {now}")
    raise _refused(row, f"was {_title(row)}, which is no longer listed (delisted, merged or suspended)")


def _elsewhere(row: V1Row, index: Index) -> Resolution | None:
    """Return the NSE listing that a security moved to when its number went, None where there is none."""
    by_isin = [found for found in index.with_isin(row.isin) if found.series in TRADED_SERIES]
    if len(by_isin) == 1:
        return Resolution(by_isin[0], "isin")
    by_name = index.with_name(row.name, row.series)
    if len(by_name) == 1 and _same_security(row, by_name[0]):
        return Resolution(by_name[0], "name")
    if by_isin:
        now = ", ".join(found.trading_symbol for found in by_isin)
        raise _refused(row, f"was {_title(row)}, whose ISIN has more than one listing now: {now}")
    return None


def _same_security(row: V1Row, found: Instrument) -> bool:
    """Say whether a listing is the old row's own security, possibly under a new ISIN (after a split, say)."""
    if row.exchange == "NSE" and found.series != row.series and not {found.series, row.series} <= TRADED_SERIES:
        return False
    if found.isin == row.isin:
        return True
    # A new ISIN proves the same issuer, which is the same security for shares and fund units only: a company has many
    # bonds, and all government paper has one "issuer".
    if row.series not in TRADED_SERIES or found.isin[:7] != row.isin[:7] or row.isin[:3] not in ("INE", "INF", "IN9"):
        return False
    # Characters 8 and 9 tell a company's shares from its preference shares, bonds and warrants; funds use them freely.
    return row.isin.startswith("INF") or found.isin[7:9] == row.isin[7:9]


def _contract(row: V1Row, index: Callable[[str], Index], today: date) -> Resolution:
    expiry = v1_expiry(row.expiry)
    if expiry is None:
        raise _refused(row, f"is {_title(row)} with an expiry that is not a date ({row.expiry!r})")
    if expiry < today:
        raise expired(row.token, _title(row), expiry)
    segment = FUTURES_SEGMENT[row.exchange]
    if row.series in _FUTURES:
        found = index(segment).futures(row.name, expiry) if row.option_type == "XX" else []
    else:
        strike = _strike(row)
        known = strike is not None and row.option_type in ("CE", "PE")
        found = index(segment).options(row.name, expiry, strike, row.option_type) if known and strike else []
    if len(found) != 1:
        many = "is not" if not found else "stands more than once"
        raise _refused(row, f"is {_title(row)}, which {many} in today's scrip master of {segment}")
    return Resolution(found[0], "contract")


def _strike(row: V1Row) -> Decimal | None:
    """Return the strike in rupees if it is whole paise, else None."""
    try:
        strike = Decimal(row.strike)
        return strike if strike > 0 and strike * 100 == int(strike * 100) else None
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _title(row: V1Row) -> str:
    if row.segment == "FO":
        return " ".join((row.exchange, row.name, row.series, row.expiry, row.strike, row.option_type))
    return f"{row.exchange} {row.name}-{row.series} (ISIN {row.isin or 'none'})"


def _refused(row: V1Row, why: str) -> UnknownInstrument:
    return UnknownInstrument(f"Old token {row.token} {why}. {LOOK_AGAIN}", row.token)
