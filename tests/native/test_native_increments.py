"""Prices off the tick and quantities off the lot are refused before anything is sent (money rule 3)."""

from dataclasses import replace
from decimal import Decimal, localcontext

import numpy
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ks_compat.exceptions import ApiValueError
from ks_compat.instruments import Instrument
from ks_compat.native import InvalidRequest, NeoClient
from ks_compat.native.increments import fitted
from ks_compat.native.requests import ModifyOrder, PlaceOrder

CALL = Instrument(
    exchange_segment="nse_fo", symbol="1", trading_symbol="NIFTY26JUN22250CE", name="NIFTY", series="", isin="",
    instrument_type="OPTIDX", option_type="CE", expiry=None, strike=Decimal(22250), tick_size=Decimal("0.05"),
    lot_size=75, freeze_quantity=1800, description="",
)  # fmt: skip
TERMS = {"order_type": "L", "price": 5, "trigger_price": 0, "quantity": 75, "disclosed_quantity": 0, "validity": "DAY"}
PLACE = {
    **TERMS, "exchange_segment": "nse_fo", "trading_symbol": "NIFTY26JUN22250CE", "transaction_type": "B",
    "product": "NRML", "amo": "NO", "tag": "x-0123456789",
}  # fmt: skip
ACC = {"transaction_type": "B", "quantity": 2, "product": "CNC", "order_type": "L", "price": 2250.5}
BY_SYMBOL = {"exchange_segment": "nse_cm", "trading_symbol": "ACC-EQ"}
PLACED, BOOK = b"/quick/order/rule/ms/place", b"/quick/user/orders"
ticks = st.sampled_from([Decimal(text) for text in ("0.0025", "0.01", "0.05", "0.1", "0.5", "1", "5")])


def price_of(instrument, price):
    return fitted(PlaceOrder.of(**{**PLACE, "price": price}), instrument).price


def sent(sandbox, path=PLACED):
    return [request for request in sandbox.requests if request.raw_path == path]


@given(ticks, st.integers(1, 10**7), st.decimals(Decimal("-0.99e-7"), Decimal("0.99e-7"), places=12))
@example(Decimal("0.05"), 29999, Decimal("-2e-13"))
def test_a_price_with_noise_around_a_tick_goes_as_that_tick(tick, count, noise):
    assert Decimal(price_of(replace(CALL, tick_size=tick), tick * count + noise)) == tick * count


@given(ticks, st.decimals(Decimal("0.0001"), 10**8, allow_nan=False, places=9))
@example(Decimal("0.05"), Decimal("0.00000001"))
@example(Decimal("0.05"), Decimal("0.0500001"))
@example(Decimal("0.05"), Decimal("0.0499999"))
def test_a_price_off_the_tick_is_refused_and_never_changed(tick, price):
    off = min(price % tick, tick - price % tick)
    assume(off >= Decimal("1e-7") or price < Decimal("1e-7"))
    with pytest.raises(InvalidRequest, match=f"is not a multiple of the tick {tick} of NIFTY26JUN22250CE"):
        price_of(replace(CALL, tick_size=tick), price)


@given(ticks, st.lists(st.integers(1, 10**6), min_size=1, max_size=5), st.sampled_from([float, numpy.float64]))
def test_a_sum_of_floats_is_the_tick_that_was_meant(tick, counts, kind):
    total = sum(kind(float(tick * count)) for count in counts)
    assert Decimal(price_of(replace(CALL, tick_size=tick), total)) == tick * sum(counts)


@pytest.mark.parametrize(
    "given_price",
    [1499.9499999999998, 1499.95, "1499.95", "1499.950", Decimal("1499.95"), Decimal.from_float(1499.95),
     numpy.float64(1499.95), numpy.float32(1499.95), numpy.longdouble("1499.95"), numpy.float64(0.05) * 29999],
)  # fmt: skip
def test_what_means_the_same_price_sends_the_same(given_price):
    assert price_of(CALL, given_price) == "1499.95"


@pytest.mark.parametrize("kind", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16"])
def test_every_number_of_numpy_goes_in(kind):
    value = getattr(numpy, kind)(75)
    order = fitted(PlaceOrder.of(**{**PLACE, "price": value, "quantity": value}), CALL)
    assert (order.price, order.quantity) == ("75", "75")


@pytest.mark.parametrize(
    "value",
    [numpy.nan, numpy.inf, -numpy.inf, numpy.float32("nan"), numpy.int64(-1), numpy.bool_(True), Decimal("NaN"), "nan",
     "1e3", "1499.95e0", -1, True, b"5", numpy.bytes_(b"5")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["price", "trigger_price", "quantity", "disclosed_quantity"])
def test_what_is_no_plain_number_is_refused_by_name_and_not_sent(neo, sandbox, name, value):
    with pytest.raises(InvalidRequest, match=f"^{name} must be"):
        neo.place_order(**{**BY_SYMBOL, **ACC, "order_type": "SL", "trigger_price": 2250, name: value})
    assert sent(sandbox) == []


def test_a_program_that_works_with_few_digits_sends_its_price_whole():
    with localcontext() as few:
        few.prec = 4
        assert price_of(CALL, Decimal("24050.65")) == "24050.65"
        assert price_of(CALL, 24050.65) == "24050.65"
        with pytest.raises(InvalidRequest, match=r"24050\.66 is not a multiple"):
            price_of(CALL, "24050.66")


@pytest.mark.parametrize("number", ["9" * 121, "9" * 5000, "5." + "0" * 130 + "1", Decimal("1E+5000")])
def test_a_number_of_absurd_length_is_refused(number):
    for name in ("price", "quantity"):
        with pytest.raises(InvalidRequest, match=f"^{name} "):
            PlaceOrder.of(**{**PLACE, name: number})


@pytest.mark.parametrize("price", ["9" * 119, 10**40])
def test_a_long_price_is_sent_as_given_or_refused(price):
    free = replace(CALL, tick_size=Decimal(1))
    assert price_of(free, price) == str(price)
    with pytest.raises(InvalidRequest, match="tick"):
        price_of(free, f"{price}.5" if len(str(price)) < 119 else "9" * 117 + ".5")


def test_a_trigger_off_the_tick_is_refused():
    with pytest.raises(InvalidRequest, match=r"^trigger_price 5\.01 is not a multiple of the tick 0\.05"):
        fitted(PlaceOrder.of(**{**PLACE, "order_type": "SL", "trigger_price": "5.01"}), CALL)


@pytest.mark.parametrize("name", ["quantity", "disclosed_quantity"])
def test_a_quantity_off_the_lot_is_refused(name):
    for order in (PlaceOrder.of(**{**PLACE, name: 80}), ModifyOrder.of(order_id="1", amo="NO", **{**TERMS, name: 80})):
        with pytest.raises(
            InvalidRequest, match=f"^{name} 80 is not a multiple of the lot size 75 of NIFTY26JUN22250CE"
        ):
            fitted(order, CALL)


def test_a_market_order_has_no_price_to_check():
    assert price_of(CALL, 5) == "5"
    assert fitted(PlaceOrder.of(**{**PLACE, "order_type": "MKT", "price": 0}), CALL).price == "0"


@pytest.mark.parametrize("tick", [None, Decimal("-0.01"), Decimal(0)])
def test_an_instrument_without_a_tick_takes_any_price(tick):
    assert price_of(replace(CALL, tick_size=tick), "5.0123") == "5.0123"


def test_a_quantity_above_the_freeze_quantity_is_left_to_the_exchange():
    assert fitted(PlaceOrder.of(**{**PLACE, "quantity": 75 * 1000}), CALL).quantity == "75000"


def test_the_unit_of_commodities_is_not_guessed():
    crude = replace(CALL, exchange_segment="mcx_fo", lot_size=100)
    assert fitted(PlaceOrder.of(**{**PLACE, "exchange_segment": "mcx_fo", "quantity": 1}), crude).quantity == "1"


# -- where the client knows the instrument


def test_an_order_by_token_is_always_checked(neo, sandbox, bot_client):
    with pytest.raises(ApiValueError, match=r"^price 2250\.51 is not a multiple of the tick 0\.05 of ACC-EQ"):
        bot_client.place_order("N", 727, "BUY", 2, 2250.51)
    with pytest.raises(ApiValueError, match=r"^trigger_price 2280\.01 is not"):
        bot_client.place_order("N", 727, "BUY", 2, 2290, trigger_price=2280.01)
    assert sent(sandbox) == []


def test_an_order_by_symbol_is_checked_where_the_master_is_here(neo, sandbox):
    off = {**BY_SYMBOL, **ACC, "price": 2250.51}
    before = len(sandbox.requests)
    neo.place_order(**off)
    assert len(sandbox.requests) == before + 1  # nothing was downloaded for it
    neo.instruments.by_trading_symbol("nse_cm", "ACC-EQ")
    with pytest.raises(InvalidRequest, match="tick"):
        neo.place_order(**off)
    assert len(sent(sandbox)) == 1


def test_a_master_that_another_process_brought_counts(neo, account_env, sandbox):
    neo.instruments.by_trading_symbol("nse_cm", "ACC-EQ")
    with NeoClient() as client:
        client.session_token = neo.session_token
        with pytest.raises(InvalidRequest, match="tick"):
            client.place_order(**{**BY_SYMBOL, **ACC, "price": 2250.51})
    assert sent(sandbox) == []


def test_a_symbol_that_the_master_does_not_have_is_left_to_the_server(neo, sandbox):
    neo.instruments.by_trading_symbol("nse_cm", "ACC-EQ")
    with pytest.raises(Exception, match="1007"):
        neo.place_order(**{**BY_SYMBOL, **ACC, "trading_symbol": "NOSUCH-EQ", "price": 2250.51})
    assert len(sent(sandbox)) == 1


def test_a_master_that_is_just_being_closed_does_not_stop_an_order(neo):
    neo.instruments.by_trading_symbol("nse_cm", "ACC-EQ")
    neo.instruments._master.local_index("nse_cm").close()
    assert neo.place_order(**BY_SYMBOL, **ACC).order_id


def test_a_master_that_cannot_be_read_does_not_stop_an_order(neo):
    neo.instruments.by_trading_symbol("nse_cm", "ACC-EQ")
    for path in (neo.settings.home / "instruments").glob("nse_cm*.sqlite"):
        path.write_bytes(b"not a database" * 1000)
    neo.instruments.close()
    assert neo.place_order(**BY_SYMBOL, **ACC).order_id


@pytest.mark.parametrize("seen", ["placed", "read"])
def test_a_modification_is_checked_where_the_order_is_known(neo, account_env, sandbox, seen):
    neo.instruments.by_trading_symbol("nse_cm", "ACC-EQ")
    number = neo.place_order(**BY_SYMBOL, **ACC).order_id
    with NeoClient() as client:
        client.session_token = neo.session_token
        if seen == "read":
            client.order_report()
        with pytest.raises(InvalidRequest, match=r"tick 0\.05 of ACC-EQ"):
            (client if seen == "read" else neo).modify_order(number, quantity=2, order_type="L", price=2250.51)
    assert sent(sandbox, b"/quick/order/vr/modify") == []


def test_noise_goes_as_the_tick_on_the_wire(neo, sandbox):
    neo.instruments.by_trading_symbol("nse_cm", "ACC-EQ")
    ack = neo.place_order(**{**BY_SYMBOL, **ACC, "price": Decimal("2250.50000004")})
    assert (ack.price, neo.order_report()[0].price) == (Decimal("2250.5"), Decimal("2250.5"))
    ack = neo.modify_order(ack.order_id, quantity=2, order_type="L", price=Decimal("2250.44999996"))
    assert (ack.price, neo.order_report()[0].price) == (Decimal("2250.45"), Decimal("2250.45"))
