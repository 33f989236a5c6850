"""Order book, order history, trades, positions (spec/v2.md 2.7 to 2.10)."""

from __future__ import annotations

from typing import Any

from ks_compat.native import answers, endpoints, results, tags
from ks_compat.native.account_results import Trade
from ks_compat.native.base import public
from ks_compat.native.market_calls import MarketCalls, refusing
from ks_compat.native.requests import order_number
from ks_compat.native.results import Order, OrderEvent, Position, parsed


class ReportCalls(MarketCalls):
    """What stands in the account's books. What is read about orders is remembered: their segment, whether AMO."""

    @public
    def order_report(self, order_id: str | int | None = None) -> list[Order]:
        """The order book (``GET quick/user/orders``); empty when there are no orders today.

        With ``order_id`` that one order (``GET quick/user/orders/{order_id}``, spec/v2.md 2.7).
        """
        if order_id is None:
            return self._order_book()
        rows = self._rows(endpoints.ORDER_BY_ID, path={"order_id": order_number(order_id)})
        return [self._row(Order, row) for row in rows]

    @public
    def order_history(self, order_id: str | int) -> list[OrderEvent]:
        """The states that an order went through, oldest first (``POST quick/order/history``)."""
        found = self._rows(endpoints.ORDER_HISTORY, {"nOrdNo": order_number(order_id)})
        # The server gives the newest first (spec/v2.md 2.8).
        return [self._row(OrderEvent, row, version=place) for place, row in enumerate(reversed(found), 1)]

    @public
    def trade_report(self) -> list[Trade]:
        """The trades of today, if any, one row per fill (``GET quick/user/trades``, spec/v2.md 2.9)."""
        return [self._row(Trade, row) for row in self._rows(endpoints.TRADE_BOOK)]

    @public
    def positions(self, *, with_ltp: bool = False) -> list[Position]:
        """All positions of the day, carried forward ones included (``GET quick/user/positions``).

        ``with_ltp`` also asks for the quotes of those rows whose last price the server left out; where there is none,
        or the quotes fail, ``ltp`` stays None.
        """
        rows = self._renewing(self._position_rows)
        found: list[Position] = [self._row(Position, row) for row in rows]
        unknown = {row.quote_key for row in found if row.ltp is None} if with_ltp else set()
        prices = self._last_prices(sorted(unknown))
        return [
            self._row(Position, {**row, "ltp": prices.get(old.quote_key)}) if old.quote_key in unknown else old
            for row, old in zip(rows, found, strict=True)
        ]

    def _order_book(self) -> list[Order]:
        return [self._row(Order, row) for row in self._rows(endpoints.ORDER_BOOK)]

    def _position_rows(self) -> list[dict[str, Any]]:
        answer = self._exchange(endpoints.POSITIONS)
        if answer.status == 404:
            answer = self._exchange(endpoints.POSITIONS_V2)
        return answers.rows(answer)

    def _row(self, model: type[results.Result], row: dict[str, Any], **more: Any) -> Any:
        wire_tag = str(row.get("GuiOrdId") or "")
        result = parsed(model, row, tag=self._tags.get(wire_tag, tags.head(wire_tag)), **more)
        result._token_of = self._token_of
        if isinstance(result, (Order, OrderEvent)):
            # Later rows of an after-market order need not say so again.
            was_amo = self._known.get(result.order_id, ("", False))[1]
            self._known[result.order_id] = (result.exchange_segment, was_amo or result.is_amo)
        return result

    @public
    def _token_of(self, row: Any) -> int:
        token, name, series = row.token, row.symbol, row.series
        with refusing():
            if not token:
                # Trades name no token; their trading symbol is exact.
                found = self.instruments.by_trading_symbol(row.exchange_segment, row.trading_symbol)
                token, name, series = found.symbol, found.name, found.series
            return self.instruments.token_of(row.exchange_segment, token, name=name, series=series)
