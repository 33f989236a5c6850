"""What a process knows of the phases and orders of all processes: out of memory, so that a bot never waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from ks_compat.instruments.clock import ist_date
from ks_compat.parallel.observation import OwnedOrder
from ks_compat.parallel.phases import Side
from ks_compat.parallel.recording import PhaseState
from ks_compat.parallel.shared import Transition

UNKNOWN = -1
"""The number of a change that is not written yet."""
_OVERLAP = 200
"""PostgreSQL's numbers become visible out of order; so many of the last are read again."""


@dataclass
class Known:
    """Phases and orders. Read without a lock, from any thread; what is read is replaced, or only ever grows."""

    _phases: dict[str, tuple[int, PhaseState]] = field(default_factory=dict)
    _orders: dict[str, OwnedOrder] = field(default_factory=dict)
    _by_day: dict[tuple[str, Side], dict[str, OwnedOrder]] = field(default_factory=dict)
    _last: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def renew(self) -> None:
        """A fresh lock, in a forked child."""
        self._lock = threading.Lock()

    def phase(self, method: str) -> tuple[int, PhaseState | None]:
        """The change that is in force, by its number, and the state; 0 and None where nothing was changed."""
        return self._phases.get(method) or (0, None)

    def changed(self, done: Transition) -> None:
        """Takes a change of a phase, written (it has a number) or about to be."""
        with self._lock:
            self._phases = {**self._phases, done.method: (done.number, done.state)}

    def remember(self, order: OwnedOrder) -> None:
        """Takes an order."""
        with self._lock:
            self._remember(order)

    def owner(self, order_id: str) -> OwnedOrder | None:
        """Who placed an order."""
        return self._orders.get(order_id)

    def owned(self, day: str, side: Side) -> list[OwnedOrder]:
        """The orders that a side placed on an IST day (ISO), the oldest first."""
        found = self._by_day.get((day, side))
        return sorted(found.values(), key=lambda order: order.at) if found else []

    @property
    def after(self) -> int:
        """The number in the record from which on orders are to be read."""
        return max(0, self._last - _OVERLAP)

    def refresh(
        self,
        changes: Iterable[Transition],
        orders: Iterable[tuple[int, OwnedOrder]],
        mine: Callable[[], Collection[str]],
    ) -> list[Transition]:
        """Takes what was read. ``mine`` tells the methods whose phase this process has set and not yet written.

        Returns the changes that were known and are in the record no more (it was removed, or an older one put back):
        they stay in force, since a trip may be among them.
        """
        newest = {each.method: (each.number, each.state) for each in changes}
        with self._lock:
            # Asked for under the lock: what is set after this waits for it.
            kept = {method: self._phases[method] for method in mine() if method in self._phases}
            lost = {
                method: (number, state)
                for method, (number, state) in self._phases.items()
                if method not in kept and number > (newest[method][0] if method in newest else 0)
            }
            self._phases = {**newest, **lost, **kept}
            for number, order in orders:
                self._last = max(self._last, number)
                self._remember(order)
        return [
            Transition(method, UNKNOWN, state.phase, state.since, state.by, state.tripped, bool(state.tripped))
            for method, (_, state) in lost.items()
        ]

    def all_of(self, day: str) -> list[OwnedOrder]:
        """The orders of an IST day (ISO), of both sides."""
        return [*self.owned(day, "legacy"), *self.owned(day, "candidate")]

    def _remember(self, order: OwnedOrder) -> None:
        known = self._orders.get(order.order_id)
        if known is not None and known.at > order.at:
            return
        self._orders[order.order_id] = order
        self._by_day.setdefault((ist_date(order.at).isoformat(), order.side), {})[order.order_id] = order
