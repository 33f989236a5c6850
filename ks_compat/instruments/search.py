"""Search in one segment's index: exact names, prefixes, ranges of expiry and strike, and plain text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from .errors import InstrumentError
from .index import Index
from .instrument import Instrument
from .parse import strike_units

Strike: TypeAlias = Decimal | int | str
_ORDER = "name, expiry, strike, option_type, series != 'EQ', series, length(symbol), symbol"
# Futures have no strike, and NULL sorts first.
_ALL = -1
_FUTURES = "FUT"


def search(
    index: Index,
    *,
    name: str | None = None,
    prefix: str | None = None,
    contains: str | None = None,
    expiry: date | tuple[date, date] | None = None,
    strike: Strike | tuple[Strike, Strike] | None = None,
    option_type: str | None = None,
    series: str | None = None,
    limit: int | None = None,
) -> list[Instrument]:
    """See `Instruments.search`."""
    terms: list[tuple[str, tuple[object, ...]]] = []
    if name is not None:
        terms.append(("name = ?", (name,)))
    if prefix:
        terms.append(("name >= ? AND name < ?", (prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1))))
    if contains:
        terms.append(("name LIKE ? ESCAPE '\\'", (f"%{_literal(contains)}%",)))
    if expiry is not None:
        first, last = expiry if isinstance(expiry, tuple) else (expiry, expiry)
        terms.append(("expiry BETWEEN ? AND ?", (f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}")))
    if strike is not None:
        low, high = strike if isinstance(strike, tuple) else (strike, strike)
        terms.append(("strike BETWEEN ? AND ?", (_units(low), _units(high))))
    if option_type is not None:
        kinds = [_option(kind.strip().upper()) for kind in option_type.split(",")]
        condition = " OR ".join(kind for kind, _ in kinds)
        terms.append((f"({condition})", tuple(value for _, given in kinds for value in given)))
    if series is not None:
        terms.append(("series = ?", (series,)))
    condition = " AND ".join(term for term, _ in terms) or "1"
    values = [value for _, given in terms for value in given]
    return index.where(condition, values, _ORDER, _ALL if limit is None else max(0, limit))


def find(indices: Iterable[Index], text: str, limit: int) -> list[Instrument]:
    """See `Instruments.find`."""
    words = text.split()
    if not words:
        return []
    condition = " AND ".join(["name || ' ' || trading_symbol || ' ' || description LIKE ? ESCAPE '\\'"] * len(words))
    values: list[object] = [f"%{_literal(word)}%" for word in words]
    found = [each for index in indices for each in index.where(condition, values, _ORDER, _ALL)]
    # The likeliest first: the name itself, then what begins with it; shares, which come first, before contracts.
    wanted = words[0].upper()
    found.sort(key=lambda each: (each.name.upper() != wanted, not each.name.upper().startswith(wanted)))
    return found[: max(0, limit)]


def _option(wanted: str) -> tuple[str, tuple[object, ...]]:
    if wanted in (_FUTURES, "XX"):
        return "strike IS NULL AND expiry IS NOT NULL", ()
    return "option_type = ?", (wanted,)


def _units(strike: Strike) -> int:
    try:
        return strike_units(Decimal(str(strike)))
    except (InvalidOperation, ValueError, OverflowError) as exc:
        raise InstrumentError(f"{strike!r} is not a strike in rupees, such as 24000 or 182.5.") from exc


def _literal(text: str) -> str:
    for special in "\\%_":
        text = text.replace(special, "\\" + special)
    return text
