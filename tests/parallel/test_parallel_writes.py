"""Writes: one side sends each, once, whatever happens; and an order stays with the side that placed it."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
from memory_record import MemoryRecord
from two_sides import ORDER, TOKEN, Side, outcomes, placed

from ks_compat.exceptions import ApiException
from ks_compat.native import OrderOutcomeUnknown
from ks_compat.parallel.phases import ORDER as PHASE_ORDER
from ks_compat.parallel.phases import PHASES

WRITES = ("place_order", "modify_order", "cancel_order")


def sent(client: Any, method: str = "place_order") -> tuple[int, int]:
    """How many calls of a write each side was sent: legacy, candidate."""
    return client.parallel.legacy.count(method), client.parallel.candidate.count(method)


@pytest.mark.parametrize("phase", PHASE_ORDER)
@pytest.mark.parametrize("trouble", ["none", "candidate raises", "candidate exits", "not logged in", "record", "both"])
def test_an_order_is_sent_by_exactly_one_side(pair: Any, record: MemoryRecord, phase: str, trouble: str) -> None:
    other = Side(5_000_000, logged_in=trouble != "not logged in")
    if trouble == "not logged in":
        other.does["login"] = _refused
    if trouble in ("candidate raises", "both"):
        other.does["place_order"] = _refused
    if trouble == "candidate exits":
        other.does["place_order"] = _exits
    if trouble in ("record", "both"):
        record.broken |= {"reserve", "own", "owner", "observe"}
    client = pair(phase, candidate=other)

    try:
        client.place_order(**ORDER)
        raised = False
    except (ApiException, SystemExit):
        raised = True
    client.parallel.settle(20)

    by_candidate = PHASES[phase].primary == "candidate" or (PHASES[phase].shares and "record" not in trouble)
    if phase == "canary" and trouble in ("not logged in", "both"):
        by_candidate = False
    if phase == "lead" and trouble == "not logged in":
        by_candidate = False
    assert sent(client) == ((0, 1) if by_candidate else (1, 0))
    fails = trouble in ("candidate raises", "candidate exits", "both")
    assert raised == (by_candidate and fails)


def _refused(*_: Any, **__: Any) -> None:
    raise ApiException(status=999108, reason="refused")


def _exits(*_: Any, **__: Any) -> None:
    raise SystemExit(3)


@pytest.mark.parametrize("phase", PHASE_ORDER)
@pytest.mark.parametrize("owner", ["legacy", "candidate"])
def test_modify_and_cancel_go_to_the_owner_in_every_phase(
    pair: Any, record: MemoryRecord, phase: str, owner: str
) -> None:
    first = pair("lead" if owner == "candidate" else "shadow")
    number = first.get_order_id(first.place_order(**ORDER))
    client = pair(phase, legacy=first.parallel.legacy, candidate=first.parallel.candidate)

    client.modify_order(number, 2251, 2, 0, 0, "GFD")
    client.cancel_order(order_id=number)
    client.order_report(int(number))

    for method in ("modify_order", "cancel_order"):
        assert sent(client, method) == ((1, 0) if owner == "legacy" else (0, 1))


@pytest.mark.parametrize("phase", ["canary", "lead"])
@pytest.mark.parametrize("owner", ["legacy", "candidate"])
def test_an_owner_that_was_never_noted_is_found_in_the_books(
    pair: Any, record: MemoryRecord, phase: str, owner: str
) -> None:
    record.forgets = True
    first = pair("lead" if owner == "candidate" else "shadow")
    number = first.get_order_id(first.place_order(**ORDER))
    client = pair(phase, legacy=first.parallel.legacy, candidate=first.parallel.candidate)

    client.cancel_order(number)

    assert sent(client, "cancel_order") == ((1, 0) if owner == "legacy" else (0, 1))


def test_an_order_that_was_noted_goes_to_its_owner_without_a_look_at_a_book(pair: Any) -> None:
    client = pair("canary")
    number = client.get_order_id(client.place_order(**ORDER))
    client.parallel.legacy.does["order_report"] = client.parallel.candidate.does["order_report"] = _refused
    client.cancel_order(number)

    assert sent(client, "cancel_order") == (0, 1)


@pytest.mark.parametrize("phase", ["canary", "lead"])
def test_an_order_that_no_book_shows_is_the_primarys(pair: Any, phase: str) -> None:
    client = pair(phase)
    client.cancel_order("42")

    assert sent(client, "cancel_order") == ((0, 1) if phase == "lead" else (1, 0))


@pytest.mark.parametrize("phase", ["shadow", "rehearse"])
def test_where_the_candidate_never_places_no_book_is_read_for_an_owner(pair: Any, phase: str) -> None:
    client = pair(phase)
    client.cancel_order("42")
    client.parallel.settle(20)

    assert client.parallel.legacy.count("order_report") == client.parallel.candidate.count("order_report") == 0


def test_a_book_that_exits_or_hangs_does_not_stop_a_cancel(pair: Any) -> None:
    go = threading.Event()
    client = pair("canary", time_limit=0.1)
    client.parallel.candidate.does["order_report"] = _exits
    client.cancel_order("42")
    client.parallel.candidate.does["order_report"] = lambda *_: go.wait(30)
    client.cancel_order("43")
    go.set()

    assert sent(client, "cancel_order") == (2, 0)


def test_the_canary_is_sticky_and_its_caps_hold(pair: Any, record: MemoryRecord) -> None:
    client = pair("canary", canary={"share": 0.5, "orders": 1000, "rupees": 10**9})
    for _ in range(3):
        for token in range(40):
            client.place_order(**{**ORDER, "instrument_token": token})
    sides: dict[str, set[str]] = {}
    for order in record.orders.values():
        sides.setdefault(order.instrument, set()).add(order.side)

    assert all(len(found) == 1 for found in sides.values())
    assert set().union(*sides.values()) == {"legacy", "candidate"}


@pytest.mark.parametrize(("caps", "most"), [({"orders": 3}, 3), ({"rupees": 10_000}, 2), ({"orders": 0}, 0)])
def test_the_canary_stops_at_its_caps(pair: Any, caps: dict[str, int], most: int) -> None:
    client = pair("canary", canary={"share": 1, **caps})
    for _ in range(6):
        client.place_order(**ORDER)

    assert sent(client) == (6 - most, most)


def test_what_was_reserved_for_an_order_that_failed_is_not_given_back(pair: Any, record: MemoryRecord) -> None:
    client = pair("canary", canary={"share": 1, "orders": 1})
    client.parallel.candidate.does["place_order"] = _refused
    with pytest.raises(ApiException):
        client.place_order(**ORDER)
    client.place_order(**ORDER)

    assert sent(client) == (1, 1)
    assert record.spent == [Decimal("4501.0")]


def test_a_market_order_goes_to_the_canary_only_at_a_price_that_was_seen(pair: Any, record: MemoryRecord) -> None:
    client = pair("canary")
    market = {**ORDER, "price": 0}
    client.place_order(**market)
    client.quote(TOKEN, "LTP")
    client.parallel.settle(20)
    client.place_order(**{**market, "instrument_token": 22})
    client.place_order(**market)

    assert sent(client) == (2, 1)
    assert record.spent == [Decimal("4500.0000")]


def test_lead_without_a_login_of_the_candidate_is_legacys(pair: Any) -> None:
    other = Side()
    other.does["login"] = _refused
    client = pair("lead", legacy=Side(), candidate=other)
    client.login("pw")
    client.session_2fa("1234")
    for _ in range(3):
        client.place_order(**ORDER)
        client.positions("OPEN")

    assert sent(client) == (3, 0)
    assert other.count("login") == 1


def test_an_unknown_outcome_trips_at_once_and_nothing_is_sent_again(pair: Any, record: MemoryRecord) -> None:
    client = pair("lead")

    def lost(*_: Any, **__: Any) -> None:
        try:
            raise OrderOutcomeUnknown("lost", "t-1")
        except OrderOutcomeUnknown as cause:
            raise ApiException(status=0, reason="lost") from cause

    client.parallel.candidate.does["place_order"] = lost
    with pytest.raises(ApiException, match="lost"):
        client.place_order(**ORDER)
    client.place_order(**ORDER)

    assert sent(client) == (1, 1)
    assert outcomes(client)[0] == ("place_order", "unknown")
    assert record.phases["place_order"].phase == "rehearse"
    assert "unknown" in record.phases["place_order"].tripped


def test_ctrl_c_within_an_order_of_the_candidate_trips_too(pair: Any, record: MemoryRecord) -> None:
    client = pair("lead")

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    client.parallel.candidate.does["place_order"] = interrupted
    with pytest.raises(KeyboardInterrupt):
        client.place_order(**ORDER)

    assert record.phases["place_order"].phase == "rehearse"


def test_a_burst_of_errors_trips(pair: Any, record: MemoryRecord) -> None:
    client = pair("canary", tripwire={"errors": 3, "seconds": 60})
    client.parallel.candidate.does["place_order"] = _refused
    for _ in range(3):
        with pytest.raises(ApiException):
            client.place_order(**ORDER)
    client.place_order(**ORDER)

    assert sent(client) == (1, 3)
    assert record.phases["place_order"].phase == "rehearse"


def test_a_wrong_quantity_in_a_report_puts_the_report_back(pair: Any, record: MemoryRecord) -> None:
    client = pair(methods={"order_report": "lead"})
    for side, quantity in ((client.parallel.legacy, 1), (client.parallel.candidate, 75)):
        side.book.append({"orderId": 9, "exchangeOrderId": "X9", "orderQuantity": quantity})
    client.order_report()
    client.parallel.settle(20)

    assert record.phases["order_report"].phase == "shadow"
    assert client.order_report()["success"][0]["orderQuantity"] == 1


@pytest.mark.parametrize("quantity", ["2", "many", None, 2.5, Decimal(2)])
def test_the_owner_is_noted_whatever_the_quantity_looks_like(pair: Any, record: MemoryRecord, quantity: Any) -> None:
    client = pair("lead")
    client.place_order(**{**ORDER, "quantity": quantity})

    assert [order.side for order in record.orders.values()] == ["candidate"]


@pytest.mark.parametrize("phase", ["shadow", "done"])
def test_an_order_that_nothing_was_compared_with_is_only_sent(pair: Any, phase: str) -> None:
    client = pair(phase)
    client.place_order(**ORDER)

    assert outcomes(client) == [("place_order", "sent")]


def test_a_candidate_that_cannot_prepare_gives_no_match(pair: Any) -> None:
    client = pair("rehearse")
    client.place_order(**ORDER)

    assert outcomes(client) == [("place_order", "sent")]


@pytest.mark.parametrize("phase", PHASE_ORDER)
def test_while_the_record_was_never_read_legacy_sends(pair: Any, record: MemoryRecord, phase: str) -> None:
    record.known = False
    client = pair(phase)
    client.place_order(**ORDER)
    assert sent(client) == (1, 0)

    record.known = True
    client.place_order(**ORDER)
    assert sent(client) == ((1, 1) if phase in ("canary", "lead", "done") else (2, 0))


def test_a_trip_of_this_process_holds_without_the_record_and_with_it(pair: Any, record: MemoryRecord) -> None:
    client = pair("lead")
    record.known = False
    assert client.parallel.control.name("place_order") == "rehearse"
    client.parallel.control.trip("place_order", "a reason")
    record.known = True
    client.place_order(**ORDER)

    assert sent(client) == (1, 0)
    assert record.phases["place_order"].tripped == "a reason"


def test_a_record_that_is_lost_is_told_once(pair: Any, record: MemoryRecord, caplog: pytest.LogCaptureFixture) -> None:
    client = pair("lead")
    for known in (True, False, False, True, False):
        record.known = known
        client.place_order(**ORDER)

    assert sent(client) == (3, 2)
    assert [line.split(",")[0] for line in caplog.messages] == ["The record of the parallel run cannot be read"] * 2


def test_an_order_that_no_book_shows_stays_where_orders_went_while_the_record_is_lost(
    pair: Any, record: MemoryRecord
) -> None:
    client = pair("lead")
    record.known = False
    client.cancel_order("77")

    assert sent(client, "cancel_order") == (0, 1)


def test_a_plan_without_a_legacy_side_goes_on_without_the_record(pair: Any, record: MemoryRecord) -> None:
    record.known = False
    client = pair("done", methods={"login": "done"})
    client.place_order(**ORDER)
    assert sent(client) == (0, 1)

    client = pair("lead", methods={"login": "done"})
    client.place_order(**ORDER)
    assert sent(client) == (1, 0)


@pytest.mark.parametrize("phase", ["shadow", "lead"])
def test_while_the_record_was_never_read_an_order_is_looked_for_in_both_books(
    pair: Any, record: MemoryRecord, phase: str
) -> None:
    record.known = False
    client = pair(phase)
    client.parallel.candidate.book.append({"orderId": 9, "status": "OPN"})
    client.cancel_order("9")

    assert sent(client, "cancel_order") == (0, 1)


def test_a_canary_over_http_sends_each_order_to_one_server(whole: Any, sandbox: Any, record: MemoryRecord) -> None:
    client = whole("canary", canary={"share": 0.5, "orders": 1000, "rupees": 10**9})
    tokens = (TOKEN, 1839, 11721, 772)
    answers = 0
    for token in tokens * 2:
        try:
            client.place_order(**{**ORDER, "instrument_token": token, "price": 0, "quantity": 1})
            answers += 1
        except (ApiException, ValueError):
            continue
    client.parallel.settle(30)
    old = sum(b"/apim/orders/1.0/order/" in request.raw_path for request in sandbox.requests)

    assert old + placed(sandbox.requests) == len(tokens) * 2
    assert len(sandbox.orders) == answers > 0


def test_an_order_that_leads_over_http_lives_on_v2(whole: Any, sandbox: Any) -> None:
    client = whole("lead")
    number = client.get_order_id(client.place_order(**ORDER))
    client.modify_order(number, 2251, 3, 0, 0, "GFD")
    client.cancel_order(number)

    assert placed(sandbox.requests) == 1
    assert not any(b"/apim/orders/" in request.raw_path for request in sandbox.requests)
    assert sorted(outcomes(client)) == [(method, "matched") for method in sorted(WRITES)]
