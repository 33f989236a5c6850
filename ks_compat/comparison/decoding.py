"""What a body says, field by field: forms with repeated keys and blanks, JSON, JSON inside a form's ``jData``. Pure.

Decoding loses bytes; so it explains differences and never decides whether there are any.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl


class Missing(Enum):
    """Nothing stands there, not even null."""

    MISSING = "missing"


MISSING = Missing.MISSING


def fields_of(body: bytes) -> dict[str, Any] | None:
    """The fields of a form, of its ``jData``, or of a JSON object; None where a body has none.

    Of a key that a form repeats, the last value; ``decoded`` has them all.
    """
    try:
        text = body.decode("utf-8")
        form = dict(_pairs(text)) if not text.startswith("{") else {}
        fields = json.loads(form.get("jData", text)) if not form or "jData" in form else form
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def decoded(body: bytes) -> dict[str, Any] | None:
    """Every value of a body by its path (``qt``, ``legs[0].pr``, ``tag[1]`` for a form's second ``tag``); None where
    the body is neither a form nor a JSON object or list.

    Fields of ``jData`` stand by their own names; other fields of such a form as ``form.NAME``. A key that JSON repeats
    has each value: ``qt``, ``qt (again)``. An empty object or list inside is a value.
    """
    try:
        text = body.decode("utf-8")
        if text.lstrip()[:1] in ("{", "["):
            return dict(_distinct(_leaves("", _json(text))))
        return dict(_distinct(_form(_pairs(text))))
    except (ValueError, RecursionError):
        return None


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, strict_parsing=True)


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=tuple)


def _form(pairs: list[tuple[str, str]]) -> Iterator[tuple[str, Any]]:
    names = [name for name, _ in pairs]
    for place, (name, value) in enumerate(pairs):
        if name == "jData":
            try:
                yield from _leaves("", _json(value))
            except ValueError:
                yield "jData", value
            continue
        number = f"[{names[:place].count(name)}]" if names.count(name) > 1 else ""
        yield f"{'form.' * ('jData' in names)}{name}{number}", value


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    # A tuple is an object with its pairs in order (``_json``), so that a repeated key is not lost.
    if isinstance(value, tuple) and value:
        for name, inner in value:
            yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _leaves(f"{path}[{place}]", inner)
    elif path or value != ():
        yield path, {} if value == () else value


def _distinct(leaves: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for path, value in leaves:
        name = path
        while name in seen:
            name += " (again)"
        seen.add(name)
        yield name, value
