"""Orders of the old client, as they reach the server and as they come back."""

import json
import os
import warnings
from decimal import Decimal
from urllib.parse import parse_qs

import pytest

from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.ks_api import KSTradeApi
from ks_compat.sandbox.master import V1_CASH_FILE, V1_FNO_FILE

PLACE = "/quick/order/rule/ms/place"
MODIFY = "/quick/order/vr/modify"
CANCEL = "/quick/order/cancel"
LIMIT = {"order_type": "N", "instrument_token": 727, "transaction_type": "BUY", "quantity": 2, "price": 2250.5}


class Index:
    """As numpy.int64."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


def jdata_sent(sandbox, path):
    return [
        json.loads(parse_qs(request.body.decode())["jData"][0])
        for request in sandbox.requests
        if request.raw_path.decode() == path
    ]


def number_of(answer):
    return answer["Success"]["NSE"]["orderId"]


@pytest.fixture
def place(bot_client):
    return lambda **terms: number_of(bot_client.place_order(**{**LIMIT, **terms}))


@pytest.fixture
def book(bot_client):
    return lambda: {row["orderId"]: row for row in bot_client.order_report()["success"]}


def test_an_order_comes_back_in_the_old_shape(bot_client):
    answer = bot_client.place_order("N", 727, "BUY", 2, 2250.5, 0, 0, "mine", "GFD", "REGULAR", None, None)
    (exchange,) = answer["Success"]
    number = answer["Success"][exchange]["orderId"]
    assert exchange == "NSE"
    assert type(number) is int
    assert answer["Success"]["NSE"] == {
        "message": f"Your Order has been Placed and Forwarded to the Exchange: {number}.",
        "orderId": number,
        "price": 2250.5,
        "quantity": 2,
        "tag": "mine",
    }


@pytest.mark.parametrize(
    ("terms", "wire"),
    [
        ({"order_type": "N"}, {"pc": "CNC", "es": "nse_cm", "ts": "ACC-EQ", "tt": "B", "qt": "2", "rt": "DAY"}),
        ({"order_type": "MIS"}, {"pc": "MIS"}),
        ({"order_type": "MTF"}, {"pc": "MTF"}),
        ({"order_type": "O", "product": "NORMAL"}, {"pc": "CNC"}),
        ({"order_type": "O", "product": "MTF"}, {"pc": "MTF"}),
        ({"transaction_type": "SELL"}, {"tt": "S"}),
        ({"instrument_token": "727"}, {"ts": "ACC-EQ"}),
        ({"instrument_token": 727.0}, {"ts": "ACC-EQ"}),
        ({"instrument_token": Index(727)}, {"ts": "ACC-EQ"}),
        ({"instrument_token": 1550}, {"ts": "M&M-EQ"}),
        ({"price": 0}, {"pt": "MKT", "pr": "0", "tp": "0"}),
        ({"price": "2250.50"}, {"pt": "L", "pr": "2250.5"}),
        ({"price": Decimal("2250.5")}, {"pr": "2250.5"}),
        ({"price": 1499.95 * 3}, {"pr": "4499.85"}),
        ({"quantity": Index(3)}, {"qt": "3"}),
        ({"quantity": "3"}, {"qt": "3"}),
        ({"price": 2290, "trigger_price": 2280}, {"pt": "SL", "pr": "2290", "tp": "2280"}),
        ({"price": 0.0, "trigger_price": 2280.05}, {"pt": "SL-M", "pr": "0", "tp": "2280.05"}),
        ({"validity": "IOC"}, {"rt": "IOC"}),
        ({"variety": "AMO"}, {"am": "YES"}),
        ({"disclosed_quantity": 1}, {"dq": "1"}),
    ],
)
def test_an_old_order_on_the_wire(place, sandbox, terms, wire):
    place(**terms)
    (sent,) = jdata_sent(sandbox, PLACE)
    assert {name: sent[name] for name in wire} == wire


def test_an_old_order_of_bse_goes_to_bse(bot_client, sandbox):
    answer = bot_client.place_order(**{**LIMIT, "instrument_token": 726})
    assert list(answer["Success"]) == ["BSE"]
    assert jdata_sent(sandbox, PLACE)[0]["es"] == "bse_cm"


def test_normal_is_carry_forward_in_derivatives(account_env, sandbox):
    account_env.setenv("KS_COMPAT_V1_INSTRUMENTS", os.pathsep.join(map(str, (V1_CASH_FILE, V1_FNO_FILE))))
    client = KSTradeApi("t", "u", "k")
    client.login("p")
    client.session_2fa()
    client.place_order("N", 15013, "BUY", 65, 0)
    (row,) = client.positions("OPEN")["Success"]
    client._neo.close()
    (sent,) = jdata_sent(sandbox, PLACE)
    assert (sent["pc"], sent["es"], sent["ts"], sent["qt"]) == ("NRML", "nse_fo", "NIFTY30JANFUT", "65")
    assert (row["instrumentToken"], row["netTrdQtyLot"], row["expiryDate"]) == (15013, 65, "29JAN30")


def test_smart_order_routing_warns_and_stays_on_the_tokens_exchange(bot_client, sandbox):
    with pytest.warns(UserWarning, match="no smart order routing"):
        bot_client.place_order(**{**LIMIT, "order_type": "SOR"})
    assert jdata_sent(sandbox, PLACE)[0]["es"] == "nse_cm"


@pytest.mark.parametrize(
    ("terms", "kind", "text"),
    [
        ({"order_type": "SM"}, ApiValueError, "has no SM orders"),
        ({"order_type": "O", "product": "BRACKET"}, ApiValueError, "has no BRACKET orders"),
        ({"variety": "SQUAREOFF"}, ApiValueError, "has no variety SQUAREOFF"),
        ({"order_type": "CNC"}, TypeError, "Provided order type is invalid"),
        ({"product": "NORMAL"}, ApiValueError, "Product can be supplied only if"),
        ({"transaction_type": "buy"}, ValueError, "transactionType"),
        ({"quantity": 0}, ApiValueError, "quantity must be at least 1"),
        ({"quantity": 1.5}, ApiValueError, "whole number"),
        ({"price": -1}, ApiValueError, "price must be"),
        ({"price": "1e3"}, ApiValueError, "price must be"),
        ({"price": float("nan")}, ApiValueError, "price must be"),
        ({"trigger_price": None}, ApiValueError, "trigger_price must be"),
        ({"disclosed_quantity": 0.5}, ApiValueError, "disclosed_quantity must be"),
        ({"instrument_token": 999999}, ApiValueError, "Old token 999999 is not in any instrument file"),
        ({"instrument_token": 11721}, ApiValueError, "is the index NIFTY 50"),
        ({"instrument_token": None}, ApiValueError, "instrument_token"),
        ({"instrument_token": "ACC"}, ApiValueError, "is not an instrument token"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_reaches_the_order_path(bot_client, sandbox, terms, kind, text):
    with pytest.raises(kind, match=text):
        bot_client.place_order(**{**LIMIT, **terms})
    assert jdata_sent(sandbox, PLACE) == []


def test_no_warning_without_smart_order_routing(bot_client):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert number_of(bot_client.place_order(**LIMIT)) > 0


@pytest.mark.parametrize(
    ("tag", "given_back"),
    [
        ("string", "string"),
        ("a long tag of the old days, with ünïcode", "a long tag of the old days, with ünïcode"),
        ("", ""),
        (None, ""),
        (7, "7"),
    ],
)
def test_the_tag_is_given_back(bot_client, book, tag, given_back):
    answer = bot_client.place_order(**LIMIT, tag=tag)
    assert answer["Success"]["NSE"]["tag"] == given_back
    assert [row["tag"] for row in book().values()] == [given_back]


def test_the_default_tag_may_be_used_again_and_again(bot_client, book, sandbox):
    for _ in range(3):
        bot_client.place_order(**LIMIT)
    assert [row["tag"] for row in book().values()] == ["string"] * 3
    assert len({sent["ig"] for sent in jdata_sent(sandbox, PLACE)}) == 3


def test_a_modification_has_price_before_quantity(bot_client, place, sandbox):
    number = place()
    answer = bot_client.modify_order(number, 2290.5, 3, 1, 2280, "GFD")
    (sent,) = jdata_sent(sandbox, MODIFY)
    wire = {"no": str(number), "pr": "2290.5", "qt": "3", "dq": "1", "tp": "2280", "vd": "DAY", "pt": "SL", "am": "NO"}
    assert {name: sent[name] for name in wire} == wire
    assert answer["Success"]["NSE"] == {
        "message": f"Your Order has been Modified Successfully for Order No : {number}",
        "orderId": number,
        "price": 2290.5,
        "quantity": 3,
        "tag": "",
    }


@pytest.mark.parametrize("kind", [int, str])
def test_an_order_number_may_be_int_or_text(bot_client, place, book, kind):
    number = place()
    bot_client.modify_order(kind(number), 2251, 1, 0, 0, "GFD")
    answer = bot_client.cancel_order(kind(number))
    assert answer["Success"]["NSE"]["orderId"] == number
    assert book()[number]["status"] == "CAN"


def test_an_after_market_order_is_changed_as_one(bot_client, place, book, sandbox):
    number = place(variety="AMO")
    bot_client.modify_order(number, 2251, 1, 0, 0, "GFD")
    bot_client.cancel_order(number)
    assert (jdata_sent(sandbox, MODIFY)[0]["am"], jdata_sent(sandbox, CANCEL)[0]["am"]) == ("YES", "YES")
    assert (book()[number]["status"], book()[number]["variety"]) == ("CAN", "AMO")


def test_an_order_of_bse_is_answered_under_bse_again(bot_client):
    number = bot_client.place_order(**{**LIMIT, "instrument_token": 726})["Success"]["BSE"]["orderId"]
    assert list(bot_client.modify_order(number, 2251, 1, 0, 0, "GFD")["Success"]) == ["BSE"]
    assert list(bot_client.cancel_order(number)["Success"]) == ["BSE"]


def test_a_refused_cancellation_is_a_fault(bot_client, place, sandbox):
    number = place(price=0)
    with pytest.raises(ApiException) as caught:
        bot_client.cancel_order(number)
    error = caught.value
    assert (error.status, error.reason, error.headers) == (1021, "order is completed", None)
    assert json.loads(error.body)["stCode"] == 1021
    assert str(error) == f"(1021)\nReason: order is completed\nHTTP response body: {error.body}\n"
    assert len(jdata_sent(sandbox, CANCEL)) == 1


def test_a_refused_modification_is_a_fault(bot_client):
    with pytest.raises(ApiException) as caught:
        bot_client.modify_order(1, 2251, 1, 0, 0, "GFD")
    assert caught.value.status == 1006


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda client: client.cancel_order(None),
            "Missing the required parameter `orderId` when calling `cancel_order`",
        ),
        (
            lambda client: client.modify_order(None, 1, 1, 0, 0, "GFD"),
            "Invalid value for `orderId`, must not be `None`",
        ),
        (
            lambda client: client.modify_order(1, 1, 1, 0, 0, None),
            "Invalid value for `validity`, must not be `None`",
        ),
    ],
)
def test_a_missing_argument_is_told_as_the_old_sdk_told_it(bot_client, sandbox, call, text):
    with pytest.raises(ValueError, match=r".") as caught:
        call(bot_client)
    assert str(caught.value) == text
    assert len(sandbox.requests) == 2


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ({"Success": {"NSE": {"orderId": 1}}}, "1"),
        ({"success": {"NSE": {"orderId": 1}}}, "1"),
        ({"Success": {"BSE": {"orderId": 2}}}, "2"),
        ({"Success": {"NSE": {"orderId": 1}, "BSE": {"orderId": 2}}}, "1"),
        ({"Success": {"NSE": {"orderId": 0}, "BSE": {"orderId": 2}}}, "2"),
        ({"Success": {"NSE": {}, "BSE": {"orderId": 2}}}, "2"),
        ({"Success": {"orderId": 3}}, "3"),
        ({"Success": {}, "success": {"NSE": {"orderId": 4}}}, "4"),
    ],
)
def test_get_order_id(bot_client, answer, number):
    assert bot_client.get_order_id(answer) == number


def test_get_order_id_of_an_order(bot_client):
    answer = bot_client.place_order(**LIMIT)
    assert bot_client.get_order_id(answer) == str(number_of(answer))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({}, UnboundLocalError),
        ({"Success": {}}, UnboundLocalError),
        ({"fault": {"code": 1}}, UnboundLocalError),
        ({"Success": {"NSE": {"orderId": 0}, "BSE": {"orderId": 0}}}, KeyError),
        ({"Success": {"MCX": {"orderId": 1}}}, KeyError),
    ],
)
def test_get_order_id_fails_as_it_did(bot_client, answer, kind):
    with pytest.raises(kind):
        bot_client.get_order_id(answer)
