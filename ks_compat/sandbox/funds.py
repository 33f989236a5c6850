"""What positions and waiting orders block of the cash; the rates are made up, the sums are true (spec/v2.md 2.12)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ks_compat.sandbox.master import Instrument
from ks_compat.sandbox.positions import Position
from ks_compat.sandbox.ticket import Ticket

_DERIVATIVES_RATE = Decimal("0.15")
# The rest of the cash products pay in full.
_CASH_RATES = {"MIS": Decimal("0.2"), "MTF": Decimal("0.5")}


@dataclass
class Blocked:
    """One instrument under one product: units held (short below 0), and what waits at the exchange by side (B, S)."""

    instrument: Instrument
    product: str
    held: int = 0
    amount: Decimal = Decimal(0)
    waiting: dict[str, int] = field(default_factory=lambda: {"B": 0, "S": 0})
    waiting_amount: dict[str, Decimal] = field(default_factory=lambda: {"B": Decimal(0), "S": Decimal(0)})

    def add(self, ticket: Ticket, price: Decimal) -> None:
        """Count one more waiting order."""
        side = ticket.transaction_type
        self.waiting[side] += ticket.quantity
        self.waiting_amount[side] += ticket.quantity * price

    @property
    def margin(self) -> Decimal:
        """What is blocked, in rupees; an order that closes what is held blocks nothing."""
        closing = {"B": max(0, -self.held), "S": max(0, self.held)}
        total = _margin(self.instrument, self.product, "B" if self.held > 0 else "S", abs(self.held), self.amount)
        for side, quantity in self.waiting.items():
            opening = max(0, quantity - closing[side])
            amount = self.waiting_amount[side] * opening / quantity if quantity else Decimal(0)
            total += _margin(self.instrument, self.product, side, opening, amount)
        return total


def blocked_by(positions: Iterable[Position], waiting: Iterable[tuple[Ticket, Decimal]]) -> list[Blocked]:
    """Return what positions, and orders at their prices, block, by instrument and product."""
    found: dict[tuple[str, str, str], Blocked] = {}
    for position in positions:
        held = position.quantity["B"] - position.quantity["S"]
        side = "B" if held > 0 else "S"
        amount = position.amount[side] * abs(held) / position.quantity[side] if held else Decimal(0)
        key = (position.instrument.exchange_segment, position.instrument.trading_symbol, position.product)
        found[key] = Blocked(position.instrument, position.product, held, amount)
    for ticket, price in waiting:
        key = (ticket.instrument.exchange_segment, ticket.instrument.trading_symbol, ticket.product)
        found.setdefault(key, Blocked(ticket.instrument, ticket.product)).add(ticket, price)
    return list(found.values())


def total(blocked: Iterable[Blocked]) -> Decimal:
    """Return the sum in rupees."""
    return sum((row.margin for row in blocked), Decimal(0))


def _margin(instrument: Instrument, product: str, side: str, quantity: int, amount: Decimal) -> Decimal:
    if instrument.is_option:
        # A buyer pays the premium, a writer a share of the notional.
        return amount if side == "B" else quantity * instrument.strike * _DERIVATIVES_RATE
    if instrument.is_derivative:
        return amount * _DERIVATIVES_RATE
    if product == "MIS":
        return amount * _CASH_RATES[product]
    # What is sold for delivery is handed over, not blocked for.
    return amount * _CASH_RATES.get(product, Decimal(1)) if side == "B" else Decimal(0)
