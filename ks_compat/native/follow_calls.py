"""What became of an order: waiting for it, and telling the own orders from the others."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ks_compat.native import ambient, errors
from ks_compat.native.base import public
from ks_compat.native.order_calls import OrderCalls
from ks_compat.native.order_states import is_resting, is_terminal
from ks_compat.native.own_orders import OwnOrder
from ks_compat.native.requests import order_number
from ks_compat.native.values import IST

if TYPE_CHECKING:
    from ks_compat.native.order_results import Order

_SLOWER = 1.5
_SLOWEST = 5.0
_FASTEST = 0.1
_PASSING = (errors.NoAnswer, errors.NotSent, errors.RateLimited, errors.ServerFailed)
_MEANINGS = {"open": lambda status: is_resting(status) or is_terminal(status), "terminal": is_terminal}


class FollowCalls(OrderCalls):
    """Orders after their acknowledgement."""

    @public
    def wait_for(
        self, order_id: str | int, *, until: str = "terminal", timeout: float = 30.0, poll: float = 0.5
    ) -> Order:
        """Waits until an order has come to its end, or stands, and returns its row.

        An acknowledgement is not yet an order: RMS and exchange may still reject it. A rejection is no error here: it
        is the row, with ``status`` ``rejected`` and the reason in ``rejection``.

        Args:
            order_id: the order number.
            until: ``terminal``: filled, cancelled or rejected; ``open``: that, or resting at the exchange, or stored as
                an after-market order.
            timeout: seconds.
            poll: seconds between the first two looks, at least 0.1; the pauses grow to 5 s, to stay under the rate
                limits.

        Raises OrderNotSettled at the time limit, with the last row that was seen; what ``order_report`` raises, but for
        passing trouble (no connection, no answer, HTTP 5xx, too many requests), which is waited out.
        """
        self._credentials.need_trade()
        number = order_number(order_id)
        if until not in _MEANINGS:
            raise errors.InvalidRequest(f"until must be one of {', '.join(_MEANINGS)}, got {until!r}.")
        end = time.monotonic() + _seconds("timeout", timeout)
        pause = max(_FASTEST, _seconds("poll", poll))
        last: Order | None = None
        trouble: errors.NeoError | None = None
        while True:
            try:
                last, trouble = self._seen(number) or last, None
            except _PASSING as error:
                trouble = error
            if last is not None and _MEANINGS[until](last.status):
                return last
            wait = max(pause, getattr(trouble, "retry_after", None) or 0.0)
            left = end - time.monotonic()
            if left <= 0 or (trouble is not None and wait > left):
                raise errors.OrderNotSettled(_not_settled(number, until, timeout, last, trouble), last)
            time.sleep(min(wait, left))
            pause = max(pause, min(pause * _SLOWER, _SLOWEST))

    @public
    def own_orders(self) -> list[OwnOrder]:
        """The orders that this account's programs sent today from this machine, oldest first, restarts included.

        Each is noted before it is sent (``KS_COMPAT_HOME/orders``), and comes with its row of today's order book. One
        without a row was not placed, or does not show yet; an order of an earlier day is listed while the book has it.

        Raises as ``order_report``.
        """
        self._credentials.need_trade()
        noted = self._own.all()
        # The book after the record: an order that is noted meanwhile is not taken for a missing one.
        book = self._order_book()
        by_tag = {order.wire_tag: order for order in book}
        by_number = {order.order_id: order for order in book if order.order_id}
        found = [_with_row(own, by_number.get(own.order_id or "") or by_tag.get(own.wire_tag)) for own in noted]
        today = datetime.fromtimestamp(ambient.now(), IST).date()
        return [own for own in found if own.order is not None or own.time.date() == today]

    def _seen(self, number: str) -> Order | None:
        try:
            rows = self._one_order(number)
        except errors.Refused:
            return None  # the book may lag behind the acknowledgement
        except errors.AnswerNotUnderstood:
            # The answer to one number is inferred only (spec/v2.md 6.12); the whole book's is documented.
            rows = [self._order(row) for row in self._book_rows() if str(row.get("nOrdNo")) == number]
        return next((row for row in rows if row.order_id == number), None)


def _seconds(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise errors.InvalidRequest(f"{name} must be seconds of at least 0, got {value!r}.")
    return float(value)


def _with_row(own: OwnOrder, order: Order | None) -> OwnOrder:
    return own if order is None else replace(own, order=order, order_id=order.order_id)


def _not_settled(number: str, until: str, timeout: float, last: Order | None, trouble: errors.NeoError | None) -> str:
    seen = f"its status is {last.status!r}" if last is not None else "the order book does not show it"
    last_look = f" (the last look failed: {trouble})" if trouble else ""
    return f"Order {number} is not {until} after {timeout:g} s: {seen}{last_look}. It goes its way; look again."
