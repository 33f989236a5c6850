"""Native results out of the recorded answers of v2."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from ks_compat.native import AnswerNotUnderstood, Order, OrderAck, OrderEvent, Position, Quote
from ks_compat.native.results import parsed


@pytest.fixture
def order_row(sample):
    return sample("v2/orders")["data"][0]


@pytest.fixture
def quote_row(sample):
    return sample("v2/quotes_all")[0]


def test_an_order_of_the_book(order_row):
    order = parsed(Order, order_row)
    assert order.order_id == "250122000612876"
    assert (order.exchange_segment, order.trading_symbol, order.token) == ("nse_cm", "IDEA-EQ", "14366")
    assert (order.status, order.rejection, order.order_type, order.transaction_type) == ("open", "", "L", "B")
    assert (order.quantity, order.filled_quantity, order.pending_quantity, order.lot_size) == (1, 0, 1, 1)
    assert (order.price, order.trigger_price) == (Decimal("9.39"), 0)
    assert (order.option_type, order.expiry, order.is_amo) == ("", None, False)


def test_times_are_ist(order_row):
    time = parsed(Order, order_row).order_time
    assert time.replace(tzinfo=None) == datetime(2025, 1, 22, 14, 28, 1)
    assert time.utcoffset() == timedelta(hours=5, minutes=30)


@pytest.mark.parametrize("written", ["22-Jan-2025 14: 32: 53", "22-JAN-2025 14:32:53", " 22-Jan-2025  14:32:53 "])
def test_times_are_read_as_the_samples_misspell_them(order_row, written):
    assert f"{parsed(Order, {**order_row, 'ordDtTm': written}).order_time:%H:%M:%S}" == "14:32:53"


@pytest.mark.parametrize("nothing", ["--", "NA", "", None, "soon", "22-Foo-2025 14:32:53"])
def test_no_time_is_none(order_row, nothing):
    assert parsed(Order, {**order_row, "ordDtTm": nothing}).order_time is None


@pytest.mark.parametrize(
    "fields",
    [{"ordGenTp": "AMO"}, {"ordSt": "after market order req received"}, {"ordSt": "cancelled after market order"}],
)
def test_an_after_market_order(order_row, fields):
    assert parsed(Order, {**order_row, **fields}).is_amo


def test_the_states_of_an_order(sample):
    events = [parsed(OrderEvent, row) for row in sample("v2/order_history")["data"]]
    assert [event.status for event in events][::4] == ["complete", "put order req received"]
    assert (events[0].exchange_order_id, events[-1].exchange_order_id) == ("1100000060414692", "")
    assert (events[0].average_price, events[0].filled_quantity) == (Decimal("9.39"), 1)


def test_a_position_in_futures(sample):
    position = parsed(Position, sample("v2/positions")["data"][0])
    assert (position.symbol, position.product, position.expiry) == ("TCS", "NRML", date(2026, 7, 28))
    assert (position.net_quantity, position.lot_size, position.todays_buy_amount) == (225, 225, Decimal(475200))


def test_the_net_quantity_counts_what_was_carried_forward(sample):
    row = sample("v2/positions")["data"][0]
    assert parsed(Position, {**row, "cfBuyQty": "450", "cfSellQty": "225", "flSellQty": "675"}).net_quantity == -225


def test_a_position_with_a_last_price(sample):
    assert all(parsed(Position, row).ltp >= 0 for row in sample("v2/positions_v2_ltp")["data"])


def test_a_quote(quote_row):
    quote = parsed(Quote, quote_row)
    assert (quote.exchange_segment, quote.exchange_token, quote.symbol) == ("nse_cm", "1333", "HDFCBANK")
    assert (quote.ltp, quote.ohlc.close) == (Decimal("801.6"), Decimal("793.2"))
    assert (len(quote.depth.buy), quote.depth.sell[1].orders) == (5, 10)
    assert f"{quote.time:%d/%m/%Y %H:%M:%S %Z}" == "25/06/2026 13:34:17 IST"


@pytest.mark.parametrize(
    ("display", "symbol"),
    [("HDFCBANK-EQ", "HDFCBANK"), ("M&M-EQ", "M&M"), ("BAJAJ-AUTO", "BAJAJ-AUTO"), ("SENSEX-IN", "SENSEX"), ("", "")],
)
def test_the_symbol_of_a_quote_has_no_series(quote_row, display, symbol):
    assert parsed(Quote, {**quote_row, "display_symbol": display}).symbol == symbol


def test_what_a_filtered_quote_does_not_hold_is_nothing(sample):
    quote = parsed(Quote, sample("v2/quotes_ltp_inferred")[0])
    assert (quote.ltp, quote.volume, quote.depth.buy) == (Decimal("801.6"), 0, ())


@pytest.mark.parametrize("value", [9, "9", "9.00", 9.0])
def test_a_quantity_may_be_text_or_number(order_row, value):
    assert parsed(Order, {**order_row, "qty": value}).quantity == 9


@pytest.mark.parametrize("nothing", ["--", "NA", "- ", "XX", "", "-", None])
@pytest.mark.parametrize("name", ["prc", "qty", "trgPrc", "GuiOrdId", "rejRsn", "expDt", "optTp", "exOrdId", "lotSz"])
def test_every_word_for_nothing_is_read(order_row, name, nothing):
    order = parsed(Order, {**order_row, name: nothing})
    assert order.order_id == "250122000612876"


@pytest.mark.parametrize(("name", "value"), [("qty", "two"), ("qty", 1.5), ("prc", "1,234"), ("prc", "nan")])
def test_a_row_that_cannot_be_read_is_an_answer_not_understood(order_row, name, value):
    with pytest.raises(AnswerNotUnderstood):
        parsed(Order, {**order_row, name: value})


def test_fields_without_a_name_are_kept(order_row):
    assert parsed(Order, order_row).model_extra["locId"] == "111111111111100"


def test_an_order_stands_on_its_own_exchange_only():
    ack = OrderAck(order_id="1", exchange_segment="bse_cm")
    assert ack.on("BSE") is ack
    with pytest.raises(KeyError, match="NSE"):
        ack.on("NSE")


def test_results_cannot_be_changed(order_row):
    with pytest.raises(ValueError, match="frozen"):
        parsed(Order, order_row).price = Decimal(1)


def test_a_row_without_a_client_has_no_old_number(order_row):
    with pytest.raises(LookupError):
        _ = parsed(Order, order_row).instrument_token
