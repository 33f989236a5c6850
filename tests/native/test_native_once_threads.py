"""Money rule 1 under load: many threads, one client, answers that are lost at random."""

import random
import threading

import pytest
from loopback import LossyProxy

from ks_compat.native import NeoClient, OrderOutcomeUnknown
from ks_compat.sandbox import PublicUrls, Sandbox

PLACE = "/quick/order/rule/ms/place"
LIMIT = {
    "exchange_segment": "nse_cm",
    "trading_symbol": "ACC-EQ",
    "transaction_type": "B",
    "quantity": 2,
    "product": "CNC",
    "order_type": "L",
    "price": 2250.5,
}
THREADS, ORDERS = 8, 50


class MoodyProxy(LossyProxy):
    """Loses half of the orders: before they arrive, after it, or in a gateway."""

    def __init__(self):
        self._dice = random.Random(5)
        super().__init__()

    @property
    def loss(self):
        return self._dice.choice(["", "", "before", "after", "gateway", ""])

    @loss.setter
    def loss(self, _):
        """Not set by hand."""


@pytest.fixture
def moody(clean_env):
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0, 0.01))
    with MoodyProxy() as running, Sandbox(public_urls=PublicUrls(base=running.url, files=running.url)) as behind:
        running.sandbox, running.path = behind, PLACE
        for name, value in {**behind.environment(), "KS_COMPAT_LOGIN_URL": running.url}.items():
            clean_env.setenv(name, value)
        clean_env.setenv("KS_COMPAT_ORDERS_PER_SECOND", "0")
        clean_env.setenv("KS_COMPAT_CALLS_PER_SECOND", "0")
        yield running


def test_many_threads_place_each_order_once(moody):
    acks, unknown, other = [], [], []

    def trade(client, thread):
        for number in range(ORDERS):
            try:
                acks.append(client.place_order(**LIMIT, tag=f"t{thread}.{number}"))
            except OrderOutcomeUnknown as error:
                unknown.append(error.tag)
            except Exception as error:  # noqa: BLE001 - none is expected
                other.append(error)

    with NeoClient() as client:
        client.totp_login()
        client.totp_validate()
        threads = [threading.Thread(target=trade, args=(client, number)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        book = client.order_report()
        own = client.own_orders()
    assert other == []
    assert moody.arrived(PLACE) == len(acks) + len(unknown) == THREADS * ORDERS
    in_book = {order.wire_tag: order.order_id for order in book}
    assert len(in_book) == len(book) == moody.reached_sandbox(PLACE)
    assert {ack.wire_tag: ack.order_id for ack in acks} == in_book
    assert unknown
    assert not set(unknown) & in_book.keys()
    assert {each.wire_tag for each in own} == in_book.keys() | set(unknown)
    assert {each.wire_tag for each in own if each.order is None} == set(unknown)
