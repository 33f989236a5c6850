"""Money rule 1: an order call is sent at most once, and a lost answer is looked up, never guessed."""

from decimal import Decimal

import pytest

from ks_compat.native import OrderNotChanged, OrderOutcomeUnknown, Refused

PLACE = "/quick/order/rule/ms/place"
MODIFY = "/quick/order/vr/modify"
CANCEL = "/quick/order/cancel"
LIMIT = {
    "exchange_segment": "nse_cm",
    "trading_symbol": "ACC-EQ",
    "transaction_type": "B",
    "quantity": 2,
    "product": "CNC",
    "order_type": "L",
    "price": 2250.5,
}
LOST_AFTER_ACCEPTING = pytest.mark.parametrize("loss", ["after", "gateway"])


@LOST_AFTER_ACCEPTING
def test_an_order_whose_answer_is_lost_is_found_by_its_tag(proxy, through_proxy, loss):
    through_proxy.place_order(**LIMIT, tag="mine")
    proxy.lose(PLACE, loss)
    ack = through_proxy.place_order(**LIMIT, tag="mine")
    found = {order.wire_tag: order.order_id for order in through_proxy.order_report()}
    assert ack.order_id == found[ack.wire_tag]
    assert (ack.tag, ack.quantity, ack.price) == ("mine", 2, Decimal("2250.5"))
    assert proxy.arrived(PLACE) == proxy.reached_sandbox(PLACE) == len(found) == 2


@LOST_AFTER_ACCEPTING
def test_an_order_that_was_found_can_be_cancelled(proxy, through_proxy, loss):
    proxy.lose(PLACE, loss)
    ack = through_proxy.place_order(**LIMIT, amo="YES")
    through_proxy.cancel_order(ack.order_id)
    assert through_proxy.order_report()[0].status == "cancelled after market order"


@LOST_AFTER_ACCEPTING
def test_a_refusal_whose_answer_is_lost_is_no_acknowledgement(proxy, through_proxy, loss):
    proxy.lose(PLACE, loss)
    with pytest.raises(OrderOutcomeUnknown):
        through_proxy.place_order(**{**LIMIT, "trading_symbol": "NOSUCH-EQ"})
    assert proxy.reached_sandbox(PLACE) == 1


def test_an_order_that_never_arrived_is_unknown_and_not_repeated(proxy, through_proxy):
    proxy.lose(PLACE, "before")
    with pytest.raises(OrderOutcomeUnknown) as caught:
        through_proxy.place_order(**LIMIT, tag="mine")
    assert caught.value.tag.startswith("mine-")
    assert caught.value.tag in str(caught.value)
    assert (proxy.arrived(PLACE), proxy.reached_sandbox(PLACE)) == (1, 0)


@LOST_AFTER_ACCEPTING
def test_a_modification_whose_answer_is_lost_is_found_by_its_terms(proxy, through_proxy, loss):
    number = through_proxy.place_order(**LIMIT).order_id
    proxy.lose(MODIFY, loss)
    ack = through_proxy.modify_order(number, quantity=3, order_type="SL", price=2290, trigger_price=2280)
    assert (ack.order_id, ack.quantity) == (number, 3)
    assert proxy.arrived(MODIFY) == proxy.reached_sandbox(MODIFY) == 1


@pytest.mark.parametrize(
    "terms",
    [
        {"price": 2251},
        {"quantity": 3},
        {"order_type": "SL", "price": 2290, "trigger_price": 2280},
        {"validity": "IOC"},
        {"disclosed_quantity": 1},
    ],
    ids=["price", "quantity", "trigger", "validity", "disclosed"],
)
def test_a_modification_that_never_arrived_is_unknown_and_not_repeated(proxy, through_proxy, terms):
    number = through_proxy.place_order(**LIMIT).order_id
    proxy.lose(MODIFY, "before")
    with pytest.raises(OrderOutcomeUnknown) as caught:
        through_proxy.modify_order(number, **{"quantity": 2, "order_type": "L", "price": 2250.5, **terms})
    assert caught.value.tag == number
    assert (proxy.arrived(MODIFY), proxy.reached_sandbox(MODIFY)) == (1, 0)


@LOST_AFTER_ACCEPTING
def test_a_refused_modification_whose_answer_is_lost_is_no_acknowledgement(proxy, through_proxy, loss):
    number = through_proxy.place_order(**LIMIT).order_id
    through_proxy.cancel_order(number)
    proxy.lose(MODIFY, loss)
    with pytest.raises(OrderOutcomeUnknown):
        through_proxy.modify_order(number, quantity=2, order_type="L", price=2250.5)
    assert proxy.arrived(MODIFY) == 1


@LOST_AFTER_ACCEPTING
def test_a_cancellation_whose_answer_is_lost_is_found_in_the_book(proxy, through_proxy, loss):
    number = through_proxy.place_order(**LIMIT).order_id
    proxy.lose(CANCEL, loss)
    assert through_proxy.cancel_order(number).order_id == number
    assert proxy.arrived(CANCEL) == proxy.reached_sandbox(CANCEL) == 1


def test_a_cancellation_that_never_arrived_is_unknown_and_not_repeated(proxy, through_proxy):
    number = through_proxy.place_order(**LIMIT).order_id
    proxy.lose(CANCEL, "before")
    with pytest.raises(OrderOutcomeUnknown) as caught:
        through_proxy.cancel_order(number)
    assert caught.value.tag == number
    assert (proxy.arrived(CANCEL), proxy.reached_sandbox(CANCEL)) == (1, 0)


def test_an_order_is_not_found_by_another_orders_cancellation(proxy, through_proxy):
    number, other = (through_proxy.place_order(**LIMIT).order_id for _ in range(2))
    through_proxy.cancel_order(other)
    proxy.lose(CANCEL, "before")
    with pytest.raises(OrderOutcomeUnknown):
        through_proxy.cancel_order(number)


@pytest.mark.parametrize("loss", ["before", "after", "gateway"])
def test_an_order_that_is_traded_is_not_taken_for_cancelled(proxy, through_proxy, loss):
    number = through_proxy.place_order(**{**LIMIT, "price": 2300}).order_id
    proxy.lose(CANCEL, loss)
    with pytest.raises(OrderNotChanged, match=f"cancel of order {number} did not happen: the order is complete") as c:
        through_proxy.cancel_order(number)
    assert (c.value.order.order_id, c.value.order.status) == (number, "complete")


def test_after_a_loss_the_client_goes_on(proxy, through_proxy):
    proxy.lose(PLACE, "before")
    with pytest.raises(OrderOutcomeUnknown):
        through_proxy.place_order(**LIMIT)
    proxy.lose("", "")
    assert through_proxy.place_order(**LIMIT).order_id == through_proxy.order_report()[0].order_id
    with pytest.raises(Refused):
        through_proxy.cancel_order("1")
