"""A record in memory, with switches for what may go wrong with one."""

from __future__ import annotations

from decimal import Decimal

from ks_compat.parallel.observation import Observation, OwnedOrder
from ks_compat.parallel.phases import Side
from ks_compat.parallel.recording import PhaseState


class MemoryRecord:
    def __init__(self) -> None:
        self.seen: list[Observation] = []
        self.orders: dict[str, OwnedOrder] = {}
        self.phases: dict[str, PhaseState] = {}
        self.spent: list[Decimal] = []
        self.forgets = False
        """Keeps no owners: a kill before the note."""
        self.known = True
        self.broken: set[str] = set()
        """Names of methods that raise."""

    @property
    def current(self) -> bool:
        return self.known

    def observe(self, seen: Observation) -> None:
        self._may_fail("observe")
        self.seen.append(seen)

    def own(self, order: OwnedOrder) -> None:
        self._may_fail("own")
        if not self.forgets:
            self.orders[order.order_id] = order

    def owner(self, order_id: str) -> OwnedOrder | None:
        self._may_fail("owner")
        return self.orders.get(order_id)

    def owned_today(self, side: Side) -> list[OwnedOrder]:
        return [order for order in self.orders.values() if order.side == side]

    def reserve(self, rupees: Decimal, *, orders: int, limit: Decimal) -> bool:
        self._may_fail("reserve")
        if len(self.spent) >= orders or sum(self.spent) + rupees > limit:
            return False
        self.spent.append(rupees)
        return True

    def phase(self, method: str) -> PhaseState | None:
        return self.phases.get(method)

    def set_phase(self, method: str, phase: str, *, by: str, reason: str = "", tripped: bool = False) -> None:
        self.phases[method] = PhaseState(phase, 0.0, by, reason if tripped else "")

    def flush(self, timeout: float) -> bool:
        return True

    def close(self) -> None:
        pass

    def _may_fail(self, name: str) -> None:
        if name in self.broken:
            raise RuntimeError("the record is broken")
