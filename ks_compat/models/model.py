"""What all model classes of the old SDK have in common, and the function that makes one out of its fields."""

from __future__ import annotations

import pprint
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

SECRET = frozenset({"password", "accessCode"})
"""Fields that show as ``***`` in a text (money rule 5); ``to_dict`` gives them."""


class Model:
    """A body of the old API: fields by position or keyword, None where not given. Values are not converted.

    A value that is not among an enum's raises the built-in ValueError, in the constructor and on assignment; None
    passes there. A field that must not be None raises ValueError in the same places.
    """

    openapi_types: ClassVar[dict[str, str]] = {}
    """Field: its declared type, which is not checked."""
    attribute_map: ClassVar[dict[str, str]] = {}
    """Field: its name in JSON, which is the same."""
    discriminator = None
    _enums: ClassVar[Mapping[str, Sequence[str]]] = {}
    _required: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *values: Any, **named: Any) -> None:
        names = [*self.openapi_types, "local_vars_configuration"]
        if len(values) > len(names):
            raise TypeError(f"{type(self).__name__} takes at most {len(names)} arguments, {len(values)} are given")
        given = dict(zip(names, values, strict=False))
        for name in named:
            if name in given:
                raise TypeError(f"{type(self).__name__} got multiple values for argument '{name}'")
            if name not in names:
                raise TypeError(f"{type(self).__name__}.__init__() got an unexpected keyword argument '{name}'")
        given |= named
        self.local_vars_configuration = given.get("local_vars_configuration")
        for name in self.openapi_types:
            setattr(self, name, given.get(name))

    def to_dict(self) -> dict[str, Any]:
        """All fields, None included; models in them are dicts too."""
        return {name: _plain(getattr(self, name)) for name in self.openapi_types}

    def to_str(self) -> str:
        """The fields as text."""
        fields = self.to_dict()
        return pprint.pformat({**fields, **{name: "***" for name in SECRET & fields.keys() if fields[name]}})

    def __repr__(self) -> str:
        return self.to_str()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.to_dict() == other.to_dict()

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def _check(self, name: str, value: Any) -> None:
        if not getattr(self.local_vars_configuration, "client_side_validation", True):
            return
        if value is None:
            if name in self._required:
                raise ValueError(f"Invalid value for `{name}`, must not be `None`")
            return
        allowed = self._enums.get(name)
        if allowed is not None and value not in allowed:
            raise ValueError(f"Invalid value for `{name}` ({value}), must be one of {list(allowed)}")


def model(
    name: str,
    fields: Mapping[str, str],
    *,
    enums: Mapping[str, Sequence[str]] | None = None,
    required: Sequence[str] = (),
) -> type[Model]:
    """A model class: its fields in order with their declared types, and what is checked."""
    body: dict[str, Any] = {
        "__doc__": f"``{name}`` of the old API: {', '.join(fields)}.",
        "__module__": "ks_compat.models",
        "openapi_types": dict(fields),
        "attribute_map": {field: field for field in fields},
        "_enums": dict(enums or {}),
        "_required": frozenset(required),
        **{field: _property(field, kind) for field, kind in fields.items()},
    }
    return type(name, (Model,), body)


def _property(name: str, kind: str) -> property:
    slot = f"_{name}"

    def write(self: Model, value: Any) -> None:
        self._check(name, value)
        setattr(self, slot, value)

    read: Callable[[Model], Any] = lambda self: getattr(self, slot)  # noqa: E731
    return property(read, write, doc=f"``{name}``, {kind}.")


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value.to_dict() if hasattr(value, "to_dict") else value
