"""The verdict on two answers, and how values are told."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from ks_compat.comparison import compare_values
from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.parallel.judge import ELSEWHERE, Answer, judge, without_equals
from ks_compat.parallel.masking import told
from ks_compat.parallel.plan import Plan

TODAY = date(2026, 11, 20)
PLAN = Plan.of(
    {"known": [{"method": "order_report", "field": "success[].marketLot", "reason": "as told", "until": TODAY}]}
)


def book(**fields: Any) -> Answer:
    return Answer({"success": [{"orderId": 7, "exchangeOrderId": "1100", "marketLot": 1, "status": "OPN", **fields}]})


def test_the_same_answer_matches() -> None:
    assert judge("order_report", book(), book(), PLAN, TODAY).outcome == "matched"


def test_a_known_difference_is_explained_with_its_reason() -> None:
    verdict = judge("order_report", book(), book(marketLot=75), PLAN, TODAY)

    assert (verdict.outcome, verdict.differences[0].reason, verdict.unexplained) == ("explained", "as told", ())


def test_one_unknown_difference_is_enough() -> None:
    verdict = judge("order_report", book(), book(marketLot=75, status="TRAD"), PLAN, TODAY)

    assert (verdict.outcome, verdict.unexplained) == ("unexplained", ("success[].status",))


def test_an_order_of_the_other_side_is_no_difference() -> None:
    empty = Answer({"success": []})

    assert judge("order_report", book(), empty, PLAN, TODAY, {"7"}).differences[0].reason == ELSEWHERE
    assert judge("order_report", empty, book(), PLAN, TODAY, {"7"}).outcome == "explained"
    assert judge("order_report", book(), empty, PLAN, TODAY, {"8"}).outcome == "unexplained"


@pytest.mark.parametrize(
    ("primary", "other", "outcome"),
    [
        (ApiException(status=401, reason="a"), ApiException(status=401, reason="b"), "matched"),
        (ApiException(status=401, reason="a"), ApiException(status=500, reason="a"), "unexplained"),
        (ApiException(status=401, reason="a"), None, "unexplained"),
        (None, ApiValueError("x"), "failed"),
        (None, SystemExit(), "failed"),
    ],
)
def test_errors(primary: BaseException | None, other: BaseException | None, outcome: str) -> None:
    verdict = judge("quote", Answer({}, primary), Answer({}, other), PLAN, TODAY)

    assert verdict.outcome == outcome


def test_the_text_of_an_error_is_not_kept() -> None:
    verdict = judge("quote", Answer({}), Answer(error=ApiValueError("token eyJsecret")), PLAN, TODAY)

    assert verdict.note == "ApiValueError"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Success.sessionToken", "abc"),
        ("userId", "AB123"),
        ("success[].tag", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi"),
        ("success[].message", "call +919876543210"),
        ("success[].message", "call 9876543210"),
        ("success[].message", "PAN ABCDE1234F"),
        ("success[].message", "mail a.b@example.org"),
        ("success[].message", "d3b07384-d113-4ec6-a5f6-0c8d2b1e7f11"),
    ],
)
def test_what_is_private_is_hidden(field: str, value: str) -> None:
    text = told(field, value)

    assert "<hidden>" in text
    assert not any(part in text for part in ("abc", "AB123", "eyJ", "98765", "ABCDE", "example", "d3b07384"))


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("success[].instrumentToken", 1839, "1839"),
        ("success[].wtoken", "11721", "'11721'"),
        ("success[].orderId", 2250720000007, "2250720000007"),
        ("success[].price", 10.5, "10.5"),
        ("success[].optionType", "- ", "'- '"),
        ("success", [1, 2], "a list of 2"),
        ("success[]", {"clientCode": "AB", "price": 1}, "{clientCode, price}"),
        ("success[].x", None, ""),
    ],
)
def test_what_is_public_is_told(field: str, value: Any, text: str) -> None:
    assert told(field, value) == text


def test_a_long_text_is_cut() -> None:
    assert len(told("message", "x y " * 100)) == 80


NAMES = ("orderId", "exchangeOrderId", "status", "price", "depth")
VALUES = (0, 0.0, -0.0, 1, 1.0, True, None, "1", "a", float("nan"), {"x": 1}, [1, 2])


def rows(chance: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Two books that are much alike: rows without names, with one name twice, changed, moved, gone."""

    def value(name: str) -> Any:
        return chance.choice((1, 2, 0, "-", "1", 1.0) if name in NAMES[:2] else VALUES)

    one = [{name: value(name) for name in chance.sample(NAMES, chance.randrange(1, 6))} for _ in range(3)]
    other = [{**row, **({(name := chance.choice(NAMES)): value(name)} if chance.random() < 0.3 else {})} for row in one]
    if chance.random() < 0.1:
        chance.shuffle(other)
    return one, other[: chance.choice((2, 3, 3, 3))]


def test_the_differences_are_the_same_without_what_is_equal() -> None:
    rules, chance, shorter = PLAN.rules("order_report"), random.Random(8), 0
    for _ in range(3000):
        one, other = ({"success": found, "more": 1} for found in rows(chance))
        lean = without_equals(one, other, rules.keys)
        shorter += lean[0]["success"] != one["success"]
        found = (
            [(d.path, d.field, d.kind, repr(d.left), repr(d.right)) for d in compare_values(*both, rules)]
            for both in ((one, other), lean)
        )
        whole, short = (sorted(each) for each in found)
        assert whole == short
    assert shorter > 1000


def test_nothing_is_left_to_compare_of_a_book_that_is_equal() -> None:
    one, other = book(price=5.0).value, book(price=5.0, tag="more").value

    assert without_equals(one, other, PLAN.rules("order_report").keys) == (
        {"success": [{"orderId": 7, "exchangeOrderId": "1100"}]},
        {"success": [{"orderId": 7, "exchangeOrderId": "1100", "tag": "more"}]},
    )
