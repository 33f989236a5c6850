"""Bots in processes of their own, and a server that sees what leaves them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("ks-compat")

RunBot = Callable[..., "subprocess.CompletedProcess[str]"]


class Seen(ThreadingHTTPServer):
    """A server, and a proxy that lets nothing through. `lines` are the request lines that arrived."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lines: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Seen

    def do_GET(self) -> None:
        self.server.lines.append(f"{self.command} {self.path}")
        body = b"from the other server"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def do_CONNECT(self) -> None:
        self.server.lines.append(f"CONNECT {self.path}")
        self.send_error(502)

    def log_message(self, *arguments: object) -> None: ...


@pytest.fixture
def other_server() -> Iterator[Seen]:
    with Seen() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def run_bot(account_env: pytest.MonkeyPatch, tmp_path: Path) -> RunBot:
    """Runs a script under `ks-compat run` (or python) with the settings of the sandbox and what is given."""

    def run(
        script: str, *before: str | Path, check: bool = True, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        bot = tmp_path / "bot.py"
        bot.write_text(textwrap.dedent(script))
        done = subprocess.run(
            [*(before or (COMMAND, "run")), bot],
            env={**os.environ, **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    return run
