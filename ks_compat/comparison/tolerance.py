"""How far two values may lie apart and still say the same: moving prices, clocks, identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

_TIMES = ("%b %d %Y %I:%M:%S:%f%p", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d-%b-%Y %H:%M:%S")
"""The forms of a time in old answers (spec/v1.md 6) and in v2's."""


@dataclass(frozen=True)
class Tolerance:
    """What is allowed at a field. ``anything``: any two plain values of one type, as for identifiers.

    ``relative`` is a share of the larger amount, ``absolute`` is in the field's own unit, ``seconds`` is for times.
    A pair is allowed if one of those that are given allows it. For ``anything``, ``relative`` and ``absolute`` int and
    float are one type: old answers write 1500 and 1500.05. A text against a number, or either against None, stays a
    difference of type under every tolerance, since old code notices; a plan may list it as ``known``.
    """

    anything: bool = False
    relative: Decimal | None = None
    absolute: Decimal | None = None
    seconds: float | None = None

    @property
    def numeric(self) -> bool:
        """Whether int and float are one type here."""
        return self.anything or self.relative is not None or self.absolute is not None

    def allows(self, left: Any, right: Any) -> bool:
        """Whether two values of one type are near enough; what is no number or no time is never near."""
        if self.anything:
            return True
        return self._near(_number(left), _number(right)) or self._close(_time(left), _time(right))

    def _near(self, left: Decimal | None, right: Decimal | None) -> bool:
        if left is None or right is None:
            return False
        apart = abs(left - right)
        within = self.absolute is not None and apart <= self.absolute
        share = self.relative is not None and apart <= self.relative * max(abs(left), abs(right))
        # 0 stands for "no price" in old answers: nothing is near it.
        return within or (share and bool(left) and bool(right))

    def _close(self, left: datetime | None, right: datetime | None) -> bool:
        if self.seconds is None or left is None or right is None:
            return False
        return abs((left - right).total_seconds()) <= self.seconds


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    for form in _TIMES:
        try:
            return datetime.strptime(value.strip(), form)
        except ValueError:
            continue
    return None
