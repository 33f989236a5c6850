"""A write between the two answers of a comparison: the account was not the same for both, and nothing is judged."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
from memory_record import MemoryRecord
from two_sides import ORDER, Side

from ks_compat.exceptions import ApiException
from ks_compat.parallel import comparing
from ks_compat.parallel.writes import Writes


class OneAccount:
    """Two sides that show one book, whose one order the legacy side cancels; the candidate reads it when told to."""

    def __init__(self, pair: Callable[..., Any], **given: Any) -> None:
        self.status = "OPN"
        self.asked, self.go = threading.Event(), threading.Event()
        legacy, other = Side(logged_in=True), Side(logged_in=True)
        legacy.does["order_report"] = self.book
        legacy.does["cancel_order"] = self.cancel
        other.does["order_report"] = self.slow_book
        self.client = pair("shadow", legacy=legacy, candidate=other, **given)

    def book(self, *_: Any) -> dict[str, Any]:
        return {"success": [{"orderId": 7, "exchangeOrderId": "X7", "status": self.status}]}

    def slow_book(self, *_: Any) -> dict[str, Any]:
        self.asked.set()
        assert self.go.wait(20)
        return self.book()

    def cancel(self, *_: Any) -> dict[str, Any]:
        self.status = "CAN"
        return {"Success": {}}

    def read_and_cancel(self) -> None:
        self.client.order_report()
        assert self.asked.wait(20)
        self.client.cancel_order("7")
        self.go.set()
        assert self.client.parallel.settle(20)


def reads(record: MemoryRecord, *, noise: bool = False) -> list[tuple[str, str]]:
    return [(each.outcome, each.note) for each in record.seen if each.method != "cancel_order" and each.noise == noise]


def test_a_cancel_between_the_answers_trips_nothing_and_both_are_asked_anew(pair: Any, record: MemoryRecord) -> None:
    OneAccount(pair).read_and_cancel()

    assert reads(record) == [("matched", comparing.ANEW)]
    assert record.phases == {}


def test_a_quote_is_not_changed_by_a_write_of_the_bots(pair: Any, record: MemoryRecord) -> None:
    account = OneAccount(pair)
    account.client.parallel.candidate.does["quote"] = lambda *_: (
        account.slow_book() and {"success": [{"wtoken": "22", "ltp": "2250.0000"}]}
    )
    account.client.quote(22, "LTP")
    assert account.asked.wait(20)
    account.client.cancel_order("7")
    account.go.set()
    assert account.client.parallel.settle(20)

    assert reads(record) == [("matched", "")]


def test_where_both_were_asked_anew_just_now_it_is_dropped(
    pair: Any, record: MemoryRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "LOOK_EVERY", 1e9)
    account = OneAccount(pair)
    account.client.parallel.beside._comparing._anew = 0.0
    account.read_and_cancel()

    assert reads(record) == [("dropped", comparing.BETWEEN)]
    assert account.client.parallel.legacy.count("order_report") == 1


def test_a_bot_that_writes_on_has_it_dropped(pair: Any, record: MemoryRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "QUIET", 0.05)
    account = OneAccount(pair)
    begun, end = threading.Event(), threading.Event()
    account.client.parallel.legacy.does["place_order"] = lambda **_: begun.set() or end.wait(20) or {}
    account.client.order_report()
    assert account.asked.wait(20)
    writer = threading.Thread(target=account.client.place_order, kwargs=ORDER)
    writer.start()
    assert begun.wait(20)
    account.go.set()
    assert account.client.parallel.workers.drain(20)
    end.set()
    writer.join()

    assert [each for each in reads(record) if each[0] != "sent"] == [("dropped", comparing.BETWEEN)]


def test_a_write_between_the_fresh_answers_spoils_those_too(pair: Any, record: MemoryRecord) -> None:
    account = OneAccount(pair)

    def book_and_cancel(*_: Any) -> dict[str, Any]:
        found = account.slow_book()
        account.client.cancel_order("7")
        return found

    account.client.parallel.candidate.does["order_report"] = book_and_cancel
    account.read_and_cancel()

    assert reads(record) == [("dropped", comparing.BETWEEN)]


def test_a_write_that_was_under_way_before_the_read_spoils_it_too(pair: Any, record: MemoryRecord) -> None:
    account = OneAccount(pair)
    account.go.set()
    asked: list[bool] = []

    def cancel(*_: Any) -> dict[str, Any]:
        account.client.order_report()
        asked.append(account.client.parallel.workers.drain(0.1))
        return account.cancel()

    account.client.parallel.legacy.does["cancel_order"] = cancel
    account.client.cancel_order("7")
    assert account.client.parallel.settle(20)

    assert asked == [False]
    assert reads(record) == [("matched", comparing.ANEW)]


def test_a_write_that_is_refused_came_between_all_the_same(pair: Any, record: MemoryRecord) -> None:
    account = OneAccount(pair)

    def refused(*_: Any) -> None:
        account.cancel()
        raise ApiException(status=0, reason="lost")

    account.client.parallel.legacy.does["cancel_order"] = refused
    with pytest.raises(ApiException):
        account.read_and_cancel()
    account.go.set()
    assert account.client.parallel.settle(20)

    assert reads(record) == [("matched", comparing.ANEW)]


def test_a_difference_that_no_write_made_is_still_one(pair: Any, record: MemoryRecord) -> None:
    account = OneAccount(pair)
    account.client.cancel_order("7")
    account.client.parallel.candidate.does["order_report"] = lambda *_: {
        "success": [{"orderId": 7, "exchangeOrderId": "X7", "status": "OPN"}]
    }
    account.client.order_report()
    assert account.client.parallel.settle(20)

    assert [outcome for outcome, _ in reads(record)] == ["unexplained"]


def test_a_look_at_the_noise_with_a_write_between_is_no_noise(pair: Any, record: MemoryRecord) -> None:
    account = OneAccount(pair, noise=1)
    looks = itertools.count()

    def book(*_: Any) -> dict[str, Any]:
        if next(looks) == 1:  # the second look of the noise
            account.client.cancel_order("7")
        return account.book()

    account.client.parallel.legacy.does["order_report"] = book
    account.go.set()
    account.client.order_report()
    assert account.client.parallel.settle(20)

    assert reads(record) == [("matched", "")]
    assert reads(record, noise=True) == [("dropped", comparing.BETWEEN)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_child_forked_within_a_write_is_not_within_it() -> None:
    writes = Writes()
    with writes.under_way():
        assert writes.mark() is None
        child = os.fork()
        if child == 0:
            mark = writes.mark()
            os._exit(0 if writes.none_since(mark) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert writes.none_since(writes.mark())
