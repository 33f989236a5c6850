"""What surrounds the orders: holdings, limits, margins, client IP, feed addresses, logout, and the retired exits."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ks_compat.sandbox import Sandbox

MARGIN = {
    "exSeg": "nse_cm",
    "prc": "2250.5",
    "prcTp": "L",
    "prod": "CNC",
    "qty": "2",
    "tok": "22",
    "trnsTp": "B",
    "trgPrc": None,
    "brkName": "KOTAK",
    "brnchId": "ONLINE",
    "slAbsOrTks": None,
    "slVal": None,
    "sqrOffAbsOrTks": None,
    "sqrOffVal": None,
    "trailSL": None,
    "tSLTks": None,
}
ALL = {"seg": "ALL", "exch": "ALL", "prod": "ALL"}
CASH = Decimal(50_00_000)


def types(row):
    return {name: type(value) for name, value in row.items()}


def limits(caller):
    return caller.post("/quick/user/limits", ALL).json()


def used(caller):
    return Decimal(limits(caller)["MarginUsed"])


def margin(caller, **changes):
    fields = {name: value for name, value in {**MARGIN, **changes}.items() if value is not ...}
    return caller.post("/quick/user/check-margin", fields).json()


def test_holdings_have_the_fields_and_types_of_the_sample(trader, sample):
    answer = trader.get("/portfolio/v1/holdings").json()
    assert answer.keys() == {"data"}
    for row in answer["data"]:
        assert types(row) == types(sample("holdings_full")["data"][0])
        assert row["mktValue"] == pytest.approx(row["quantity"] * row["closingPrice"])
        assert row["unrealisedGainLoss"] == pytest.approx(row["mktValue"] - row["holdingCost"])


def test_holdings_name_the_old_and_the_new_token(trader):
    rows = trader.get("/portfolio/v1/holdings").json()["data"]
    names = ("symbol", "instrumentToken", "exchangeIdentifier", "quantity", "closingPrice")
    assert [[row[name] for name in names] for row in rows] == [
        ["INFY", 1374, "1594", 10, 1518.9],
        ["RELIANCE", 1839, "2885", 5, 1502.1],
    ]


def test_what_is_sold_today_is_no_longer_sellable(trader):
    trader.place(ts="INFY-EQ", tt="S", pt="MKT", pr="0", qt="4")
    trader.place(ts="RELIANCE-EQ", tt="B", pt="MKT", pr="0", qt="4")
    rows = trader.get("/portfolio/v1/holdings").json()["data"]
    assert [(row["quantity"], row["sellableQuantity"]) for row in rows] == [(10, 6), (5, 5)]


def test_limits_have_the_fields_and_types_of_the_sample(trader, sample):
    answer, expected = limits(trader), sample("limits")
    assert list(answer) == list(expected)
    assert types(answer) == types(expected)
    assert len(answer) == 88
    names = ("CollateralValue", "MarginUsed", "Net", "stat", "stCode")
    assert [answer[name] for name in names] == ["5000000.00", "0.00", "5000000.00", "Ok", 200]
    assert answer["TimeStamp"] == str(int(trader.clock() * 1000))


def test_limits_move_with_orders_and_positions(trader):
    waiting = trader.place(pr="2200", qt="10")
    assert (limits(trader)["MarginUsed"], limits(trader)["Net"]) == ("22000.00", "4978000.00")
    trader.modify(waiting, pr="2100")
    assert used(trader) == 21000
    trader.cancel(waiting)
    assert used(trader) == 0
    trader.place(pt="MKT", pr="0", qt="10")
    assert limits(trader)["MrgnScrpBsktCncPrsnt"] == "22740.00"
    trader.place(tt="S", pr="2400", qt="10")
    assert used(trader) == 22740
    trader.place(tt="S", pt="MKT", pr="0", qt="4")
    assert used(trader) == Decimal("2274") * 6


@pytest.mark.parametrize(
    ("terms", "blocked"),
    [
        ({"pc": "MIS", "pr": "2200"}, "880.00"),
        ({"pc": "MIS", "tt": "S", "pr": "2400"}, "960.00"),
        ({"pc": "MTF", "pr": "2200"}, "2200.00"),
        ({"tt": "S", "pr": "2400"}, "0.00"),
        ({"am": "YES"}, "0.00"),
        ({"pt": "SL-M", "pr": "0", "tp": "2300"}, "4600.00"),
        ({"es": "nse_fo", "ts": "NIFTY30JANFUT", "pc": "NRML", "qt": "65", "pr": "24000"}, "234000.00"),
        ({"es": "nse_fo", "ts": "NIFTY30JAN24000CE", "pc": "NRML", "qt": "65", "pr": "440"}, "28600.00"),
        ({"es": "nse_fo", "ts": "NIFTY30JAN24000CE", "pc": "NRML", "qt": "65", "pr": "450", "tt": "S"}, "234000.00"),
    ],
)
def test_what_a_waiting_order_blocks(trader, terms, blocked):
    trader.place(**terms)
    assert limits(trader)["MarginUsed"] == blocked


def test_limits_refuse_an_unknown_scope(trader):
    assert trader.post("/quick/user/limits", {**ALL, "seg": "MCX"}).json()["errMsg"] == "Error: Invalid Request: seg"
    assert trader.post("/quick/user/limits", {"seg": "ALL"}).json()["stCode"] == 1007


def test_check_margin(trader, sample):
    trader.place(pr="2200", qt="1")
    answer = margin(trader)
    assert types(answer) == types(sample("check_margin"))
    assert answer == {
        "avlCash": "5000000.000000",
        "totMrgnUsd": "6701.000000",
        "mrgnUsd": "2200.000000",
        "ordMrgn": "4501.000000",
        "rmsVldtd": "OK",
        "reqdMrgn": "0.000000",
        "avlMrgn": "0.000000",
        "insufFund": "0.000000",
        "stat": "Ok",
        "stCode": 200,
    }
    assert margin(trader, brkName=..., brnchId=...) == answer
    # Asking places nothing.
    assert used(trader) == 2200


def test_check_margin_values_a_price_of_0_and_a_closing_order(trader):
    assert margin(trader, prc="0", prcTp="MKT")["ordMrgn"] == "4548.000000"
    trader.place(pt="MKT", pr="0", pc="MIS")
    assert margin(trader, prod="MIS", trnsTp="S")["ordMrgn"] == "0.000000"


def test_check_margin_short_of_funds(trader, sample):
    answer, expected = margin(trader, qty="3000"), sample("check_margin_insufficient")
    assert types(answer) == types(expected)
    assert (answer["rmsVldtd"], answer["stat"], answer["stCode"]) == ("NOT_OK", "Ok", 200)
    for row in (answer, expected):
        assert row["reqdMrgn"] == row["totMrgnUsd"]
        assert row["avlMrgn"] == row["avlCash"]
        assert Decimal(row["insufFund"]) == Decimal(row["reqdMrgn"]) - Decimal(row["avlMrgn"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tok": "999999"}, 1007),
        ({"tok": "26000"}, 1007),
        ({"exSeg": "nowhere"}, 1007),
        ({"tok": ...}, 1007),
        ({"qty": 2}, 1007),
        ({"trnsTp": "Buy"}, 5202),
        ({"prod": "CO"}, 5202),
        ({"prcTp": "LIMIT"}, 5202),
        ({"qty": "0"}, 1009),
        ({"prc": "0.0"}, 1009),
    ],
)
def test_check_margin_refuses_what_place_refuses(trader, change, code):
    assert margin(trader, **change)["stCode"] == code


def test_an_order_beyond_the_cash_is_rejected_in_the_book(trader):
    answer = trader.place_raw(qt="3000")
    assert answer["stat"] == "Ok"
    row = trader.row(answer["nOrdNo"])
    assert row["ordSt"] == "rejected"
    assert row["rejRsn"] == "RMS:Margin Exceeds,Cash Available:5000000.00,Margin Required:6751500.00"
    assert used(trader) == 0


def test_cash_is_a_switch_and_a_modification_is_held_to_it(clock, caller_of, sample):
    with Sandbox(clock=clock, cash=10_000) as sandbox:
        caller = caller_of(sandbox).login()
        assert caller.row(caller.place(qt="5", pr="2200"))["ordSt"] == "rejected"
        number = caller.place(qt="4", pr="2200")
        assert caller.row(caller.place(qt="1", pr="2200"))["ordSt"] == "rejected"
        refused = caller.modify(number, qt="5")
        expected = sample("place_error_insufficient_balance")
        assert {name: refused[name] for name in expected} == expected
        assert caller.modify(number, pr="2210")["stat"] == "Ok"
        assert caller.row(number)["ordSt"] == "open"
        # Selling for delivery blocks nothing, and closing needs no cash.
        assert caller.row(caller.place(qt="9", tt="S", pr="2300"))["ordSt"] == "open"


def test_client_ip(trader, sample):
    answer, expected = trader.get("/login/1.0/get-client-ip").json(), sample("get_client_ip")
    assert answer == {**expected, "data": [{"ip": "127.0.0.1", "time": "2026-11-23 10:15:30.000"}]}
    assert answer["data"][0].keys() == expected["data"][0].keys()


def test_client_ip_and_config_are_asked_at_the_login_host(clock, caller_of):
    with Sandbox(clock=clock, base_path="/gw/xyz") as sandbox:
        caller = caller_of(sandbox).login()
        for path in ("/login/1.0/get-client-ip", "/5config/config"):
            assert caller.get(path).status_code == 404
            assert caller.http.get(sandbox.url + path, headers=caller.session).status_code == 200


def test_config_leads_both_feeds_to_the_sandbox(visitor, sample):
    answer = visitor.http.get(visitor.sandbox.url + "/5config/config?appVersion=3.0.9&platform=api&environment=prod")
    configs = answer.json()["data"]["configs"]
    assert configs.keys() >= sample("config_service")["data"]["configs"].keys()
    source = configs["E43_broadcast_source"]
    assert configs[f"E43_{source}_broadcast_endpoint"] == visitor.sandbox.url + "/ufeed"
    assert configs[f"E43_{source}_interactive_endpoint"] == visitor.sandbox.url + "/realtime"


@pytest.mark.parametrize("path", ["/apim/login/2.0/logout", "/login/1.0/logout"])
def test_logout_ends_this_session_alone(trader, caller_of, path):
    other = caller_of(trader.sandbox).login()
    assert trader.http.post(trader.base + path, headers=trader.session).json() == {"stat": "Ok", "stCode": 200}
    assert trader.get("/quick/user/orders").status_code == 403
    assert trader.http.post(trader.base + path, headers=trader.session).status_code == 403
    assert other.get("/quick/user/orders").status_code == 200


@pytest.mark.parametrize(("code", "product", "word"), [("co", "CO", "Cover"), ("bo", "BO", "Bracket")])
def test_the_retired_exits_refuse_and_cancel_nothing(trader, sample, code, product, word):
    live = trader.place()
    for number in (live, "000000000000000"):
        answer = trader.post(f"/quick/order/{code}/exit", {"on": number, "am": "NO"}).json()
        assert (answer["stat"], answer["stCode"]) == ("Not_Ok", 1006)
        assert answer["errMsg"] == answer["emsg"] == f"{word} orders are discontinued since 1 Apr 2026."
    assert trader.row(live)["ordSt"] == "open"
    assert trader.post(f"/quick/order/{code}/exit", {}).json()["stCode"] == 1007
    assert trader.place_raw(pc=product)["stCode"] == 5202
    # None can be placed, so the book is given one.
    history = trader.sandbox._state.book.orders[live].history
    history[-1] = replace(history[-1], ticket=replace(history[-1].ticket, product=product))
    answer = trader.post(f"/quick/order/{code}/exit", {"on": live, "am": "NO"}).json()
    assert answer == {**sample("exit_cover"), "nOrdNo": live}
    assert trader.row(live)["ordSt"] == "cancelled"


OLD_PATHS = [
    ("POST", "/Orders/2.0/quick/order/rule/ms/place"),
    ("POST", "/Orders/2.0/quick/order/vr/modify"),
    ("POST", "/Orders/2.0/quick/order/cancel"),
    ("POST", "/Orders/2.0/quick/order/history"),
    ("GET", "/Orders/2.0/quick/user/orders"),
    ("GET", "/Orders/2.0/quick/user/trades"),
    ("GET", "/Orders/2.0/quick/user/positions"),
    ("POST", "/Orders/2.0/quick/user/limits"),
    ("POST", "/Orders/2.0/quick/user/check-margin"),
    ("GET", "/Portfolio/1.0/portfolio/v1/holdings"),
]


@pytest.mark.parametrize(("method", "path"), OLD_PATHS)
def test_old_paths_answer_as_the_new_ones(trader, method, path):
    new = path.replace("/Orders/2.0", "").replace("/Portfolio/1.0", "")
    old, now = (
        trader.http.request(method, trader.base + each, headers=trader.session).json()
        for each in (path + "?sId=server2", new)
    )
    assert old == now
    assert trader.http.request(method, trader.base + path).status_code == 403


def test_the_old_path_of_the_files(visitor):
    new = visitor.market("/script-details/1.0/masterscrip/file-paths").json()
    assert visitor.market("/Files/1.0/masterscrip/v1/file-paths").json() == new
