import pytest


def types(row):
    return {name: type(value) for name, value in row.items()}


def test_empty_books_are_5203_with_http_200(trader, sample):
    for path in ("orders", "orders/261123000000001", "trades", "positions"):
        answer = trader.get(f"/quick/user/{path}")
        assert (answer.status_code, answer.json()) == (200, sample("error_no_data"))
    assert trader.get("/portfolio/v2/positions").json() == sample("error_no_data")
    assert trader.post("/quick/order/history", {"nOrdNo": "1"}).json() == sample("error_no_data")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/quick/user/orders", "orders"),
        ("/quick/user/trades", "trades"),
        ("/quick/user/positions", "positions"),
        ("/portfolio/v2/positions", "positions_v2_ltp"),
    ],
)
def test_rows_have_the_fields_and_types_of_the_samples(trader, sample, path, name):
    trader.place(pr="2300")
    trader.place(es="nse_fo", ts="NIFTY29D1824050CE", pc="NRML", qt="65", pt="MKT", pr="0", ig="t")
    answer = trader.get(path).json()
    expected = sample(name)
    assert (answer["stat"], answer["stCode"]) == (expected["stat"], 200)
    assert len(answer["data"]) == 2
    for row in answer["data"]:
        assert types(row) == types(expected["data"][0])


def test_history_rows_have_the_fields_and_types_of_the_sample(trader, sample):
    number = trader.place(pr="2300")
    expected = sample("order_history")
    rows = trader.history(number)
    assert [row["ordSt"] for row in rows] == [row["ordSt"] for row in expected["data"]]
    for row, like in zip(rows, expected["data"], strict=True):
        assert types(row) == types(like)
        assert (row["exchTmstp"] == "--") == (like["exchTmstp"] == "--")
        assert (row["exchOrdId"] == "NA") == (like["exchOrdId"] == "NA")
    assert len({row["updRecvTm"] for row in rows}) == len(rows)


def test_one_order_answers_the_row_of_the_book(trader):
    first, second = trader.place(), trader.place()
    book = trader.get("/quick/user/orders").json()["data"]
    assert [row["nOrdNo"] for row in book] == [second, first]
    assert trader.row(first) == book[1]


def test_times_are_ist_in_the_formats_of_the_servers(trader):
    number = trader.place(pr="2300")
    row = trader.row(number)
    assert row["ordDtTm"] == row["exCfmTm"] == "23-Nov-2026 10:15:30"
    assert row["hsUpTm"] == "2026/11/23 10:15:30"
    assert row["boeSec"] == int(trader.clock())
    (trade,) = trader.get("/quick/user/trades").json()["data"]
    assert (trade["flDt"], trade["flTm"], trade["exTm"]) == ("23-Nov-2026", "10:15:30", "23-Nov-2026 10:15:30")
    assert trade["exOrdId"] == row["exOrdId"]
    assert [trade[name] for name in ("nOrdNo", "fldQty", "avgPrc", "tok", "qty")] == [number, 2, "2274.00", "", 0]


def test_instrument_fields_of_a_derivative(trader):
    row = trader.row(trader.place(es="nse_fo", ts="NIFTY29D1824050CE", pc="NRML", qt="65", pt="MKT", pr="0", tt="S"))
    expected = {
        "exSeg": "nse_fo",
        "tok": "61003",
        "sym": "NIFTY",
        "optTp": "CE",
        "stkPrc": "24050.00",
        "expDt": "18 Dec, 2029",
        "lotSz": "65",
        "series": "XX",
        "it": "OPTIDX",
        "tckSz": "0.0500",
        "prc": "123.85",
    }
    assert {name: row[name] for name in expected} == expected


def test_positions_sum_todays_fills_by_instrument_and_product(trader):
    trader.place(pr="2300", qt="3")
    trader.place(pr="2200", qt="1", tt="S")
    trader.place(pr="2300", qt="4", pc="MIS")
    trader.place(qt="7")
    delivery, intraday = trader.get("/quick/user/positions").json()["data"]
    assert [delivery[n] for n in ("prod", "flBuyQty", "buyAmt", "flSellQty", "sellAmt")] == [
        "CNC",
        "3",
        "6822.00",
        "1",
        "2274.00",
    ]
    assert (intraday["prod"], intraday["flBuyQty"]) == ("MIS", "4")
    assert {row["ltp"] for row in trader.get("/portfolio/v2/positions").json()["data"]} == {"2274.00"}
    trader.clock.now += 24 * 3600
    assert trader.get("/quick/user/positions").json()["stCode"] == 5203


def test_expiry_of_a_position(trader):
    trader.place(es="nse_fo", ts="RELIANCE30JANFUT", pc="NRML", qt="500", pt="MKT", pr="0")
    (row,) = trader.get("/quick/user/positions").json()["data"]
    # The sample's exp is midnight UTC of its expDt.
    assert (row["expDt"], row["exp"], row["type"]) == ("29 Jan, 2030", "1895875200", "FUTSTK")
