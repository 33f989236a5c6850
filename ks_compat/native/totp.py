"""The six-digit code of the login: from a callable, a given code, or the secret (RFC 6238; seed 003)."""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable

import pyotp

from ks_compat.native import ambient
from ks_compat.native.errors import ConfigurationError
from ks_compat.native.settings import Settings

_SHORTEST_KEY = 20
"""Bytes; RFC 4226 recommends 160 bits."""

TotpSource = str | Callable[[], str] | None
"""A code, a function that gives one, or None for the settings ``totp`` and ``totp_secret``."""


def code(source: TotpSource, settings: Settings) -> str:
    """The code to send now. Raises ConfigurationError if there is none, or it is not six digits; it is not shown."""
    given = source() if callable(source) else source
    if given is None and settings.totp is not None:
        given = settings.totp.get_secret_value()
    if given is None:
        return _of_secret(settings)
    text = str(given).strip()
    if not (len(text) == 6 and text.isascii() and text.isdecimal()):
        raise ConfigurationError("KS_COMPAT_TOTP", "is not a six-digit code out of your authenticator app.")
    return text


def fresh(source: TotpSource, settings: Settings) -> Callable[[], str] | None:
    """What gives a new code each time: a function, or the secret; None where there is but one code, good once."""
    if callable(source):
        return source
    return None if settings.totp_secret is None else functools.partial(_of_secret, settings)


def _of_secret(settings: Settings) -> str:
    text = settings.need("totp_secret").rstrip("=")
    try:
        key = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        raise ConfigurationError("KS_COMPAT_TOTP_SECRET", "is not whole: copy it again.") from None
    # pyotp takes no key of less than 112 bits, and many authenticator secrets have 80. HMAC fills a short key with
    # zeros itself (RFC 2104), so filling it here changes no code.
    filled = base64.b32encode(key.ljust(_SHORTEST_KEY, b"\0")).decode()
    return pyotp.TOTP(filled).at(int(ambient.now()))
