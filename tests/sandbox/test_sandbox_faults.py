"""Faults on demand: what each does on the wire and in the book, and the three ways to ask for one."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from dotenv import dotenv_values

from ks_compat.sandbox import KINDS, Sandbox, UnknownFault, UnknownSwitch

PLACE = "/quick/order/rule/ms/place"
DONE = [name for name in KINDS if KINDS[name].accepts and "place_order" in KINDS[name].on]
NOT_DONE = [name for name in KINDS if not KINDS[name].accepts and "place_order" in KINDS[name].on]


@pytest.fixture
def faults(trader):
    return trader.sandbox.faults


def attempt(trader, **changes):
    """The answer to a placement, or the name of the httpx error."""
    try:
        return trader.post(PLACE, {**LIMIT, **changes})
    except httpx.TransportError as error:
        return type(error).__name__


LIMIT = {
    "am": "NO", "dq": "0", "es": "nse_cm", "mp": "0", "pc": "CNC", "pr": "2250.5", "pt": "L", "qt": "2", "rt": "DAY",
    "tp": "0", "ts": "ACC-EQ", "tt": "B", "ig": "mine", "os": "NEOTRADEAPI",
}  # fmt: skip


def test_without_a_fault_nothing_changes(trader, faults):
    assert faults.shown() == {"waiting": [], "fired": []}
    assert trader.place() == trader.sandbox.orders[0]["nOrdNo"]
    assert not faults.fired


@pytest.mark.parametrize("name", DONE)
def test_a_fault_after_accepting_leaves_one_order(trader, faults, name):
    faults.add("place_order", name, seconds=0)
    attempt(trader)
    assert [row["GuiOrdId"] for row in trader.sandbox.orders] == ["mine"]
    assert dict(faults.fired) == {("place_order", name): 1}


@pytest.mark.parametrize("name", NOT_DONE)
def test_a_fault_before_accepting_leaves_none(trader, faults, name):
    faults.add("place_order", name, seconds=0)
    attempt(trader)
    assert trader.sandbox.orders == []
    assert dict(faults.fired) == {("place_order", name): 1}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("drop_before", "RemoteProtocolError"),
        ("drop_after", "RemoteProtocolError"),
        ("lost_in_lag", "RemoteProtocolError"),
        ("cut_after", "RemoteProtocolError"),
        ("reset_before", "ReadError"),
        ("reset_after", "ReadError"),
    ],
)
def test_the_connection_really_ends(trader, faults, name, error):
    faults.add("place_order", name)
    assert attempt(trader) == error
    assert attempt(trader, ig="next").json()["stat"] == "Ok"


def raw_call(trader, path):
    headers = "".join(f"{name}: {value}\r\n" for name, value in trader.session.items())
    with socket.create_connection((trader.sandbox.host, trader.sandbox.port), timeout=10) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode())
        received = b""
        while chunk := line.recv(65536):
            received += chunk
        return received


def test_a_drop_is_the_end_of_the_stream_and_a_reset_is_a_reset(trader, faults):
    faults.add("order_report", "drop_after")
    assert raw_call(trader, "/quick/user/orders") == b""
    faults.add("order_report", "reset_after")
    with pytest.raises(ConnectionResetError):
        raw_call(trader, "/quick/user/orders")


def test_a_cut_body_is_half_of_what_was_promised(trader, faults):
    trader.place()
    faults.add("order_report", "cut_after")
    head, _, body = raw_call(trader, "/quick/user/orders").partition(b"\r\n\r\n")
    promised = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert len(body) == promised // 2
    assert head.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("name", "status", "kind", "body"),
    [
        ("rate_limited", 429, "application/json", b"too many request received"),
        ("rate_limited_advice", 429, "application/json", b"too many request received"),
        ("bad_gateway_before", 502, "text/html; charset=utf-8", b"Bad Gateway"),
        ("bad_gateway_after", 502, "text/html; charset=utf-8", b"Bad Gateway"),
        ("unavailable_before", 503, "text/html; charset=utf-8", b"Service Unavailable"),
        ("unavailable_after", 503, "text/html; charset=utf-8", b"Service Unavailable"),
        ("session_refused", 403, "application/json", b"1003"),
        ("session_expired", 403, "application/json", b"1003"),
        ("address_unknown", 200, "application/json", b"100008"),
        ("address_changed", 200, "application/json", b"1037"),
        ("not_ok", 200, "application/json", b"Not_Ok"),
        ("malformed_before", 200, "application/json", b'{"stat"'),
        ("malformed_after", 200, "application/json", b'{"nOrdNo"'),
        ("bare_ok_before", 200, "application/json", b'"Ok"'),
        ("bare_ok_after", 200, "application/json", b'"Ok"'),
        ("page_before", 200, "text/html; charset=utf-8", b"<html>"),
        ("wrong_type", 200, "text/html; charset=utf-8", b'"nOrdNo"'),
        ("empty_before", 200, "application/json", b""),
        ("empty_after", 200, "application/json", b""),
    ],
)
def test_a_spoilt_answer(trader, faults, name, status, kind, body):
    faults.add("place_order", name)
    answer = attempt(trader)
    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)
    assert body in answer.content
    assert (not answer.content) == name.startswith("empty")
    if name.startswith("malformed"):
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            answer.json()


def test_retry_after_is_there_or_not(trader, faults):
    faults.add("order_report", "rate_limited")
    faults.add("order_report", "rate_limited_advice", seconds=7)
    assert "retry-after" not in trader.get("/quick/user/orders").headers
    assert trader.get("/quick/user/orders").headers["retry-after"] == "7"


@pytest.mark.parametrize(("name", "accepted"), [("slow_before", 0), ("slow_after", 1)])
def test_a_slow_answer_outlives_its_caller(trader, faults, name, accepted):
    trader.http.timeout = 0.2
    faults.add("place_order", name, seconds=0.6)
    assert attempt(trader) == "ReadTimeout"
    assert len(trader.sandbox.orders) == accepted
    trader.http.timeout = 5
    faults.add("order_report", "slow_after", seconds=0.8)
    # The order of a caller who left is taken all the same: a look that comes too early does not see it.
    assert len(trader.get("/quick/user/orders").json().get("data", [])) == accepted
    assert len(trader.sandbox.orders) == 1


def test_a_stop_does_not_wait_for_slow_answers(clock, caller_of, caplog):
    with Sandbox(clock=clock) as sandbox:
        trader = caller_of(sandbox).login()
        trader.http.timeout = 0.1
        for name in ("slow_before", "slow_after"):
            sandbox.faults.add("place_order", name, seconds=3600)
            assert attempt(trader, ig=name) == "ReadTimeout"
    assert [row["GuiOrdId"] for row in sandbox.orders] == ["slow_after"]
    # uvicorn would log that it had to cancel them.
    assert caplog.records == []


def test_an_expired_session_is_over_until_the_next_login(trader, faults):
    faults.add("order_report", "session_refused")
    assert trader.get("/quick/user/orders").status_code == 403
    assert trader.get("/quick/user/orders").status_code == 200
    faults.add("order_report", "session_expired")
    assert trader.get("/quick/user/orders").status_code == 403
    assert trader.get("/quick/user/trades").status_code == 403
    assert trader.login().get("/quick/user/trades").status_code == 200


@pytest.mark.parametrize(
    ("name", "status", "key"),
    [
        ("login_401", 401, "errorCode"),
        ("login_200", 200, "stCode"),
        ("login_200_ucc", 200, "stCode"),
        ("login_not_ok", 401, "stat"),
        ("login_missing_field", 400, "error"),
    ],
)
def test_the_login_error_shapes(visitor, name, status, key):
    visitor.sandbox.faults.add("login", name, times=2)
    view = visitor.step1()
    assert (view.status_code, key in view.json()) == (status, True)
    assert visitor.step2(None).json() == view.json()
    assert visitor.login().session


def test_the_missing_header_shape(visitor):
    visitor.sandbox.faults.add("totp_validate", "login_missing_header")
    answer = visitor.step2(visitor.step1().json()["data"])
    assert answer.json() == {"error": [{"code": "10512", "message": "Required header not found."}]}


def test_a_late_rejection_by_looks(trader, faults):
    faults.add("place_order", "late_rejection", looks=2)
    number = trader.place()
    assert [trader.row(number)["ordSt"] for _ in range(3)] == ["open pending", "open pending", "rejected"]
    assert trader.row(number)["rejRsn"] == "RMS:Rule: rejected on demand"


def test_a_late_rejection_by_seconds(trader, faults, clock):
    faults.add("place_order", "late_rejection", seconds=5)
    number = trader.place()
    assert trader.row(number)["ordSt"] == "open pending"
    clock.now += 5
    assert trader.cancel(number)["stCode"] == 1021
    assert trader.states(number)[-2:] == ["open pending", "rejected"]


def test_a_cancelled_order_is_not_rejected_later(trader, faults):
    faults.add("place_order", "late_rejection", looks=1)
    number = trader.place()
    assert trader.cancel(number)["stat"] == "Ok"
    assert [trader.row(number)["ordSt"] for _ in range(3)] == ["cancelled"] * 3


@pytest.mark.parametrize("price", ["2300", "2250.5"], ids=["marketable", "not marketable"])
def test_a_late_fill(trader, faults, clock, price):
    ltp = trader.market("/script-details/1.0/quotes/neosymbol/nse_cm|22/ltp").json()[0]["ltp"]
    faults.add("place_order", "late_fill", seconds=5)
    number = trader.place(pr=price)
    assert (trader.row(number)["ordSt"], trader.get("/quick/user/trades").json()["stCode"]) == ("open", 5203)
    clock.now += 5
    assert len(trader.get("/quick/user/trades").json()["data"]) == 1
    row = trader.row(number)
    assert (row["ordSt"], row["fldQty"]) == ("complete", 2)
    assert float(row["avgPrc"]) == min(float(price), float(ltp))
    assert trader.get("/quick/user/positions").json()["data"][0]["flBuyQty"] == "2"


def test_a_lagging_book_hides_a_new_order_everywhere(trader, faults):
    first = trader.place()
    faults.add("place_order", "book_lags", looks=3)
    number = trader.place()
    assert [row["nOrdNo"] for row in trader.get("/quick/user/orders").json()["data"]] == [first]
    assert trader.get(f"/quick/user/orders/{number}").json()["stCode"] == 5203
    assert trader.post("/quick/order/history", {"nOrdNo": number}).json()["stCode"] == 5203
    assert [row["nOrdNo"] for row in trader.get("/quick/user/orders").json()["data"]] == [number, first]
    assert trader.states(number)[-1] == "open"


def test_a_lagging_book_shows_an_order_as_it_was(trader, faults, clock):
    number = trader.place()
    faults.add("modify_order", "book_lags", seconds=5)
    assert trader.modify(number, pr="2251")["stat"] == "Ok"
    assert (trader.row(number)["prc"], trader.sandbox.orders[0]["prc"]) == ("2250.50", "2251.00")
    clock.now += 5
    assert trader.row(number)["prc"] == "2251.00"
    faults.add("cancel_order", "book_lags", looks=1)
    assert trader.cancel(number)["stat"] == "Ok"
    assert [trader.row(number)["ordSt"] for _ in range(2)] == ["open", "cancelled"]


def test_times_order_and_clearing(trader, faults):
    faults.add("orders", "not_ok", times=2)
    faults.add("place_order", "rate_limited", times=0)
    assert [attempt(trader).status_code for _ in range(4)] == [200, 200, 429, 429]
    assert [(row["endpoint"], row["left"]) for row in faults.shown()["waiting"]] == [("place_order", None)]
    faults.clear()
    assert attempt(trader).json()["stat"] == "Ok"
    assert dict(faults.fired) == {("place_order", "not_ok"): 2, ("place_order", "rate_limited"): 2}
    trader.sandbox.reset()
    assert not faults.fired


WRONG = [
    ("place_orders", "drop_after", {}, "no endpoint 'place_orders'.*place_order"),
    ("place_order", "drop", {}, "no fault 'drop'.*\n  drop_after +does it, then closes"),
    ("order_report", "late_fill", {}, "late_fill cannot be put on order_report; it goes on place_order"),
    ("all", "address_changed", {}, "address_changed cannot be put on"),
    ("totp_login", "not_ok", {}, "cannot be put on"),
    ("place_order", "drop_after", {"times": -1}, "0 or more"),
    ("place_order", "slow_after", {"seconds": -1}, "0 to 3600"),
    ("place_order", "slow_after", {"seconds": float("nan")}, "0 to 3600"),
    ("place_order", "slow_after", {"looks": 1}, "does not count looks"),
]


@pytest.mark.parametrize(("endpoint", "fault", "numbers", "text"), WRONG)
def test_what_does_not_fit_is_refused_with_the_list(faults, endpoint, fault, numbers, text):
    with pytest.raises(UnknownFault, match=rf"(?s){text}"):
        faults.add(endpoint, fault, **numbers)
    assert faults.shown()["waiting"] == []


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("place_order:drop_after", ("place_order", "drop_after", 1, 0.0, 0)),
        ("reads:slow_after:0:0.5", ("reads", "slow_after", None, 0.5, 0)),
        ("place_order:book_lags:3:2looks", ("place_order", "book_lags", 3, 1.0, 2)),
    ],
)
def test_a_fault_as_a_text(faults, text, row):
    faults.add_text(text)
    assert [tuple(found.values()) for found in faults.shown()["waiting"]] == [row]


@pytest.mark.parametrize("text", ["place_order", "place_order:", "place_order:drop_after:x", "a:b:1:2:3", "a:b:1:x"])
def test_a_text_of_another_form_is_refused(faults, text):
    with pytest.raises(UnknownFault, match="ENDPOINT:FAULT"):
        faults.add_text(text)


@pytest.mark.parametrize("text", ["place_order", "place_order:", "place_order:drop_aftr", "drop_after"])
def test_who_names_no_fault_is_given_the_list(faults, text):
    with pytest.raises(UnknownFault, match=r"(?s)There are:.*\n  drop_after  .*\n  book_lags  "):
        faults.add_text(text)


def control(trader, method, path, content=None):
    return trader.http.request(method, trader.sandbox.url + path, json=content)


def test_the_control_endpoint(trader, faults):
    added = control(trader, "POST", "/sandbox/faults", {"endpoint": "place_order", "fault": "not_ok", "times": 2})
    assert (added.status_code, added.json()["waiting"][0]["left"]) == (200, 2)
    attempt(trader)
    shown = control(trader, "GET", "/sandbox/faults").json()
    assert shown["waiting"][0]["left"] == 1
    assert shown["fired"] == [{"endpoint": "place_order", "fault": "not_ok", "times": 1}]
    assert shown["faults"]["late_fill"]["endpoints"] == ["place_order"]
    assert list(shown["faults"]) == list(KINDS)
    assert control(trader, "DELETE", "/sandbox/faults").json()["waiting"] == []
    assert attempt(trader).json()["stat"] == "Ok"
    assert not [request for request in trader.sandbox.requests if b"/sandbox" in request.raw_path]


@pytest.mark.parametrize(
    "content",
    [
        {"endpoint": "place_order", "fault": "nothing"},
        {"endpoint": "place_order"},
        {"endpoint": "place_order", "fault": "not_ok", "times": "1"},
        {"endpoint": "place_order", "fault": "not_ok", "more": 1},
        [],
    ],
)
def test_the_control_endpoint_refuses(trader, content):
    answer = control(trader, "POST", "/sandbox/faults", content)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert trader.http.post(trader.sandbox.url + "/sandbox/faults", content=b"{").status_code == 400


def test_switches_by_the_control_endpoint(trader):
    wanted = {"login_errors": "http200", "session_errors": "401", "refuse_slm": True, "cash": "12.5"}
    shown = control(trader, "POST", "/sandbox/switches", wanted).json()
    assert shown == {**wanted, "strict_authorization": False} == control(trader, "GET", "/sandbox/switches").json()
    assert (trader.step1(ucc="OTHER").status_code, trader.get("/quick/user/orders", {}).status_code) == (200, 401)
    assert "Cash Available:12.50" in trader.row(trader.place())["rejRsn"]
    assert control(trader, "POST", "/sandbox/reset").json() == {}
    assert trader.sandbox.orders == []
    assert trader.step1(ucc="OTHER").status_code == 401


@pytest.mark.parametrize(
    "wanted", [{"login_errors": "other"}, {"refuse_slm": 1}, {"cash": "NaN"}, {"cash": -1}, {"no": 1}, []]
)
def test_a_wrong_switch_changes_nothing(trader, wanted):
    before = control(trader, "GET", "/sandbox/switches").json()
    answer = control(trader, "POST", "/sandbox/switches", {"refuse_slm": True, **wanted} if wanted else wanted)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert control(trader, "GET", "/sandbox/switches").json() == before


def test_a_wrong_switch_names_those_there_are(trader):
    with pytest.raises(UnknownSwitch, match="login_errors, session_errors"):
        trader.sandbox._state.switches.change({"no": 1})


def test_faults_of_the_constructor(clock, caller_of):
    with Sandbox(clock=clock, faults=["totp_login:login_401"]) as sandbox:
        caller = caller_of(sandbox)
        assert [caller.step1().status_code for _ in range(2)] == [401, 200]


COMMAND = Path(sys.executable).with_name("ks-compat")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_faults_of_the_command_line(tmp_path):
    file = tmp_path / "env"
    asked = ["--fault", "feed_addresses:not_ok", "--fault", "feed_addresses:rate_limited"]
    with subprocess.Popen(
        [COMMAND, "sandbox", "--port", "0", "--env-file", file, *asked],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        shown = []
        while "Nothing leaves" not in "".join(shown):
            shown.append(process.stdout.readline())
        url = dotenv_values(file)["KS_COMPAT_LOGIN_URL"] + "/5config/config"
        answers = [httpx.get(url, trust_env=False) for _ in range(3)]
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20)[1] == ""
    assert [answer.status_code for answer in answers] == [200, 429, 200]
    assert json.loads(answers[0].content)["stat"] == "Not_Ok"
    assert "  feed_addresses:rate_limited\n" in shown


def test_an_unknown_fault_on_the_command_line_gives_the_list():
    done = subprocess.run(
        [COMMAND, "sandbox", "--port", "0", "--fault", "place_order:x"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "no fault 'x'" in done.stderr
    assert all(name in done.stderr for name in KINDS)
