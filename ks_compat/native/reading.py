"""Rows of long reports as results, fast: what pydantic would make of them, without asking it for every cell.

An order book has a row for each order of the day and is read over and over. Its texts are few (``NSE``, ``complete``,
``0.00``), so each is converted once and remembered; which key of a row goes where is worked out once for all rows with
the same keys. A row that is unusual in any way is given to pydantic itself, whose word on it is final.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pydantic import BaseModel, BeforeValidator

from ks_compat.native.results import Result, parsed

_REMEMBERED = 20_000
_PLANS = 256
_UNSEEN: Any = object()
_SLOT: Any = BaseModel.__dict__["__pydantic_extra__"]
_EXTRA: Callable[[Any, Any], None] = _SLOT.__set__
# What object.__setattr__ ends in, without its look-up.
_FIELDS, _GIVEN, _PRIVATE = (
    BaseModel.__dict__[f"__{name}__"].__set__ for name in ("dict", "pydantic_fields_set", "pydantic_private")
)
_new: Callable[[type[Any]], Any] = object.__new__


class _Memory(dict[Any, Any]):
    """What a converter makes of a text: worked out once. Other values are not remembered: ``1``, ``1.0`` and ``True``
    would be one key."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, value: Any) -> Any:
        found = self._convert(value)
        if type(value) is str:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[value] = found
        return found


class _Extra:
    """``__pydantic_extra__`` of the results of a reader: sorted out of the row when somebody asks."""

    def __get__(self, made: Any, kind: Any = None) -> Any:
        if made is None:
            return _SLOT
        found = _SLOT.__get__(made)
        if type(found) is tuple:
            row, known = found
            found = {key: value for key, value in row.items() if key not in known}
            _SLOT.__set__(made, found)
        return found

    def __set__(self, made: Any, value: Any) -> None:
        _SLOT.__set__(made, value)


class _Plan(NamedTuple):
    """How rows with certain keys become a result."""

    fields: Callable[[dict[str, Any]], dict[str, Any]]
    given: set[str]
    """Names of fields."""
    known: frozenset[str]
    """Keys of rows."""


class Reader:
    """Makes results of one model, as ``results.parsed`` does. Safe to use from several threads."""

    def __init__(self, model: type[Result], *more: str) -> None:
        """``model``: one whose fields are read by converters of ``values``, and which has no validators of its own.

        ``more``: its fields that rows do not hold.
        """
        self._model = model
        self._more = frozenset(more)
        type.__setattr__(model, "__pydantic_extra__", _Extra())
        self._plans: dict[tuple[str, ...], _Plan | None] = {}
        self._last: tuple[tuple[str, ...], _Plan | None] = ((), None)
        """The keys of the row before and their plan: those of one book are nearly always the same."""
        self._memories: dict[str, _Memory] = {}

    def read(self, row: dict[str, Any], private: dict[str, Any], **more: Any) -> Any:
        """``row`` as a result; ``private`` are its private attributes. Raises AnswerNotUnderstood."""
        keys, (last, plan) = tuple(row), self._last
        if keys != last:
            plan = self._plans.get(keys, _UNSEEN)
            if plan is _UNSEEN:
                plan = self._planned(keys)
            self._last = keys, plan
        if plan is None:
            return self._slowly(row, private, more)
        try:
            fields = plan.fields(row)
        except (ValueError, TypeError, ArithmeticError):
            return self._slowly(row, private, more)
        fields.update(more)
        made = _new(self._model)
        _FIELDS(made, fields)
        _GIVEN(made, plan.given)
        _EXTRA(made, (row, plan.known))
        _PRIVATE(made, private)
        return made

    def _slowly(self, row: dict[str, Any], private: dict[str, Any], more: dict[str, Any]) -> Any:
        made = parsed(self._model, row, **more)
        for name, value in private.items():
            setattr(made, name, value)
        return made

    def _planned(self, keys: tuple[str, ...]) -> _Plan | None:
        if len(self._plans) >= _PLANS:
            self._plans = {}
        plan = self._plans[keys] = self._plan(keys)
        return plan

    def _plan(self, keys: tuple[str, ...]) -> _Plan | None:
        fields, more = self._model.model_fields, self._more
        wanted = {name: field.alias or name for name, field in fields.items() if name not in more}
        here = {name: alias for name, alias in wanted.items() if alias in keys}
        missing = fields.keys() - here.keys() - more
        # A key that is a field's name and not its alias is pydantic's to sort out, as a field that is missing is.
        if fields.keys() & (set(keys) - set(here.values())) or any(fields[name].is_required() for name in missing):
            return None
        bound: dict[str, Any] = {"__builtins__": {}, "type": type, "int": int}
        lines = [f" made[{name!r}] = {self._cell(name, here[name], bound)}" for name in here]
        # A dict display of more than fifteen keys grows four times while it is filled; a copy does not.
        bound["blank"] = {name: fields[name].default for name in fields}
        exec("\n".join(["def read(row):", " made = blank.copy()", *lines, " return made"]), bound)
        known = frozenset(here.values())
        return _Plan(bound["read"], {*here, *more, *keys} - (known - here.keys()), known)

    def _cell(self, name: str, key: str, bound: dict[str, Any]) -> str:
        """The expression of a field's value; what it uses is put into ``bound``."""
        field = self._model.model_fields[name]
        convert: Any
        (convert,) = (each.func for each in field.metadata if isinstance(each, BeforeValidator))
        memory = convert.__name__
        bound[memory] = self._memories.setdefault(memory, _Memory(convert))
        if field.annotation is int:
            return f"value if type(value := row[{key!r}]) is int else {memory}[value]"
        return f"{memory}[row[{key!r}]]"
