"""Recording under the production host names, scrubbing, and reading cassettes back."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pyotp
import pytest
import yaml
from cassette_names import NAMES
from vcr.request import Request as VcrRequest

from ks_compat.native import ambient, orders
from ks_compat.parity import WireRequest
from ks_compat.sandbox import Account, Sandbox

ACCOUNT = Account()
MOMENT = 1795149000.0
"""2026-11-20 10:00:00 IST: clock of bots, sandbox and TOTP in every cassette of the sandbox."""
ENVIRONMENT = {
    name: value for name, value in Sandbox(account=ACCOUNT).environment().items() if name != "KS_COMPAT_LOGIN_URL"
}
_NEEDED = ("ACCESS_TOKEN", "MOBILE_NUMBER", "UCC", "MPIN", "TOTP_SECRET")
CREDENTIALS = {name: os.environ.get(f"KS_COMPAT_{name}", "") for name in _NEEDED}
"""What the environment said when the tests began, as are the next two."""
ORDERS_ALLOWED = os.environ.get("KS_COMPAT_RECORD_ORDERS") == "1"
_V1_FILES = os.environ.get("KS_COMPAT_V1_INSTRUMENTS", ENVIRONMENT["KS_COMPAT_V1_INSTRUMENTS"])
LEAD = "KS_COMPAT_PROOF_PORT"
"""The setting that says which port of this machine stands for the production hosts."""
_NO_ANSWER = 599
"""The status that stands in a cassette for an answer that never came: vcrpy keeps answers only."""


def totp_codes(secret: str, moment: float) -> list[str]:
    """The codes that an authenticator shows around a moment."""
    return [pyotp.TOTP(secret).at(int(moment) + shift) for shift in (-30, 0, 30)]


def sandbox_secrets() -> dict[str, str]:
    """Secret text of the sandbox's account: its name."""
    return account_secrets({name: getattr(ACCOUNT, name.lower()) for name in _NEEDED}, MOMENT)


def account_secrets(given: Mapping[str, str], moment: float) -> dict[str, str]:
    """Secret text of an account: its name. ``given`` has the keys of CREDENTIALS."""
    names = {text: name.lower().replace("_", " ") for name, text in given.items()}
    names |= dict.fromkeys(totp_codes(given["TOTP_SECRET"], moment), "totp")
    # The number without its country code is as much of a secret.
    return names | {given["MOBILE_NUMBER"][-10:]: "mobile number"}


def live_environment() -> dict[str, str]:
    """What a bot is given for a recording against the live service."""
    old = {"ACCESS_TOKEN": CREDENTIALS["ACCESS_TOKEN"], "USERID": CREDENTIALS["UCC"]}
    return {**{f"KS_COMPAT_{n}": text for n, text in CREDENTIALS.items()}, **old, "KS_COMPAT_V1_INSTRUMENTS": _V1_FILES}


@contextlib.contextmanager
def at_present(moment: float) -> Iterator[None]:
    """In place of ``ambient.fixed`` where a server has a clock and a memory of tags: the time is the true one, tags are
    random, and the cassette has those that ``fixed`` would have drawn."""
    with _fixed(moment):
        counted = ambient._text

        def drawn(length: int) -> str:
            text = ambient._random_text(length)
            NAMES.drawn[text] = counted(length)
            return text

        ambient._now, ambient._text = time.time, drawn
        yield


_fixed = ambient.fixed


def lead_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leads the production host names to the port in LEAD, if one stands there."""
    stand_in = os.environ.get(LEAD)
    if stand_in is None:
        return
    connect = httpcore.SyncBackend.connect_tcp

    def connect_tcp(self: httpcore.SyncBackend, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        assert host.endswith(".kotaksecurities.com"), host
        assert port == socket.getservbyname("https")
        return connect(self, "127.0.0.1", int(stand_in), *args, **kwargs)

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)


def tap(cassette: Any, monkeypatch: pytest.MonkeyPatch) -> list[WireRequest]:
    """What leaves from now on: taken from the transport, outside of vcrpy. Lost answers are kept and lost again."""
    requests: list[WireRequest] = []
    below = httpx.HTTPTransport.handle_request

    def tapped(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        body = request.read()
        requests.append(WireRequest(request.method, str(request.url).encode(), tuple(request.headers.raw), body))
        try:
            response = below(self, request)
        except httpx.TransportError as error:
            answer = {"status": {"code": _NO_ANSWER, "message": type(error).__name__}}
            asked = VcrRequest(request.method, str(request.url), body, request.headers)
            cassette.append(asked, {**answer, "headers": {}, "body": {"string": b""}})
            raise
        if response.status_code == _NO_ANSWER:
            raise getattr(httpx, response.reason_phrase)("as recorded")
        return response

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", tapped)
    # A look into the order book is recorded, the wait before it is not.
    monkeypatch.setattr(orders, "LOOKS", (0.0,) * len(orders.LOOKS))
    return requests


def scrub_request(request: Any) -> Any:
    """vcrpy's hook: a request as it is written into a cassette."""
    headers, body = NAMES.in_request(list(request.headers.items()), request.body or b"")
    for name, value in headers:
        request.headers[name] = value
    request.uri = NAMES.in_text(request.uri)
    if request.body:
        request.body = body
    return request


def scrub_response(response: dict[str, Any]) -> dict[str, Any]:
    """vcrpy's hook: a response as it is written into a cassette."""
    NAMES.learn(response["body"]["string"])
    response["body"]["string"] = NAMES.in_body(response["body"]["string"])
    # Another server's cookies and request numbers are nobody's concern.
    kept = {"content-type", "retry-after", "content-encoding", "location"}
    response["headers"] = {name: value for name, value in response["headers"].items() if name.lower() in kept}
    return response


def vcr_settings() -> dict[str, Any]:
    """What vcrpy is told."""
    return {
        "serializer": "yaml",
        "match_on": ["method", "scheme", "host", "port", "path", "query", "body"],
        "before_record_request": scrub_request,
        "before_record_response": scrub_response,
    }


def written(request: WireRequest) -> WireRequest:
    """A request that left, as a cassette holds it: secrets by name, header names in lower case."""
    headers = [(name.decode().lower(), value.decode()) for name, value in request.headers]
    named, body = NAMES.in_request(headers, request.body)
    target = NAMES.in_text(request.target.decode()).encode()
    return WireRequest(request.method, target, tuple((n.encode(), v.encode()) for n, v in named), body)


def read_cassette(file: Path) -> list[WireRequest]:
    """The requests of a cassette, header names in lower case as vcrpy writes them."""
    return [_read(interaction["request"]) for interaction in yaml.safe_load(file.read_text("utf-8"))["interactions"]]


def _read(request: dict[str, Any]) -> WireRequest:
    headers = tuple((name.encode(), value.encode()) for name, values in request["headers"].items() for value in values)
    return WireRequest(request["method"], request["uri"].encode(), headers, (request["body"] or "").encode())


class SecretInCassette(Exception):
    """A cassette would hold a secret; it is not written."""


class OrderedYaml:
    """vcrpy's YAML, but keys keep their order: the order of headers is part of a request."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        """A cassette as text. Raises SecretInCassette, which names the kind of secret and not the secret."""
        text = yaml.safe_dump(cassette, sort_keys=False, allow_unicode=True, width=100)
        left = NAMES.left_in(text)
        if left:
            raise SecretInCassette(f"nothing was written: {', '.join(left)} would be in it")
        return text

    @staticmethod
    def deserialize(text: str) -> Any:
        """A cassette out of text."""
        return yaml.safe_load(text)
