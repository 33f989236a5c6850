"""Prices on the tick, quantities on the lot, or nothing is sent (money rule 3; spec/v2.md 6.3, 6.4)."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TYPE_CHECKING, TypeVar

from ks_compat.native.errors import InvalidRequest
from ks_compat.native.requests import ModifyOrder, PlaceOrder
from ks_compat.native.wire import plain

if TYPE_CHECKING:
    from ks_compat.instruments import Instrument

O = TypeVar("O", PlaceOrder, ModifyOrder)  # noqa: E741 - an order

_NOISE = Decimal("1e-7")
# Not the caller's context: a program that works with 6 digits must not round a price here.
_EXACT = Context(prec=200)
_LOTS_UNPROVEN = frozenset({"mcx_fo"})
"""Whether commodities are ordered in units or in lots is not proven (spec/v2.md 6.3): sent as given."""


def fitted(order: O, instrument: Instrument) -> O:
    """``order`` with the noise of float arithmetic (less than 1e-7 rupees) around a tick removed.

    Raises InvalidRequest that names the tick or the lot for what lies off it. The freeze quantity is left to exchange
    and broker, some of whom slice such orders.
    """
    for name in ("quantity", "disclosed_quantity"):
        _check_lot(name, getattr(order, name), instrument)
    prices = {name: getattr(order, name) for name in ("price", "trigger_price")}
    on_tick = {name: _on_tick(name, price, instrument) for name, price in prices.items()}
    return order if on_tick == prices else order.model_copy(update=on_tick)


def _on_tick(name: str, price: str, instrument: Instrument) -> str:
    tick = instrument.tick_size
    if price == "0" or tick is None or tick <= 0:
        return price
    number = Decimal(price)
    ticks = _EXACT.to_integral_value(_EXACT.divide(number, tick))
    nearest = _EXACT.multiply(ticks, tick)
    if nearest == number:
        return price
    # Noise around 0 is no price: a limit order at 0 is filled at any (field-notes P2b).
    if not ticks or abs(_EXACT.subtract(number, nearest)) >= _NOISE:
        raise InvalidRequest(
            f"{name} {price} is not a multiple of the tick {plain(tick)} of {instrument.trading_symbol}."
        )
    return plain(nearest)


def _check_lot(name: str, quantity: str, instrument: Instrument) -> None:
    lot = instrument.lot_size
    if lot <= 1 or instrument.exchange_segment in _LOTS_UNPROVEN or int(quantity) % lot == 0:
        return
    raise InvalidRequest(
        f"{name} {quantity} is not a multiple of the lot size {lot} of {instrument.trading_symbol} (units, not lots)."
    )
