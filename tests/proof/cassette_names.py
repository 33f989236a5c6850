"""The secrets of a recording and the names that stand for them in a cassette.

A secret is replaced by what it is for (``<trade token>``), so that a wrong one would still show.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote, quote_plus

Headers = list[tuple[str, str]]
_PERSONAL = "rid|greetingName|kId|actId|usrId|clientCode|brkClnt|clientName|panNo|pan|emailId|email|mobileNo"
_FIELD = re.compile(rf'("(?P<name>{_PERSONAL})":\s*)"[^"]+"'.encode())
"""Fields of answers that are about a person, or random."""
_ALONE = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"
_LONG = 8
"""From here on a secret is replaced wherever it stands, not only as a whole JSON text or header."""


class Names:
    """What is secret now, and how it is called."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        """Secret text: its name."""
        self.drawn: dict[str, str] = {}
        """A random part of an order tag: what a fixed run would have drawn."""

    def begin(self, secrets: dict[str, str]) -> None:
        """Starts a recording or a replay with the secrets of an account."""
        self.secrets, self.drawn = {text: name for text, name in secrets.items() if text}, {}

    def learn(self, body: bytes) -> None:
        """Notes the tokens that an answer to a login issues."""
        try:
            data = json.loads(body).get("data")
        except (ValueError, AttributeError):
            return
        if isinstance(data, dict) and {"token", "sid"} <= data.keys():
            kind = "trade" if "baseUrl" in data else "view"
            self.secrets |= {
                data[part]: f"{kind} {part}" for part in ("token", "sid") if not data[part].startswith("<")
            }

    def in_request(self, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
        """Headers and body with names; a true Content-Length becomes that of the named body."""
        named = self.in_body(body)
        lengths = {str(len(body)): str(len(named))}
        return [
            (name, lengths.get(value, value) if name == "content-length" else self._in_header(value))
            for name, value in headers
        ], named

    def _in_header(self, value: str) -> str:
        name = self.secrets.get(value)
        return f"<{name}>" if name else self.in_text(value)

    def in_text(self, text: str) -> str:
        """A text, a URL for one, with long secrets replaced by their names."""
        return self._everywhere(text.encode()).decode()

    def in_body(self, body: bytes) -> bytes:
        """A body with every secret replaced by its name, and what is about a person by the name of its field."""
        for secret, name in self.secrets.items():
            for form in (json.dumps(secret), quote_plus(json.dumps(secret))):
                body = body.replace(form.encode(), form.replace(_inner(form, secret), f"<{name}>").encode())
        return _FIELD.sub(rb'\1"<\g<name>>"', self._everywhere(body))

    def _everywhere(self, raw: bytes) -> bytes:
        for secret, name in self.secrets.items():
            if len(secret) >= _LONG:
                for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
                    raw = raw.replace(form.encode(), f"<{name}>".encode())
        for text, counted in self.drawn.items():
            raw = raw.replace(text.encode(), counted.encode())
        return raw

    def hidden(self, text: str) -> str:
        """A text for people, a failed test's, with every secret replaced by its name."""
        for secret, name in self.secrets.items():
            text = re.sub(_ALONE.format(re.escape(secret)), f"<{name}>", text)
        return text

    def left_in(self, text: str) -> list[str]:
        """The names of the secrets that a text still holds; ``a token`` and ``a TOTP`` for what has their look."""
        found = [name for secret, name in self.secrets.items() if re.search(_ALONE.format(re.escape(secret)), text)]
        found += ["a token"] * ("eyJ" in text) + ["a TOTP"] * bool(re.search(r'totp\W+"\d{6}"', text))
        return sorted(set(found))


def _inner(form: str, secret: str) -> str:
    return secret if secret in form else quote_plus(secret)


NAMES = Names()
