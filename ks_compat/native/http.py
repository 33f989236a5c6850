"""The one place that talks HTTP.

Everything above deals in ``Request`` and ``Answer``. Below are two ways that put the same bytes on the wire: the short
one, ``express``, and httpx (or any module with its names, ``module=``), which is taken for files, behind a proxy, and
where httpx's transport has been replaced: a recorder of cassettes or a mock then sees every request.
"""

from __future__ import annotations

import functools
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ks_compat import locks
from ks_compat.native.answers import Answer
from ks_compat.native.errors import NeoError, NoAnswer, NotSent
from ks_compat.native.express import Broken, Express, Unconnected
from ks_compat.native.proxies import proxy_url

_log = logging.getLogger("ks_compat.http")
_NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "LocalProtocolError")


@dataclass(frozen=True)
class Request:
    """One HTTP request. Headers are given in wire order; ``Host`` and ``Content-Length`` are added below."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


class Http:
    """Sends requests one by one: no retries, no redirects, no cookies, connections kept over quiet minutes."""

    def __init__(
        self, *, connect_timeout: float, read_timeout: float, module: Any = None, proxy: str | None = None
    ) -> None:
        """``proxy``: ``http(s)://[USER:PASSWORD@]HOST[:PORT]``. TLS certificates are verified behind it as well.

        Without ``proxy``, ``HTTPS_PROXY`` and the like count.
        """
        self._timeouts, self._module = (connect_timeout, read_timeout), module
        self._proxy = None if proxy is None else proxy_url(proxy)
        direct = module is None and proxy is None and not _proxies()
        self._express = Express(connect_timeout, read_timeout) if direct else None
        self._lock = locks.lock()
        self._opened: tuple[Any, Any] | None = None
        self._process = os.getpid()
        self._inherited: tuple[Any, Any] | None = None

    def exchange(self, request: Request) -> Answer:
        """Sends ``request`` once. Raises NotSent if it did not leave, NoAnswer if no whole answer came back."""
        if self._express is None or _replaced():
            answer = self._by_httpx(request)
        else:
            try:
                answer = Answer(*self._express.exchange(request.method, request.url, request.headers, request.body))
            except Unconnected as error:
                raise NotSent(_told(request, "no connection", str(error)) + " Nothing was sent.") from None
            except Broken as error:
                raise NoAnswer(_told(request, "no answer", str(error))) from None
        _log.info("%s %s: HTTP %s", request.method, _target(request.url), answer.status)
        return answer

    def download(self, url: str) -> Iterator[bytes]:
        """The body of ``url`` in chunks; no account header is sent. Raises NoAnswer unless the status is 200."""
        request = Request("GET", url, (("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate")))
        httpx, client = self._httpx()
        try:
            response = client.send(_built(httpx, request), stream=True)
            try:
                if response.status_code != 200:
                    raise NoAnswer(f"GET {_target(url)} answered HTTP {response.status_code}.")
                yield from response.iter_bytes()
            finally:
                response.close()
        except httpx.RequestError as error:
            raise _named(httpx, request, error) from None

    def close(self) -> None:
        """Closes the connections; what is sent later opens others."""
        if self._express is not None:
            self._express.close()
        opened, self._opened = self._opened, None
        if opened is not None and self._process == os.getpid():
            opened[1].close()

    def _by_httpx(self, request: Request) -> Answer:
        httpx, client = self._httpx()
        try:
            response = client.send(_built(httpx, request))
        except httpx.RequestError as error:
            raise _named(httpx, request, error) from None
        return Answer(response.status_code, response.headers, response.content)

    def _httpx(self) -> tuple[Any, Any]:
        """The module and its client, loaded when they are first needed."""
        with self._lock:
            if self._process != os.getpid():
                # Two processes on one connection would read each other's answers. Not closed: its own locks may be
                # held by a thread that only the parent has.
                self._inherited, self._opened, self._process = self._opened, None, os.getpid()
            if self._opened is None:
                httpx: Any = self._module
                if httpx is None:
                    import httpx
                connect, read = self._timeouts
                client = httpx.Client(
                    **({} if self._proxy is None else {"proxy": self._proxy}),
                    # A redirect would carry the tokens to another host (spec/v2.md 7, row 6).
                    follow_redirects=False,
                    timeout=httpx.Timeout(read, connect=connect),
                    # httpx closes idle connections after 5 s; an order after a quiet minute would pay for a new
                    # handshake (spec/speed.md 2). httpcore looks at an idle socket before it uses it again.
                    limits=httpx.Limits(keepalive_expiry=None),
                )
                self._opened = (httpx, client)
            return self._opened


def _proxies() -> bool:
    """Whether a proxy is set, in the environment or (macOS, Windows) in the system's settings."""
    if sys.platform not in ("darwin", "win32") and not any(name.lower().endswith("_proxy") for name in os.environ):
        return False  # without loading urllib.request to find out
    from urllib.request import getproxies

    return bool({"http", "https", "all"} & set(getproxies()))


def _replaced() -> bool:
    """Whether somebody has put a function of their own in the place of httpx's transport."""
    httpx: Any = sys.modules.get("httpx")
    transport = getattr(httpx, "HTTPTransport", None)
    if transport is None:  # not loaded, or another thread is loading it at this moment
        return False
    code = getattr(transport.handle_request, "__code__", None)
    return code is None or not code.co_filename.startswith(_folder(httpx.__file__))


@functools.cache
def _folder(file: str) -> str:
    return os.path.join(os.path.dirname(file), "")  # noqa: PTH118, PTH120 - as code objects have it


def _built(httpx: Any, request: Request) -> Any:
    return httpx.Request(request.method, request.url, headers=list(request.headers), content=request.body or None)


def _named(httpx: Any, request: Request, error: Exception) -> NeoError:
    name = type(error).__name__
    if isinstance(error, tuple(getattr(httpx, name) for name in _NOT_SENT)):
        return NotSent(_told(request, "no connection", name) + " Nothing was sent.")
    return NoAnswer(_told(request, "no answer", name))


def _told(request: Request, what: str, cause: str) -> str:
    # The texts name the host and the path only: a query or a header could hold what must not be shown.
    return f"{request.method} {_target(request.url)}: {what} ({cause})."


def _target(url: str) -> str:
    return url.split("?")[0]
