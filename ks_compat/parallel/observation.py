"""What a parallel run notes down of a call, and of an order. Plain data: no answer is kept whole, and no secret."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ks_compat.parallel.phases import Side

Outcome = Literal["matched", "explained", "unexplained", "failed", "late", "dropped", "unknown", "sent"]
"""``explained``: all differences are known. ``failed``: the candidate alone raised. ``late``: it passed its time limit.
``dropped``: it could not be compared (the queue was full, a write came between). ``unknown``: an order call whose fate
could not be found. ``sent``: an order call that nothing was compared with, since its phase does not rehearse.
"""


@dataclass(frozen=True)
class Noted:
    """One difference as it is kept: both values as short texts, secrets and account data masked."""

    path: str
    field: str
    kind: str
    primary: str
    candidate: str
    reason: str = ""
    """Why it is known; empty for an unexplained one."""


@dataclass(frozen=True)
class Observation:
    """One call. ``at`` is Unix seconds; durations are milliseconds, None where that side was not asked or not done."""

    method: str
    phase: str
    primary: Side
    outcome: Outcome
    at: float
    primary_ms: float | None = None
    other_ms: float | None = None
    differences: tuple[Noted, ...] = ()
    note: str = ""
    """One line: the class of an error, why something was dropped. Never its text."""
    noise: bool = False
    """The primary compared with itself."""


@dataclass(frozen=True)
class OwnedOrder:
    """An order and the side that placed it, which it lives on for good."""

    order_id: str
    side: Side
    at: float
    instrument: str = ""
    tag: str = ""
    quantity: int = 0
    rupees: Decimal = Decimal(0)
