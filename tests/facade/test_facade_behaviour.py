"""What the old client did in its edge cases, recorded call by call, and what this one does: the same, or decided."""

import ast
import json
import re
import warnings
from decimal import Decimal
from pathlib import Path

import pytest
from loopback import LoopbackServer, Reply

from ks_compat.ks_api import KSTradeApi
from ks_compat.native import Session

ROWS = json.loads((Path(__file__).parent.parent / "samples/v1/behaviour_calls.json").read_text(encoding="utf-8"))

FAULT = (
    b'{"fault": {"code": 70009, "description": "Failure:User locked due to Bad tries", "message": "Account Locked"}}'
)
REPLIES = {
    "HTTP 500 empty body": Reply(b"", 500),
    "HTTP 500 non-utf8 body": Reply(b"\xff\xfe", 500),
    "HTTP 304 POST": Reply(b"", 304),
    "200 fault": Reply(b'{"fault": {"code": -22, "message": "bad", "description": "d", "orderId": 77}}'),
    "200 empty fault": Reply(b'{"fault": {}}'),
    "200 fault without code": Reply(b'{"fault": {"message": "m"}}'),
    "200 fault string": Reply(b'{"fault": "x"}'),
    "200 Fault capital": Reply(b'{"Fault": {"code": 1}}'),
    "201": Reply(b'{"a": 1}', 201),
    "204 empty": Reply(b"", 204),
    "200 html": Reply(b"<html></html>"),
    "200 list": Reply(b"[1]"),
    "200 null": Reply(b"null"),
    "200 no content-type": Reply(b'{"a": 1}'),
    "200 latin1": Reply('{"a": "é"}'.encode("latin-1")),
    "GET 429 Retry-After:0": Reply(FAULT, 429, {"Retry-After": "0"}),
    "GET 503 Retry-After:1": Reply(FAULT, 503, {"Retry-After": "1"}),
    "POST 429 Retry-After:0": Reply(FAULT, 429, {"Retry-After": "0"}),
}
"""What the server says in the rows about HTTP; None in its place drops the connection."""

LOGIN_REPLIES = {
    "login without Success": Reply(b'{"data": "x"}'),
    "login empty ott": Reply(b'{"data": {"token": "", "sid": "s"}}'),
    "2fa without Success": Reply(b'{"data": "x"}'),
    "2fa Success={}": Reply(b'{"data": {}}'),
}

NOT_V2 = "v2 has no such order: refused, nothing is sent"
NEVER_SENT = "v2 would refuse it or take it wrongly: refused here, nothing is sent"
READABLE = "quirk 9: an answer that cannot be understood is an ApiException, not an accident of the parser"
REASON = "v2's own code and text of a refusal, whatever its HTTP status: what e.status and e.reason are for"
NO_REDIRECT = "quirk 10: redirects are not followed, sessions and orders stay with their host"
NETWORK = "quirk 9: a call without an answer is an ApiException with status 0; nothing is sent again"

DECIDED = {
    "no session: margin": ("ApiValueError", "quirk 17: told as by all other methods"),
    "login without Success": ("ApiException", READABLE),
    "login empty ott": ("ApiException", "a login without a token is no login"),
    "2fa after empty ott": ("ApiValueError", "there was no login, and it says so"),
    "2fa without Success": ("ApiException", READABLE),
    "2fa Success={}": ("ApiException", READABLE),
    "login(None)": ("returned", "the old password is never sent: the answer is v2's"),
    "SM variety=AMO": ("ApiValueError", NOT_V2),
    **{
        f"O product={product}": ("ApiValueError", NOT_V2)
        for product in ("SUPERMULTIPLE", "SUPERMULTIPLEOPTION", "TSLO", "BRACKET", "GTC", "COD", "CONVERT")
    },
    "quantity=0": ("ApiValueError", NEVER_SENT),
    "quantity=-1 price=-5": ("ApiValueError", NEVER_SENT),
    "price nan": ("ApiValueError", NEVER_SENT),
    "price Decimal": ("returned", "quirk 33: a Decimal is a price"),
    "tag non-ascii": ("returned", "the recording holds the old body; the tag is given back as it was"),
    "margin_required None side": ("returned", "no legs: no rows, and nothing is asked"),
    "quote list": ("ApiValueError", "tokens are joined by '-'; a list was sent as its text"),
    "order_report ''": ("ApiValueError", "an empty order number asked for a path that is not there"),
    "history 'x' [1]": ("ApiException", "quirk 28: the old service answered 404 to everything"),
    "get_order_id none": ("UnboundLocalError", "the text was Python's own; it now says what is missing"),
    "HTTP 300 POST": ("ApiException", REASON),
    "HTTP 400 POST": ("ApiException", REASON),
    "HTTP 404 POST": ("ApiException", REASON),
    "GET 503 Retry-After:1": ("ApiException", "the phrase is the standard's, not the server's own; sent once"),
    "200 fault without code": ("ApiException", "the HTTP status stands where a code is missing"),
    **dict.fromkeys(
        [
            "HTTP 304 POST", "HTTP 500 empty body", "HTTP 500 non-utf8 body", "200 empty fault", "200 fault string",
            "200 Fault capital", "201", "204 empty", "200 html", "200 list", "200 null", "200 no content-type",
            "200 latin1",
        ],
        ("ApiException", READABLE),
    ),
    **dict.fromkeys(
        [
            "POST connection closed w/o answer", "GET closed", "PUT closed (modify_order)",
            "DELETE closed (cancel_order)", "GET server silent 4s then close (no client timeout)",
        ],
        ("ApiException", NETWORK),
    ),
    **{f"{verb} {code} redirect": ("ApiException", NO_REDIRECT)
       for verb in ("GET", "POST") for code in (301, 302, 303, 307, 308)},
}  # fmt: skip
"""Row: what happens instead, and why (MIGRATION.md)."""

ORDER = {
    "order_type": "N", "instrument_token": 727, "transaction_type": "BUY", "quantity": 2, "price": 2250.5,
}  # fmt: skip
WORDS = {"order_type", "transaction_type", "validity", "variety", "product"}
ORDER_IDS = {
    "nse": {"Success": {"NSE": {"orderId": 5}}},
    "bse lower": {"success": {"BSE": {"orderId": 6}}},
    "sor nse0": {"Success": {"NSE": {"orderId": 0}, "BSE": {"orderId": 7}}},
    "sor both": {"Success": {"NSE": {"orderId": 8}, "BSE": {"orderId": 9}}},
    "both 0": {"Success": {"NSE": {"orderId": 0}, "BSE": {"orderId": 0}}},
    "flat": {"Success": {"orderId": 10}},
    "none": {},
    "other exch": {"Success": {"MCX": {"orderId": 1}}},
    "empty nse": {"Success": {"NSE": {}, "BSE": {"orderId": 3}}},
}
NO_SESSION = {
    "place_order": ("N", 1, "BUY", 1, 0),
    "modify_order": (1, 1, 1, 0, 0, "GFD"),
    "cancel_order": (1,),
    "positions": ("TODAYS",),
    "margin_required": ("BUY", []),
    "quote": (1,),
    "history": ("x", {}),
}
CALLS = {
    "bad order_type": lambda c: place(c, order_type="X"),
    "bad order_type lower n": lambda c: place(c, order_type="n"),
    "bad order_type + product": lambda c: place(c, order_type="X", product="MTF"),
    "quantity=0": lambda c: place(c, quantity=0),
    "quantity=-1 price=-5": lambda c: place(c, quantity=-1, price=-5),
    "price Decimal": lambda c: place(c, price=Decimal("2250.5")),
    "price nan": lambda c: place(c, price=float("nan")),
    "tag non-ascii": lambda c: place(c, tag="héé"),
    "unexpected kw": lambda c: place(c, foo=1),
    "missing args": lambda c: c.place_order("N"),
    "modify validity=DAY": lambda c: c.modify_order(1, 1, 1, 0, 0, "DAY"),
    "modify missing validity": lambda c: c.modify_order(1, 1, 1, 0, 0),
    "margin_required bad side": lambda c: c.margin_required("X", []),
    "margin_required None": lambda c: c.margin_required("BUY", None),
    "margin_required None side": lambda c: c.margin_required(None, []),
    "positions bad": lambda c: c.positions("X"),
    "positions lower": lambda c: c.positions("todays"),
    "quote bad": lambda c: c.quote(727, "X"),
    "quote lower": lambda c: c.quote(727, "ltp"),
    "quote None token": lambda c: c.quote(None),
    "quote ''": lambda c: c.quote(727, ""),
    "quote list": lambda c: c.quote([727, 1374]),
    "order_report ''": lambda c: c.order_report(""),
    "login(None)": lambda c: c.login(None),
}


def place(client, **terms):
    return client.place_order(**{**ORDER, **terms})


def call_of(name):
    if name in CALLS:
        return CALLS[name]
    if found := re.fullmatch(r"(O|N|SM|SOR|MTF|MIS) (\w+)=(\w+)", name):
        kind, field, value = found.groups()
        assert field in WORDS
        product = {"product": "NORMAL"} if kind == "O" else {}
        return lambda client: place(client, **{"order_type": kind, **product, field: value})
    if found := re.fullmatch(r"no session: (\w+)( bad)?", name):
        arguments = ("X",) if found[2] and found[1] == "positions" else NO_SESSION.get(found[1], ())
        return lambda client: getattr(client, found[1])(*arguments, *(["X"] if name.endswith("quote bad") else []))
    if found := re.fullmatch(r"history (\S+) (.+)", name):
        return lambda client: client.history(*(ast.literal_eval(part) for part in found.groups()))
    if name.startswith("get_order_id "):
        return lambda client: client.get_order_id(ORDER_IDS[name.removeprefix("get_order_id ")])
    return None


def http_call_of(name):
    if "modify_order" in name:
        return lambda client: client.modify_order(77, 1, 1, 0, 0, "GFD")
    if "cancel_order" in name:
        return lambda client: client.cancel_order(77)
    if name.startswith("GET "):
        return lambda client: client.positions("TODAYS")
    return lambda client: client.order_report(77)


def reply_of(name):
    if name in REPLIES:
        return REPLIES[name]
    if found := re.fullmatch(r"HTTP (\d+) POST", name):
        return Reply(FAULT, int(found[1]))
    if found := re.fullmatch(r"(?:GET|POST) (\d+) redirect", name):
        return Reply(b"", int(found[1]), {"Location": "/second"})
    assert "close" in name, name
    return None


def outcome(call, client):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SOR warns; that has its own test
            return "returned", call(client)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
        return type(error).__name__, str(error)


def kinds_of(value):
    if isinstance(value, dict):
        return {key: kinds_of(part) for key, part in value.items()}
    return "number" if isinstance(value, (int, float)) else value if value is None else type(value).__name__


def check(name, row, found):
    kind, value = found
    if name in DECIDED:
        assert kind == DECIDED[name][0], value
    elif "raised" in row:
        assert (kind, value) == (row["raised"].rpartition(".")[2], row["str"])
    else:
        recorded = ast.literal_eval(row["ret"])
        if isinstance(recorded, dict):
            assert kinds_of(value) == kinds_of(recorded)
        else:
            assert value == recorded


FIRST = {"session_2fa before login", *(name for name in ROWS if name.startswith("no session: "))}
LOGINS = {*LOGIN_REPLIES, "2fa after empty ott"}
LOCAL = [name for name in ROWS if name not in LOGINS | FIRST and call_of(name)]
WIRE = [name for name in ROWS if name not in LOGINS | FIRST and name not in LOCAL]


def test_every_row_is_replayed_and_every_decision_is_a_row():
    assert FIRST | LOGINS | {*LOCAL} | {*WIRE} == {*ROWS}
    assert {*DECIDED} <= {*ROWS}


@pytest.mark.parametrize("name", LOCAL)
def test_a_call(bot_client, name):
    check(name, ROWS[name], outcome(call_of(name), bot_client))


@pytest.mark.parametrize("name", sorted(FIRST))
def test_a_call_before_the_login(account_env, sandbox, name):
    client = KSTradeApi("token", "OLDID", "key")
    call = (lambda c: c.session_2fa("1")) if name.startswith("session_2fa") else call_of(name)
    check(name, ROWS[name], outcome(call, client))
    assert sandbox.requests == []


@pytest.mark.parametrize("name", sorted(LOGINS))
def test_an_odd_answer_to_the_login(account_env, name):
    reply = LOGIN_REPLIES.get(name, LOGIN_REPLIES["login empty ott"])
    with LoopbackServer(lambda _: reply) as server:
        account_env.setenv("KS_COMPAT_LOGIN_URL", server.url)
        client = KSTradeApi("token", "OLDID", "key")
        if name == "2fa after empty ott":
            assert outcome(lambda c: c.login("p"), client)[0] == "ApiException"
        elif name.startswith("2fa"):
            client.one_time_token = Session("view", "t", "s").dump()
        call = (lambda c: c.session_2fa("1")) if name.startswith("2fa") else (lambda c: c.login("p"))
        check(name, ROWS[name], outcome(call, client))


@pytest.mark.parametrize("name", WIRE)
def test_an_answer_of_the_server(account_env, name):
    account_env.setattr("ks_compat.native.orders.LOOKS", (0,))
    with LoopbackServer(lambda _: reply_of(name)) as server:
        account_env.setenv("KS_COMPAT_LOGIN_URL", server.url)
        client = KSTradeApi("token", "OLDID", "key")
        client.session_token = Session("trade", "t", "s", server.url, "AB123").dump()
        check(name, ROWS[name], outcome(http_call_of(name), client))
        orders = [path for path in server.paths if path.endswith(("/modify", "/cancel"))]
        assert "/second" not in server.paths
        assert len(orders) == ("_order" in name)
        client._neo.close()
