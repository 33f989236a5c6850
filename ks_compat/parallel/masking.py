"""How a value is told in the record: short, without secrets and without what says whose account it is."""

from __future__ import annotations

import re
from typing import Any

LENGTH = 80
_PUBLIC = {
    "instrumentToken",
    "wtoken",
    "instrumentName",
    "stk_name",
    "exchangeToken",
    "instrument_token",
    "tradingSymbol",
}
_PRIVATE = re.compile(
    r"token|sid$|auth|passw|mpin|otp|secret|pan$|phone|mobile|mail|user|client|name$|code$|account", re.IGNORECASE
)
_SECRET_LOOKS = re.compile(
    r"eyJ[\w-]+|"  # a JWT
    r"\+?91[- ]?\d{10}|\b[6-9]\d{9}\b|"  # a mobile number
    r"\b[A-Z]{5}\d{4}[A-Z]\b|"  # a PAN
    r"[\w.+-]+@[\w.-]+|"
    r"\b(?=\w*\d)(?=\w*[A-Za-z])[\w-]{24,}\b"  # a long token
)


def told(field: str, value: Any) -> str:
    """``value`` of ``field`` as a short text; ``<hidden>`` where the field or the look of it is private."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return f"{{{', '.join(map(str, value))}}}"[:LENGTH]
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    name = re.split(r"[.\[\]]+", field.rstrip("[]"))[-1]
    if name not in _PUBLIC and _PRIVATE.search(name):
        return "<hidden>"
    text = _SECRET_LOOKS.sub("<hidden>", repr(value))
    return text if len(text) <= LENGTH else f"{text[: LENGTH - 1]}…"
