"""The old API's one-time tokens and sessions."""

import uuid


class V1Sessions:
    """All of them since the last reset. Both are 32 upper-case hex digits (samples login, session_2fa)."""

    def __init__(self) -> None:
        self.bad_tries = 0
        self._one_time: set[str] = set()
        self._live: set[str] = set()
        self.issued: dict[str, str] = {}

    def one_time_token(self) -> str:
        """Issue a one-time token, as `login` does."""
        token = self._new("v1 one-time token")
        self._one_time.add(token)
        return token

    def open(self, one_time_token: str) -> str | None:
        """Turn a one-time token into a session token; None for one that is unknown or used."""
        if one_time_token not in self._one_time:
            return None
        self._one_time.discard(one_time_token)
        token = self._new("v1 session token")
        self._live.add(token)
        return token

    def lives(self, token: str) -> bool:
        """Whether a session token is good."""
        return token in self._live

    def end(self, token: str) -> None:
        """Forget a session."""
        self._live.discard(token)

    def _new(self, placeholder: str) -> str:
        token = uuid.uuid4().hex.upper()
        self.issued[token] = placeholder
        return token
