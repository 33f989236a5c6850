"""Margins and funds in the old API's terms (spec/v1.md 3.9, 6). Pure. Rupees."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ks_compat.v1.formats import number

if TYPE_CHECKING:
    from ks_compat.native import Limits, Margin


@dataclass(frozen=True)
class LegMargin:
    """What one leg of ``margin_required`` needs under each product; None where the product is not to be had."""

    instrument_token: Any
    normal: Margin | None = None
    mtf: Margin | None = None


def order_margin(margin: Margin | None) -> int | float:
    """What the order needs; 0 for a product that the instrument does not have (sample margin_required)."""
    return 0 if margin is None else rupees(margin.order_margin)


def rupees(value: Decimal) -> int | float:
    """An amount in whole paise: v2 writes limits with the noise of binary arithmetic (``19.409999999999997``)."""
    return number(round(value, 2))


def cash_balance(limits: Limits) -> int | float:
    """Cash, money paid in today, less what was paid out."""
    return rupees(limits.collateral_value + limits.pay_in - limits.pay_out)


def total_margin(limits: Limits) -> int | float:
    """What is available and what is used, together."""
    return rupees(limits.net + limits.margin_used)
