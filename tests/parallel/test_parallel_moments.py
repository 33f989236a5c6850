"""Two answers are never of one instant: what a fill in between explains is no difference, what lasts is one."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from memory_record import MemoryRecord
from two_sides import ORDER, Side

from ks_compat.exceptions import ApiException
from ks_compat.parallel import comparing
from ks_compat.parallel.moments import BEHIND, MOVED

OPEN = {"status": "OPN", "filledQuantity": 0}
PART = {"status": "OPN", "filledQuantity": 4}
MORE = {"status": "OPN", "filledQuantity": 7}
DONE = {"status": "TRAD", "filledQuantity": 10}


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "LAG", 0.0)


class Books:
    """Both sides' order books, one answer after another; the last one stays. ``order_report`` is in ``lead``, so that a
    trip would show; the primary is the candidate.
    """

    def __init__(self, pair: Callable[..., Any], primary: list[Any], other: list[Any], **given: Any) -> None:
        self.client = pair(methods={"order_report": "lead"}, **given)
        for side, rows in ((self.client.parallel.candidate, primary), (self.client.parallel.legacy, other)):
            side.does["order_report"] = _each(rows)

    def read(self) -> None:
        self.client.order_report()
        assert self.client.parallel.settle(20)


def _each(rows: list[Any]) -> Callable[..., Any]:
    last = iter([*rows[:-1]])

    def answer(*_: Any) -> Any:
        row = next(last, rows[-1])
        if isinstance(row, Exception):
            raise row
        found = row if isinstance(row, list) else [row]
        return {"success": [{"exchangeOrderId": f"X{n}", "orderId": n, **each} for n, each in enumerate(found, 1)]}

    return answer


def seen(record: MemoryRecord) -> list[tuple[str, set[tuple[str, str]]]]:
    """Outcome, and each field with its reason."""
    reads = (each for each in record.seen if each.method == "order_report")
    return [(each.outcome, {(noted.field, noted.reason) for noted in each.differences}) for each in reads]


BOTH = ("success[].status", "success[].filledQuantity")


@pytest.mark.parametrize(
    ("primary", "other"),
    [
        ([OPEN, DONE], [DONE]),  # filled between the first answer and the other side's
        ([OPEN, DONE], [PART]),  # half of it before, half of it after
        ([OPEN, PART, MORE, DONE], [PART, MORE, DONE]),
    ],
)
def test_a_fill_in_between_is_no_difference(pair: Any, record: MemoryRecord, primary: Any, other: Any) -> None:
    Books(pair, primary, other).read()

    [(outcome, differences)] = seen(record)
    assert outcome == "explained"
    assert {reason for _, reason in differences} == {MOVED}
    assert record.phases == {}


def test_a_new_order_of_somebody_else_is_no_difference(pair: Any, record: MemoryRecord) -> None:
    Books(pair, [[OPEN], [OPEN, PART]], [[OPEN, PART]]).read()

    assert seen(record) == [("explained", {("success[]", MOVED)})]


def test_a_side_that_is_behind_trips_nothing_and_speaks_for_nothing(pair: Any, record: MemoryRecord) -> None:
    Books(pair, [DONE], [OPEN, DONE]).read()

    assert seen(record) == [("dropped", {(field, BEHIND) for field in BOTH})]
    assert record.phases == {}


def test_a_difference_that_lasts_is_found_and_trips(pair: Any, record: MemoryRecord) -> None:
    Books(pair, [DONE], [OPEN]).read()

    assert seen(record) == [("unexplained", {(field, "") for field in BOTH})]
    assert record.phases["order_report"].phase == "shadow"


def test_a_row_that_one_side_never_shows_is_found(pair: Any, record: MemoryRecord) -> None:
    Books(pair, [[OPEN, OPEN], [OPEN, PART], [OPEN, DONE]], [[OPEN]]).read()

    assert seen(record) == [("unexplained", {("success[]", "")})]


def test_a_difference_that_lasts_is_found_beside_one_that_moves(pair: Any, record: MemoryRecord) -> None:
    Books(pair, [{**OPEN, "price": 5}, {**DONE, "price": 5}], [{**DONE, "price": 6}]).read()

    assert seen(record) == [("unexplained", {("success[].price", "")})]


def test_a_side_that_stands_still_while_the_other_fills_is_found_once_that_stands(
    pair: Any, record: MemoryRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "LOOK_EVERY", 0.0)
    books = Books(pair, [PART, MORE, DONE], [OPEN])
    books.read()
    assert record.phases == {}
    books.read()

    assert [outcome for outcome, _ in seen(record)] == ["explained", "unexplained"]
    assert record.phases["order_report"].phase == "shadow"


def test_a_figure_that_moves_is_found_where_it_is_never_between(pair: Any, record: MemoryRecord) -> None:
    Books(pair, [{"profit": n} for n in (100, 101, 102)], [{"profit": -n} for n in (100, 101, 102)]).read()

    assert seen(record) == [("unexplained", {("success[].profit", "")})]


def test_a_figure_that_moves_matches_where_it_is_between(pair: Any, record: MemoryRecord) -> None:
    Books(pair, [{"profit": 100.5}, {"profit": 101.5}], [{"profit": 101.0}]).read()

    assert seen(record) == [("explained", {("success[].profit", MOVED)})]


def test_within_a_second_only_what_was_found_before_is_told_again(pair: Any, record: MemoryRecord) -> None:
    books = Books(pair, [{**DONE, "price": 5}], [{**DONE, "price": 6}])
    books.client.parallel.beside._comparing._looks["order_report"] = (1e9, frozenset({"success[].price"}))
    books.read()
    books.client.parallel.legacy.does["order_report"] = _each([OPEN])
    books.read()

    assert [outcome for outcome, _ in seen(record)] == ["unexplained", "dropped"]
    assert record.seen[-1].note == comparing.UNSURE
    assert books.client.parallel.candidate.count("order_report") == 2
    assert record.phases == {}


def test_a_write_while_both_are_asked_again_spoils_it(pair: Any, record: MemoryRecord) -> None:
    books = Books(pair, [DONE], [OPEN])
    answer, asked = books.client.parallel.candidate.does["order_report"], itertools.count()

    def and_write(*_: Any) -> Any:
        if next(asked) == 1:
            books.client.place_order(**ORDER)
        return answer()

    books.client.parallel.candidate.does["order_report"] = and_write
    books.read()

    assert [outcome for outcome, _ in seen(record)] == ["dropped"]
    assert record.phases == {}


@pytest.mark.parametrize("silent", ["primary", "other"])
def test_where_a_side_does_not_answer_again_nothing_is_judged(pair: Any, record: MemoryRecord, silent: str) -> None:
    lost = ApiException(status=0, reason="lost")
    rows = {"primary": [DONE], "other": [OPEN]}
    rows[silent].append(lost)
    Books(pair, rows["primary"], rows["other"]).read()

    assert [(each.outcome, each.note) for each in record.seen] == [("dropped", comparing.UNSURE)]


def test_quotes_are_not_asked_again(pair: Any, record: MemoryRecord) -> None:
    other = Side(logged_in=True)
    other.does["quote"] = lambda *_: {"success": [{"wtoken": "23"}]}
    client = pair(candidate=other)
    client.quote(22)
    assert client.parallel.settle(20)

    assert [each.outcome for each in record.seen] == ["unexplained"]
    assert other.count("quote") == 1


def fills(chance: random.Random) -> Iterator[dict[str, Any]]:
    """An order that fills at random, for ever: a bit, or not, before each look."""
    filled = 0
    while True:
        filled = min(100, filled + chance.choice((0, 0, 1, 20)))
        yield {"filledQuantity": filled, "pendingQuantity": 100 - filled, "status": "TRAD" if filled == 100 else "OPN"}


@pytest.mark.parametrize("seed", range(40))
def test_fills_at_any_moment_trip_nothing_and_a_planted_fault_is_found_at_the_end(
    pair: Any, record: MemoryRecord, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(comparing, "LOOK_EVERY", 0.0)
    account, client = fills(random.Random(seed)), pair(methods={"order_report": "lead"})
    wrong: dict[str, Any] = {}

    def book(row: dict[str, Any]) -> dict[str, Any]:
        return {"success": [{"exchangeOrderId": "X1", "orderId": 1, **row}]}

    client.parallel.candidate.does["order_report"] = lambda *_: book(next(account))
    client.parallel.legacy.does["order_report"] = lambda *_: book({**next(account), **wrong})
    for _ in range(8):
        client.order_report()
        assert client.parallel.settle(20)
    assert {outcome for outcome, _ in seen(record)} <= {"matched", "explained"}
    assert record.phases == {}

    wrong["filledQuantity"] = 99
    while next(account)["status"] != "TRAD":
        pass
    client.order_report()
    assert client.parallel.settle(20)
    assert seen(record)[-1] == ("unexplained", {("success[].filledQuantity", "")})
    assert record.phases["order_report"].phase == "shadow"
