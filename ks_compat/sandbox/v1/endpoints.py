"""The endpoints of the old API: one table (spec/v1.md 1.5, 4.3). Names are the old client's methods, after `v1_`."""

from collections.abc import Callable

from ks_compat.sandbox.access import Access
from ks_compat.sandbox.endpoints import Endpoint
from ks_compat.sandbox.state import State
from ks_compat.sandbox.v1 import market, orders, positions, reports, session_calls
from ks_compat.sandbox.wire import Call, Reply

BASE = "/apim"


def _row(name: str, method: str, path: str, access: Access, answer: Callable[[State, Call], Reply]) -> Endpoint:
    return Endpoint(f"v1_{name}", method, BASE + path, access, answer)


_TWO_FACTORS = "/session/1.0/session/2FA/"
V1_ENDPOINTS = (
    _row("session_init", "GET", "/session/1.0/session/init", Access.V1_APPLICATION, session_calls.init),
    _row("login", "POST", "/session/1.0/session/login/userid", Access.V1_APPLICATION, session_calls.login),
    _row("session_2fa", "POST", _TWO_FACTORS + "accesscode", Access.V1_APPLICATION, session_calls.access_code),
    _row("session_2fa", "POST", _TWO_FACTORS + "oneTimeToken", Access.V1_APPLICATION, session_calls.one_time_token),
    _row("logout", "DELETE", "/session/1.0/session/logout", Access.V1_SESSION, session_calls.logout),
    _row("place_order", "POST", "/orders/1.0/order/{product}", Access.V1_SESSION, orders.place),
    _row("place_order", "POST", "/orders/1.0/orders", Access.V1_SESSION, orders.place),
    _row("modify_order", "PUT", "/orders/1.0/order/{product}", Access.V1_SESSION, orders.modify),
    _row("cancel_order", "DELETE", "/orders/1.0/order/{product}/{order_id}", Access.V1_SESSION, orders.cancel),
    _row("modify_order", "PUT", "/orders/1.0/orders", Access.V1_SESSION, orders.modify),
    _row("cancel_order", "DELETE", "/orders/1.0/orders/{order_id}", Access.V1_SESSION, orders.cancel),
    _row("order_report", "GET", "/reports/1.0/orders", Access.V1_SESSION, reports.orders),
    _row("order_report", "GET", "/reports/1.0/orders/{order_id}", Access.V1_SESSION, reports.one_order),
    _row("order_report", "GET", "/reports/1.0/orders/{order_id}/{is_fno}", Access.V1_SESSION, reports.one_order),
    _row("trade_report", "GET", "/reports/1.0/trades", Access.V1_SESSION, reports.trades),
    _row("trade_report", "GET", "/reports/1.0/trades/{order_id}", Access.V1_SESSION, reports.one_order),
    _row("trade_report", "GET", "/reports/1.0/trades/{order_id}/{is_fno}", Access.V1_SESSION, reports.one_order),
    _row("positions", "GET", "/positions/1.0/positions/todays", Access.V1_SESSION, positions.todays),
    _row("positions", "GET", "/positions/1.0/positions/open", Access.V1_SESSION, positions.open_positions),
    _row("positions", "GET", "/positions/1.0/positions/stocks", Access.V1_SESSION, positions.stocks),
    _row("margin", "GET", "/margin/1.0/margin", Access.V1_SESSION, market.margin),
    _row("margin_required", "POST", "/margin/1.0/margin/required", Access.V1_SESSION, market.margin_required),
    _row("quote", "GET", "/quotes/v1.0/instruments/{tokens}", Access.V1_SESSION, market.quote),
    _row("quote", "GET", "/quotes/v1.0/ltp/instruments/{tokens}", Access.V1_SESSION, market.ltp),
    _row("quote", "GET", "/quotes/v1.0/ohlc/instruments/{tokens}", Access.V1_SESSION, market.ohlc),
    _row("quote", "GET", "/quotes/v1.0/depth/instruments/{tokens}", Access.V1_SESSION, market.market_depth),
    _row("history", "GET", "/trade/1.0.0/equity/{resource}/i/{input}", Access.V1_BEARER, market.history),
)
