"""How a method goes from phase to phase: forward through a gate, back at any time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ks_compat.parallel.phases import KINDS, ORDER, READ_PHASES
from ks_compat.parallel.plan import Plan
from ks_compat.parallel.record import Record
from ks_compat.parallel.standing import METHODS, Standing, account_of, standing
from ks_compat.parallel.store import Store, Transition

AUTOMATIC = "automatic"
"""Who moved a method on where the plan says automatic."""
EVERY = 10.0
"""Seconds between two looks at one gate."""


class Refused(Exception):
    """A step that is not to be taken; ``missing`` is what the gate still wants."""

    def __init__(self, message: str, missing: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.missing = tuple(missing)


def advance(store: Store, plan: Plan, method: str, *, by: str, now: float) -> Transition:
    """Moves a method to its next phase, if its gate is open. Raises Refused and RecordError."""
    each = _found(store, plan, method, now)
    if each.next is None or each.missing:
        raise Refused(f"The gate of {method} in {each.phase} is closed.", each.missing)
    reason = f"after a trip: {each.tripped}" if each.tripped else ""
    return _moved(store, each, each.next, by, now, reason)


def rollback(store: Store, plan: Plan, method: str, to: str | None, *, by: str, now: float) -> Transition:
    """Moves a method back, to the phase before or to ``to``. A trip stays one. Raises Refused and RecordError."""
    each = _found(store, plan, method, now)
    earlier = [phase for phase in phases_of(method) if ORDER.index(phase) < ORDER.index(each.phase)]
    if not earlier or (to is not None and to not in earlier):
        raise Refused(f"{method} is in {each.phase}; before it there is {', '.join(earlier) or 'nothing'}.")
    return _moved(store, each, to or earlier[-1], by, now, each.tripped, tripped=bool(each.tripped))


def phases_of(method: str) -> tuple[str, ...]:
    """The phases that a method can be in, in order."""
    return ORDER if KINDS[method] == "write" else READ_PHASES


class Automatic:
    """Moves methods on by itself, where the plan says so. It looks on the record's own thread."""

    def __init__(self, plan: Plan, record: Record, now: Callable[[], float] = time.time) -> None:
        self._plan, self._record, self._now = plan, record, now
        self._looked: dict[str, float] = {}

    def seen(self, method: str) -> None:
        """To be called after each observation; costs next to nothing."""
        at = time.monotonic()
        if self._plan.automatic and at - self._looked.get(method, -EVERY) >= EVERY:
            self._looked[method] = at
            self._record.soon(lambda: self._look(method))

    def _look(self, method: str) -> None:
        store, now = self._record.store, self._now()
        each = _found(store, self._plan, method, now)
        if each.missing or each.next is None or each.tripped:
            return
        if _went_back(store.transitions(), self._plan, account_of(store.key, self._plan), each):
            return
        # Another process may have been first: then it is done.
        store.move(_transition(each, each.next, AUTOMATIC, now))


def _found(store: Store, plan: Plan, method: str, now: float) -> Standing:
    if method not in METHODS:
        raise Refused(f"There is no method {method!r} with a phase; there are {', '.join(METHODS)}.")
    return next(each for each in standing(store, plan, now).methods if each.method == method)


def _transition(
    each: Standing, phase: str, by: str, now: float, reason: str = "", *, tripped: bool = False
) -> Transition:
    number = each.last.number if each.last else 0
    return Transition(each.method, number + 1, phase, now, by, reason, tripped)


def _moved(
    store: Store, each: Standing, phase: str, by: str, now: float, reason: str, *, tripped: bool = False
) -> Transition:
    to = _transition(each, phase, by, now, reason, tripped=tripped)
    if not store.move(to):
        raise Refused(f"The phase of {each.method} has changed at this moment. Look again.")
    return to


def _went_back(history: Sequence[Transition], plan: Plan, account: str, each: Standing) -> bool:
    """Whether the last change was a step back: a person had a reason for it, and a person takes it back."""
    own = [step.phase for step in history if step.method == each.method]
    before = own[-2] if len(own) > 1 else plan.start(each.method, account)
    return bool(own) and ORDER.index(before) > ORDER.index(own[-1])
