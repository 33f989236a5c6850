"""What the order book remembers: states, orders, fills (spec/v2.md 6.5)."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from ks_compat.sandbox.ticket import Ticket


class Status(Enum):
    """Order states; the value is the wire text of `ordSt` (spec/v2.md 6.5)."""

    RECEIVED = "put order req received"
    VALIDATING = "validation pending"
    SENDING = "open pending"
    OPEN = "open"
    TRIGGER_PENDING = "trigger pending"
    MODIFIED = "modified"
    AMO_RECEIVED = "after market order req received"
    AMO_MODIFIED = "modify after market order req received"
    AMO_CANCELLED = "cancelled after market order"
    COMPLETE = "complete"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


WAITING = frozenset({Status.OPEN, Status.MODIFIED, Status.TRIGGER_PENDING})
"""At the exchange, and so blocking margin."""
TERMINAL = frozenset({Status.COMPLETE, Status.REJECTED, Status.CANCELLED, Status.AMO_CANCELLED})


@dataclass(frozen=True)
class OrderState:
    """An order as one history row shows it; times are Unix seconds, quantities units, prices rupees."""

    number: str
    ticket: Ticket
    entered_at: float
    at: float
    status: Status = Status.RECEIVED
    exchange_order_id: str = "NA"
    exchange_at: float | None = None
    filled_quantity: int = 0
    average_price: Decimal = Decimal(0)
    cancelled_quantity: int = 0
    reject_reason: str = "--"
    sequence: int = 0


@dataclass(frozen=True)
class Fill:
    """One trade: the state of the order at the fill, and the trade number `flId`."""

    fill_id: str
    order: OrderState


@dataclass
class Order:
    """An order's history, oldest first; never empty."""

    history: list[OrderState] = field(default_factory=list)

    @property
    def now(self) -> OrderState:
        """The current state."""
        return self.history[-1]
