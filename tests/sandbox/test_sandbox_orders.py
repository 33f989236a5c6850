import json

import pytest

WAY = ["put order req received", "validation pending", "open pending"]
FUTURE = {"es": "nse_fo", "ts": "NIFTY30JANFUT", "pc": "NRML", "qt": "65", "pr": "24215.4"}


def test_order_number_is_the_ist_day_and_nine_digits(trader):
    trader.clock.now += 13.9 * 3600
    assert trader.place() == "261124000000001"
    assert trader.place() == "261124000000002"


@pytest.mark.parametrize(
    ("terms", "end"),
    [
        ({"tt": "B", "pr": "2274"}, ["open", "complete"]),
        ({"tt": "B", "pr": "2273.95"}, ["open"]),
        ({"tt": "S", "pr": "2274"}, ["open", "complete"]),
        ({"tt": "S", "pr": "2274.05"}, ["open"]),
        ({"rt": "IOC"}, ["open", "cancelled"]),
        ({"rt": "IOC", "pr": "2300"}, ["open", "complete"]),
        ({"pt": "MKT", "pr": "0"}, ["open", "complete"]),
        ({"pt": "SL", "pr": "2290", "tp": "2280"}, ["trigger pending"]),
        ({"pt": "SL", "pr": "2290", "tp": "2274"}, ["open", "complete"]),
        ({"pt": "SL", "pr": "2270", "tp": "2260"}, ["open"]),
        ({"pt": "SL", "tt": "S", "pr": "2240", "tp": "2250"}, ["trigger pending"]),
        ({"pt": "SL", "tt": "S", "pr": "2240", "tp": "2274"}, ["open", "complete"]),
        ({"pt": "SL-M", "pr": "0", "tp": "2280"}, ["trigger pending"]),
        ({"pt": "SL-M", "pr": "0", "tp": "2270"}, ["open", "complete"]),
        ({"pr": "2250.51"}, ["rejected"]),
        ({"pt": "SL", "pr": "2290", "tp": "2280.01"}, ["rejected"]),
        ({**FUTURE, "qt": "66"}, ["rejected"]),
        ({**FUTURE, "pc": "CNC"}, ["rejected"]),
        ({**FUTURE, "qt": "130"}, ["open", "complete"]),
    ],
)
def test_lifecycle(trader, terms, end):
    number = trader.place(**terms)
    assert trader.states(number) == WAY + end
    row = trader.row(number)
    assert row["ordSt"] == row["stat"] == end[-1]
    assert (row["rejRsn"] != "--") == (end[-1] == "rejected")


def test_a_market_order_shows_as_a_limit_order_filled_at_the_ltp(trader):
    row = trader.row(trader.place(pt="MKT", pr="0"))
    assert [row[name] for name in ("prcTp", "prc", "avgPrc", "fldQty", "unFldSz")] == ["L", "2274.00", "2274.00", 2, 0]


def test_a_better_limit_fills_at_the_ltp(trader):
    row = trader.row(trader.place(pr="2300"))
    assert (row["prc"], row["avgPrc"]) == ("2300.00", "2274.00")


def test_after_market_order(trader):
    number = trader.place(am="YES", pr="2300")
    assert trader.states(number) == ["put order req received", "after market order req received"]
    assert trader.row(number)["ordGenTp"] == "AMO"
    assert trader.modify(number, am="NO", pr="2301")["stCode"] == 1006
    assert trader.modify(number, am="YES", pr="2301")["stCode"] == 200
    assert trader.row(number)["ordSt"] == "modify after market order req received"
    assert trader.row(number)["prc"] == "2301.00"
    assert trader.cancel(number)["stCode"] == 1006
    assert trader.cancel(number, am="YES")["stCode"] == 200
    assert trader.row(number)["ordSt"] == "cancelled after market order"
    assert trader.cancel(number, am="YES")["stCode"] == 1021


def test_a_tag_is_echoed_and_taken_once(trader):
    number = trader.place(ig="strat-7/α M&M")
    assert trader.row(number)["GuiOrdId"] == "strat-7/α M&M"
    trader.cancel(number)
    again = trader.place_raw(ig="strat-7/α M&M")
    assert (again["stCode"], again["errMsg"]) == (5204, "Put Order Response : Client OrderID already exists")
    assert again["stat"] == "Not_Ok"
    assert again["emsg"] == again["errMsg"]
    assert trader.place(ig="") != trader.place(ig="")


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"dq": ""}, 5202, "Error: Invalid Request"),
        ({"dq": "x"}, 5202, "Error: Invalid Request"),
        ({"pr": ""}, 1009, "please provide valid quantity"),
        ({"pr": "0.0"}, 1009, "please provide valid price"),
        ({"pr": "0.00"}, 1009, "please provide valid price"),
        ({"pr": "0"}, 1009, "please provide valid price"),
        ({"pr": "1e3"}, 1009, "please provide valid price"),
        ({"pr": "-1"}, 1009, "please provide valid price"),
        ({"pr": "NaN"}, 1009, "please provide valid price"),
        ({"tp": "0.0"}, 1009, "please provide valid trigger price"),
        ({"tp": ""}, 1009, "please provide valid trigger price"),
        ({"pt": "SL", "tp": "0"}, 1009, "please provide valid trigger price"),
        ({"qt": "0"}, 1009, "please provide valid quantity"),
        ({"qt": "-1"}, 1009, "please provide valid quantity"),
        ({"qt": "1.0"}, 1009, "please provide valid quantity"),
        ({"qt": ""}, 1009, "please provide valid quantity"),
        ({"ts": "NOSUCH-EQ"}, 1007, "invalid symbol"),
        ({"es": "bse_cm"}, 1007, "invalid symbol"),
        ({"es": "nowhere"}, 1007, "invalid symbol"),
        ({"ts": "NIFTY"}, 1007, "invalid symbol"),
        ({"qt": 2}, 1007, "body invalid"),
        ({"pr": 2250.5}, 1007, "body invalid"),
        ({"tp": None}, 1007, "body invalid"),
        ({"dq": None}, 1007, "body invalid"),
        ({"extra": 1}, 1007, "body invalid"),
        ({"mp": ...}, 1007, "body invalid"),
        ({"pc": "N"}, 5202, "Error: Invalid Request: pc"),
        ({"pt": "LIMIT"}, 5202, "Error: Invalid Request: pt"),
        ({"rt": "GFD"}, 5202, "Error: Invalid Request: rt"),
        ({"tt": "BUY"}, 5202, "Error: Invalid Request: tt"),
        ({"am": "no"}, 5202, "Error: Invalid Request: am"),
    ],
)
def test_refused_placements_leave_no_order(trader, change, code, text):
    answer = trader.place_raw(**change)
    assert (answer["stCode"], answer["errMsg"], answer["emsg"]) == (code, text, text)
    assert answer["stat"] in ("Not_Ok", "bad request")
    assert trader.get("/quick/user/orders").json()["stCode"] == 5203


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/json"}, b"jData=%7B%7D"),
        ({}, b"jData=%7B%7D"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b""),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"jData=%7B"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"jData=%5B%5D"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"jData=%7B%7D&x=1"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"jdata=%7B%7D"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"jData=%FF"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"jData=\xff"),
    ],
)
def test_unreadable_bodies(trader, headers, body):
    url = trader.base + "/quick/order/rule/ms/place"
    answer = trader.http.post(url, headers={**trader.session, **headers}, content=body)
    assert answer.status_code == 200
    assert answer.json() == {"stCode": 1007, "errMsg": "body invalid", "emsg": "body invalid", "stat": "bad request"}


@pytest.mark.parametrize("space", [b"+", b"%20"])
def test_the_servers_take_either_space_and_compact_json(trader, space):
    fields = {"on": trader.place(), "am": "NO"}
    headers = {**trader.session, "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    text = json.dumps(fields).encode().replace(b" ", space).replace(b'"', b"%22")
    assert (
        trader.http.post(trader.base + "/quick/order/cancel", headers=headers, content=b"jData=" + text).json()[
            "stCode"
        ]
        == 200
    )


def test_a_modification_keeps_what_it_does_not_name(trader):
    number = trader.place(dq="1")
    assert trader.modify(number, pr="2260") == {"stat": "Ok", "nOrdNo": number, "stCode": 200}
    row = trader.row(number)
    assert [row[name] for name in ("prc", "qty", "dscQty", "vldt", "prcTp")] == ["2260.00", 2, 1, "DAY", "L"]
    assert trader.states(number) == [*WAY, "open", "modified", "open"]


def test_a_modification_ignores_what_older_clients_add(trader):
    number = trader.place()
    leftovers = {
        "tk": None,
        "fq": "0",
        "dd": "NA",
        "tt": "SELL",
        "pc": "?",
        "ts": None,
        "es": None,
        "os": "NEOTRADEAPI",
    }
    assert trader.modify(number, pr="2260", rt="DAY", **leftovers)["stCode"] == 200
    assert [trader.row(number)[name] for name in ("prc", "trnsTp", "prod")] == ["2260.00", "B", "CNC"]


def test_a_modification_can_fill_move_the_trigger_or_end_an_ioc(trader):
    number = trader.place()
    trader.modify(number, pt="MKT", pr="0", qt="5")
    assert trader.states(number)[-3:] == ["modified", "open", "complete"]
    assert trader.row(number)["fldQty"] == 5
    stop = trader.place(pt="SL", pr="2290", tp="2280")
    trader.modify(stop, pt="SL", pr="2300", tp="2285")
    assert trader.states(stop)[-2:] == ["modified", "trigger pending"]
    assert trader.row(stop)["trgPrc"] == "2285.00"
    brief = trader.place()
    trader.modify(brief, vd="IOC")
    assert trader.row(brief)["ordSt"] == "cancelled"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pr": "2250.51"}, 1009),
        ({"pr": "0.0"}, 1009),
        ({"qt": "0"}, 1009),
        ({"dq": ""}, 5202),
        ({"pt": "X"}, 5202),
        ({"vd": "GTC"}, 5202),
        ({"am": "maybe"}, 5202),
        ({"pr": None}, 1007),
    ],
)
def test_a_refused_modification_changes_nothing(trader, change, code):
    number = trader.place()
    before = trader.row(number)
    assert trader.modify(number, **change)["stCode"] == code
    assert trader.row(number) == before


def test_modify_and_cancel_of_what_is_not_there_or_over(trader):
    for answer in (trader.modify("000000000000000", pr="1"), trader.cancel("000000000000000")):
        assert (answer["stCode"], answer["errMsg"]) == (1006, "Order already cancelled or not found.")
    done = trader.place(pr="2300")
    for answer in (trader.modify(done, pr="1"), trader.cancel(done)):
        assert (answer["stCode"], answer["errMsg"]) == (1021, "order is completed")
        assert answer["stat"] == "please provide valid order number"
    live = trader.place()
    assert trader.cancel(live, am="YES")["stCode"] == 1006
    assert trader.modify(live, am="YES", pr="1")["stCode"] == 1006
    assert trader.post("/quick/order/vr/modify", {"pr": "1"}).json()["stCode"] == 1007
    assert trader.post("/quick/order/cancel", {"am": "NO"}).json()["stCode"] == 1007


def test_cancel(trader):
    number = trader.place()
    assert trader.cancel(number) == {"stat": "Ok", "nOrdNo": number, "stCode": 200}
    row = trader.row(number)
    assert [row[name] for name in ("ordSt", "cnlQty", "unFldSz", "fldQty")] == ["cancelled", 2, 0, 0]
    assert trader.states(number) == [*WAY, "open", "cancelled"]
