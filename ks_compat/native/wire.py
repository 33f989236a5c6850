"""Values as the v2 API wants them on the wire. Pure: no I/O, no state."""

from __future__ import annotations

import contextlib
import json
import operator
import re
from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from pydantic_core import from_json

from ks_compat.native.errors import InvalidRequest

_LONG = 4096
"""Bytes: no answer to an order is as long."""
_PLAIN = re.compile(r"\d+(\.\d*)?|\.\d+", re.ASCII)
_SAFE = re.compile(r"[A-Za-z0-9_.~-]*", re.ASCII).fullmatch
# Six decimals hold every price that an exchange knows (currency has four); what lies this close to one is the noise of
# binary arithmetic (0.1 + 0.2, 24050.65 - 24050.05), never a price that somebody meant.
_FINEST = Decimal("0.000001")
_NOISE = Decimal("1e-9")
# Not the caller's context: a program that works with 6 digits must not round a price here (money rule 3).
_WIDE = Context(prec=60)


def jdata(fields: Mapping[str, str | None]) -> bytes:
    """The form body of an order or report call: ``jData=`` and a JSON object of texts (spec/v2.md 2.0).

    None is sent as ``null``, never left out.
    """
    if None not in fields.values() and _SAFE("".join([*fields, *fields.values()])):  # type: ignore[list-item]
        # Nothing in it needs escaping, in JSON or in a form: a fifth of the time for the same bytes.
        return f"jData=%7B{'%2C+'.join([f'%22{key}%22%3A+%22{value}%22' for key, value in fields.items()])}%7D".encode()
    return b"jData=" + quote_plus(json.dumps(fields)).encode("ascii")


def decoded(body: bytes) -> Any:
    """The value of a JSON text. Raises ValueError for what is none."""
    if len(body) > _LONG:
        # Three fifths of the time of json.loads. What it does not take (lone surrogates, deep nesting) json.loads may.
        with contextlib.suppress(ValueError):
            # Texts too: those of a book are few, and what comes after finds their hashes worked out.
            return from_json(body, cache_strings="all")
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("JSON that is nested too deeply") from None


def json_body(fields: Mapping[str, str | None]) -> bytes:
    """The JSON body of a login call (spec/v2.md 1.2)."""
    return json.dumps(fields).encode("ascii")


def path_segment(text: str) -> str:
    """One segment of a path. ``|`` and ``,`` travel as they are, as the official SDK sends them (spec/v2.md 2.14)."""
    return quote(text, safe="|,&-_.~")


def query(fields: Mapping[str, str | None]) -> str:
    """``?name=value&...`` of what is not None; nothing where nothing is left."""
    given = {name: value for name, value in fields.items() if value is not None}
    return f"?{urlencode(given, quote_via=quote)}" if given else ""


def price(name: str, value: Any) -> str:
    """A price in rupees as the shortest plain decimal: ``0``, ``1499.95``; never ``0.0``, never an exponent.

    Takes int, float, Decimal, numpy numbers and plain text. The noise of binary floats is removed, nothing else is
    changed (money rule 3). Raises InvalidRequest for anything that is not a finite number of at least 0.
    """
    return plain(decimal(name, value))


def quantity(name: str, value: Any, *, at_least: int = 0) -> str:
    """A quantity in units (not lots) as text. Raises InvalidRequest for a fraction or less than ``at_least``."""
    if type(value) is int and value >= at_least:
        return str(value)
    number = decimal(name, value)
    if number != number.to_integral_value():
        raise InvalidRequest(f"{name} must be a whole number of units, got {value!r}.")
    if number < at_least:
        raise InvalidRequest(f"{name} must be at least {at_least}, got {value!r}.")
    return str(int(number))


def plain(number: Decimal) -> str:
    """``number`` in its shortest plain form."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def decimal(name: str, value: Any) -> Decimal:
    """``value`` as an exact Decimal of at least 0, or InvalidRequest that names the argument."""
    number = _exact(value)
    if number is None or not number.is_finite() or number < 0:
        raise InvalidRequest(f"{name} must be a plain number of at least 0, got {value!r}.")
    return number.copy_abs()


def _exact(value: Any) -> Decimal | None:
    if type(value) is int:
        return Decimal(value)
    if type(value) is float:
        return _fraction(value)
    if isinstance(value, (bool, bytes, bytearray)) or type(value).__name__ in ("bool", "bool_"):  # numpy's too
        return None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str):
        return Decimal(value.strip()) if _PLAIN.fullmatch(value.strip()) else None
    try:
        return Decimal(operator.index(value))
    except TypeError:
        return _fraction(value)


def _fraction(value: Any) -> Decimal | None:
    try:
        return _without_noise(Decimal(_shortest(value)))
    except (TypeError, ValueError, ArithmeticError):
        return None


def _shortest(value: Any) -> str:
    wide = float(value)
    if isinstance(value, float):
        return repr(wide)
    # numpy's float32 holds 1499.95 as 1499.949951...; its own text is what was meant.
    with contextlib.suppress(ValueError):
        if type(value)(float(str(value))) == value:
            return str(float(str(value)))
    return repr(wide)


def _without_noise(number: Decimal) -> Decimal:
    if not number.is_finite():
        return number
    near = number.quantize(_FINEST, context=_WIDE)
    return near if _WIDE.subtract(number, near).copy_abs() <= _NOISE else number
