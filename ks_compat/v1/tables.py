"""The old answers, one table for each shape: old key, where it comes from, how it is converted (spec/v1.md 6). Pure.

Facade and codemod read the same tables: the facade builds the old rows with them; the codemod turns a subscript of an
old row into the attribute and the conversion that stand beside its key.
"""

from __future__ import annotations

import functools
import weakref
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

    def source(self, bound: dict[str, Any]) -> str:
        """The expression that gives the value out of ``row``; what it calls is put into ``bound``."""
        found = f"row.{self.attribute}" if self.attribute else "row"
        if not self.convert:
            return found
        bound[self.convert] = _function(self.convert)
        return f"{self.convert}({found})"


@dataclass(frozen=True)
class Constant:
    """An old key that v2 has no source for, and what stands there instead."""

    constant: Any

    def source(self, bound: dict[str, Any]) -> str:  # noqa: ARG002 - the same call as From.source
        """The constant as it stands in code."""
        return repr(self.constant)


Row = Mapping[str, From | Constant]
Builder = Callable[[Any], dict[str, Any]]
_compiled: dict[int, tuple[Row, Builder]] = {}
_SHOWN = 1_000


@dataclass(frozen=True)
class Shape:
    """An old answer: the key of its envelope, its rows, and the keys that rows of derivatives have besides."""

    envelope: str
    row: Row
    derivatives: Row = field(default_factory=dict)
    read_often: bool = False
    """Whether programs ask for it over and over, and get the same native rows again (``Shown``)."""

    def build(self, rows: list[Any]) -> dict[str, list[dict[str, Any]]]:
        """The old answer of native rows; the caller's to change."""
        cash, derivatives = self._builders
        if not self.derivatives:
            return {self.envelope: [cash(row) for row in rows]}
        return {self.envelope: [(derivatives if instruments.is_fno(row) == "Y" else cash)(row) for row in rows]}

    @functools.cached_property
    def _builders(self) -> tuple[Builder, Builder]:
        make = Shown if self.read_often else compiled
        return make(self.row), make({**self.row, **self.derivatives})


class Shown:
    """Makes old rows as ``compiled`` does; of a native row that was shown before (that very object) it copies them."""

    def __init__(self, table: Row) -> None:
        """``table``: one whose cells are texts and numbers, nothing that a caller could change in the copy."""
        self._build = compiled(table)
        self._numbers = [key for key, cell in table.items() if cell == From("instrument_token")]
        # By identity: a result's own == and hash go through all its fields.
        self._shown: dict[int, tuple[Callable[[], Any], dict[str, Any]]] = {}
        self._enough = _SHOWN

    def __call__(self, native: Any) -> dict[str, Any]:
        """The old row of ``native``, a new one each time."""
        found = self._shown.get(id(native))
        if found is not None and found[0]() is native:
            again = found[1].copy()
            for key in self._numbers:
                again[key] = native.instrument_token  # it can change while the row stays the same: it can be pinned
            return again
        made = self._build(native)
        if len(self._shown) > self._enough:
            self._forget()
        self._shown[id(native)] = weakref.ref(native), made.copy()
        return made

    def _forget(self) -> None:
        """Lets go of rows whose native rows are gone."""
        # A list first: other threads add to it.
        self._shown = {key: found for key, found in list(self._shown.items()) if found[0]() is not None}
        self._enough = 2 * len(self._shown) + _SHOWN


def compiled(table: Row) -> Builder:
    """The function that makes one old row of a native one: a copy of an empty row, filled cell by cell.

    Going through the table for every cell of a long order book took ten times as long; a dict display of more than
    fifteen keys grows four times while it is filled, which a copy does not.
    """
    bound: dict[str, Any] = {"__builtins__": {}, "blank": dict.fromkeys(table)}
    lines = [f" made[{key!r}] = {cell.source(bound)}" for key, cell in table.items()]
    exec("\n".join(["def build(row):", " made = blank.copy()", *lines, " return made"]), bound)
    made: Builder = bound["build"]
    return made


def row_of(table: Row, native: Any) -> dict[str, Any]:
    """One old row."""
    found = _compiled.get(id(table))
    if found is None:
        # The table is kept beside its function, so that no other can have its id.
        found = _compiled[id(table)] = (table, compiled(table))
    return found[1](native)


def _function(name: str) -> Callable[[Any], Any]:
    if name in BUILTINS:
        return BUILTINS[name]
    for module in (formats, states, instruments, positions, stocks, margins):
        if hasattr(module, name):
            return getattr(module, name)  # type: ignore[no-any-return]
    raise LookupError(name)
