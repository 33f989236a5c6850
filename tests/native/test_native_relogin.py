"""Logging in again for a report whose session expired: off unless asked for, once, and never for an order."""

import json
import threading
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from loopback import Reply

from ks_compat.native import (
    ConfigurationError,
    LoginRefused,
    NeoClient,
    NoAnswer,
    OrderOutcomeUnknown,
    RateLimited,
    ServerFailed,
    Session,
    SessionExpired,
    Settings,
)

LOGIN = "/login/1.0/tradeApiLogin"
VALIDATE = "/login/1.0/tradeApiValidate"
BOOK = "/quick/user/orders"
PLACE = "/quick/order/rule/ms/place"
EXPIRED = {"stCode": 100022, "errMsg": "invalid session token", "stat": "Not_Ok"}
EMPTY = {"stCode": 5203, "errMsg": "No Data", "stat": "Not_Ok"}
SECRET = "KNAU4RCCJ5MFGQKOIRBE6WCTIFHEIQSP"
LIMIT = {
    "exchange_segment": "nse_cm",
    "trading_symbol": "ACC-EQ",
    "transaction_type": "B",
    "quantity": 2,
    "product": "CNC",
    "order_type": "L",
    "price": 2250.5,
}
ORDER_CALLS = {
    "place": (PLACE, lambda client: client.place_order(**LIMIT)),
    "modify": ("/quick/order/vr/modify", lambda client: client.modify_order("1", quantity=1, order_type="MKT")),
    "cancel": ("/quick/order/cancel", lambda client: client.cancel_order("1")),
    "exit_cover": ("/quick/order/co/exit", lambda client: client.exit_cover_order("1")),
    "exit_bracket": ("/quick/order/bo/exit", lambda client: client.exit_bracket_order("1")),
}
READS = {
    BOOK: lambda client: client.order_report(),
    f"{BOOK}/1": lambda client: client.order_report("1"),
    "/quick/order/history": lambda client: client.order_history("1"),
    "/quick/user/trades": lambda client: client.trade_report(),
    "/quick/user/positions": lambda client: client.positions(),
    "/portfolio/v1/holdings": lambda client: client.holdings(),
}


@pytest.fixture
def house(server_of, clean_env):
    """A server whose sessions expire, and clients that are logged in to it with one that has."""
    clients = []
    state = SimpleNamespace(logins=0, login=None, validate=None, after={}, good=set())

    def answer(seen):
        if seen.path == LOGIN:
            state.body = json.loads(seen.body)
            found = state.login or {"data": {"token": "view", "sid": "view-sid"}}
            return None if found == "dropped" else found
        if seen.path == VALIDATE:
            if state.validate is not None:
                return state.validate
            state.logins += 1
            token = f"trade-{state.logins}"
            state.good.add(token)
            return {"data": {"token": token, "sid": "sid", "baseUrl": server.url, "ucc": "AB123"}}
        return state.after.get(seen.path, EMPTY) if seen.headers["Auth"] in state.good else EXPIRED

    class Everything(dict):
        def __missing__(self, path):
            return answer

    server = server_of(Everything())

    def make(totp=None, raise_as=None, ucc="AB123", **settings):
        given = {"access_token": "t", "mobile_number": "9999999999", "mpin": "112233", "totp_secret": SECRET}
        given |= {"ucc": "AB123", "relogin": True, "login_url": server.url, **settings}
        client = NeoClient(settings=Settings(**given), totp=totp, raise_as=raise_as)
        client.session_token = Session("trade", "old", "old-sid", server.url, ucc).dump()
        clients.append(client)
        return client

    state.make, state.server = make, server
    yield state
    for client in clients:
        client.close()


def logins_seen(house):
    return [path for path in house.server.paths if path in (LOGIN, VALIDATE)]


@pytest.mark.parametrize("path", READS)
def test_a_report_logs_in_again_and_asks_once_more(house, path):
    assert READS[path](house.make()) == []
    assert house.server.paths == [path, LOGIN, VALIDATE, path]


def test_what_is_no_list_asks_once_more_too(house):
    house.after["/quick/user/limits"] = {"Net": "5", "stat": "Ok"}
    house.after["/login/1.0/get-client-ip"] = {"data": [{"ip": "1.2.3.4", "time": "2026-07-07 12:07:34"}]}
    client = house.make()
    assert client.limits().net == 5
    house.good.clear()
    assert client.whatsmyip().ip == "1.2.3.4"
    assert house.logins == 2


def test_positions_ask_both_paths_again(house):
    house.after["/quick/user/positions"] = Reply(b"", 404)
    assert house.make().positions() == []
    assert house.server.paths[-2:] == ["/quick/user/positions", "/portfolio/v2/positions"]


def test_without_the_setting_nobody_logs_in_again(house):
    with pytest.raises(SessionExpired):
        house.make(relogin=False).order_report()
    assert house.server.paths == [BOOK]


def test_the_setting_comes_from_the_environment(clean_env):
    assert not Settings.load().relogin
    clean_env.setenv("KS_COMPAT_RELOGIN", "1")
    assert Settings.load().relogin
    clean_env.setenv("KS_COMPAT_RELOGIN", "perhaps")
    with pytest.raises(ConfigurationError, match="KS_COMPAT_RELOGIN"):
        Settings.load()


@pytest.mark.parametrize("name", ORDER_CALLS)
def test_an_order_never_logs_in_again(house, name):
    path, call = ORDER_CALLS[name]
    with pytest.raises(SessionExpired):
        call(house.make())
    assert house.server.paths == [path]


def test_the_look_for_a_lost_order_may_log_in_again(house, clean_env):
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0,))
    client = house.make()

    def lost(seen):
        house.tag = json.loads(parse_qs(seen.body.decode())["jData"][0])["ig"]
        house.good.clear()

    def book(seen):
        return {"data": [{"nOrdNo": "7", "GuiOrdId": house.tag}]}

    client.totp_login()
    client.totp_validate()
    replies = {PLACE: lost, BOOK: book}
    house.after = SimpleNamespace(get=lambda path, default: _called(replies.get(path, default)))

    def _called(found):
        return found(house.server.seen[-1]) if callable(found) else found

    assert client.place_order(**LIMIT).order_id == "7"
    assert house.server.paths[2:] == [PLACE, BOOK, LOGIN, VALIDATE, BOOK]


def test_market_data_carries_no_session_and_logs_in_for_nothing(server_of, client_of):
    path = "/script-details/1.0/quotes/neosymbol/nse_cm|1/all"
    server = server_of({path: Reply(b"", 401)})
    given = {"mobile_number": "9999999999", "ucc": "AB123", "mpin": "112233", "totp_secret": SECRET}
    with pytest.raises(SessionExpired):
        client_of(server.url, relogin=True, **given).quotes("nse_cm|1")
    assert server.paths == [path]


@pytest.mark.parametrize("step", ["login", "validate"])
def test_a_refused_login_is_told_and_never_tried_again(house, step):
    client = house.make()
    setattr(house, step, Reply(b'{"status": "error", "message": "Invalid", "errorCode": "401"}', 401))
    with pytest.raises(LoginRefused):
        client.order_report()
    seen = len(logins_seen(house))
    setattr(house, step, None)
    for _ in range(3):
        with pytest.raises(SessionExpired):
            client.order_report()
    assert len(logins_seen(house)) == seen


@pytest.mark.parametrize(
    ("reply", "kind"), [(Reply(b"", 503), ServerFailed), (Reply(b"{}", 429), RateLimited), ("dropped", NoAnswer)]
)
def test_a_login_that_met_an_outage_is_tried_by_the_next_report(house, reply, kind):
    client = house.make()
    house.login = reply
    with pytest.raises(kind):
        client.order_report()
    house.login = None
    assert client.order_report() == []


@pytest.mark.parametrize(
    "given",
    [
        {"totp_secret": None, "totp": "123456"},
        {"totp_secret": None},
        {"mpin": None},
        {"mobile_number": None},
    ],
)
def test_without_what_a_login_needs_nobody_logs_in_again(house, given):
    with pytest.raises(SessionExpired):
        house.make(**given).order_report()
    assert house.server.paths == [BOOK]


def test_one_code_alone_is_no_source_of_codes(house):
    with pytest.raises(SessionExpired):
        house.make(totp="123456", totp_secret=None).order_report()
    assert house.server.paths == [BOOK]


def test_a_function_gives_the_code(house):
    assert house.make(totp=lambda: "654321", totp_secret=None).order_report() == []
    assert house.body["totp"] == "654321"


def test_the_secret_gives_the_code_where_one_old_code_is_set_too(house):
    assert house.make(totp_secret=SECRET, totp="123456").order_report() == []
    assert house.body["totp"] != "123456"


def test_the_account_is_the_sessions(house):
    house.make(ucc="OTHER").order_report()
    assert house.body["ucc"] == "OTHER"


def test_a_login_that_does_not_help_is_not_repeated(house):
    house.after[BOOK] = Reply(b"", 403)
    client = house.make()
    for _ in range(3):
        with pytest.raises(SessionExpired):
            client.order_report()
    assert logins_seen(house) == [LOGIN, VALIDATE]


def test_each_day_has_its_login(house):
    client = house.make()
    for day in range(1, 4):
        house.good.clear()
        assert client.order_report() == []
        assert house.logins == day


def test_after_logout_nobody_logs_in_again(house):
    client = house.make()
    client.logout()
    with pytest.raises(Exception, match="Not logged in"):
        client.order_report()
    assert house.server.paths == []


def test_threads_share_one_login(house):
    client = house.make()
    start, found = threading.Barrier(8), []

    def read():
        start.wait()
        found.append(client.order_report())

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[]] * 8
    assert logins_seen(house) == [LOGIN, VALIDATE]


def test_errors_of_the_login_pass_through_raise_as_once(house):
    class Mine(Exception):
        pass

    house.login = Reply(b'{"status": "error", "message": "Invalid", "errorCode": "401"}', 401)
    with pytest.raises(Mine, match="LoginRefused"):
        house.make(raise_as=lambda error: Mine(type(error).__name__)).order_report()


def test_no_error_shows_what_the_login_sends(house):
    house.login = Reply(b'{"status": "error", "message": "Invalid", "errorCode": "401"}', 401)
    with pytest.raises(LoginRefused) as caught:
        house.make().order_report()
    shown = f"{caught.value!r} {caught.value} {vars(caught.value)}"
    assert not any(secret in shown for secret in ("112233", SECRET, "9999999999", "old-sid"))


def test_the_order_book_of_an_unknown_order_is_still_unknown_after_a_refused_login(house, clean_env):
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0, 0))
    client = house.make()
    client.totp_login()
    client.totp_validate()

    def lost(path, default):
        house.good.clear()
        house.login = Reply(b'{"errorCode": "401", "message": "Invalid", "status": "error"}', 401)

    house.after = SimpleNamespace(get=lost)
    with pytest.raises(OrderOutcomeUnknown):
        client.place_order(**LIMIT)
    assert house.server.paths[2:] == [PLACE, BOOK, LOGIN, BOOK]
