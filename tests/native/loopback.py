"""A real HTTP server on this machine whose answers a test decides, and a proxy that loses answers."""

import http.client
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ks_compat.sandbox import Sandbox


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """The answer to a request; None in its place drops the connection without a word."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class LoopbackServer:
    """Answers each request with ``answer(seen)``; keeps what it saw and counts the connections."""

    def __init__(self, answer: Callable[[Seen], Reply | None]) -> None:
        self.seen: list[Seen] = []
        self.connections = 0
        self._server = _server_of(self, answer)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def __enter__(self) -> "LoopbackServer":
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class LossyProxy(LoopbackServer):
    """Stands in front of a sandbox and spoils the calls whose path is ``path``.

    ``loss`` is one of: ``before`` (dropped, the sandbox never sees it), ``after`` (the sandbox has it, the answer is
    dropped), ``gateway`` (the sandbox has it, the answer becomes a 502 page).
    """

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.sandbox: Sandbox | None = None
        self.path = self.loss = ""

    def lose(self, path: str, loss: str) -> None:
        self.path, self.loss = path, loss

    def reached_sandbox(self, path: str) -> int:
        return sum(request.raw_path.decode() == path for request in self.sandbox.requests)

    def arrived(self, path: str) -> int:
        return self.paths.count(path)

    def _answer(self, seen: Seen) -> Reply | None:
        loss = self.loss if seen.path == self.path else ""
        if loss == "before":
            return None
        reply = self._forwarded(seen)
        if loss == "after":
            return None
        return Reply(b"<html>502 Bad Gateway</html>", 502, {"Content-Type": "text/html"}) if loss else reply

    def _forwarded(self, seen: Seen) -> Reply:
        connection = http.client.HTTPConnection(self.sandbox.host, self.sandbox.port)
        try:
            connection.request(seen.method, seen.path, seen.body or None, seen.headers)
            answer = connection.getresponse()
            return Reply(answer.read(), answer.status, {"Content-Type": answer.headers["Content-Type"]})
        finally:
            connection.close()


def _server_of(owner: LoopbackServer, answer: Callable[[Seen], Reply | None]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen = Seen(self.command, self.path, dict(self.headers.items()), body)
            owner.seen.append(seen)
            reply = answer(seen)
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = _serve

        def log_message(self, *args: object) -> None:
            """Silence."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def get_request(self):
            owner.connections += 1
            return super().get_request()

    return Server(("127.0.0.1", 0), Handler)
