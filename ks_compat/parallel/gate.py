"""What a method must still show before it may go on. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ks_compat.parallel.phases import KINDS, PHASES, next_phase
from ks_compat.parallel.plan import Gate
from ks_compat.parallel.statistics import Statistics


def missing(
    method: str, phase: str, shown: Statistics, gate: Gate, others: Mapping[str, str] | None = None
) -> list[str]:
    """What ``method`` has not shown since it came into ``phase``, one text each; empty: the gate is open.

    ``others`` are the phases of the methods in use. Only the session needs them: nothing of it can be compared, so it
    moves last.
    """
    following = next_phase(method, phase)
    if following is None:
        return [f"{phase} is the last phase"]
    if phase == "off":
        # Nothing can be shown where nothing is compared, and the next phase sends nothing to anybody.
        return []
    if KINDS[method] == "session":
        if not others:
            return ["no call of any other method was seen"]
        behind = [name for name, at in others.items() if not _as_far(at, following)]
        return [f"{name} is not in {following} yet" for name in behind]
    return [
        *_calls(shown, gate, _counted(method, phase, shown)),
        *_errors(shown, gate),
        *_latency(shown, gate),
        *_sent(phase, shown),
    ]


def _as_far(phase: str, wanted: str) -> bool:
    order = list(PHASES)
    return order.index(phase) >= order.index(wanted)


def _counted(method: str, phase: str, shown: Statistics) -> tuple[int, str]:
    """The calls that count for a gate, and what they are. A write that nothing was compared with shows nothing but that
    it is in use, which is all that can be asked of it before it is rehearsed.
    """
    if KINDS[method] == "write" and not PHASES[phase].rehearses:
        return shown.good + shown.sent, "calls"
    return shown.good, "calls that match"


def _calls(shown: Statistics, gate: Gate, counted: tuple[int, str]) -> list[str]:
    found, (number, what) = [], counted
    if number < gate.matched:
        found.append(f"{gate.matched - number} more {what} ({number} of {gate.matched})")
    if len(shown.days) < gate.sessions:
        found.append(f"{gate.sessions - len(shown.days)} more days with calls ({len(shown.days)} of {gate.sessions})")
    if shown.unexplained > gate.unexplained:
        found.append(f"{shown.unexplained} unexplained differences; {gate.unexplained} are allowed")
    return found


def _errors(shown: Statistics, gate: Gate) -> list[str]:
    if shown.error_rate <= gate.error_rate:
        return []
    rate = f"{shown.error_rate:.2%} of {shown.compared} calls"
    return [f"the candidate failed in {rate}; {gate.error_rate:.2%} are allowed"]


def _latency(shown: Statistics, gate: Gate) -> list[str]:
    legacy, candidate = shown.legacy.p95, shown.candidate.p95
    if legacy is None or candidate is None or candidate <= legacy * gate.latency_ratio:
        return []
    return [
        f"p95 {candidate:.1f} ms of the candidate is {candidate / legacy:.1f} times {legacy:.1f} ms; "
        f"{gate.latency_ratio:g} times is allowed"
    ]


def _sent(phase: str, shown: Statistics) -> list[str]:
    if PHASES[phase].shares and not shown.sides.get("candidate"):
        return ["no order has gone to the candidate yet"]
    return []
