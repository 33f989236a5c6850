"""Whether two sides said the same of one call. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ks_compat.comparison import TooLarge, ValueDifference, compare_values
from ks_compat.comparison.values import LARGEST
from ks_compat.parallel.masking import told
from ks_compat.parallel.observation import Noted, Outcome
from ks_compat.parallel.plan import Plan

ELSEWHERE = "an order of the other side"
"""Why a row that only one book shows is no difference."""
_PLAIN = (str, int, float, bool, type(None))
_ORDER_NUMBERS = ("orderId", "exchangeOrderId")


@dataclass(frozen=True)
class Answer:
    """What one side said: a value or the exception that it raised; and how long it took, in milliseconds."""

    value: Any = None
    error: BaseException | None = None
    ms: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """The outcome, the differences, and one line on errors (classes, never texts)."""

    outcome: Outcome
    differences: tuple[Noted, ...] = ()
    note: str = ""

    @property
    def unexplained(self) -> tuple[str, ...]:
        """The fields that differ for no known reason."""
        return tuple(noted.field for noted in self.differences if not noted.reason)


def judge(
    method: str, primary: Answer, other: Answer, plan: Plan, today: date, elsewhere: Collection[str] = ()
) -> Verdict:
    """Compares what the primary and the other side said. ``elsewhere``: numbers of orders that only one book has."""
    if primary.error is not None or other.error is not None:
        return _errors(primary.error, other.error)
    try:
        rules = plan.rules(method)
        found = compare_values(*without_equals(primary.value, other.value, rules.keys), rules)
    except TooLarge as large:
        return Verdict("dropped", note=str(large))
    noted = tuple(_noted(method, difference, plan, today, elsewhere) for difference in found)
    if not noted:
        return Verdict("matched")
    return Verdict("explained" if all(each.reason for each in noted) else "unexplained", noted)


def without_equals(left: Any, right: Any, keys: Mapping[str, Sequence[str]]) -> tuple[Any, Any]:
    """Two reports without the fields in which rows that stand side by side are equal, but for those that name the rows:
    the differences are the same, found in a tenth of the time. As given, where rows are not named one for one.

    The comparison runs on a worker, but in the bot's own interpreter.
    """
    if not (_is_plain_dict(left) and _is_plain_dict(right)):
        return left, right
    one, other = left.copy(), right.copy()
    for name, names in keys.items():
        pair = _lean(left.get(name), right.get(name), names)
        if pair is not None:
            one[name], other[name] = pair
    return one, other


def _lean(left: Any, right: Any, names: Sequence[str]) -> tuple[list[Any], list[Any]] | None:
    if type(left) is not list or type(right) is not list or len(left) != len(right):
        return None
    if not all(map(_is_plain_dict, (*left, *right))) or sum(map(len, (*left, *right))) > LARGEST:
        return None
    if any(
        str(one.get(name)) != str(other.get(name)) for one, other in zip(left, right, strict=True) for name in names
    ):
        return None
    pairs = [_unequal(one, other, names) for one, other in zip(left, right, strict=True)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def _unequal(left: dict[Any, Any], right: dict[Any, Any], names: Sequence[str]) -> tuple[dict[Any, Any], ...]:
    equal = {
        name
        for name, value in left.items()
        if name in right and type(value) in _PLAIN and type(value) is type(right[name]) and value == right[name]
    }
    equal.difference_update(names)
    return tuple({name: value for name, value in row.items() if name not in equal} for row in (left, right))


def _is_plain_dict(value: Any) -> bool:
    return type(value) is dict


def _noted(method: str, difference: ValueDifference, plan: Plan, today: date, elsewhere: Collection[str]) -> Noted:
    reason = plan.reason(method, difference.field, today) or ""
    if not reason and difference.kind in ("missing", "extra") and _number_of(difference) & set(elsewhere):
        reason = ELSEWHERE
    left, right = (told(difference.field, value) for value in (difference.left, difference.right))
    return Noted(difference.path, difference.field, difference.kind, left, right, reason)


def _number_of(difference: ValueDifference) -> set[str]:
    row = difference.left if difference.right is None else difference.right
    return {str(row[name]) for name in _ORDER_NUMBERS if name in row} if isinstance(row, dict) else set()


def _errors(primary: BaseException | None, other: BaseException | None) -> Verdict:
    one, two = _error_name(primary), _error_name(other)
    if one == two:
        return Verdict("matched", note=one)
    if primary is None:
        return Verdict("failed", note=two)
    return Verdict("unexplained", (Noted("error", "error", "value", one, two),), note=one)


def _error_name(error: BaseException | None) -> str:
    """The class of an error, by its old name on both sides, and its code."""
    if error is None:
        return ""
    status = getattr(error, "status", None)
    return f"{type(error).__name__} {status}".strip() if status is not None else type(error).__name__
