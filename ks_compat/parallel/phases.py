"""The phases of a parallel run, and the methods of the old client by what they may do. Tables only.

A read may run on both sides. A write is sent by exactly one side, in every phase.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["legacy", "candidate"]
Kind = Literal["session", "read", "write", "local", "feed"]


@dataclass(frozen=True)
class Phase:
    """What happens to a call: ``primary`` answers (and sends a write), ``compares`` runs a read on the other side too,
    ``rehearses`` prepares a write on the other side, ``shares`` sends a part of new orders to the candidate.
    """

    primary: Side
    compares: bool
    rehearses: bool
    shares: bool = False


PHASES = {
    "off": Phase("legacy", compares=False, rehearses=False),
    "shadow": Phase("legacy", compares=True, rehearses=False),
    "rehearse": Phase("legacy", compares=True, rehearses=True),
    "canary": Phase("legacy", compares=True, rehearses=True, shares=True),
    "lead": Phase("candidate", compares=True, rehearses=True),
    "done": Phase("candidate", compares=False, rehearses=False),
}
"""In the order in which a method goes through them."""
ORDER = tuple(PHASES)
KINDS: dict[str, Kind] = {
    "login": "session",
    "session_2fa": "session",
    "logout": "session",
    "place_order": "write",
    "modify_order": "write",
    "cancel_order": "write",
    "order_report": "read",
    "trade_report": "read",
    "positions": "read",
    "margin_required": "read",
    "margin": "read",
    "quote": "read",
    "history": "read",
    "get_order_id": "local",
    "convertObject": "local",
    "convertArray": "local",
    "subscribe": "feed",
    "unsubscribe": "feed",
}
"""Every method of the old client. Session calls go to both sides; local and feed calls to the primary alone."""
COMPARED = tuple(method for method, kind in KINDS.items() if kind in ("read", "write"))
"""The methods that have a phase of their own; session, local and feed calls follow ``login``'s."""
OF_THE_MARKET = ("quote", "history")
"""Reads that say nothing of the account: a write of the bot's between two of them changes neither."""
READ_PHASES = ("off", "shadow", "lead", "done")
"""A read has nothing to rehearse, and no part of it goes elsewhere."""


def next_phase(method: str, phase: str) -> str | None:
    """The phase after ``phase``, or None after the last; reads leave out what they have no use for."""
    own = ORDER if KINDS[method] == "write" else READ_PHASES
    later = own[own.index(phase) + 1 :]
    return later[0] if later else None


def fallback(method: str, phase: str) -> str:
    """Where a tripwire puts ``method``: the last phase in which nothing hangs on the candidate."""
    if PHASES[phase].primary == "legacy" and not PHASES[phase].shares:
        return phase
    return "rehearse" if KINDS[method] == "write" else "shadow"
