"""Expiries, option chain and candles."""

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

EXPIRIES = "/market-data/1.0/watchlist/expiries?exchange=nse_fo&underlying="
CHAIN = "/market-data/1.0/watchlist/option-chain?exchange=nse_fo&underlying="
CANDLES = "/market-data/1.0/historical/details"
IST = timezone(timedelta(hours=5, minutes=30))


def shape(value):
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value)


def candles(caller, interval="1min", first="2026-11-19", last="2026-11-19", neosymbol="nse_cm%7C22"):
    path = f"{CANDLES}?neosymbol={neosymbol}&interval={interval}&fromdate={first}&todate={last}"
    return caller.market(path)


def rows(caller, *args, **kwargs):
    return candles(caller, *args, **kwargs).json()["data"]["candles"]


def test_expiries(visitor, sample):
    answer = visitor.market(EXPIRIES + "NIFTY").json()
    assert shape(answer) == shape(sample("expiries"))
    assert answer == {"exchange": "nse_fo", "underlying": "NIFTY", "expiries": ["2029-12-18", "2030-01-29"]}
    assert visitor.market(EXPIRIES + "NIFTY&instrument_type=fut").json()["expiries"] == ["2030-01-29"]


def test_what_has_expired_is_gone(visitor, clock):
    clock.now = datetime(2029, 12, 18, 23, 59, tzinfo=IST).timestamp()
    assert len(visitor.market(EXPIRIES + "NIFTY").json()["expiries"]) == 2
    clock.now += 60
    assert visitor.market(EXPIRIES + "NIFTY").json()["expiries"] == ["2030-01-29"]
    assert visitor.market(CHAIN + "NIFTY").json()["common_data"]["expiryDt"] == "29-JAN-2030"


@pytest.mark.parametrize(
    "path",
    [
        EXPIRIES + "NOSUCH",
        EXPIRIES + "NIFTY&instrument_type=swap",
        EXPIRIES.replace("nse_fo", "mcx_fo") + "NIFTY",
        "/market-data/1.0/watchlist/expiries",
        CHAIN + "NOSUCH",
        CHAIN + "NIFTY&expiry=2029-12-19",
        CHAIN + "NIFTY&count=7",
        CHAIN + "NIFTY&count=0",
        CHAIN + "NIFTY&count=-10",
    ],
)
def test_unknown_underlyings_are_refused_as_quotes_are(visitor, sample, path):
    answer = visitor.market(path)
    assert answer.status_code == 200
    assert answer.json() | {"emsg": ""} == sample("quotes_error_invalid_instrument") | {
        "emsg": "",
        "errMsg": "Invalid instrument/code",
    }


def test_option_rows_have_the_long_names(visitor, sample):
    answer, expected = visitor.market(CHAIN + "NIFTY").json(), sample("option_chain")
    assert shape(answer) == shape(expected)
    assert answer["common_data"] == {**expected["common_data"], "expiryDt": "18-DEC-2029"}
    assert [(row["instrument"]["strikePrice"], row["instrument"]["moneyness"]) for row in answer["call"]] == [
        ("24000", "ITM"),
        ("24050", "ATM"),
        ("24100", "OTM"),
    ]
    assert [row["instrument"]["moneyness"] for row in answer["put"]] == ["OTM", "ATM", "ITM"]
    first = answer["call"][0]
    assert first["instrument"]["neoSymbol"] == "nse_fo|61001"
    assert first["quote"] == {
        "ltp": "148.85",
        "open": "144.50",
        "high": "151.40",
        "low": "141.95",
        "prevClose": "144.50",
        "close": None,
        "volume": 52000,
    }
    interest = first["openInterest"]
    assert interest["change"] == interest["current"] - interest["previous"]


def test_an_expiry_can_be_asked_for(visitor):
    answer = visitor.market(CHAIN + "NIFTY&expiry=2030-01-29&instrument_type=option&count=10").json()
    assert [row["instrument"]["symbol"] for row in answer["put"]] == [
        "NIFTY30JAN24000PE",
        "NIFTY30JAN24050PE",
        "NIFTY30JAN24100PE",
    ]


def test_futures_rows_have_the_short_names(visitor, sample):
    answer = visitor.market(CHAIN + "NIFTY&instrument_type=fut").json()
    assert shape(answer) == shape(sample("option_chain_futures"))
    (row,) = answer["fut"]
    assert (row["inst"]["symbol"], row["inst"]["expiryDt"], row["quote"]["ltp"]) == (
        "NIFTY30JANFUT",
        "29-JAN-2030",
        "24215.40",
    )


def test_candles_have_the_shape_of_the_sample(visitor, sample):
    answer, expected = candles(visitor).json(), sample("historical")
    assert answer.keys() == expected.keys()
    assert [type(value) for value in answer["data"]["candles"][0]] == [
        type(value) for value in expected["data"]["candles"][0]
    ]
    found = answer["data"]["candles"]
    assert (len(found), found[0][0], found[-1][0]) == (375, "2026-11-19T09:15:00+0530", "2026-11-19T15:29:00+0530")
    assert answer == candles(visitor).json()


def test_candles_are_possible(visitor):
    found = rows(visitor, first="2026-11-16")
    for _, opened, high, low, closed, volume, interest in found:
        assert 0 < low <= min(opened, closed) <= max(opened, closed) <= high
        assert (volume >= 0, interest) == (True, 0)
    for before, after in pairwise(found):
        if before[0][:10] == after[0][:10]:
            assert before[4] == after[1]
    assert rows(visitor, "D", neosymbol="nse_fo%7C61013")[0][6] == 78000
    assert rows(visitor, "D", neosymbol="nse_cm%7CNifty%2050")[0][5] == 0


@pytest.mark.parametrize(
    ("interval", "count"), [("3min", 125), ("5min", 75), ("10min", 38), ("15min", 25), ("30min", 13), ("60min", 7)]
)
def test_longer_candles_are_made_of_the_minutes(visitor, interval, count):
    minutes, found = rows(visitor), rows(visitor, interval)
    assert len(found) == count
    (day,) = rows(visitor, "D")
    for whole in (found, [day]):
        assert whole[0][1] == minutes[0][1]
        assert whole[-1][4] == minutes[-1][4]
        assert max(row[2] for row in whole) == max(row[2] for row in minutes)
        assert min(row[3] for row in whole) == min(row[3] for row in minutes)
        assert sum(row[5] for row in whole) == sum(row[5] for row in minutes)
    assert found[1][0] > found[0][0]


def test_days_are_trading_days_and_weeks_start_on_monday(visitor):
    days = [row[0] for row in rows(visitor, "D", "2026-11-13", "2026-11-17")]
    assert days == [f"2026-11-{day}T00:00:00+0530" for day in ("13", "16", "17")]
    assert [row[0][:10] for row in rows(visitor, "W", "2026-11-13", "2026-11-17")] == ["2026-11-09", "2026-11-16"]


def test_the_future_has_no_candles(visitor, sample):
    assert rows(visitor, first="2026-11-23", last="2026-12-01")[-1][0] == "2026-11-23T10:15:00+0530"
    for first, last in (("2026-11-24", "2026-11-24"), ("2026-11-21", "2026-11-22")):
        answer = candles(visitor, first=first, last=last)
        assert (answer.status_code, answer.json()) == (400, sample("historical_error_no_data"))


@pytest.mark.parametrize(("interval", "span"), [("1min", 30), ("10min", 60), ("60min", 90), ("D", 180), ("W", 180)])
def test_the_span_of_one_request(visitor, interval, span):
    last = datetime(2026, 11, 20, tzinfo=IST)
    for days, status in ((span, 200), (span + 1, 400)):
        first = (last - timedelta(days=days)).date().isoformat()
        answer = candles(visitor, interval, first, last.date().isoformat())
        assert answer.status_code == status
    assert answer.json()["fault"]["message"] == f"Date range exceeds {span} days for interval {interval}"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"interval": "2min"}, "Invalid interval value"),
        ({"interval": "d"}, "Invalid interval value"),
        ({"neosymbol": "nse_cm%7C999999"}, "Invalid neosymbol"),
        ({"neosymbol": "22"}, "Invalid neosymbol"),
        ({"neosymbol": "mcx_fo%7C1"}, "Invalid neosymbol"),
        ({"first": "19-11-2026"}, "Invalid fromdate"),
        ({"first": "20261119"}, "Invalid fromdate"),
        ({"last": ""}, "Invalid todate"),
        ({"first": "2026-11-20"}, "Invalid date range"),
    ],
)
def test_refused_candles(visitor, changes, text):
    answer = candles(visitor, **changes)
    assert (answer.status_code, answer.json()) == (400, {"status": "ERROR", "fault": {"code": 400, "message": text}})


def test_all_three_need_the_access_token_alone(trader):
    for path in (EXPIRIES + "NIFTY", CHAIN + "NIFTY", CANDLES):
        assert trader.get(path).status_code == 401
        assert trader.get(path, {"Authorization": "Bearer " + trader.app["Authorization"]}).status_code == 401
