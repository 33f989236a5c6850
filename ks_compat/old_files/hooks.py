"""Answers the old addresses to ``requests``, ``urllib3``, ``urllib.request`` and pandas, in this process only.

All of them end in one of two functions: requests in urllib3's, pandas in urllib.request's. Each is wrapped once it is
imported, by nobody before. A request for any other address goes into the library's own function as it came, and no
connection, proxy or certificate is touched for those that are answered here.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import io
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

from ks_compat.old_files.addresses import What, asked

_METHODS = ("GET", "HEAD")


def answer_old_addresses() -> None:
    """From now on the old addresses are answered, in libraries that are loaded already and in those to come."""
    for name, wrap in _WRAPPERS.items():
        if name in sys.modules:
            wrap(sys.modules[name])
    if not any(isinstance(finder, _Watch) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Watch())


class _Watch(importlib.abc.MetaPathFinder):
    """Wraps a library's function right after its import; finds nothing itself."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in _WRAPPERS:
            return None
        others = [finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec")]
        spec = next(filter(None, (finder.find_spec(fullname, path, target) for finder in others)), None)
        if spec is None or spec.loader is None:
            return spec
        # On this one loader: the module keeps the loader that others look into for its source.
        setattr(spec.loader, "exec_module", _then(spec.loader.exec_module, _WRAPPERS[fullname]))  # noqa: B010
        return spec


def _then(load: Callable[[types.ModuleType], None], wrap: Callable[[Any], None]) -> Callable[[types.ModuleType], None]:
    def exec_module(module: types.ModuleType) -> None:
        load(module)
        wrap(module)

    return exec_module


def _what(method: str | None, url: str) -> What | None:
    return asked(url) if (method or "").upper() in _METHODS else None


def _wrap_urllib(module: Any) -> None:
    handler = module.AbstractHTTPHandler
    if not hasattr(handler.do_open, "__wrapped__"):
        handler.do_open = _answering_urllib(handler.do_open)


def _answering_urllib(do_open: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(do_open)
    def answering(self: Any, http_class: Any, request: Any, **arguments: Any) -> Any:
        method = request.get_method()
        what = _what(method, request.full_url)
        if what is None:
            return do_open(self, http_class, request, **arguments)
        return _urllib_response(what, method, request.full_url)

    return answering


def _urllib_response(what: What, method: str, url: str) -> Any:
    from http.client import HTTPResponse

    response: Any = HTTPResponse(_Socket(what), method=method)  # type: ignore[arg-type]
    response.begin()
    # urllib.request sets these two as well: its readers take the reason out of msg.
    response.url, response.msg = url, response.reason
    return response


class _Socket:
    """As much of a socket as HTTPResponse reads from."""

    def __init__(self, what: What) -> None:
        from ks_compat.old_files.answers import answer

        found = answer(what)
        status = f"HTTP/1.1 {found.status.value} {found.status.phrase}"
        head = "\r\n".join((status, *(f"{name}: {value}" for name, value in found.headers.items()), "", ""))
        self._sent = head.encode() + found.body

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._sent)


def _wrap_urllib3(module: Any) -> None:
    pool = module.HTTPConnectionPool
    if not hasattr(pool.urlopen, "__wrapped__"):
        pool.urlopen = _answering_urllib3(pool.urlopen)


def _answering_urllib3(urlopen: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(urlopen)
    def answering(self: Any, method: str, url: str, *arguments: Any, **named: Any) -> Any:
        # Through a plain proxy the pool is the proxy's, and the address is whole.
        address = url if "://" in url else f"{self.scheme}://{self.host}{url}"
        what = _what(method, address)
        if what is None:
            return urlopen(self, method, url, *arguments, **named)
        return _urllib3_response(what, method, address, **named)

    return answering


def _urllib3_response(
    what: What, method: str, url: str, *, preload_content: bool = True, decode_content: bool = True, **_: Any
) -> Any:
    import urllib3

    from ks_compat.old_files.answers import answer

    found = answer(what)
    return urllib3.HTTPResponse(
        body=io.BytesIO(b"" if method.upper() == "HEAD" else found.body), headers=found.headers,
        status=found.status.value, reason=found.status.phrase, version=11, preload_content=preload_content,
        decode_content=decode_content, request_method=method, request_url=url,
    )  # fmt: skip


_WRAPPERS: dict[str, Callable[[Any], None]] = {
    "urllib.request": _wrap_urllib,
    "urllib3.connectionpool": _wrap_urllib3,
}
