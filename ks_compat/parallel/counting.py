"""Observations as sums: what a gate and a report need, small enough to be kept for months. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ks_compat.instruments.clock import ist_date
from ks_compat.parallel.observation import Noted, Observation
from ks_compat.parallel.phases import Side

STEP = 1.04
"""Durations are sorted into classes, each 4 % wider than the one before: that is how exact a percentile is."""
FIELDS = 300
"""Names of fields counted for one method and day; a candidate that makes up names fills no disk."""
OTHERS = "(other fields)"
DIFFERENCES = 50
"""Differences kept of one observation."""
_LONGEST = 160
_OTHER: dict[Side, Side] = {"legacy": "candidate", "candidate": "legacy"}


class Key(NamedTuple):
    """What is counted: ``kind`` is outcome, side, legacy_ms, candidate_ms, field, noise or noise_field."""

    day: str
    method: str
    phase: str
    stay: int
    kind: str
    name: str


@dataclass
class Counting:
    """Adds observations up. Remembers the names of fields, to bound them."""

    _names: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def counted(self, seen: Observation, stay: int) -> Counter[Key]:
        """The sums of one observation."""
        day = ist_date(seen.at).isoformat()
        return Counter(Key(day, seen.method, seen.phase, stay, *each) for each in self._each(seen, day))

    def _each(self, seen: Observation, day: str) -> Iterator[tuple[str, str]]:
        fields = {self._name(day, seen.method, each.field) for each in seen.differences if not each.reason}
        if seen.noise:
            yield "noise", seen.outcome
            yield from (("noise_field", name) for name in fields)
            return
        yield "outcome", seen.outcome
        yield "side", seen.primary
        yield from (("field", name) for name in fields)
        yield from _durations(seen)

    def _name(self, day: str, method: str, name: str) -> str:
        # Only today's names are remembered: observations come in the order of time, but for a few seconds.
        if (day, method) not in self._names:
            self._names = {key: names for key, names in self._names.items() if key[0] == day}
        known = self._names.setdefault((day, method), set())
        name = clean(name, _LONGEST)
        if name not in known and len(known) >= FIELDS:
            return OTHERS
        known.add(name)
        return name


def shortened(seen: Observation) -> Observation:
    """``seen`` with ``DIFFERENCES`` differences at most, one of each field; ``OTHERS`` stands for fields beyond."""
    if len(seen.differences) <= DIFFERENCES:
        return seen
    firsts: dict[tuple[bool, str], Noted] = {}
    for each in seen.differences:
        firsts.setdefault((bool(each.reason), each.field), each)
    kept = [firsts[key] for key in sorted(firsts)][:DIFFERENCES]
    if sum(not explained for explained, _ in firsts) > DIFFERENCES:
        kept[-1] = Noted(OTHERS, OTHERS, "value", "", "")
    rest = f"{len(seen.differences)} differences, {len(kept)} are kept"
    return replace(seen, differences=tuple(kept), note=f"{seen.note}; {rest}".removeprefix("; "))


def clean(value: str, longest: int) -> str:
    """A text as every database takes it: no NUL, no half of a surrogate pair."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:longest]


def class_of(ms: float) -> int:
    """The class of a duration in milliseconds."""
    return max(0, round(math.log(max(ms, 0.001) / 0.001) / math.log(STEP)))


def middle_of(number: int) -> float:
    """The duration (milliseconds) in the middle of a class."""
    return float(0.001 * STEP**number)


def _durations(seen: Observation) -> Iterator[tuple[str, str]]:
    for side, ms in ((seen.primary, seen.primary_ms), (_OTHER[seen.primary], seen.other_ms)):
        # A call that failed says nothing of how long an answer takes; of one that was dropped there is no other side.
        if ms is not None and math.isfinite(ms) and seen.outcome not in ("failed", "unknown", "dropped"):
            yield f"{side}_ms", str(class_of(ms))
