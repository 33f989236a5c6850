"""What an old address answers: today's file, as the old servers sent it."""

from __future__ import annotations

import functools
import json
import sys
import time
from dataclasses import dataclass
from http import HTTPStatus

from ks_compat.instruments.clock import ist_date
from ks_compat.native import ambient
from ks_compat.native.clients import logged_in
from ks_compat.old_files.addresses import What, of_day
from ks_compat.old_files.files import v1_file


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: HTTPStatus
    content_type: str
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """Content type and length; the length is that of the body to a HEAD request too."""
        return {"Content-Type": self.content_type, "Content-Length": str(len(self.body))}


_FORBIDDEN = Answer(HTTPStatus.FORBIDDEN, "text/plain", b"Forbidden")
"""What the old servers said where they had no file (1.1); bots look for it, and step back a day."""
_PAUSE = 60.0
"""Seconds. A bot that steps back day by day must not ask Kotak's servers for each of them."""
_failed: dict[tuple[What, bool], float] = {}
"""When which file could not be made, without (True) or with a login."""


def answer(what: What) -> Answer:
    """The answer to a question that an old address puts; 403 where the file cannot be made, which stderr explains."""
    if what == "names":
        body = json.dumps(of_day(ist_date(ambient.now()))).encode()
        return Answer(HTTPStatus.OK, "application/json", body)
    case = what, logged_in() is None
    if time.monotonic() < _failed.get(case, 0.0) + _PAUSE:
        return _FORBIDDEN
    try:
        return Answer(HTTPStatus.OK, "text/plain", v1_file(what).read_bytes())
    except Exception as error:  # noqa: BLE001 - the bot thinks that it asks a server
        _failed[case] = time.monotonic()
        _tell(str(error))
        return _FORBIDDEN


@functools.cache
def _tell(why: str) -> None:
    # Once: a bot that steps back day by day would fill the screen.
    print(f"ks-compat: the bot asked for an old instrument file and was told 403. {why}", file=sys.stderr)  # noqa: T201
