"""The arguments of the old calls, as arguments of the native ones: one table for each (spec/v1.md 3).

Pure. The facade uses these functions at run time; rewritten code uses them where a value is known at run time only; the
codemod reads the tables for values that stand in the source.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from ks_compat.exceptions import ApiValueError
from ks_compat.native import tags, wire
from ks_compat.native.requests import CARRY

F = TypeVar("F", bound=Callable[..., Any])

SIDES = {"BUY": "B", "SELL": "S"}
VALIDITIES = {"GFD": "DAY", "IOC": "IOC"}
VARIETIES = {"REGULAR": "NO", "AMO": "YES"}
"""Old variety: native ``amo``. SQUAREOFF has no equal."""
ORDER_TYPES = {"N": CARRY, "MIS": "MIS", "MTF": "MTF", "SOR": CARRY}
"""Old order type (which is a product): native product. SM has no equal; O takes its product from ``product``."""
PRODUCTS = {"NORMAL": CARRY, "MTF": "MTF", "SOR": CARRY}
"""Old product of order type O: native product. The others have no equal."""

QUOTE_OPERATIONS = {
    None: "get_instruments_details",
    "LTP": "get_ltp_quote",
    "DEPTH": "get_market_details_quote",
    "OHLC": "get_ohlc_quote",
}
"""Old quote type: the operation that the old error text names."""

_OLD_VARIETIES = ["REGULAR", "AMO", "SQUAREOFF"]
_OLD_PRODUCTS = [
    "NORMAL", "SUPERMULTIPLE", "SUPERMULTIPLEOPTION", "MTF", "SOR", "TSLONEW", "BRACKETNEW", "TSLO", "BRACKET", "GTC",
    "COD", "CONVERT",
]  # fmt: skip
_ALLOWED_VALIDITIES = {"SM": ["GFD"], "SOR": ["GFD"]}
_ALLOWED_VARIETIES = {"SOR": ["REGULAR"]}
_SURE, _FAR = 1e-6, 1e15
_BAD_ORDER_TYPE = (
    "Provided order type is invalid, use either of O(Order), N(Normal Order), SM(Super Multiple Order), "
    "SOR(Smart Order Routing), MTF(Margin Tading Facility) or MIS"
)


def native_product(order_type: str, product: str | None = None) -> str:
    """The native product of an old order type (and, for type O, of the old product).

    Raises what the old SDK raised for a wrong one, and ApiValueError for what v2 has no equal for.
    """
    _check_order_type(order_type, product)
    if order_type == "O":
        _check("product", product, _OLD_PRODUCTS)
    name = product if order_type == "O" else order_type
    native = (PRODUCTS if order_type == "O" else ORDER_TYPES).get(str(name))
    if native is None:
        raise ApiValueError(
            f"The Kotak Neo v2 API has no {name} orders. Use order_type 'N' (carry forward) or 'MIS' (intraday), and "
            "place the stop loss as an order of its own."
        )
    if name == "SOR":
        warnings.warn(
            "v2 has no smart order routing: the order goes to the exchange of the instrument token itself.",
            stacklevel=2,
        )
    return native


def native_side(transaction_type: str) -> str:
    """``BUY`` or ``SELL`` as ``B`` or ``S``."""
    _check("transactionType", transaction_type, list(SIDES))
    return SIDES[transaction_type]


def native_validity(validity: str, order_type: str = "N") -> str:
    """``GFD`` or ``IOC`` as ``DAY`` or ``IOC``."""
    _check("validity", validity, _ALLOWED_VALIDITIES.get(order_type, list(VALIDITIES)))
    return VALIDITIES[validity]


def native_amo(variety: str, order_type: str = "N") -> str:
    """Variety ``REGULAR`` or ``AMO`` as ``NO`` or ``YES``."""
    _check("variety", variety, _ALLOWED_VARIETIES.get(order_type, _OLD_VARIETIES))
    if variety not in VARIETIES:
        raise ApiValueError(
            f"The Kotak Neo v2 API has no variety {variety}. To square off, place a REGULAR order of the other side."
        )
    return VARIETIES[variety]


def pricing(price: Any, trigger_price: Any = 0) -> dict[str, Any]:
    """Order type, price and trigger price (rupees) of an old order (spec/v1.md 3.4).

    Price 0 is a market order; a trigger makes it a stop. Returns the native ``order_type``, ``price`` and
    ``trigger_price``. Raises ApiValueError for what is not a number.
    """
    limit, stop = _is_given("price", price), _is_given("trigger_price", trigger_price)
    kind = {(False, False): "MKT", (True, False): "L", (True, True): "SL", (False, True): "SL-M"}[limit, stop]
    return {"order_type": kind, "price": price, "trigger_price": trigger_price}


def named_as(name: str) -> Callable[[F], F]:
    """Lets Python's own complaints about arguments name the old method."""

    def renamed(function: F) -> F:
        function.__qualname__, function.__module__ = f"KSTradeApi.{name}", "ks_compat.ks_api"
        return function

    return renamed


@named_as("place_order")
def place_order(
    order_type: str,
    instrument_token: Any,
    transaction_type: str,
    quantity: Any,
    price: Any,
    disclosed_quantity: Any = 0,
    trigger_price: Any = 0,
    tag: str | None = "string",
    validity: str = "GFD",
    variety: str = "REGULAR",
    product: str | None = None,
    smart_order_routing: str | None = None,  # noqa: ARG001 - the old signature; v2 has no such field
) -> dict[str, Any]:
    """The native arguments of an old ``place_order`` call, checked in the old order (spec/v1.md 3.4)."""
    _check_order_type(order_type, product)
    side = native_side(transaction_type)
    if order_type == "O":
        _check("product", product, _OLD_PRODUCTS)
    day, amo = native_validity(validity, order_type), native_amo(variety, order_type)
    return {
        "product": native_product(order_type, product),
        "instrument_token": instrument_token,
        "transaction_type": side,
        "quantity": quantity,
        "validity": day,
        "amo": amo,
        **pricing(price, trigger_price),
        "disclosed_quantity": disclosed_quantity,
        "tag": tags.text(tag),
    }


@named_as("modify_order")
def modify_order(
    order_id: Any, price: Any, quantity: Any, disclosed_quantity: Any, trigger_price: Any, validity: str
) -> dict[str, Any]:
    """The native arguments of an old ``modify_order`` call. Price stands before quantity (spec/v1.md 3.5)."""
    for name, value in (("orderId", order_id), ("validity", validity)):
        if value is None:
            raise ValueError(f"Invalid value for `{name}`, must not be `None`")
    return {
        "order_id": order_id,
        **pricing(price, trigger_price),
        "quantity": quantity,
        "disclosed_quantity": disclosed_quantity,
        "validity": native_validity(validity),
    }


@named_as("cancel_order")
def cancel_order(order_id: Any) -> dict[str, Any]:
    """The native arguments of an old ``cancel_order`` call (spec/v1.md 3.6)."""
    if order_id is None:
        raise ApiValueError("Missing the required parameter `orderId` when calling `cancel_order`")
    return {"order_id": order_id}


def camel_keys(row: Any) -> dict[str, Any]:
    """``trigger_price`` as ``triggerPrice``, as the old SDK wrote keys (spec/v1.md 3.13); values untouched."""
    keys = row.keys()  # what has none fails as it did
    return {"".join([first, *map(str.title, rest)]): row[key] for key in keys for first, *rest in [key.split("_")]}


def margin_required(transaction_type: str | None, order_info: Any) -> list[dict[str, Any]]:
    """The native arguments, but for the product, of each leg of an old ``margin_required`` call (spec/v1.md 3.9).

    ``amount`` and keys that are not known have no equal in v2. Without a side nothing can be asked; without
    legs nothing is.
    """
    legs = [camel_keys(leg) for leg in order_info]
    if transaction_type is not None or legs:
        side = native_side(_given("transactionType", transaction_type))
        return [_margin_leg(side, leg) for leg in legs]
    return []


def tokens(instrument_token: Any, quote_type: str | None = None) -> list[int | str]:
    """The instruments of an old quote call: one token, or several joined by ``-`` (spec/v1.md 3.10).

    Raises the old ApiValueError for None; ``quote_type`` is named in it only.
    """
    if instrument_token is None:
        operation = QUOTE_OPERATIONS[quote_type]
        raise ApiValueError(f"Missing the required parameter `instrumentTokens` when calling `{operation}`")
    if isinstance(instrument_token, str):
        return [part.strip() for part in instrument_token.split("-")]
    return [instrument_token]


def _check_order_type(order_type: str, product: str | None) -> None:
    if order_type != "O" and product:
        raise ApiValueError("Product can be supplied only if Order Type value is 'O'")
    if order_type == "O" and not product:
        raise ApiValueError("Please pass product paramater with order_type = 'O' OR change order_type")
    if order_type not in (*ORDER_TYPES, "O", "SM"):
        raise TypeError(_BAD_ORDER_TYPE)


def _check(name: str, value: Any, allowed: list[str]) -> None:
    if value not in allowed:
        raise ValueError(f"Invalid value for `{name}` ({value}), must be one of {allowed}")


def _margin_leg(side: str, leg: dict[str, Any]) -> dict[str, Any]:
    return {
        "transaction_type": side,
        "instrument_token": _given("instrumentToken", leg.get("instrumentToken")),
        "quantity": _given("quantity", leg.get("quantity")),
        **pricing(*(0 if leg.get(name) is None else leg[name] for name in ("price", "triggerPrice"))),
    }


def _given(name: str, value: Any) -> Any:
    if value is not None:
        return value
    raise ApiValueError(f"Missing the required parameter `{name}` when calling `margin_required`")


def _is_given(name: str, value: Any) -> bool:
    # The plain cases without a Decimal, which the request makes once more. Below 1e-6 a float may be noise.
    if (type(value) is int and value >= 0) or (type(value) is float and _SURE <= value < _FAR):
        return bool(value)
    try:
        return wire.decimal(name, value) > 0
    except ValueError as error:
        raise ApiValueError(str(error)) from None
