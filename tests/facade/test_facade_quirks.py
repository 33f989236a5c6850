"""The quirks of the old client, row by row of spec/v1.md 9: kept (K), fixed (F) or decided (C).

Rows 4, 25, 26, 27 and 32 (constructor, settings file, TLS, version) are those of tests/surface.
"""

import re
import subprocess
import sys
from decimal import Decimal

import pytest
from loopback import LoopbackServer, Reply

from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.ks_api import KSTradeApi
from ks_compat.native import Session

LIMIT = {"order_type": "N", "instrument_token": 727, "transaction_type": "BUY", "quantity": 2, "price": 2250.5}


class Index:
    """As numpy.int64."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


@pytest.fixture
def place(bot_client):
    return lambda **terms: next(iter(bot_client.place_order(**{**LIMIT, **terms})["Success"].values()))["orderId"]


def served(account_env, reply):
    server = LoopbackServer(lambda _: reply)
    account_env.setenv("KS_COMPAT_LOGIN_URL", server.url)
    client = KSTradeApi("token", "OLDID", "key")
    client.session_token = Session("trade", "t", "s", server.url, "AB123").dump()
    return server, client


def test_row_1_login_is_the_outer_dict_and_session_2fa_the_inner_one(account_env):
    client = KSTradeApi("token", "OLDID", "key")
    assert set(client.login("p")) == {"Success"}
    assert {"userId", "sessionToken"} <= set(client.session_2fa("1"))


def test_row_2_the_envelopes(bot_client, place):
    leg = {"instrument_token": 727, "quantity": 1, "price": 0}
    place(price=0)
    assert [*bot_client.margin()] == [*bot_client.positions("OPEN")] == [*bot_client.positions("STOCKS")] == ["Success"]
    assert [*bot_client.margin_required("BUY", [leg])] == [*bot_client.logout()] == ["Success"]


def test_row_2_the_small_envelopes(bot_client):
    answers = [bot_client.order_report(), bot_client.trade_report(), bot_client.quote(727)]
    assert [*map(list, answers)] == [["success"]] * 3
    assert isinstance(bot_client.quote(727, "DEPTH")["success"], dict)


def test_row_3_decided_the_constructor_sends_nothing_and_the_client_is_usable(account_env, sandbox):
    client = KSTradeApi("token", "OLDID", "key")
    assert sandbox.requests == []
    assert client.login("p")["Success"]["oneTimeToken"]


def test_row_5_fixed_there_is_no_other_host_to_end_on(account_env):
    server, client = served(account_env, Reply(b"<html/>", 503))
    with server, pytest.raises(ApiException):
        client.order_report()
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("terms", "kind"),
    [({"transaction_type": "buy"}, ValueError), ({"order_type": "X"}, TypeError), ({"product": "MIS"}, ApiValueError)],
)
def test_row_6_wrong_words(bot_client, terms, kind):
    with pytest.raises(kind) as caught:
        bot_client.place_order(**{**LIMIT, **terms})
    assert type(caught.value) is kind


def test_row_7_a_fault_is_an_api_exception_with_the_servers_code_and_text(bot_client):
    with pytest.raises(ApiException) as caught:
        bot_client.cancel_order(261122000999999)
    assert caught.value.status == 1006
    assert caught.value.reason


def test_row_8_the_text_of_an_api_exception(bot_client):
    with pytest.raises(ApiException) as caught:
        bot_client.cancel_order(261122000999999)
    error = caught.value
    assert error.headers is None
    assert str(error) == f"({error.status})\nReason: {error.reason}\nHTTP response body: {error.body}\n"


@pytest.mark.parametrize("reply", [Reply(b"", 500), Reply(b"<html/>"), Reply(b""), Reply(b"[1, 2]"), None])
def test_row_9_fixed_whatever_the_server_says_is_an_api_exception(account_env, reply):
    server, client = served(account_env, reply)
    with server, pytest.raises(ApiException):
        client.order_report()


@pytest.mark.parametrize("reply", [None, Reply(b"", 307, {"Location": "/second"}), Reply(b"{}", 503)])
def test_row_10_fixed_an_order_is_sent_once_and_follows_no_redirect(account_env, reply):
    account_env.setattr("ks_compat.native.orders.LOOKS", (0,))
    server, client = served(account_env, reply)
    with server, pytest.raises(ApiException):
        client.cancel_order(77)
    assert server.paths.count("/quick/order/cancel") == 1
    assert "/second" not in server.paths


def test_row_11_the_defaults_of_an_order(bot_client, place):
    number = place()
    (row,) = (row for row in bot_client.order_report()["success"] if row["orderId"] == number)
    assert (row["tag"], row["validity"], row["variety"]) == ("string", "-", "REGULAR")
    assert (row["disclosedQuantity"], row["triggerPrice"]) == (0, 0)


@pytest.mark.parametrize(("terms", "status"), [({"price": 0}, "TRAD"), ({"price": 2290, "trigger_price": 2280}, "SLO")])
def test_row_11_price_0_is_a_market_order_and_a_trigger_a_stop(bot_client, place, terms, status):
    place(**terms)
    assert bot_client.order_report()["success"][0]["status"] == status


def test_row_12_texts_are_numbers(bot_client, place):
    number = place(instrument_token="727", quantity="2", price="2250.5")
    (row,) = (row for row in bot_client.order_report()["success"] if row["orderId"] == number)
    assert (row["instrumentToken"], row["orderQuantity"], row["price"]) == (727, 2, 2250.5)


def test_row_13_a_modification_has_price_before_quantity_and_needs_all_six(bot_client, place):
    number = place()
    bot_client.modify_order(number, 2251, 3, 0, 0, "GFD")
    row = bot_client.order_report()["success"][0]
    assert (row["price"], row["orderQuantity"]) == (2251, 3)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'validity'"):
        bot_client.modify_order(number, 2251, 3, 0, 0)


@pytest.mark.parametrize("kind", ["N", "MIS", "MTF"])
def test_row_14_changes_do_not_ask_for_the_product(bot_client, place, kind):
    number = place(order_type=kind)
    bot_client.modify_order(number, 2251, 3, 0, 0, "GFD")
    assert bot_client.cancel_order(number)["Success"]["NSE"]["orderId"] == number


def test_row_15_kept_mis_is_an_order_type_and_no_product(bot_client):
    with pytest.raises(ValueError, match=re.escape("Invalid value for `product` (MIS), must be one of")):
        bot_client.place_order(**{**LIMIT, "order_type": "O", "product": "MIS"})
    with pytest.raises(ApiValueError, match="Product can be supplied only if Order Type value is 'O'"):
        bot_client.place_order(**{**LIMIT, "product": "NORMAL"})


@pytest.mark.parametrize("hint", ["Y", "n", True, "X", "", None])
def test_row_16_any_hint_about_derivatives_is_taken(bot_client, place, hint):
    number = place()
    for report in (bot_client.order_report, bot_client.trade_report):
        assert report(number, hint)["success"][-1]["status"] == "OPN"
        assert list(report(None, hint)) == ["success"]


def test_row_17_fixed_margin_without_a_session_says_so(account_env):
    with pytest.raises(ApiValueError, match="Please invoke 'session_2fa' function first"):
        KSTradeApi("token", "OLDID", "key").margin()


def test_row_18_decided_a_logout_ends_the_session_here(bot_client):
    assert bot_client.logout()
    with pytest.raises(ApiValueError, match="Please invoke 'session_2fa' function first"):
        bot_client.order_report()


def test_row_19_subscribe_does_not_raise_and_takes_the_keywords_of_the_forks(bot_client, capsys):
    answer = bot_client.subscribe(
        "727", print, broadcast_host="https://x", logger=True, engineio_logger=True, connect_event=print
    )
    printed = capsys.readouterr()
    assert answer is None
    assert printed.out.startswith("Other error occurred: ")
    assert (printed.out.count("\n"), printed.err) == (1, "")


def test_rows_20_to_23_wait_for_streaming(bot_client, capsys):
    for _ in range(2):
        bot_client.subscribe(input_tokens="727,1374", callback=print)
    assert capsys.readouterr().out.count("Other error occurred: ") == 2
    with pytest.raises(ApiValueError, match="Please subscribe first"):
        bot_client.unsubscribe()


def test_row_21_decided_a_script_ends_after_subscribe(account_env):
    subscribe = "KSTradeApi('t', 'u', 'k').subscribe('1', print)"
    code = f"from ks_compat.ks_api import KSTradeApi; {subscribe}; print('the last line')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "the last line"


@pytest.mark.parametrize(("call", "count"), [("token", 4), ("revoke", 2)])
def test_row_24_decided_the_oauth_calls_are_refused_and_send_nothing(bot_client, sandbox, call, count):
    before = len(sandbox.requests)
    with pytest.raises(ApiException):
        getattr(bot_client, call)(*[None] * count)
    assert len(sandbox.requests) == before


@pytest.mark.parametrize(
    ("resource", "given", "text"),
    [
        ("historicalprices", {"exchange": "NSE"}, "exchange,cocode,fromdate,todate fields are required."),
        ("historicalprices-unadjusted", {}, "exchange,co_code,date fields are required."),
        ("NSEFNO_HistoricalContinuousChart", {"symbol": "x"}, "symbol,expiry type fields are required."),
        ("LiveorEODHistorical", {"x": 1}, "exchange,co_code,period,cnt fields are required."),
    ],
)
def test_row_28_history_wants_exactly_its_keys(bot_client, resource, given, text):
    with pytest.raises(ApiValueError) as caught:
        bot_client.history(resource, given)
    assert str(caught.value) == text


def test_row_29_get_order_id_is_a_text(bot_client):
    answer = bot_client.place_order(**LIMIT)
    assert bot_client.get_order_id(answer) == str(answer["Success"]["NSE"]["orderId"])


def test_row_30_order_numbers_are_ints_in_every_answer(bot_client, place):
    number = place(price=0)
    assert type(number) is int
    assert number in [row["orderId"] for row in bot_client.order_report()["success"]]
    assert number in [row["orderId"] for row in bot_client.trade_report()["success"]]


def test_row_31_the_attributes_of_a_client(bot_client):
    assert (bot_client.userid, bot_client.consumer_key, bot_client.access_token) == (
        "OLDID",
        "key",
        "the old API's token",
    )
    assert all(isinstance(getattr(bot_client, name), str) for name in ("session_token", "one_time_token", "host"))


@pytest.mark.parametrize(
    "terms", [{"price": Decimal("2250.5")}, {"quantity": Index(2)}, {"instrument_token": Index(727)}]
)
def test_row_33_fixed_decimals_and_foreign_ints_are_numbers(place, bot_client, terms):
    number = place(**terms)
    row = bot_client.order_report()["success"][0]
    assert (row["orderId"], row["price"], row["orderQuantity"]) == (number, 2250.5, 2)
