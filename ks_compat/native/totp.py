"""The six-digit code of the login: from a callable, a given code, or the secret (RFC 6238; seed 003)."""

from __future__ import annotations

from collections.abc import Callable

import pyotp

from ks_compat.native import ambient
from ks_compat.native.errors import ConfigurationError
from ks_compat.native.settings import Settings

TotpSource = str | Callable[[], str] | None
"""A code, a function that gives one, or None for the settings ``totp`` and ``totp_secret``."""


def code(source: TotpSource, settings: Settings) -> str:
    """The code to send now. Raises ConfigurationError if there is none, or it is not six digits; it is not shown."""
    given = source() if callable(source) else source
    if given is None and settings.totp is not None:
        given = settings.totp.get_secret_value()
    if given is None:
        return pyotp.TOTP(settings.need("totp_secret")).at(int(ambient.now()))
    text = str(given).strip()
    if not (len(text) == 6 and text.isascii() and text.isdecimal()):
        raise ConfigurationError("KS_COMPAT_TOTP", "is not a six-digit code out of your authenticator app.")
    return text
