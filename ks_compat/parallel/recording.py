"""What the parallel client needs of a record; ``record.Record`` is the one that lasts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from ks_compat.parallel.observation import Observation, OwnedOrder
from ks_compat.parallel.phases import Side


@dataclass(frozen=True)
class PhaseState:
    """The phase that a method is in, since when (Unix seconds), by whom, and why it tripped (empty: it did not)."""

    phase: str
    since: float
    by: str
    tripped: str = ""


class Recorder(Protocol):
    """Notes and shared state of one account. Nothing here raises, and only ``reserve`` and ``current`` may wait (for
    the database).
    """

    @property
    def known(self) -> bool:
        """Whether phases and orders were ever read: before, a phase that was set or tripped is not known here."""

    @property
    def current(self) -> bool:
        """Whether they were read a moment ago: else a trip of another process may be hidden. May wait, once a while."""

    def observe(self, seen: Observation) -> None:
        """Keeps an observation, later."""

    def own(self, order: OwnedOrder) -> None:
        """Keeps who placed an order: known to ``owner`` at once, on disk as soon as may be."""

    def owner(self, order_id: str) -> OwnedOrder | None:
        """Who placed an order."""

    def owned_today(self, side: Side) -> list[OwnedOrder]:
        """The orders of this IST day that a side placed, in any process, the oldest first."""

    def reserve(self, rupees: Decimal, *, orders: int, limit: Decimal) -> bool:
        """Takes one order of ``rupees`` out of the day's caps (number, rupees) of all processes; False if they are used
        up, or if the record cannot be reached.
        """

    def phase(self, method: str) -> PhaseState | None:
        """The phase that was set for a method last; None while it is in the phase that the plan starts it in."""

    def set_phase(self, method: str, phase: str, *, by: str, reason: str = "", tripped: bool = False) -> None:
        """Sets the phase for all processes, in this one at once. ``tripped`` keeps ``reason`` until it is set again."""

    def flush(self, timeout: float) -> bool:
        """Waits until all is kept, at most ``timeout`` seconds; whether it is."""

    def close(self) -> None:
        """Keeps what is left, and lets go."""
