"""View and trade sessions: the token/sid pairs the login steps issue."""

import uuid
from dataclasses import dataclass, field
from enum import Enum


class SessionKind(Enum):
    """The two scopes of a session; the value is the `kType` of spec/v2.md 1.4."""

    VIEW = "View"
    TRADE = "Trade"


@dataclass(frozen=True)
class Session:
    """One issued pair: `token` goes into the header Auth, `sid` into the header Sid."""

    kind: SessionKind
    token: str = field(repr=False)
    sid: str = field(repr=False)


class Sessions:
    """All sessions issued since the last reset."""

    def __init__(self) -> None:
        self._by_token: dict[str, Session] = {}
        self.issued: dict[str, str] = {}

    def issue(self, kind: SessionKind) -> Session:
        """Issue a new pair. The token is deliberately no JWT: a client must treat it as opaque."""
        scope = kind.value.lower()
        session = Session(kind, f"{scope}-{uuid.uuid4().hex}", str(uuid.uuid4()))
        self._by_token[session.token] = session
        self.issued[session.token] = f"{scope} token"
        self.issued[session.sid] = f"{scope} sid"
        return session

    def end(self, token: str) -> None:
        """Forget a session; its token and sid stay listed as issued."""
        self._by_token.pop(token, None)

    def kind_of(self, token: str) -> SessionKind | None:
        """Return the scope of a token, or None for an unknown one."""
        session = self._by_token.get(token)
        return None if session is None else session.kind

    def is_pair(self, kind: SessionKind, token: str, sid: str) -> bool:
        """Whether token and sid were issued together, with this scope."""
        session = self._by_token.get(token)
        return session is not None and session.kind is kind and session.sid == sid
