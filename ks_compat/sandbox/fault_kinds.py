"""Everything that can go wrong on demand: one table.

An order call can fail before the server accepted it or after, and its caller cannot tell the two apart. So each fault
that spoils an answer is there in both forms.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Literal

from ks_compat.sandbox.access import Access, session_refusal
from ks_compat.sandbox.endpoints import ENDPOINTS
from ks_compat.sandbox.fates import Turn
from ks_compat.sandbox.login import HTTP_200
from ks_compat.sandbox.state import State
from ks_compat.sandbox.v1.access import session_refusal as v1_session_refusal
from ks_compat.sandbox.v1.endpoints import V1_ENDPOINTS
from ks_compat.sandbox.v1.wire import fault as v1_fault
from ks_compat.sandbox.wire import Call, Refused, Reply, error_list, json_reply, login_failure, login_refusal, not_ok

ORDER_CALLS = frozenset({"place_order", "modify_order", "cancel_order", "exit_cover_order", "exit_bracket_order"})
_BOOKED = frozenset({"place_order", "modify_order", "cancel_order"})
_PLACE = frozenset({"place_order"})
_VALIDATE = frozenset({"totp_validate"})
_LOGIN = frozenset(endpoint.name for endpoint in ENDPOINTS if endpoint.access is Access.LOGIN)
_SESSION = frozenset(
    endpoint.name for endpoint in ENDPOINTS if endpoint.access in {Access.TRADE_SESSION, Access.LOGIN_HOST_SESSION}
)
ALL = frozenset(endpoint.name for endpoint in ENDPOINTS)
_V1 = frozenset(endpoint.name for endpoint in V1_ENDPOINTS)
_V1_ORDERS = frozenset({"v1_place_order", "v1_modify_order", "v1_cancel_order"})
_V1_SESSION = frozenset(endpoint.name for endpoint in V1_ENDPOINTS if endpoint.access is Access.V1_SESSION)
EVERY = ALL | _V1
"""The old API's endpoints too; what goes on them speaks neither API's language, or the old one's."""
GROUPS = {
    "all": ALL,
    "orders": ORDER_CALLS,
    "login": _LOGIN,
    "reads": ALL - ORDER_CALLS - _LOGIN - {"logout"},
    "v1": _V1,
    "v1_orders": _V1_ORDERS,
    "v1_reads": _V1_SESSION - _V1_ORDERS - {"v1_logout"},
}
"""Names for several endpoints at once."""


class Ending(Enum):
    """How the answer leaves."""

    WHOLE = auto()
    CUT = auto()
    """Half of the body, then the end of the connection."""
    CLOSED = auto()
    """Nothing: the connection is closed (FIN)."""
    RESET = auto()
    """Nothing: the connection is reset (RST)."""


@dataclass(frozen=True)
class Kind:
    """One fault.

    `text` says what it does; `on` are the endpoints it can be put on; `accepts`: whether the call does its work;
    `answer` makes the answer out of the true one (empty where the call did not do its work) and the seconds; `waits`:
    on which side of the work the seconds pass; `turn`: what comes late to the order.
    """

    text: str
    on: frozenset[str] = EVERY
    accepts: bool = True
    answer: Callable[[State, Call, Reply, float], Reply] | None = None
    waits: Literal["before", "after", ""] = ""
    ending: Ending = Ending.WHOLE
    turn: Turn | None = None
    seconds: float = 0.0


_Answer = Callable[[State, Call, Reply, float], Reply]


def _always(reply: Reply | Refused) -> _Answer:
    fixed = reply.reply if isinstance(reply, Refused) else reply
    return lambda _state, _call, _true, _seconds: fixed


def _page(status: int, title: str) -> _Answer:
    html = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return _always(Reply(status, html.encode(), "text/html"))


def _rate_limited(advice: bool) -> _Answer:
    body = {"code": 429, "error": "Too Many Requests", "message": "too many request received"}

    def answer(_state: State, _call: Call, _true: Reply, seconds: float) -> Reply:
        return replace(json_reply(body, 429), headers=(("Retry-After", f"{seconds:g}"),) if advice else ())

    return answer


def _half(_state: State, _call: Call, true: Reply, _seconds: float) -> Reply:
    return replace(true, body=true.body[: len(true.body) // 2])


def _as_page(_state: State, _call: Call, true: Reply, _seconds: float) -> Reply:
    return replace(true, media_type="text/html")


def _session_refused(state: State, _call: Call, _true: Reply, _seconds: float) -> Reply:
    return session_refusal(state).reply


def _session_ended(state: State, call: Call, _true: Reply, _seconds: float) -> Reply:
    state.sessions.end(call.header("auth"))
    return session_refusal(state).reply


def _v1_session_ended(state: State, call: Call, _true: Reply, _seconds: float) -> Reply:
    state.v1_sessions.end(call.header("sessiontoken"))
    return v1_session_refusal().reply


_HALF_JSON = _always(Reply(200, b'{"stat": "Ok", "nOrdNo": "26'))
_EMPTY = _always(Reply(200, b""))
_BARE_OK = _always(json_reply({"stat": "Ok", "stCode": 200}))

KINDS = {
    "drop_before": Kind("closes the connection; nothing is done", accepts=False, ending=Ending.CLOSED),
    "drop_after": Kind("does it, then closes the connection without an answer", ending=Ending.CLOSED),
    "reset_before": Kind("resets the connection (RST); nothing is done", accepts=False, ending=Ending.RESET),
    "reset_after": Kind("does it, then resets the connection (RST)", ending=Ending.RESET),
    "cut_after": Kind("does it, then closes the connection in the middle of the body", ending=Ending.CUT),
    "slow_before": Kind("does it SECONDS later, even if the caller has left by then", waits="before", seconds=2.0),
    "slow_after": Kind("does it at once, answers SECONDS later", waits="after", seconds=2.0),
    "rate_limited": Kind("429 without Retry-After; nothing is done", accepts=False, answer=_rate_limited(False)),
    "rate_limited_advice": Kind(
        "429 with Retry-After: SECONDS; nothing is done", accepts=False, answer=_rate_limited(True), seconds=1.0
    ),
    "bad_gateway_before": Kind("502 HTML page; nothing is done", accepts=False, answer=_page(502, "Bad Gateway")),
    "bad_gateway_after": Kind("does it, then a 502 HTML page", answer=_page(502, "Bad Gateway")),
    "unavailable_before": Kind(
        "503 HTML page; nothing is done", accepts=False, answer=_page(503, "Service Unavailable")
    ),
    "unavailable_after": Kind("does it, then a 503 HTML page", answer=_page(503, "Service Unavailable")),
    "session_refused": Kind(
        "refuses the session this once; nothing is done", _SESSION, accepts=False, answer=_session_refused
    ),
    "session_expired": Kind(
        "ends the session, until the next login; nothing is done", _SESSION, accepts=False, answer=_session_ended
    ),
    "address_unknown": Kind(
        "100008, the address is not registered; nothing is done", ORDER_CALLS, accepts=False,
        answer=_always(not_ok(100008, "unauthorized")),
    ),
    "address_changed": Kind(
        "1037, not the address of the login; nothing is done", ORDER_CALLS, accepts=False,
        answer=_always(not_ok(1037, "session ip doesnt match with reqest ip")),
    ),
    "not_ok": Kind(
        "Not_Ok, 1005 internal error; nothing is done", ALL - _LOGIN, accepts=False,
        answer=_always(not_ok(1005, "internal error")),
    ),
    "malformed_before": Kind("200 with half a JSON text; nothing is done", accepts=False, answer=_HALF_JSON),
    "malformed_after": Kind("does it, answers half of the JSON text", answer=_half),
    "empty_before": Kind("200 with an empty body; nothing is done", accepts=False, answer=_EMPTY),
    "empty_after": Kind("does it, then 200 with an empty body", answer=_EMPTY),
    "bare_ok_before": Kind(
        "Ok without an order number or data; nothing is done", ALL - _LOGIN, accepts=False, answer=_BARE_OK
    ),
    "bare_ok_after": Kind("does it, then Ok without an order number or data", ALL - _LOGIN, answer=_BARE_OK),
    "page_before": Kind("200 with an HTML page; nothing is done", accepts=False, answer=_page(200, "Maintenance")),
    "wrong_type": Kind("the true answer, called text/html", answer=_as_page),
    "login_401": Kind(
        "401 with errorCode (spec/v2.md 1.5)", _LOGIN, accepts=False,
        answer=_always(login_refusal("Invalid credentials or TOTP.")),
    ),
    "login_200": Kind(
        "200 with stCode and status failure (1.5)", _LOGIN, accepts=False,
        answer=_always(login_failure(*HTTP_200["mpin"])),
    ),
    "login_200_ucc": Kind(
        "the same with stCode 429, which is no throttle (1.5)", _LOGIN, accepts=False,
        answer=_always(login_failure(*HTTP_200["ucc"])),
    ),
    "login_not_ok": Kind(
        "401 with stat Not_Ok (1.5)", _LOGIN, accepts=False,
        answer=_always(json_reply({"stat": "Not_Ok", "message": "Invalid credentials"}, 401)),
    ),
    "login_missing_field": Kind(
        "400 with an error list (1.5)", _LOGIN, accepts=False,
        answer=_always(error_list("400", "Missing required field 'MobileNumber'", 400)),
    ),
    "login_missing_header": Kind(
        "10512, sid or Auth missing (1.5)", _VALIDATE, accepts=False,
        answer=_always(error_list("10512", "Required header not found.", 400)),
    ),
    "v1_refused": Kind(
        "200 with a fault of the old API, 999007; nothing is done", _V1_SESSION, accepts=False,
        answer=_always(v1_fault(999007, "Max Order Frequency Limit reached")),
    ),
    "v1_session_expired": Kind(
        "ends the old session, until the next login; nothing is done", _V1_SESSION, accepts=False,
        answer=_v1_session_ended,
    ),
    "late_rejection": Kind(
        "acknowledges the order, rejects it in the book SECONDS or LOOKS later", _PLACE, turn=Turn.REJECTED, seconds=1.0
    ),
    "late_fill": Kind(
        "acknowledges the order, which is open and fills SECONDS or LOOKS later", _PLACE, turn=Turn.FILLED, seconds=1.0
    ),
    "book_lags": Kind(
        "acknowledges; the book shows it SECONDS or LOOKS later", _BOOKED, turn=Turn.SHOWN, seconds=1.0
    ),
    "lost_in_lag": Kind(
        "does it, closes the connection, and the book shows it SECONDS or LOOKS later", _BOOKED,
        ending=Ending.CLOSED, turn=Turn.SHOWN, seconds=1.0,
    ),
}  # fmt: skip
"""Name of a fault -> what it does."""
