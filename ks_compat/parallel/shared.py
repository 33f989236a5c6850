"""What all processes of an account share: phases, orders, and the caps of the canary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.exc import IntegrityError

from ks_compat.instruments.clock import ist_date
from ks_compat.parallel.database import Database, short
from ks_compat.parallel.observation import OwnedOrder
from ks_compat.parallel.recording import PhaseState
from ks_compat.parallel.schema import ORDER, SPENT, TRANSITION, RecordError

_UNITS = 10_000
"""In a rupee: hundredths of a paisa."""
_TRIES = 40


@dataclass(frozen=True)
class Transition:
    """A change of a phase. ``number`` counts the changes of a method from 1."""

    method: str
    number: int
    phase: str
    since: float
    by: str
    reason: str
    tripped: bool

    @property
    def state(self) -> PhaseState:
        """As the run takes it."""
        return PhaseState(self.phase, self.since, self.by, self.reason if self.tripped else "")


class Shared(Database):
    """Phases, orders and caps."""

    def transitions(self) -> list[Transition]:
        """Every change of a phase, the oldest of each method first."""
        query = select(TRANSITION).where(TRANSITION.c.account == self.key)
        with self._begun() as db:
            rows = db.execute(query.order_by(TRANSITION.c.method, TRANSITION.c.number))
            return [Transition(r.method, r.number, r.phase, r.since, r.who, r.reason, r.tripped) for r in rows]

    def move(self, to: Transition) -> bool:
        """Changes a phase, if ``to.number`` is the next one: False where somebody else has just changed it."""
        row = {
            "account": self.key,
            "method": to.method,
            "number": to.number,
            "phase": to.phase,
            "since": to.since,
            "who": short(to.by),
            "reason": short(to.reason, 300),
            "tripped": to.tripped,
        }
        # Numbers are never taken away, so whoever comes second collides.
        with self._reached():
            try:
                with self._engine.begin() as db:
                    db.execute(TRANSITION.insert(), row)
            except IntegrityError:
                return False
        return True

    def force(self, to: Transition) -> Transition:
        """Changes a phase whatever it is now, as a tripwire does."""
        for _ in range(_TRIES):
            newest = max((each.number for each in self.transitions() if each.method == to.method), default=0)
            done = replace(to, number=newest + 1)
            if self.move(done):
                return done
        raise RecordError(f"The phase of {to.method} changes all the time.")

    def own(self, orders: Sequence[OwnedOrder]) -> None:
        """Keeps who placed orders."""
        rows = [
            {
                **{name: short(value) if isinstance(value, str) else value for name, value in asdict(order).items()},
                "account": self.key,
                "day": ist_date(order.at).isoformat(),
                "rupees": str(order.rupees)[:40],
            }
            for order in orders
        ]
        with self._begun() as db:
            db.execute(self._insert(ORDER).on_conflict_do_nothing(), rows)

    def orders(self, after: int = 0) -> list[tuple[int, OwnedOrder]]:
        """The orders of the last days whose number in the record is above ``after``, the oldest first."""
        query = select(ORDER).where(ORDER.c.account == self.key, ORDER.c.id > after).order_by(ORDER.c.id)
        with self._begun() as db:
            return [(row.id, _order(row)) for row in db.execute(query)]

    def reserve(self, day: str, rupees: Decimal, orders: int, limit: Decimal, *, after: int | None = None) -> bool:
        """Takes one order of ``rupees`` out of a day's caps, in one step for all processes; False if it is too much.

        ``after``: the number of the change of ``place_order`` that the caller knows; False where there is a later one.
        """
        with self._reached():
            taking, most = units(rupees), units(limit)
        fresh = self._insert(SPENT).values(account=self.key, day=day, orders=0, units=0).on_conflict_do_nothing()
        taken = (
            update(SPENT)
            .where(SPENT.c.account == self.key, SPENT.c.day == day)
            .where(SPENT.c.orders < orders, SPENT.c.units + taking <= most)
            .values(orders=SPENT.c.orders + 1, units=SPENT.c.units + taking)
        )
        if after is not None and after >= 0:
            columns = TRANSITION.c
            later = select(columns.number).where(
                columns.account == self.key, columns.method == "place_order", columns.number > after
            )
            taken = taken.where(~later.exists())
        with self._begun() as db:
            db.execute(fresh)
            return bool(db.execute(taken).rowcount == 1)

    def spent(self, day: str) -> tuple[int, Decimal]:
        """Orders and rupees that the canary has used up of a day's caps."""
        query = select(SPENT).where(SPENT.c.account == self.key, SPENT.c.day == day)
        with self._begun() as db:
            row = db.execute(query).one_or_none()
        return (0, Decimal(0)) if row is None else (row.orders, Decimal(row.units) / _UNITS)


def _order(row: Row[Any]) -> OwnedOrder:
    return OwnedOrder(row.order_id, row.side, row.at, row.instrument, row.tag, row.quantity, Decimal(row.rupees))


def units(rupees: Decimal) -> int:
    """Rupees as a record counts them, rounded up."""
    return int((rupees * _UNITS).to_integral_value(ROUND_CEILING))
