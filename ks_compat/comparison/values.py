"""The comparison of two answers: dicts, lists and plain values; each difference with its path, kind and both values.

Types count: ``"1"`` is not ``1``, and ``1`` is not ``1.0``, since old code would notice. Rows of a list are put side by
side by a field that names them (an order number), where a rule says so, else by their place.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ks_compat.comparison.tolerance import Tolerance

Kind = Literal["missing", "extra", "type", "value", "order"]
LARGEST = 200_000
"""Values (leaves, dicts and lists) in one answer; a book of 2,000 orders has about 60,000."""
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
    if type(left) is not type(right):
        yield ValueDifference(at.path, at.field, "type", left, right)
    elif isinstance(left, dict):
        yield from _dicts(left, right, rules, at)
    elif isinstance(left, (list, tuple)):
        yield from _lists(left, right, rules, at)
    elif not _same(left, right) and not rules.tolerances.get(at.field, _EXACT).allows(left, right):
        yield ValueDifference(at.path, at.field, "value", left, right)


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
    key = next((key for key in rules.keys.get(at.field, ()) if _names(key, left) and _names(key, right)), None)
    if key is None:
        one, other = ({str(place): row for place, row in enumerate(rows)} for rows in (left, right))
    else:
        one, other = ({f"{key}={row[key]}": row for row in rows} for rows in (left, right))
        both = [[name for name in rows if name in one and name in other] for rows in (one, other)]
        if both[0] != both[1]:
            yield ValueDifference(at.path, at.field, "order", *both)
    for name in dict.fromkeys((*one, *other)):
        here = at.row(name)
        if name not in other:
            yield ValueDifference(here.path, here.field, "missing", one[name], None)
        elif name not in one:
            yield ValueDifference(here.path, here.field, "extra", None, other[name])
        else:
            yield from _compare(one[name], other[name], rules, here)


def _names(key: str, rows: Sequence[Any]) -> bool:
    """Whether ``key`` names each of the rows, and no two alike."""
    names = [row.get(key) for row in rows if isinstance(row, dict)]
    return len(names) == len(rows) == len(set(map(str, names))) and all(
        name not in (None, "", 0, "-") for name in names
    )
