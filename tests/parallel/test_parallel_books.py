"""Books of a day on which both sides placed orders."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from memory_record import MemoryRecord
from two_sides import ORDER, outcomes

from ks_compat.exceptions import ApiException
from ks_compat.parallel.books import is_book, merged, numbers, shows, shows_all


def row(number: Any, exchange: str = "", **fields: Any) -> dict[str, Any]:
    return {"orderId": number, "exchangeOrderId": exchange, **fields}


def book(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"success": list(rows)}


def test_rows_of_owned_orders_are_added_and_others_are_not() -> None:
    assert merged(book(row(1, "A")), book(row(7, "G"), row(8, "H")), {"7"}) == book(row(1, "A"), row(7, "G"))


def test_one_order_in_both_books_stays_one_row() -> None:
    mine = row(7, "G", status="TRAD")

    assert merged(book(mine), book(row(7, "G", status="OPN")), {"7"}) == book(mine)
    assert merged(book(row(7, "-", status="a")), book(row(7, "-", status="b")), {"7"}) == book(row(7, "-", status="a"))


def test_an_order_that_the_two_apis_number_differently_has_the_number_that_the_bot_was_given() -> None:
    assert merged(book(row(27, "G")), book(row(7, "G")), {"7"}) == book(row(7, "G"))


def test_two_fills_of_one_order_are_two_rows() -> None:
    fills = [row(7, "G", exchangeTradeId=str(number)) for number in (1, 2)]

    assert merged(book(), book(*fills), {"7"}) == book(*fills)
    assert merged(book(fills[0]), book(*fills), {"7"}) == book(*fills)


def test_the_primarys_report_is_not_changed_by_merging() -> None:
    mine = book(row(1, "A"))
    merged(mine, book(row(7, "G")), {"7"})

    assert mine == book(row(1, "A"))


def test_what_a_book_is() -> None:
    assert shows(book(row(7)), "7")
    assert not shows(book(row(7)), "8")
    assert shows_all(book(row(7), row(8)), {"7"})
    assert not shows_all(book(row(7)), {"7", "8"})
    assert not any(is_book(other) for other in (None, {}, {"success": None}, {"success": [1]}, {"Success": []}))


def test_the_numbers_of_an_answer_leave_out_the_unused_exchange() -> None:
    assert numbers({"Success": {"NSE": {"orderId": 7}, "BSE": {"orderId": 0}}}) == ["7"]
    assert numbers({"Success": None}) == numbers(None) == numbers({"fault": {}}) == []


def test_without_orders_elsewhere_the_very_object_is_given(pair: Any) -> None:
    client = pair()
    client.place_order(**ORDER)
    mine = book(row(1))
    client.parallel.legacy.does["order_report"] = lambda *_: mine

    assert client.order_report() is mine


@pytest.mark.parametrize("phase", ["canary", "rehearse", "lead"])
def test_orders_of_both_sides_stand_in_the_book(pair: Any, phase: str) -> None:
    first = pair("lead")
    one = first.get_order_id(first.place_order(**ORDER))
    second = pair("shadow", legacy=first.parallel.legacy, candidate=first.parallel.candidate)
    other = second.get_order_id(second.place_order(**ORDER))
    client = pair(
        phase, legacy=first.parallel.legacy, candidate=first.parallel.candidate, methods={"order_report": "lead"}
    )

    assert {str(found["orderId"]) for found in client.order_report()["success"]} == {one, other}
    assert len(client.order_report()["success"]) == 2
    assert {outcome for method, outcome in outcomes(client) if method == "order_report"} == {"explained"}


def test_an_error_of_the_other_book_is_raised(pair: Any) -> None:
    client = pair("canary")
    client.place_order(**ORDER)
    mine = ApiException(status=500, reason="gone")

    def fail(*_: Any) -> None:
        raise mine

    client.parallel.candidate.does["order_report"] = fail

    with pytest.raises(ApiException) as raised:
        client.order_report()
    assert raised.value is mine


def test_an_other_book_that_hangs_or_exits_or_is_none_is_an_old_exception(pair: Any) -> None:
    go = threading.Event()
    client = pair("canary", time_limit=0.1)
    client.place_order(**ORDER)

    def exits(*_: Any) -> None:
        raise SystemExit

    for answer in (lambda *_: go.wait(20) or {"success": []}, exits, lambda *_: {"success": "none"}):
        client.parallel.candidate.does["order_report"] = answer
        with pytest.raises(ApiException, match="candidate side has orders of today"):
            client.order_report()
    go.set()


def test_over_http_no_order_stands_twice_and_each_has_the_number_it_was_given(whole: Any, record: MemoryRecord) -> None:
    client = whole("canary", canary={"share": 1, "orders": 1})
    given = [client.get_order_id(client.place_order(**ORDER)) for _ in range(3)]

    assert [order.side for order in record.orders.values()] == ["candidate", "legacy", "legacy"]
    rows = client.order_report()["success"]
    assert sorted(str(row["orderId"]) for row in rows) == sorted(given)
    for number in given:
        assert client.order_report(number)["success"]
        client.cancel_order(number)
    assert {row["status"] for row in client.order_report()["success"]} == {"CAN"}
