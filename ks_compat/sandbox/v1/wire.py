"""The old API's JSON: bodies, faults, numbers and times (spec/v1.md 4.1, 5.2, 6)."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ks_compat.sandbox import timefmt
from ks_compat.sandbox.wire import Call, Refused, Reply, json_reply

Body = Mapping[str, Any]
Row = dict[str, Any]
_JSON = "application/json"
_NOT_FOUND = (
    '<am:fault xmlns:am="http://wso2.org/apimanager"><am:code>404</am:code><am:type>Status report</am:type>'
    "<am:message>Not Found</am:message>"
    "<am:description>The requested resource is not available.</am:description></am:fault>"
)


def fault(code: int, message: str, description: str = "", *, status: int = 200) -> Refused:
    """Refuse as the old API did. With HTTP 200 `code` is the broker's own: this is how orders were rejected."""
    return Refused(json_reply({"fault": {"code": code, "message": message, "description": description}}, status))


def invalid(what: str) -> Refused:
    """Refuse a request that cannot be read (HTTP 400); the published faults name no code for it."""
    return fault(400, "Invalid request", what, status=400)


def not_found() -> Reply:
    """Answer as the gateway did where there is no such resource (spec/v1.md 3.11, 6)."""
    return Reply(404, _NOT_FOUND.encode(), "application/xml")


def body_of(call: Call) -> Body:
    """Return the JSON object of a call, its fractions as decimals."""
    if call.header("content-type").split(";")[0].strip().lower() != _JSON:
        raise invalid("Content-Type")
    try:
        given = json.loads(call.body, parse_float=Decimal)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise invalid("body")
    return given


def decimal_of(given: Body, name: str) -> Decimal:
    """Return a number of 0 or more; the old API took a number as text too (spec/v1.md 3.4)."""
    value = given.get(name, 0)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise invalid(name) from None
    if isinstance(value, bool) or not number.is_finite() or number < 0:
        raise invalid(name)
    return number


def whole_of(given: Body, name: str) -> int:
    """Return a whole number of 0 or more."""
    number = decimal_of(given, name)
    if number != int(number):
        raise invalid(name)
    return int(number)


def word_of(given: Body, name: str, words: tuple[str, ...]) -> str:
    """Return a text that is one of `words`."""
    word = given.get(name)
    if word not in words:
        raise invalid(name)
    return str(word)


def number(value: Decimal | int) -> int | float:
    """Write a number as the samples have it: 1801 where it is whole, 51.85 where not."""
    return int(value) if value == int(value) else float(value)


def timestamp(epoch: float) -> str:
    """Write the IST time as `Apr 25 2022 12:43:28:000PM`."""
    when = timefmt.in_ist(epoch)
    clock = f"{when.hour % 12 or 12}:{when.minute:02d}:{when.second:02d}:000{'AM' if when.hour < 12 else 'PM'}"
    day, month, year = timefmt.day(epoch).split("-")
    return f"{month} {int(day)} {year} {clock}"


def slashed(epoch: float) -> str:
    """Write the IST time as `25/08/2021 11:41:20`."""
    return timefmt.in_ist(epoch).strftime("%d/%m/%Y %H:%M:%S")


def expiry(value: date | None) -> str:
    """Write an expiry as `28APR22`, `-` for none."""
    if value is None:
        return "-"
    day, month, year = timefmt.dashed_expiry(value).split("-")
    return f"{day}{month}{year[2:]}"
