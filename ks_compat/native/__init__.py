"""The native client of the Kotak Neo v2 API. Knows nothing of the old API.

Each name is loaded when it is first asked for: a program that trades need not wait for what it does not use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ks_compat.native.account_results import ClientAddress, Holding, Limits, Margin, Position, Trade
    from ks_compat.native.client import NeoClient
    from ks_compat.native.codes import Advice
    from ks_compat.native.errors import (
        AddressNotAllowed,
        AnswerNotUnderstood,
        ApiError,
        ConfigurationError,
        InstrumentRefused,
        InvalidRequest,
        LoginRefused,
        NeoError,
        NoAnswer,
        NotDone,
        NotLoggedIn,
        NotSent,
        OrderNotChanged,
        OrderNotSettled,
        OrderOutcomeUnknown,
        RateLimited,
        Refused,
        ServerFailed,
        SessionExpired,
    )
    from ks_compat.native.market_results import Candle, ChainRow, Depth, Level, Ohlc, OptionChain, Quote
    from ks_compat.native.order_results import Order, OrderEvent
    from ks_compat.native.own_orders import OwnOrder
    from ks_compat.native.requests import CARRY
    from ks_compat.native.results import OrderAck
    from ks_compat.native.session import Session
    from ks_compat.native.settings import Settings

_NAMES = {
    "account_results": (
        "ClientAddress",
        "Holding",
        "Limits",
        "Margin",
        "Position",
        "Trade",
    ),
    "client": ("NeoClient",),
    "codes": ("Advice",),
    "errors": (
        "AddressNotAllowed",
        "AnswerNotUnderstood",
        "ApiError",
        "ConfigurationError",
        "InstrumentRefused",
        "InvalidRequest",
        "LoginRefused",
        "NeoError",
        "NoAnswer",
        "NotDone",
        "NotLoggedIn",
        "NotSent",
        "OrderNotChanged",
        "OrderNotSettled",
        "OrderOutcomeUnknown",
        "RateLimited",
        "Refused",
        "ServerFailed",
        "SessionExpired",
    ),
    "market_results": (
        "Candle",
        "ChainRow",
        "Depth",
        "Level",
        "Ohlc",
        "OptionChain",
        "Quote",
    ),
    "order_results": ("Order", "OrderEvent"),
    "own_orders": ("OwnOrder",),
    "requests": ("CARRY",),
    "results": ("OrderAck",),
    "session": ("Session",),
    "settings": ("Settings",),
}
_HOMES = {name: f"{__name__}.{module}" for module, names in _NAMES.items() for name in names}

__all__ = [
    "CARRY",
    "AddressNotAllowed",
    "Advice",
    "AnswerNotUnderstood",
    "ApiError",
    "Candle",
    "ChainRow",
    "ClientAddress",
    "ConfigurationError",
    "Depth",
    "Holding",
    "InstrumentRefused",
    "InvalidRequest",
    "Level",
    "Limits",
    "LoginRefused",
    "Margin",
    "NeoClient",
    "NeoError",
    "NoAnswer",
    "NotDone",
    "NotLoggedIn",
    "NotSent",
    "Ohlc",
    "OptionChain",
    "Order",
    "OrderAck",
    "OrderEvent",
    "OrderNotChanged",
    "OrderNotSettled",
    "OrderOutcomeUnknown",
    "OwnOrder",
    "Position",
    "Quote",
    "RateLimited",
    "Refused",
    "ServerFailed",
    "Session",
    "SessionExpired",
    "Settings",
    "Trade",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
