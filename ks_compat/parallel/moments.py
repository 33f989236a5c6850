"""Which differences are of the two sides, and which of the moments at which they were asked. Pure.

Two answers are never of one instant: a fill, or somebody else's order, may come between. So where the other side
differs, the primary is asked once more after it: what moved between its two answers may be anywhere between them for
the other, what stood still may not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from ks_compat.parallel.judge import Verdict
from ks_compat.parallel.observation import Noted

MOVED = "the account moved between the answers"
"""Why a difference is none: the primary had moved too, to or past what the other side said."""
BEHIND = "gone when both were asked again"
"""Why a difference is not judged: one side may be behind the other with a fill; it may also have been wrong once."""


def standing(before: Verdict, after: Verdict, critical: Collection[str]) -> frozenset[str]:
    """The paths of unexplained differences that no movement explains.

    ``before`` and ``after``: the other side's answer against the primary's from before and from after it. A field of
    ``critical`` that moves is judged once it stands still, since a wrong verdict on it puts orders back; it always
    does between two trades.
    """
    then = {noted.path: noted for noted in before.differences if not noted.reason}
    now = (noted for noted in after.differences if not noted.reason and noted.path in then)
    return frozenset(noted.path for noted in now if _stands(then[noted.path], noted, critical))


def told_apart(verdict: Verdict, lasting: Collection[str], gone: Collection[str] = ()) -> Verdict:
    """``verdict`` with the differences at the paths ``lasting`` unexplained. One that is ``gone`` speaks neither for
    the other side nor against it; all others have moved.
    """
    reasons = dict.fromkeys(gone, BEHIND)
    marked = tuple(
        noted if noted.reason or noted.path in lasting else replace(noted, reason=reasons.get(noted.path, MOVED))
        for noted in verdict.differences
    )
    if any(not noted.reason for noted in marked):
        return replace(verdict, outcome="unexplained", differences=marked)
    if any(noted.reason == BEHIND for noted in marked):
        return Verdict("dropped", marked, BEHIND)
    return replace(verdict, outcome="explained", differences=marked)


def _stands(before: Noted, after: Noted, critical: Collection[str]) -> bool:
    if before.kind != "value" or before.primary == after.primary:
        return True
    numbers = [_number(text) for text in (before.primary, after.candidate, after.primary)]
    if before.field in critical or None in numbers:
        return False
    one, other, two = (number for number in numbers if number is not None)
    return not min(one, two) <= other <= max(one, two)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip("'\""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
