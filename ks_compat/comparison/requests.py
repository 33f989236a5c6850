"""The comparison of two lists of requests. The verdict is on the bytes; decoding is for the explanation only. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from urllib.parse import parse_qsl

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class WireRequest:
    """One request as it left: the raw target (path and query, or a whole URL), headers in order, body bytes."""

    method: str
    target: bytes
    headers: Headers
    body: bytes = b""

    def with_names(self, names: Mapping[str, str]) -> WireRequest:
        """This request with each secret text in ``names`` replaced by its name, ``<trade token>``.

        Two runs hold different tokens; by its name a token still shows when the wrong one was sent.
        """

        def named(raw: bytes) -> bytes:
            for secret, name in names.items():
                raw = raw.replace(secret.encode(), f"<{name}>".encode())
            return raw

        headers = tuple((header, named(value)) for header, value in self.headers)
        return WireRequest(self.method, named(self.target), headers, named(self.body))

    def __str__(self) -> str:
        return f"{self.method} {self.target.decode('latin-1')}"


@dataclass(frozen=True)
class Difference:
    """One difference: which request (1 is the first), what of it, and both values (None where it is missing)."""

    place: int
    what: str
    left: Any
    right: Any

    def __str__(self) -> str:
        return f"request {self.place}, {self.what}: {_told(self.left)} / {_told(self.right)}"


def compare(left: Sequence[WireRequest], right: Sequence[WireRequest]) -> list[Difference]:
    """All differences between two lists of requests: number, order, method, raw target, headers, body bytes.

    Empty means that the lists are the same, byte for byte.
    """
    differences: list[Difference] = []
    for place, (one, other) in enumerate(zip_longest(left, right), 1):
        if one is None or other is None:
            differences.append(Difference(place, "request", one and str(one), other and str(other)))
        elif one != other:
            differences += [Difference(place, what, a, b) for what, a, b in _parts(one, other) if a != b]
    return differences


def _parts(one: WireRequest, other: WireRequest) -> Iterator[tuple[str, Any, Any]]:
    yield "method", one.method, other.method
    yield "target", one.target, other.target
    if sorted(one.headers) == sorted(other.headers):
        yield "order of headers", [name for name, _ in one.headers], [name for name, _ in other.headers]
    for name in dict.fromkeys(name for name, _ in (*one.headers, *other.headers)):
        yield f"header {name.decode('latin-1')}", _values(one, name), _values(other, name)
    if one.body != other.body:
        yield from _body_parts(one.body, other.body)


def _values(request: WireRequest, name: bytes) -> list[bytes]:
    return [value for header, value in request.headers if header == name]


def _body_parts(one: bytes, other: bytes) -> Iterator[tuple[str, Any, Any]]:
    left, right = fields_of(one), fields_of(other)
    if left is None or right is None or left == right:
        # Equal fields in other bytes (order, spaces, escapes) are still another body.
        yield "body", one, other
        return
    for name in dict.fromkeys((*left, *right)):
        yield f"body field {name}", left.get(name), right.get(name)


def fields_of(body: bytes) -> dict[str, Any] | None:
    """The fields of a form, of its ``jData``, or of a JSON object; None where a body has none."""
    try:
        text = body.decode("utf-8")
        form = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True)) if not text.startswith("{") else {}
        fields = json.loads(form.get("jData", text)) if not form or "jData" in form else form
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _told(value: Any) -> str:
    return "missing" if value is None else f"{value!r} ({type(value).__name__})"
