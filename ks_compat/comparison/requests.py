"""The comparison of two lists of requests. The verdict is on the bytes; decoding is for the explanation only. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from ks_compat.comparison.decoding import MISSING, decoded, fields_of

Headers = tuple[tuple[bytes, bytes], ...]
__all__ = ["Difference", "Headers", "WireRequest", "compare", "fields_of"]


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
    """One difference: which request (1 is the first), what of it, and both values.

    ``what`` is ``method``, ``target``, ``order of headers``, ``header NAME``, ``body field PATH``, ``body`` or
    ``request``. A value is None where it is missing; JSON's null is the text ``null`` of ``types``.
    """

    place: int
    what: str
    left: Any
    right: Any
    types: tuple[str, str] = field(default=("missing", "missing"), compare=False)
    """The types of both values as they were sent: ``str``, ``int``, ``null``, ``missing`` ..."""

    def __str__(self) -> str:
        left, right = (
            kind if kind in ("missing", "null") else f"{value!r} ({kind})"
            for value, kind in zip((self.left, self.right), self.types, strict=True)
        )
        return f"request {self.place}, {self.what}: {left} / {right}"


def compare(left: Sequence[WireRequest], right: Sequence[WireRequest]) -> list[Difference]:
    """All differences between two lists of requests: number, order, method, raw target, headers, body bytes.

    Empty means that the lists are the same, byte for byte.
    """
    differences: list[Difference] = []
    for place, (one, other) in enumerate(zip_longest(left, right), 1):
        if one is None or other is None:
            whole = (MISSING if request is None else str(request) for request in (one, other))
            differences.append(_difference(place, "request", *whole))
        elif one != other:
            differences += [_difference(place, *part) for part in _parts(one, other)]
    return differences


def _difference(place: int, what: str, left: Any, right: Any) -> Difference:
    a, b = (None if value is MISSING else value for value in (left, right))
    return Difference(place, what, a, b, (_type(left), _type(right)))


def _type(value: Any) -> str:
    return "missing" if value is MISSING else "null" if value is None else type(value).__name__


def _parts(one: WireRequest, other: WireRequest) -> Iterator[tuple[str, Any, Any]]:
    """What of two unequal requests differs: each byte of them is in one of the parts."""
    if one.method != other.method:
        yield "method", one.method, other.method
    if one.target != other.target:
        yield "target", one.target, other.target
    if one.headers != other.headers:
        yield from _header_parts(one.headers, other.headers)
    if one.body != other.body:
        yield from _body_parts(one.body, other.body)


def _header_parts(one: Headers, other: Headers) -> Iterator[tuple[str, Any, Any]]:
    found = False
    for name in dict.fromkeys(name for name, _ in (*one, *other)):
        left, right = ([value for header, value in headers if header == name] for headers in (one, other))
        if left != right:
            found = True
            yield f"header {name.decode('latin-1')}", left or MISSING, right or MISSING
    if not found:
        yield "order of headers", [name for name, _ in one], [name for name, _ in other]


def _body_parts(one: bytes, other: bytes) -> Iterator[tuple[str, Any, Any]]:
    left, right = decoded(one), decoded(other)
    paths = [] if left is None or right is None else list(dict.fromkeys((*left, *right)))
    found = False
    for path in paths:
        a, b = ((values or {}).get(path, MISSING) for values in (left, right))
        # 1 == True == 1.0 in Python, and on the wire they are three things.
        if type(a) is not type(b) or a != b:
            found = True
            yield f"body field {path}", a, b
    if not found:
        # Equal fields in other bytes (order, spaces, escapes, the text of a number) are still another body.
        yield "body", one, other
