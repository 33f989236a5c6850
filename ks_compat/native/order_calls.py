"""Place, modify, cancel, exit (spec/v2.md 2.3 to 2.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ks_compat.native import answers, endpoints, tags
from ks_compat.native.base import public
from ks_compat.native.orders import OrderDesk
from ks_compat.native.report_calls import ReportCalls
from ks_compat.native.requests import (
    CARRY,
    CancelOrder,
    ExitBracketOrder,
    ExitCoverOrder,
    ModifyOrder,
    PlaceOrder,
    carried_product,
    order_number,
)
from ks_compat.native.results import OrderAck

_ENDPOINTS: dict[type[Any], endpoints.Endpoint] = {
    PlaceOrder: endpoints.PLACE_ORDER,
    ModifyOrder: endpoints.MODIFY_ORDER,
    CancelOrder: endpoints.CANCEL_ORDER,
    ExitCoverOrder: endpoints.EXIT_COVER_ORDER,
    ExitBracketOrder: endpoints.EXIT_BRACKET_ORDER,
}


class OrderCalls(ReportCalls):
    """Orders, each sent at most once (``ks_compat.native.orders``)."""

    @public
    def place_order(
        self,
        *,
        transaction_type: str,
        quantity: Any,
        product: str,
        order_type: str,
        price: Any = 0,
        trigger_price: Any = 0,
        exchange_segment: str | None = None,
        trading_symbol: str | None = None,
        instrument_token: int | str | None = None,
        validity: str = "DAY",
        amo: str = "NO",
        disclosed_quantity: Any = 0,
        tag: str | None = None,
    ) -> OrderAck:
        """Places an order, once (``POST quick/order/rule/ms/place``).

        Args:
            transaction_type: ``B`` or ``S``.
            quantity: units, not lots.
            product: ``CNC``, ``NRML``, ``MIS``, ``MTF``; or ``CARRY``: CNC in cash, NRML in derivatives.
            order_type: ``MKT``, ``L``, ``SL``, ``SL-M``.
            price: rupees; 0 for MKT and SL-M.
            trigger_price: rupees; 0 for MKT and L.
            exchange_segment: ``nse_cm``, ``bse_cm``, ``nse_fo``, ``bse_fo``, ``mcx_fo``, with ``trading_symbol``.
            instrument_token: a number that ``ks_compat.instruments`` can prove, instead of the two.
            validity: ``DAY`` or ``IOC``.
            amo: ``YES`` for an after-market order.
            disclosed_quantity: units.
            tag: your own mark; the head of the unique tag that is sent.

        Returns the acknowledgement; a rejection by RMS or exchange shows later, in the order book.
        Raises NotLoggedIn, InvalidRequest, InstrumentRefused, NotSent (nothing left), Refused, OrderOutcomeUnknown.
        """
        self._credentials.need_trade()
        segment, symbol = self._instrument(exchange_segment, trading_symbol, instrument_token)
        order = PlaceOrder.of(
            exchange_segment=segment,
            trading_symbol=symbol,
            transaction_type=transaction_type,
            quantity=quantity,
            product=carried_product(segment) if product == CARRY else product,
            order_type=order_type,
            price=price,
            trigger_price=trigger_price,
            validity=validity,
            amo=amo,
            disclosed_quantity=disclosed_quantity,
            tag=tags.unique(tag),
        )
        if tag is not None:
            self._tags[order.tag] = tag
        number = self._desk().place(order)
        self._known[number] = (segment, order.amo == "YES")
        return OrderAck(
            order_id=number,
            exchange_segment=segment,
            quantity=int(order.quantity),
            price=Decimal(order.price),
            tag=tag,
            wire_tag=order.tag,
        )

    @public
    def modify_order(
        self,
        order_id: str | int,
        *,
        quantity: Any,
        order_type: str,
        price: Any = 0,
        trigger_price: Any = 0,
        validity: str = "DAY",
        disclosed_quantity: Any = 0,
        amo: str | None = None,
    ) -> OrderAck:
        """Gives an open order new terms (``POST quick/order/vr/modify``). ``quantity`` is the new total, in units.

        ``amo``: None for ``YES`` where this client knows the order as an after-market order, else ``NO``.
        Raises as ``place_order``.
        """
        self._credentials.need_trade()
        number = order_number(order_id)
        order = ModifyOrder.of(
            order_id=number,
            quantity=quantity,
            order_type=order_type,
            price=price,
            trigger_price=trigger_price,
            validity=validity,
            disclosed_quantity=disclosed_quantity,
            amo=amo or self._amo(number),
        )
        self._desk().modify(order)
        return OrderAck(
            order_id=number,
            exchange_segment=self._known.get(number, ("", False))[0],
            quantity=int(order.quantity),
            price=Decimal(order.price),
        )

    @public
    def cancel_order(self, order_id: str | int, *, amo: str | None = None) -> OrderAck:
        """Cancels an order (``POST quick/order/cancel``). ``amo`` as in ``modify_order``. Raises as ``place_order``."""
        return self._cancel(CancelOrder, order_id, amo)

    @public
    def exit_cover_order(self, order_id: str | int) -> OrderAck:
        """Exits a cover order (``POST quick/order/co/exit``, spec/v2.md 2.6). Raises as ``place_order``.

        Cover orders are retired on the API: what the server says to this is told as it is.
        """
        return self._cancel(ExitCoverOrder, order_id)

    @public
    def exit_bracket_order(self, order_id: str | int) -> OrderAck:
        """Exits a bracket order (``POST quick/order/bo/exit``, spec/v2.md 2.6); retired, as ``exit_cover_order``."""
        return self._cancel(ExitBracketOrder, order_id)

    def _cancel(self, request: type[CancelOrder], order_id: str | int, amo: str | None = None) -> OrderAck:
        self._credentials.need_trade()
        number = order_number(order_id)
        self._desk().cancel(request.of(order_id=number, amo=amo or self._amo(number)))
        return OrderAck(order_id=number, exchange_segment=self._known.get(number, ("", False))[0])

    def _desk(self) -> OrderDesk:
        return OrderDesk(self._send_order, self._order_book)

    def _send_order(self, order: PlaceOrder | ModifyOrder | CancelOrder) -> answers.Answer:
        return self._exchange(_ENDPOINTS[type(order)], order.fields())

    def _amo(self, number: str) -> str:
        return "YES" if self._known.get(number, ("", False))[1] else "NO"
