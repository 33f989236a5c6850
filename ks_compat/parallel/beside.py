"""What is done beside a call: comparison, rehearsal, a look at the noise. On workers, and never in the way."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ks_compat.instruments.clock import ist_date
from ks_compat.native import NeoClient
from ks_compat.parallel.again import standing, told_apart
from ks_compat.parallel.books import is_book
from ks_compat.parallel.calling import OTHER, Call
from ks_compat.parallel.control import Control
from ks_compat.parallel.frozen import Frozen, NotCopied
from ks_compat.parallel.judge import ELSEWHERE, Answer, Verdict, judge
from ks_compat.parallel.observation import Observation, Outcome
from ks_compat.parallel.phases import OF_THE_MARKET, PHASES, Side
from ks_compat.parallel.plan import Plan
from ks_compat.parallel.prepare import rehearse
from ks_compat.parallel.recording import Recorder
from ks_compat.parallel.sides import OneSide
from ks_compat.parallel.tripwire import outcome_unknown
from ks_compat.parallel.workers import Task, Workers
from ks_compat.parallel.writes import Mark, Writes

_PRICES = ("ltp", "lastPrice")
BETWEEN = "a write came between"
"""Why two answers were not compared: the account was not the same for both."""
ANEW = "both asked anew after a write"
LOOK_EVERY, QUIET = 1.0, 1.0
"""Seconds: between two reads that are asked anew, since the old API counts them; and how long one waits for writes to
end.
"""
LAG = 0.5
"""Seconds that a side may be behind the other one with a fill: a difference that lasts is looked at once more then."""
UNSURE = "it differed, and was not asked again"
"""Why a difference was not judged: its method was looked at a moment ago, or a side did not answer any more."""
SPOILED = Verdict("dropped", note=BETWEEN)
NOT_SURE = Verdict("dropped", note=UNSURE)
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
        self._sides, self._neo, self._plan, self._record = sides, neo, plan, record
        self._control, self._workers, self._writes, self._now = control, workers, writes, now
        self._anew = -LOOK_EVERY
        self._looks: dict[str, tuple[float, frozenset[str]]] = {}
        self._prices: dict[str, Decimal] = {}
        # The bot's own random numbers stay what they would be without us.
        self._random = random.Random()

    def last_price(self, token: Any) -> Decimal | None:
        """The last price (rupees) that a quote told of an instrument in this run."""
        return self._prices.get(str(token))

    def log_out(self, side: OneSide) -> None:
        """Ends the session of a side, soon; what comes of it is nobody's concern."""
        self._workers.submit(Task(lambda: side.client.logout(), _nothing))

    def read(self, call: Call, answer: Answer) -> None:
        """Compares a read that the primary has just answered."""
        if call.copy is None and not call.uncopied:
            return
        if answer.error is not None and not isinstance(answer.error, Exception):
            return  # Ctrl-C
        note, kept = _Note(self, call, answer), None
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
        note = _Note(self, call, answer)
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

    def _submit(self, note: _Note, run: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                run()
            except BaseException as error:  # noqa: BLE001 - a login that is refused, say: noted, not raised
                note.settle(Verdict("failed", note=_name(error)))

        if not self._workers.submit(Task(guarded, note.late)):
            note.settle(NO_WORKER)

    # -- on a worker ---------------------------------------------------------------------------------------------------

    def _compare(self, note: _Note, kept: Frozen | None) -> None:
        call, primary = note.call, note.answer
        if kept is not None:
            try:
                primary = Answer(kept.thawed(), ms=primary.ms)
            except NotCopied as refusal:
                note.settle(Verdict("dropped", note=f"the answer was not copied: {refusal}"))
                return
            self._learn(call, primary.value)
        if not PHASES[call.phase].compares:
            return
        other = self._sides[OTHER[call.side]]
        answer = self._asked(other, call)
        if answer.error is not None and primary.error is None and not other.ready:
            # A login that was refused was told when it was; each call since then says nothing new.
            note.settle(Verdict("dropped", note=f"the {other.name} side is not logged in"))
            return
        mine = self._sides[call.side]
        if not self._undisturbed(call):
            fresh = self._asked_anew(call, mine, other)
            if fresh is None:
                note.settle(SPOILED)
            else:
                self._told_or_again(note, *fresh)
            return
        self._told_or_again(note, primary, answer, call.mark)
        if kept is not None and mine.ready and self._random.random() < self._plan.noise:
            again = self._asked(mine, call)
            verdict = self._judged(call, primary, again) if self._undisturbed(call) else SPOILED
            _Note(self, call, primary, noise=True).settle(verdict, again.ms)

    def _undisturbed(self, call: Call) -> bool:
        return call.method in OF_THE_MARKET or self._writes.none_since(call.mark)

    def _asked_anew(self, call: Call, mine: OneSide, other: OneSide) -> tuple[Answer, Answer, Mark] | None:
        """Two fresh answers with no write between them, and the moment before.

        A bot that reads and then writes at once, round after round, would have no comparison otherwise. None where it
        is not to be had: too soon after the last one, or the bot writes on.
        """
        due, at = self._anew + LOOK_EVERY, time.monotonic()
        if at < due or not mine.ready:
            return None
        self._anew = at
        mark: Mark | None = self._writes.wait(min(QUIET, self._plan.time_limit / 4))
        if mark is None:
            return None
        primary, answer = self._asked(mine, call), self._asked(other, call)
        if not self._writes.none_since(mark):
            return None
        call.note = "; ".join(filter(None, (call.note, ANEW)))
        return primary, answer, mark

    # -- differences that may be of the moment only --------------------------------------------------------------------

    def _told_or_again(self, note: _Note, primary: Answer, other: Answer, mark: Mark | None) -> None:
        """Settles a comparison; where an account differs, only after another look (``again``)."""
        call, verdict = note.call, self._judged(note.call, primary, other)
        fields = set(verdict.unexplained)
        errors = primary.error is not None or other.error is not None
        if not fields or errors or call.method in OF_THE_MARKET:
            note.settle(verdict, other.ms)
            return
        at, found = self._looks.get(call.method, (-LOOK_EVERY, frozenset()))
        if time.monotonic() >= at + LOOK_EVERY and self._sides[call.side].ready:
            self._looks[call.method] = (time.monotonic(), frozenset())
            # A task of its own, with a time limit of its own.
            self._submit(note, lambda: self._again(note, verdict, other, mark))
        else:
            note.settle(verdict if fields <= found else NOT_SURE, other.ms)

    def _again(self, note: _Note, verdict: Verdict, other: Answer, mark: Mark | None) -> None:
        call, critical = note.call, self._plan.tripwire.critical
        mine, theirs = self._sides[call.side], self._sides[OTHER[call.side]]
        after = self._asked(mine, call)
        answers, last = [after], self._judged(call, after, other)
        stood = lasting = standing(verdict, last, critical)
        if stood:
            time.sleep(min(LAG, self._plan.time_limit / 4))
            later, end = self._asked(theirs, call), self._asked(mine, call)
            answers += [later, end]
            then, last = self._judged(call, after, later), self._judged(call, end, later)
            lasting &= standing(then, last, critical)
        if any(answer.error is not None for answer in answers):
            note.settle(NOT_SURE, other.ms)
        elif not self._writes.none_since(mark):
            note.settle(SPOILED, other.ms)
        else:
            found = told_apart(last, lasting) if lasting else told_apart(verdict, (), stood)
            self._looks[call.method] = (time.monotonic(), frozenset(found.unexplained))
            note.settle(found, other.ms)

    def _asked(self, side: OneSide, call: Call) -> Answer:
        assert call.copy is not None
        args, kwargs, _ = call.copy.thawed()
        return side.read(call.method, args, kwargs, self._plan.time_limit)

    def _judged(self, call: Call, primary: Answer, other: Answer) -> Verdict:
        today, elsewhere = ist_date(self._now()), self._elsewhere(call.method)
        verdict = judge(call.method, primary, other, self._plan, today, elsewhere)
        unknown_there = other.error is not None or (is_book(other.value) and not other.value["success"])
        if unknown_there and verdict.outcome != "matched" and str(call.arguments.get("order_id")) in elsewhere:
            return Verdict("explained", note=ELSEWHERE)
        return verdict

    def _elsewhere(self, method: str) -> Collection[str]:
        if method not in ("order_report", "trade_report"):
            return ()
        sides: tuple[Side, Side] = ("legacy", "candidate")
        return {order.order_id for side in sides for order in self._record.owned_today(side)}

    def _rehearse(self, note: _Note) -> None:
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

    def _learn(self, call: Call, value: Any) -> None:
        # A row's ``wtoken`` is not proven to be the number that was asked for: only what was asked for alone counts.
        rows = value.get("success") if call.method == "quote" and isinstance(value, dict) else None
        asked = str(call.args[0] if call.args else call.kwargs.get("instrument_token"))
        if isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], dict) and asked.isdecimal():
            for price in _PRICES:
                self._price(asked, rows[0].get(price))

    def _price(self, token: str, text: Any) -> None:
        try:
            price = Decimal(str(text))
        except InvalidOperation:
            return
        if price.is_finite() and price > 0:
            self._prices[token] = price


class _Note:
    """The one observation of a call: the first that settles it is kept."""

    def __init__(self, beside: Beside, call: Call, answer: Answer, *, noise: bool = False) -> None:
        self.call, self.answer, self._beside, self._noise = call, answer, beside, noise
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
        self._beside._control.seen(
            Observation(
                self.call.method,
                self.call.phase,
                self.call.side,
                outcome,
                self._beside._now(),
                self.answer.ms,
                other_ms,
                verdict.differences,
                "; ".join(filter(None, (self.call.note, verdict.note))),
                self._noise,
            )
        )


def _name(error: BaseException | None) -> str:
    return "" if error is None else type(error).__name__


def _nothing() -> None:
    pass
