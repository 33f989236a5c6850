"""Old answers about trades, stocks and margins have the keys and JSON types of the recorded old answers."""

from decimal import Decimal

import pytest

from ks_compat import v1
from ks_compat.exceptions import ApiValueError
from ks_compat.native import Holding, Limits, Margin, OrderEvent, Position, Quote, Trade
from ks_compat.native.results import parsed


def kinds_of(value):
    """The keys and JSON types of an answer; of a list the distinct rows'; an int may stand for a float."""
    if isinstance(value, dict):
        return {key: kinds_of(part) for key, part in value.items()}
    if isinstance(value, list):
        kinds = [kinds_of(part) for part in value]
        return [kind for place, kind in enumerate(kinds) if kind not in kinds[:place]]
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


@pytest.fixture
def trades(sample):
    found = [parsed(Trade, row) for row in sample("v2/trades")["data"]]
    for trade in found:
        trade._token_of = lambda _: 8658
    return found


@pytest.fixture
def holdings(sample):
    return [parsed(Holding, sample(f"v2/{name}")["data"][0]) for name in ("holdings_full", "holdings")]


@pytest.fixture
def limits(sample):
    return parsed(Limits, sample("v2/limits"))


@pytest.fixture
def margin(sample):
    return parsed(Margin, sample("v2/check_margin"))


def stocks_of(holdings, quotes=()):
    return v1.stocks_answer(holdings, quotes, lambda holding: holding.v1_token)


def quote_of(holding, **more):
    row = {"exchange": holding.exchange_segment, "exchange_token": holding.token, **more}
    return parsed(Quote, {"display_symbol": f"{holding.symbol}-EQ", **row})


def test_the_trade_book(sample, trades):
    answer, old = v1.trade_book_answer(trades), sample("v1/trade_report_public")
    assert kinds_of(answer) == kinds_of(old)
    assert list(answer["success"][0]) == list(old["success"][0])


def test_the_values_of_a_trade(trades):
    assert v1.trade_book_answer(trades)["success"][0] == {
        "tradeId": 207983744,
        "orderId": 250122000612876,
        "exchangeTradeId": "207983744",
        "instrumentName": "IDEA",
        "instrumentToken": 8658,
        "exchange": "NSE",
        "price": 9.39,
        "quantity": 1,
        "transactionType": "BUY",
        "product": "NORMAL",
        "orderTimestamp": "Jan 22 2025 2:28:01:000PM",
        "tradeTimestamp": "Jan 22 2025 2:28:16:000PM",
    }


@pytest.mark.parametrize(("text", "number"), [("207983744", 207983744), ("T-1", "T-1"), ("", "")])
def test_a_trade_number_that_is_no_number_stays_as_it_is(text, number):
    assert v1.trade_number(text) == number


def test_the_trades_of_one_order_have_the_shape_of_its_history(sample):
    rows = [parsed(OrderEvent, row, version=1) for row in sample("v2/order_history")["data"]]
    assert kinds_of(v1.order_history_answer(rows)) == kinds_of(sample("v1/trade_report_by_id"))


def test_stocks(sample, holdings):
    answer, old = stocks_of(holdings), sample("v1/positions_stocks")
    assert kinds_of(answer) == kinds_of(old)
    assert list(answer["Success"][0]) == list(old["Success"][0])


def test_the_values_of_a_stock(holdings):
    row = stocks_of(holdings)["Success"][0]
    expected = {
        "averageStockPrice": 38.7162,
        "instrumentName": "ITBEES-EQ",
        "instrumentToken": 18974,
        "lastPrice": 39.36,
        "stockBalance": 45,
        "exchange": "NN",
        "segment": "EQ",
        "netChange": 0,
    }
    assert {key: row[key] for key in expected} == expected


def test_a_quote_tells_a_stocks_last_price_and_change(holdings):
    quotes = [quote_of(holdings[0], ltp="40.1", change="0.74", per_change="1.88")]
    with_quote, without = stocks_of(holdings, quotes)["Success"]
    assert [with_quote[key] for key in ("lastPrice", "netChange", "percentChange")] == [40.1, 0.74, 1.88]
    assert without["lastPrice"] == 9.36


def test_a_stocks_last_price_that_is_not_known_is_none(holdings):
    bare = holdings[0].model_copy(update={"closing_price": Decimal(0)})
    for quotes in ((), [quote_of(bare, ltp="0")]):
        assert stocks_of([bare], quotes)["Success"][0]["lastPrice"] is None


def test_the_margins_of_legs(sample, margin):
    legs = [v1.LegMargin(727, margin, margin), v1.LegMargin("1374", margin)]
    answer = v1.margin_required_answer(legs)
    assert kinds_of(answer) == kinds_of(sample("v1/margin_required"))
    assert answer["Success"] == [
        {"instrumentToken": 727, "mtf": 15.5, "normal": 15.5, "superMultiple": 0},
        {"instrumentToken": 1374, "mtf": 0, "normal": 15.5, "superMultiple": 0},
    ]


def test_the_funds(sample, limits):
    assert kinds_of(v1.margin_answer(limits)) == kinds_of(sample("v1/margin"))


def test_the_values_of_the_funds(limits):
    cash = v1.margin_answer(limits)["Success"]["equity"][0]["cash"]
    expected = {"availableCashBalance": 38.19, "marginAvailable": 19.41, "marginUtilised": 18.78, "totalMargin": 38.19}
    assert {key: cash[key] for key in expected} == expected


def test_the_places_of_the_funds_are_those_of_the_sample(sample, limits):
    def places(answer):
        return {segment: [row["exchange"] for row in rows] for segment, rows in answer["Success"].items()}

    assert places(v1.margin_answer(limits)) == places(sample("v1/margin"))


def test_a_position_in_a_derivative_has_two_keys_more(sample):
    row = parsed(Position, sample("v2/positions_v2_ltp")["data"][0])
    row._token_of = lambda _: 71377
    answer, old = v1.todays_positions_answer([row]), sample("v1/positions_todays_public")
    assert kinds_of(answer) == kinds_of(old)


@pytest.mark.parametrize("name", ["positions_todays", "positions_open"])
def test_the_keys_of_positions_stand_in_the_old_order(sample, name):
    row = parsed(Position, {**sample("v2/positions_equity")["data"][0], "ltp": "1"})
    row._token_of = lambda _: 727
    build = {"positions_todays": v1.todays_positions_answer, "positions_open": v1.open_positions_answer}[name]
    assert list(build([row])["Success"][0]) == list(sample(f"v1/{name}")["Success"][0])


@pytest.mark.parametrize("name", ["place_order_normal", "place_order_mtf"])
def test_the_acknowledgements_of_other_order_types_are_the_same(sample, name):
    assert kinds_of(sample(f"v1/{name}")) == kinds_of(sample("v1/place_order"))


def test_smart_orders_were_answered_for_each_exchange_alike(sample):
    rows = sample("v1/place_order_sor")["Success"].values()
    assert [kinds_of(row) for row in rows] == [kinds_of(sample("v1/place_order")["Success"]["NSE"])] * 2


# -- margin_required's arguments

LEG = {"instrument_token": 727, "quantity": 2, "price": 2250.5, "amount": 0, "trigger_price": 0}


def test_the_legs_of_margin_required():
    (leg,) = v1.margin_required("BUY", [LEG])
    assert leg == {
        "transaction_type": "B",
        "instrument_token": 727,
        "quantity": 2,
        "order_type": "L",
        "price": 2250.5,
        "trigger_price": 0,
    }


def test_old_models_and_camel_case_keys_are_taken():
    assert v1.margin_required("BUY", [v1.camel_keys(LEG)]) == v1.margin_required("BUY", (LEG,))


@pytest.mark.parametrize("name", ["price", "trigger_price", "amount"])
def test_none_in_a_leg_is_nothing(name):
    (leg,) = v1.margin_required("SELL", [{**LEG, "price": 0, name: None, "more": 1}])
    assert (leg["order_type"], leg["price"], leg["trigger_price"]) == ("MKT", 0, 0)


@pytest.mark.parametrize(
    ("side", "legs", "kind", "text"),
    [
        ("X", [], ValueError, "Invalid value for `transactionType` (X), must be one of ['BUY', 'SELL']"),
        ("BUY", None, TypeError, "'NoneType' object is not iterable"),
        ("BUY", [1], AttributeError, "'int' object has no attribute 'keys'"),
        (None, [LEG], ApiValueError, "Missing the required parameter `transactionType` when calling `margin_required`"),
        ("BUY", [{}], ApiValueError, "Missing the required parameter `instrumentToken` when calling `margin_required`"),
    ],
)
def test_what_margin_required_refuses(side, legs, kind, text):
    with pytest.raises(kind) as caught:
        v1.margin_required(side, legs)
    assert (type(caught.value), str(caught.value)) == (kind, text)


@pytest.mark.parametrize(
    ("key", "camel"),
    [("trigger_price", "triggerPrice"), ("a__b", "aB"), ("_x", "X"), ("a_URL", "aUrl"), ("already", "already")],
)
def test_camel_keys(key, camel):
    assert v1.camel_keys({key: 1}) == {camel: 1}
