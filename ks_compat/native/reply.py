"""An HTTP answer out of the bytes of a connection, read by httptools (llhttp, the parser of Node.js).

``http.client``, whose headers go through the e-mail package, takes three times as long. No I/O here.
"""

from __future__ import annotations

import zlib

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpResponseParser

_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""Content coding: zlib's window bits; some servers mean raw deflate by deflate."""


class Unreadable(Exception):
    """These bytes are no whole HTTP answer."""


class Reply:
    """One answer. ``feed`` it until it is ``whole``; interim answers (HTTP 1xx) are passed over."""

    whole = keeps_open = False
    """``keeps_open``: whether the connection may carry another request."""
    status = 0

    def __init__(self) -> None:
        """Nothing has come yet."""
        self.headers: dict[str, str] = {}
        """Lower-case names; of a header that came twice the last."""
        self._content: list[bytes] = []
        self._in_body = False
        self._parser = HttpResponseParser(self)
        # As lenient as h11, which the official SDK reads with: folded headers, lines without a carriage return, a
        # length beside chunks. An order whose answer is refused for its form would have to be looked for.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True,
            lenient_chunked_length=True,
            lenient_data_after_close=True,
            lenient_optional_cr_before_lf=True,
        )

    def feed(self, data: bytes) -> None:
        """Takes what was received; nothing where the connection has ended. Raises Unreadable."""
        try:
            if data:
                self._parser.feed_data(data)
            elif self._in_body and not {"content-length", "transfer-encoding"} & self.headers.keys():
                self.whole = True  # it said no length: the end of the connection is its end
            else:
                raise Unreadable("cut short")
        except HttpParserCallbackError as error:
            # Out of a signal's handler, such as Ctrl-C: nothing below raises by itself.
            raise error.__context__ or error from None
        except (HttpParserError, HttpParserUpgrade):
            self.keeps_open = False
            if not self.whole:
                raise Unreadable("no HTTP answer") from None

    def body(self) -> bytes:
        """The body without its content codings. Raises Unreadable for one that is cut short or not known."""
        content = b"".join(self._content)
        for name in reversed(self.headers.get("content-encoding", "").split(",")):
            if content and name.strip().lower() not in ("", "identity"):
                content = _inflated(name.strip().lower(), content)
        return content

    # -- called by the parser ------------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """An answer begins: the one that is waited for, or what nobody asked for."""
        self.keeps_open = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; those behind the body say nothing that is needed."""
        if not self.whole and not self._in_body:
            self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The status and all headers are there."""
        if not self.whole:
            self.status = self._parser.get_status_code()
            self._in_body = True

    def on_body(self, data: bytes) -> None:
        """A piece of the body."""
        if not self.whole:
            self._content.append(data)

    def on_message_complete(self) -> None:
        """All of an answer is there."""
        if self.whole:
            return
        if 100 <= self.status < 200:
            self.headers.clear()
            self._in_body = False
        else:
            self.whole = True
            self.keeps_open = self._parser.should_keep_alive()


def _inflated(name: str, content: bytes) -> bytes:
    for bits in _WINDOWS.get(name, ()):
        try:
            inflating = zlib.decompressobj(bits)
            body = inflating.decompress(content) + inflating.flush()
        except zlib.error:
            continue
        if inflating.eof:
            return body
    raise Unreadable(f"{name} that is cut short or not known")
