"""The old API's two views of positions, and what it computed for a row (spec/v1.md 6). Pure. Rupees and units."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from ks_compat.v1.formats import number

if TYPE_CHECKING:
    from ks_compat.native import Position


def todays_positions(rows: Iterable[Position]) -> list[Position]:
    """``positions("TODAYS")``: what was traded today."""
    return [row for row in rows if row.todays_buy_quantity or row.todays_sell_quantity]


def open_positions(rows: Iterable[Position]) -> list[Position]:
    """``positions("OPEN")``: what is not flat, carried forward or not."""
    return [row for row in rows if row.net_quantity]


def todays_net(row: Position) -> int:
    """Bought minus sold today."""
    return row.todays_buy_quantity - row.todays_sell_quantity


def buy_trade_average(row: Position) -> int | float:
    """Average price of today's buys."""
    return number(_buy_average(row))


def sell_trade_average(row: Position) -> int | float:
    """Average price of today's sells."""
    return number(_sell_average(row))


def average_stock_price(row: Position) -> int | float:
    """Average price of the side that the position is open on; 0 where it is flat (spec/v2.md 2.10)."""
    return number(_open_average(row))


def net_trade_value(row: Position) -> int | float:
    """Open quantity times its average price."""
    return number(row.net_quantity * _open_average(row))


def last_price(row: Position) -> int | float | None:
    """Last traded price; None where v2 does not tell it, which no comparison takes for a price."""
    return None if row.ltp is None else number(row.ltp)


def realized_pl(row: Position) -> int | float:
    """Today's profit of what was both bought and sold today."""
    matched = min(row.todays_buy_quantity, row.todays_sell_quantity)
    return number(matched * (_sell_average(row) - _buy_average(row)))


def _buy_average(row: Position) -> Decimal:
    return _average(row.todays_buy_amount, row.todays_buy_quantity)


def _sell_average(row: Position) -> Decimal:
    return _average(row.todays_sell_amount, row.todays_sell_quantity)


def _open_average(row: Position) -> Decimal:
    if row.net_quantity > 0:
        bought = row.carried_buy_quantity + row.todays_buy_quantity
        return _average(row.carried_buy_amount + row.todays_buy_amount, bought)
    if row.net_quantity < 0:
        sold = row.carried_sell_quantity + row.todays_sell_quantity
        return _average(row.carried_sell_amount + row.todays_sell_amount, sold)
    return Decimal(0)


def _average(amount: Decimal, quantity: int) -> Decimal:
    return round(amount / quantity, 4) if quantity else Decimal(0)
