"""What an answer of the server means: the payload, or the error that it stands for (spec/v2.md 1.5, 2.1). Pure.

There are nine shapes of failure and several of success, and HTTP 200 proves nothing; everything is decided here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from ks_compat.native import errors

NO_DATA = frozenset({5203, 11000})
"""Codes of an empty book: no error (spec/v2.md 2.2, field-notes 7)."""

_SUCCESS_CODES = frozenset({200, 1000})
_FAILURE_WORDS = frozenset({"error", "failure", "failed", "not_ok"})
_SESSION_CODES = frozenset({1003, 100021, 100022})
_ADDRESS_CODES = frozenset({100008, 1037})


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
        raise _not_understood(answer)
    if 200 <= answer.status < 300 and not _says_failure(document):
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
        raise _not_understood(answer)
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
    try:
        return json.loads(answer.body)
    except ValueError:
        raise _not_understood(answer) from None


def _not_understood(answer: Answer) -> errors.ApiError:
    ok = 200 <= answer.status < 300
    reason = "The answer is not what this endpoint gives." if ok else answer.phrase
    return _built(answer, answer.status, reason, errors.AnswerNotUnderstood)


def _says_failure(document: Mapping[str, Any]) -> bool:
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
    error = _class_of(answer.status, code, otherwise)(code, reason, status=answer.status, body=answer.text)
    if isinstance(error, errors.RateLimited):
        error.retry_after = _seconds(answer.headers.get("retry-after"))
    return error


def _class_of(status: int, code: int, otherwise: type[errors.ApiError]) -> type[errors.ApiError]:
    if code in _ADDRESS_CODES:
        return errors.AddressNotAllowed
    if code in _SESSION_CODES or status in (401, 403):
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
    return int(str(value)) if re.fullmatch(r"-?\d{1,18}", str(value), re.ASCII) else None


def _seconds(value: str | None) -> float | None:
    try:
        return None if value is None else max(0.0, float(value))
    except ValueError:
        return None
