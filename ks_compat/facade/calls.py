"""What ``KSTradeApi`` answers beside orders: trades, stocks, margins, history; and the methods of the feed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ks_compat import v1
from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.native import Holding, InstrumentRefused, Margin, NeoClient, Order, Quote, Refused, Trade
from ks_compat.native.market_calls import refusing

BROADCAST_HOST = "https://wstreamer.kotaksecurities.com/feed"
_NO_STREAM = (
    "live prices are not streamed yet by ks-compat; ask for them with quote(instrument_token, 'LTP'), which takes "
    "several tokens joined by '-'."
)


class OldCalls:
    """The part of ``KSTradeApi`` that reads the account."""

    _neo: NeoClient

    def trade_report(self, order_id: Any = None, is_fno: Any = "") -> dict[str, Any]:  # noqa: ARG002 - v2 needs no hint
        """The trade book, one row for each fill; with ``order_id`` the states of that order, oldest first.

        The envelope is ``success``.
        """
        self._need_session()
        if order_id is None:
            return v1.trade_book_answer([self._numbered(trade) for trade in self._neo.trade_report()])
        return v1.order_history_answer(self._neo.order_history(order_id))

    def margin_required(self, transaction_type: str | None, order_info: Any) -> dict[str, Any]:
        """What each leg needs, carried forward (``normal``) and as ``mtf``: ``{"Success": [...]}``.

        Args:
            transaction_type: ``BUY`` or ``SELL``, for all legs.
            order_info: dicts with ``instrument_token``, ``quantity``, ``price``, ``trigger_price`` (0 where they are
                missing or None, but for the first two); ``amount`` is not used.

        v2 is asked for one order at a time. ``mtf`` is 0 in derivatives and where v2 declines it, ``superMultiple``
        always.
        """
        self._need_session()
        legs = v1.margin_required(transaction_type, order_info)
        return v1.margin_required_answer([self._leg(leg) for leg in legs])

    def margin(self) -> dict[str, Any]:
        """The account's funds: ``{"Success": {"commodities", "currency", "derivatives", "equity"}}``."""
        self._need_session()
        return v1.margin_answer(self._neo.limits())

    def history(self, resource: Any, json_input: Any) -> dict[str, Any]:
        """Daily prices: resource ``historicalprices`` with exchange, cocode (an instrument token), fromdate, todate.

        Returns ``{"success": [{"date", "open", "high", "low", "close", "volume"}]}``. Raises ApiException (404, as the
        old service always answered) for what v2 cannot answer.
        """
        self._need_session()
        wanted = v1.history_request(resource, json_input)
        try:
            with refusing():
                key = self._neo.instruments.quote_key(wanted.token)
        except InstrumentRefused as refusal:
            raise v1.no_history(str(refusal)) from refusal
        if key.split("_")[0].upper() != wanted.exchange:
            raise v1.no_history(f"Instrument {wanted.token} does not trade at {wanted.exchange}.")
        return v1.history_answer(self._neo.historical_data(key, "D", wanted.first, wanted.last))

    def subscribe(
        self,
        input_tokens: Any,  # noqa: ARG002 - the old signature, here and below
        callback: Callable[[Any], Any],  # noqa: ARG002
        broadcast_host: str = BROADCAST_HOST,  # noqa: ARG002
        *,
        logger: Any = False,  # noqa: ARG002
        engineio_logger: Any = False,  # noqa: ARG002
        connect_event: Any = None,  # noqa: ARG002
        disconnect_event: Any = None,  # noqa: ARG002
        error_event: Any = None,  # noqa: ARG002
    ) -> None:
        """Never raises; prints that there is no stream yet. The keywords are those that old forks took."""
        print(f"Other error occurred: {_NO_STREAM}")  # noqa: T201 - the old way of telling

    def unsubscribe(self) -> None:
        """Raises ApiValueError, as it did where nothing was subscribed."""
        raise ApiValueError("Please subscribe first")

    def _need_session(self) -> None:
        if not self._neo.logged_in:
            raise ApiValueError("Please invoke 'session_2fa' function first")

    def _stocks(self) -> dict[str, Any]:
        holdings = self._neo.holdings()
        return v1.stocks_answer(holdings, self._market_of(holdings), self._number_of)

    def _market_of(self, holdings: list[Holding]) -> list[Quote]:
        try:
            return self._neo.quotes([holding.quote_key for holding in holdings]) if holdings else []
        except (ApiException, ApiValueError):
            # Holdings are worth more than their prices.
            return []

    def _number_of(self, holding: Holding) -> int:
        # v2's holdings still tell the old number (spec/instruments.md 2.8).
        return holding.v1_token or self._neo._token_of(holding)

    def _leg(self, leg: dict[str, Any]) -> v1.LegMargin:
        number = leg["instrument_token"]
        normal = self._neo.margin_required(product=v1.native_product("N"), **leg)
        with refusing():
            segment = self._neo.instruments.by_token(number).exchange_segment
        mtf = self._mtf_margin(leg) if segment.endswith("_cm") else None
        return v1.LegMargin(number, normal, mtf)

    def _mtf_margin(self, leg: dict[str, Any]) -> Margin | None:
        try:
            return self._neo.margin_required(product=v1.native_product("MTF"), **leg)
        except ApiException as refusal:
            # The same order was understood without margin trading: this share cannot be had on it.
            if isinstance(refusal.__cause__, Refused):
                return None
            raise

    @functools.cached_property
    def _orders_seen(self) -> dict[str, Order]:
        return {}

    def _remember(self, orders: list[Order]) -> list[Order]:
        self._orders_seen.update((order.order_id, order) for order in orders)
        return orders

    def _numbered(self, trade: Trade) -> Trade:
        # v2's trades name no exchange token, its orders do: no look-up in the scrip master is needed then.
        order = self._orders_seen.get(trade.order_id)
        same = order is not None and (order.exchange_segment, order.trading_symbol) == (
            trade.exchange_segment,
            trade.trading_symbol,
        )
        if order is None or not same:
            return trade
        numbered = trade.model_copy(update={"token": order.token})
        numbered._token_of = trade._token_of
        return numbered
