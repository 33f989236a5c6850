"""The client against servers that the sandbox is too well-behaved to be."""

import socket
import threading
import traceback

import pytest
from loopback import Reply

from ks_compat.native import (
    AnswerNotUnderstood,
    ApiError,
    NeoClient,
    NeoError,
    NoAnswer,
    NotSent,
    OrderOutcomeUnknown,
    RateLimited,
    ServerFailed,
    Settings,
)

PLACE = "/quick/order/rule/ms/place"
BOOK = "/quick/user/orders"
POSITIONS = "/quick/user/positions"
POSITIONS_V2 = "/portfolio/v2/positions"
FILES = "/script-details/1.0/masterscrip/file-paths"
EMPTY = {"stat": "Not_Ok", "stCode": 5203, "errMsg": "No Data"}
ACK = {"nOrdNo": "250720000007242", "stat": "Ok", "stCode": 200}
LIMIT = {
    "exchange_segment": "nse_cm",
    "trading_symbol": "ACC-EQ",
    "transaction_type": "B",
    "quantity": 2,
    "product": "CNC",
    "order_type": "L",
    "price": 2250.5,
}


@pytest.fixture(autouse=True)
def look_once(monkeypatch):
    monkeypatch.setattr("ks_compat.native.orders.LOOKS", (0,))


@pytest.fixture
def dead_url():
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


# -- connections


def test_calls_share_one_connection(server_of, client_of):
    server = server_of({BOOK: EMPTY, PLACE: ACK, POSITIONS: EMPTY})
    client = client_of(server.url)
    client.order_report()
    client.place_order(**LIMIT)
    client.positions()
    assert (len(server.seen), server.connections) == (3, 1)


def test_a_connection_that_the_server_closed_in_between_is_opened_anew(server_of, client_of):
    server = server_of({PLACE: Reply(b'{"nOrdNo": "1", "stat": "Ok"}', headers={"Connection": "close"})})
    client = client_of(server.url)
    assert [client.place_order(**LIMIT).order_id for _ in range(2)] == ["1", "1"]
    assert server.paths == [PLACE, PLACE]


def test_cookies_are_not_kept(server_of, client_of):
    server = server_of({BOOK: Reply(b'{"stCode": 5203}', headers={"Set-Cookie": "session=theirs"})})
    client = client_of(server.url)
    client.order_report()
    client.order_report()
    assert [seen.headers.get("Cookie") for seen in server.seen] == [None, None]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirected_order_is_not_followed(server_of, client_of, status):
    other = server_of({PLACE: ACK})
    server = server_of({PLACE: Reply(status=status, headers={"Location": other.url + PLACE}), BOOK: EMPTY})
    with pytest.raises(OrderOutcomeUnknown):
        client_of(server.url).place_order(**LIMIT)
    assert (server.paths, other.seen) == ([PLACE, BOOK], [])


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirected_login_is_not_followed(server_of, clean_env, status):
    other = server_of({})
    path = "/login/1.0/tradeApiLogin"
    server = server_of({path: Reply(status=status, headers={"Location": other.url + path})})
    settings = Settings(access_token="t", mobile_number="9999999999", ucc="A", login_url=server.url)
    with NeoClient(settings=settings, totp="012345") as client, pytest.raises(ApiError):
        client.totp_login()
    assert (len(server.seen), other.seen) == (1, [])


# -- orders whose answer does not come


def test_an_order_without_a_connection_is_not_sent(client_of, dead_url):
    with pytest.raises(NotSent, match=r"POST http://127.0.0.1:\d+/quick/order/rule/ms/place: no connection"):
        client_of(dead_url).place_order(**LIMIT)


@pytest.mark.parametrize("call", [lambda client: client.order_report(), lambda client: client.quotes("nse_cm|22")])
def test_a_read_without_a_connection_is_not_sent(client_of, dead_url, call):
    with pytest.raises(NotSent):
        call(client_of(dead_url))


def test_a_late_answer_to_an_order_is_looked_up_and_the_order_not_repeated(server_of, client_of):
    release = threading.Event()
    server = server_of({PLACE: lambda seen: release.wait(30) and None, BOOK: EMPTY})
    with pytest.raises(OrderOutcomeUnknown) as caught:
        client_of(server.url, read_timeout=0.2).place_order(**LIMIT, tag="mine")
    release.set()
    assert server.paths == [PLACE, BOOK]
    assert caught.value.tag.startswith("mine-")
    assert caught.value.tag in str(caught.value)


GARBLED = Reply(b"this is no gzip", headers={"Content-Encoding": "gzip"})
SHORT = Reply(b'{"nOrdNo": "25', headers={"Content-Length": "100", "Connection": "close"})


@pytest.mark.parametrize(
    "reply",
    [
        None,
        GARBLED,
        Reply(b"", 200),
        Reply(b"<html>maintenance</html>", 200),
        Reply(b"", 502),
        Reply(b'{"message": "Endpoint request timed out"}', 504),
        {"stat": "Ok", "stCode": 200},
        {"stat": "Ok", "stCode": 200, "nOrdNo": ""},
        {"stat": "Ok", "stCode": 200, "nOrdNo": None},
        [],
    ],
)
def test_an_answer_that_does_not_say_what_became_of_an_order_is_no_acknowledgement(server_of, client_of, reply):
    server = server_of({PLACE: reply, BOOK: EMPTY})
    with pytest.raises(OrderOutcomeUnknown):
        client_of(server.url).place_order(**LIMIT)
    assert server.paths == [PLACE, BOOK]


@pytest.mark.parametrize(
    "book",
    [
        None,
        GARBLED,
        Reply(b"<html/>", 502),
        Reply(b"{}", 403),
        {"stat": "Ok", "data": [{"nOrdNo": "1", "GuiOrdId": "another", "qty": 2}]},
        {"stat": "Ok", "data": [{"nOrdNo": "1", "GuiOrdId": None, "qty": 2}]},
        {"stat": "Ok", "data": [{"nOrdNo": "1", "GuiOrdId": "another", "qty": "unreadable"}]},
    ],
)
def test_a_book_that_does_not_show_a_lost_order_leaves_it_unknown(server_of, client_of, book):
    server = server_of({PLACE: None, BOOK: book})
    with pytest.raises(OrderOutcomeUnknown):
        client_of(server.url).place_order(**LIMIT)
    assert server.paths.count(PLACE) == 1


def test_a_lost_order_is_looked_for_until_the_book_has_it(server_of, client_of, monkeypatch):
    monkeypatch.setattr("ks_compat.native.orders.LOOKS", (0, 0, 0))
    placed, looks = [], []

    def place(seen):
        placed.append(seen)

    def book(seen):
        looks.append(seen)
        tag = placed[0].body.decode().split("%22ig%22%3A+%22")[1].split("%22")[0]
        return EMPTY if len(looks) < 3 else {"stat": "Ok", "data": [{"nOrdNo": "7", "GuiOrdId": tag}]}

    server = server_of({PLACE: place, BOOK: book})
    assert client_of(server.url).place_order(**LIMIT).order_id == "7"
    assert server.paths == [PLACE, BOOK, BOOK, BOOK]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(b'{"message": "too many"}', 429, {"Retry-After": "2"}), RateLimited),
        (Reply(b'{"stat": "Not_Ok", "stCode": 1004, "emsg": "Insufficient balance."}'), ApiError),
        (Reply(b'{"stat": "Not_Ok", "stCode": 100008, "emsg": "unauthorized"}'), ApiError),
    ],
)
def test_a_refused_order_is_neither_repeated_nor_looked_up(server_of, client_of, reply, kind):
    server = server_of({PLACE: reply})
    with pytest.raises(kind):
        client_of(server.url).place_order(**LIMIT)
    assert server.paths == [PLACE]


# -- reads


@pytest.mark.parametrize("reply", [None, GARBLED, SHORT])
def test_a_read_whose_answer_is_lost_is_no_answer(server_of, client_of, reply):
    with pytest.raises(NoAnswer, match=r"GET http://127.0.0.1:\d+/quick/user/orders: no answer"):
        client_of(server_of({BOOK: reply}).url).order_report()


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(b"<html/>", 502), ServerFailed),
        (Reply(b""), AnswerNotUnderstood),
        (Reply(b"null"), AnswerNotUnderstood),
        (Reply(b'{"stat": "Ok", "data": [{"nOrdNo": "1", "qty": "two"}]}'), AnswerNotUnderstood),
    ],
)
def test_a_report_that_is_none_is_no_empty_report(server_of, client_of, reply, kind):
    with pytest.raises(kind):
        client_of(server_of({BOOK: reply}).url).order_report()


def test_positions_come_from_the_newer_path_where_the_guides_path_is_gone(server_of, client_of, sample):
    server = server_of({POSITIONS: Reply(b"<html>not here</html>", 404), POSITIONS_V2: sample("v2/positions_v2_ltp")})
    assert client_of(server.url).positions()[0].ltp > 0
    assert server.paths == [POSITIONS, POSITIONS_V2]


@pytest.mark.parametrize("status", [400, 403, 500])
def test_positions_do_not_try_the_newer_path_after_other_failures(server_of, client_of, status):
    server = server_of({POSITIONS: Reply(b"{}", status)})
    with pytest.raises(ApiError):
        client_of(server.url).positions()
    assert server.paths == [POSITIONS]


@pytest.mark.parametrize(
    "document", [{}, {"data": None}, {"data": []}, {"data": {}}, {"data": {"filesPaths": "x"}}, []]
)
def test_an_answer_without_file_paths_is_an_error(server_of, client_of, document):
    with pytest.raises(ApiError):
        client_of(server_of({FILES: document}).url).scrip_master()


def test_an_error_shows_no_token(server_of, client_of):
    client = client_of(server_of({BOOK: None, PLACE: Reply(b"", 401)}).url)
    for call in (client.order_report, lambda: client.place_order(**LIMIT)):
        with pytest.raises(NeoError) as caught:
            call()
        shown = "".join(traceback.format_exception(caught.value))
        assert "trade-token" not in shown
        assert "trade-sid" not in shown
