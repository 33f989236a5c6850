"""The `jData` form: exactly one form field that holds a JSON object of strings (spec/v2.md 2.0)."""

import json
import re
from collections.abc import Collection
from decimal import Decimal
from urllib.parse import parse_qsl

from ks_compat.sandbox.wire import Call, Refused, not_ok

_FORM = "application/x-www-form-urlencoded"
_PLAIN_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?")
_POSITIVE_INTEGER = re.compile(r"[1-9][0-9]*")
_UNSIGNED_INTEGER = re.compile(r"0|[1-9][0-9]*")

Fields = dict[str, str]


def read(call: Call, *, required: Collection[str], nullable: Collection[str] = ()) -> Fields:
    """Return the fields of a call's jData, or refuse with 1007 "body invalid".

    Every value must be a string; `null` is taken for the `nullable` fields alone, and left out of the result.
    """
    content = _json_object(call)
    given: Fields = {}
    for name, value in content.items():
        if value is None and name in nullable:
            continue
        if not isinstance(value, str):
            raise body_invalid()
        given[name] = value
    if any(name not in given for name in required):
        raise body_invalid()
    return given


def body_invalid() -> Refused:
    """Refuse a body that cannot be read (spec/v2.md 2.2, 1007 as observed)."""
    return not_ok(1007, "body invalid", stat="bad request")


def invalid_request(name: str) -> Refused:
    """Refuse a value outside its field's domain (spec/v2.md 2.2, 5202)."""
    return not_ok(5202, f"Error: Invalid Request: {name}")


def price(name: str, text: str) -> Decimal:
    """Read a price in rupees; `name` is how a refusal calls it.

    Zero is "0" and nothing else: the servers refuse "0.0" and answer an empty price with a remark about the quantity
    (spec/v2.md 2.0).
    """
    if text == "":
        raise not_ok(1009, "please provide valid quantity")
    if not _PLAIN_DECIMAL.fullmatch(text):
        raise not_ok(1009, f"please provide valid {name}")
    value = Decimal(text)
    if value == 0 and text != "0":
        raise not_ok(1009, f"please provide valid {name}")
    return value


def quantity(text: str) -> int:
    """Read a quantity in units, a positive integer."""
    if not _POSITIVE_INTEGER.fullmatch(text):
        raise not_ok(1009, "please provide valid quantity")
    return int(text)


def disclosed_quantity(text: str) -> int:
    """Read a disclosed quantity in units; "" is 5202 (spec/v2.md 2.2)."""
    if not _UNSIGNED_INTEGER.fullmatch(text):
        raise not_ok(5202, "Error: Invalid Request")
    return int(text)


def _json_object(call: Call) -> dict[str, object]:
    if call.header("content-type").split(";")[0].strip().lower() != _FORM:
        raise body_invalid()
    try:
        form = parse_qsl(
            call.body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=1
        )
        content = json.loads(form[0][1])
    except (ValueError, IndexError):
        raise body_invalid() from None
    if form[0][0] != "jData" or not isinstance(content, dict):
        raise body_invalid()
    return content
