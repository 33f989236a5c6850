"""The old history call: its keys, the dates that are safe to read, and what v2 cannot answer."""

from datetime import date, datetime

import pytest

from ks_compat import v1
from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.native import Candle
from ks_compat.native.results import parsed

ASKED = {"exchange": "nse", "cocode": "727", "fromdate": "2026-01-05", "todate": "2026-01-09"}


def test_what_is_asked_for():
    assert v1.history_request("historicalprices", ASKED) == (727, "NSE", date(2026, 1, 5), date(2026, 1, 9))


@pytest.mark.parametrize(
    "written",
    ["2026-01-05", "20260105", "05-Jan-2026", "5 JAN 2026", "05jan2026", date(2026, 1, 5), datetime(2026, 1, 5)],
)
def test_dates_that_can_be_read_in_one_way(written):
    assert v1.history_request("historicalprices", {**ASKED, "fromdate": written}).first == date(2026, 1, 5)


@pytest.mark.parametrize("written", ["05/01/2026", "5-1-2026", "2026-13-01", "30-Feb-2026", "05-Jux-2026", "", None, 5])
def test_dates_that_would_be_guessed_are_refused(written):
    with pytest.raises(ApiException, match="fromdate must be written 2021-01-27 or 27-Jan-2021"):
        v1.history_request("historicalprices", {**ASKED, "fromdate": written})


@pytest.mark.parametrize(
    ("resource", "given"),
    [
        ("historicalprices-unadjusted", {"exchange": 1, "co_code": 2, "date": 3}),
        ("NSEFNO_HistoricalContinuousChart", {"symbol": 1, "expiry type": 2}),
        ("LiveorEODHistorical", {"exchange": 1, "co_code": 2, "period": 3, "cnt": 4}),
        ("anything", [1]),
        (5, None),
        ("historicalprices", {**ASKED, "cocode": "ACC"}),
        ("historicalprices", {**ASKED, "todate": "2026-01-01"}),
    ],
)
def test_what_v2_cannot_answer_names_the_native_call(resource, given):
    with pytest.raises(ApiException, match=r"Use NeoClient\.historical_data instead") as caught:
        v1.history_request(resource, given)
    assert caught.value.status == 404


@pytest.mark.parametrize("given", [{}, {**ASKED, "more": 1}, {"exchange": 1}])
def test_the_keys_are_exact(given):
    with pytest.raises(ApiValueError) as caught:
        v1.history_request("historicalprices", given)
    assert str(caught.value) == "exchange,cocode,fromdate,todate fields are required."


def test_no_resource():
    with pytest.raises(ApiValueError, match="Missing the required parameter `resource` when calling `get_resource`"):
        v1.history_request(None, {})


def test_a_list_fails_as_it_did():
    with pytest.raises(AttributeError, match="'list' object has no attribute 'keys'"):
        v1.history_request("historicalprices", [1])


def test_the_answer(sample):
    candles = [parsed(Candle, {"row": row}) for row in sample("v2/historical")["data"]["candles"]]
    assert v1.history_answer(candles)["success"][0] == {
        "date": "2026-08-20",
        "open": 12009.9,
        "high": 12019.35,
        "low": 12001.25,
        "close": 12001.5,
        "volume": 163275,
    }
    assert v1.history_answer([]) == {"success": []}
