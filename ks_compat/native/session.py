"""A login's result, and its form as one opaque text that another process can take up."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ks_compat.native.errors import ConfigurationError
from ks_compat.native.settings import safe_url

Kind = Literal["view", "trade"]


@dataclass(frozen=True)
class Session:
    """What a login step gave: ``view`` after ``totp_login``, ``trade`` after ``totp_validate`` (spec/v2.md 1.4)."""

    kind: Kind
    token: str = field(repr=False)
    sid: str = field(repr=False)
    base_url: str = ""
    """The host (perhaps with a path) of every later call; empty for a view session."""
    ucc: str = field(default="", repr=False)
    data_center: str = ""

    @classmethod
    def from_data(cls, kind: Kind, data: dict[str, Any]) -> Session:
        """Out of the ``data`` of a login answer. ConfigurationError for a ``baseUrl`` that is missing or not https."""
        base_url = ""
        if kind == "trade":
            base_url = _checked(str(data.get("baseUrl") or ""))
        return cls(
            kind, data["token"], data["sid"], base_url, str(data.get("ucc") or ""), str(data.get("dataCenter") or "")
        )

    def dump(self) -> str:
        """One opaque text that holds everything needed to go on in another process. Keep it as you keep a password."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode().rstrip("=")

    @classmethod
    def load(cls, text: str, kind: Kind) -> Session:
        """Takes up what ``dump`` gave. Raises ConfigurationError for anything else; the text is not shown."""
        try:
            fields = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            session = cls(**fields)
        except (ValueError, TypeError):
            raise ConfigurationError("session_token", "is not a session that ks-compat wrote; log in again.") from None
        if session.kind != kind or not all(isinstance(value, str) for value in fields.values()):
            raise ConfigurationError("session_token", f"is not a {kind} session; log in again.")
        if kind == "trade":
            _checked(session.base_url)
        return session


def _checked(base_url: str) -> str:
    try:
        return safe_url(base_url)
    except ValueError as error:
        raise ConfigurationError("baseUrl", f"the server's answer {error}.") from None
