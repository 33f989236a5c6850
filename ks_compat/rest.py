"""The old SDK's HTTP layer, by name. ``ApiException`` is often imported from here (spec/v1.md 1.1)."""

from __future__ import annotations

import io
import logging
from typing import Any, NoReturn

from ks_compat.exceptions import ApiException, ApiValueError

__all__ = ["ApiException", "ApiValueError", "RESTClientObject", "RESTResponse", "logger"]

logger = logging.getLogger(__name__)

_GONE = (
    "The servers of the old API are gone, and raw requests to them with it. Use the methods of KSTradeApi, or "
    "ks_compat.NeoClient for what v2 adds."
)


class RESTResponse(io.IOBase):
    """An answer: ``status``, ``reason``, ``data`` (text)."""

    def __init__(self, resp: Any) -> None:
        self.status = resp.status
        self.reason = resp.reason
        self.data = resp.data
        self._headers = dict(getattr(resp, "headers", None) or {})

    def getheaders(self) -> dict[str, str]:
        """The headers."""
        return self._headers

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """One header."""
        return self._headers.get(name, default)


class RESTClientObject:
    """The old HTTP client. May be made; every request is refused."""

    def __init__(self, configuration: Any = None, pools_size: int = 4, maxsize: int | None = None) -> None:
        self.configuration, self.pools_size, self.maxsize = configuration, pools_size, maxsize

    def request(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refused, as all the others: raises ApiException."""
        raise ApiException(status=0, reason=_GONE)

    GET = HEAD = OPTIONS = DELETE = POST = PUT = PATCH = request
