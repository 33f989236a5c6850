"""What is done beside a call: comparison, rehearsal, a look at the noise. On workers, and never in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ks_compat.native import NeoClient
from ks_compat.parallel.calling import Call
from ks_compat.parallel.comparing import Comparing
from ks_compat.parallel.control import Control
from ks_compat.parallel.frozen import Frozen, NotCopied
from ks_compat.parallel.judge import Answer, Verdict
from ks_compat.parallel.note import Note
from ks_compat.parallel.phases import PHASES, Side
from ks_compat.parallel.plan import Plan
from ks_compat.parallel.prepare import rehearse
from ks_compat.parallel.prices import Prices
from ks_compat.parallel.recording import Recorder
from ks_compat.parallel.sides import OneSide
from ks_compat.parallel.tripwire import outcome_unknown
from ks_compat.parallel.workers import Task, Workers
from ks_compat.parallel.writes import Writes

NO_WORKER = Verdict("dropped", note="no worker was free")


class Beside:
    """Runs the other side on workers and notes what it finds."""

    def __init__(
        self,
        sides: Mapping[Side, OneSide],
        neo: NeoClient | None,
        plan: Plan,
        record: Recorder,
        control: Control,
        workers: Workers,
        writes: Writes,
        now: Callable[[], float],
    ) -> None:
        """``neo`` prepares the requests of a rehearsal; without one nothing is rehearsed."""
        self._sides, self._neo, self._plan = sides, neo, plan
        self._control, self._workers, self._now = control, workers, now
        self.prices = Prices()
        self._comparing = Comparing(sides, plan, record, writes, now, self._submit)

    def log_out(self, side: OneSide) -> None:
        """Ends the session of a side, soon; what comes of it is nobody's concern."""
        self._workers.submit(Task(lambda: side.client.logout(), _nothing))

    def read(self, call: Call, answer: Answer) -> None:
        """Compares a read that the primary has just answered."""
        if call.copy is None and not call.uncopied:
            return
        if answer.error is not None and not isinstance(answer.error, Exception):
            return  # Ctrl-C
        note, kept = Note(self._control, self._now, call, answer), None
        if not self._workers.room():  # the copy of a large answer would be for nothing
            note.settle(NO_WORKER)
            return
        try:
            kept = Frozen(answer.value) if answer.error is None else None
        except NotCopied as refusal:
            call.uncopied = f"the answer was not copied: {refusal}"
        if call.uncopied:
            note.settle(Verdict("dropped", note=call.uncopied))
        else:
            self._submit(note, lambda: self._compare(note, kept))

    def sent(self, call: Call, answer: Answer) -> None:
        """Notes an order call that one side has sent, and rehearses it for the other."""
        note = Note(self._control, self._now, call, answer)
        if call.side == "candidate" and answer.error is not None:
            unknown = outcome_unknown(answer.error) or not isinstance(answer.error, Exception)
            note.settle(Verdict("unknown" if unknown else "failed", note=_name(answer.error)))
            if self._sides["candidate"].expired(answer.error):
                self._sides["candidate"].begin()
        elif not PHASES[call.phase].rehearses or self._neo is None:
            if call.phase != "off":
                note.settle(Verdict("sent", note=_name(answer.error)))
        elif call.uncopied:
            note.settle(Verdict("dropped", note=call.uncopied))
        else:
            self._submit(note, lambda: self._rehearse(note))

    def _submit(self, note: Note, run: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                run()
            except BaseException as error:  # noqa: BLE001 - a login that is refused, say: noted, not raised
                note.settle(Verdict("failed", note=_name(error)))

        if not self._workers.submit(Task(guarded, note.late)):
            note.settle(NO_WORKER)

    # -- on a worker ---------------------------------------------------------------------------------------------------

    def _compare(self, note: Note, kept: Frozen | None) -> None:
        primary = note.answer
        if kept is not None:
            try:
                primary = Answer(kept.thawed(), ms=primary.ms)
            except NotCopied as refusal:
                note.settle(Verdict("dropped", note=f"the answer was not copied: {refusal}"))
                return
            self.prices.learn(note.call, primary.value)
        if PHASES[note.call.phase].compares:
            self._comparing.compare(note, primary)

    def _rehearse(self, note: Note) -> None:
        call = note.call
        assert self._neo is not None
        assert call.copy is not None
        # The instruments may have to be fetched first, which needs the session.
        self._sides["candidate"].ensure(self._plan.time_limit)
        verdict = rehearse(self._neo, call.method, call.copy.thawed()[2], call.side)
        if note.answer.error is not None:
            # The broker refused it: what the preparation says then proves nothing against v2.
            verdict = Verdict("explained", note=_name(note.answer.error))
        note.settle(verdict)


def _name(error: BaseException | None) -> str:
    return "" if error is None else type(error).__name__


def _nothing() -> None:
    pass
