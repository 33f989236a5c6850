"""The native client of the Kotak Neo v2 API. Knows nothing of the old API."""

from ks_compat.native.account_results import ClientAddress, Holding, Limits, Margin, Trade
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
    NotLoggedIn,
    NotSent,
    OrderOutcomeUnknown,
    RateLimited,
    Refused,
    ServerFailed,
    SessionExpired,
)
from ks_compat.native.market_results import Candle, ChainRow, OptionChain
from ks_compat.native.requests import CARRY
from ks_compat.native.results import Depth, Level, Ohlc, Order, OrderAck, OrderEvent, Position, Quote
from ks_compat.native.session import Session
from ks_compat.native.settings import Settings

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
    "NotLoggedIn",
    "NotSent",
    "Ohlc",
    "OptionChain",
    "Order",
    "OrderAck",
    "OrderEvent",
    "OrderOutcomeUnknown",
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
