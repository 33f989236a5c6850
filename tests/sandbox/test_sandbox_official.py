"""The broker's own SDK, unmodified, under the production host names: it must find nothing missing in the sandbox."""

import dataclasses
import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import trustme

from ks_compat.sandbox import PublicUrls, Sandbox

PROGRAM = Path(__file__).with_name("official_sdk.py")
HOSTS = tuple(f"{name}.kotaksecurities.com" for name in ("mis", "cis", "lapi"))
QUOTE_TYPES = ("all", "depth", "market_depth", "ohlc", "ltp", "oi", "circuit_limits", "scrip_details", "52w", "52W")
MARKET = [
    *(f"quotes {kind}" for kind in QUOTE_TYPES),
    *("scrip_master", "scrip_master nse_cm", "search_scrip", "search_scrip option", "expiries"),
    *("option_chain", "option_chain fut", "historical_data"),
]
PLACED = ["L", "MKT", "SL", "SL-M", "IOC", "AMO", "option", "rejected"]
ACKNOWLEDGED = [*(f"place {kind}" for kind in PLACED), "modify_order", "cancel_order", "cancel_order AMO"]


@pytest.fixture(scope="module")
def conversation(tmp_path_factory):
    """Run the program once: what its calls returned, and the requests that arrived."""
    folder = tmp_path_factory.mktemp("official")
    authority = trustme.CA()
    certificate = authority.issue_cert(*HOSTS)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    server = str(folder / "server.pem")
    with Sandbox(public_urls=PublicUrls(), ssl_context_files=(server, server)) as sandbox:
        environment = {
            **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
            "HOME": str(folder),
            "USERPROFILE": str(folder),
            "SSL_CERT_FILE": str(folder / "ca.pem"),
            "SANDBOX_ACCOUNT": json.dumps(dataclasses.asdict(sandbox.account)),
            "PYTHONIOENCODING": "utf-8",
        }
        done = subprocess.run(
            [sys.executable, str(PROGRAM), str(sandbox.port)],
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1]), list(sandbox.requests)


@pytest.fixture
def result(conversation):
    return conversation[0].__getitem__


def test_no_call_ends_in_an_error_of_the_sdk(conversation):
    results, _ = conversation
    assert len(results) > 60
    failed = {
        name: value for name, value in results.items() if isinstance(value, dict) and {"Error", "error"} & {*value}
    }
    assert failed == {}


def test_no_request_was_for_something_the_sandbox_lacks(conversation):
    _, requests = conversation
    hosts = {dict(request.headers)[b"host"].decode() for request in requests}
    assert hosts == set(HOSTS)
    agents = {dict(request.headers)[b"user-agent"].decode().split("/")[0] for request in requests}
    assert agents == {"NeoSDK-Python", "python-httpx"}
    paths = {re.sub(rb"[?].*|/nse_cm.*|/x[|].*|/[0-9-]{10,}.*", b"", request.raw_path) for request in requests}
    assert paths == {
        b"/login/1.0/tradeApiLogin",
        b"/login/1.0/tradeApiValidate",
        b"/login/1.0/get-client-ip",
        b"/quick/order/rule/ms/place",
        b"/quick/order/vr/modify",
        b"/quick/order/cancel",
        b"/quick/order/history",
        b"/quick/user/orders",
        b"/quick/user/trades",
        b"/portfolio/v2/positions",
        b"/portfolio/v1/holdings",
        b"/quick/user/limits",
        b"/quick/user/check-margin",
        b"/script-details/1.0/quotes/neosymbol",
        b"/script-details/1.0/masterscrip/file-paths",
        b"/wso2-scripmaster/v1/prod",
        b"/market-data/1.0/watchlist/expiries",
        b"/market-data/1.0/watchlist/option-chain",
        b"/market-data/1.0/historical/details",
    }


def test_login(result, sample):
    assert result("totp_login refused") == sample("tradeApiLogin_error_invalid_credentials")
    assert result("totp_login")["data"].keys() == sample("tradeApiLogin")["data"].keys()
    assert result("totp_validate refused") == sample("tradeApiValidate_error_invalid_mpin")
    assert result("totp_validate")["data"]["kType"] == "Trade"
    assert result("base_url") == "https://cis.kotaksecurities.com"


@pytest.mark.parametrize("name", ACKNOWLEDGED)
def test_orders_are_acknowledged(result, name):
    answer = result(name)
    assert answer == {"stat": "Ok", "stCode": 200, "nOrdNo": answer["nOrdNo"]}
    assert re.fullmatch("[0-9]{15}", answer["nOrdNo"])


def test_what_became_of_the_orders(result):
    book = {row["nOrdNo"]: row for row in result("order_report")["data"]}
    states = {kind: book[result(f"place {kind}")["nOrdNo"]]["ordSt"] for kind in PLACED}
    assert states == {
        "L": "open",
        "MKT": "complete",
        "SL": "trigger pending",
        "SL-M": "trigger pending",
        "IOC": "cancelled",
        "AMO": "after market order req received",
        "option": "complete",
        "rejected": "rejected",
    }
    number = result("place L")["nOrdNo"]
    (row,) = result("order_report by id")["data"]
    assert row == book[number]
    assert [row[name] for name in ("prc", "qty", "GuiOrdId", "ordSrc")] == [
        "2251.00",
        3,
        "strat-7/α M&M",
        "ADMINCPPAPI_NEOTRADEAPI",
    ]
    assert "tick size" in result("order_report rejected")["data"][0]["rejRsn"]
    history = result("order_history")["data"]["data"]
    assert (history[0]["ordSt"], history[-1]["ordSt"]) == ("open", "put order req received")


def test_refused_order_calls_arrive_as_answers(result):
    assert result("place same tag")["stCode"] == 5204
    # The SDK sends null for a trigger price it was not given.
    assert result("place SL without trigger")["stCode"] == 1007
    for name in ("modify_order complete", "cancel_order again"):
        assert (result(name)["stCode"], result(name)["status_code"]) == (1021, 400)


def test_account_calls(result, sample):
    assert result("order_report empty") == result("positions empty") == sample("error_no_data")
    trades, positions = result("trade_report"), result("positions")
    assert {row["trdSym"] for row in trades["data"]} == {"ACC-EQ", "NIFTY29D1824050CE"}
    assert positions["data"][0].keys() == sample("positions_v2_ltp")["data"][0].keys()
    assert result("holdings")["data"][0].keys() == sample("holdings_full")["data"][0].keys()
    limits = result("limits")
    assert limits.keys() == sample("limits").keys()
    assert float(limits["Net"]) == float(limits["CollateralValue"]) - float(limits["MarginUsed"])
    margin, short = result("margin_required")["data"], result("margin_required short")["data"]
    assert margin.keys() == short.keys() == sample("check_margin").keys()
    assert float(margin["mrgnUsd"]) == float(limits["MarginUsed"]) > 0
    assert (margin["rmsVldtd"], margin["ordMrgn"], short["rmsVldtd"]) == ("OK", "4501.000000", "NOT_OK")
    assert result("whatsmyip")["data"][0]["ip"] == "127.0.0.1"


@pytest.mark.parametrize("name", MARKET)
def test_market_data_is_the_same_before_and_after_the_login(result, name):
    def timeless(value):
        return json.loads(re.sub(r'"lstup_time": "[0-9]+"', '"lstup_time": ""', json.dumps(value)))

    before, after = result(f"{name} before the login"), result(f"{name} after the login")
    assert timeless(before) == timeless(after)
    assert before
    assert "stat" not in before


def test_market_data(result, sample):
    after = "after the login"
    quotes = result(f"quotes all {after}")
    assert [row["display_symbol"] for row in quotes] == ["ACC-EQ", "Nifty 50-IN", "NIFTY30JANFUT"]
    assert result(f"quotes unknown {after}")["stCode"] == 1009
    today = datetime.now(timezone(timedelta(hours=5, minutes=30))).date()
    days = {(today - timedelta(days=back)).isoformat() for back in (0, 1)}
    path = result(f"scrip_master nse_cm {after}")
    assert path in {
        f"https://lapi.kotaksecurities.com/wso2-scripmaster/v1/prod/{day}/transformed-v1/nse_cm-v1.csv" for day in days
    }
    assert path in result(f"scrip_master {after}")["filesPaths"]
    assert {row["pTrdSymbol"] for row in result(f"search_scrip {after}")} == {"RELIANCE-EQ", "RELIANCE-BL"}
    options = [row["pTrdSymbol"] for row in result(f"search_scrip option {after}")]
    assert options == ["NIFTY29D1824000CE", "NIFTY29D1824050CE", "NIFTY29D1824100CE"]
    assert result(f"expiries {after}")["expiries"] == ["2029-12-18", "2030-01-29"]
    assert len(result(f"option_chain {after}")["call"]) == 3
    assert len(result(f"option_chain fut {after}")["fut"]) == 1
    assert len(result(f"historical_data {after}")["data"]["candles"]) == 5
    assert result(f"historical_data interval {after}") == sample("historical_error_interval")


def test_logout(result):
    assert result("logout") == {"State": "OK", "message": "You have been successfully logged out"}
    assert result("order_report logged out") == {
        "Error Message": "Complete the 2fa process before accessing this application"
    }
