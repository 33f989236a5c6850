"""What an order call means, read from its old arguments and, on a way of its own, from the native request. Pure.

The translation in ``ks_compat.v1`` is what is on trial here: the way back uses none of its tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ks_compat.native.requests import CancelOrder, ModifyOrder, PlaceOrder

TokenOf = Callable[[str, str], int]
"""The old token of an exchange segment and a trading symbol."""

_BACK = {"B": "BUY", "S": "SELL", "DAY": "GFD", "IOC": "IOC", "NO": "REGULAR", "YES": "AMO"}
_KINDS = {"MKT": (False, False), "L": (True, False), "SL": (True, True), "SL-M": (False, True)}
"""Native order type: whether price and trigger are above 0."""
_CARRIED = {("CNC", True): "carry", ("NRML", False): "carry"}
"""Product, and whether the segment is cash."""
_FINEST = Decimal("0.0001")


def of_old(method: str, arguments: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The meaning of old arguments by name: ``{"place_order": {"quantity": Decimal(1), ...}}``.

    What is no number stays as it is, so that it differs from every number.
    """
    if method == "cancel_order":
        return {method: {"order_id": str(arguments["order_id"])}}
    found = {name: _number(arguments.get(name, 0)) for name in _NUMBERS}
    found["validity"] = arguments.get("validity", "GFD")
    if method == "modify_order":
        return {method: {**found, "order_id": str(arguments["order_id"])}}
    return {
        method: {
            **found,
            "instrument_token": _number(arguments["instrument_token"]),
            "transaction_type": arguments["transaction_type"],
            "variety": arguments.get("variety", "REGULAR"),
            "product": _product(arguments["order_type"], arguments.get("product")),
        }
    }


def of_native(
    request: PlaceOrder | ModifyOrder | CancelOrder, token_of: TokenOf | None = None
) -> dict[str, dict[str, Any]]:
    """The meaning of a native request. ``token_of`` is needed for a new order."""
    if isinstance(request, CancelOrder):
        return {"cancel_order": {"order_id": request.order_id}}
    found: dict[str, Any] = {name: _number(getattr(request, name)) for name in _NUMBERS}
    if tuple(bool(found[name]) for name in ("price", "trigger_price")) != _KINDS[request.order_type]:
        found["price"] = f"{request.order_type} at {request.price}, trigger {request.trigger_price}"
    found["validity"] = _BACK[request.validity]
    if isinstance(request, ModifyOrder):
        return {"modify_order": {**found, "order_id": request.order_id}}
    assert token_of is not None
    cash = request.exchange_segment.endswith("_cm")
    return {
        "place_order": {
            **found,
            "instrument_token": _number(token_of(request.exchange_segment, request.trading_symbol)),
            "transaction_type": _BACK[request.transaction_type],
            "variety": _BACK[request.amo],
            "product": _CARRIED.get((request.product, cash), request.product),
        }
    }


_NUMBERS = ("quantity", "price", "trigger_price", "disclosed_quantity")


def _number(value: Any) -> Any:
    try:
        number = Decimal(str(value)).quantize(_FINEST)
    except (InvalidOperation, ValueError):
        return value
    return number.normalize() if number else Decimal(0)


def _product(order_type: str, product: str | None) -> str:
    name = product if order_type == "O" else order_type
    return "carry" if name in ("N", "SOR", "NORMAL") else str(name)
