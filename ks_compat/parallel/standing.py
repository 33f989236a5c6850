"""Where a run stands: each method with its phase and gate, and whether the old package can go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ks_compat.instruments.clock import ist_date
from ks_compat.parallel.counting import Key
from ks_compat.parallel.gate import missing
from ks_compat.parallel.phases import COMPARED, next_phase
from ks_compat.parallel.plan import Plan
from ks_compat.parallel.schema import account_key
from ks_compat.parallel.statistics import Latency, Statistics, statistics
from ks_compat.parallel.store import Store, Transition

METHODS = (*COMPARED, "login")
"""The methods with a phase of their own; the session, local and feed calls follow ``login``."""


@dataclass(frozen=True)
class Standing:
    """One method. ``shown`` is since it entered its phase, ``ever`` all that the record has."""

    method: str
    phase: str
    last: Transition | None
    """The change that brought it there; None: the plan."""
    shown: Statistics
    ever: Statistics
    missing: tuple[str, ...]
    """What keeps it from the next phase; empty: its gate is open."""

    @property
    def tripped(self) -> str:
        """Why a tripwire put it back; empty if none did."""
        return self.last.state.tripped if self.last else ""

    @property
    def next(self) -> str | None:
        """The phase after this one."""
        return next_phase(self.method, self.phase)

    @property
    def used(self) -> bool:
        """Whether any call of it was ever noted."""
        return self.ever.calls > 0


@dataclass(frozen=True)
class Whole:
    """A run of one account. ``in_the_way`` is what stands between it and the end of the old package."""

    account: str
    at: float
    methods: tuple[Standing, ...]
    in_the_way: tuple[str, ...]
    history: tuple[Transition, ...]

    @property
    def safe(self) -> bool:
        """Whether ks_api_client can be removed."""
        return not self.in_the_way

    @property
    def tripped(self) -> tuple[str, ...]:
        """The methods that a tripwire put back, and that nobody has moved on since."""
        return tuple(each.method for each in self.methods if each.tripped)

    @property
    def unused(self) -> tuple[str, ...]:
        """Methods that were watched and never called."""
        return tuple(each.method for each in self.methods if each.method in COMPARED and not each.used)


def standing(store: Store, plan: Plan, now: float) -> Whole:
    """Reads where the run of the store's account stands at ``now`` (Unix seconds). Raises RecordError."""
    history = store.transitions()
    last = {each.method: each for each in history}
    account = account_of(store.key, plan)
    phases = {method: last[method].phase if method in last else plan.start(method, account) for method in METHODS}
    by_method: dict[str, list[tuple[Key, int]]] = {method: [] for method in METHODS}
    for key, number in store.counts():
        by_method.setdefault(key.method, []).append((key, number))
    ever = {method: statistics(by_method[method]) for method in METHODS}
    used = {method: phases[method] for method in COMPARED if ever[method].calls}
    methods = []
    for method in METHODS:
        number = last[method].number if method in last else 0
        stay = [(k, n) for k, n in by_method[method] if k.stay == number and k.phase == phases[method]]
        shown = statistics(stay)
        lacks = missing(method, phases[method], shown, plan.gate, used)
        methods.append(Standing(method, phases[method], last.get(method), shown, ever[method], tuple(lacks)))
    today = ist_date(now).isoformat()
    legacy = sum(order.side == "legacy" and ist_date(order.at).isoformat() == today for _, order in store.orders())
    return Whole(store.key, now, tuple(methods), tuple(_in_the_way(methods, plan, legacy)), tuple(history))


def account_of(key: str, plan: Plan) -> str:
    """The UCC among the plan's accounts that a record's key stands for; empty if it is none of them."""
    return next((name for name in plan.accounts if account_key(name) == key), "")


def plain(whole: Whole) -> dict[str, Any]:
    """As JSON has it: durations in milliseconds, times in Unix seconds."""
    return {
        "version": 1,
        "account": whole.account,
        "at": whole.at,
        "safe": whole.safe,
        "in_the_way": list(whole.in_the_way),
        "tripped": list(whole.tripped),
        "unused": list(whole.unused),
        "methods": [_method(each) for each in whole.methods],
        "history": [vars(each) for each in whole.history],
    }


def _method(each: Standing) -> dict[str, Any]:
    shown = each.shown
    return {
        "method": each.method,
        "phase": each.phase,
        "since": each.last.since if each.last else None,
        "by": each.last.by if each.last else "the plan",
        "tripped": each.tripped,
        "calls": shown.calls,
        "matched": shown.outcomes.get("matched", 0),
        "explained": shown.outcomes.get("explained", 0),
        "unexplained": shown.outcomes.get("unexplained", 0),
        "unexplained_beyond_noise": shown.unexplained,
        "failed": shown.failed,
        "dropped": shown.outcomes.get("dropped", 0),
        "sent": shown.sent,
        "noise": shown.noise_rate,
        "days": len(shown.days),
        "legacy": _latency(shown.legacy),
        "candidate": _latency(shown.candidate),
        "fields": dict(shown.fields),
        "next": each.next,
        "missing": list(each.missing),
    }


def _latency(found: Latency) -> Mapping[str, float | int | None]:
    return {"p50": found.p50, "p95": found.p95, "calls": found.calls}


def _in_the_way(methods: Sequence[Standing], plan: Plan, legacy_orders: int) -> list[str]:
    days = {day for each in methods for day in each.ever.days}
    found = [f"{each.method} was put back: {each.tripped}" for each in methods if each.tripped]
    found += [
        f"{each.method} is in {each.phase}, not in done"
        for each in methods
        if each.phase != "done" and not each.tripped and (each.used or each.phase == "off" or each.method == "login")
    ]
    if len(days) < plan.gate.sessions:
        found.append(f"calls were seen on {len(days)} of {plan.gate.sessions} days")
    if legacy_orders:
        found.append(f"orders of today that live on the old side: {legacy_orders}")
    return found
