"""A parallel run over a real sandbox with both APIs, whose candidate misbehaves on demand, and which checks itself.

After every call: who was called how often, what arrived at the broker, and that the bot got what its side said.
Used by the stateful test and, with larger figures, by benchmarks/parallel_faults.py.
"""

import contextlib
import logging
import threading
import time
from collections import Counter
from decimal import Decimal

from ks_compat.demo.old_client import KSTradeApi as OldClient
from ks_compat.demo.parallel_count import counted
from ks_compat.ks_api import KSTradeApi
from ks_compat.native import NeoClient
from ks_compat.native.settings import Settings
from ks_compat.parallel import ParallelKSTradeApi, Plan
from ks_compat.parallel.observation import OwnedOrder
from ks_compat.parallel.phases import COMPARED, KINDS, ORDER, READ_PHASES
from ks_compat.parallel.record import Record

TOKENS = {727: 2_250.0, 754: 2_390.0, 1374: 1_510.0, 1839: 1_480.0, 8658: 9.2}
"""Cheap enough to wait in the book."""
SLOW, LIMIT = 0.08, 0.05
"""Seconds: how long a candidate hangs, and how long a comparison may take."""
BEFORE = ("raises", "exits", "interrupts")
AFTER = ("loses", "exits after")
MOODS = ("fine", *BEFORE, *AFTER, "hangs", "lies", "hogs", "mutates", "recurses")
"""What a candidate does: ``loses`` does the work and then raises; a hog answers with a monster (bounded: 40 MB)."""
SANDBOX_FAULTS = ("drop_before", "drop_after", "v1_refused", "unavailable_before")


class Deaf(BaseException):
    """An exception that ``except Exception`` does not see."""


class Side:
    """A client that notes each call of a thread's own, with what came of it; the candidate has moods, too."""

    def __init__(self, name, client):
        self.name, self.client, self.mood = name, client, "fine"
        self.calls = []
        self._neo = getattr(client, "_neo", None)
        self.faults = Counter()

    def __getattr__(self, name):
        found = getattr(self.client, name)
        return self._noted(name, found) if name in KINDS else found

    def _noted(self, method, found):
        def call(*args, **kwargs):
            note = [threading.get_ident(), method, args, kwargs, None, None]
            self.calls.append(note)
            try:
                note[4] = self._moody(method, found, args, kwargs)
            except BaseException as error:
                note[5] = error
                raise
            return note[4]

        return call

    def _moody(self, method, found, args, kwargs):
        mood = self.mood if KINDS[method] in ("read", "write") else "fine"
        if mood != "fine":
            self.faults[mood] += 1
        if mood in BEFORE:
            raise {"raises": RuntimeError("no"), "exits": SystemExit(3), "interrupts": Deaf("no")}[mood]
        if mood == "hangs":
            time.sleep(SLOW)
        if mood == "mutates":
            for value in (*args, *kwargs.values()):
                if isinstance(value, list):
                    value.append("mutated")
        if mood == "recurses":
            return self._moody(method, found, args, kwargs) if KINDS[method] == "read" else found(*args, **kwargs)
        value = found(*args, **kwargs)
        if mood in AFTER:
            raise SystemExit(4) if mood == "exits after" else RuntimeError("lost")
        if KINDS[method] == "read":
            return {"lies": {"success": "nonsense"}, "hogs": ["x" * 4_000] * 10_000}.get(mood, value)
        return value


class World:
    """One bot over one sandbox. Each method does one thing and checks what must hold after it."""

    def __init__(self, sandbox, folder):
        self.sandbox, self.folder = sandbox, folder
        self.sandbox.reset()
        self.calls, self.tags, self.owned, self.faults = 0, [], {}, Counter()
        self.plan = Plan.of(
            {
                "record": str(folder / "parallel.sqlite"),
                "time_limit": LIMIT,
                "noise": 0.2,
                "canary": {"share": 1.0, "orders": 1000, "rupees": 10**9},
                "tripwire": {"errors": 3},
            }
        )
        self.neo = NeoClient(settings=settings(sandbox, folder))
        self.legacy = Side("legacy", OldClient(**sandbox.v1_arguments(), timeout=5))
        self.candidate = Side("candidate", KSTradeApi.over(self.neo))
        self.now = time.time
        self._begin()

    def _begin(self):
        self.record = Record(self.plan.record, account="SBX01")
        self.client = ParallelKSTradeApi(self.legacy, self.candidate, self.plan, record=self.record)
        self.log_in()

    def log_in(self):
        """What the bot does in the morning; whoever its side is, it must be able to."""
        account = self.sandbox.account.v1
        self.client.login(password=account.password)
        self.client.session_2fa(access_code=account.access_code)

    def close(self):
        """Lets everything go, and looks at the whole once more."""
        self.mood("fine")
        self.sandbox.faults.clear()
        try:
            self.client.parallel.settle(5)
            self.check()
        finally:
            self.client.parallel.close()
            self.legacy.close()
            self.neo.close()
        self.faults.update(self.candidate.faults)

    # -- what happens --------------------------------------------------------------------------------------------------

    def mood(self, mood):
        self.candidate.mood = mood

    def phase(self, method, phase):
        own = ORDER if KINDS[method] == "write" else READ_PHASES
        self.record.set_phase(method, own[phase % len(own)], by="the test")

    def fault(self, side, kind):
        """Lets the next order call fail at the server of one side."""
        if side == "legacy":
            self.sandbox.faults.add("v1_orders", kind)
        elif kind != "v1_refused":
            self.sandbox.faults.add("orders", kind)
        self.faults[f"{side} {kind}"] += 1

    def restart(self):
        """Another process, as far as the record can tell: the memory of this one is gone."""
        self.client.parallel.settle(5)
        self.client.parallel.close()
        self._begin()

    def forget(self):
        """A record that has lost its orders."""
        self.record.owner = lambda number: None

    def broken_record(self):
        """A record that raises where it is asked to reserve."""

        def reserve(*_args, **_kwargs):
            raise OSError("no record")

        self.record.reserve = reserve

    def place(self, token, tag_again=False):
        tag = f"T{len(self.tags) + 1:05d}"
        self.tags.append(tag)
        before = self._counts("place_order")
        value, error = self._call("place_order", "N", token, "BUY", 1, TOKENS[token], tag=tag)
        called = self._one_more("place_order", before)
        arrived = counted(self.sandbox.requests).apis_of(tag)
        assert len(arrived) <= 1, f"{tag} reached {arrived}"
        assert arrived in ([], ["v1" if called == "legacy" else "v2"])
        if error is None:
            assert len(arrived) == 1
            self.owned[self.client.get_order_id(value)] = called

    def change(self, place, verb):
        if not self.owned:
            return
        number = list(self.owned)[place % len(self.owned)]
        method = f"{verb}_order"
        arguments = (number,) if verb == "cancel" else (number, TOKENS[8658], 2, 0, 0, "GFD")
        before = self._counts(method)
        self._call(method, *arguments)
        assert self._one_more(method, before) == self.owned[number], f"{method} of {number} went to the other side"

    def read(self, method, args):
        own = list(args)
        value, error = self._call(method, *own)
        del value, error

    def check(self):
        """The whole wire: every tag arrived at most once, and the broker's book has none twice."""
        seen = counted(self.sandbox.requests)
        assert seen.doubled(self.tags) == []
        tags = Counter(str(row["GuiOrdId"]).partition("-")[0] for row in self.sandbox.orders)
        assert [tag for tag, times in tags.items() if times > 1] == []

    # -- how it is checked ---------------------------------------------------------------------------------------------

    def _call(self, method, *args, **kwargs):
        """Calls as the bot does. What it gets must be what a side said to this thread, and nothing else."""
        self.calls += 1
        marks = {side.name: len(side.calls) for side in (self.legacy, self.candidate)}
        value = error = None
        try:
            value = getattr(self.client, method)(*args, **kwargs)
        except BaseException as raised:  # noqa: BLE001 - the point of it
            error = raised
        since = [note for side in (self.legacy, self.candidate) for note in side.calls[marks[side.name] :]]
        mine = [note for note in since if note[0] == threading.get_ident() and note[1] == method]
        if error is not None:
            # The other side's book, where it has orders of today, is read on a thread of its own, and its error told.
            book = method in ("order_report", "trade_report")
            known = [note[5] for note in since if note[1] == method] if book else [note[5] for note in mine]
            own_word = type(error).__name__ == "ApiException" and "book could not be read" in str(error)
            assert any(error is each for each in known) or own_word, f"{method} raised {error!r}, not a side's"
        elif not any(value is note[4] for note in mine):
            self._merged(method, value, mine)
        return value, error

    @staticmethod
    def _merged(method, value, mine):
        assert method in ("order_report", "trade_report"), f"{method} answered what no side said"
        base = next(note[4] for note in mine if isinstance(note[4], dict))
        numbers = [row["orderId"] for row in value["success"]]
        assert len(numbers) == len(set(numbers)), "the merged book shows an order twice"
        assert len(numbers) >= len(base["success"]), "the merged book lost rows"

    def _counts(self, method):
        return {side.name: sum(note[1] == method for note in side.calls) for side in (self.legacy, self.candidate)}

    def _one_more(self, method, before):
        """The side that was called; it must be one, and once."""
        more = Counter(self._counts(method))
        more.subtract(before)
        assert sorted(more.values()) == [0, 1], f"{method} called {dict(more)}"
        return next(name for name, times in more.items() if times)


READS = (
    ("quote", (727,)),
    ("quote", ("727-1374", "LTP")),
    ("order_report", ()),
    ("trade_report", ()),
    ("positions", ("TODAYS",)),
    ("margin", ()),
    ("margin_required", ("BUY", [{"instrument_token": 727, "quantity": 1, "price": 0}])),
)
METHODS = (*COMPARED, "login")


def settings(sandbox, folder):
    """Settings of a native client for this sandbox, whatever the machine's own are."""
    start = "KS_COMPAT_"
    given = {n.removeprefix(start).lower(): v for n, v in sandbox.environment().items() if n.startswith(start)}
    return Settings(**given, totp=None, home=folder, orders_per_second=0, calls_per_second=0)


@contextlib.contextmanager
def quiet():
    """The warnings of trips are part of the play."""
    log = logging.getLogger("ks_compat.parallel")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def owned(side, number):
    """An order as the record has it."""
    return OwnedOrder(number, side, time.time(), "727", "T", 1, Decimal(1))
