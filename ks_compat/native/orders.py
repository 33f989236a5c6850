"""Order calls, sent at most once (money rule 1).

A place, modify or cancel is never repeated. When its answer is lost (a timeout, a dropped connection, an answer of a
gateway that does not say), the order book is asked, and the call ends with the acknowledgement that it missed, or with
an error that says what is known. Never a guess: a refusal by the server is a proof that the call did nothing, an order
that the book does not show is none, since the book may lag.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ks_compat.native import errors
from ks_compat.native.answers import Answer, payload
from ks_compat.native.order_states import is_cancelled, is_filled, is_terminal
from ks_compat.native.requests import CancelOrder, ModifyOrder, PlaceOrder

if TYPE_CHECKING:
    from ks_compat.native.order_results import Order

LOOKS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds to wait before each look into the order book: it may lag behind the order."""
PATIENCE = 30.0
"""Seconds after which no further look begins: a single one may take as long as the read timeout."""

UNCLEAR = frozenset({32, 408, 424, 1005})
"""Codes and HTTP statuses after which an order may stand all the same, beside every 5xx (spec/v2.md 2.1, 2.2).

32, 424 and 1005 are failures inside the order system; 32 also tells of a tag that is there already.
"""
_TAG_EXISTS = 5204
"""Of a placement: its tag, which no other order has, arrived before. Of a cancellation: no such order."""
_NUMBERED = re.compile(r'"nOrdNo"\s*:\s*"?\s*\d')
"""In the refusal of a new order: it has a number, so it may stand."""

Row = dict[str, Any]


class OrderDesk:
    """Sends order calls and finds out what became of those whose answer was lost."""

    def __init__(
        self,
        send: Callable[[PlaceOrder | ModifyOrder | CancelOrder], Answer],
        book: Callable[[], list[Row]],
        parsed: Callable[[Row], Order],
    ) -> None:
        """``book`` gives the rows of the order book as they come, ``parsed`` makes an Order of one."""
        self._send = send
        self._book = book
        self._parsed = parsed

    def place(self, order: PlaceOrder) -> str:
        """The order number. Raises NotDone or OrderOutcomeUnknown, as all order calls do."""
        lost = self._number_or_loss(order)
        if isinstance(lost, str):
            return lost
        # One that was rejected later was acknowledged all the same: its row says so.
        found, trouble = self._look(lambda row: row.get("GuiOrdId") == order.tag, lambda row: _number(row) is not None)
        if found is not None:
            return str(_number(found))
        raise errors.OrderOutcomeUnknown(
            f"The answer to an order was lost ({lost}) and {_unseen(trouble)}: it may or may not stand. "
            f"Look in the order book for the tag {order.tag} before you send it again.",
            order.tag,
        ) from lost

    def modify(self, order: ModifyOrder) -> str:
        """The order number."""
        return self._settled(order, lambda row: _was_modified(row, order), "modify")

    def cancel(self, order: CancelOrder) -> str:
        """The order number."""
        if type(order) is CancelOrder:
            return self._settled(order, _was_cancelled, "cancel")
        # A cover or bracket order is filled while it can still be exited: that proves nothing.
        return self._settled(order, lambda row: is_cancelled(row.status) or None, "exit")

    def _settled(self, order: ModifyOrder | CancelOrder, happened: Callable[[Order], bool | None], verb: str) -> str:
        lost = self._number_or_loss(order)
        if isinstance(lost, str):
            return order.order_id
        seen: list[Order] = []
        verdicts: list[bool] = []

        def settles(row: Row) -> bool:
            seen.append(self._parsed(row))
            verdict = happened(seen[-1])
            verdicts.extend(() if verdict is None else (verdict,))
            return verdict is not None

        _, trouble = self._look(lambda row: str(row.get("nOrdNo")) == order.order_id, settles)
        if verdicts == [True]:
            return order.order_id
        if verdicts == [False]:
            raise errors.OrderNotChanged(
                f"The {verb} of order {order.order_id} did not happen: the order is {seen[-1].status}. (The answer was "
                f"lost: {lost})",
                seen[-1],
            ) from lost
        status = f" (its status is {seen[-1].status})" if seen else ""
        raise errors.OrderOutcomeUnknown(
            f"The answer to the {verb} of order {order.order_id} was lost ({lost}) and {_unseen(trouble)}{status}: it "
            "may or may not have happened. Look at the order before you go on.",
            order.order_id,
        ) from lost

    def _number_or_loss(self, order: PlaceOrder | ModifyOrder | CancelOrder) -> str | errors.NeoError:
        try:
            answer = payload(self._send(order))
        except errors.NeoError as error:
            if _is_proof(error, order):
                raise
            return error
        except RecursionError:  # of the decoder, in an answer that was made to hurt
            return errors.NoAnswer("the answer could not be decoded")
        number = _number(answer) if isinstance(answer, dict) else None
        if number is None:
            return errors.NoAnswer("the answer has no order number")
        # An exit may well answer with the number of the order that closes the position (spec/v2.md 2.6, no sample).
        if (isinstance(order, ModifyOrder) or type(order) is CancelOrder) and number != order.order_id:
            return errors.NoAnswer(f"the answer is about another order, {number}")
        return number

    def _look(
        self, is_it: Callable[[Row], bool], settles: Callable[[Row], bool]
    ) -> tuple[Row | None, errors.NeoError | None]:
        """The row that settles the matter, if one does; and why the last look failed, if it did."""
        trouble: errors.NeoError | None = None
        end = time.monotonic() + PATIENCE
        for pause in LOOKS:
            wait = max(pause, getattr(trouble, "retry_after", None) or 0.0)
            if time.monotonic() + wait > end or isinstance(trouble, (errors.SessionExpired, errors.NotLoggedIn)):
                break
            time.sleep(wait)
            try:
                found = next(filter(is_it, self._book()), None)
                trouble = None
                if found is not None and settles(found):
                    return found, None
            except errors.NeoError as error:
                trouble = error
        return None, trouble


def _is_proof(error: errors.NeoError, order: PlaceOrder | ModifyOrder | CancelOrder) -> bool:
    if not isinstance(error, errors.NotDone):
        return False
    if not isinstance(error, errors.ApiError):
        return True
    if isinstance(order, PlaceOrder) and (error.code == _TAG_EXISTS or _NUMBERED.search(error.body)):
        return False
    # Whatever else a 5xx says: it comes from a gateway, behind which the order may have been taken.
    return not any(number in UNCLEAR or 500 <= number <= 599 for number in (error.status, error.code))


def _number(document: Row) -> str | None:
    text = str(document.get("nOrdNo")).strip()
    return text if text.isascii() and text.isdecimal() else None


def _unseen(trouble: errors.NeoError | None) -> str:
    return f"the order book could not be read ({trouble})" if trouble else "the order book does not show it"


def _was_modified(row: Order, order: ModifyOrder) -> bool | None:
    terms = (row.price, row.trigger_price, row.quantity, row.validity, row.disclosed_quantity)
    wanted = (Decimal(order.price), Decimal(order.trigger_price), int(order.quantity))
    as_wanted = terms == (*wanted, order.validity, int(order.disclosed_quantity))
    # Other terms prove nothing, not even of an order that has ended: somebody may have changed it again since. And of
    # one that was cancelled or rejected with these terms nobody can tell.
    return True if as_wanted and (is_filled(row.status) or not is_terminal(row.status)) else None


def _was_cancelled(row: Order) -> bool | None:
    return is_cancelled(row.status) or (False if is_terminal(row.status) else None)
