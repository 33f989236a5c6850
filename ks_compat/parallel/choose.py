"""Which side sends a new order. Pure: a sticky share, never a coin thrown per order."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ks_compat.parallel.plan import Canary

_BUCKETS = 10_000


def in_share(canary: Canary, account: str, day: date, arguments: Mapping[str, Any]) -> bool:
    """Whether an order belongs to the candidate's share: the same all day for one instrument (or tag) of an account.

    A larger share keeps what a smaller one had.
    """
    key = arguments.get("tag" if canary.by == "tag" else "instrument_token")
    digest = hashlib.sha256(f"{account}|{day.isoformat()}|{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _BUCKETS < canary.share * _BUCKETS


def rupees(arguments: Mapping[str, Any], last_price: Decimal | None) -> Decimal | None:
    """What an order is worth at its price, else its trigger, else ``last_price``; None where that is not known."""
    try:
        price, trigger, quantity = (
            Decimal(str(arguments.get(name, 0) or 0)) for name in ("price", "trigger_price", "quantity")
        )
        at = next((number for number in (price, trigger, last_price) if number is not None and number > 0), None)
        known = at is not None and quantity.is_finite() and at.is_finite() and quantity > 0
    except InvalidOperation:  # not a number, or nan
        return None
    return quantity * at if known and at is not None else None
