"""The short way: the same bytes as httpx, over connections that stay warm."""

import contextlib
import gc
import gzip
import re
import socket
import socketserver
import subprocess
import sys
import threading
import time
import traceback
import types
import weakref
import zlib
from http.server import BaseHTTPRequestHandler

import httpx
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from ks_compat.native import NoAnswer, NotSent
from ks_compat.native.http import Http, Request
from ks_compat.native.reply import Reply

HEADERS = (("Accept", "application/json"), ("Sid", "s"), ("Content-Type", "application/x-www-form-urlencoded"))
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def http(clean_env):
    made = Http(connect_timeout=5, read_timeout=5)
    yield made
    made.close()


class Raw:
    """A server that keeps what arrives, piece by piece, and does what ``script`` says with each connection."""

    def __init__(self, script):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/x"
        self.pieces, self.connections, self.closed = [], 0, threading.Event()
        self._script = script
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                self._script(self, connection)
            self.closed.set()

    def answer(self, connection):
        piece = connection.recv(65536)
        while not piece.rpartition(b"\r\n\r\n")[2]:
            piece += connection.recv(65536)
        self.pieces.append(piece)
        connection.sendall(ANSWER)

    def close(self):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


class ThreadedEcho(socketserver.ThreadingTCPServer):
    """Answers each request with its own body."""

    daemon_threads = True

    def __init__(self):
        class Echo(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Echo)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/x"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


@pytest.fixture
def raw():
    opened = []

    def make(script):
        opened.append(Raw(script))
        return opened[-1]

    yield make
    for server in opened:
        server.close()


def until_closed(server, connection):
    while True:
        try:
            data = connection.recv(65536)
        except ConnectionResetError:
            return
        if not data:
            return
        server.pieces.append(data)
        connection.sendall(ANSWER)


values = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=20)
PATHS = ["/a", "/", "/a?b=c%20d&e=", "/quotes/nse_cm|22,x", "/a//b;c?x=1&x=2"]


@pytest.fixture(scope="module")
def keeping():
    server = Raw(whole_requests)
    yield server
    server.close()


def whole_requests(server, connection):
    waiting = b""
    while data := connection.recv(65536):
        waiting += data
        head, end, body = waiting.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if end and len(body) >= int(length[1] if length else 0):
            server.pieces.append(waiting)
            waiting = b""
            connection.sendall(ANSWER)


@given(
    st.sampled_from(["GET", "POST"]),
    st.sampled_from(PATHS),
    st.lists(st.tuples(st.sampled_from(["Accept", "Sid", "Auth", "neo-fin-key"]), values)),
    st.binary(max_size=50),
)
@example("POST", "/a", [("Sid", "s")], b"")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_both_ways_put_the_same_bytes_on_the_wire(keeping, method, path, headers, body):
    assume(body or method == "POST")
    request = Request(method, keeping.url.removesuffix("/x") + path, tuple(headers), body)
    keeping.pieces.clear()
    for module in (None, httpx):
        way = Http(connect_timeout=5, read_timeout=5, module=module)
        assert (way._express is None) == (module is not None)
        assert way.exchange(request).body == b"{}"
        way.close()
    short, long = keeping.pieces
    assert short == long


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate", "gzip, deflate"])
def test_an_answer_is_unpacked(raw, http, coding):
    text = b'{"stat": "Ok"}' * 50
    packed = {
        "gzip": gzip.compress(text, mtime=0),
        "deflate": zlib.compress(text),
        "raw deflate": zlib.compress(text)[2:-4],
        "gzip, deflate": zlib.compress(gzip.compress(text, mtime=0)),
    }[coding]

    def script(server, connection):
        connection.recv(65536)
        name = coding.removeprefix("raw ")
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {name}\r\nContent-Length: {len(packed)}\r\n\r\n"
        connection.sendall(head.encode() + packed)
        until_closed(server, connection)

    assert http.exchange(Request("GET", raw(script).url, HEADERS)).body == text


@pytest.mark.parametrize(
    "answer",
    [
        b"Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n" + gzip.compress(b"{}" * 99, mtime=0)[:10],
        b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
        b"Content-Length: 20\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_an_answer_that_is_cut_short_or_packed_in_a_strange_way_is_none(raw, http, answer):
    def script(server, connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + answer)

    with pytest.raises(NoAnswer):
        http.exchange(Request("GET", raw(script).url, HEADERS))


def test_a_header_that_would_be_two_is_not_sent(raw, http):
    server = raw(until_closed)
    headers = (("Auth", "\r\nX: ".join(("sec" + "ret", "y"))),)
    with pytest.raises(NotSent) as caught:
        http.exchange(Request("POST", server.url, headers, b"jData=1"))
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert server.pieces == []


def test_an_answer_that_never_ends_is_none(raw, clean_env):
    def script(server, connection):
        connection.recv(65536)
        with contextlib.suppress(OSError):
            for _ in range(400):  # less than a read timeout between two
                connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
                time.sleep(0.01)

    http = Http(connect_timeout=5, read_timeout=0.1)
    with pytest.raises(NoAnswer, match="TimeoutError"):
        http.exchange(Request("POST", raw(script).url, HEADERS, b"jData=1"))
    http.close()


def test_a_client_that_is_closed_while_an_answer_comes_keeps_no_connection(raw, http, monkeypatch):
    def closing(_):
        http.close()
        return True

    monkeypatch.setattr(Reply, "keeps_open", property(closing, lambda *_: None))
    assert http.exchange(Request("GET", raw(until_closed).url, HEADERS)).body == b"{}"
    assert http._express._idle == {}


def test_an_interrupted_call_leaves_no_connection_behind(raw, http, monkeypatch):
    server = raw(until_closed)
    request = Request("POST", server.url, HEADERS, b"jData=1")
    monkeypatch.setattr(Reply, "feed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        http.exchange(request)
    monkeypatch.undo()

    assert http.exchange(request).body == b"{}"
    assert server.closed.wait(10)


def interrupted(*_):
    raise KeyboardInterrupt


def test_head_and_body_leave_in_one_piece(raw, http):
    server = raw(until_closed)
    for number in range(3):
        body = b"jData=%d" % number
        assert http.exchange(Request("POST", server.url, HEADERS, body)).body == b"{}"
        assert server.pieces[number].endswith(b"\r\n\r\n" + body)
    assert (len(server.pieces), server.connections) == (3, 1)


def test_threads_do_not_share_a_connection(raw, clean_env):
    server = ThreadedEcho()
    http = Http(connect_timeout=5, read_timeout=5)
    wrong = []

    def ask(name):
        for number in range(30):
            body = f"{name}-{number}".encode()
            if http.exchange(Request("POST", server.url, HEADERS, body)).body != body:
                wrong.append(body)

    threads = [threading.Thread(target=ask, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    http.close()
    server.close()
    assert wrong == []


def test_a_transport_that_somebody_replaced_sees_every_request(http, monkeypatch):
    seen = []

    def mocked(self, request):
        seen.append((request.method, str(request.url), request.read()))
        return httpx.Response(200, json={})

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", mocked)

    assert http.exchange(Request("POST", "https://nobody.invalid/x", HEADERS, b"a=1")).body == b"{}"
    assert seen == [("POST", "https://nobody.invalid/x", b"a=1")]


def test_a_request_that_goes_while_another_thread_loads_httpx(raw, http, monkeypatch):
    server = raw(until_closed)
    monkeypatch.setitem(sys.modules, "httpx", types.ModuleType("httpx"))  # as it stands there before its first line
    assert http.exchange(Request("POST", server.url, HEADERS, b"a=1")).body == b"{}"


def test_a_connection_that_the_server_closed_in_silence_is_opened_anew_and_nothing_is_sent_twice(raw, http):
    server = raw(Raw.answer)
    for number in range(3):
        assert http.exchange(Request("POST", server.url, HEADERS, b"jData=%d" % number)).status == 200
        assert server.closed.wait(10)
        server.closed.clear()
    assert [piece.rsplit(b"=", 1)[1] for piece in server.pieces] == [b"0", b"1", b"2"]
    assert server.connections == 3


def test_a_request_whose_connection_breaks_is_not_sent_again(raw, http):
    server = raw(lambda server, connection: server.pieces.append(connection.recv(65536)))
    with pytest.raises(NoAnswer):
        http.exchange(Request("POST", server.url, HEADERS, b"jData=1"))
    assert (len(server.pieces), server.connections) == (1, 1)


def test_idle_connections_are_probed(raw, http):
    server = raw(until_closed)
    http.exchange(Request("GET", server.url, HEADERS))
    ((connection,),) = http._express._idle.values()
    assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert connection.gettimeout() == 5


def test_an_answer_frees_its_connection_even_when_it_is_garbled(raw, http):
    def script(server, connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nxyz")
        until_closed(server, connection)

    server = raw(script)
    for _ in range(2):
        with pytest.raises(NoAnswer):
            http.exchange(Request("GET", server.url, HEADERS))
        server.closed.wait(0.1)
    assert http._express._idle == {}


@pytest.mark.parametrize(
    "name",
    ["httpx", "httpcore", "rich", "click", "pygments", "pydantic_settings", "limits", "redis", "sqlite3", "libcst"],
)
def test_a_client_does_not_load(name):
    code = f"import sys; from ks_compat import NeoClient; NeoClient(); print({name!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


class Secret(str):
    """A text that tells when it is gone."""


def test_no_token_outlives_its_client(raw, clean_env):
    server = raw(until_closed)
    http, token = Http(connect_timeout=5, read_timeout=5), Secret("a-trade-token")
    gone = weakref.ref(token)
    assert http.exchange(Request("POST", server.url, (("Auth", token),), b"jData=1")).body == b"{}"
    assert b"Auth: a-trade-token" in b"".join(server.pieces)
    http.close()
    del http, token
    gc.collect()
    assert gone() is None
