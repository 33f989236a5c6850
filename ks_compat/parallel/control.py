"""The phase that each method is in now."""

from __future__ import annotations

from collections.abc import Callable

from ks_compat.parallel.observation import Observation
from ks_compat.parallel.phases import COMPARED, KINDS, ORDER, PHASES, Phase, fallback
from ks_compat.parallel.plan import Plan
from ks_compat.parallel.recording import Recorder
from ks_compat.parallel.tripwire import Wire

TRIPWIRE = "tripwire"
"""Who set a phase that a tripwire set."""
BLIND = "rehearse"
"""The last phase of a write while the record cannot be read: the last in which the legacy side sends all."""


class Control:
    """Phases by method: where the plan starts them, where a person or a gate put them, where a tripwire threw them."""

    def __init__(
        self,
        plan: Plan,
        record: Recorder,
        account: str,
        told: Callable[[str], None],
        onward: Callable[[str], None] | None = None,
    ) -> None:
        """``told`` is given one line when a tripwire acts, for a person to see; ``onward`` the method of each
        observation (``ramp.Automatic``).
        """
        self._record, self._told, self._onward = record, told, onward
        self._starts: dict[str, str] = {method: plan.start(method, account) for method in (*COMPARED, "login")}
        self._blind = False
        self._wires = {method: Wire(plan.tripwire) for method in COMPARED}

    def name(self, method: str) -> str:
        """The name of the phase; session, local and feed calls have that of ``login``.

        While the record cannot be read nobody knows whether a tripwire of another process has put orders back: a write
        is then in ``BLIND`` at most, whatever phase it was in. Only where there is no legacy side any more (both the
        write and ``login`` are in ``done``) it stays in ``done``.
        """
        phase = self.last_known(method)
        if KINDS[method] != "write" or ORDER.index(phase) <= ORDER.index(BLIND):
            return phase
        if phase == self.last_known("login") == "done":
            return phase
        # Once more: whether it can be read was perhaps found out by reading it.
        return BLIND if self._seems_blind(method, phase) else self.last_known(method)

    def last_known(self, method: str) -> str:
        """The name of the phase as it was last read or set, however long ago."""
        own = method if method in self._starts else "login"
        state = self._record.phase(own)
        return self._starts[own] if state is None else state.phase

    def _seems_blind(self, method: str, phase: str) -> bool:
        blind = not self._record.current
        if blind and not self._blind:
            self._told(
                f"The record of the parallel run cannot be read, so a trip of another process would not be known: "
                f"{method} is in {BLIND} instead of {phase} until it can. All new orders go to the old side."
            )
        self._blind = blind
        return blind

    def phase(self, method: str) -> Phase:
        """The phase."""
        return PHASES[self.name(method)]

    def seen(self, observation: Observation) -> None:
        """Keeps an observation, and puts its method back if it touches the tripwire."""
        self._record.observe(observation)
        why = self._wires[observation.method].touched(observation)
        if not why:
            if self._onward is not None:
                self._onward(observation.method)
            return
        # A wrong modify or cancel speaks against the path of orders as a whole.
        method = "place_order" if KINDS[observation.method] == "write" else observation.method
        self.trip(method, why if method == observation.method else f"{observation.method}: {why}")

    def trip(self, method: str, why: str) -> None:
        """Puts a method back for good, until a person looks."""
        # Not ``name``: what is held back now comes into force again with the record.
        now = self.last_known(method)
        back = fallback(method, now)
        if back == now:
            return
        self._record.set_phase(method, back, by=TRIPWIRE, reason=why, tripped=True)
        self._told(f"{method} went from {now} back to {back}: {why}. See `ks-compat parallel status`.")
