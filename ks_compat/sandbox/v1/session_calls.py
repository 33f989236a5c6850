"""The old session: init, login, second factor, logout (spec/v1.md 2.5, 3.1 to 3.3, 6)."""

from ks_compat.sandbox import timefmt
from ks_compat.sandbox.state import State
from ks_compat.sandbox.v1.wire import Row, body_of, fault
from ks_compat.sandbox.wire import Call, Refused, Reply, json_reply

_TRIES = 5


def init(state: State, call: Call) -> Reply:
    """`GET /session/1.0/session/init`: the constructor's own call; it may send the client to another host."""
    here = _host(state)
    return json_reply(
        {
            "Success": {
                "clientType": "ONLINE",
                "encryption": {"keySize": 0, "publickKey": "", "type": "PLAIN"},
                "isNRI": "N",
                "message": "",
                "redirect": here,
                "service": here,
                "status": "Success",
                "userType": "G",
                "userid": call.header("userid"),
            }
        }
    )


def login(state: State, call: Call) -> Reply:
    """`POST /session/1.0/session/login/userid`: user id and password against a one-time token."""
    given = body_of(call)
    if state.v1_sessions.bad_tries >= _TRIES:
        raise _refused(state, "locked")
    if given.get("userid") != state.account.ucc or given.get("password") != state.account.v1.password:
        state.v1_sessions.bad_tries += 1
        raise _refused(state, "wrong password")
    state.login_attempts.append("v1 login: ok")
    return json_reply(
        {
            "Success": {
                "Status": "Temporary",
                "accessCodeTime": f"{_american(state.clock())[0]} 12:01:00 AM",
                "biometric": "N",
                "clientType": "ONLINE",
                "emailId": "XXXXXXXXXXXXX@sandbox.invalid",
                "message": "Authentication Successful.",
                "mpin": "N",
                "oneTimeToken": state.v1_sessions.one_time_token(),
                "phoneNo": "XXXXXXX999",
                "redirect": {**_host(state), "userid": state.account.ucc},
            }
        }
    )


def access_code(state: State, call: Call) -> Reply:
    """`POST /session/1.0/session/2FA/accesscode`."""
    given = body_of(call)
    if str(given.get("accessCode")) != state.account.v1.access_code:
        raise _refused(state, "wrong access code")
    return json_reply({"Success": _opened(state, call, given.get("userid"))})


def one_time_token(state: State, call: Call) -> Reply:
    """`POST /session/1.0/session/2FA/oneTimeToken`: no code; the envelope really is in lower case (spec/v1.md 3.2)."""
    return json_reply({"success": _opened(state, call, body_of(call).get("userid"))})


def logout(state: State, call: Call) -> Reply:
    """`DELETE /session/1.0/session/logout`."""
    state.v1_sessions.end(call.header("sessiontoken"))
    return json_reply({"Success": {"message": "Logout Successful."}})


def _opened(state: State, call: Call, userid: object) -> Row:
    token = state.v1_sessions.open(call.header("onetimetoken")) if userid == state.account.ucc else None
    if token is None:
        raise _refused(state, "wrong one-time token")
    state.login_attempts.append("v1 session_2fa: ok")
    return _session(state, token)


def _session(state: State, token: str) -> Row:
    """The field set of the sample session_2fa."""
    here, nowhere = _host(state), {"host": "", "port": 443}
    day, clock = _american(state.clock())
    both = [{"exchange": exchange, "status": "ACTIVE"} for exchange in ("NSE", "BSE")]
    return {
        "advancedChart": nowhere,
        "apiToken": {"redirect": here, "sessionId": "868457#0-2044"},
        "broadcast": nowhere,
        "clientCode": state.account.ucc,
        "clientName": "SANDBOX CLIENT",
        "dormantType": "-",
        "emailId": "",
        "enabledExchangeSegments": {
            "CASH": both,
            "CDS": [{"exchange": "NSE", "status": "ACTIVE"}, {"exchange": "MCX", "status": "ACTIVE"}],
            "COMMODITY": [{"exchange": "MCX", "status": "INACTIVE"}],
            "FNO": both,
        },
        "enabledProducts": ["NORMAL", "SUPERMULTIPLE", "SUPERMULTIPLEOPTION", "MTF", "MIS"],
        "enabledSegments": ["CASH", "FO", "CDS"],
        "getLtp": nowhere,
        "isNRI": "N",
        "loginTime": f"{day} {clock}",
        "marginProduct": {"isEnabled": "Y"},
        "marketData": nowhere,
        "phoneNo": "",
        "redirect": here,
        "search": nowhere,
        "service": here,
        "sessionToken": token,
        "stwtFlag": "Y",
        "userId": state.account.ucc,
        "weblink": nowhere,
    }


def _refused(state: State, what: str) -> Refused:
    state.login_attempts.append(f"v1 login: {what}")
    if what == "locked":
        return fault(70009, "Account Locked", "Failure:User locked due to Bad tries", status=403)
    return fault(900901, "Invalid Credentials", status=401)


def _host(state: State) -> Row:
    return {"host": state.own_url + "/apim", "port": 443}


def _american(epoch: float) -> tuple[str, str]:
    when = timefmt.in_ist(epoch)
    half = "AM" if when.hour < 12 else "PM"
    clock = f"{when.hour % 12 or 12}:{when.minute:02d}:{when.second:02d} {half}"
    return f"{when.month}/{when.day}/{when.year}", clock
