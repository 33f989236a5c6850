"""What an answer of the server means: the payload, or the error that it stands for (spec/v2.md 1.5, 2.1). Pure.

There are nine shapes of failure and several of success, and HTTP 200 proves nothing; everything is decided here.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from ks_compat.native import errors, wire

NO_DATA = frozenset({5203, 11000})
"""Codes of an empty book: no error (spec/v2.md 2.2, field-notes 7)."""

_NO_CANDLES = ("no data found", "data not available")
_SUCCESS_CODES = frozenset({200, 1000})
_FAILURE_WORDS = frozenset({"error", "failure", "failed", "not_ok"})
_SESSION_CODES = frozenset({401, 403, 1003, 100021, 100022, 900901})
_ADDRESS_CODES = frozenset({1037, 100008})
# The same without a code (spec/v2.md 6.9). The address first: its text speaks of the session too.
_ADDRESS_TEXT = re.compile(r"\bsession ip\b|\bip\b.* not (whitelisted|registered|allowed)", re.IGNORECASE)
_SESSION_TEXT = re.compile(r"invalid session|session (has |is )?(expired|invalid)|re-?login", re.IGNORECASE)
_LARGEST = 10**18
_JWT = re.compile(r"eyJ[\w-]+(\.[\w-]*){0,2}")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, headers (lower-case names) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def phrase(self) -> str:
        """The HTTP reason phrase, ``Forbidden``."""
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return "Unknown"


def payload(answer: Answer) -> Any:
    """The decoded JSON of a successful answer; raises the ApiError that any other answer stands for."""
    document = _document(answer)
    if isinstance(document, list) and 200 <= answer.status < 300:
        return document
    if not isinstance(document, dict):
        raise not_understood(answer)
    if 200 <= answer.status < 300 and not says_failure(document):
        return document
    raise _error(answer, document)


def rows(answer: Answer) -> list[dict[str, Any]]:
    """The ``data`` rows of a report; an empty book (5203) is an empty list."""
    try:
        document = payload(answer)
    except errors.Refused as refusal:
        if refusal.code in NO_DATA:
            return []
        raise
    data = document.get("data") if isinstance(document, dict) else document
    found = [data] if isinstance(data, dict) else data
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise not_understood(answer)
    return found


def fields(answer: Answer) -> dict[str, Any]:
    """The document of a successful answer that is one object."""
    document = payload(answer)
    if not isinstance(document, dict):
        raise not_understood(answer)
    return document


def member(answer: Answer, *path: str) -> Any:
    """What stands at ``path`` in a successful answer; AnswerNotUnderstood where there is nothing."""
    found: Any = fields(answer)
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if found is None:
        raise not_understood(answer)
    return found


def listed(answer: Answer, *path: str) -> list[Any]:
    """The list at ``path`` in a successful answer."""
    found = member(answer, *path)
    if not isinstance(found, list):
        raise not_understood(answer)
    return found


def candles(answer: Answer) -> list[list[Any]]:
    """The candles of an answer; days without any are an empty list (spec/v2.md 2.18)."""
    try:
        found = listed(answer, "data", "candles")
    except errors.Refused as refusal:
        if refusal.code in NO_DATA or refusal.reason.lower().startswith(_NO_CANDLES):
            return []
        raise
    if not all(isinstance(row, list) and len(row) in (6, 7) for row in found):
        raise not_understood(answer)
    return found


def session_data(answer: Answer) -> dict[str, Any]:
    """The ``data`` of a login step. Success is a token and a sid, nothing less (spec/v2.md 1.5, robust rule)."""
    try:
        document = payload(answer)
    except errors.ApiError as error:
        if b"token" in answer.body.lower():
            # An odd answer may hold a token all the same.
            error.body = ""
        if not isinstance(error, (errors.Refused, errors.SessionExpired)):
            raise
        raise errors.LoginRefused(error.code, error.reason, status=error.status, body=error.body) from None
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, dict) or not all(isinstance(data.get(key), str) and data[key] for key in ("token", "sid")):
        # The body is not repeated: half a success may hold a token.
        raise errors.AnswerNotUnderstood(
            answer.status, "The login answer has no token and sid.", status=answer.status, body=""
        )
    if str(data.get("status") or "success").lower() != "success":
        raise errors.LoginRefused(
            answer.status, f"Login answered status {data['status']!r}.", status=answer.status, body=""
        )
    return data


def _document(answer: Answer) -> Any:
    with contextlib.suppress(ValueError):
        return wire.decoded(answer.body)
    # Out of the handler: a JSONDecodeError holds the whole answer, a token too, and would stay on as the context.
    raise not_understood(answer)


def not_understood(answer: Answer) -> errors.ApiError:
    """The error of an answer whose shape is not its endpoint's."""
    ok = 200 <= answer.status < 300
    reason = "The answer is not what this endpoint gives." if ok else answer.phrase
    return _built(answer, answer.status, reason, errors.AnswerNotUnderstood)


def says_failure(document: Mapping[str, Any]) -> bool:
    """Whether an answer with HTTP 200 is a failure, by its own words."""
    stat, code = document.get("stat"), _number(document.get("stCode"))
    return (
        (stat is not None and str(stat).lower() != "ok")
        or (code is not None and code not in _SUCCESS_CODES)
        or bool(document.get("error"))
        or bool(document.get("fault"))
        or str(document.get("status", "")).lower() in _FAILURE_WORDS
    )


def _error(answer: Answer, document: Mapping[str, Any]) -> errors.ApiError:
    code = _code(document)
    return _built(answer, answer.status if code is None else code, _reason(document) or answer.phrase, errors.Refused)


def _built(answer: Answer, code: int, reason: str, otherwise: type[errors.ApiError]) -> errors.ApiError:
    # No document promises that an answer does not repeat a token.
    reason, body = _JWT.sub("***", reason), _JWT.sub("***", answer.text)
    error = _class_of(answer.status, code, reason, otherwise)(code, reason, status=answer.status, body=body)
    if isinstance(error, errors.RateLimited):
        error.retry_after = _seconds(answer.headers.get("retry-after"))
    return error


def _class_of(status: int, code: int, reason: str, otherwise: type[errors.ApiError]) -> type[errors.ApiError]:
    # What a 5xx says about the session is a gateway's guess: an order that it answers may stand.
    says = reason if status < 500 else ""
    if code in _ADDRESS_CODES or _ADDRESS_TEXT.search(says):
        return errors.AddressNotAllowed
    if code in _SESSION_CODES or status in (401, 403) or _SESSION_TEXT.search(says):
        return errors.SessionExpired
    if status == 429:
        return errors.RateLimited
    return errors.ServerFailed if status >= 500 else otherwise


def _first_error(document: Mapping[str, Any]) -> Mapping[str, Any]:
    listed = document.get("error")
    first = listed[0] if isinstance(listed, list) and listed else listed
    return next((found for found in (first, document.get("fault")) if isinstance(found, dict)), {})


def _code(document: Mapping[str, Any]) -> int | None:
    first = _first_error(document)
    found = (document.get("errorCode"), document.get("stCode"), first.get("code"), document.get("code"))
    return next((number for number in map(_number, found) if number is not None), None)


def _reason(document: Mapping[str, Any]) -> str:
    first = _first_error(document)
    found = [document.get(key) for key in ("message", "errMsg", "emsg")]
    # Last the word that stands where "Ok" would: some answers hold their hint there (spec/v2.md 2.1).
    found += [first.get("message"), document.get("error"), document.get("stat")]
    return next((text.strip() for text in found if isinstance(text, str) and text.strip()), "")


def _number(value: Any) -> int | None:
    if type(value) is int and abs(value) < _LARGEST:
        return value
    return int(str(value)) if re.fullmatch(r"-?\d{1,18}", str(value), re.ASCII) else None


def _seconds(value: str | None) -> float | None:
    try:
        return None if value is None else max(0.0, float(value))
    except ValueError:
        return None
