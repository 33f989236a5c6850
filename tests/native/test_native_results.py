"""Native results out of the recorded answers of v2."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs

import pytest

from ks_compat.native import (
    AnswerNotUnderstood,
    Candle,
    ChainRow,
    ClientAddress,
    Holding,
    InstrumentRefused,
    Limits,
    Margin,
    Order,
    OrderAck,
    OrderEvent,
    Position,
    Quote,
    Trade,
)
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


# -- trades, holdings, limits, margin


@pytest.fixture
def trade_row(sample):
    return sample("v2/trades")["data"][0]


@pytest.mark.parametrize("nothing", ["--", "NA", "", None])
def test_the_time_of_a_trade_may_stand_in_two_fields(trade_row, nothing):
    trade = parsed(Trade, {**trade_row, "exTm": nothing})
    assert trade.time.isoformat() == "2025-01-22T14:28:16+05:30"
    assert parsed(Trade, {**trade_row, "exTm": nothing, "flTm": nothing}).time is None


def test_a_trade_counts_what_was_filled_and_not_the_empty_fields(trade_row):
    trade = parsed(Trade, {**trade_row, "fldQty": "65", "qty": 0, "prc": ""})
    assert (trade.quantity, trade.price) == (65, Decimal("9.39"))


def test_a_trade_names_no_token(trade_row):
    with pytest.raises(LookupError, match="no token"):
        _ = parsed(Trade, trade_row).quote_key
    assert parsed(Trade, {**trade_row, "tok": "14366"}).quote_key == "nse_cm|14366"


def test_a_trade_finds_its_number_by_its_trading_symbol(neo, server_of, client_of, trade_row):
    row = {**trade_row, "trdSym": "ACC-EQ", "sym": "ACC"}
    server = server_of({"/quick/user/trades": {"stat": "ok", "data": [row, {**row, "trdSym": "NOSUCH-EQ"}]}})
    client = client_of(server.url)
    client._instruments = neo.instruments
    known, unknown = client.trade_report()
    assert known.instrument_token == neo.instruments.token_of("nse_cm", "22")
    with pytest.raises(InstrumentRefused, match="NOSUCH-EQ"):
        _ = unknown.instrument_token


def test_the_margin_of_a_number_that_instruments_can_prove(neo, server_of, client_of, sample):
    def answer(seen):
        asked.append(json.loads(parse_qs(seen.body.decode())["jData"][0]))
        return sample("v2/check_margin")

    asked = []
    client = client_of(server_of({"/quick/user/check-margin": answer}).url)
    client._instruments = neo.instruments
    terms = {"transaction_type": "B", "quantity": 1, "product": "CARRY", "order_type": "MKT"}
    assert client.margin_required(**terms, instrument_token=727).is_sufficient
    assert (asked[0]["exSeg"], asked[0]["tok"], asked[0]["prod"]) == ("nse_cm", "22", "CNC")
    with pytest.raises(InstrumentRefused):
        client.margin_required(**terms, instrument_token=999999)


def test_candles_of_a_number_that_instruments_can_prove(neo, server_of, client_of):
    path = "/market-data/1.0/historical/details?neosymbol=nse_cm%7C22&interval=D&fromdate=2026-08-20&todate=2026-08-20"
    client = client_of(server_of({path: {"data": {"candles": []}}}).url)
    client._instruments = neo.instruments
    assert client.historical_data(727, "D", date(2026, 8, 20), date(2026, 8, 20)) == []


@pytest.mark.parametrize("number", [35, "35", "35.00", 35.0])
def test_the_numbers_of_holdings_may_be_text_or_number(sample, number):
    row = sample("v2/holdings")["data"][0]
    holding = parsed(Holding, {**row, "quantity": number, "averagePrice": str(row["averagePrice"])})
    assert (holding.quantity, holding.average_price) == (35, Decimal("9.5699"))


@pytest.mark.parametrize("nothing", ["", None, "NA"])
def test_what_a_holding_lacks_is_none(sample, nothing):
    row = {**sample("v2/holdings")["data"][0], "instrumentToken": nothing, "sellableQuantity": nothing}
    holding = parsed(Holding, row)
    assert (holding.v1_token, holding.sellable_quantity, holding.isin) == (None, None, "")


def test_a_holding_keeps_what_has_no_name_here(sample):
    assert parsed(Holding, sample("v2/holdings_full")["data"][0]).model_extra["cmotCode"] == "74813"


@pytest.mark.parametrize("time", ["", "0", None])
def test_limits_without_a_time(sample, time):
    assert parsed(Limits, {**sample("v2/limits"), "TimeStamp": time}).time is None


@pytest.mark.parametrize(
    ("fields", "enough"),
    [
        ({}, True),
        ({"rmsVldtd": "ok"}, True),
        ({"rmsVldtd": "NOT_OK"}, False),
        ({"rmsVldtd": 78}, False),
        ({"rmsVldtd": ""}, False),
        ({"insufFund": "0.05"}, False),
        ({"insufFund": 0}, True),
    ],
)
def test_a_margin_suffices_only_when_everything_says_so(sample, fields, enough):
    assert parsed(Margin, {**sample("v2/check_margin"), **fields}).is_sufficient is enough


# -- market data


@pytest.mark.parametrize("nothing", [None, "", "0", 0, "0.00", "--"])
def test_a_contract_without_a_price_has_none(nothing):
    row = {"inst": {"neoSymbol": "nse_fo|1"}, "quote": {"ltp": nothing, "o": nothing, "vol": nothing}}
    found = parsed(ChainRow, row)
    assert (found.ltp, found.open) == (None, None)
    assert found.volume in (None, 0)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-08-20T09:15:00+0530", "2026-08-20T09:15:00+05:30"),
        ("2026-08-20T09:15:00+05:30", "2026-08-20T09:15:00+05:30"),
        ("2026-08-20T03:45:00Z", "2026-08-20T09:15:00+05:30"),
        ("2026-08-20T03:45:00+0000", "2026-08-20T09:15:00+05:30"),
        ("2026-08-19T23:15:00-0430", "2026-08-20T09:15:00+05:30"),
        ("2026-08-20 09:15:00", "2026-08-20T09:15:00+05:30"),
        ("2026-08-20 09:15:00.44", "2026-08-20T09:15:00.440000+05:30"),
    ],
)
def test_moments_are_ist_however_they_are_written(written, moment):
    assert parsed(ClientAddress, {"ip": "1.2.3.4", "time": written}).time.isoformat() == moment


@pytest.mark.parametrize("written", ["", None, "2026-08-20", "2026-13-20T09:15:00+0530", "20-Aug-2026 09:15:00", 5])
def test_what_is_no_moment_is_not_understood(written):
    with pytest.raises(AnswerNotUnderstood, match="time"):
        parsed(Candle, {"row": [written, 1, 2, 0, 1, 5]})


def test_books_come_oldest_first_whatever_the_server_does(server_of, client_of, sample):
    row = sample("v2/orders")["data"][0]
    at = {"9": "20-Nov-2026 10:00:01", "10": "20-Nov-2026 10:00:01", "3": "20-Nov-2026 10:00:02", "7": "--"}
    rows = [{**row, "nOrdNo": number, "ordDtTm": at[number]} for number in ("7", "3", "10", "9")]
    client = client_of(server_of({"/quick/user/orders": {"stat": "Ok", "stCode": 200, "data": rows}}).url)
    assert [order.order_id for order in client.order_report()] == ["9", "10", "3", "7"]
