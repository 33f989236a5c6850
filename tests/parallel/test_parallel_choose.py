"""The share of a canary is sticky; what an order is worth is known or it is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ks_compat.parallel.choose import in_share, rupees
from ks_compat.parallel.plan import Canary

DAY = date(2026, 11, 20)


@given(st.integers(), st.text(max_size=5), st.floats(0, 1))
def test_an_instrument_stays_on_its_side_all_day(token: int, tag: str, share: float) -> None:
    canary = Canary(share=share)
    first, second = ({"instrument_token": token, "tag": text} for text in (tag, f"{tag}2"))

    assert in_share(canary, "A", DAY, first) == in_share(canary, "A", DAY, second)


@given(st.integers(), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_keeps_what_a_smaller_one_had(token: int, one: float, other: float) -> None:
    small, large = sorted((one, other))
    order = {"instrument_token": token}

    assert in_share(Canary(share=small), "A", DAY, order) <= in_share(Canary(share=large), "A", DAY, order)


def test_the_share_is_about_that_of_instruments() -> None:
    taken = sum(in_share(Canary(share=0.1), "A", DAY, {"instrument_token": token}) for token in range(5000))

    assert 400 < taken < 600


@pytest.mark.parametrize(("share", "taken"), [(0.0, 0), (1.0, 1000)])
def test_none_and_all(share: float, taken: int) -> None:
    assert sum(in_share(Canary(share=share), "A", DAY, {"instrument_token": n}) for n in range(1000)) == taken


def test_a_tag_can_be_what_sticks() -> None:
    canary = Canary(share=0.5, by="tag")
    sides = {in_share(canary, "A", DAY, {"instrument_token": 1, "tag": f"s{n}"}) for n in range(50)}

    assert sides == {True, False}


@pytest.mark.parametrize(
    ("order", "last", "worth"),
    [
        ({"quantity": 2, "price": 10.5}, None, "21.0"),
        ({"quantity": 2, "price": 0, "trigger_price": 9}, None, "18"),
        ({"quantity": 2, "price": 0}, Decimal(7), "14"),
        ({"quantity": 2, "price": 0}, None, None),
        ({"quantity": 2, "price": "nan"}, None, None),
        ({"quantity": "many", "price": 1}, None, None),
        ({"quantity": 0, "price": 1}, None, None),
    ],
)
def test_what_an_order_is_worth(order: dict[str, Any], last: Decimal | None, worth: str | None) -> None:
    assert rupees(order, last) == (None if worth is None else Decimal(worth))
