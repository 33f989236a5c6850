"""Observations in a record, and the sums of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, select

from ks_compat.parallel.counting import Key
from ks_compat.parallel.database import Database, short
from ks_compat.parallel.observation import Noted, Observation
from ks_compat.parallel.schema import COUNTER, OBSERVATION

_LONGEST_PATH = 160


@dataclass(frozen=True)
class Kept:
    """An observation with its number in the record."""

    number: int
    seen: Observation


class KeptObservations(Database):
    """What calls have shown."""

    def write(self, observations: Sequence[Observation], counts: Mapping[Key, int]) -> None:
        """Keeps observations and their sums, all or nothing."""
        # In one order in all processes: rows that two of them lock crosswise would stop both.
        sums = [{"account": self.key, **key._asdict(), "number": number} for key, number in sorted(counts.items())]
        with self._begun() as db:
            if sums:
                query = self._insert(COUNTER)
                key = [column.name for column in COUNTER.primary_key]
                more = COUNTER.c.number + query.excluded.number
                db.execute(query.on_conflict_do_update(index_elements=key, set_={"number": more}), sums)
            if observations:
                db.execute(OBSERVATION.insert(), [self._row(seen) for seen in observations])

    def observations(
        self, method: str | None = None, since: float | None = None, limit: int | None = None, *, wrong: bool = False
    ) -> list[Kept]:
        """The kept observations, the newest first. ``wrong``: without those that matched or were only sent, and
        without noise.
        """
        query = select(OBSERVATION).where(OBSERVATION.c.account == self.key)
        if method is not None:
            query = query.where(OBSERVATION.c.method == method)
        if since is not None:
            query = query.where(OBSERVATION.c.at >= since)
        if wrong:
            query = query.where(OBSERVATION.c.outcome.not_in(("matched", "sent")), OBSERVATION.c.noise.is_(False))
        with self._begun() as db:
            return [_kept(row) for row in db.execute(query.order_by(OBSERVATION.c.id.desc()).limit(limit))]

    def observation(self, number: int) -> Kept | None:
        """One kept observation."""
        query = select(OBSERVATION).where(OBSERVATION.c.account == self.key, OBSERVATION.c.id == number)
        with self._begun() as db:
            row = db.execute(query).one_or_none()
        return None if row is None else _kept(row)

    def outcomes_over_time(self) -> list[tuple[float, str, str]]:
        """Time (Unix seconds), method and outcome of every kept observation but noise, the oldest first."""
        columns = OBSERVATION.c
        query = select(columns.at, columns.method, columns.outcome).where(columns.account == self.key)
        with self._begun() as db:
            rows = db.execute(query.where(columns.noise.is_(False)).order_by(columns.id))
            return [(row.at, row.method, row.outcome) for row in rows]

    def counts(self, method: str | None = None, stay: int | None = None) -> list[tuple[Key, int]]:
        """The sums, of all methods or one, of all stays in phases or one."""
        query = select(COUNTER).where(COUNTER.c.account == self.key)
        if method is not None:
            query = query.where(COUNTER.c.method == method)
        if stay is not None:
            query = query.where(COUNTER.c.stay == stay)
        with self._begun() as db:
            return [(Key(*(getattr(row, name) for name in Key._fields)), row.number) for row in db.execute(query)]

    def _row(self, seen: Observation) -> dict[str, Any]:
        kept = [[short(part, _LONGEST_PATH) for part in asdict(each).values()] for each in seen.differences]
        return {
            "account": self.key,
            "at": seen.at,
            "method": seen.method,
            "phase": seen.phase,
            "side": seen.primary,
            "outcome": seen.outcome,
            "primary_ms": seen.primary_ms,
            "other_ms": seen.other_ms,
            "note": short(seen.note, 200),
            "noise": seen.noise,
            "differences": json.dumps(kept),
        }


def _kept(row: Row[Any]) -> Kept:
    differences = tuple(Noted(*each) for each in json.loads(row.differences))
    seen = Observation(
        row.method,
        row.phase,
        row.side,
        row.outcome,
        row.at,
        row.primary_ms,
        row.other_ms,
        differences,
        row.note,
        row.noise,
    )
    return Kept(row.id, seen)
