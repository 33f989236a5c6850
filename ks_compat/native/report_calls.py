"""Order book, order history, trades, positions (spec/v2.md 2.7 to 2.10)."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ks_compat.native import answers, endpoints
from ks_compat.native.again import Again
from ks_compat.native.base import public
from ks_compat.native.book_rows import BookRows, events
from ks_compat.native.requests import order_number
from ks_compat.native.values import IST

if TYPE_CHECKING:
    from ks_compat.native.account_results import Position, Trade
    from ks_compat.native.order_results import Order, OrderEvent

_LAST = datetime.max.replace(tzinfo=IST)


def _age(moment: datetime | None, number: str) -> tuple[datetime, int, str]:
    """What sorts books: the time; within a second the number, which counts up."""
    return moment or _LAST, len(number), number


def _order_age(order: Order) -> tuple[datetime, int, str]:
    return order.order_time or _LAST, len(order.order_id), order.order_id


class ReportCalls(BookRows):
    """What stands in the account's books."""

    @public
    def order_report(self, order_id: str | int | None = None) -> list[Order]:
        """The order book, oldest order first (``GET quick/user/orders``); empty when there are no orders today.

        An order whose row has not changed since the last time is the same object.
        With ``order_id`` that one order (``GET quick/user/orders/{order_id}``, spec/v2.md 2.7).
        """
        if order_id is None:
            return self._order_book()
        return self._one_order(order_number(order_id))

    @public
    def order_history(self, order_id: str | int) -> list[OrderEvent]:
        """The states that an order went through, oldest first (``POST quick/order/history``)."""
        found = self._rows(endpoints.ORDER_HISTORY, {"nOrdNo": order_number(order_id)})
        self._refreshed()
        # The server gives the newest first (spec/v2.md 2.8).
        return self._states(events(), found[::-1], [{"version": place} for place in range(1, len(found) + 1)])

    @public
    def trade_report(self) -> list[Trade]:
        """The trades of today, if any, one row per fill, oldest first (``GET quick/user/trades``, spec/v2.md 2.9)."""
        from ks_compat.native.account_results import Trade

        rows = self._rows(endpoints.TRADE_BOOK)
        self._refreshed()
        found = [self._row(Trade, row) for row in rows]
        return sorted(found, key=lambda trade: _age(trade.time, trade.trade_id))

    @public
    def positions(self, *, with_ltp: bool = False) -> list[Position]:
        """All positions of the day, carried forward ones included (``GET quick/user/positions``).

        ``with_ltp`` also asks for the quotes of those rows whose last price the server left out; where there is none,
        or the quotes fail, ``ltp`` stays None.
        """
        from ks_compat.native.account_results import Position

        rows = self._renewing(self._position_rows)
        self._refreshed()
        found: list[Position] = [self._row(Position, row) for row in rows]
        unknown = {row.quote_key for row in found if row.ltp is None} if with_ltp else set()
        prices = self._last_prices(sorted(unknown))
        return [
            self._row(Position, {**row, "ltp": prices.get(old.quote_key)}) if old.quote_key in unknown else old
            for row, old in zip(rows, found, strict=True)
        ]

    def _order_book(self) -> list[Order]:
        # v2's own order is not documented, and its samples have the newest first. The old book had the oldest first: a
        # bot that takes the last row means the latest order.
        return sorted(self._read(endpoints.ORDER_BOOK, self._book_orders), key=_order_age)

    def _book_orders(self, answer: answers.Answer) -> list[Order]:
        own = self._refreshed()
        # Another process may have noted an order's tag after its row was read.
        return self._again.read(
            answer,
            self._orders,
            noted=(own, own.entries),
            holds=lambda order: own.tag_of(order.wire_tag, order.order_id) in (None, order.tag),
        )

    def _one_order(self, number: str) -> list[Order]:
        rows = self._rows(endpoints.ORDER_BY_ID, path={"order_id": number})
        self._refreshed()
        return self._orders(rows)

    def _book_rows(self) -> list[dict[str, Any]]:
        return self._rows(endpoints.ORDER_BOOK)

    @functools.cached_property
    def _again(self) -> Again[Order]:
        return Again()

    def _position_rows(self) -> list[dict[str, Any]]:
        answer = self._exchange(endpoints.POSITIONS)
        if answer.status == 404:
            answer = self._exchange(endpoints.POSITIONS_V2)
        return answers.rows(answer)
