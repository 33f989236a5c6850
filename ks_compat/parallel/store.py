"""A record, read and written at once: for commands, and for the thread that writes for a bot."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import delete, select

from ks_compat.instruments.clock import ist_date
from ks_compat.parallel.kept import Kept, KeptObservations
from ks_compat.parallel.observation import OwnedOrder
from ks_compat.parallel.schema import COUNTER, OBSERVATION, ORDER, SPENT, TRANSITION
from ks_compat.parallel.shared import Shared, Transition, units

_ORDER_DAYS, _COUNTER_DAYS = 7, 120
_DAY = 86_400
__all__ = ["Kept", "Store", "Transition"]


class Store(KeptObservations, Shared):
    """The part of a record that belongs to one account. Every method raises RecordError where the record fails."""

    def accounts(self) -> list[str]:
        """The accounts (keys) that the record knows."""
        found: set[str] = set()
        with self._begun() as db:
            for table in (COUNTER, TRANSITION, ORDER):
                found.update(db.execute(select(table.c.account).distinct()).scalars())
        return sorted(found)

    def restore(self, orders: Sequence[OwnedOrder]) -> None:
        """Keeps orders of one day, as ``own``; where the day's caps are at their beginning, those of the candidate
        are taken out of them.
        """
        if not orders:
            return
        self.own(orders)
        theirs = [order for order in orders if order.side == "candidate"]
        row = {
            "account": self.key,
            "day": ist_date(orders[0].at).isoformat(),
            "orders": len(theirs),
            "units": units(sum((order.rupees for order in theirs), Decimal(0))),
        }
        with self._begun() as db:
            db.execute(self._insert(SPENT).on_conflict_do_nothing(), row)

    def trim(self, keep: int, now: float) -> None:
        """Drops all observations but the ``keep`` newest, and sums and orders that are long past."""
        columns = OBSERVATION.c
        past = (
            select(columns.id)
            .where(columns.account == self.key)
            .order_by(columns.id.desc())
            .offset(keep)
            .limit(1)
            .scalar_subquery()
        )
        old = {
            days: ist_date(now - days * _DAY).isoformat() for days in (_ORDER_DAYS, _COUNTER_DAYS)
        }  # ISO dates sort as text
        with self._begun() as db:
            db.execute(delete(OBSERVATION).where(columns.account == self.key, columns.id <= past))
            for table, days in ((ORDER, _ORDER_DAYS), (SPENT, _ORDER_DAYS), (COUNTER, _COUNTER_DAYS)):
                db.execute(delete(table).where(table.c.account == self.key, table.c.day < old[days]))
