"""Waiting until an order stands or has come to its end."""

import threading

import pytest
from loopback import Reply

from ks_compat.native import InvalidRequest, NotLoggedIn, OrderNotSettled, SessionExpired

NUMBER = "250122000612876"
BY_ID = f"/quick/user/orders/{NUMBER}"
BOOK = "/quick/user/orders"
NO_DATA = {"stat": "Not_Ok", "errMsg": "No Data", "stCode": 5203}
HTML = b"<html>502</html>"
LIMIT = {
    "exchange_segment": "nse_cm",
    "trading_symbol": "ACC-EQ",
    "transaction_type": "B",
    "quantity": 2,
    "product": "CNC",
    "order_type": "L",
    "price": 2250.5,
}


@pytest.fixture
def showing(server_of, client_of, sample, clean_env):
    """A server whose looks at the order give ``replies`` one after the other, the last for ever; its client."""
    clean_env.setattr("ks_compat.native.follow_calls._FASTEST", 0.001)
    row = sample("v2/orders")["data"][0]

    def make(*replies, path=BY_ID, **others):
        given = iter(replies)
        last = []

        def look(_):
            last[:] = [next(given, *last)]
            found = last[0]
            return {"stat": "Ok", "data": [{**row, "ordSt": found}]} if isinstance(found, str) else found

        server = server_of({path: look, **others})
        return server, client_of(server.url)

    return make


def waited(client, **more):
    return client.wait_for(NUMBER, **{"timeout": 5, "poll": 0.001, **more})


@pytest.mark.parametrize("end", ["complete", "traded", "rejected", "cancelled", "cancelled after market order"])
@pytest.mark.parametrize("until", ["open", "terminal"])
def test_the_end_of_an_order_is_waited_for(showing, until, end):
    server, client = showing("put order req received", "validation pending", "open pending", end)
    assert waited(client, until=until).status == end
    assert server.paths == [BY_ID] * 4


@pytest.mark.parametrize(
    "status",
    [
        "open",
        "trigger pending",
        "modified",
        "after market order req received",
        "modify after market order req received",
    ],
)
def test_an_order_that_stands_is_open_and_has_not_ended(showing, status):
    _, client = showing("validation pending", status)
    assert waited(client, until="open").status == status
    with pytest.raises(OrderNotSettled, match=f"not terminal after 0.05 s: its status is '{status}'") as caught:
        waited(client, timeout=0.05)
    assert caught.value.order.status == status


@pytest.mark.parametrize("status", ["modify pending", "cancel pending", "something new"])
def test_what_is_on_its_way_is_neither(showing, status):
    _, client = showing(status)
    with pytest.raises(OrderNotSettled):
        waited(client, until="open", timeout=0.02)


def test_passing_trouble_is_waited_out(showing):
    server, client = showing(
        None, Reply(HTML, 502), Reply(HTML, 429), NO_DATA, {"stat": "Not_Ok", "stCode": 1006}, "open"
    )
    assert waited(client, until="open").status == "open"
    assert server.paths == [BY_ID] * 6


def test_the_advice_of_the_server_is_followed(showing):
    server, client = showing(Reply(HTML, 429, {"Retry-After": "1"}), "open")
    with pytest.raises(OrderNotSettled, match=r"the last look failed: .*429"):
        waited(client, until="open", timeout=0.5)
    assert server.paths == [BY_ID]


def test_an_order_that_never_shows_is_not_settled(showing):
    _, client = showing(NO_DATA)
    with pytest.raises(OrderNotSettled, match="the order book does not show it") as caught:
        waited(client, timeout=0.02)
    assert caught.value.order is None


def test_the_whole_book_is_read_where_one_order_is_not_understood(showing):
    server, client = showing("complete", path=BOOK, **{BY_ID: Reply(b"not found", 404)})
    assert waited(client).status == "complete"
    assert server.paths == [BY_ID, BOOK]


def test_another_orders_row_is_not_taken_for_it(showing, sample):
    row = {**sample("v2/orders")["data"][0], "nOrdNo": "1", "ordSt": "complete"}
    _, client = showing({"stat": "Ok", "data": [row]})
    with pytest.raises(OrderNotSettled, match="does not show it"):
        waited(client, timeout=0.02)


def test_the_end_of_the_session_is_raised(showing):
    server, client = showing({"stat": "Not_Ok", "errMsg": "Invalid session", "stCode": 1003})
    with pytest.raises(SessionExpired):
        waited(client)
    assert server.paths == [BY_ID]


def test_the_pauses_grow_to_stay_under_the_rate_limits(showing, clean_env):
    server, client = showing("open")
    pauses = []
    clean_env.setattr("ks_compat.native.follow_calls.time.sleep", lambda pause: pauses.append(pause))
    clean_env.setattr("ks_compat.native.follow_calls.time.monotonic", lambda: sum(pauses))
    with pytest.raises(OrderNotSettled):
        client.wait_for(NUMBER, timeout=60, poll=0.5)
    assert pauses[:3] == [0.5, 0.75, 1.125]
    assert max(pauses) == 5
    assert sum(pauses) == pytest.approx(60)
    assert len(server.paths) == len(pauses) + 1 < 20


@pytest.mark.parametrize(
    "wrong",
    [{"until": "complete"}, {"timeout": -1}, {"timeout": float("nan")}, {"timeout": float("inf")}, {"timeout": "30"},
     {"poll": -1}, {"poll": True}],
)  # fmt: skip
def test_what_cannot_be_waited_for_is_refused(showing, wrong):
    server, client = showing("open")
    with pytest.raises(InvalidRequest, match=next(iter(wrong))):
        waited(client, **wrong)
    assert server.paths == []


def test_waiting_needs_a_session(showing):
    _, client = showing("open")
    client.logout()
    with pytest.raises(NotLoggedIn):
        waited(client)


def test_a_rejection_is_the_row_with_its_reason(neo):
    ack = neo.place_order(**{**LIMIT, "quantity": 10_000_000})
    row = neo.wait_for(ack.order_id)
    assert row.status == "rejected"
    assert "Margin Exceeds" in row.rejection


def test_a_cancellation_is_seen_while_waiting(neo):
    ack = neo.place_order(**LIMIT)
    assert neo.wait_for(ack.order_id, until="open").status == "open"
    later = threading.Timer(0.2, neo.cancel_order, [ack.order_id])
    later.start()
    assert neo.wait_for(ack.order_id, timeout=10, poll=0.1).status == "cancelled"
    later.join()
