"""Native errors as the old SDK's exceptions (spec/v1.md 5). Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus

from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.native import errors

_LOGIN_STEPS = {"totp_login": "login", "totp_validate": "session_2fa"}
_HTTP_FAILURES = (errors.SessionExpired, errors.RateLimited, errors.ServerFailed)
_MISSING: dict[str, Callable[[], Exception]] = {
    "cancel_order": lambda: ApiValueError("Missing the required parameter `orderId` when calling `cancel_order`"),
    "modify_order": lambda: ValueError("Invalid value for `orderId`, must not be `None`"),
}
"""Native method: the old error for an order number of None (spec/v1.md 3.5, 3.6)."""
_SESSION_TEXTS = {"session_token": "session_token", "view_token": "one_time_token"}
"""Native attribute: the old one, which was not there before the login (spec/v1.md 2.2)."""
_V1_ARGUMENTS = {"KS_COMPAT_ACCESS_TOKEN": "access_token", "KS_COMPAT_UCC": "userid"}


def old_error(error: errors.NeoError) -> Exception:
    """What the old SDK raised in place of ``error``.

    A server's refusal is an ``ApiException`` with ``status`` (the server's code), ``reason`` and ``body``, as a
    ``fault`` was; an expired session, too many calls and a failing server have the HTTP status and its phrase, as old
    programs test for 401, 403, 429 and 5xx (spec/v1.md 5.2). A missing login step or setting and an argument that
    cannot be sent are an ``ApiValueError``; a call that got no answer is an ``ApiException`` too, whose ``status`` is 0
    (spec/v1.md 9, row 9, decided).
    """
    if isinstance(error, errors.NotLoggedIn) and error.call in _SESSION_TEXTS:
        return AttributeError(f"'KSTradeApi' object has no attribute '{_SESSION_TEXTS[error.call]}'")
    if isinstance(error, errors.NotLoggedIn):
        return ApiValueError(f"Please invoke '{_LOGIN_STEPS[error.step]}' function first")
    if isinstance(error, errors.InvalidRequest) and error.missing and error.call in _MISSING:
        return _MISSING[error.call]()
    if isinstance(error, errors.ConfigurationError) and error.setting in _V1_ARGUMENTS:
        return ApiValueError(f"{missing_argument(_V1_ARGUMENTS[error.setting])} {error}")
    if isinstance(error, _HTTP_FAILURES) and not 200 <= error.status < 300:
        return ApiException(status=error.status, reason=_phrase(error.status), body=error.body or None)
    if isinstance(error, errors.ApiError):
        return ApiException(status=error.code, reason=error.reason, body=error.body or None)
    if isinstance(error, (errors.ConfigurationError, errors.InvalidRequest, errors.InstrumentRefused)):
        return ApiValueError(str(error))
    body = {"fault": {"code": 0, "message": str(error), "description": type(error).__name__}}
    return ApiException(status=0, reason=str(error), body=json.dumps(body))


# The old methods looked for a session first, quotes too (spec/v1.md 3.10).
old_error.login_first = True  # type: ignore[attr-defined]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def missing_argument(name: str) -> str:
    """The old constructor's text for a missing argument, its spelling included (spec/v1.md 2.3)."""
    return (
        f"Please provide the {name} paramater while creating KSTradeApi object, or supply in settings file. "
        f"Without {name} the API cannot be accessed."
    )
