"""The two login steps, with every credential checked: spec/v2.md 1.2 to 1.5."""

import json
from collections.abc import Callable

import pyotp

from ks_compat.sandbox.sessions import SessionKind
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Refused, Reply, error_list, json_reply, login_failure, login_refusal

# Wire field -> name in "Missing required field '...'" (spec/v2.md 1.5).
_LOGIN_FIELDS = {"mobileNumber": "MobileNumber", "ucc": "Ucc", "totp": "Totp"}
_VALIDATE_FIELDS = {"mpin": "Mpin"}
# What was wrong -> code and text of the HTTP 200 bodies; 429 is no throttle. The text for a TOTP is inferred.
HTTP_200 = {
    "ucc": (429, "Invalid UCC"),
    "mpin": (401, "Invalid MPIN"),
    "totp": (401, "Invalid credentials or TOTP."),
}
_Handler = Callable[[State, Call], Reply]
_NEO_FIN_KEY = "neotradeapi"
_RISK = (
    "Risk Disclosure on Derivatives\n\nAs per a SEBI study dated 25 Jan 2023- \n"
    "• 9 out of 10 individual traders in equity Futures and Options Segment, incurred net losses."
)


def trade_api_login(state: State, call: Call) -> Reply:
    """`POST /login/1.0/tradeApiLogin`: mobile number, UCC and TOTP against a view session."""
    return _attempt(state, "tradeApiLogin", _login, call)


def trade_api_validate(state: State, call: Call) -> Reply:
    """`POST /login/1.0/tradeApiValidate`: MPIN and a view session against a trade session and the base URL."""
    return _attempt(state, "tradeApiValidate", _validate, call)


class _Wrong(Exception):
    """A refused attempt: what was wrong, for the test's eyes, and the reply, which says less."""

    def __init__(self, what: str, refused: Refused) -> None:
        super().__init__(what)
        self.reply = refused.reply


def _refused(state: State, what: str) -> _Wrong:
    if state.switches.login_errors == "http200":
        return _Wrong(f"wrong {what}", login_failure(*HTTP_200.get(what, HTTP_200["totp"])))
    return _Wrong(f"wrong {what}", login_refusal("Invalid MPIN." if what == "mpin" else "Invalid credentials or TOTP."))


def _attempt(state: State, step: str, handler: _Handler, call: Call) -> Reply:
    try:
        reply = handler(state, call)
    except _Wrong as wrong:
        state.login_attempts.append(f"{step}: {wrong}")
        return wrong.reply
    state.login_attempts.append(f"{step}: ok")
    return reply


def _login(state: State, call: Call) -> Reply:
    _check_application(state, call)
    given = _fields(call.body, _LOGIN_FIELDS)
    for name, expected in (("mobileNumber", state.account.mobile_number), ("ucc", state.account.ucc)):
        if given[name] != expected:
            raise _refused(state, name)
    if not _totp_fits(state, given["totp"]):
        raise _refused(state, "totp")
    return _session_reply(state, SessionKind.VIEW)


def _validate(state: State, call: Call) -> Reply:
    _check_application(state, call)
    auth, sid = call.header("auth"), call.header("sid")
    if not auth or not sid:
        raise _Wrong("missing header", error_list("10512", "Required header not found.", 400))
    given = _fields(call.body, _VALIDATE_FIELDS)
    if not state.sessions.is_pair(SessionKind.VIEW, auth, sid):
        raise _refused(state, "view session")
    if given["mpin"] != state.account.mpin:
        raise _refused(state, "mpin")
    return _session_reply(state, SessionKind.TRADE)


def _check_application(state: State, call: Call) -> None:
    if not call.header("neo-fin-key"):
        raise _Wrong("missing neo-fin-key", error_list("400", "Missing required field 'NeoFinKey'", 400))
    # The plain token: a "Bearer " prefix is a wrong token (spec/v2.md 0).
    if call.header("authorization") != state.account.access_token:
        raise _refused(state, "access token")
    if call.header("neo-fin-key") != _NEO_FIN_KEY:
        raise _refused(state, "neo-fin-key")


def _fields(body: bytes, required: dict[str, str]) -> dict[str, str]:
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise _Wrong("body is no JSON object", error_list("400", "Invalid request body", 400))
    for name, shown in required.items():
        if given.get(name) in (None, ""):
            raise _Wrong(f"missing {name}", error_list("400", f"Missing required field '{shown}'", 400))
        if not isinstance(given[name], str):
            raise _Wrong(f"{name} is no string", error_list("422", f"Invalid field '{shown}'", 422))
    return given


def _totp_fits(state: State, code: str) -> bool:
    return pyotp.TOTP(state.account.totp_secret).verify(code, for_time=int(state.clock()), valid_window=1)


def _session_reply(state: State, kind: SessionKind) -> Reply:
    """Answer with a new session in the field set and order of the samples tradeApiLogin and tradeApiValidate."""
    session = state.sessions.issue(kind)
    data: dict[str, object] = {"token": session.token, "sid": session.sid, "rid": state.new_request_id()}
    if kind is SessionKind.TRADE:
        data["baseUrl"] = state.base_url
    data.update(_ACCOUNT_FIELDS, ucc=state.account.ucc, kType=kind.value)
    return json_reply({"data": data})


_ACCOUNT_FIELDS: dict[str, object] = {
    "isUserPwdExpired": False,
    "ucc": "",
    "greetingName": "SANDBOX CLIENT",
    "isTrialAccount": False,
    # Empty, as it may be (spec/v2.md 1.4): a data centre makes clients ask a production host for its feed addresses.
    "dataCenter": "",
    "derivativesRiskDisclosure": _RISK,
    "mfAccess": 1,
    "dataCenterMap": None,
    "dormancyStatus": "A",
    "asbaStatus": "",
    "clientType": "RI",
    "isNRI": False,
    "kId": "SBXPX0000X",
    "kType": "",
    "status": "success",
    "incRange": 0,
    "incUpdFlag": "",
    "clientGroup": "",
    "kraStatus": "",
    "rcFlag": 0,
}
