"""What a method has shown, out of the sums of a record. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from ks_compat.parallel.counting import Key, middle_of

LEAST_NOISE = 20
"""So many looks at the primary's own noise before it excuses anything: of one look, one difference is 100 %."""


@dataclass(frozen=True)
class Latency:
    """Percentiles in milliseconds, to 4 %; None where nothing was measured."""

    p50: float | None = None
    p95: float | None = None
    calls: int = 0


@dataclass(frozen=True)
class Statistics:
    """Sums over some calls of one method."""

    outcomes: Mapping[str, int] = field(default_factory=dict)
    """Calls by outcome (``observation.Outcome``)."""
    sides: Mapping[str, int] = field(default_factory=dict)
    """Calls by the side that answered, or sent."""
    fields: Mapping[str, int] = field(default_factory=dict)
    """Calls by the field that differed for no known reason."""
    noise: Mapping[str, int] = field(default_factory=dict)
    """Looks at the primary against itself, by outcome."""
    noise_fields: Mapping[str, int] = field(default_factory=dict)
    legacy: Latency = Latency()
    candidate: Latency = Latency()
    days: tuple[str, ...] = ()
    """IST days (ISO) with calls, the oldest first."""

    @property
    def calls(self) -> int:
        """All calls that were noted."""
        return sum(self.outcomes.values())

    @property
    def compared(self) -> int:
        """Calls that were compared: all but the dropped, and the orders that were only sent."""
        return self.calls - self.outcomes.get("dropped", 0) - self.sent

    @property
    def sent(self) -> int:
        """Order calls that were sent and compared with nothing."""
        return self.outcomes.get("sent", 0)

    @property
    def good(self) -> int:
        """Calls that matched, or differed only as known."""
        return self.outcomes.get("matched", 0) + self.outcomes.get("explained", 0)

    @property
    def failed(self) -> int:
        """Calls in which the candidate alone failed, was late, or left an order unknown."""
        return sum(self.outcomes.get(name, 0) for name in ("failed", "late", "unknown"))

    @property
    def error_rate(self) -> float:
        """``failed`` as a share of the compared calls."""
        return self.failed / self.compared if self.compared else 0.0

    @property
    def noise_calls(self) -> int:
        """How often the primary was compared with itself."""
        return sum(self.noise.values()) - self.noise.get("dropped", 0)

    @property
    def noise_rate(self) -> float | None:
        """The share of those in which it differed from itself; None where it was never asked."""
        differed = self.noise_calls - self.noise.get("matched", 0) - self.noise.get("explained", 0)
        return differed / self.noise_calls if self.noise_calls else None

    def is_noise(self, name: str) -> bool:
        """Whether the primary differs from itself in a field at least as often as from the candidate."""
        looks = self.noise_calls
        if looks < LEAST_NOISE or not self.compared:
            return False
        return self.fields.get(name, 0) / self.compared <= self.noise_fields.get(name, 0) / looks

    @property
    def unexplained(self) -> int:
        """Calls that differed for no known reason, and more than noise does.

        Where a call may have differed in several fields this is the most that it can be, never less than it is.
        """
        told = sum(number for name, number in self.fields.items() if not self.is_noise(name))
        return min(self.outcomes.get("unexplained", 0), told) if self.fields else self.outcomes.get("unexplained", 0)


def statistics(counts: Iterable[tuple[Key, int]]) -> Statistics:
    """Adds up the sums of one method."""
    kinds: dict[str, Counter[str]] = {}
    days: set[str] = set()
    for key, number in counts:
        kinds.setdefault(key.kind, Counter())[key.name] += number
        if key.kind == "outcome" and key.name != "dropped":
            days.add(key.day)
    return Statistics(
        dict(kinds.get("outcome", {})),
        dict(kinds.get("side", {})),
        dict(kinds.get("field", {})),
        dict(kinds.get("noise", {})),
        dict(kinds.get("noise_field", {})),
        _latency(kinds.get("legacy_ms", Counter())),
        _latency(kinds.get("candidate_ms", Counter())),
        tuple(sorted(days)),
    )


def _latency(classes: Counter[str]) -> Latency:
    calls = sum(classes.values())
    if not calls:
        return Latency()
    return Latency(_percentile(classes, 0.50), _percentile(classes, 0.95), calls)


def _percentile(classes: Counter[str], share: float) -> float:
    ordered = sorted((int(name), count) for name, count in classes.items())
    passed = accumulate(count for _, count in ordered)
    wanted = share * sum(classes.values())
    return middle_of(next(number for (number, _), sofar in zip(ordered, passed, strict=True) if sofar >= wanted))
