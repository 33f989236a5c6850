"""Place, modify, cancel, exit (spec/v2.md 2.3 to 2.6)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ks_compat.native import answers, endpoints, tags
from ks_compat.native.base import public
from ks_compat.native.increments import fitted
from ks_compat.native.market_calls import refusing
from ks_compat.native.models import built
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

if TYPE_CHECKING:
    from ks_compat.instruments import Instrument

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
            quantity: units, not lots; a multiple of the lot size.
            product: ``CNC``, ``NRML``, ``MIS``, ``MTF``; or ``CARRY``: CNC in cash, NRML in derivatives.
            order_type: ``MKT``, ``L``, ``SL``, ``SL-M``.
            price: rupees, on the instrument's tick; 0 for MKT and SL-M. Tick and lot are checked where the instrument
                is known: by its ``instrument_token``, or by its trading symbol while today's scrip master is here.
            trigger_price: rupees; 0 for MKT and L.
            exchange_segment: ``nse_cm``, ``bse_cm``, ``nse_fo``, ``bse_fo``, ``mcx_fo``, with ``trading_symbol``.
            instrument_token: a number that ``ks_compat.instruments`` can prove, instead of the two.
            validity: ``DAY`` or ``IOC``.
            amo: ``YES`` for an after-market order.
            disclosed_quantity: units.
            tag: your own mark; the head of the unique tag that is sent.

        Returns the acknowledgement; a rejection by RMS or exchange shows later, in the order book (``wait_for``).
        Raises a NotDone (NotLoggedIn, InvalidRequest, InstrumentRefused, NotSent, Refused ...) where the order does not
        stand, proven; OrderOutcomeUnknown where it may.
        """
        self._credentials.need_trade()
        mark = tags.text(tag)
        order = self._new_order(
            exchange_segment,
            trading_symbol,
            instrument_token,
            transaction_type=transaction_type,
            quantity=quantity,
            product=product,
            order_type=order_type,
            price=price,
            trigger_price=trigger_price,
            validity=validity,
            amo=amo,
            disclosed_quantity=disclosed_quantity,
            tag=mark,
        )
        segment, symbol = order.exchange_segment, order.trading_symbol
        own = self._own
        own.sending(order.tag, mark)
        number = self._desk().place(order)
        own.acknowledged(order.tag, number)
        self._known[number] = (segment, order.amo == "YES")
        self._symbols[number] = symbol
        return built(OrderAck)(
            order_id=number,
            exchange_segment=segment,
            quantity=int(order.quantity),
            price=Decimal(order.price),
            tag=mark,
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
        Raises as ``place_order``; OrderNotChanged where the answer was lost and the order had come to its end.
        """
        self._credentials.need_trade()
        order = self._new_terms(
            order_id,
            quantity=quantity,
            order_type=order_type,
            price=price,
            trigger_price=trigger_price,
            validity=validity,
            disclosed_quantity=disclosed_quantity,
            amo=amo,
        )
        self._desk().modify(order)
        return built(OrderAck)(
            order_id=order.order_id,
            exchange_segment=self._segment_of(order.order_id),
            quantity=int(order.quantity),
            price=Decimal(order.price),
        )

    @public
    def cancel_order(self, order_id: str | int, *, amo: str | None = None) -> OrderAck:
        """Cancels an order (``POST quick/order/cancel``). ``amo`` as in ``modify_order``. Raises as that."""
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
        order = self._cancelling(request, order_id, amo)
        self._desk().cancel(order)
        return built(OrderAck)(order_id=order.order_id, exchange_segment=self._segment_of(order.order_id))

    # -- made ready, and not sent --------------------------------------------------------------------------------------

    @public
    def prepare_order(self, /, **arguments: Any) -> PlaceOrder:
        """What ``place_order`` would send for these arguments, checked as there. Sends no order and needs no session.

        Raises InvalidRequest, InstrumentRefused; TypeError for arguments that ``place_order`` does not take.
        """
        given = _with_defaults(OrderCalls.place_order, self, arguments)
        instrument = [given.pop(name) for name in ("exchange_segment", "trading_symbol", "instrument_token")]
        return self._new_order(*instrument, **given)

    @public
    def prepare_modify(self, order_id: str | int, /, **arguments: Any) -> ModifyOrder:
        """What ``modify_order`` would send; as ``prepare_order``."""
        return self._new_terms(**_with_defaults(OrderCalls.modify_order, self, {"order_id": order_id, **arguments}))

    @public
    def prepare_cancel(self, order_id: str | int, *, amo: str | None = None) -> CancelOrder:
        """What ``cancel_order`` would send; as ``prepare_order``."""
        return self._cancelling(CancelOrder, order_id, amo)

    def _new_order(
        self, segment: str | None, symbol: str | None, token: int | str | None, *, tag: Any, product: str, **terms: Any
    ) -> PlaceOrder:
        segment, symbol, instrument = self._to_trade(segment, symbol, token)
        order = PlaceOrder.of(
            exchange_segment=segment,
            trading_symbol=symbol,
            product=carried_product(segment) if product == CARRY else product,
            tag=tags.unique(tags.text(tag)),
            **terms,
        )
        return order if instrument is None else fitted(order, instrument)

    def _new_terms(self, order_id: str | int, *, amo: str | None, **terms: Any) -> ModifyOrder:
        number = order_number(order_id)
        order = ModifyOrder.of(order_id=number, amo=amo or self._amo(number), **terms)
        instrument = self._listed(self._segment_of(number), self._symbols.get(number, ""))
        return order if instrument is None else fitted(order, instrument)

    def _cancelling(self, request: type[CancelOrder], order_id: str | int, amo: str | None) -> CancelOrder:
        number = order_number(order_id)
        return request.of(order_id=number, amo=amo or self._amo(number))

    # ------------------------------------------------------------------------------------------------------------------

    def _desk(self) -> OrderDesk:
        return OrderDesk(self._send_order, self._book_rows, self._order)

    def _send_order(self, order: PlaceOrder | ModifyOrder | CancelOrder) -> answers.Answer:
        return self._exchange(_ENDPOINTS[type(order)], order.fields())

    def _to_trade(
        self, segment: str | None, symbol: str | None, token: int | str | None
    ) -> tuple[str, str, Instrument | None]:
        if token is None or segment or symbol:
            segment, symbol = self._instrument(segment, symbol, token)
            return segment, symbol, self._listed(segment, symbol)
        with refusing():
            found = self.instruments.by_token(token)
        return found.exchange_segment, found.trading_symbol, found

    def _listed(self, segment: str, symbol: str) -> Instrument | None:
        """The instrument, where today's scrip master is here; nothing is downloaded for it."""
        # The instruments room is not even loaded for a program that has no scrip master.
        if not symbol or (self._instruments is None and not (self._settings.home / "instruments").is_dir()):
            return None
        return self.instruments.listed(segment, symbol)

    def _segment_of(self, number: str) -> str:
        return self._known.get(number, ("", False))[0]

    def _amo(self, number: str) -> str:
        return "YES" if self._known.get(number, ("", False))[1] else "NO"


def _with_defaults(method: Callable[..., Any], client: OrderCalls, arguments: dict[str, Any]) -> dict[str, Any]:
    bound = inspect.signature(method).bind(client, **arguments)
    bound.apply_defaults()
    return {name: value for name, value in bound.arguments.items() if name != "self"}
