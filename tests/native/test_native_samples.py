"""Every recorded v2 answer, through the call it belongs to: the result it gives, or the error it stands for."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from loopback import Reply

from ks_compat.native import Session, errors

SAMPLES = Path(__file__).parent.parent / "samples" / "v2"
INDEX = [row["file"].removesuffix(".json") for row in json.loads((SAMPLES / "_index.json").read_text("utf-8"))]

ELSEWHERE = {
    "config_service": "addresses of the feeds: the streaming room's",
    "order_feed_order_update": "a message of the order feed: the streaming room's",
}
"""Samples of v2 that no call here asks for."""

LIMIT = {
    "exchange_segment": "nse_cm",
    "trading_symbol": "ACC-EQ",
    "transaction_type": "B",
    "quantity": 2,
    "product": "CNC",
    "order_type": "L",
    "price": 2250.5,
}
ORDER, MODIFIED, CANCELLED = "250122000612876", "220621000000097", "230120000017243"
DAY = date(2026, 8, 20)
CALLS = {
    "login": lambda client: client.totp_login(),
    "validate": lambda client: client.totp_validate(),
    "address": lambda client: client.whatsmyip(),
    "place": lambda client: client.place_order(**LIMIT),
    "modify": lambda client: client.modify_order(MODIFIED, quantity=1, order_type="L", price=9.5),
    "cancel": lambda client: client.cancel_order(CANCELLED),
    "exit_cover": lambda client: client.exit_cover_order(ORDER),
    "exit_bracket": lambda client: client.exit_bracket_order(ORDER),
    "book": lambda client: client.order_report(),
    "order": lambda client: client.order_report(ORDER),
    "history": lambda client: client.order_history(ORDER),
    "trades": lambda client: client.trade_report(),
    "positions": lambda client: client.positions(),
    "holdings": lambda client: client.holdings(),
    "limits": lambda client: client.limits(),
    "margin": lambda client: client.margin_required(
        exchange_segment="nse_cm", token="22", transaction_type="B", quantity=1, product="CNC", order_type="MKT"
    ),
    "master": lambda client: client.scrip_master(),
    "expiries": lambda client: client.expiries("nse_fo", "RELIANCE"),
    "chain": lambda client: client.option_chain("nse_fo", "NIFTY"),
    "futures": lambda client: client.option_chain("nse_fo", "NIFTY", instrument_type="fut"),
    "candles": lambda client: client.historical_data("nse_cm|1333", "1min", DAY, DAY),
    "quote": lambda client: client.quotes("nse_cm|1333"),
    "part of a quote": lambda client: client.quotes("nse_cm|1333", "oi"),
    "index": lambda client: client.quotes("bse_cm|SENSEX"),
}


class Gives(NamedTuple):
    """What a result says, under the names of its attributes; a list is read at its first element."""

    call: str
    expected: dict[str, Any]
    length: int | None = None


class Raises(NamedTuple):
    """The error that a sample stands for."""

    call: str
    kind: type[errors.NeoError]
    code: int
    status: int = 200


def quote(call="quote", **expected):
    return Gives(call, {"exchange_token": "1333", "symbol": "HDFCBANK", **expected}, 1)


ORDER_ROW = {"order_id": ORDER, "status": "open", "price": Decimal("9.39"), "token": "14366"}
FUTURE = {"trading_symbol": "TCS26JULFUT", "net_quantity": 225, "expiry": date(2026, 7, 28)}
CALL = {"neo_symbol": "nse_fo|71472", "strike_price": 22250, "option_type": "CE", "expiry": date(2026, 6, 23)}

TABLE = {
    "tradeApiLogin": Gives("login", {"kind": "view", "base_url": ""}),
    "tradeApiLogin_error_missing_field": Raises("login", errors.LoginRefused, 400, 400),
    "tradeApiLogin_error_invalid_credentials": Raises("login", errors.LoginRefused, 401, 401),
    "tradeApiLogin_error_body_status_200": Raises("login", errors.LoginRefused, 429),
    "tradeApiLogin_error_stat_401": Raises("login", errors.LoginRefused, 401, 401),
    "tradeApiValidate": Gives("validate", {"kind": "trade", "base_url": "https://eXX.kotaksecurities.com"}),
    "tradeApiValidate_rest_docs": Gives("validate", {"kind": "trade", "base_url": "https://cis.kotaksecurities.com"}),
    "tradeApiValidate_error_missing_field": Raises("validate", errors.LoginRefused, 400, 400),
    "tradeApiValidate_error_invalid_mpin": Raises("validate", errors.LoginRefused, 401, 401),
    "tradeApiValidate_error_body_status_200": Raises("validate", errors.LoginRefused, 401),
    "tradeApiValidate_error_missing_header": Raises("validate", errors.LoginRefused, 10512, 400),
    "get_client_ip": Gives("address", {"ip": "165.85.130.248"}),
    "place": Gives("place", {"order_id": "250720000007242", "exchange_segment": "nse_cm", "quantity": 2}),
    "place_error_insufficient_balance": Raises("place", errors.Refused, 1004),
    "place_error_invalid_session": Raises("place", errors.SessionExpired, 1003),
    "place_error_quantity": Raises("place", errors.Refused, 1009),
    "place_error_body_invalid": Raises("place", errors.Refused, 1007, 400),
    "place_error_algo_not_allowed": Raises("place", errors.Refused, 1017),
    "place_error_duplicate_tag": Raises("place", errors.OrderOutcomeUnknown, 0),
    "place_error_core": Raises("place", errors.OrderOutcomeUnknown, 0),
    "place_error_invalid_request": Raises("place", errors.Refused, 5202),
    "error_ip_not_whitelisted": Raises("place", errors.AddressNotAllowed, 100008, 403),
    "error_session_ip_mismatch": Raises("modify", errors.AddressNotAllowed, 1037),
    "error_invalid_session_token": Raises("book", errors.SessionExpired, 100022),
    "check_margin_error_invalid_session_token": Raises("margin", errors.SessionExpired, 100022),
    "error_invalid_access_type": Raises("trades", errors.SessionExpired, 100021),
    "modify": Gives("modify", {"order_id": MODIFIED, "quantity": 1}),
    "modify_error_completed": Raises("modify", errors.Refused, 1021),
    "modify_error_rest_docs": Raises("modify", errors.Refused, 1006),
    "cancel": Gives("cancel", {"order_id": CANCELLED}),
    "cancel_error_completed": Raises("cancel", errors.Refused, 1021),
    "cancel_error_rest_docs": Raises("cancel", errors.Refused, 1006),
    "cancel_error_bad_input": Raises("cancel", errors.Refused, 5204),
    "wire_1021_already_complete": Raises("cancel", errors.Refused, 1021, 400),
    "exit_cover": Gives("exit_cover", {"order_id": ORDER}),
    "exit_bracket": Gives("exit_bracket", {"order_id": ORDER}),
    "orders": Gives("book", ORDER_ROW),
    "orders_by_id": Gives("order", ORDER_ROW, 1),
    "error_no_data": Gives("book", {}, 0),
    "order_history": Gives("history", {"status": "put order req received", "version": 1}, 5),
    "trades": Gives(
        "trades",
        {
            "order_id": ORDER,
            "exchange_order_id": "1100000059569867",
            "trade_id": "207983744",
            "transaction_type": "B",
            "quantity": 1,
            "price": Decimal("9.39"),
            "order_type": "L",
            "product": "NRML",
            "token": "",
            "trading_symbol": "IDEA-EQ",
        },
        2,
    ),
    "positions": Gives("positions", {**FUTURE, "ltp": None}),
    "positions_v2_ltp": Gives("positions", {"trading_symbol": "TCS26JULFUT"}),
    "positions_equity": Gives("positions", {"symbol": "AXISBANK"}),
    "holdings": Gives(
        "holdings",
        {
            "symbol": "IDEA",
            "quote_key": "nse_cm|14366",
            "v1_token": 8658,
            "quantity": 35,
            "sellable_quantity": 35,
            "average_price": Decimal("9.5699"),
            "market_value": Decimal("327.6"),
            "trading_name": "",
        },
        1,
    ),
    "holdings_full": Gives(
        "holdings",
        {
            "symbol": "ITBEES",
            "display_symbol": "ITBEES",
            "trading_name": "NIPPON INDIA ETF NIFTY IT",
            "token": "19084",
            "instrument_type": "Equity",
            "series": "EQ",
            "market_lot": 1,
            "holding_cost": Decimal("1742.2293"),
            "closing_price": Decimal("39.36"),
        },
        1,
    ),
    "limits": Gives(
        "limits",
        {
            "net": Decimal("19.409999999999997"),
            "margin_used": Decimal("18.78"),
            "collateral_value": Decimal("38.19"),
            "category": "CLIENT_SPECIAL",
            "BoardLotLimit": "5000",
        },
    ),
    "check_margin": Gives(
        "margin",
        {
            "available_cash": Decimal("38.19"),
            "total_used": Decimal("34.28"),
            "used": Decimal("18.78"),
            "order_margin": Decimal("15.5"),
            "required": 0,
            "available": 0,
            "shortfall": 0,
            "is_sufficient": True,
        },
    ),
    "check_margin_insufficient": Gives(
        "margin",
        {
            "required": Decimal("12540.4"),
            "available": Decimal("10197.48"),
            "shortfall": Decimal("2342.92"),
            "is_sufficient": False,
        },
    ),
    "quotes_all": quote(ltp=Decimal("801.6")),
    "quotes_ltp_inferred": quote(ltp=Decimal("801.6")),
    "quotes_ohlc_inferred": quote("part of a quote", ltp=0),
    "quotes_depth_inferred": quote("part of a quote", ltp=0),
    "quotes_oi_inferred": quote("part of a quote", open_interest=0),
    "quotes_52w_inferred": quote("part of a quote", year_high=Decimal("2037.7"), year_low=Decimal("726.65")),
    "quotes_circuit_limits_inferred": quote(
        "part of a quote", low_price_range=Decimal("713.9"), high_price_range=Decimal("872.5")
    ),
    "quotes_index": Gives("index", {"symbol": "SENSEX", "ltp": Decimal("82000.1")}, 1),
    "quotes_error_invalid_instrument": Raises("quote", errors.Refused, 1009),
    "scrip_master_file_paths": Gives("master", {}),
    "expiries": Gives("expiries", {"year": 2026, "month": 6, "day": 25}, 3),
    "option_chain": Gives(
        "chain",
        {
            "underlying": "NIFTY",
            "exchange_segment": "nse_fo",
            "expiry": date(2026, 6, 23),
            "lot_size": 65,
            "multiplier": 1,
            "calls": CALL | {"previous_close": Decimal("1802.1"), "close": None, "moneyness": "ITM"},
            "puts": {"symbol": "NIFTY26JUN22250PE", "open_interest": 715645, "expiry": date(2026, 6, 23)},
            "futures": (),
        },
    ),
    "option_chain_futures": Gives(
        "futures",
        {
            "expiry": None,
            "calls": (),
            "futures": {
                "neo_symbol": "nse_fo|61304",
                "expiry": date(2026, 7, 31),
                "option_type": "",
                "previous_close": Decimal(23970),
                "volume": 123456,
                "open_interest_change_percent": Decimal("1.01"),
            },
        },
    ),
    "option_chain_third_party_rows": Gives(
        "chain",
        {
            "calls": CALL
            | {
                "symbol": "NIFTY26JUN22250CE",
                "ltp": Decimal("1830.5"),
                "open": 1801,
                "high": 1850,
                "low": 1795,
                "close": Decimal("1802.1"),
                "volume": 225431505,
                "open_interest": 10715645,
                "previous_open_interest": 13647630,
                "open_interest_change": -2931985,
                "open_interest_change_percent": Decimal("-21.48"),
            },
            "puts": (),
        },
    ),
    "historical": Gives(
        "candles",
        {
            "open": Decimal("12009.9"),
            "high": Decimal("12019.35"),
            "low": Decimal("12001.25"),
            "close": Decimal("12001.5"),
            "volume": 163275,
            "open_interest": 13667775,
        },
        2,
    ),
    "historical_error_no_data": Gives("candles", {}, 0),
    "historical_error_interval": Raises("candles", errors.Refused, 400, 400),
    "historical_error_invalid_neosymbol": Raises("candles", errors.Refused, 400, 400),
    "error_429_historical": Raises("candles", errors.RateLimited, 429, 429),
    "error_generic_doc": Raises("holdings", errors.ServerFailed, 500, 500),
    # An order number that the documents blanked: the order may stand, so this is no acknowledgement.
    "place_sdk_doc": Raises("place", errors.OrderOutcomeUnknown, 0),
}

STATUS = {"historical_error_no_data": 400}
"""HTTP status of a sample that is no 200 and yet no error."""


@pytest.fixture
def answered_with(server_of, client_of, clean_env):
    """A client that is logged in to a server which answers everything with one sample."""
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0,))

    def make(name, status=200):
        body = (SAMPLES / f"{name}.json").read_bytes()

        class Everything(dict):
            def __missing__(self, path):
                return Reply(body, status)

        client = client_of(
            server_of(Everything()).url, mobile_number="9999999999", ucc="AB123", mpin="112233", totp="123456"
        )
        client.view_token = Session("view", "view-token", "view-sid").dump()
        return client

    return make


def assert_says(found, expected):
    first = found[0] if isinstance(found, (list, tuple)) and expected else found
    for name, value in expected.items():
        got = getattr(first, name)
        if isinstance(value, dict):
            assert_says(got, value)
        else:
            assert (name, got) == (name, value)


@pytest.mark.parametrize("name", [name for name, entry in TABLE.items() if isinstance(entry, Gives)])
def test_a_sample_becomes_a_native_result(answered_with, name):
    entry = TABLE[name]
    found = CALLS[entry.call](answered_with(name, STATUS.get(name, 200)))
    assert_says(found, entry.expected)
    assert entry.length is None or len(found) == entry.length


@pytest.mark.parametrize("name", [name for name, entry in TABLE.items() if isinstance(entry, Raises)])
def test_a_sample_becomes_the_error_that_it_stands_for(answered_with, name):
    entry = TABLE[name]
    with pytest.raises(errors.NeoError) as caught:
        CALLS[entry.call](answered_with(name, entry.status))
    error = caught.value
    assert (type(error), getattr(error, "code", 0)) == (entry.kind, entry.code)


def test_every_sample_of_v2_is_in_the_table():
    other = ("v1_", "v200_", "sdk_")
    wire = {name for name in INDEX if not name.startswith(other) and "_sdk_result" not in name}
    assert wire == TABLE.keys() | ELSEWHERE.keys()
    assert TABLE.keys() & ELSEWHERE.keys() == set()


def test_every_call_that_reads_has_a_sample():
    assert {entry.call for entry in TABLE.values()} == CALLS.keys()


def test_files_of_the_scrip_master(answered_with):
    files = answered_with("scrip_master_file_paths").scrip_master()
    assert any(url.endswith("nse_cm-v1.csv") for url in files)


def test_times_of_samples_are_ist(answered_with):
    trade = answered_with("trades").trade_report()[0]
    candle = CALLS["candles"](answered_with("historical"))[0]
    address = answered_with("get_client_ip").whatsmyip()
    limits = answered_with("limits").limits()
    assert [moment.isoformat() for moment in (trade.time, candle.time, address.time, limits.time)] == [
        "2025-01-22T14:28:01+05:30",
        "2026-08-20T09:15:00+05:30",
        "2026-07-07T12:07:34.440000+05:30",
        "2025-01-22T15:32:55.823000+05:30",
    ]


@pytest.mark.parametrize("call", ["book", "order", "history", "trades", "positions", "holdings", "candles"])
def test_an_empty_book_is_an_empty_list(answered_with, call):
    assert CALLS[call](answered_with("error_no_data")) == []
