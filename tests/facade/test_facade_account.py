"""Trades, stocks, margins and history of the old client, on the sandbox."""

import json
import os
from urllib.parse import parse_qs

import pytest

from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.ks_api import KSTradeApi
from ks_compat.native import Refused
from ks_compat.sandbox.master import V1_CASH_FILE, V1_FNO_FILE

LIMIT = {"order_type": "N", "instrument_token": 727, "transaction_type": "BUY", "quantity": 2, "price": 0}
LEG = {"instrument_token": 727, "quantity": 2, "price": 100, "amount": 0, "trigger_price": 0}
CHECK_MARGIN = "/quick/user/check-margin"


@pytest.fixture
def buy(bot_client):
    return lambda **terms: next(iter(bot_client.place_order(**{**LIMIT, **terms})["Success"].values()))["orderId"]


def sent(sandbox, path):
    return [
        json.loads(parse_qs(request.body.decode())["jData"][0])
        for request in sandbox.requests
        if request.raw_path.decode() == path
    ]


def paths(sandbox):
    return [request.raw_path.decode() for request in sandbox.requests]


# -- trade_report


def test_no_trades_are_an_empty_list(bot_client):
    assert bot_client.trade_report() == {"success": []}


@pytest.mark.parametrize("token", [727, 726, 1550])
def test_a_trade_has_the_numbers_of_its_order(bot_client, buy, token):
    number = buy(instrument_token=token, quantity=1000)
    (row,) = bot_client.trade_report()["success"]
    assert (row["orderId"], row["instrumentToken"], row["quantity"]) == (number, token, 1000)
    assert row["transactionType"] == "BUY"


def test_a_trade_of_an_order_that_was_seen_needs_no_scrip_master(bot_client, buy, account_env):
    buy()
    bot_client.order_report()

    def no_master(*_: object) -> None:
        raise AssertionError("looked up")

    account_env.setattr("ks_compat.instruments.Instruments.by_trading_symbol", no_master)
    assert bot_client.trade_report()["success"][0]["instrumentToken"] == 727


@pytest.mark.parametrize("kind", [int, str])
def test_the_trades_of_one_order_are_its_states(bot_client, buy, kind):
    number = kind(buy())
    assert bot_client.trade_report(number) == bot_client.order_report(number)
    assert bot_client.trade_report(order_id=number, is_fno="Y")["success"][-1]["status"] == "TRAD"


# -- positions("STOCKS")


def test_stocks_have_their_quotes(bot_client):
    row = bot_client.positions("STOCKS")["Success"][0]
    assert (row["instrumentName"], row["instrumentToken"], row["stockBalance"]) == ("INFY-EQ", 1374, 10)
    quote = bot_client.quote(1374)["success"][0]
    assert (row["lastPrice"], row["netChange"]) == (float(quote["ltp"]), float(quote["lv_net_chg"]))


def test_stocks_are_there_without_quotes(bot_client, account_env):
    def refused(*_: object) -> None:
        raise ApiException(500, "no quotes")

    account_env.setattr("ks_compat.native.NeoClient.quotes", refused)
    row = bot_client.positions("STOCKS")["Success"][0]
    assert (row["stockBalance"], row["netChange"]) == (10, 0)
    assert row["lastPrice"] > 0


# -- margin_required, margin


def test_a_margin_is_asked_for_each_leg_and_product(bot_client, sandbox):
    answer = bot_client.margin_required("BUY", [LEG, {**LEG, "instrument_token": "1374", "price": None}])
    asked = [(fields["tok"], fields["prod"], fields["prcTp"]) for fields in sent(sandbox, CHECK_MARGIN)]
    assert asked == [("22", "CNC", "L"), ("22", "MTF", "L"), ("1594", "CNC", "MKT"), ("1594", "MTF", "MKT")]
    assert [row["instrumentToken"] for row in answer["Success"]] == [727, 1374]
    assert answer["Success"][0]["normal"] == 200


def test_derivatives_are_not_asked_for_margin_trading(account_env, sandbox):
    account_env.setenv("KS_COMPAT_V1_INSTRUMENTS", os.pathsep.join(map(str, (V1_CASH_FILE, V1_FNO_FILE))))
    client = KSTradeApi("token", "OLDID", "key")
    client.login("p")
    client.session_2fa("1")
    (row,) = client.margin_required("SELL", [{**LEG, "instrument_token": 15013, "quantity": 65}])["Success"]
    assert [fields["prod"] for fields in sent(sandbox, CHECK_MARGIN)] == ["NRML"]
    assert (row["mtf"], row["normal"] > 0) == (0, True)
    client._neo.close()


@pytest.mark.parametrize(("error", "mtf"), [(Refused(1, "no MTF", status=200, body=""), 0), (None, None)])
def test_margin_trading_that_is_declined_is_0_and_any_other_failure_is_told(bot_client, account_env, error, mtf):
    ask = bot_client._neo.margin_required

    def without_mtf(*, product, **terms):
        if product == "MTF":
            raise ApiException(1, "no MTF") from error
        return ask(product=product, **terms)

    account_env.setattr(bot_client._neo, "margin_required", without_mtf)
    if mtf is None:
        with pytest.raises(ApiException):
            bot_client.margin_required("BUY", [LEG])
    else:
        assert bot_client.margin_required("BUY", [LEG])["Success"][0]["mtf"] == mtf


def test_no_legs_ask_nothing(bot_client, sandbox):
    assert bot_client.margin_required("BUY", []) == {"Success": []}
    assert CHECK_MARGIN not in paths(sandbox)


def test_a_leg_that_is_not_proven_is_refused(bot_client, sandbox):
    with pytest.raises(ApiValueError, match="Old token 999999"):
        bot_client.margin_required("BUY", [{**LEG, "instrument_token": 999999}])
    assert CHECK_MARGIN not in paths(sandbox)


def test_the_funds_follow_the_orders(bot_client, buy):
    before = bot_client.margin()["Success"]["equity"][0]["cash"]["marginAvailable"]
    buy()
    cash = bot_client.margin()["Success"]["equity"][0]["cash"]
    assert before - cash["marginAvailable"] == cash["marginUtilised"] == 4548


# -- history

DAYS = {"exchange": "NSE", "cocode": 727, "fromdate": "2026-08-20", "todate": "2026-08-21"}


def test_daily_prices(bot_client):
    rows = bot_client.history("historicalprices", DAYS)["success"]
    assert [row["date"] for row in rows] == ["2026-08-20", "2026-08-21"]
    assert set(rows[0]) == {"date", "open", "high", "low", "close", "volume"}


@pytest.mark.parametrize("wrong", [{"exchange": "BSE"}, {"cocode": 999999}, {"cocode": "ACC"}])
def test_prices_of_what_is_not_proven_are_refused(bot_client, sandbox, wrong):
    with pytest.raises(ApiException, match=r"NeoClient\.historical_data"):
        bot_client.history("historicalprices", {**DAYS, **wrong})
    assert not any("historical" in path for path in paths(sandbox))
