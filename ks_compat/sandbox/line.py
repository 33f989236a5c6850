"""The line to the caller: pauses, and connections that are closed in the middle of a call."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class Line(Protocol):
    """What the running server offers to faults."""

    async def pause(self, seconds: float) -> bool:
        """Wait, at most until the server stops; whether it goes on."""

    def hang_up(self, caller: object, *, reset: bool) -> None:
        """Close the connection of a caller (host, port) at once: with FIN, or with RST."""


class NoLine:
    """Before the server runs: nothing waits, nobody is connected."""

    async def pause(self, seconds: float) -> bool:
        """Do not wait."""
        return seconds >= 0

    def hang_up(self, caller: object, *, reset: bool) -> None:
        """Nobody is connected."""


def cut_short(line: Line, request: Request, begun: Response | None, *, reset: bool) -> Response:
    """Return what closes the connection instead of answering, after half of `begun` where that is given."""
    return _CutShort(line, request.scope["client"], begun, reset)


class _CutShort(Response):
    def __init__(self, line: Line, caller: object, begun: Response | None, reset: bool) -> None:
        super().__init__()
        self._line, self._caller, self._begun, self._reset = line, caller, begun, reset

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        if self._begun is not None:
            start = {"type": "http.response.start", "status": self._begun.status_code}
            await send({**start, "headers": self._begun.raw_headers})
            half = bytes(self._begun.body)[: len(self._begun.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        self._line.hang_up(self._caller, reset=self._reset)
        # Returning before the connection is gone would make uvicorn answer with a 500.
        while (await receive())["type"] != "http.disconnect":
            pass
