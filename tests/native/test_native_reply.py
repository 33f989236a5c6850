"""Answers as they come over a connection, in any pieces: what Python's own http.client reads in them, or nothing."""

import gzip
import io
from http.client import HTTPResponse

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ks_compat.native.reply import Reply, Unreadable

TOKEN = st.text("abcXYZ-09", min_size=1, max_size=8).map(lambda name: f"X-{name}")
VALUE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=12)
HEADERS = st.lists(st.tuples(TOKEN, VALUE | st.just("a b, c;d=\té")), max_size=4)
STATUS = st.sampled_from(
    ["200 OK", "201 Created", "401 Unauthorized", "429 Too Many Requests", "502 Bad Gateway", "200"]
)
ALIVE = st.sampled_from(["", "Connection: keep-alive\r\n", "Connection: close\r\n", "connection: Close\r\n"])
CUTS = st.lists(st.integers(0, 400), max_size=6)


def chunked(body, size):
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;x=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\nX-Trailer: t\r\n\r\n"


@st.composite
def framed(draw):
    """An answer that says where it ends."""
    body, status, alive = draw(st.binary(max_size=60)), draw(STATUS), draw(ALIVE)
    headers = "".join(f"{name}: {value}\r\n" for name, value in draw(HEADERS)).encode("latin-1")
    size = draw(st.integers(0, 20))
    head = f"HTTP/1.{draw(st.sampled_from('11110'))} {status}\r\n{alive}".encode() + headers
    interim = b"HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n" * draw(st.integers(0, 1))
    if size and not head.startswith(b"HTTP/1.0"):
        return interim + head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, size)
    return interim + head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def fed(data, cuts=()):
    reply, start = Reply(), 0
    for end in [*sorted({cut for cut in cuts if 0 < cut < len(data)}), len(data)]:
        reply.feed(data[start:end])
        start = end
    return reply


class _Socket:
    def __init__(self, data):
        self._data = data

    def makefile(self, _):
        return io.BytesIO(self._data)


def by_http_client(data):
    response = HTTPResponse(_Socket(data))
    response.begin()
    body = response.read()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return response.status, headers, body, not response.will_close


@given(framed(), CUTS)
def test_it_is_what_http_client_reads(data, cuts):
    reply = fed(data, cuts)
    assert reply.whole
    assert (reply.status, reply.headers, reply.body(), reply.keeps_open) == by_http_client(data)


@given(framed(), CUTS, st.integers(1, 30))
def test_one_that_is_cut_short_is_none(data, cuts, less):
    reply = fed(data[:-less], cuts)
    assert not reply.whole
    with pytest.raises(Unreadable):
        reply.feed(b"")


@given(
    framed(),
    CUTS,
    st.sampled_from([b"x", b"\r\n\r\nx", b"HTTP/1.1 500 No\r\nX-Late: 1\r\nContent-Length: 2\r\n\r\nno"]),
)
def test_what_comes_behind_it_changes_nothing_and_ends_the_connection(data, cuts, more):
    alone, followed = fed(data, cuts), fed(data + more, [cut for cut in cuts if cut < len(data)])
    assert followed.whole
    assert not followed.keeps_open
    assert [(reply.status, reply.headers, reply.body()) for reply in (alone, followed)] == [
        (alone.status, alone.headers, alone.body())
    ] * 2


@given(st.binary(max_size=40), CUTS, ALIVE)
def test_without_a_length_the_end_of_the_connection_is_its_end(body, cuts, alive):
    data = f"HTTP/1.1 200 OK\r\n{alive}\r\n".encode() + body
    reply = fed(data, cuts)
    assert not reply.whole
    reply.feed(b"")
    assert reply.whole
    assert (reply.status, reply.body(), reply.keeps_open) == (200, body, False)


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_ends_with_its_head(status):
    reply = fed(f"HTTP/1.1 {status} X\r\n\r\n".encode())
    assert (reply.whole, reply.status, reply.body(), reply.keeps_open) == (True, status, b"", True)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_nothing_is_nothing_however_it_is_packed(coding):
    reply = fed(f"HTTP/1.1 429 X\r\nContent-Encoding: {coding}\r\nContent-Length: 0\r\n\r\n".encode())
    assert (reply.whole, reply.status, reply.body()) == (True, 429, b"")


@pytest.mark.parametrize(
    ("head", "seen"),
    [
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", {"content-length": "2"}),
        (b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\n{}", {"content-length": "2", "x": "a b"}),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            {"content-length": "9", "transfer-encoding": "chunked"},
        ),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", {"content-length": "2"}),
        (b"HTTP/1.1 200 OK\r\nx-a: \xe9\xff\r\nContent-Length: 2\r\n\r\n{}", {"content-length": "2", "x-a": "éÿ"}),
        (b"HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\n{}", None),
    ],
)
def test_forms_that_are_odd_but_plain(head, seen):
    reply = fed(head)
    assert (reply.whole, reply.status, reply.body()) == (True, 200, b"{}")
    assert seen in (None, reply.headers)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, TimeoutError])
@pytest.mark.parametrize("place", ["on_header", "on_body", "on_message_complete"])
def test_what_a_signal_raises_is_not_taken_for_a_bad_answer(monkeypatch, error, place):
    def raising(*_):
        raise error

    monkeypatch.setattr(Reply, place, raising)
    with pytest.raises(error):
        fed(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


@pytest.mark.parametrize(
    "data",
    [
        b"junk\r\n\r\n",
        b"<html>",
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"",
    ],
)
def test_what_is_no_answer_is_none(data):
    def read():
        reply = fed(data)
        reply.feed(b"")
        return reply

    with pytest.raises(Unreadable):
        read()


@given(st.binary(max_size=200), CUTS)
@example(b"HTTP/1.1 200 OK\r\n\r\n{}", [])
def test_any_bytes_are_an_answer_or_unreadable(data, cuts):
    try:
        reply = fed(data, cuts)
        reply.feed(b"")
        reply.body()
    except Unreadable:
        return
    assert data.startswith((b"HTTP/", b"\r", b"\n", b"RTSP/", b"ICE/"))


@pytest.mark.parametrize("coding", ["br", "gzip", "gzip, br"])
def test_a_body_in_a_strange_coding_is_unreadable(coding):
    body = gzip.compress(b"{}" * 99, mtime=0)[:10]
    reply = fed(b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\nContent-Length: 10\r\n\r\n%b" % (coding.encode(), body))
    assert reply.whole
    with pytest.raises(Unreadable, match=r"cut short|not known"):
        reply.body()
