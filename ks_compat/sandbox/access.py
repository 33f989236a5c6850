"""Who may call what: one check per group of endpoints (spec/v2.md 1.6, 6.9)."""

from collections.abc import Callable
from enum import Enum, auto

from ks_compat.sandbox.sessions import SessionKind
from ks_compat.sandbox.state import State
from ks_compat.sandbox.v1 import access as v1
from ks_compat.sandbox.wire import Call, Refused, json_reply, not_ok


class Access(Enum):
    """What an endpoint asks of its caller."""

    LOGIN = auto()
    """Nothing here: the login steps check, and count, their own credentials."""
    TRADE_SESSION = auto()
    """The pair Auth and Sid of a trade session; neo-fin-key is ignored, and Authorization unless strict."""
    LOGIN_HOST_SESSION = auto()
    """As TRADE_SESSION, but asked at the login host, whatever the path of `baseUrl`."""
    ACCESS_TOKEN = auto()
    """The plain access token in Authorization, before a login too; Auth and Sid are ignored."""
    ANYONE = auto()
    """Nothing."""
    V1_BEARER = auto()
    """The old API's bearer, which every one of its calls carries."""
    V1_APPLICATION = auto()
    """As V1_BEARER, and the consumer key."""
    V1_SESSION = auto()
    """As V1_APPLICATION, and the old session."""


def _open(_state: State, _call: Call) -> None:
    return


def _trade_session(state: State, call: Call) -> None:
    if state.switches.strict_authorization and call.header("authorization"):
        _access_token(state, call)
    token, sid = call.header("auth"), call.header("sid")
    if state.sessions.is_pair(SessionKind.TRADE, token, sid):
        return
    if state.sessions.kind_of(token) is SessionKind.VIEW:
        raise Refused(json_reply({"stCode": 100021, "errMsg": "invalid  access type", "stat": "Not_Ok"}))
    raise session_refusal(state)


def session_refusal(state: State) -> Refused:
    """Refuse an unknown or expired session, as the switch has it (spec/v2.md 6.9)."""
    if state.switches.session_errors == "401":
        return not_ok(100022, "invalid session token", status=401)
    return not_ok(1003, "Invalid session", status=403)


def _access_token(state: State, call: Call) -> None:
    if call.header("authorization") != state.account.access_token:
        raise Refused(json_reply({"stat": "Not_Ok", "message": "Invalid credentials"}, 401))


CHECKS: dict[Access, Callable[[State, Call], None]] = {
    Access.LOGIN: _open,
    Access.TRADE_SESSION: _trade_session,
    Access.LOGIN_HOST_SESSION: _trade_session,
    Access.ACCESS_TOKEN: _access_token,
    Access.ANYONE: _open,
    Access.V1_BEARER: v1.bearer,
    Access.V1_APPLICATION: v1.application,
    Access.V1_SESSION: v1.session,
}
