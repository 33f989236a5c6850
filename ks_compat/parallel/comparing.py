"""Whether the other side answers a read as the primary did: asked, judged, and where an account moves, asked again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Mapping

from ks_compat.instruments.clock import ist_date
from ks_compat.parallel.books import is_book
from ks_compat.parallel.calling import OTHER, Call
from ks_compat.parallel.judge import ELSEWHERE, Answer, Verdict, judge
from ks_compat.parallel.moments import standing, told_apart
from ks_compat.parallel.note import Note
from ks_compat.parallel.phases import OF_THE_MARKET, Side
from ks_compat.parallel.plan import Plan
from ks_compat.parallel.recording import Recorder
from ks_compat.parallel.sides import OneSide
from ks_compat.parallel.writes import Mark, Writes

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


class Comparing:
    """Compares reads of the primary with the other side's. Everything here is done on a worker."""

    def __init__(
        self,
        sides: Mapping[Side, OneSide],
        plan: Plan,
        record: Recorder,
        writes: Writes,
        now: Callable[[], float],
        submit: Callable[[Note, Callable[[], None]], None],
    ) -> None:
        """``submit`` gives a worker what else there is to do for a note."""
        self._sides, self._plan, self._record = sides, plan, record
        self._writes, self._now, self._submit = writes, now, submit
        self._anew = -LOOK_EVERY
        self._looks: dict[str, tuple[float, frozenset[str]]] = {}
        # The bot's own random numbers stay what they would be without us.
        self._random = random.Random()

    def compare(self, note: Note, primary: Answer) -> None:
        """Asks the other side what ``primary`` has answered, and settles ``note``."""
        call = note.call
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
        if primary.error is None and mine.ready and self._random.random() < self._plan.noise:
            again = self._asked(mine, call)
            verdict = self._judged(call, primary, again) if self._undisturbed(call) else SPOILED
            note.noise().settle(verdict, again.ms)

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

    def _told_or_again(self, note: Note, primary: Answer, other: Answer, mark: Mark | None) -> None:
        """Settles a comparison; where an account differs, only after another look (``moments``)."""
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

    def _again(self, note: Note, verdict: Verdict, other: Answer, mark: Mark | None) -> None:
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
