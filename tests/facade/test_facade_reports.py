"""Order reports, positions and quotes of the old client."""

from datetime import datetime

import pytest

from ks_compat.exceptions import ApiException, ApiValueError

LIMIT = {"order_type": "N", "instrument_token": 727, "transaction_type": "BUY", "quantity": 2, "price": 2250.5}


@pytest.fixture
def place(bot_client):
    return lambda **terms: next(iter(bot_client.place_order(**{**LIMIT, **terms})["Success"].values()))["orderId"]


@pytest.fixture
def row_of(bot_client):
    return lambda number: next(row for row in bot_client.order_report()["success"] if row["orderId"] == number)


# -- order_report


def test_an_empty_book_is_an_empty_list(bot_client):
    assert bot_client.order_report() == {"success": []}


@pytest.mark.parametrize(
    ("terms", "status"),
    [
        ({}, "OPN"),
        ({"price": 0}, "TRAD"),
        ({"price": 2300}, "TRAD"),
        ({"price": 2290, "trigger_price": 2280}, "SLO"),
        ({"validity": "IOC"}, "CAN"),
        ({"quantity": 10_000_000}, "REJ"),
        ({"variety": "AMO"}, "NEWF"),
    ],
)
def test_the_status_of_an_order(place, row_of, terms, status):
    assert row_of(place(**terms))["status"] == status


def test_a_rejection_tells_its_reason(place, row_of):
    assert "Margin Exceeds" in row_of(place(quantity=10_000_000))["statusInfo"]


def test_a_report_names_the_order_as_its_acknowledgement_did(place, bot_client):
    numbers = {place(), place()}
    assert {row["orderId"] for row in bot_client.order_report()["success"]} == numbers


def test_a_row_of_the_book(place, row_of):
    row = row_of(place(transaction_type="SELL", price=2300, trigger_price=0, order_type="MIS"))
    expected = {
        "instrumentName": "ACC",
        "instrumentToken": 727,
        "orderQuantity": 2,
        "pendingQuantity": 2,
        "filledQuantity": 0,
        "price": 2300,
        "product": "MIS",
        "transactionType": "SELL",
        "validity": "-",
        "variety": "REGULAR",
    }
    assert {key: row[key] for key in expected} == expected


def test_the_time_of_an_order_is_read_by_the_users_parser(place, row_of):
    written = row_of(place())["orderTimestamp"]
    assert datetime.strptime(written, "%b %d %Y %I:%M:%S:%f%p").year >= 2024


@pytest.mark.parametrize("token", [727, 726, 5026, 1550])
def test_a_report_has_the_number_that_the_bot_used(place, row_of, token):
    assert row_of(place(instrument_token=token, quantity=1000))["instrumentToken"] == token


def test_the_rows_are_the_bots_to_change(place, bot_client):
    numbers = [place(), place(price=2200)]
    first = bot_client.order_report()
    kept = [dict(row) for row in first["success"]]
    again = first
    for _ in range(3):
        assert again["success"] == kept
        again["success"][0].clear()
        again["success"][1].update(status="MINE", orderId=1)
        again["success"].pop()
        again = bot_client.order_report()
    bot_client.cancel_order(numbers[1])
    assert [row["status"] for row in bot_client.order_report()["success"]] == ["OPN", "CAN"]


def test_a_number_that_is_pinned_later_is_shown_though_the_order_has_not_changed(bot_client):
    neo = bot_client._neo
    terms = {"transaction_type": "B", "quantity": 2, "product": "CNC", "order_type": "L", "price": 2250.5}
    neo.place_order(exchange_segment="nse_cm", trading_symbol="ACC-EQ", **terms)
    (row,) = bot_client.order_report()["success"]
    neo.instruments.pin(4711, "nse_cm", "ACC-EQ")
    assert bot_client.order_report()["success"] == [{**row, "instrumentToken": 4711}]
    assert row["instrumentToken"] == 727


@pytest.mark.parametrize("kind", [int, str])
def test_one_orders_states_are_oldest_first(place, bot_client, kind):
    number = place()
    bot_client.cancel_order(number)
    rows = bot_client.order_report(kind(number))["success"]
    assert [row["status"] for row in rows] == ["NEWF", "NEWF", "OPF", "OPN", "CAN"]
    assert [row["version"] for row in rows] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("hint", ["", "Y", "n", True, None])
def test_the_hint_about_derivatives_is_taken_and_not_needed(place, bot_client, hint):
    assert bot_client.order_report(place(), hint)["success"][-1]["status"] == "OPN"


# -- positions


def test_no_positions_are_an_empty_list(bot_client):
    assert bot_client.positions("TODAYS") == bot_client.positions("OPEN") == {"Success": []}


def test_an_open_position_is_in_both_views(place, bot_client):
    place(price=0, order_type="MIS")
    for view in ("TODAYS", "OPEN"):
        (row,) = bot_client.positions(view)["Success"]
        assert (row["symbol"], row["instrumentToken"], row["netTrdQtyLot"]) == ("ACC", 727, 2)
        assert (row["averageStockPrice"], row["deliveryStatus"]) == (2274, 12)


def test_a_closed_position_is_todays_only(place, bot_client):
    place(price=0)
    place(price=0, transaction_type="SELL")
    (row,) = bot_client.positions(position_type="TODAYS")["Success"]
    assert (row["buyTradedQtyLot"], row["sellTradedQtyLot"], row["netTrdQtyLot"]) == (2, 2, 0)
    assert bot_client.positions(position_type="OPEN") == {"Success": []}


@pytest.mark.parametrize("view", ["todays", "", None, "ALL"])
def test_a_wrong_view_of_positions(bot_client, view):
    with pytest.raises(TypeError) as caught:
        bot_client.positions(view)
    assert str(caught.value) == "Provided position type is invalid, use either of TODAYS, OPEN or STOCKS"


# -- quote


@pytest.mark.parametrize("token", [727, "727", 727.0])
def test_a_quote(bot_client, token):
    (row,) = bot_client.quote(token)["success"]
    assert (row["wtoken"], row["stk_name"], row["market_exchange"]) == ("727", "ACC", "NSE")
    assert float(row["ltp"]) == 2274
    assert all(isinstance(value, str) for value in row.values())


@pytest.mark.parametrize(("kind", "key"), [(None, "wtoken"), ("LTP", "instrumentToken"), ("OHLC", "instrumentToken")])
def test_several_quotes_in_the_order_asked_for(bot_client, kind, key):
    rows = bot_client.quote("1374-727", kind)["success"]
    assert [row[key] for row in rows] == ["1374", "727"]


def test_the_last_price(bot_client):
    answer = bot_client.quote(727, "LTP")
    assert answer == {"success": [{"instrumentName": "ACC", "instrumentToken": "727", "lastPrice": "2274.0000"}]}


def test_the_day_of_an_instrument(bot_client):
    (row,) = bot_client.quote(727, "OHLC")["success"]
    prices = [row[name] for name in ("open", "high", "low", "close")]
    assert prices == ["2247.5000", "2292.8500", "2228.6500", "2247.5000"]


def test_the_depth_is_a_dict_and_no_list(bot_client):
    answer = bot_client.quote(727, "DEPTH")["success"]
    (depth,) = answer["depth"]
    assert (len(depth["buy"]), len(depth["sell"])) == (5, 5)
    assert set(depth["buy"][0]) == {"price", "quantity", "orders"}


@pytest.mark.parametrize(("token", "name"), [(11721, "Nifty 50"), ("11717", "Nifty Bank")])
def test_an_index_has_quotes(bot_client, token, name):
    (row,) = bot_client.quote(token)["success"]
    assert (row["wtoken"], row["stk_name"]) == (str(token), name)
    assert float(row["ltp"]) > 10_000


@pytest.mark.parametrize("kind", ["ltp", "", "ALL", 0])
def test_a_wrong_kind_of_quote(bot_client, kind):
    with pytest.raises(TypeError) as caught:
        bot_client.quote(727, kind)
    assert str(caught.value) == "Provided quote type is invalid, use either of LTP, DEPTH or OHLC"


@pytest.mark.parametrize(
    ("kind", "operation"),
    [
        (None, "get_instruments_details"),
        ("LTP", "get_ltp_quote"),
        ("DEPTH", "get_market_details_quote"),
        ("OHLC", "get_ohlc_quote"),
    ],
)
def test_a_quote_of_nothing(bot_client, kind, operation):
    with pytest.raises(ApiValueError) as caught:
        bot_client.quote(None, kind)
    assert str(caught.value) == f"Missing the required parameter `instrumentTokens` when calling `{operation}`"


@pytest.mark.parametrize("token", [999999, "727-999999", "727,1374", "ACC", ""])
def test_a_quote_of_what_is_not_proven_is_refused(bot_client, sandbox, token):
    with pytest.raises(ApiValueError, match=r"Old token 999999|is not an instrument token"):
        bot_client.quote(token)
    assert not any(b"neosymbol" in request.raw_path for request in sandbox.requests)


def test_an_expired_session_is_an_api_exception(bot_client, sandbox):
    sandbox.reset()
    with pytest.raises(ApiException) as caught:
        bot_client.order_report()
    assert (caught.value.status, caught.value.reason) in {(401, "Unauthorized"), (403, "Forbidden")}
    assert "Invalid session" in caught.value.body
