"""The server of the benchmark: answers at once and alike, so that what is measured is the client.

HTTP/1.1 with keep-alive on 127.0.0.1. Every POST is answered as a placed order; ``GET /connections`` tells how many
connections were opened so far, that one included. Prints its port, then serves until it is killed.
"""

from __future__ import annotations

import asyncio
import ssl
import sys

ACK = b'{"nOrdNo":"250720000007242","stat":"Ok","stCode":200}'


class Peer(asyncio.Protocol):
    """One connection."""

    opened = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Counts the connection."""
        Peer.opened += 1
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        """Answers every whole request."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head, length = self._received[:end].lower(), 0
            if (at := head.find(b"\r\ncontent-length:")) >= 0:
                length = int(head[at + 17 :].split(b"\r\n", 1)[0])
            if len(self._received) < end + 4 + length:
                return
            self._received = self._received[end + 4 + length :]
            body = str(Peer.opened).encode() if head.startswith(b"get /connections") else ACK
            self._transport.write(  # type: ignore[attr-defined]
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
            )


async def serve(files: list[str]) -> None:
    """Serves for ever; ``files`` are a certificate chain and a key, or nothing for plain HTTP."""
    context = None
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    server = await asyncio.get_running_loop().create_server(Peer, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - how the parent learns it
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1:]))
