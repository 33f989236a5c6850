"""What an order call takes. Nothing here reaches a server."""

import pytest

from ks_compat.native import InvalidRequest
from ks_compat.native.requests import CancelOrder, ModifyOrder, PlaceOrder, carried_product, order_number

PLACE = {
    "exchange_segment": "nse_cm",
    "trading_symbol": "ACC-EQ",
    "transaction_type": "B",
    "quantity": 2,
    "product": "CNC",
    "order_type": "L",
    "price": 2250.5,
    "trigger_price": 0,
    "validity": "DAY",
    "amo": "NO",
    "disclosed_quantity": 0,
    "tag": "t-0123456789",
}


def test_the_fields_of_a_placement_stand_in_the_order_of_the_official_sdk():
    assert list(PlaceOrder.of(**PLACE).fields().items()) == [
        ("am", "NO"),
        ("dq", "0"),
        ("es", "nse_cm"),
        ("mp", "0"),
        ("pc", "CNC"),
        ("pr", "2250.5"),
        ("pt", "L"),
        ("qt", "2"),
        ("rt", "DAY"),
        ("tp", "0"),
        ("ts", "ACC-EQ"),
        ("tt", "B"),
        ("ig", "t-0123456789"),
        ("os", "NEOTRADEAPI"),
    ]


def test_the_fields_of_a_modification_stand_in_the_order_of_the_official_sdk():
    order = ModifyOrder.of(
        order_id="250720000007242",
        quantity=3,
        order_type="SL",
        price="2241",
        trigger_price=2242.5,
        validity="IOC",
        disclosed_quantity=1,
        amo="YES",
    )
    assert list(order.fields().items()) == [
        ("mp", "0"),
        ("dq", "1"),
        ("vd", "IOC"),
        ("pr", "2241"),
        ("pt", "SL"),
        ("am", "YES"),
        ("tp", "2242.5"),
        ("qt", "3"),
        ("no", "250720000007242"),
        ("os", "NEOTRADEAPI"),
    ]


def test_the_fields_of_a_cancellation():
    order = CancelOrder.of(order_id="250720000007242", amo="NO")
    assert list(order.fields().items()) == [("on", "250720000007242"), ("am", "NO")]


@pytest.mark.parametrize(
    ("order_type", "price", "trigger"),
    [("MKT", 0, 0), ("MKT", "0.0", "0"), ("L", 5, 0), ("SL", 5, 4), ("SL-M", 0, 4)],
)
def test_prices_that_fit_the_order_type(order_type, price, trigger):
    order = PlaceOrder.of(**{**PLACE, "order_type": order_type, "price": price, "trigger_price": trigger})
    assert (order.price == "0", order.trigger_price == "0") == (not float(price), not float(trigger))


@pytest.mark.parametrize(
    ("order_type", "price", "trigger", "named"),
    [
        ("MKT", 5, 0, "price must be 0 for order type MKT, got 5"),
        ("MKT", 0, 4, "trigger_price must be 0 for order type MKT, got 4"),
        ("L", 0, 0, "price must be greater than 0 for order type L, got 0"),
        ("L", 5, 4, "trigger_price must be 0 for order type L, got 4"),
        ("SL", 0, 4, "price must be greater than 0 for order type SL, got 0"),
        ("SL", 5, 0, "trigger_price must be greater than 0 for order type SL, got 0"),
        ("SL-M", 5, 4, "price must be 0 for order type SL-M, got 5"),
        ("SL-M", 0, 0, "trigger_price must be greater than 0 for order type SL-M, got 0"),
    ],
)
def test_a_price_that_does_not_fit_the_order_type_is_refused(order_type, price, trigger, named):
    with pytest.raises(InvalidRequest) as caught:
        PlaceOrder.of(**{**PLACE, "order_type": order_type, "price": price, "trigger_price": trigger})
    assert str(caught.value) == named


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exchange_segment", "nse"),
        ("exchange_segment", "cde_fo"),
        ("trading_symbol", ""),
        ("trading_symbol", "  "),
        ("trading_symbol", None),
        ("transaction_type", "BUY"),
        ("transaction_type", "b"),
        ("product", "NORMAL"),
        ("product", "CARRY"),
        ("product", "CO"),
        ("order_type", "LIMIT"),
        ("validity", "GFD"),
        ("amo", "AMO"),
        ("amo", True),
        ("quantity", 0),
        ("quantity", -1),
        ("quantity", 1.5),
        ("quantity", True),
        ("quantity", None),
        ("disclosed_quantity", -1),
        ("disclosed_quantity", None),
        ("price", None),
        ("price", float("nan")),
        ("trigger_price", "1e3"),
    ],
)
def test_an_argument_that_cannot_be_sent_is_refused_by_name(name, value):
    with pytest.raises(InvalidRequest, match=f"^{name} .*got {value!r}"):
        PlaceOrder.of(**{**PLACE, name: value})


def test_an_invalid_request_is_a_value_error():
    with pytest.raises(ValueError, match="quantity must be at least 1"):
        PlaceOrder.of(**{**PLACE, "quantity": 0})


def test_commodities_take_day_orders_only():
    commodity = {**PLACE, "exchange_segment": "mcx_fo", "product": "NRML"}
    assert PlaceOrder.of(**commodity).validity == "DAY"
    with pytest.raises(InvalidRequest, match="validity must be DAY in mcx_fo"):
        PlaceOrder.of(**{**commodity, "validity": "IOC"})


@pytest.mark.parametrize(
    ("segment", "product"),
    [("nse_cm", "CNC"), ("bse_cm", "CNC"), ("nse_fo", "NRML"), ("bse_fo", "NRML"), ("mcx_fo", "NRML")],
)
def test_what_carries_overnight(segment, product):
    assert carried_product(segment) == product


@pytest.mark.parametrize("value", [250720000007242, "250720000007242", " 250720000007242\n"])
def test_an_order_number_is_an_int_or_its_digits(value):
    assert order_number(value) == "250720000007242"


@pytest.mark.parametrize("value", ["", None, True, -1, 2.5, 1e15, "12a", "1/../2", "١٢", [], "NSE"])
def test_what_is_no_order_number_is_refused(value):
    with pytest.raises(InvalidRequest, match="order_id must be an order number"):
        order_number(value)
