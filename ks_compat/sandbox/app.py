"""The ASGI application: routes, faults, and the recording of everything that arrives."""

import json
from collections.abc import Callable
from dataclasses import replace

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ks_compat.sandbox.access import CHECKS, Access
from ks_compat.sandbox.control import CONTROLS, START
from ks_compat.sandbox.endpoints import ALIASES, ENDPOINTS, Endpoint
from ks_compat.sandbox.fault_kinds import Ending
from ks_compat.sandbox.faults import Firing
from ks_compat.sandbox.line import cut_short
from ks_compat.sandbox.state import State
from ks_compat.sandbox.v1.endpoints import V1_ENDPOINTS
from ks_compat.sandbox.wire import Call, Received, Refused, Reply, error_list


def create_app(state: State) -> ASGIApp:
    """Return the application that serves `state`."""
    routes = [
        Route(prefix + endpoint.path, _endpoint(state, endpoint), methods=[endpoint.method])
        for endpoint in (*ENDPOINTS, *ALIASES, *V1_ENDPOINTS)
        for prefix in _prefixes(state, endpoint.access)
    ]
    routes += [Route(path, _control(state, do), methods=[method]) for (method, path), do in CONTROLS.items()]
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
        call = await _call(request)
        firing = state.faults.fire(endpoint.name)
        if firing is None:
            return _response(_answer(state, endpoint, call))
        try:
            return await _faulty(state, endpoint, replace(call, fate=firing.fate), firing, request)
        finally:
            state.faults.over(firing)

    return serve


async def _faulty(state: State, endpoint: Endpoint, call: Call, firing: Firing, request: Request) -> Response:
    """Serve a call the way its fault has it: a pause, the work or not, a pause, and what is left of the answer."""
    kind = firing.kind
    if kind.waits == "before" and not await state.line.pause(firing.seconds):
        # The sandbox stops. What has not been accepted by now never will be.
        return cut_short(state.line, request, None, reset=False)
    reply = _answer(state, endpoint, call) if kind.accepts else Reply(200, b"")
    if kind.answer is not None:
        reply = kind.answer(state, call, reply, firing.seconds)
    if kind.waits == "after":
        await state.line.pause(firing.seconds)
    if kind.ending is Ending.WHOLE:
        return _response(reply)
    return cut_short(
        state.line, request, _response(reply) if kind.ending is Ending.CUT else None, reset=kind.ending is Ending.RESET
    )


def _answer(state: State, endpoint: Endpoint, call: Call) -> Reply:
    try:
        CHECKS[endpoint.access](state, call)
        reply = endpoint.answer(state, call)
    except Refused as refused:
        return refused.reply
    change = state.planted.get(endpoint.name)
    return reply if change is None else replace(reply, body=json.dumps(change(json.loads(reply.body))).encode())


def _control(state: State, do: Callable[[State, bytes], Reply]) -> Callable[[Request], object]:
    async def serve(request: Request) -> Response:
        return _response(do(state, await request.body()))

    return serve


async def _call(request: Request) -> Call:
    return Call(
        path=request.path_params,
        query=request.query_params,
        headers=dict(request.headers),
        body=await request.body(),
        sender=request.client.host if request.client else "",
    )


def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = error.detail if isinstance(error, HTTPException) else "Internal error"
    return _response(error_list(str(status), text, status).reply)


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, dict(reply.headers), media_type=reply.media_type)


class _Recorder:
    """Notes every request, whole, before it is answered: who has its answer can rely on the note."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(START):
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
