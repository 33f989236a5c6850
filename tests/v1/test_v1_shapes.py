"""Old answers built of native results have the keys and JSON types of the recorded old answers."""

import types
from decimal import Decimal

import pytest

from ks_compat import v1
from ks_compat.native import Order, OrderAck, OrderEvent, Position, Quote, Session
from ks_compat.native.results import parsed
from ks_compat.v1 import shapes, tables

TABLES = {name: table for name, table in vars(shapes).items() if name.endswith("_ROW")}


def kind_of(value):
    """The JSON type; an int may stand where a float does, as old answers write 1801 and 51.85."""
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def kinds_of(value):
    """The keys and JSON types of an answer; of a list its first row's."""
    if isinstance(value, dict):
        return {key: kinds_of(part) for key, part in value.items()}
    return [kinds_of(value[0])] if isinstance(value, list) else kind_of(value)


def known(row, number=727):
    row._token_of = lambda _: number
    return row


@pytest.fixture
def orders(sample):
    return [known(parsed(Order, row)) for row in sample("v2/orders")["data"]]


@pytest.fixture
def events(sample):
    rows = reversed(sample("v2/order_history")["data"])
    return [known(parsed(OrderEvent, row, version=version)) for version, row in enumerate(rows, 1)]


@pytest.fixture
def positions(sample):
    rows = [{**sample(f"v2/{name}")["data"][0], "ltp": "652.10"} for name in ("positions_equity", "positions")]
    return [known(parsed(Position, row)) for row in rows]


@pytest.fixture
def quotes(sample):
    return lambda name: [parsed(Quote, row, instrument_token=727) for row in sample(f"v2/{name}")]


ACK = OrderAck(order_id="261122000000001", exchange_segment="nse_cm", quantity=2, price=Decimal("2250.50"), tag="mine")
TRADE = Session("trade", "t", "s", "https://e21.kotaksecurities.com", "AB123")


def test_the_order_book(sample, orders):
    assert kinds_of(v1.order_book_answer(orders)) == kinds_of(sample("v1/order_report_public"))


def test_the_values_of_an_order(orders):
    (row,) = v1.order_book_answer(orders)["success"]
    expected = {
        "orderId": 250122000612876,
        "instrumentToken": 727,
        "instrumentName": "IDEA",
        "exchange": "NSE",
        "marketExchange": "NN",
        "isFNO": "N",
        "instrumentType": "EQ",
        "optionType": "- ",
        "expiryDate": "-",
        "orderTimestamp": "Jan 22 2025 2:28:01:000PM",
        "price": 9.39,
        "triggerPrice": 0,
        "orderQuantity": 1,
        "pendingQuantity": 1,
        "product": "NORMAL",
        "status": "OPN",
        "transactionType": "BUY",
        "validity": "-",
        "variety": "REGULAR",
    }
    assert {key: row[key] for key in expected} == expected
    assert type(row["orderId"]) is int


def test_the_history_of_an_order(sample, events):
    answer = v1.order_history_answer(events)
    assert kinds_of(answer) == kinds_of(sample("v1/order_report_by_id"))
    assert [row["status"] for row in answer["success"]] == ["NEWF", "NEWF", "OPF", "OPN", "TRAD"]
    assert [row["version"] for row in answer["success"]] == [1, 2, 3, 4, 5]


def test_todays_positions(sample, positions):
    assert kinds_of(v1.todays_positions_answer(positions)) == kinds_of(sample("v1/positions_todays"))


def test_open_positions(sample, positions):
    assert kinds_of(v1.open_positions_answer(positions)) == kinds_of(sample("v1/positions_open"))


@pytest.mark.parametrize("nothing", [{}, {"ltp": "0"}, {"ltp": 0}, {"ltp": ""}, {"ltp": None}])
def test_a_last_price_that_is_not_known_is_none_and_never_zero(sample, nothing):
    row = known(parsed(Position, {**sample("v2/positions_equity")["data"][0], **nothing}))
    assert v1.todays_positions_answer([row])["Success"][0]["lastPrice"] is None


def test_a_traded_orders_price_is_its_average(sample):
    row = sample("v2/orders")["data"][0]
    filled = {**row, "ordSt": "complete", "avgPrc": "9.31", "prc": "9.50"}
    assert [v1.order_price(parsed(Order, found)) for found in (row, filled)] == [9.39, 9.31]


def test_the_values_of_positions(positions):
    share, future = v1.todays_positions_answer(positions)["Success"]
    assert (share["instrumentName"], share["segment"], share["buyTradedQtyLot"]) == ("AXISBANK-EQ", "EQ", 9)
    assert (share["buyTrdAvg"], share["averageStockPrice"]) == (651.4333, 651.4333)
    assert (future["instrumentName"], future["segment"], future["expiryDate"]) == ("TCS-FS-28JUL26", "FS", "28JUL26")
    assert (future["marketLot"], future["netTrdQtyLot"], future["buyTrdAvg"]) == (225, 225, 2112)


def test_an_option_is_named_as_the_old_api_named_it(sample):
    row = {
        **sample("v2/positions")["data"][0],
        "sym": "NIFTY",
        "type": "OPTIDX",
        "optTp": "PE",
        "stkPrc": "16400.00",
        "expDt": "28 Apr, 2022",
    }
    name = sample("v1/positions_todays_public")["Success"][0]["instrumentName"]
    assert v1.position_name(parsed(Position, row)) == name


def traded(sample, **fields):
    return parsed(Position, {**sample("v2/positions_equity")["data"][0], "flBuyQty": "0", "buyAmt": "0", **fields})


@pytest.mark.parametrize(
    ("fields", "todays", "is_open"),
    [
        ({"flBuyQty": "5", "buyAmt": "500"}, True, True),
        ({"flBuyQty": "5", "flSellQty": "5"}, True, False),
        ({"cfBuyQty": "5"}, False, True),
        ({"flSellQty": "5"}, True, True),
        ({"cfSellQty": "5"}, False, True),
        ({"cfBuyQty": "5", "flSellQty": "5"}, True, False),
        ({}, False, False),
    ],
)
def test_the_two_views_of_positions(sample, fields, todays, is_open):
    row = traded(sample, **fields)
    assert (v1.todays_positions([row]) == [row], v1.open_positions([row]) == [row]) == (todays, is_open)


@pytest.mark.parametrize(
    ("fields", "average", "value", "profit"),
    [
        ({"flBuyQty": "10", "buyAmt": "1000"}, 100, 1000, 0),
        ({"flBuyQty": "10", "buyAmt": "1000", "flSellQty": "4", "sellAmt": "440"}, 100, 600, 40),
        ({"flBuyQty": "4", "buyAmt": "440", "flSellQty": "10", "sellAmt": "1000"}, 100, -600, -40),
        ({"cfBuyQty": "10", "cfBuyAmt": "900", "flBuyQty": "10", "buyAmt": "1100"}, 100, 2000, 0),
        ({"flBuyQty": "4", "buyAmt": "400", "flSellQty": "4", "sellAmt": "380"}, 0, 0, -20),
    ],
)
def test_the_arithmetic_of_a_position(sample, fields, average, value, profit):
    row = traded(sample, **fields)
    assert (v1.average_stock_price(row), v1.net_trade_value(row), v1.realized_pl(row)) == (average, value, profit)


def test_an_intraday_position_is_told_by_its_delivery_status(sample):
    assert [v1.delivery_status(traded(sample, prod=product)) for product in ("MIS", "CNC")] == [12, 0]


def test_a_quote(sample, quotes):
    answer = v1.quote_answer(quotes("quotes_all"))
    assert kinds_of(answer) == kinds_of(sample("v1/quote"))
    assert list(answer["success"][0]) == list(sample("v1/quote")["success"][0])
    assert (answer["success"][0]["wtoken"], answer["success"][0]["ltp"]) == ("727", "801.6000")


@pytest.mark.parametrize(
    ("build", "native", "old"),
    [
        (v1.ltp_answer, "quotes_ltp_inferred", "quote_ltp_public"),
        (v1.ohlc_answer, "quotes_ohlc_inferred", "quote_ohlc_public"),
        (v1.depth_answer, "quotes_depth_inferred", "quote_depth_public"),
    ],
)
def test_a_quote_of_one_kind(sample, quotes, build, native, old):
    assert kinds_of(build(quotes(native))) == kinds_of(sample(f"v1/{old}"))


def test_the_depth_has_five_levels_a_side(quotes):
    (depth,) = v1.depth_answer(quotes("quotes_depth_inferred"))["success"]["depth"]
    assert {side: len(levels) for side, levels in depth.items()} == {"buy": 5, "sell": 5}
    assert depth["sell"][1] == {"price": "801.7500", "quantity": "4383", "orders": "10"}


@pytest.mark.parametrize(
    ("build", "old"),
    [
        (v1.place_answer, "place_order"),
        (v1.modify_answer, "modify_order"),
        (v1.cancel_answer, "cancel_order"),
    ],
)
def test_an_acknowledgement(sample, build, old):
    answer = build(ACK)
    assert kinds_of(answer) == kinds_of(sample(f"v1/{old}"))
    row = answer["Success"]["NSE"]
    assert (row["orderId"], row["price"], row["quantity"], row["tag"]) == (261122000000001, 2250.5, 2, "mine")
    assert str(row["orderId"]) in row["message"]


def test_the_texts_of_an_acknowledgement_are_the_old_ones(sample):
    for build, old in ((v1.place_answer, "place_order"), (v1.modify_answer, "modify_order")):
        row = sample(f"v1/{old}")["Success"]["NSE"]
        ack = OrderAck(order_id=str(row["orderId"]), exchange_segment="nse_cm")
        assert build(ack)["Success"]["NSE"]["message"] == row["message"]


@pytest.mark.parametrize(
    ("segment", "key"),
    [("nse_cm", "NSE"), ("nse_fo", "NSE"), ("bse_cm", "BSE"), ("bse_fo", "BSE"), ("mcx_fo", "MCX"), ("", "NSE")],
)
def test_an_acknowledgement_is_keyed_by_the_exchange(segment, key):
    assert list(v1.place_answer(OrderAck(order_id="1", exchange_segment=segment))["Success"]) == [key]


def test_a_whole_price_is_an_int():
    price = v1.place_answer(OrderAck(order_id="1", price=Decimal("1801.00")))["Success"]["NSE"]["price"]
    assert (price, type(price)) == (1801, int)


def test_login(sample):
    answer, old = v1.login_answer(Session("view", "t", "s")), sample("v1/login")
    assert set(old["Success"]) <= set(answer["Success"])
    assert {key: kinds_of(answer["Success"][key]) for key in old["Success"]} == kinds_of(old)["Success"]
    assert Session.load(answer["Success"]["oneTimeToken"], "view").token == "t"


def test_session_2fa_is_the_inner_dict(sample):
    answer, old = v1.session_answer(TRADE), sample("v1/session_2fa")
    assert set(answer) == set(old) == set(sample("v1/session_2fa_wire")["Success"])
    segments = answer.pop("enabledExchangeSegments"), old.pop("enabledExchangeSegments")
    assert kinds_of(answer) == kinds_of(old)
    assert set(segments[0]) == set(segments[1])
    assert segments[0]["CASH"] == segments[1]["CASH"]
    assert (answer["userId"], answer["clientCode"]) == ("AB123", "AB123")
    assert Session.load(answer["sessionToken"], "trade") == TRADE


def test_session_init(sample):
    answer = v1.session_init_answer("U", "https://example/apim")
    assert kinds_of(answer) == kinds_of(sample("v1/session_init_public"))
    assert answer["Success"]["redirect"]["host"] == "https://example/apim"


def test_logout(sample):
    assert v1.logout_answer() == sample("v1/logout")


@pytest.mark.parametrize(
    ("build", "envelope"),
    [
        (v1.order_book_answer, "success"),
        (v1.order_history_answer, "success"),
        (v1.quote_answer, "success"),
        (v1.ltp_answer, "success"),
        (v1.ohlc_answer, "success"),
        (v1.todays_positions_answer, "Success"),
        (v1.open_positions_answer, "Success"),
    ],
)
def test_nothing_is_an_empty_list_in_its_envelope(build, envelope):
    assert build([]) == {envelope: []}


@pytest.mark.parametrize("name", TABLES)
def test_every_conversion_of_a_table_is_a_public_function_or_a_builtin(name):
    used = {source.convert for source in TABLES[name].values() if isinstance(source, shapes.From)} - {""}
    assert used <= {*v1.__all__, *shapes.BUILTINS}


def test_every_table_is_checked():
    assert len(TABLES) == 13


def test_the_public_names_are_the_namespace():
    public = {
        name for name, value in vars(v1).items() if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert set(v1.__all__) == public
    assert len(v1.__all__) == len(public)


def test_old_rows_of_orders_that_are_gone_are_let_go(sample):
    row, shown = sample("v2/orders")["data"][0], tables.Shown(shapes.ORDER_ROW)

    def order(number):
        return known(parsed(Order, {**row, "nOrdNo": str(number)}))

    kept = [order(number) for number in range(10)]
    for number in range(5_000):
        old = shown(order(number))
        assert old["orderId"] == number
        old.clear()
    assert [shown(each)["orderId"] for each in kept] == list(range(10))
    assert len(shown._shown) < 2_500
