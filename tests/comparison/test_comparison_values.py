"""The comparison of answers: types count, rows find each other, tolerances are for what moves."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ks_compat.comparison import Rules, Tolerance, TooLarge, ValueDifference, compare_values, values

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
answers = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
)
BOOK = Rules(keys={"success": ("exchangeOrderId", "orderId")})


def only(differences: list[ValueDifference]) -> ValueDifference:
    (difference,) = differences
    return difference


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(leaf for name, item in inner for leaf in leaves(item, (*path, name)))]


@given(answers)
def test_an_answer_says_the_same_as_its_copy(answer: Any) -> None:
    assert compare_values(answer, copy.deepcopy(answer)) == []


@given(st.data(), answers, plain)
def test_a_change_at_any_place_is_found(data: st.DataObject, answer: Any, other: Any) -> None:
    changed = [copy.deepcopy(answer)]
    *way, last = (0, *data.draw(st.sampled_from(leaves(answer))))
    holder: Any = changed
    for step in way:
        holder = holder[step]
    assume(type(holder[last]) is not type(other) or repr(holder[last]) != repr(other))
    assume(holder[last] != other or type(holder[last]) is not type(other))
    holder[last] = other

    assert compare_values([answer], changed) != []
    assert compare_values(changed, [answer]) != []


def test_a_number_as_text_is_another_type() -> None:
    difference = only(compare_values({"Success": {"NSE": {"orderId": 7}}}, {"Success": {"NSE": {"orderId": "7"}}}))

    assert (difference.path, difference.kind) == ("Success.NSE.orderId", "type")
    assert str(difference) == "Success.NSE.orderId: 7 / '7' (int / str)"


@pytest.mark.parametrize(("left", "right"), [(1, 1.0), (True, 1), (None, 0), ("", None), ([], ())])
def test_types_count(left: Any, right: Any) -> None:
    assert only(compare_values(left, right)).kind == "type"


def test_rows_are_matched_by_the_field_that_names_them() -> None:
    left = {"success": [{"orderId": 1, "price": 10.0}, {"orderId": 2, "price": 20.0}]}
    right = {"success": [{"orderId": 1, "price": 10.0}, {"orderId": 3, "price": 5.0}, {"orderId": 2, "price": 21.0}]}

    assert [(found.path, found.kind) for found in compare_values(left, right, BOOK)] == [
        ("success[orderId=2].price", "value"),
        ("success[orderId=3]", "extra"),
    ]


def test_rows_in_another_order_are_a_difference() -> None:
    left, right = [{"orderId": 1}, {"orderId": 2}], [{"orderId": 2}, {"orderId": 1}]

    assert only(compare_values({"success": left}, {"success": right}, BOOK)).kind == "order"


def test_rows_that_share_a_name_stand_side_by_side_in_their_order() -> None:
    rows = [{"orderId": 1, "price": 1}, {"orderId": 1, "price": 2}, {"orderId": 1, "price": 3}]
    changed = [rows[0], {"orderId": 1, "price": 5}, rows[2]]

    found = only(compare_values({"success": rows}, {"success": changed}, BOOK))
    assert (found.path, found.left, found.right) == ("success[orderId=1].price", 2, 5)
    assert [each.kind for each in compare_values({"success": rows}, {"success": rows[:2]}, BOOK)] == ["missing"]


def test_a_row_without_an_exchange_number_spoils_no_other() -> None:
    rejected = {"exchangeOrderId": "", "orderId": 3, "status": "RJT"}
    left = [{"exchangeOrderId": "X1", "orderId": 1, "price": 10.0}, rejected]
    right = [{"exchangeOrderId": "X1", "orderId": 901, "price": 11.0}, {**rejected, "status": "OPN"}]

    assert [found.path for found in compare_values({"success": left}, {"success": right}, BOOK)] == [
        "success[exchangeOrderId=X1].orderId",
        "success[exchangeOrderId=X1].price",
        "success[orderId=3].status",
    ]


def test_a_better_name_that_both_have_tells_rows_apart_whatever_the_next_says() -> None:
    left, right = [{"exchangeOrderId": "X1", "orderId": 1}], [{"exchangeOrderId": "X2", "orderId": 1}]

    assert [(found.path, found.kind) for found in compare_values({"success": left}, {"success": right}, BOOK)] == [
        ("success[exchangeOrderId=X1]", "missing"),
        ("success[exchangeOrderId=X2]", "extra"),
    ]


def test_the_order_of_rows_is_told_across_kinds_of_names() -> None:
    left = [{"exchangeOrderId": "X1", "orderId": 1}, {"exchangeOrderId": "", "orderId": 2}, {"exchangeOrderId": "X3"}]

    found = only(compare_values({"success": left}, {"success": [left[1], left[0], left[2]]}, BOOK))
    assert (found.kind, found.left) == ("order", ["exchangeOrderId=X1", "orderId=2", "exchangeOrderId=X3"])


book_rows = st.lists(
    st.fixed_dictionaries(
        {"exchangeOrderId": st.sampled_from(["", "X1", "X2", "X3"]), "orderId": st.sampled_from([0, 1, 2, 3])}
    ),
    max_size=8,
)


@given(book_rows, book_rows)
def test_no_row_is_matched_twice_and_none_is_lost(left: list[Any], right: list[Any]) -> None:
    found = compare_values({"success": left}, {"success": right}, BOOK)
    lost = {kind: [each for each in found if each.kind == kind] for kind in ("missing", "extra")}

    assert len(left) - len(lost["missing"]) == len(right) - len(lost["extra"])
    assert found == compare_values({"success": left}, {"success": right}, BOOK)
    assert compare_values({"success": left}, {"success": copy.deepcopy(left)}, BOOK) == []


def test_a_list_of_one_name_all_over_takes_no_quadratic_time() -> None:
    rows = [{"exchangeOrderId": f"L{n}", "orderId": 1} for n in range(20_000)]
    others = [{"exchangeOrderId": f"R{n}", "orderId": 1} for n in range(20_000)]

    assert len(compare_values({"success": rows}, {"success": others}, BOOK)) == 40_000


def test_rows_without_the_better_name_are_matched_by_the_next() -> None:
    left = [{"exchangeOrderId": "", "orderId": 1}, {"exchangeOrderId": "", "orderId": 2}]

    assert compare_values({"success": left[:1]}, {"success": left}, BOOK)[0].path == "success[orderId=2]"


@pytest.mark.parametrize(
    ("tolerance", "left", "right", "allowed"),
    [
        (Tolerance(relative=Decimal("0.01")), "100.0000", "100.9000", True),
        (Tolerance(relative=Decimal("0.01")), "100.0000", "102.0000", False),
        (Tolerance(relative=Decimal(1)), 100.0, 0.0, False),  # 0 is "no price", not a near one
        (Tolerance(absolute=Decimal("0.05")), 100.0, 100.05, True),
        (Tolerance(absolute=Decimal("0.05")), 100.0, 100.1, False),
        (Tolerance(absolute=Decimal(1)), True, False, False),
        (Tolerance(relative=Decimal(1)), "nan", "1", False),
        (Tolerance(seconds=2), "Apr 25 2022 12:43:28:000PM", "Apr 25 2022 12:43:29:500PM", True),
        (Tolerance(seconds=2), "Apr 25 2022 12:43:28:000AM", "Apr 25 2022 12:43:28:000PM", False),
        (Tolerance(seconds=2), "25/08/2021 11:41:20", "25/08/2021 11:41:22", True),
        (Tolerance(seconds=2), "no time", "25/08/2021 11:41:22", False),
        (Tolerance(anything=True), "a", "b", True),
    ],
)
def test_tolerances(tolerance: Tolerance, left: Any, right: Any, *, allowed: bool) -> None:
    rules = Rules(tolerances={"success[].it": tolerance})

    found = compare_values({"success": [{"it": left}]}, {"success": [{"it": right}]}, rules)

    assert (found == []) is allowed


def test_a_tolerance_is_for_its_field_alone_and_not_for_another_type() -> None:
    rules = Rules(tolerances={"ltp": Tolerance(anything=True)})

    assert compare_values({"ltp": "1", "other": "1"}, {"ltp": "2", "other": "2"}, rules)[0].path == "other"
    assert only(compare_values({"ltp": "1"}, {"ltp": 1}, rules)).kind == "type"


@pytest.mark.parametrize(
    ("tolerance", "left", "right", "kinds"),
    [
        (Tolerance(relative=Decimal("0.01")), 1500, 1500.05, []),
        (Tolerance(relative=Decimal("0.01")), 1500, 1600.05, ["value"]),
        (Tolerance(absolute=Decimal(1)), 1500.0, 1500, []),
        (Tolerance(anything=True), 7, 7.5, []),
        (Tolerance(seconds=5), 1500, 1500.0, ["type"]),
        (Tolerance(relative=Decimal(1)), "1500", 1500, ["type"]),
        (Tolerance(relative=Decimal(1), anything=True), True, 1, ["type"]),
        (Tolerance(anything=True), None, 1, ["type"]),
    ],
)
def test_where_a_number_may_move_int_and_float_are_one_type(
    tolerance: Tolerance, left: Any, right: Any, kinds: list[str]
) -> None:
    found = compare_values({"ltp": left}, {"ltp": right}, Rules(tolerances={"ltp": tolerance}))

    assert [difference.kind for difference in found] == kinds


def test_an_object_that_refuses_to_be_compared_is_different() -> None:
    class Sulky:
        __hash__ = None  # type: ignore[assignment]

        def __eq__(self, other: object) -> bool:
            raise ValueError("ambiguous")

    assert only(compare_values(Sulky(), Sulky())).kind == "value"


def test_a_monster_is_refused_before_it_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "LARGEST", 100)
    circle: list[Any] = []
    circle.append(circle)

    with pytest.raises(TooLarge):
        compare_values(circle, [])
    with pytest.raises(TooLarge):
        compare_values([], list(range(101)))
