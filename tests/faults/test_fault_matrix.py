"""Every fault against every call, of both clients, over real HTTP: an answer, or an error that is true.

An order call says one of three things: done, then the order is in the book; not done, then it never is; unknown. A read
gives what it gives without the fault, or fails.
"""

import pytest
from fault_support import READS, cancel, facade, log_in, modify, native, outcome, place, row_of, rows_of, verdict

from ks_compat.native import LoginRefused
from ks_compat.sandbox import KINDS

CLIENTS = pytest.mark.parametrize("make", [native, facade], ids=["native", "facade"])
CERTAIN = {"drop_after", "reset_after", "cut_after", "bad_gateway_after", "unavailable_after", "malformed_after"}
CERTAIN |= {"empty_after", "bare_ok_after", "wrong_type", "slow_after", "late_rejection", "late_fill", "book_lags"}
"""Faults after which an order call must find out that it was done: the book says so."""
REFUSED = {"rate_limited", "rate_limited_advice", "session_refused", "session_expired"}
REFUSED |= {"address_unknown", "address_changed"}
"""Faults that say themselves that nothing was done."""


def on(endpoint):
    return pytest.mark.parametrize("fault", [name for name, kind in KINDS.items() if endpoint in kind.on])


def client_for(world, make, fault):
    return world.client(make, hasty=fault.startswith("slow"))


def expected(fault):
    return {"done"} if fault in CERTAIN else {"not done"} if fault in REFUSED else {"done", "unknown"}


def test_the_two_lists_hold_faults_that_are_there():
    assert set(KINDS) > CERTAIN | REFUSED


@CLIENTS
@on("place_order")
def test_place(world, make, fault):
    client, tag = client_for(world, make, fault), world.tag()
    world.spoil("place_order", fault)
    number, error = outcome(place, client, tag)
    assert world.sandbox.faults.quiet(20)
    rows = rows_of(world.sandbox, tag)
    assert verdict(error) in expected(fault)
    assert len(rows) == (1 if KINDS[fault].accepts else 0)
    assert number in {None, *(row["nOrdNo"] for row in rows)}


@CLIENTS
@pytest.mark.parametrize(
    ("fault", "seen"), [("late_rejection", "rejected"), ("late_fill", "complete"), ("book_lags", "open")]
)
def test_what_comes_late_is_seen_in_the_end(world, make, fault, seen):
    client = client_for(world, make, fault)
    world.spoil("place_order", fault, looks=2)
    number = place(client, world.tag())
    neo = getattr(client, "_neo", client)
    statuses = [[row.status for row in neo.order_report() if row.order_id == number] for _ in range(3)]
    assert statuses[0] in ([], ["open"], ["open pending"])
    assert statuses[2] == [seen]


@CLIENTS
@pytest.mark.parametrize("looks", [1, 3])
def test_an_order_that_is_lost_in_a_lagging_book_is_found(world, make, looks):
    client, tag = client_for(world, make, ""), world.tag()
    world.spoil("place_order", "lost_in_lag", looks=looks)
    assert place(client, tag) == rows_of(world.sandbox, tag)[0]["nOrdNo"]


@CLIENTS
@pytest.mark.parametrize("book", [name for name, kind in KINDS.items() if "order_report" in kind.on])
def test_a_lost_order_and_a_book_that_fails_once(world, make, book):
    client, tag = client_for(world, make, book), world.tag()
    world.spoil("order_report", book)
    world.sandbox.faults.add("place_order", "drop_after")
    number, error = outcome(place, client, tag)
    rows = rows_of(world.sandbox, tag)
    assert len(rows) == 1
    # Without a session nobody can look; in every other case a later look finds it.
    assert verdict(error) == "done" or book.startswith("session_") or book == "rate_limited_advice"
    assert number in {None, rows[0]["nOrdNo"]}


@CLIENTS
@on("modify_order")
def test_modify(world, make, fault):
    client = client_for(world, make, fault)
    number = place(client, world.tag())
    world.spoil("modify_order", fault)
    _, error = outcome(modify, client, number, 2251.5)
    assert verdict(error) in expected(fault)
    assert world.sandbox.faults.quiet(20)
    assert row_of(world.sandbox, number)["prc"] == ("2251.50" if KINDS[fault].accepts else "2250.50")


@CLIENTS
@on("cancel_order")
def test_cancel(world, make, fault):
    client = client_for(world, make, fault)
    number = place(client, world.tag())
    world.spoil("cancel_order", fault)
    _, error = outcome(cancel, client, number)
    assert verdict(error) in expected(fault)
    assert world.sandbox.faults.quiet(20)
    assert row_of(world.sandbox, number)["ordSt"] == ("cancelled" if KINDS[fault].accepts else "open")


ALL_READS = [
    pytest.param(make, endpoint, call, fault, id=f"{make.__name__}-{name}-{fault}")
    for make, reads in READS.items()
    for name, (endpoint, call) in reads.items()
    for fault, kind in KINDS.items()
    if endpoint in kind.on
]


@pytest.mark.parametrize(("make", "endpoint", "call", "fault"), ALL_READS)
def test_read(world, make, endpoint, call, fault):
    client = client_for(world, make, fault)
    number = world.standing(client)
    wanted = call(client, number)
    world.spoil(endpoint, fault)
    result, error = outcome(call, client, number)
    assert sum(world.sandbox.faults.fired.values())
    assert error is not None or result == wanted
    # A true answer under another name is an answer.
    assert error is None or fault != "wrong_type"
    client = world.client(make, hasty=fault.startswith("slow"))
    assert call(client, number) == wanted


LOGINS = [(step, name) for step in ("totp_login", "totp_validate") for name, kind in KINDS.items() if step in kind.on]


@CLIENTS
@pytest.mark.parametrize(("step", "fault"), LOGINS)
def test_login(world, make, step, fault):
    client = client_for(world, make, fault)
    world.spoil(step, fault)
    before = len(world.sandbox.requests)
    _, error = outcome(log_in, client)
    sent = [request.raw_path.decode() for request in world.sandbox.requests[before:]]
    assert len(sent) == len(set(sent)) == (1 if step == "totp_login" and error else 2)
    assert isinstance(error, LoginRefused) or not fault.startswith("login_")
    # What a login step needs is its own answer: nothing else can tell it the session.
    assert error is not None or fault == "wrong_type"
    log_in(client)
    assert place(client, world.tag())


@CLIENTS
@pytest.mark.parametrize("fault", [name for name, kind in KINDS.items() if "master_file" in kind.on])
@pytest.mark.parametrize("endpoint", ["scrip_master", "master_file"])
def test_a_master_that_fails_places_no_wrong_order(world, make, endpoint, fault, tmp_path, monkeypatch):
    monkeypatch.setenv("KS_COMPAT_HOME", str(tmp_path))
    monkeypatch.setenv("KS_COMPAT_READ_TIMEOUT", "0.3" if fault.startswith("slow") else "20")
    world.client(make)
    client = log_in(make())
    tag, neo = world.tag(), getattr(client, "_neo", client)
    world.spoil(endpoint, fault, times=0)

    def place_by_number():
        return neo.place_order(
            instrument_token=727, transaction_type="B", quantity=2, product="CNC", order_type="L", price=2250.5, tag=tag
        )

    _, error = outcome(place_by_number)
    rows = rows_of(world.sandbox, tag)
    assert verdict(error) == ("done" if rows else "not done")
    assert [row["trdSym"] for row in rows] in ([], ["ACC-EQ"])
    world.sandbox.faults.clear()
    # What was not whole is not kept.
    place_by_number()
    assert {row["trdSym"] for row in rows_of(world.sandbox, tag)} == {"ACC-EQ"}
    neo.close()
