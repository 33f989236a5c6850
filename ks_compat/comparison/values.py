"""The comparison of two answers: dicts, lists and plain values; each difference with its path, kind and both values.

Types count: ``"1"`` is not ``1``, and ``1`` is not ``1.0``, since old code would notice (but where a tolerance for
numbers holds). Rows of a list are put side by side, row by row, by the first field that names both (an order number),
where a rule says so, else by their place.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from ks_compat.comparison.tolerance import Tolerance

Kind = Literal["missing", "extra", "type", "value", "order"]
LARGEST = 200_000
"""Values (leaves, dicts and lists) in one answer; a book of 2,000 orders has about 60,000."""
_LOOKS = 20
"""Rows of one name that are tried for a partner: a list of one name all over takes no quadratic time."""
_SIGNS = {"missing": "is missing on the right", "extra": "is missing on the left"}


class TooLarge(ValueError):
    """An answer of more values than ``LARGEST`` is not compared."""


@dataclass(frozen=True)
class ValueDifference:
    """One difference: ``path`` says where (``success[orderId=7].price``), ``field`` the same for every row
    (``success[].price``); ``left`` and ``right`` are None where nothing stands.
    """

    path: str
    field: str
    kind: Kind
    left: Any
    right: Any

    def __str__(self) -> str:
        if self.kind in _SIGNS:
            return f"{self.path} {_SIGNS[self.kind]}"
        types = f" ({type(self.left).__name__} / {type(self.right).__name__})" if self.kind == "type" else ""
        return f"{self.path}: {self.left!r} / {self.right!r}{types}"


@dataclass(frozen=True)
class Rules:
    """``keys``: for a list (``success``), fields that name its rows, the best first. ``tolerances``: by field."""

    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tolerances: Mapping[str, Tolerance] = field(default_factory=dict)


@dataclass(frozen=True)
class _At:
    path: str = ""
    field: str = ""

    def member(self, name: str) -> _At:
        dot = "." if self.path else ""
        return _At(f"{self.path}{dot}{name}", f"{self.field}{dot}{name}")

    def row(self, name: object) -> _At:
        return _At(f"{self.path}[{name}]", f"{self.field}[]")


def compare_values(left: Any, right: Any, rules: Rules | None = None) -> list[ValueDifference]:
    """All differences between two answers; empty means that they say the same. Raises TooLarge."""
    for value in (left, right):
        if sum(1 for _ in _walk(value, LARGEST)) > LARGEST:
            raise TooLarge(f"an answer of more than {LARGEST} values")
    return list(_compare(left, right, rules or Rules(), _At()))


def _walk(value: Any, limit: int) -> Iterator[None]:
    waiting = [value]
    while waiting and limit >= 0:
        limit -= 1
        yield
        found = waiting.pop()
        if isinstance(found, dict):
            waiting.extend(found.values())
        elif isinstance(found, (list, tuple)):
            waiting.extend(found)


def _compare(left: Any, right: Any, rules: Rules, at: _At) -> Iterator[ValueDifference]:
    tolerance = rules.tolerances.get(at.field, _EXACT)
    if type(left) is not type(right) and not (tolerance.numeric and _is_number(left) and _is_number(right)):
        yield ValueDifference(at.path, at.field, "type", left, right)
    elif isinstance(left, dict):
        yield from _dicts(left, right, rules, at)
    elif isinstance(left, (list, tuple)):
        yield from _lists(left, right, rules, at)
    elif not _same(left, right) and not tolerance.allows(left, right):
        yield ValueDifference(at.path, at.field, "value", left, right)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_EXACT = Tolerance()


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and math.isnan(left):
        return math.isnan(right)
    try:
        return bool(left == right)
    except Exception:  # noqa: BLE001 - a foreign object (a DataFrame) may refuse to be compared: that is no equality
        return False


def _dicts(left: dict[Any, Any], right: dict[Any, Any], rules: Rules, at: _At) -> Iterator[ValueDifference]:
    for name in dict.fromkeys((*left, *right)):
        here = at.member(str(name))
        if name not in right:
            yield ValueDifference(here.path, here.field, "missing", left[name], None)
        elif name not in left:
            yield ValueDifference(here.path, here.field, "extra", None, right[name])
        else:
            yield from _compare(left[name], right[name], rules, here)


def _lists(left: Sequence[Any], right: Sequence[Any], rules: Rules, at: _At) -> Iterator[ValueDifference]:
    keys = rules.keys.get(at.field, ())
    partners = _partners(left, right, keys)
    both = [(one, other) for one, other in enumerate(partners) if other is not None]
    names = [f"{_name(left[one], keys, right[other]) or one}" for one, other in both]
    here = [name for _, name in sorted(zip((other for _, other in both), names, strict=True))]
    if names != here:
        yield ValueDifference(at.path, at.field, "order", names, here)
    for one, row in enumerate(left):
        other = partners[one]
        if other is None:
            place = at.row(_name(row, keys) or one)
            yield ValueDifference(place.path, place.field, "missing", row, None)
        else:
            yield from _compare(row, right[other], rules, at.row(_name(row, keys, right[other]) or one))
    matched = {other for _, other in both}
    for other, row in enumerate(right):
        if other not in matched:
            place = at.row(_name(row, keys) or other)
            yield ValueDifference(place.path, place.field, "extra", None, row)


def _partners(left: Sequence[Any], right: Sequence[Any], keys: Sequence[str]) -> list[int | None]:
    """For each row on the left its place on the right: the first free row that says the same under the first key that
    both have. Rows that no key names stand side by side in their order.
    """
    partners: list[int | None] = [None] * len(left)
    free = dict.fromkeys(range(len(right)))
    for key in (*keys, None):
        waiting: dict[str, deque[int]] = {}
        for other in free:
            if (name := _key_of(right[other], key, keys)) is not None:
                waiting.setdefault(name, deque()).append(other)
        for one, row in enumerate(left):
            name = _key_of(row, key, keys) if partners[one] is None else None
            # Two rows that have an earlier key in common are two rows: it told them apart.
            candidates = islice(waiting.get(name, ()), _LOOKS) if name is not None else ()
            found = next((other for other in candidates if _common(row, right[other], keys) == key), None)
            if found is not None:
                partners[one] = found
                waiting[str(name)].remove(found)
                del free[found]
    return partners


def _key_of(row: Any, key: str | None, keys: Sequence[str]) -> str | None:
    """What a row says under ``key``; None where it says nothing. Without a key: empty for a row that no key names."""
    if key is None:
        return "" if not any(_named(row, each) for each in keys) else None
    return str(row[key]) if _named(row, key) else None


def _common(left: Any, right: Any, keys: Sequence[str]) -> str | None:
    return next((key for key in keys if _named(left, key) and _named(right, key)), None)


def _name(row: Any, keys: Sequence[str], partner: Any = None) -> str:
    key = _common(row, row if partner is None else partner, keys)
    return "" if key is None else f"{key}={row[key]}"


def _named(row: Any, key: str) -> bool:
    return isinstance(row, dict) and row.get(key) not in (None, "", 0, "0", "-")
