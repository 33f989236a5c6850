"""HTTP/1.1 over plain sockets: what a call of this client needs of HTTP, and nothing beside it.

httpx's transport alone takes as long as a whole order may (spec/speed.md: 0.32 of the official SDK), and loading it is
a good part of a bot's start. ``http.py`` says when this way is taken; ``benchmarks/orders.py`` measures it.
"""

from __future__ import annotations

import functools
import os
import re
import select
import socket
import ssl
import time
from contextlib import suppress
from urllib.parse import urlsplit

from ks_compat import locks
from ks_compat.native.reply import Reply, Unreadable

Origin = tuple[str, str, int]
"""Scheme, host, port."""
_WORD, _NAME, _LINE = re.compile(r"[!-~]+"), re.compile(r"[!-9;-~]+"), re.compile(r"[ -~]*")
_PIECE = 1 << 16
_PATIENCE = 4
"""Read timeouts that a whole answer may take: one that comes byte by byte would hold an order up for ever."""
_PROBES = {"TCP_KEEPIDLE": 30, "TCP_KEEPALIVE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""Seconds of silence before the first probe, seconds between probes, probes. macOS says KEEPALIVE for KEEPIDLE."""


class Unconnected(Exception):
    """No connection, or no request that could be sent: nothing left. The text is the class of the cause."""


class Broken(Exception):
    """The request left, or part of it, and no whole answer came back. The text is the class of the cause."""


class Express:
    """Connections that are kept over quiet minutes. Safe to use from several threads and after a fork."""

    def __init__(self, connect_timeout: float, read_timeout: float) -> None:
        """Timeouts are seconds: for connecting, for each wait of the TLS handshake, and for each wait for data.

        A whole answer may take four of the last.
        """
        self._connect_timeout, self._read_timeout = connect_timeout, read_timeout
        self._idle: dict[Origin, list[socket.socket]] = {}
        self._process = os.getpid()
        self._open = True
        self._context_lock = locks.lock()
        self._context: ssl.SSLContext | None = None
        # A session's requests have the same head. Kept here, and not for longer than the client: tokens are in it.
        self._head = functools.lru_cache(64)(_head)

    def exchange(
        self, method: str, url: str, headers: tuple[tuple[str, str], ...], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Sends a request once; returns status, headers (lower-case names) and decoded body.

        Raises Unconnected if nothing left, Broken if no whole answer came back.
        """
        try:
            origin, head = self._head(method, url, headers, len(body))
        except ValueError as error:
            raise Unconnected(type(error).__name__) from None
        connection = self._warm(origin) or self._connected(origin)
        kept = False
        try:
            # In one piece: one call of the system, one packet, one TLS record.
            connection.sendall(head + body)
            reply, end = Reply(), time.monotonic() + _PATIENCE * self._read_timeout
            while not reply.whole:
                reply.feed(connection.recv(_PIECE))
                if time.monotonic() > end and not reply.whole:
                    raise TimeoutError
            found = reply.status, reply.headers, reply.body()
            kept = self._open and reply.keeps_open
            return found
        except (OSError, Unreadable) as error:
            raise Broken(type(error).__name__) from None
        finally:
            if kept:
                self._idle.setdefault(origin, []).append(connection)
                if not self._open:  # closed meanwhile
                    self.close()
            else:
                connection.close()

    def close(self) -> None:
        """Closes the connections; one that is in use is closed after its answer."""
        self._open = False
        while self._idle:
            with suppress(KeyError):
                for connection in self._idle.popitem()[1]:
                    connection.close()

    def _warm(self, origin: Origin) -> socket.socket | None:
        """A connection that still stands, or None."""
        if self._process != os.getpid():
            # Two processes on one connection would read each other's answers.
            inherited, self._idle, self._process = self._idle, {}, os.getpid()
            for connection in [each for idle in inherited.values() for each in idle]:
                connection.close()  # here only: the parent's stays open
        idle = self._idle.get(origin)
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread was first
                return None
            if _stands(connection):
                return connection
            connection.close()
        return None

    def _connected(self, origin: Origin) -> socket.socket:
        connection: socket.socket | None = None
        try:
            connection = socket.create_connection(origin[1:], self._connect_timeout)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _probe(connection)
            if origin[0] == "https":
                connection = self._trusting().wrap_socket(connection, server_hostname=origin[1])
            connection.settimeout(self._read_timeout)
        except (OSError, ValueError) as error:
            if connection is not None:
                connection.close()
            raise Unconnected(type(error).__name__) from None
        return connection

    def _trusting(self) -> ssl.SSLContext:
        with self._context_lock:
            if self._context is None:
                self._context = _context()
            return self._context


def _head(method: str, url: str, headers: tuple[tuple[str, str], ...], length: int) -> tuple[Origin, bytes]:
    """Where a request goes, and its head. Raises ValueError for one that cannot be sent."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [("Host", parts.netloc.rpartition("@")[2]), *headers]
    if length:
        lines.append(("Content-Length", str(length)))
    elif method == "POST":
        lines.insert(1, ("Content-Length", "0"))
    fits = all(_NAME.fullmatch(name) and _LINE.fullmatch(value) for name, value in lines)
    if not (fits and parts.hostname and _WORD.fullmatch(target)):
        raise ValueError("a line end or a blank where none may be")
    text = "".join([f"{method} {target} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in lines), "\r\n"])
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return (parts.scheme, parts.hostname, port), text.encode("ascii")


def _stands(connection: socket.socket) -> bool:
    """Whether an idle connection is still good: one that can be read from was closed, or holds what nobody asked."""
    try:
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(connection, select.POLLIN)
            return not poll.poll(0)
        return not select.select([connection], [], [], 0)[0]
    except (OSError, ValueError):
        return False


def _probe(sock: socket.socket) -> None:
    # A router on the way forgets a connection that is silent for long, and tells nobody.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _PROBES.items():
        option = getattr(socket, name, None)
        if option is not None:
            with suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, option, value)


def _context() -> ssl.SSLContext:
    """The certificates that httpx trusts too: ``SSL_CERT_FILE`` or ``SSL_CERT_DIR``, else certifi's."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not file and not folder:
        import certifi

        file = certifi.where()
    context = ssl.create_default_context(cafile=file or None, capath=folder or None)
    context.set_alpn_protocols(["http/1.1"])
    return context
