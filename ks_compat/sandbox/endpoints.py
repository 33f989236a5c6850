"""The endpoints of the sandbox: one table (spec/v2.md 0), and where older clients look for them (5.2)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ks_compat.sandbox import (
    candles,
    chains,
    files,
    holdings,
    login,
    margins,
    order_calls,
    quotes,
    reports,
    session_calls,
)
from ks_compat.sandbox.access import Access
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Reply


@dataclass(frozen=True)
class Endpoint:
    """One row of the route table. `name` is what a fault calls it: the official SDK's method, where it has one."""

    name: str
    method: str
    path: str
    access: Access
    answer: Callable[[State, Call], Reply]


_QUOTES = "/script-details/1.0/quotes/neosymbol/{instruments}/{filter}"
ENDPOINTS = (
    Endpoint("totp_login", "POST", "/login/1.0/tradeApiLogin", Access.LOGIN, login.trade_api_login),
    Endpoint("totp_validate", "POST", "/login/1.0/tradeApiValidate", Access.LOGIN, login.trade_api_validate),
    Endpoint("whatsmyip", "GET", "/login/1.0/get-client-ip", Access.LOGIN_HOST_SESSION, session_calls.client_ip),
    Endpoint("feed_addresses", "GET", "/5config/config", Access.ANYONE, session_calls.feed_addresses),
    Endpoint("place_order", "POST", "/quick/order/rule/ms/place", Access.TRADE_SESSION, order_calls.place),
    Endpoint("modify_order", "POST", "/quick/order/vr/modify", Access.TRADE_SESSION, order_calls.modify),
    Endpoint("cancel_order", "POST", "/quick/order/cancel", Access.TRADE_SESSION, order_calls.cancel),
    Endpoint("exit_cover_order", "POST", "/quick/order/co/exit", Access.TRADE_SESSION, order_calls.exit_cover),
    Endpoint("exit_bracket_order", "POST", "/quick/order/bo/exit", Access.TRADE_SESSION, order_calls.exit_bracket),
    Endpoint("order_report", "GET", "/quick/user/orders", Access.TRADE_SESSION, reports.order_book),
    Endpoint("one_order", "GET", "/quick/user/orders/{order_number}", Access.TRADE_SESSION, reports.one_order),
    Endpoint("order_history", "POST", "/quick/order/history", Access.TRADE_SESSION, reports.order_history),
    Endpoint("trade_report", "GET", "/quick/user/trades", Access.TRADE_SESSION, reports.trades),
    Endpoint("positions", "GET", "/quick/user/positions", Access.TRADE_SESSION, reports.positions),
    Endpoint("positions_v2", "GET", "/portfolio/v2/positions", Access.TRADE_SESSION, reports.positions_with_ltp),
    Endpoint("holdings", "GET", "/portfolio/v1/holdings", Access.TRADE_SESSION, holdings.holdings),
    Endpoint("limits", "POST", "/quick/user/limits", Access.TRADE_SESSION, margins.limits),
    Endpoint("margin_required", "POST", "/quick/user/check-margin", Access.TRADE_SESSION, margins.check_margin),
    Endpoint("quotes", "GET", _QUOTES, Access.ACCESS_TOKEN, quotes.quotes),
    Endpoint(
        "scrip_master", "GET", "/script-details/1.0/masterscrip/file-paths", Access.ACCESS_TOKEN, files.file_paths
    ),
    Endpoint("master_file", "GET", files.FOLDER + "/{day}/{folder}/{name}", Access.ANYONE, files.master_file),
    Endpoint("expiries", "GET", "/market-data/1.0/watchlist/expiries", Access.ACCESS_TOKEN, chains.expiries),
    Endpoint(
        "option_chain", "GET", "/market-data/1.0/watchlist/option-chain", Access.ACCESS_TOKEN, chains.option_chain
    ),
    Endpoint("historical_data", "GET", "/market-data/1.0/historical/details", Access.ACCESS_TOKEN, candles.historical),
    Endpoint("logout", "POST", "/apim/login/2.0/logout", Access.TRADE_SESSION, session_calls.logout),
)

# Path of an endpoint above, from its start -> where older clients look for it (spec/v2.md 5.2); `sId` is ignored.
_OLD_PATHS = {
    "/quick/": "/Orders/2.0/quick/",
    "/portfolio/v1/holdings": "/Portfolio/1.0/portfolio/v1/holdings",
    "/script-details/1.0/masterscrip/file-paths": "/Files/1.0/masterscrip/v1/file-paths",
    "/apim/login/2.0/logout": "/login/1.0/logout",
}
ALIASES = tuple(
    replace(endpoint, path=old + endpoint.path.removeprefix(start))
    for endpoint in ENDPOINTS
    for start, old in _OLD_PATHS.items()
    if endpoint.path.startswith(start)
)
