"""The ASGI application: one table of endpoints, and the recording of everything that arrives."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
from ks_compat.sandbox.access import CHECKS, Access
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Received, Refused, Reply, error_list


@dataclass(frozen=True)
class Endpoint:
    """One row of the route table: spec/v2.md 0."""

    method: str
    path: str
    access: Access
    answer: Callable[[State, Call], Reply]


ENDPOINTS = (
    Endpoint("POST", "/login/1.0/tradeApiLogin", Access.LOGIN, login.trade_api_login),
    Endpoint("POST", "/login/1.0/tradeApiValidate", Access.LOGIN, login.trade_api_validate),
    Endpoint("GET", "/login/1.0/get-client-ip", Access.LOGIN_HOST_SESSION, session_calls.client_ip),
    Endpoint("GET", "/5config/config", Access.ANYONE, session_calls.feed_addresses),
    Endpoint("POST", "/quick/order/rule/ms/place", Access.TRADE_SESSION, order_calls.place),
    Endpoint("POST", "/quick/order/vr/modify", Access.TRADE_SESSION, order_calls.modify),
    Endpoint("POST", "/quick/order/cancel", Access.TRADE_SESSION, order_calls.cancel),
    Endpoint("POST", "/quick/order/co/exit", Access.TRADE_SESSION, order_calls.exit_cover),
    Endpoint("POST", "/quick/order/bo/exit", Access.TRADE_SESSION, order_calls.exit_bracket),
    Endpoint("GET", "/quick/user/orders", Access.TRADE_SESSION, reports.order_book),
    Endpoint("GET", "/quick/user/orders/{order_number}", Access.TRADE_SESSION, reports.one_order),
    Endpoint("POST", "/quick/order/history", Access.TRADE_SESSION, reports.order_history),
    Endpoint("GET", "/quick/user/trades", Access.TRADE_SESSION, reports.trades),
    Endpoint("GET", "/quick/user/positions", Access.TRADE_SESSION, reports.positions),
    Endpoint("GET", "/portfolio/v2/positions", Access.TRADE_SESSION, reports.positions_with_ltp),
    Endpoint("GET", "/portfolio/v1/holdings", Access.TRADE_SESSION, holdings.holdings),
    Endpoint("POST", "/quick/user/limits", Access.TRADE_SESSION, margins.limits),
    Endpoint("POST", "/quick/user/check-margin", Access.TRADE_SESSION, margins.check_margin),
    Endpoint("GET", "/script-details/1.0/quotes/neosymbol/{instruments}/{filter}", Access.ACCESS_TOKEN, quotes.quotes),
    Endpoint("GET", "/script-details/1.0/masterscrip/file-paths", Access.ACCESS_TOKEN, files.file_paths),
    Endpoint("GET", files.FOLDER + "/{day}/{folder}/{name}", Access.ANYONE, files.master_file),
    Endpoint("GET", "/market-data/1.0/watchlist/expiries", Access.ACCESS_TOKEN, chains.expiries),
    Endpoint("GET", "/market-data/1.0/watchlist/option-chain", Access.ACCESS_TOKEN, chains.option_chain),
    Endpoint("GET", "/market-data/1.0/historical/details", Access.ACCESS_TOKEN, candles.historical),
    Endpoint("POST", "/apim/login/2.0/logout", Access.TRADE_SESSION, session_calls.logout),
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


def create_app(state: State) -> ASGIApp:
    """Return the application that serves `state`."""
    routes = [
        Route(prefix + endpoint.path, _endpoint(state, endpoint), methods=[endpoint.method])
        for endpoint in (*ENDPOINTS, *ALIASES)
        for prefix in _prefixes(state, endpoint.access)
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _http_error})
    # A redirect to the path with a slash would forgive a client that joins paths wrongly.
    app.router.redirect_slashes = False
    return _Recorder(app, state)


def _prefixes(state: State, access: Access) -> tuple[str, ...]:
    """Return where a group of endpoints is served below a `baseUrl` with a path.

    Session calls go to `baseUrl` alone, so a client that drops its path finds nothing; market data is asked of the
    login host before a login and of `baseUrl` after it (spec/v2.md 1.1).
    """
    groups = {Access.TRADE_SESSION: (state.base_path,), Access.ACCESS_TOKEN: ("", state.base_path)}
    return tuple(dict.fromkeys(groups.get(access, ("",))))


def _endpoint(state: State, endpoint: Endpoint) -> Callable[[Request], object]:
    async def serve(request: Request) -> Response:
        call = Call(
            path=request.path_params,
            query=request.query_params,
            headers=dict(request.headers),
            body=await request.body(),
            sender=request.client.host if request.client else "",
        )
        try:
            CHECKS[endpoint.access](state, call)
            reply = endpoint.answer(state, call)
        except Refused as refused:
            reply = refused.reply
        return _response(reply)

    return serve


def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = error.detail if isinstance(error, HTTPException) else "Internal error"
    return _response(error_list(str(status), text, status).reply)


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, media_type=reply.media_type)


class _Recorder:
    """Notes every request, whole, before it is answered: who has its answer can rely on the note."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _whole_body(receive)
        target: bytes = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        self._state.received.append(Received(scope["method"], target, list(scope["headers"]), body))
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return unread.pop() if unread else await receive()

        await self._app(scope, replay, send)


async def _whole_body(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)
