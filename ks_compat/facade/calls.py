"""What ``KSTradeApi`` answers beside orders: trades, stocks, margins, history; and the methods of the feed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ks_compat import v1
from ks_compat.exceptions import ApiValueError
from ks_compat.native import NeoClient
from ks_compat.v1.arguments import named_as
from ks_compat.v1.calls import need_session

BROADCAST_HOST = "https://wstreamer.kotaksecurities.com/feed"
_NO_STREAM = (
    "live prices are not streamed yet by ks-compat; ask for them with quote(instrument_token, 'LTP'), which takes "
    "several tokens joined by '-'."
)


class OldCalls:
    """The part of ``KSTradeApi`` that reads the account."""

    _neo: NeoClient

    @named_as("trade_report")
    def trade_report(self, order_id: Any = None, is_fno: Any = "") -> dict[str, Any]:
        """The trade book, one row for each fill; with ``order_id`` the states of that order, oldest first.

        The envelope is ``success``.
        """
        return v1.old_trade_report(self._neo, order_id, is_fno)

    @named_as("margin_required")
    def margin_required(self, transaction_type: str | None, order_info: Any) -> dict[str, Any]:
        """What each leg needs, carried forward (``normal``) and as ``mtf``: ``{"Success": [...]}``.

        Args:
            transaction_type: ``BUY`` or ``SELL``, for all legs.
            order_info: dicts with ``instrument_token``, ``quantity``, ``price``, ``trigger_price`` (0 where they are
                missing or None, but for the first two); ``amount`` is not used.

        v2 is asked for one order at a time. ``mtf`` is 0 in derivatives and where v2 declines it, ``superMultiple``
        always.
        """
        return v1.old_margin_required(self._neo, transaction_type, order_info)

    @named_as("margin")
    def margin(self) -> dict[str, Any]:
        """The account's funds: ``{"Success": {"commodities", "currency", "derivatives", "equity"}}``."""
        self._need_session()
        return v1.margin_answer(self._neo.limits())

    @named_as("history")
    def history(self, resource: Any, json_input: Any) -> dict[str, Any]:
        """Daily prices: resource ``historicalprices`` with exchange, cocode (an instrument token), fromdate, todate.

        Returns ``{"success": [{"date", "open", "high", "low", "close", "volume"}]}``. Raises ApiException (404, as the
        old service always answered) for what v2 cannot answer.
        """
        return v1.old_history(self._neo, resource, json_input)

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
        need_session(self._neo)
