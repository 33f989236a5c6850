"""The address of an HTTP proxy, with its credentials, as the HTTP client wants it."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

from ks_compat.native.errors import ConfigurationError


def proxy_url(url: str, user: str = "", password: str = "") -> str:
    """``url`` with ``user`` and ``password`` percent-encoded in it. Keep it secret.

    Raises ConfigurationError, which shows nothing of them, unless ``url`` is ``http(s)://HOST[:PORT]``.
    """
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits:
        raise ConfigurationError("proxy_url", "is not http://HOST:PORT or https://HOST:PORT.")
    address = parts.netloc.rpartition("@")[2]
    if user:
        address = f"{quote(user, safe='')}:{quote(password, safe='')}@{address}"
    elif "@" in parts.netloc:
        address = parts.netloc
    return urlunsplit((parts.scheme, address, "", "", ""))
