"""From a call to its request and from its answer to what it means: the client's I/O-free middle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ks_compat.native import wire
from ks_compat.native.endpoints import Auth, Body, Endpoint
from ks_compat.native.errors import NotLoggedIn
from ks_compat.native.http import Request
from ks_compat.native.session import Session
from ks_compat.native.settings import Settings

NEO_FIN_KEY = "neotradeapi"
_ENCODERS = {Body.JSON: wire.json_body, Body.JDATA: wire.jdata}
_COMMON = (
    ("Accept", "application/json"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Connection", "keep-alive"),
    ("User-Agent", "ks-compat"),
)


Headers = tuple[tuple[str, str], ...]


@dataclass
class Credentials:
    """What the headers of a call are made of: the settings, and the sessions as far as the login has come."""

    settings: Settings
    view: Session | None = None
    trade: Session | None = None
    _heads: dict[str, tuple[Session | None, Session | None, str, Headers]] = field(default_factory=dict, repr=False)

    @property
    def account(self) -> str:
        """The UCC, as far as it is known: whose calls these are. Keep it out of texts."""
        return (self.trade.ucc if self.trade else "") or self.settings.ucc or ""

    def head(self, endpoint: Endpoint) -> tuple[str, Headers]:
        """The URL before its ``{names}`` are filled in, and all headers: the same in every call of a session.

        Raises as ``headers``.
        """
        found = self._heads.get(endpoint.path)
        if found is None or found[0] is not self.view or found[1] is not self.trade:
            kind = () if endpoint.body is Body.NONE else (("Content-Type", endpoint.body.value),)
            headers = (*_COMMON, *self.headers(endpoint.auth), *kind)
            found = (self.view, self.trade, f"{self.host(endpoint)}/{endpoint.path}", headers)
            self._heads[endpoint.path] = found
        return found[2:]

    def headers(self, auth: Auth) -> tuple[tuple[str, str], ...]:
        """The account's headers of a call, in wire order (spec/v2.md 1.2, 1.3, 1.6).

        Raises NotLoggedIn or ConfigurationError when something that they need is missing.
        """
        token, key = ("Authorization", self._token), ("neo-fin-key", NEO_FIN_KEY)
        if auth is Auth.MARKET:
            return ((token[0], token[1]()),)
        if auth is Auth.LOGIN:
            return ((token[0], token[1]()), key)
        if auth is Auth.VALIDATE:
            view = self.need_view()
            return ((token[0], token[1]()), key, ("sid", view.sid), ("Auth", view.token))
        trade = self.need_trade()
        with_token = auth is Auth.SESSION_AND_TOKEN or self.settings.authorization_on_orders
        extra = ((token[0], token[1]()),) if with_token else ()
        return (*extra, ("Sid", trade.sid), ("Auth", trade.token), key)

    def need_view(self) -> Session:
        """The view session, or NotLoggedIn."""
        if self.view is None:
            raise NotLoggedIn("totp_login")
        return self.view

    def need_trade(self) -> Session:
        """The trade session, or NotLoggedIn."""
        if self.trade is None:
            raise NotLoggedIn("totp_validate")
        return self.trade

    def host(self, endpoint: Endpoint) -> str:
        """The login host, or the account's ``baseUrl`` once it is known (spec/v2.md 1.1)."""
        if endpoint.at_login_host or self.trade is None:
            return self.settings.login_url
        return self.trade.base_url

    def _token(self) -> str:
        return self.settings.need("access_token")


def request(
    credentials: Credentials,
    endpoint: Endpoint,
    fields: Mapping[str, str | None] | None = None,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str | None] | None = None,
) -> Request:
    """The HTTP request of a call.

    ``fields`` go into the body, ``path`` into the ``{names}`` of the endpoint's path, ``query`` behind it.
    """
    url, headers = credentials.head(endpoint)
    for name, value in (path or {}).items():
        url = url.replace(f"{{{name}}}", wire.path_segment(value))
    if query:
        url += wire.query(query)
    body = b"" if endpoint.body is Body.NONE else _ENCODERS[endpoint.body](fields or {})
    return Request(endpoint.method, url, headers, body)
