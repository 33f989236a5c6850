"""The one place that talks HTTP.

Everything above deals in ``Request`` and ``Answer``; below is httpx, or any module with its names (``module=``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from ks_compat.native.answers import Answer
from ks_compat.native.errors import NoAnswer, NotSent
from ks_compat.native.proxies import proxy_url


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
        self, *, connect_timeout: float, read_timeout: float, module: Any = httpx, proxy: str | None = None
    ) -> None:
        """``proxy``: ``http(s)://[USER:PASSWORD@]HOST[:PORT]``. TLS certificates are verified behind it as well."""
        self._httpx = module
        self._client = module.Client(
            **({"proxy": proxy_url(proxy)} if proxy else {}),
            # A redirect would carry the tokens to another host (spec/v2.md 7, row 6).
            follow_redirects=False,
            timeout=module.Timeout(read_timeout, connect=connect_timeout),
            # httpx closes idle connections after 5 s; an order after a quiet minute would pay for a new handshake
            # (spec/speed.md 2). httpcore looks at an idle socket before it uses it again.
            limits=module.Limits(keepalive_expiry=None),
        )

    def exchange(self, request: Request) -> Answer:
        """Sends ``request`` once. Raises NotSent if it did not leave, NoAnswer if no whole answer came back."""
        with self._named(request):
            response = self._client.send(self._built(request))
        return Answer(response.status_code, dict(response.headers.items()), response.content)

    def download(self, url: str) -> Iterator[bytes]:
        """The body of ``url`` in chunks; no account header is sent. Raises NoAnswer unless the status is 200."""
        request = Request("GET", url, (("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate")))
        with self._named(request):
            response = self._client.send(self._built(request), stream=True)
            try:
                if response.status_code != 200:
                    raise NoAnswer(f"GET {url} answered HTTP {response.status_code}.")
                yield from response.iter_bytes()
            finally:
                response.close()

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _built(self, request: Request) -> Any:
        return self._httpx.Request(
            request.method, request.url, headers=list(request.headers), content=request.body or None
        )

    @contextlib.contextmanager
    def _named(self, request: Request) -> Iterator[None]:
        # The texts name the host and the path only: a query or a header could hold what must not be shown.
        target = f"{request.method} {request.url.split('?')[0]}"
        try:
            yield
        except (
            self._httpx.ConnectError,
            self._httpx.ConnectTimeout,
            self._httpx.PoolTimeout,
            self._httpx.ProxyError,
            self._httpx.LocalProtocolError,
        ) as error:
            raise NotSent(f"{target}: no connection ({type(error).__name__}). Nothing was sent.") from None
        except self._httpx.RequestError as error:
            raise NoAnswer(f"{target}: no answer ({type(error).__name__}).") from None
