"""Errors of the candidate as the classes that the bot catches: those of the legacy client's own package."""

from __future__ import annotations

import sys
from typing import Any

from ks_compat import exceptions

_NAMES = ("ApiException", "ApiValueError", "ApiTypeError", "ApiKeyError", "ApiAttributeError", "OpenApiException")


def as_legacy(error: BaseException, legacy: Any) -> BaseException:
    """``error``, or its equal of the package that ``legacy`` (a client) comes from, with ``error`` as its cause.

    A bot that was written against the real ks_api_client has that package's ``ApiException`` in its handlers.
    """
    name = type(error).__name__
    theirs = _package(legacy)
    if theirs is None or name not in _NAMES or not isinstance(error, getattr(exceptions, name, ())):
        return error
    equal = getattr(theirs, name, None)
    if equal is None or isinstance(error, equal):
        return error
    made: BaseException = equal.__new__(equal)
    made.args = error.args
    made.__dict__.update(vars(error))
    made.__cause__ = error
    return made


def _package(legacy: Any) -> Any:
    # A bot may have a class of its own over the package's.
    for kind in type(legacy).__mro__:
        root = kind.__module__.partition(".")[0]
        found = None if root == "ks_compat" else sys.modules.get(f"{root}.exceptions")
        if hasattr(found, "ApiException"):
            return found
    return None
