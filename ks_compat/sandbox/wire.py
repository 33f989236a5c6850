"""The small HTTP vocabulary of the sandbox: what arrived, a call, a reply, and the bodies of refusals."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ks_compat.sandbox.fates import Fate


@dataclass(frozen=True)
class Received:
    """One request exactly as it arrived.

    `raw_path` is the request target with its query, undecoded. `headers` are as ASGI gives them: lower-case names, in
    the order sent, duplicates kept. Headers and body carry credentials, so the repr leaves them out.
    """

    method: str
    raw_path: bytes
    headers: list[tuple[bytes, bytes]] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Call:
    """A routed request: decoded path and query parameters, headers by lower-case name, raw body, sender's address.

    `fate` is what a fault has in store for the order that the call places or changes.
    """

    path: Mapping[str, str]
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    sender: str
    fate: Fate | None = None

    def header(self, name: str) -> str:
        """Return a header's value, or "" where it was not sent."""
        return self.headers.get(name, "")


@dataclass(frozen=True)
class Reply:
    """An answer: HTTP status, bytes, media type and further headers."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class Refused(Exception):
    """Carries the reply that ends a call early."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status, reply.body)
        self.reply = reply


def json_reply(content: object, status: int = 200) -> Reply:
    """Answer with JSON, UTF-8 and without ASCII escapes, as the servers do (spec/v2.md 0)."""
    return Reply(status, json.dumps(content, ensure_ascii=False).encode("utf-8"))


def not_ok(code: int, text: str, *, stat: str = "Not_Ok", status: int = 200) -> Refused:
    """Refuse in the envelope of spec/v2.md 2.1; the text stands under both of the names the sources use."""
    return Refused(json_reply({"stCode": code, "errMsg": text, "emsg": text, "stat": stat}, status))


def error_list(code: str, text: str, status: int) -> Refused:
    """Refuse in the `error[]` shape of spec/v2.md 1.5."""
    return Refused(json_reply({"error": [{"code": code, "message": text}]}, status))


def login_refusal(text: str) -> Refused:
    """Refuse a login as spec/v2.md 1.5 documents it, HTTP 401."""
    return Refused(json_reply({"status": "error", "message": text, "errorCode": "401"}, 401))


def login_failure(code: int, text: str) -> Refused:
    """Refuse a login in the HTTP 200 shape of spec/v2.md 1.5."""
    return Refused(json_reply({"stCode": code, "errMsg": text, "status": "failure"}))


def historical_fault(text: str) -> Refused:
    """Refuse candles in the `fault` shape of spec/v2.md 2.18."""
    return Refused(json_reply({"status": "ERROR", "fault": {"code": 400, "message": text}}, 400))


def no_data() -> Refused:
    """Answer an empty report: stCode 5203 with HTTP 200 (spec/v2.md 2.2), which is no error."""
    return Refused(json_reply({"stCode": 5203, "errMsg": "No Data", "desc": "data not found", "stat": "Not_Ok"}))
