"""The sandbox as a running server: uvicorn in a thread of its own."""

import asyncio
import contextlib
import errno
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import uvicorn

from ks_compat.sandbox.account import Account
from ks_compat.sandbox.app import create_app
from ks_compat.sandbox.faults import Faults
from ks_compat.sandbox.master import V1_CASH_FILE, V1_FNO_FILE
from ks_compat.sandbox.row_constants import Row
from ks_compat.sandbox.rows import order_row
from ks_compat.sandbox.state import PublicUrls, State
from ks_compat.sandbox.switches import LoginErrors, SessionErrors, Switches
from ks_compat.sandbox.wire import Received

_KEEP_ALIVE_SECONDS = 300
_GRACE_SECONDS = 1
_START_SECONDS = 30.0


class SandboxPortInUse(OSError):
    """The port asked for is taken by another program."""

    def __init__(self, host: str, port: int) -> None:
        text = f"port {port} of {host} is in use: choose another with --port, or 0 for any free one"
        super().__init__(errno.EADDRINUSE, text)


class Sandbox:
    """A local Kotak Neo v2, for `with` or for start() and stop().

    `port` 0 takes any free port. `clock` gives Unix seconds and decides TOTP codes, order times and the master's day.
    `public_urls` puts other server names into answers; `base_path` gives `baseUrl` a path and serves the session calls
    below it only. `ssl_context_files` (certificate file, key file) turns on TLS. `faults` are texts of
    `Faults.add_text`. The rest are the `Switches`.
    """

    def __init__(
        self,
        *,
        account: Account | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        public_urls: PublicUrls | None = None,
        base_path: str = "",
        ssl_context_files: tuple[str, str] | None = None,
        login_errors: LoginErrors = "rest-docs",
        session_errors: SessionErrors = "403",
        strict_authorization: bool = False,
        refuse_slm: bool = False,
        cash: Decimal | int = Switches.cash,
        faults: Iterable[str] = (),
    ) -> None:
        self.host = host
        self.port = port
        self._tls = ssl_context_files
        switches = Switches(login_errors, session_errors, strict_authorization, refuse_slm, Decimal(cash))
        self.faults = Faults()
        """What goes wrong on demand: `faults.add("place_order", "drop_after")`. A reset forgets it."""
        self._state = State(account or Account(), clock, public_urls, base_path, switches, self.faults)
        for text in faults:
            self.faults.add_text(text)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Sandbox":
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The origin clients log in at, e.g. `http://127.0.0.1:8080`."""
        # A wildcard address is for listening; nobody can connect to it everywhere.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self.host, self.host)
        shown = f"[{host}]" if ":" in host else host
        return f"{'https' if self._tls else 'http'}://{shown}:{self.port}"

    @property
    def account(self) -> Account:
        """The account whose credentials the sandbox takes."""
        return self._state.account

    @property
    def requests(self) -> list[Received]:
        """Everything that arrived since the last reset, in order."""
        return self._state.received

    @property
    def login_attempts(self) -> list[str]:
        """Outcome of every login step since the last reset, e.g. `tradeApiLogin: ok`, `tradeApiLogin: wrong totp`."""
        return self._state.login_attempts

    @property
    def issued(self) -> dict[str, str]:
        """Tokens and sids issued since the last reset -> placeholder: view token, view sid, trade token, trade sid."""
        return {**self._state.sessions.issued, **self._state.v1_sessions.issued}

    @property
    def orders(self) -> list[Row]:
        """The true order book, whatever a fault hides from callers: rows as of `quick/user/orders`, oldest first."""
        return [order_row(order.now) for order in list(self._state.book.orders.values())]

    def environment(self) -> dict[str, str]:
        """Return the variables a client of this sandbox needs, and those the legacy bots read."""
        account = self.account
        return {
            "KS_COMPAT_LOGIN_URL": self.url,
            "KS_COMPAT_ACCESS_TOKEN": account.access_token,
            "KS_COMPAT_MOBILE_NUMBER": account.mobile_number,
            "KS_COMPAT_UCC": account.ucc,
            "KS_COMPAT_MPIN": account.mpin,
            "KS_COMPAT_TOTP_SECRET": account.totp_secret,
            "KS_COMPAT_V1_INSTRUMENTS": os.pathsep.join(map(str, (V1_CASH_FILE, V1_FNO_FILE))),
            "ACCESS_TOKEN": account.access_token,
            "USERID": account.ucc,
        }

    def v1_arguments(self) -> dict[str, str]:
        """Return the arguments that the old client's constructor takes for the old API of this sandbox."""
        old = self.account.v1
        return {
            "access_token": old.access_token,
            "userid": self.account.ucc,
            "consumer_key": old.consumer_key,
            "ip": "127.0.0.1",
            "app_id": "",
            "host": f"{self.url}/apim",
        }

    def plant(self, endpoint: str, change: Callable[[Any], Any] | None) -> None:
        """Let an endpoint (`positions`, `v1_positions`) answer wrongly: `change` makes the wrong JSON of the true one.

        None takes it back; so does a reset. An order call still does what it is asked.
        """
        if change is None:
            self._state.planted.pop(endpoint, None)
        else:
            self._state.planted[endpoint] = change

    def reset(self) -> None:
        """Forget orders, sessions, received requests and faults; port and account stay."""
        self._state.reset()

    def start(self) -> None:
        """Serve, and return once requests are answered."""
        if self._thread is not None:
            raise RuntimeError("the sandbox is running already")
        listener = _listen(self.host, self.port)
        try:
            self.port = listener.getsockname()[1]
            self._state.own_url = self.url
            self._server = self._new_server()
            self._state.line = self._server
            self._thread = threading.Thread(
                target=_serve, args=(self._server, listener), name=f"ks-compat-sandbox-{self.port}", daemon=True
            )
            self._thread.start()
        except BaseException:
            self._server = self._thread = None
            listener.close()
            raise
        self._server.settled.wait(_START_SECONDS)
        if not self._server.started:
            self.stop()
            raise RuntimeError("the sandbox did not start")

    def stop(self) -> None:
        """Stop serving and wait for the end; nothing happens where it does not run."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join()
        self._server = self._thread = None

    def _new_server(self) -> "_Server":
        certificate, key = self._tls or (None, None)
        config = uvicorn.Config(
            create_app(self._state),
            http="h11",
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        # Loads the certificate here, so that a bad one is the caller's exception and not a dead thread.
        config.load()
        return _Server(config)


class _Server(uvicorn.Server):
    """uvicorn's server with an event for "now serving, or failed to", and the line that faults play with."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    async def pause(self, seconds: float) -> bool:
        """Wait, at most until the server stops; whether it goes on."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._leaving.wait(), seconds)
        return not self._leaving.is_set()

    def hang_up(self, caller: object, *, reset: bool) -> None:
        """Close the connection of a caller (host, port) at once: with FIN, or with RST."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == caller and connection.transport is not None:
                if reset:
                    # Closing a socket that lingers for no time sends RST.
                    connection.transport.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
                    )
                    connection.transport.abort()
                else:
                    connection.transport.close()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._leaving = asyncio.Event()
        await super().startup(sockets)
        self.settled.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leaving.set()
        open_connections = list(self.server_state.connections)
        await super().shutdown(sockets)
        # TLS waits for the client's goodbye; a client that sleeps would leave its connection open behind the loop.
        for connection in open_connections:
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0.01)


def _serve(server: _Server, listener: socket.socket) -> None:
    try:
        with listener:
            asyncio.run(server.serve(sockets=[listener]))
    finally:
        server.settled.set()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay (some 40 ms an answer) off only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # On Windows this option would let two programs share the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # Listening now, not in the thread, is what makes "port in use" certain.
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SandboxPortInUse(host, port) from None
        text = f"port {port} of {host} cannot be served ({error.strerror}): choose another with --port"
        raise OSError(error.errno, text) from error
    return listener
