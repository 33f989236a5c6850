"""The order book: every state an order goes through, at once and always the same (spec/v2.md 6.1, 6.5, 6.6)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from ks_compat.sandbox import funds, timefmt
from ks_compat.sandbox.fates import Clock, Fate, Turn
from ks_compat.sandbox.master import Master
from ks_compat.sandbox.order_state import TERMINAL, WAITING, Fill, Order, OrderState, Status
from ks_compat.sandbox.positions import Position, Positions
from ks_compat.sandbox.switches import Switches
from ks_compat.sandbox.ticket import Ticket
from ks_compat.sandbox.wire import not_ok


@dataclass(eq=False)
class _Fated:
    """A turn that is still to come to an order; `shown` is how much of its history the book shows until then."""

    order: Order
    turn: Turn
    clock: Clock
    shown: int


class OrderBook:
    """All orders and fills since the last reset, in the order they came."""

    def __init__(self, master: Master, clock: Callable[[], float], switches: Switches) -> None:
        self.orders: dict[str, Order] = {}
        self.fills: list[Fill] = []
        self._master = master
        self._clock = clock
        self._switches = switches
        self._tags: set[str] = set()
        self._sequence = 0
        self._positions = Positions()
        self._waiting: dict[str, Order] = {}
        self._fates: list[_Fated] = []

    def place(self, ticket: Ticket, fate: Fate | None = None, *, unique: bool = True) -> str:
        """Take an order and return its number; what becomes of it stands in the book.

        A used tag is refused (5204), but where `unique` is off: the old API's tags were free text.
        """
        if unique and ticket.tag and ticket.tag in self._tags:
            raise not_ok(5204, "Put Order Response : Client OrderID already exists")
        if unique:
            self._tags.add(ticket.tag)
        now = self._clock()
        number = f"{timefmt.order_day(now)}{len(self.orders) + 1:09d}"
        order = Order([OrderState(number, ticket, entered_at=now, at=now, sequence=self._next())])
        self.orders[number] = order
        self._await(order, fate, shown=0)
        if ticket.after_market:
            self._record(order, replace(order.now, status=Status.AMO_RECEIVED, ticket=self._protected(ticket)))
        else:
            self._send(order)
        return number

    def modify(
        self, number: str, after_market: bool, change: Callable[[Ticket], Ticket], fate: Fate | None = None
    ) -> None:
        """Change a live order; `change` makes the new ticket and may refuse."""
        order = self._live(number, after_market)
        before = len(order.history)
        ticket = change(order.now.ticket)
        objection = self._objection(ticket)
        if objection:
            # A refused change leaves the order as it was; rejecting it would take a live order off the exchange.
            raise not_ok(1009, objection)
        if self._shortage(ticket, order):
            raise not_ok(1004, "Insufficient balance.")
        if after_market:
            self._record(order, replace(order.now, status=Status.AMO_MODIFIED, ticket=self._protected(ticket)))
        else:
            self._record(order, replace(order.now, status=Status.MODIFIED, ticket=ticket))
            self._match(order)
        self._await(order, fate, shown=before)

    def cancel(self, number: str, after_market: bool, fate: Fate | None = None) -> None:
        """Cancel a live order."""
        order = self._live(number, after_market)
        self._await(order, fate, shown=len(order.history))
        status = Status.AMO_CANCELLED if after_market else Status.CANCELLED
        self._record(order, replace(order.now, status=status, cancelled_quantity=order.now.ticket.quantity))

    def look(self) -> list[list[OrderState]]:
        """Return what a report shows of each order, oldest first: its history, but for what the book still hides."""
        self.settle(looked=True)
        hidden = {id(fated.order): fated.shown for fated in reversed(self._fates) if fated.turn is Turn.SHOWN}
        seen = [order.history[: hidden.get(id(order), len(order.history))] for order in self.orders.values()]
        return [history for history in seen if history]

    def settle(self, *, looked: bool = False) -> None:
        """Let happen what was to come late and is due; `looked`: a report of orders is being read."""
        now = self._clock()
        due = [fated for fated in self._fates if fated.clock.struck(now, looked=looked)]
        self._fates = [fated for fated in self._fates if fated not in due]
        for fated in due:
            self._turn(fated)

    def positions(self) -> list[Position]:
        """Return the positions of today's fills."""
        self.settle()
        return self._positions.of(self.fills, self._clock())

    def blocked(self, *more: Ticket, leave_out: Order | None = None) -> list[funds.Blocked]:
        """Return what today's positions and the waiting orders block, `more` tickets with them."""
        waiting = [*(order.now.ticket for order in self._waiting.values() if order is not leave_out), *more]
        return funds.blocked_by(self.positions(), [(ticket, self._valued(ticket)) for ticket in waiting])

    def _valued(self, ticket: Ticket) -> Decimal:
        return ticket.price or ticket.trigger_price or self._ltp(ticket)

    def _objection(self, ticket: Ticket) -> str:
        if self._switches.refuse_slm and ticket.price_type == "SL-M":
            return "Market order with Algo Id not allowed"
        return ticket.objection()

    def _shortage(self, ticket: Ticket, order: Order) -> str:
        needed = funds.total(self.blocked(ticket, leave_out=order))
        # An order that blocks nothing more is let through however short the account is.
        if needed <= self._switches.cash or needed <= funds.total(self.blocked()):
            return ""
        return f"RMS:Margin Exceeds,Cash Available:{self._switches.cash:.2f},Margin Required:{needed:.2f}"

    def _await(self, order: Order, fate: Fate | None, *, shown: int) -> None:
        if fate is not None:
            self._fates.append(_Fated(order, fate.turn, Clock.of(fate, self._clock()), shown))

    def _turn(self, fated: "_Fated") -> None:
        order = fated.order
        if order.now.status in TERMINAL:
            return
        if fated.turn is Turn.REJECTED:
            reason = "RMS:Rule: rejected on demand"
            self._record(order, replace(order.now, status=Status.REJECTED, reject_reason=reason))
        elif fated.turn is Turn.FILLED and order.now.status in WAITING:
            self._fill(order)

    def _due_late(self, order: Order, turn: Turn) -> bool:
        return any(fated.order is order and fated.turn is turn for fated in self._fates)

    def _live(self, number: str, after_market: bool) -> Order:
        self.settle()
        order = self.orders.get(number)
        if order is None:
            raise not_ok(1006, "Order already cancelled or not found.")
        if order.now.status in TERMINAL:
            raise not_ok(1021, "order is completed", stat="please provide valid order number")
        if order.now.ticket.after_market is not after_market:
            raise not_ok(1006, "Order already cancelled or not found.")
        return order

    def _send(self, order: Order) -> None:
        self._record(order, replace(order.now, status=Status.VALIDATING))
        self._record(order, replace(order.now, status=Status.SENDING))
        objection = self._objection(order.now.ticket) or self._shortage(order.now.ticket, order)
        if objection:
            self._record(order, replace(order.now, status=Status.REJECTED, reject_reason=objection))
            return
        if self._due_late(order, Turn.REJECTED):
            return
        self._match(order)

    def _match(self, order: Order) -> None:
        ticket = order.now.ticket
        if ticket.is_stop and not self._triggered(ticket):
            self._at_exchange(order, Status.TRIGGER_PENDING, ticket)
            return
        ticket = self._protected(ticket)
        self._at_exchange(order, Status.OPEN, ticket)
        if self._due_late(order, Turn.FILLED):
            return
        if self._marketable(ticket):
            self._fill(order)
        elif ticket.validity == "IOC":
            self._record(order, replace(order.now, status=Status.CANCELLED, cancelled_quantity=ticket.quantity))

    def _fill(self, order: Order) -> None:
        ticket = order.now.ticket
        # A late fill may come to a price that today's does not reach.
        price = self._ltp(ticket) if self._marketable(ticket) or not ticket.price else ticket.price
        self._record(
            order,
            replace(order.now, status=Status.COMPLETE, filled_quantity=ticket.quantity, average_price=price),
        )
        self.fills.append(Fill(f"{200000001 + len(self.fills)}", order.now))

    def _protected(self, ticket: Ticket) -> Ticket:
        """Turn a market order into the limit order the book shows since market price protection (spec/v2.md 6.1)."""
        return replace(ticket, price_type="L", price=self._ltp(ticket)) if ticket.is_market else ticket

    def _triggered(self, ticket: Ticket) -> bool:
        ltp = self._ltp(ticket)
        return ticket.trigger_price <= ltp if ticket.is_buy else ticket.trigger_price >= ltp

    def _marketable(self, ticket: Ticket) -> bool:
        ltp = self._ltp(ticket)
        return ticket.price >= ltp if ticket.is_buy else ticket.price <= ltp

    def _ltp(self, ticket: Ticket) -> Decimal:
        return self._master.price(ticket.instrument).ltp

    def _at_exchange(self, order: Order, status: Status, ticket: Ticket) -> None:
        now = order.now
        # The exchange gives its number once; a modified order keeps it.
        exchange_order_id = (
            f"{1100000000000000 + len(self.orders)}" if now.exchange_at is None else now.exchange_order_id
        )
        self._record(
            order,
            replace(now, status=status, ticket=ticket, exchange_order_id=exchange_order_id, exchange_at=self._clock()),
        )

    def _record(self, order: Order, state: OrderState) -> None:
        order.history.append(replace(state, at=self._clock(), sequence=self._next()))
        if state.status in WAITING:
            self._waiting[state.number] = order
        else:
            self._waiting.pop(state.number, None)

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence
