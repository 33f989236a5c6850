"""What the translation makes of old arguments means the same, read back on another way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ks_compat import v1
from ks_compat.comparison import compare_values
from ks_compat.native.requests import CancelOrder, ModifyOrder, PlaceOrder, carried_product
from ks_compat.parallel.meaning import of_native, of_old

prices = st.integers(0, 100_000).map(lambda ticks: ticks / 20)


def request_of(arguments: dict[str, Any], segment: str, **wrong: Any) -> PlaceOrder:
    native = v1.place_order(**arguments)
    native.pop("instrument_token")
    native["product"] = carried_product(segment) if native["product"] == "CARRY" else native["product"]
    native.update(exchange_segment=segment, trading_symbol="X", tag="t", **wrong)
    return PlaceOrder.of(**native)


@given(
    st.fixed_dictionaries(
        {
            "order_type": st.sampled_from(["N", "MIS", "MTF", "SOR"]),
            "instrument_token": st.just(1839),
            "transaction_type": st.sampled_from(["BUY", "SELL"]),
            "quantity": st.integers(1, 10_000),
            "price": prices,
            "trigger_price": prices,
        }
    ),
    st.sampled_from(["nse_cm", "nse_fo"]),
)
@pytest.mark.filterwarnings("ignore:v2 has no smart order routing")
def test_a_translated_order_means_what_the_old_one_did(arguments: dict[str, Any], segment: str) -> None:
    found = of_native(request_of(arguments, segment), lambda *_: 1839)

    assert compare_values(of_old("place_order", arguments), found) == []


ORDER = {
    "order_type": "N",
    "instrument_token": 1839,
    "transaction_type": "BUY",
    "quantity": 3,
    "price": 10.5,
    "disclosed_quantity": 1,
    "trigger_price": 10,
}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"transaction_type": "S"}, "transaction_type"),
        ({"quantity": 4}, "quantity"),
        ({"price": "10.45"}, "price"),
        ({"trigger_price": "9.95"}, "trigger_price"),
        ({"validity": "IOC"}, "validity"),
        ({"amo": "YES"}, "variety"),
        ({"product": "MIS"}, "product"),
        ({"product": "NRML"}, "product"),
        ({"disclosed_quantity": 0}, "disclosed_quantity"),
    ],
)
def test_a_wrong_translation_is_found_by_its_field(wrong: dict[str, Any], field: str) -> None:
    found = compare_values(
        of_old("place_order", ORDER), of_native(request_of(ORDER, "nse_cm", **wrong), lambda *_: 1839)
    )

    assert [difference.path for difference in found] == [f"place_order.{field}"]


def test_another_instrument_is_found() -> None:
    found = compare_values(of_old("place_order", ORDER), of_native(request_of(ORDER, "nse_cm"), lambda *_: 1838))

    assert [difference.path for difference in found] == ["place_order.instrument_token"]


def test_modify_and_cancel_mean_the_same() -> None:
    old = {"order_id": 7, "price": 10.5, "quantity": 2, "disclosed_quantity": 0, "trigger_price": 0, "validity": "GFD"}
    native = v1.modify_order(**old)
    request = ModifyOrder.of(**{**native, "order_id": "7", "amo": "NO"})

    assert compare_values(of_old("modify_order", old), of_native(request)) == []
    assert compare_values(of_old("modify_order", {**old, "quantity": 3}), of_native(request)) != []
    cancel = CancelOrder.of(order_id="7", amo="NO")
    assert compare_values(of_old("cancel_order", {"order_id": "7"}), of_native(cancel)) == []
    assert compare_values(of_old("cancel_order", {"order_id": "8"}), of_native(cancel)) != []
