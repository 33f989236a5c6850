"""Recording under the production host names, scrubbing, and reading cassettes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyotp
import yaml

from ks_compat.parity import WireRequest
from ks_compat.sandbox import Account, Sandbox

ACCOUNT = Account()
MOMENT = 1795149000.0
"""2026-11-20 10:00:00 IST: clock of bots, sandbox and TOTP in every cassette."""
ENVIRONMENT = {
    name: value for name, value in Sandbox(account=ACCOUNT).environment().items() if name != "KS_COMPAT_LOGIN_URL"
}


def totp_codes() -> list[str]:
    """The codes that the account's authenticator shows around MOMENT."""
    return [pyotp.TOTP(ACCOUNT.totp_secret).at(int(MOMENT) + shift) for shift in (-30, 0, 30)]


class Names:
    """The secrets of a recording and the names that stand for them in a cassette."""

    def __init__(self) -> None:
        self.sandbox: Sandbox | None = None

    def table(self) -> dict[str, str]:
        """Secret text: its name. What the sandbox has issued so far is included."""
        names = {
            ACCOUNT.access_token: "access token",
            ACCOUNT.mobile_number: "mobile number",
            ACCOUNT.mpin: "mpin",
            ACCOUNT.ucc: "ucc",
            **dict.fromkeys(totp_codes(), "totp"),
        }
        return {**names, **(self.sandbox.issued if self.sandbox is not None else {})}

    def in_header(self, value: str) -> str:
        """A header's value, or the name that stands for it."""
        name = self.table().get(value)
        return f"<{name}>" if name else value

    def in_body(self, body: bytes) -> bytes:
        """A body with every JSON text that is a secret replaced by its name."""
        for secret, name in self.table().items():
            body = body.replace(json.dumps(secret).encode(), json.dumps(f"<{name}>").encode())
        return body


NAMES = Names()


def scrub_request(request: Any) -> Any:
    """vcrpy's hook: a request as it is written into a cassette."""
    for name in list(request.headers):
        request.headers[name] = NAMES.in_header(request.headers[name])
    if request.body:
        request.body = NAMES.in_body(request.body)
    return request


def scrub_response(response: dict[str, Any]) -> dict[str, Any]:
    """vcrpy's hook: a response as it is written into a cassette."""
    response["body"]["string"] = NAMES.in_body(response["body"]["string"])
    for name in ("content-length", "date"):
        response["headers"].pop(name, None)
    return response


def written(request: WireRequest) -> WireRequest:
    """A request that left, as a cassette holds it: secrets by name, header names in lower case."""
    headers = tuple((name.lower(), NAMES.in_header(value.decode()).encode()) for name, value in request.headers)
    return WireRequest(request.method, request.target, headers, NAMES.in_body(request.body))


def read_cassette(file: Path) -> list[WireRequest]:
    """The requests of a cassette, header names in lower case as vcrpy writes them."""
    return [_read(interaction["request"]) for interaction in yaml.safe_load(file.read_text("utf-8"))["interactions"]]


def _read(request: dict[str, Any]) -> WireRequest:
    headers = tuple((name.encode(), value.encode()) for name, values in request["headers"].items() for value in values)
    return WireRequest(request["method"], request["uri"].encode(), headers, (request["body"] or "").encode())


class OrderedYaml:
    """vcrpy's YAML, but keys keep their order: the order of headers is part of a request."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        """A cassette as text."""
        return yaml.safe_dump(cassette, sort_keys=False, allow_unicode=True, width=100)

    @staticmethod
    def deserialize(text: str) -> Any:
        """A cassette out of text."""
        return yaml.safe_load(text)
