"""The old answers, one table for each shape: old key, where it comes from, how it is converted (spec/v1.md 6). Pure.

Facade and codemod read the same tables: the facade builds the old rows with them; the codemod turns a subscript of an
old row into the attribute and the conversion that stand beside its key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ks_compat.v1 import formats, instruments, margins, positions, states, stocks

BUILTINS: Mapping[str, Callable[[Any], Any]] = {"int": int, "float": float, "str": str}


@dataclass(frozen=True)
class From:
    """An old key's value: ``convert`` of the native result's ``attribute`` (of the whole row, where it is empty)."""

    attribute: str = ""
    convert: str = ""
    """A builtin (``int``, ``float``, ``str``), a function that ``ks_compat.v1`` exports, or nothing."""

    def value(self, row: Any) -> Any:
        """The old value out of a native row."""
        found = row
        for name in self.attribute.split(".") if self.attribute else ():
            found = getattr(found, name)
        return _function(self.convert)(found) if self.convert else found


@dataclass(frozen=True)
class Constant:
    """An old key that v2 has no source for, and what stands there instead."""

    constant: Any

    def value(self, row: Any) -> Any:  # noqa: ARG002 - the same call as From.value
        """The constant."""
        return self.constant


Row = Mapping[str, From | Constant]


@dataclass(frozen=True)
class Shape:
    """An old answer: the key of its envelope, its rows, and the keys that rows of derivatives have besides."""

    envelope: str
    row: Row
    derivatives: Row = field(default_factory=dict)

    def build(self, rows: list[Any]) -> dict[str, list[dict[str, Any]]]:
        """The old answer of native rows."""
        return {self.envelope: [row_of(self._table(row), row) for row in rows]}

    def _table(self, row: Any) -> Row:
        more = self.derivatives and instruments.is_fno(row) == "Y"
        return {**self.row, **self.derivatives} if more else self.row


def row_of(table: Row, native: Any) -> dict[str, Any]:
    """One old row."""
    return {key: source.value(native) for key, source in table.items()}


def _function(name: str) -> Callable[[Any], Any]:
    if name in BUILTINS:
        return BUILTINS[name]
    for module in (formats, states, instruments, positions, stocks, margins):
        if hasattr(module, name):
            return getattr(module, name)  # type: ignore[no-any-return]
    raise LookupError(name)
