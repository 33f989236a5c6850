"""What is noted of one call."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ks_compat.parallel.calling import Call
from ks_compat.parallel.control import Control
from ks_compat.parallel.judge import Answer, Verdict
from ks_compat.parallel.observation import Observation, Outcome


class Note:
    """The one observation of a call: the first that settles it is kept."""

    def __init__(
        self, control: Control, now: Callable[[], float], call: Call, answer: Answer, *, noise: bool = False
    ) -> None:
        """``answer``: the primary's. ``noise``: of a call that was made only to see how an answer changes by itself."""
        self.call, self.answer = call, answer
        self._control, self._now, self._noise = control, now, noise
        self._lock = threading.Lock()
        self._settled = False

    def late(self) -> None:
        """The other side has passed its time limit."""
        self.settle(Verdict("late"))

    def settle(self, verdict: Verdict, other_ms: float | None = None) -> None:
        """Notes the verdict, unless there was one before."""
        with self._lock:
            if self._settled:
                return
            self._settled = True
        outcome: Outcome = verdict.outcome
        self._control.seen(
            Observation(
                self.call.method,
                self.call.phase,
                self.call.side,
                outcome,
                self._now(),
                self.answer.ms,
                other_ms,
                verdict.differences,
                "; ".join(filter(None, (self.call.note, verdict.note))),
                self._noise,
            )
        )

    def noise(self) -> Note:
        """The note of the same call, made once more for the noise."""
        return Note(self._control, self._now, self.call, self.answer, noise=True)
