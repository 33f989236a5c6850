"""What puts a method back at once. Pure but for the memory of the last few errors."""

from __future__ import annotations

import threading
from collections import deque

from ks_compat.native.errors import OrderOutcomeUnknown
from ks_compat.parallel.observation import Observation
from ks_compat.parallel.plan import Tripwire

_ERRORS = ("failed", "late")


class Wire:
    """The tripwire of one method."""

    def __init__(self, plan: Tripwire) -> None:
        self._plan = plan
        self._errors: deque[float] = deque(maxlen=plan.errors)
        self._lock = threading.Lock()

    def touched(self, seen: Observation) -> str:
        """Why the method must go back, after this observation; empty if it need not. Noise touches nothing."""
        if seen.noise:
            return ""
        if seen.outcome == "unknown":
            return "the outcome of an order is unknown"
        wrong = (noted.field for noted in seen.differences if not noted.reason and noted.field in self._plan.critical)
        if (field := next(wrong, None)) is not None:
            return f"{field} differs, which is critical"
        return self._burst(seen)

    def _burst(self, seen: Observation) -> str:
        if seen.outcome not in _ERRORS:
            return ""
        with self._lock:
            self._errors.append(seen.at)
            if len(self._errors) < self._plan.errors or seen.at - self._errors[0] > self._plan.seconds:
                return ""
            self._errors.clear()
        return f"{self._plan.errors} errors of the candidate within {self._plan.seconds:g} seconds"


def outcome_unknown(error: BaseException | None) -> bool:
    """Whether an exception says, itself or by its cause, that nobody knows what became of an order."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, OrderOutcomeUnknown):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
