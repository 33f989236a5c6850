"""What each answer to an order call means: its outcome, whether the book was asked, and one request only."""

import json
import socket
from urllib.parse import parse_qs

import pytest
from loopback import Reply

from ks_compat.native import (
    AddressNotAllowed,
    NotDone,
    NotSent,
    OrderNotChanged,
    OrderOutcomeUnknown,
    RateLimited,
    Refused,
    SessionExpired,
    orders,
)
from ks_compat.native.codes import CODES

PLACE, MODIFY, CANCEL = "/quick/order/rule/ms/place", "/quick/order/vr/modify", "/quick/order/cancel"
EXIT = "/quick/order/co/exit"
BOOK = "/quick/user/orders"
NUMBER = "250122000612876"
LIMIT = {
    "exchange_segment": "nse_cm",
    "trading_symbol": "IDEA-EQ",
    "transaction_type": "B",
    "quantity": 1,
    "product": "NRML",
    "order_type": "L",
    "price": 9.39,
}
HTML = b"<html>not what you wanted</html>"


def not_ok(code, text="no", **more):
    return {"stat": "Not_Ok", "errMsg": text, "stCode": code, **more}


def at(status, document):
    return Reply(document if isinstance(document, bytes) else json.dumps(document).encode(), status)


DEFINITE = {
    "funds": (not_ok(1004), Refused),
    "segment or unknown order": (not_ok(1006), Refused),
    "symbol": (not_ok(1007, "body invalid", stat="bad request"), Refused),
    "quantity": (not_ok(1009), Refused),
    "algo": (not_ok(1017), Refused),
    "completed": (not_ok(1021, "order is completed", stat="please provide valid order number"), Refused),
    "invalid request": (not_ok(5202), Refused),
    "not by API": (not_ok(91400), Refused),
    "a code of nobody": (not_ok(777777), Refused),
    "a refusal at 400": (at(400, not_ok(1009)), Refused),
    "session": (not_ok(1003, "Invalid session"), SessionExpired),
    "session token": (not_ok(100022, "invalid session token"), SessionExpired),
    "view token": (not_ok(100021, "invalid  access type"), SessionExpired),
    "403": (at(403, {"message": "Invalid session, please re-login"}), SessionExpired),
    "401 page": (at(401, HTML), SessionExpired),
    "gateway token": (at(401, {"fault": {"code": 900901, "message": "Invalid Credentials"}}), SessionExpired),
    "address": (not_ok(100008, "unauthorized"), AddressNotAllowed),
    "login address": (not_ok(1037, "session ip doesnt match with reqest ip"), AddressNotAllowed),
    "429": (at(429, {"code": 429, "error": "Too Many Requests", "message": "slow down"}), RateLimited),
    "429 page": (at(429, HTML), RateLimited),
}
UNCLEAR = {
    "dropped": None,
    "500 page": at(500, HTML),
    "502 page": at(502, HTML),
    "503 page": at(503, HTML),
    "504 empty": at(504, b""),
    "500 with a refusal": at(500, not_ok(1004)),
    "503 with a session's end": at(503, not_ok(1003, "Invalid session")),
    "502 with an address": at(502, not_ok(100008, "unauthorized")),
    "a 500 in a 200": not_ok(500, "internal"),
    "424": at(424, not_ok(424, "failed dependency")),
    "408": at(408, {"message": "timeout"}),
    "internal error": not_ok(1005, "internal error"),
    "error from core": not_ok(32, "error from core"),
    "cut short": at(200, b'{"stat": "Ok", "nOrd'),
    "page with 200": at(200, HTML),
    "empty": at(200, b""),
    "a list": at(200, [{"nOrdNo": NUMBER}]),
    "a number": at(200, 5),
    "too deep": at(200, b"[" * 100_000),
    "a redirect": at(302, b""),
    "404 page": at(404, HTML),
    "no number": {"stat": "Ok", "stCode": 200},
    "an empty number": {"stat": "Ok", "stCode": 200, "nOrdNo": ""},
    "null": {"stat": "Ok", "stCode": 200, "nOrdNo": None},
    "a number that is none": {"stat": "Ok", "stCode": 200, "nOrdNo": "NA"},
}
OF_A_PLACEMENT = {
    "the tag exists": not_ok(5204, "Put Order Response : Client OrderID already exists"),
    "a refusal with an order number": not_ok(1041, "RMS", nOrdNo=NUMBER),
    "the tag exists, by the core": not_ok(32, "error from core", stat="Client OrderID already exists"),
}
CALLS = {
    PLACE: lambda client: client.place_order(**LIMIT, tag="mine"),
    MODIFY: lambda client: client.modify_order(NUMBER, quantity=1, order_type="L", price=9.4),
    CANCEL: lambda client: client.cancel_order(NUMBER),
    EXIT: lambda client: client.exit_cover_order(NUMBER),
}
each_call = pytest.mark.parametrize("path", list(CALLS))


def sent_tag(server):
    body = next(seen.body for seen in server.seen if seen.path == PLACE)
    return json.loads(parse_qs(body.decode())["jData"][0])["ig"]


@pytest.fixture
def answering(server_of, client_of, clean_env, sample):
    """A server whose order calls all give ``reply``, and whose book holds ``terms`` of the one order; its client."""
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0, 0))
    row = sample("v2/orders")["data"][0]

    def make(reply, **terms):
        def book(_):
            tag = sent_tag(server) if PLACE in server.paths else ""
            rows = [{**row, "GuiOrdId": "somebody's"}, {**row, "nOrdNo": NUMBER, "GuiOrdId": tag, **terms}]
            return {"stat": "Ok", "stCode": 200, "data": rows if terms else rows[:1]}

        row["nOrdNo"] = "1"
        server = server_of({**dict.fromkeys(CALLS, reply), BOOK: book})
        return server, client_of(server.url)

    return make


@each_call
@pytest.mark.parametrize("name", DEFINITE)
def test_a_refusal_is_a_proof_and_the_book_is_not_asked(answering, path, name):
    reply, kind = DEFINITE[name]
    server, client = answering(reply, ordSt="cancelled", prc="9.40")
    with pytest.raises(NotDone) as caught:
        CALLS[path](client)
    assert type(caught.value) is kind
    assert server.paths == [path]


@pytest.mark.parametrize("name", {**UNCLEAR, **OF_A_PLACEMENT})
def test_a_placement_that_the_book_shows_is_acknowledged(answering, name):
    server, client = answering({**UNCLEAR, **OF_A_PLACEMENT}[name], ordSt="open")
    ack = client.place_order(**LIMIT, tag="mine")
    assert (ack.order_id, ack.tag, ack.wire_tag) == (NUMBER, "mine", sent_tag(server))
    assert server.paths == [PLACE, BOOK]


@pytest.mark.parametrize("name", {**UNCLEAR, **OF_A_PLACEMENT})
def test_a_placement_that_the_book_does_not_show_is_unknown(answering, name):
    server, client = answering({**UNCLEAR, **OF_A_PLACEMENT}[name])
    with pytest.raises(OrderOutcomeUnknown) as caught:
        client.place_order(**LIMIT, tag="mine")
    assert caught.value.tag == sent_tag(server)
    assert f"the tag {caught.value.tag}" in str(caught.value)
    assert server.paths == [PLACE, BOOK, BOOK]


@pytest.mark.parametrize("name", UNCLEAR)
def test_a_change_that_the_book_shows_is_acknowledged(answering, name):
    for path, terms in ((MODIFY, {"prc": "9.40"}), (CANCEL, {"ordSt": "cancelled"}), (EXIT, {"ordSt": "cancelled"})):
        server, client = answering(UNCLEAR[name], **terms)
        assert CALLS[path](client).order_id == NUMBER
        assert server.paths == [path, BOOK]


@each_call
@pytest.mark.parametrize("name", UNCLEAR)
def test_a_change_that_the_book_does_not_show_is_unknown(answering, path, name):
    server, client = answering(UNCLEAR[name], GuiOrdId="", ordSt="open")
    with pytest.raises(OrderOutcomeUnknown):
        CALLS[path](client)
    assert server.paths == [path, BOOK, BOOK]


@pytest.mark.parametrize("status", ["complete", "traded", "rejected", "cancelled", "cancelled after market order"])
def test_an_order_that_ended_on_other_terms_may_have_been_modified_and_changed_again(answering, status):
    server, client = answering(None, ordSt=status)
    with pytest.raises(OrderOutcomeUnknown, match=f"its status is {status}"):
        CALLS[MODIFY](client)
    assert server.paths == [MODIFY, BOOK, BOOK]


@pytest.mark.parametrize("status", ["complete", "traded", "rejected"])
def test_a_cancellation_of_an_order_that_had_ended_did_not_happen(answering, status):
    server, client = answering(None, ordSt=status)
    with pytest.raises(OrderNotChanged, match=status):
        CALLS[CANCEL](client)
    assert server.paths == [CANCEL, BOOK]


def test_a_filled_cover_order_may_have_been_exited(answering):
    _, client = answering(None, ordSt="complete")
    with pytest.raises(OrderOutcomeUnknown):
        CALLS[EXIT](client)


@pytest.mark.parametrize("status", ["complete", "rejected", "cancelled"])
def test_whether_an_order_that_ended_was_a_market_order_cannot_be_told(answering, status):
    # Its price in the book is the protected one (spec/v2.md 6.1).
    _, client = answering(None, ordSt=status)
    with pytest.raises(OrderOutcomeUnknown, match=f"status is {status}"):
        client.modify_order(NUMBER, quantity=1, order_type="MKT")


@pytest.mark.parametrize("terms", [{"quantity": 2}, {"validity": "IOC"}, {"disclosed_quantity": 1}])
def test_other_terms_than_prices_prove_nothing(answering, terms):
    _, client = answering(None, ordSt="cancelled")
    with pytest.raises(OrderOutcomeUnknown):
        client.modify_order(NUMBER, **{"quantity": 1, "order_type": "L", "price": 9.39, **terms})


@pytest.mark.parametrize("path", [MODIFY, CANCEL])
def test_an_answer_about_another_order_is_no_acknowledgement(answering, path):
    server, client = answering({"stat": "Ok", "nOrdNo": "250122000000001", "stCode": 200}, ordSt="open")
    with pytest.raises(OrderOutcomeUnknown, match="250122000000001"):
        CALLS[path](client)
    assert server.paths == [path, BOOK, BOOK]


def test_a_late_rejection_is_acknowledged_and_found(answering):
    server, client = answering(None, ordSt="rejected", rejRsn="RMS:Margin Exceeds")
    ack = client.place_order(**LIMIT)
    row = next(order for order in client.order_report() if order.order_id == ack.order_id)
    assert (row.status, row.rejection) == ("rejected", "RMS:Margin Exceeds")
    assert server.paths.count(PLACE) == 1


def test_a_row_of_another_order_that_is_not_understood_hides_none(server_of, client_of, clean_env, sample):
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0,))
    row = sample("v2/orders")["data"][0]
    rows = [{**row, "nOrdNo": "1", "qty": "many"}, {**row, "nOrdNo": NUMBER, "ordSt": "cancelled"}]
    server = server_of({CANCEL: None, BOOK: {"stat": "Ok", "data": rows}})
    assert CALLS[CANCEL](client_of(server.url)).order_id == NUMBER


def test_a_book_that_lags_is_asked_again(server_of, client_of, clean_env, sample):
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0, 0, 0, 0, 0))
    row = sample("v2/orders")["data"][0]

    def book(_):
        looks = server.paths.count(BOOK)
        rows = {1: None, 2: {"stat": "Not_Ok", "stCode": 5203}, 3: Reply(HTML, 502), 4: Reply(HTML, 429)}
        return rows.get(looks, {"stat": "Ok", "data": [{**row, "GuiOrdId": sent_tag(server)}]})

    server = server_of({PLACE: None, BOOK: book})
    assert client_of(server.url).place_order(**LIMIT).order_id == row["nOrdNo"]
    assert server.paths == [PLACE, *[BOOK] * 5]


def test_a_book_that_cannot_be_read_is_told(server_of, client_of, clean_env):
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0, 0))
    server = server_of({PLACE: None, BOOK: Reply(HTML, 502)})
    with pytest.raises(OrderOutcomeUnknown, match=r"the order book could not be read .*502"):
        client_of(server.url).place_order(**LIMIT)
    assert server.paths == [PLACE, BOOK, BOOK]


def test_the_end_of_the_session_ends_the_looks(server_of, client_of, clean_env):
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0, 0, 0))
    server = server_of({PLACE: None, BOOK: not_ok(1003, "Invalid session")})
    with pytest.raises(OrderOutcomeUnknown, match=r"could not be read .*Invalid session"):
        client_of(server.url).place_order(**LIMIT)
    assert server.paths == [PLACE, BOOK]


def test_patience_ends(server_of, client_of, clean_env):
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0, 1000))
    server = server_of({PLACE: None, BOOK: {"stat": "Ok", "data": []}})
    with pytest.raises(OrderOutcomeUnknown):
        client_of(server.url).place_order(**LIMIT)
    assert server.paths == [PLACE, BOOK]


def test_an_order_that_did_not_leave_is_not_looked_for(client_of):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        client = client_of(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(NotDone) as caught:
            client.place_order(**LIMIT)
    assert type(caught.value) is NotSent


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, MemoryError])
def test_an_interrupted_order_is_not_sent_again_and_its_tag_is_known(answering, clean_env, interruption):
    server, client = answering({"stat": "Ok", "nOrdNo": NUMBER, "stCode": 200}, ordSt="open")
    exchange = type(client._http).exchange

    def interrupted(http, request):
        exchange(http, request)
        raise interruption

    with clean_env.context() as patched:
        patched.setattr(type(client._http), "exchange", interrupted)
        with pytest.raises(interruption):
            client.place_order(**LIMIT, tag="mine")
    (own,) = client.own_orders()
    assert (own.tag, own.wire_tag, own.order_id, own.order.status) == ("mine", sent_tag(server), NUMBER, "open")
    assert server.paths.count(PLACE) == 1


def test_every_code_that_asks_to_look_first_is_unclear():
    asks = {code for code, advice in CODES.items() if advice.next_step.startswith("Wait, and read the order book")}
    assert {code for code in asks if not 500 <= code <= 599} <= orders.UNCLEAR
