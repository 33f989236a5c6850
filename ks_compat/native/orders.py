"""Order calls, sent at most once (money rule 1).

A place, modify or cancel is never repeated. When its answer is lost (a timeout, a dropped connection, an answer of a
gateway that does not say), the order book is asked, and the call ends with the acknowledgement that it missed, or with
an error that says what is known. Never a guess.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ks_compat.native import errors
from ks_compat.native.answers import Answer, payload
from ks_compat.native.requests import CancelOrder, ModifyOrder, PlaceOrder
from ks_compat.native.results import Order

LOOKS = (0.0, 0.5, 1.5)
"""Seconds to wait before each look into the order book: it may lag behind the order."""


class OrderDesk:
    """Sends order calls and finds out what became of those whose answer was lost."""

    def __init__(self, send: Callable[[Any], Answer], order_book: Callable[[], list[Order]]) -> None:
        self._send = send
        self._order_book = order_book

    def place(self, order: PlaceOrder) -> str:
        """The order number."""
        lost = self._number_or_loss(order)
        if isinstance(lost, str):
            return lost
        found = self._look(lambda row: row.wire_tag == order.tag)
        if found is not None:
            return found.order_id
        raise errors.OrderOutcomeUnknown(
            f"The answer to an order was lost ({lost}) and the order book does not show it: it may or may not stand. "
            f"Look in the order book for the tag {order.tag} before you send it again.",
            order.tag,
        )

    def modify(self, order: ModifyOrder) -> str:
        """The order number."""

        def took_effect(row: Order) -> bool:
            wanted = (Decimal(order.price), Decimal(order.trigger_price), int(order.quantity))
            others = (order.validity, int(order.disclosed_quantity))
            return (
                row.order_id == order.order_id
                and not row.status.startswith(("cancelled", "rejected"))
                and (row.price, row.trigger_price, row.quantity) == wanted
                and (row.validity, row.disclosed_quantity) == others
            )

        return self._settled(order, took_effect, "modify")

    def cancel(self, order: CancelOrder) -> str:
        """The order number."""
        return self._settled(
            order,
            lambda row: row.order_id == order.order_id and row.status.startswith("cancelled"),
            "cancel" if type(order) is CancelOrder else "exit",
        )

    def _settled(self, order: ModifyOrder | CancelOrder, took_effect: Callable[[Order], bool], verb: str) -> str:
        lost = self._number_or_loss(order)
        if isinstance(lost, str):
            return lost
        if self._look(took_effect) is not None:
            return order.order_id
        raise errors.OrderOutcomeUnknown(
            f"The answer to the {verb} of order {order.order_id} was lost ({lost}) and the order book does not show "
            "its effect: it may or may not have happened. Look at the order before you go on.",
            order.order_id,
        )

    def _number_or_loss(self, order: PlaceOrder | ModifyOrder | CancelOrder) -> str | errors.NeoError:
        try:
            answer = payload(self._send(order))
        except (errors.NoAnswer, errors.ServerFailed, errors.AnswerNotUnderstood) as loss:
            return loss
        number = answer.get("nOrdNo") if isinstance(answer, dict) else None
        if isinstance(number, str) and number:
            return number
        return errors.NoAnswer("the answer has no order number")

    def _look(self, wanted: Callable[[Order], bool]) -> Order | None:
        for pause in LOOKS:
            time.sleep(pause)
            try:
                found = next(filter(wanted, self._order_book()), None)
            except errors.NeoError:
                continue
            if found is not None:
                return found
        return None
