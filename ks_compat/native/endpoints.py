"""The endpoints of the v2 API: one table (spec/v2.md 0; seed 000)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Auth(Enum):
    """Which headers a call carries (spec/v2.md 1.6)."""

    LOGIN = "Authorization, neo-fin-key"
    VALIDATE = "Authorization, neo-fin-key, sid, Auth of the view session"
    # The migration guide says "Drop 'Authorization'"; a setting adds it back (DESIGN.md, choices between sources).
    SESSION = "Sid, Auth of the trade session, neo-fin-key"
    # No source leaves it out here (spec/v2.md 1.6).
    SESSION_AND_TOKEN = "Authorization, Sid, Auth of the trade session, neo-fin-key"
    MARKET = "Authorization"


class Body(Enum):
    """How a call's fields travel (spec/v2.md 0, Global encodings)."""

    NONE = "none"
    JSON = "application/json"
    JDATA = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Endpoint:
    """One call: the method, the path (below the login host or the account's ``baseUrl``), its headers and its body."""

    method: str
    path: str
    auth: Auth
    body: Body = Body.NONE
    is_order: bool = False
    """True for place, modify, cancel and exit: sent at most once, never repeated (money rule 1)."""
    at_login_host: bool = False


TOTP_LOGIN = Endpoint("POST", "login/1.0/tradeApiLogin", Auth.LOGIN, Body.JSON, at_login_host=True)
TOTP_VALIDATE = Endpoint("POST", "login/1.0/tradeApiValidate", Auth.VALIDATE, Body.JSON, at_login_host=True)
CLIENT_IP = Endpoint("GET", "login/1.0/get-client-ip", Auth.SESSION_AND_TOKEN, at_login_host=True)
PLACE_ORDER = Endpoint("POST", "quick/order/rule/ms/place", Auth.SESSION, Body.JDATA, is_order=True)
MODIFY_ORDER = Endpoint("POST", "quick/order/vr/modify", Auth.SESSION, Body.JDATA, is_order=True)
CANCEL_ORDER = Endpoint("POST", "quick/order/cancel", Auth.SESSION, Body.JDATA, is_order=True)
EXIT_COVER_ORDER = Endpoint("POST", "quick/order/co/exit", Auth.SESSION, Body.JDATA, is_order=True)
EXIT_BRACKET_ORDER = Endpoint("POST", "quick/order/bo/exit", Auth.SESSION, Body.JDATA, is_order=True)
ORDER_BOOK = Endpoint("GET", "quick/user/orders", Auth.SESSION)
ORDER_BY_ID = Endpoint("GET", "quick/user/orders/{order_id}", Auth.SESSION)
ORDER_HISTORY = Endpoint("POST", "quick/order/history", Auth.SESSION, Body.JDATA)
TRADE_BOOK = Endpoint("GET", "quick/user/trades", Auth.SESSION)
# The guide's path first; the newer one where that answers 404 (DESIGN.md, choices between sources).
POSITIONS = Endpoint("GET", "quick/user/positions", Auth.SESSION)
POSITIONS_V2 = Endpoint("GET", "portfolio/v2/positions", Auth.SESSION)
HOLDINGS = Endpoint("GET", "portfolio/v1/holdings", Auth.SESSION)
LIMITS = Endpoint("POST", "quick/user/limits", Auth.SESSION, Body.JDATA)
CHECK_MARGIN = Endpoint("POST", "quick/user/check-margin", Auth.SESSION, Body.JDATA)
QUOTES = Endpoint("GET", "script-details/1.0/quotes/neosymbol/{instruments}/{quote_type}", Auth.MARKET)
SCRIP_MASTER = Endpoint("GET", "script-details/1.0/masterscrip/file-paths", Auth.MARKET)
EXPIRIES = Endpoint("GET", "market-data/1.0/watchlist/expiries", Auth.MARKET)
OPTION_CHAIN = Endpoint("GET", "market-data/1.0/watchlist/option-chain", Auth.MARKET)
HISTORICAL = Endpoint("GET", "market-data/1.0/historical/details", Auth.MARKET)
