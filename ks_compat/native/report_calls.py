"""Order book, order history, trades, positions (spec/v2.md 2.7 to 2.10)."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ks_compat.native import answers, endpoints, results, tags
from ks_compat.native.again import Again
from ks_compat.native.base import public
from ks_compat.native.market_calls import MarketCalls, refusing
from ks_compat.native.own_orders import OwnRecord
from ks_compat.native.reading import Reader
from ks_compat.native.requests import order_number
from ks_compat.native.results import Order, OrderEvent, Position, parsed
from ks_compat.native.values import IST

if TYPE_CHECKING:
    from ks_compat.native.account_results import Trade

_UNSEEN = (None, False)
_LAST = datetime.max.replace(tzinfo=IST)
_head = functools.lru_cache(10_000)(tags.head)
_ORDERS = Reader(Order, "tag")
_EVENTS = Reader(OrderEvent, "tag", "version")


def _age(moment: datetime | None, number: str) -> tuple[datetime, int, str]:
    """What sorts books: the time; within a second the number, which counts up."""
    return moment or _LAST, len(number), number


def _order_age(order: Order) -> tuple[datetime, int, str]:
    return order.order_time or _LAST, len(order.order_id), order.order_id


class ReportCalls(MarketCalls):
    """What stands in the account's books. What is read about orders is remembered: their instrument, whether AMO."""

    @public
    def order_report(self, order_id: str | int | None = None) -> list[Order]:
        """The order book, oldest order first (``GET quick/user/orders``); empty when there are no orders today.

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
        return self._states(_EVENTS, found[::-1], [{"version": place} for place in range(1, len(found) + 1)])

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

    def _order(self, row: dict[str, Any]) -> Order:
        return self._orders([row])[0]

    def _refreshed(self) -> OwnRecord:
        """Brings up to date what rows are read with; before each report."""
        own = self._own
        own.refresh()
        self._numbers.forget()
        return own

    @property
    def _own(self) -> OwnRecord:
        """The record of the account that is logged in."""
        trade = self._credentials.trade
        # The address too: what was tried on a sandbox is no order of the account.
        account = f"{self._settings.login_url} {(trade and trade.ucc) or self._settings.ucc or ''}"
        found = self._records.get(account)
        return found or self._records.setdefault(account, OwnRecord(self._settings.home, account))

    @functools.cached_property
    def _records(self) -> dict[str, OwnRecord]:
        return {}

    @functools.cached_property
    def _again(self) -> Again[Order]:
        return Again()

    @functools.cached_property
    def _numbers(self) -> _Numbers:
        return _Numbers(self)

    @functools.cached_property
    def _symbols(self) -> dict[str, str]:
        """Order number: trading symbol."""
        return {}

    def _position_rows(self) -> list[dict[str, Any]]:
        answer = self._exchange(endpoints.POSITIONS)
        if answer.status == 404:
            answer = self._exchange(endpoints.POSITIONS_V2)
        return answers.rows(answer)

    def _orders(self, rows: list[dict[str, Any]]) -> list[Order]:
        found: list[Order] = self._states(_ORDERS, rows, itertools.repeat({}))
        self._ordered.update(
            ((each.order_id, each.exchange_segment, each.trading_symbol), each.token) for each in found
        )
        return found

    def _states(self, reader: Reader, rows: list[dict[str, Any]], more: Iterable[dict[str, Any]]) -> list[Any]:
        """The rows as results, each with its own tag; ``more`` holds what else a row does not say itself."""
        own, known, symbols, found = self._own, self._known, self._symbols, []
        private = {"_token_of": self._numbers}
        for row, fields in zip(rows, more, strict=False):
            tag = _tag(own, row)
            result = reader.read(row, private.copy(), tag=tag, **fields)
            number, segment, amo = result.order_id, result.exchange_segment, result.is_amo
            before = known.get(number, _UNSEEN)
            if amo or segment != before[0]:
                # Later rows of an after-market order need not say so again.
                known[number] = (segment, amo or before[1])
            symbols[number] = result.trading_symbol
            found.append(result)
        return found

    def _row(self, model: type[results.Result], row: dict[str, Any]) -> Any:
        result = parsed(model, row, tag=_tag(self._own, row))
        result._token_of = self._numbers
        return result

    @public
    def _token_of(self, row: Any) -> int:
        token, name, series = row.token, row.symbol, row.series
        if not token and hasattr(row, "trade_id"):
            # v2's trades name no exchange token, its orders do: no look-up in the scrip master is needed then.
            token = self._ordered.get((row.order_id, row.exchange_segment, row.trading_symbol), "")
        with refusing():
            if not token:
                # Trades name no token; their trading symbol is exact.
                found = self.instruments.by_trading_symbol(row.exchange_segment, row.trading_symbol)
                token, name, series = found.symbol, found.name, found.series
            return self.instruments.token_of(row.exchange_segment, token, name=name, series=series)


class _Numbers:
    """The old numbers of rows: between two reports each instrument's is worked out once, when it is first asked for."""

    def __init__(self, client: ReportCalls) -> None:
        self._client = client
        self._found: dict[tuple[str, str, str, str], int] = {}

    def forget(self) -> None:
        """What was worked out is: a number may have been pinned, or used by the program, since."""
        self._found = {}

    def __call__(self, row: Any) -> int:
        key = (row.exchange_segment, row.token, row.symbol, row.series)
        found = self._found.get(key)
        if found is None:
            found = self._client._token_of(row)
            if row.token:  # trades name none: there the trading symbol counts
                self._found[key] = found
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Numbers) and other._client is self._client

    def __hash__(self) -> int:
        return hash(id(self._client))


def _tag(own: OwnRecord, row: dict[str, Any]) -> str:
    """The caller's tag of an order, as far as it is known."""
    wire_tag, number = str(row.get("GuiOrdId") or ""), str(row.get("nOrdNo") or "")
    tag = own.tag_of(wire_tag, number)
    return _head(wire_tag) if tag is None else tag
