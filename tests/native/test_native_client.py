"""The client against the sandbox, over HTTP."""

import json
import logging
import traceback
from decimal import Decimal
from types import SimpleNamespace
from urllib.parse import parse_qs

import httpx
import pytest

from ks_compat.native import (
    CARRY,
    ConfigurationError,
    InstrumentRefused,
    InvalidRequest,
    LoginRefused,
    NeoClient,
    NeoError,
    NotLoggedIn,
    Refused,
    SessionExpired,
    Settings,
    ambient,
    calls,
    endpoints,
)
from ks_compat.native.http import Http, Request
from ks_compat.sandbox import Sandbox

PLACE = "/quick/order/rule/ms/place"
MODIFY = "/quick/order/vr/modify"
CANCEL = "/quick/order/cancel"
ACC = {"exchange_segment": "nse_cm", "trading_symbol": "ACC-EQ", "transaction_type": "B", "quantity": 2}
LIMIT = {**ACC, "product": "CNC", "order_type": "L", "price": 2250.5}
FUTURE = {**ACC, "exchange_segment": "nse_fo", "trading_symbol": "NIFTY30JANFUT", "quantity": 65}


def sent_to(sandbox, path):
    return [request for request in sandbox.requests if request.raw_path.decode() == path]


def jdata_of(request):
    return json.loads(parse_qs(request.body.decode())["jData"][0])


def last_jdata(sandbox, path):
    return jdata_of(sent_to(sandbox, path)[-1])


def account_headers(request):
    """What the request says of the account, in wire order."""
    names = {"authorization", "auth", "sid", "neo-fin-key", "content-type", "cookie"}
    return {name.decode(): value.decode() for name, value in request.headers if name.decode() in names}


def tokens_of(sandbox):
    return {meaning: token for token, meaning in sandbox.issued.items()}


# -- login


def test_the_constructor_sends_nothing(account_env, sandbox):
    with NeoClient():
        assert sandbox.requests == []


def test_login(account_env, sandbox):
    with NeoClient() as client:
        view = client.totp_login()
        assert (view.kind, client.logged_in) == ("view", False)
        trade = client.totp_validate()
        assert (trade.kind, trade.base_url, trade.ucc) == ("trade", sandbox.url, sandbox.account.ucc)
        assert client.logged_in
    assert sandbox.login_attempts == ["tradeApiLogin: ok", "tradeApiValidate: ok"]


def test_the_body_of_the_first_step(account_env, sandbox):
    with NeoClient(totp="012345") as client, pytest.raises(LoginRefused):
        client.totp_login()
    assert sandbox.requests[0].body == b'{"mobileNumber": "+919999999999", "ucc": "SBX01", "totp": "012345"}'


def test_the_body_of_the_second_step(neo, sandbox):
    assert sandbox.requests[1].body == b'{"mpin": "112233"}'


@pytest.mark.parametrize(
    ("given", "attempt"),
    [
        ({"totp": lambda: "000000"}, "wrong totp"),
        ({"totp": "000000"}, "wrong totp"),
        ({"mobile_number": "9999900000"}, "wrong mobileNumber"),
    ],
)
def test_a_refused_first_step_is_sent_once(account_env, sandbox, given, attempt):
    with NeoClient(**given) as client, pytest.raises(LoginRefused) as caught:
        client.totp_login()
    assert (caught.value.code, caught.value.reason) == (401, "Invalid credentials or TOTP.")
    assert sandbox.login_attempts == [f"tradeApiLogin: {attempt}"]


def test_a_wrong_mpin_is_sent_once(account_env, sandbox):
    with NeoClient(mpin="000000") as client:
        client.totp_login()
        with pytest.raises(LoginRefused) as caught:
            client.totp_validate()
        assert not client.logged_in
    assert (caught.value.code, caught.value.reason) == (401, "Invalid MPIN.")
    assert sandbox.login_attempts[1:] == ["tradeApiValidate: wrong mpin"]


def test_a_failed_login_keeps_no_session(account_env):
    with NeoClient(totp="000000") as client:
        with pytest.raises(LoginRefused):
            client.totp_login()
        with pytest.raises(NotLoggedIn, match="totp_login"):
            client.totp_validate()


@pytest.mark.parametrize("name", ["ACCESS_TOKEN", "MOBILE_NUMBER", "UCC", "TOTP_SECRET"])
def test_a_missing_credential_sends_nothing(account_env, sandbox, name):
    account_env.delenv(f"KS_COMPAT_{name}")
    with NeoClient() as client, pytest.raises(ConfigurationError, match=f"KS_COMPAT_{name}"):
        client.totp_login()
    assert sandbox.requests == []


def test_a_missing_mpin_sends_nothing(account_env, sandbox):
    account_env.delenv("KS_COMPAT_MPIN")
    with NeoClient() as client:
        client.totp_login()
        with pytest.raises(ConfigurationError, match="KS_COMPAT_MPIN"):
            client.totp_validate()
    assert len(sandbox.requests) == 1


def test_a_session_goes_on_in_another_client(neo, sandbox):
    with NeoClient() as other:
        other.session_token = neo.session_token
        assert other.place_order(**LIMIT).order_id == neo.order_report()[0].order_id
    assert len(sandbox.login_attempts) == 2


def test_a_login_goes_on_in_another_client(account_env, sandbox):
    with NeoClient() as one, NeoClient() as other:
        one.totp_login()
        other.view_token = one.view_token
        other.totp_validate()
        assert other.logged_in


def test_logout_forgets_and_sends_nothing(neo, sandbox):
    before = len(sandbox.requests)
    neo.logout()
    assert not neo.logged_in
    with pytest.raises(NotLoggedIn):
        neo.order_report()
    assert len(sandbox.requests) == before


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.place_order(**LIMIT),
        lambda client: client.place_order(**{**LIMIT, "quantity": "wrong"}),
        lambda client: client.modify_order("1", quantity=1, order_type="L", price=1),
        lambda client: client.cancel_order("1"),
        lambda client: client.order_report(),
        lambda client: client.order_history("1"),
        lambda client: client.positions(),
        lambda client: client.logout(),
        lambda client: client.session_token,
    ],
)
def test_before_the_login_nothing_is_sent(account_env, sandbox, call):
    with NeoClient() as client:
        client.totp_login()
        with pytest.raises(NotLoggedIn, match=r"call totp_validate\(\) first"):
            call(client)
    assert len(sandbox.requests) == 1


def test_an_expired_session_is_told_apart_and_not_renewed(neo, sandbox):
    sandbox.reset()
    with pytest.raises(SessionExpired) as caught:
        neo.place_order(**LIMIT)
    assert (caught.value.code, caught.value.status) == (1003, 403)
    assert [request.raw_path.decode() for request in sandbox.requests] == [PLACE]


def test_a_base_url_with_a_path_is_kept(account_env):
    with Sandbox(base_path="/gw/xyz") as sandbox:
        account_env.setenv("KS_COMPAT_LOGIN_URL", sandbox.url)
        with NeoClient() as client:
            client.totp_login()
            client.totp_validate()
            order = client.place_order(**LIMIT)
            client.cancel_order(order.order_id)
            assert client.order_report()[0].status == "cancelled"
            assert client.quotes("nse_cm|22")[0].symbol == "ACC"
        paths = [request.raw_path.decode() for request in sandbox.requests[2:]]
    assert all(path.startswith("/gw/xyz/") for path in paths)


# -- headers


def test_headers_of_the_login(neo, sandbox):
    token, issued = sandbox.account.access_token, tokens_of(sandbox)
    first, second = sandbox.requests
    common = {"authorization": token, "neo-fin-key": "neotradeapi", "content-type": "application/json"}
    assert account_headers(first) == common
    assert account_headers(second) == {**common, "sid": issued["view sid"], "auth": issued["view token"]}


@pytest.mark.parametrize(
    ("path", "form", "call"),
    [
        (PLACE, True, lambda client: client.place_order(**LIMIT)),
        ("/quick/order/history", True, lambda client: client.order_history("1")),
        ("/quick/user/orders", False, lambda client: client.order_report()),
        ("/quick/user/positions", False, lambda client: client.positions()),
    ],
)
@pytest.mark.parametrize("with_authorization", [False, True])
def test_headers_of_a_session_call(account_env, sandbox, path, form, call, with_authorization):
    if with_authorization:
        account_env.setenv("KS_COMPAT_AUTHORIZATION_ON_ORDERS", "1")
    with NeoClient() as client:
        client.totp_login()
        client.totp_validate()
        call(client)
    issued = tokens_of(sandbox)
    expected = {"sid": issued["trade sid"], "auth": issued["trade token"], "neo-fin-key": "neotradeapi"}
    if with_authorization:
        expected["authorization"] = sandbox.account.access_token
    if form:
        expected["content-type"] = "application/x-www-form-urlencoded"
    assert account_headers(sent_to(sandbox, path)[0]) == expected


def test_headers_of_a_modification_and_a_cancellation(neo, sandbox):
    number = neo.place_order(**LIMIT).order_id
    neo.modify_order(number, quantity=1, order_type="L", price=2250)
    neo.cancel_order(number)
    place, modify, cancel = (account_headers(sent_to(sandbox, path)[0]) for path in (PLACE, MODIFY, CANCEL))
    assert place == modify == cancel
    assert "authorization" not in place


def test_headers_of_market_data_carry_the_access_token_alone(neo, sandbox):
    neo.quotes("nse_cm|22")
    neo.scrip_master()
    for request in sandbox.requests[2:]:
        assert account_headers(request) == {"authorization": sandbox.account.access_token}


def test_the_download_of_a_scrip_master_carries_no_credential(neo, sandbox):
    assert neo.instruments.by_trading_symbol("nse_cm", "ACC-EQ").symbol == "22"
    (download,) = [request for request in sandbox.requests if request.raw_path.endswith(b".csv")]
    assert account_headers(download) == {}


# -- place


def test_the_body_of_a_placement_byte_for_byte(neo, sandbox):
    with ambient.fixed(0):
        tag = neo.place_order(**LIMIT, tag="strat-7/α M&M").wire_tag
    text = (
        '{"am": "NO", "dq": "0", "es": "nse_cm", "mp": "0", "pc": "CNC", "pr": "2250.5", "pt": "L", "qt": "2", '
        f'"rt": "DAY", "tp": "0", "ts": "ACC-EQ", "tt": "B", "ig": "{tag}", "os": "NEOTRADEAPI"}}'
    )
    escapes = {"{": "%7B", "}": "%7D", '"': "%22", ":": "%3A", ",": "%2C", " ": "+"}
    assert sent_to(sandbox, PLACE)[0].body.decode() == "jData=" + "".join(escapes.get(mark, mark) for mark in text)


def test_two_runs_under_a_fixed_clock_send_the_same_bytes(account_env, sandbox):
    bodies = []
    for _ in range(2):
        sandbox.reset()
        with NeoClient() as client:
            client.totp_login()
            client.totp_validate()
            with ambient.fixed(1_790_000_000):
                client.place_order(**LIMIT, tag="a")
                client.place_order(**LIMIT, tag="a")
        bodies.append([request.body for request in sent_to(sandbox, PLACE)])
    assert bodies[0] == bodies[1]
    assert bodies[0][0] != bodies[0][1]


def test_an_acknowledgement(neo):
    ack = neo.place_order(**LIMIT, tag="mine")
    assert (ack.exchange_segment, ack.quantity, ack.price, ack.tag) == ("nse_cm", 2, Decimal("2250.5"), "mine")
    assert len(ack.order_id) == 15
    assert ack.order_id.isdecimal()
    assert ack.wire_tag.startswith("mine-")


@pytest.mark.parametrize(
    ("terms", "wire"),
    [
        ({"order_type": "MKT", "price": 0}, {"pt": "MKT", "pr": "0", "tp": "0"}),
        ({"order_type": "MKT", "price": 0.0, "trigger_price": "0.0"}, {"pt": "MKT", "pr": "0", "tp": "0"}),
        ({"order_type": "L", "price": "2250.50"}, {"pt": "L", "pr": "2250.5", "tp": "0"}),
        (
            {"order_type": "SL", "price": 2290, "trigger_price": 2280.05},
            {"pt": "SL", "pr": "2290", "tp": "2280.05"},
        ),
        ({"order_type": "SL-M", "price": 0, "trigger_price": 2280}, {"pt": "SL-M", "pr": "0", "tp": "2280"}),
        ({"order_type": "L", "price": 0.1 + 0.2}, {"pr": "0.3"}),
        ({"amo": "YES"}, {"am": "YES"}),
        ({"validity": "IOC"}, {"rt": "IOC"}),
        ({"disclosed_quantity": 1}, {"dq": "1"}),
        ({"transaction_type": "S"}, {"tt": "S"}),
        ({"quantity": "3"}, {"qt": "3"}),
        ({"product": CARRY}, {"pc": "CNC"}),
        ({"product": "MIS"}, {"pc": "MIS"}),
        ({**FUTURE, "product": CARRY}, {"pc": "NRML", "es": "nse_fo", "ts": "NIFTY30JANFUT"}),
    ],
)
def test_terms_of_a_placement(neo, sandbox, terms, wire):
    neo.place_order(**{**LIMIT, **terms})
    sent = last_jdata(sandbox, PLACE)
    assert {name: sent[name] for name in wire} == wire


def test_a_number_is_placed_as_the_instrument_that_is_proven(neo, sandbox):
    order = {name: LIMIT[name] for name in LIMIT if name not in ("exchange_segment", "trading_symbol")}
    assert neo.place_order(instrument_token=726, **order).exchange_segment == "bse_cm"
    assert (last_jdata(sandbox, PLACE)["es"], last_jdata(sandbox, PLACE)["ts"]) == ("bse_cm", "ACC")


@pytest.mark.parametrize("number", [999999, "999999", 11721, -1, 0, "ACC", True, None, 727.5])
def test_a_number_that_is_not_proven_sends_no_order(neo, sandbox, number):
    order = {name: LIMIT[name] for name in LIMIT if name not in ("exchange_segment", "trading_symbol")}
    with pytest.raises((InstrumentRefused, InvalidRequest)):
        neo.place_order(instrument_token=number, **order)
    assert sent_to(sandbox, PLACE) == []


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"exchange_segment": "nse_cm"},
        {"trading_symbol": "ACC-EQ"},
        {"exchange_segment": "nse_cm", "instrument_token": 727},
        {"exchange_segment": "nse_cm", "trading_symbol": "ACC-EQ", "instrument_token": 727},
    ],
)
def test_an_order_names_its_instrument_in_one_way(neo, sandbox, given):
    order = {name: LIMIT[name] for name in LIMIT if name not in ("exchange_segment", "trading_symbol")}
    with pytest.raises(InvalidRequest, match="exchange_segment and trading_symbol, or instrument_token"):
        neo.place_order(**order, **given)
    assert len(sandbox.requests) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"quantity": 0}, {"quantity": 1.5}, {"price": 0}, {"price": "1e3"}, {"trigger_price": 5}, {"product": "NORMAL"}],
)
def test_an_order_that_cannot_be_sent_is_not_sent(neo, sandbox, wrong):
    with pytest.raises(InvalidRequest):
        neo.place_order(**{**LIMIT, **wrong})
    assert len(sandbox.requests) == 2


def test_a_refused_order_is_raised_and_not_repeated(neo, sandbox):
    with pytest.raises(Refused, match="invalid symbol"):
        neo.place_order(**{**LIMIT, "trading_symbol": "ACC"})
    assert len(sent_to(sandbox, PLACE)) == 1
    assert len(sandbox.requests) == 3


def test_two_orders_with_one_tag_are_both_taken(neo):
    first, second = neo.place_order(**LIMIT, tag="string"), neo.place_order(**LIMIT, tag="string")
    assert first.wire_tag != second.wire_tag
    assert [order.tag for order in neo.order_report()] == ["string", "string"]


def test_the_book_gives_back_the_callers_whole_tag(neo):
    neo.place_order(**LIMIT, tag="a tag that is longer than twenty characters, α")
    assert neo.order_report()[0].tag == "a tag that is longer than twenty characters, α"


# -- modify and cancel


def test_a_modification(neo, sandbox):
    number = neo.place_order(**LIMIT).order_id
    ack = neo.modify_order(int(number), quantity=3, order_type="SL", price=2290, trigger_price="2280.0")
    assert (ack.order_id, ack.exchange_segment, ack.quantity, ack.price) == (number, "nse_cm", 3, 2290)
    order = neo.order_report()[0]
    assert (order.status, order.quantity, order.trigger_price) == ("trigger pending", 3, 2280)


def test_a_cancellation(neo):
    number = neo.place_order(**LIMIT).order_id
    assert neo.cancel_order(int(number)).order_id == number
    assert neo.order_report()[0].status == "cancelled"


def test_a_completed_order_cannot_be_cancelled(neo, sandbox):
    number = neo.place_order(**{**LIMIT, "order_type": "MKT", "price": 0}).order_id
    with pytest.raises(Refused) as caught:
        neo.cancel_order(number)
    assert (caught.value.code, caught.value.reason) == (1021, "order is completed")
    assert len(sent_to(sandbox, CANCEL)) == 1


@pytest.mark.parametrize("number", ["", None, "12a", -1, True])
def test_what_is_no_order_number_is_not_sent(neo, sandbox, number):
    with pytest.raises(InvalidRequest):
        neo.cancel_order(number)
    with pytest.raises(InvalidRequest):
        neo.modify_order(number, quantity=1, order_type="MKT")
    assert len(sandbox.requests) == 2


def test_an_after_market_order_is_modified_and_cancelled_as_one(neo, sandbox):
    number = neo.place_order(**LIMIT, amo="YES").order_id
    neo.modify_order(number, quantity=1, order_type="L", price=2251)
    neo.cancel_order(number)
    assert (last_jdata(sandbox, MODIFY)["am"], last_jdata(sandbox, CANCEL)["am"]) == ("YES", "YES")
    assert neo.order_report()[0].status == "cancelled after market order"


@pytest.mark.parametrize("seen_in", ["order_report", "order_history"])
def test_an_after_market_order_of_another_session_is_known_once_seen(neo, sandbox, seen_in):
    number = neo.place_order(**LIMIT, amo="YES").order_id
    with NeoClient() as other:
        other.session_token = neo.session_token
        other.order_report() if seen_in == "order_report" else other.order_history(number)
        assert other.cancel_order(number).exchange_segment == "nse_cm"
    assert last_jdata(sandbox, CANCEL)["am"] == "YES"


def test_the_caller_has_the_last_word_about_after_market(neo, sandbox):
    number = neo.place_order(**LIMIT).order_id
    with pytest.raises(Refused):
        neo.cancel_order(number, amo="YES")
    assert last_jdata(sandbox, CANCEL)["am"] == "YES"


# -- reports


@pytest.mark.parametrize("report", ["order_report", "positions"])
def test_an_empty_report(neo, report):
    assert getattr(neo, report)() == []


def test_the_history_of_an_order_is_oldest_first(neo):
    number = neo.place_order(**LIMIT).order_id
    events = neo.order_history(int(number))
    assert [(event.version, event.status) for event in events] == [
        (1, "put order req received"),
        (2, "validation pending"),
        (3, "open pending"),
        (4, "open"),
    ]


def test_a_rejection_shows_in_the_book(neo):
    neo.place_order(**{**LIMIT, "price": "2250.51"})
    order = neo.order_report()[0]
    assert order.status == "rejected"
    assert "2250.51" in order.rejection


def test_positions_ask_for_last_prices_only_when_told_to(neo, sandbox):
    neo.place_order(**{**LIMIT, "order_type": "MKT", "price": 0})
    asked = [[position.ltp for position in neo.positions(with_ltp=wanted)] for wanted in (False, True)]
    assert asked == [[None], [Decimal("2274.0000")]]
    targets = [request.raw_path for request in sandbox.requests if b"neosymbol" in request.raw_path]
    assert targets == [b"/script-details/1.0/quotes/neosymbol/nse_cm|22/ltp"]


def test_positions(neo):
    neo.place_order(**{**LIMIT, "price": 0, "order_type": "MKT"})
    (position,) = neo.positions()
    assert (position.symbol, position.net_quantity, position.todays_buy_amount) == ("ACC", 2, 4548)


@pytest.mark.parametrize("number", [727, 726])
def test_a_row_knows_the_number_that_the_caller_used(neo, number):
    order = {name: LIMIT[name] for name in LIMIT if name not in ("exchange_segment", "trading_symbol")}
    neo.place_order(instrument_token=number, **order)
    assert neo.order_report()[0].instrument_token == number


# -- quotes


def test_quotes_keep_the_order_asked_for(neo, sandbox):
    quotes = neo.quotes(["1374", 727, "nse_cm|Nifty 50", 11717])
    assert [quote.symbol for quote in quotes] == ["INFY", "ACC", "Nifty 50", "Nifty Bank"]
    assert [quote.instrument_token for quote in quotes] == [1374, 727, None, 11717]
    assert sandbox.requests[-1].raw_path == (
        b"/script-details/1.0/quotes/neosymbol/nse_cm|1594,nse_cm|22,nse_cm|Nifty%2050,nse_cm|Nifty%20Bank/all"
    )


def test_an_instrument_unknown_to_the_server_is_left_out(neo):
    assert [quote.symbol for quote in neo.quotes(["nse_cm|1", "nse_cm|22"])] == ["ACC"]


def test_no_instrument_known_to_the_server_is_a_refusal(neo):
    with pytest.raises(Refused) as caught:
        neo.quotes("nse_cm|1")
    assert caught.value.code == 1009


def test_quotes_of_nothing_send_nothing(neo, sandbox):
    with pytest.raises(InvalidRequest):
        neo.quotes([])
    assert len(sandbox.requests) == 2


def test_a_number_that_is_not_proven_has_no_quote(neo, sandbox):
    with pytest.raises(InstrumentRefused, match="999999"):
        neo.quotes([727, 999999])
    assert not any(b"quotes" in request.raw_path for request in sandbox.requests)


def test_the_scrip_master(neo, sandbox):
    files = neo.scrip_master()
    assert len(files) > 5
    assert all(url.startswith(f"{sandbox.url}/wso2-scripmaster/") for url in files)


# -- the rest


def test_errors_pass_through_raise_as(account_env):
    class Mine(Exception):
        pass

    with NeoClient(raise_as=lambda error: Mine(type(error).__name__)) as client:
        with pytest.raises(Mine, match="NotLoggedIn"):
            client.order_report()
        with pytest.raises(Mine, match="NotLoggedIn"):
            _ = client.session_token
        with pytest.raises(Mine, match="ConfigurationError"):
            client.session_token = "not a session"


def test_any_module_with_the_names_of_httpx_fits(sandbox):
    built = []

    def request(*given, **named):
        built.append(given[:2])
        return httpx.Request(*given, **named)

    names = {name: getattr(httpx, name) for name in httpx.__all__ if hasattr(httpx, name)}
    http = Http(connect_timeout=1, read_timeout=1, module=SimpleNamespace(**{**names, "Request": request}))
    answer = http.exchange(Request("GET", f"{sandbox.url}/nowhere", (("Accept", "*/*"),)))
    http.close()
    assert (answer.status, built) == (404, [("GET", f"{sandbox.url}/nowhere")])


def secrets_of(sandbox):
    account = sandbox.account
    return [
        account.access_token,
        account.mobile_number,
        account.mobile_number.removeprefix("+91"),
        account.mpin,
        account.totp_secret,
        *sandbox.issued,
    ]


def test_what_can_be_printed_shows_no_secret(neo, sandbox):
    request = calls.request(neo._credentials, endpoints.PLACE_ORDER, {"mpin": sandbox.account.mpin})
    login = calls.request(neo._credentials, endpoints.TOTP_VALIDATE, {"mpin": sandbox.account.mpin})
    shown = f"{neo!r} {neo.settings!r} {neo._credentials!r} {request!r} {login!r} {neo._credentials.trade!r}"
    assert [secret for secret in secrets_of(sandbox) if secret in shown] == []


def test_no_log_shows_a_secret(account_env, sandbox, caplog):
    caplog.set_level(logging.DEBUG)
    with NeoClient() as client:
        client.totp_login()
        client.totp_validate()
        client.place_order(**LIMIT)
        client.quotes("nse_cm|22")
    assert "tradeApiLogin" in caplog.text
    assert [secret for secret in secrets_of(sandbox) if secret in caplog.text] == []


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.place_order(**{**LIMIT, "trading_symbol": "ACC"}),
        lambda client: client.cancel_order("1"),
        lambda client: client.quotes("nse_cm|1"),
        lambda client: client.totp_validate(mpin="000000"),
        lambda client: client.totp_login(totp="000000"),
        lambda client: client.place_order(**LIMIT, instrument_token=1),
    ],
)
def test_no_traceback_shows_a_secret(neo, sandbox, call):
    with pytest.raises(NeoError) as caught:
        call(neo)
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert [secret for secret in secrets_of(sandbox) if secret in shown] == []


def test_settings_may_be_given_whole(sandbox, clean_env):
    account = sandbox.account
    settings = Settings(
        access_token=account.access_token,
        ucc=account.ucc,
        mobile_number=account.mobile_number,
        mpin=account.mpin,
        totp_secret=account.totp_secret,
        login_url=sandbox.url,
    )
    with NeoClient(settings=settings) as client:
        client.totp_login()
        client.totp_validate()
        assert client.order_report() == []
