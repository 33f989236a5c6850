"""The record of a run as a bot uses it: it answers out of memory, and one thread of its own reads and writes.

What a bot does never waits for the record, but for ``reserve``, and no failure of the record comes out of here.
"""

from __future__ import annotations

import atexit
import functools
import os
import time
import weakref
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from ks_compat.instruments.clock import ist_date
from ks_compat.parallel.known import UNKNOWN, Known
from ks_compat.parallel.observation import Observation, OwnedOrder
from ks_compat.parallel.phases import Side
from ks_compat.parallel.recording import PhaseState
from ks_compat.parallel.schema import RecordError
from ks_compat.parallel.shared import Transition
from ks_compat.parallel.store import Kept, Store
from ks_compat.parallel.writer import Writer

RESERVE_WAIT = 0.25
"""Seconds that ``reserve`` waits for other processes."""
STALE = 5.0
"""Seconds after which phases that were not read again count as unknown; they are read every second."""
_NOT_COUNTED = -1
"""The stay of a call that began before the phase that is in force now: it speaks for no gate."""


class Record:
    """Notes and shared state of one account, in a file or a database (``recording.Recorder``)."""

    def __init__(
        self,
        address: str | Path,
        *,
        account: str,
        keep: int = 100_000,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Opens the record and reads the phases and orders.

        Args:
            address: a file, or a URL of SQLAlchemy (SQLite, PostgreSQL).
            account: the UCC; the record keeps a short hash of it.
            keep: observations kept, the newest.
            now: the clock, as Unix seconds.

        Raises RecordError for an address that is none; a record that cannot be reached is tried again later, and the
        phases are those of the plan until then.
        """
        self.store = Store(address, account)
        self._quick = Store(address, account, wait=RESERVE_WAIT)
        self._now = now
        self._known = Known()
        self._writer = Writer(self.store, self._known, keep, now)
        atexit.register(self.close)
        _LIVING.add(self)

    @property
    def reachable(self) -> bool:
        """Whether the record could be read when it was last tried."""
        return self._writer.reachable

    @property
    def known(self) -> bool:
        """Whether the record could ever be read since it was opened."""
        return self._writer.known

    @property
    def current(self) -> bool:
        """Whether it was read in the last ``STALE`` seconds. Where nothing has failed and it was not (the process was
        stopped, or is a forked child, or gave its threads no time) it is read here, in ``RESERVE_WAIT`` seconds.
        """
        writer = self._writer
        if writer.age <= STALE:
            return True
        if writer.known and writer.reachable:
            try:
                writer.refresh(self._quick)
            except RecordError as error:
                writer.failed(error)
        return writer.age <= STALE

    def observe(self, seen: Observation) -> None:
        """Keeps an observation, later. One too many is only counted, as dropped."""
        number, state = self._known.phase(seen.method)
        self._writer.observe(seen, number if state is None or state.phase == seen.phase else _NOT_COUNTED)

    def own(self, order: OwnedOrder) -> None:
        """Keeps who placed an order: known to ``owner`` at once, on disk as soon as may be."""
        self._known.remember(order)
        self._writer.own(order)

    def owner(self, order_id: str) -> OwnedOrder | None:
        """Who placed an order, out of those of the last days."""
        return self._known.owner(order_id)

    def owned_today(self, side: Side) -> list[OwnedOrder]:
        """The orders of this IST day that a side placed, in any process, the oldest first."""
        return self._known.owned(self._today(), side)

    def reserve(self, rupees: Decimal, *, orders: int, limit: Decimal) -> bool:
        """Takes one order of ``rupees`` out of the day's caps of all processes; False too without the record, and where
        another process has just changed the phase of orders.

        Waits ``RESERVE_WAIT`` at most, and two seconds where a database has just gone.
        """
        if not self.reachable:
            return False
        try:
            return self._quick.reserve(self._today(), rupees, orders, limit, after=self._known.phase("place_order")[0])
        except RecordError as error:
            if not error.refused:
                self._writer.failed(error)
            return False

    def phase(self, method: str) -> PhaseState | None:
        """The phase that was set for a method last; None while it is in the phase that the plan starts it in."""
        return self._known.phase(method)[1]

    def set_phase(self, method: str, phase: str, *, by: str, reason: str = "", tripped: bool = False) -> None:
        """Sets the phase for all processes, in this one at once. ``tripped`` keeps ``reason`` until it is set again."""
        to = Transition(method, UNKNOWN, phase, self._now(), by, reason, tripped)
        self._writer.move(to)
        self._known.changed(to)

    def soon(self, task: Callable[[], None]) -> None:
        """Runs ``task`` on the record's own thread; what it raises is noted. Of many the oldest are left out."""
        self._writer.soon(task)

    def flush(self, timeout: float) -> bool:
        """Waits until all is kept, at most ``timeout`` seconds; whether it is."""
        return self._writer.flush(timeout)

    def close(self) -> None:
        """Keeps what is left, within two seconds, and lets go."""
        self._writer.close()
        atexit.unregister(self.close)
        for store in (self.store, self._quick):
            store.close()

    def observations(
        self, method: str | None = None, since: float | None = None, limit: int | None = None
    ) -> list[Kept]:
        """The kept observations, the newest first. Raises RecordError."""
        return self.store.observations(method, since, limit)

    def observation(self, number: int) -> Kept | None:
        """One kept observation. Raises RecordError."""
        return self.store.observation(number)

    def _today(self) -> str:
        return ist_date(self._now()).isoformat()

    def _before_fork(self) -> None:
        for store in (self.store, self._quick):
            store.before_fork()

    def _after_fork(self, *, child: bool) -> None:
        if child:
            self._known.renew()
            self._writer.renew()
        for store in (self.store, self._quick):
            store.after_fork(child=child)


_LIVING: weakref.WeakSet[Record] = weakref.WeakSet()


def _forking() -> None:
    for record in list(_LIVING):
        record._before_fork()


def _forked(*, child: bool) -> None:
    for record in list(_LIVING):
        record._after_fork(child=child)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_forking,
        after_in_parent=functools.partial(_forked, child=False),
        after_in_child=functools.partial(_forked, child=True),
    )
