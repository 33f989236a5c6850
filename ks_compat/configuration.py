"""``Configuration`` of the old SDK: what a client was set up with. Nothing in v2 reads it (spec/v1.md 2.8)."""

from __future__ import annotations

import base64

DEFAULT_HOST = "https://tradeapi.kotaksecurities.com/apim"

JSON_SCHEMA_VALIDATION_KEYWORDS = {
    "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern",
    "maxItems", "minItems",
}  # fmt: skip


class Configuration:
    """Host, access token, proxy and TLS settings as attributes. TLS certificates are always verified.

    Changing an object does not move a request: requests go where the login says, by the settings of the client.
    """

    def __init__(
        self,
        host: str = DEFAULT_HOST,
        api_key: dict[str, str] | None = None,
        api_key_prefix: dict[str, str] | None = None,
        username: str | None = None,
        password: str | None = None,
    ) -> None:
        self.host = host
        self.api_key = api_key or {}
        self.api_key_prefix = api_key_prefix or {}
        self.username = username
        self.password = password
        self.access_token: str | None = None
        self.proxy: str | None = None
        self.proxy_headers: dict[str, str] | None = None
        self.verify_ssl = True
        self.ssl_ca_cert: str | None = None
        self.cert_file: str | None = None
        self.key_file: str | None = None
        self.client_side_validation = True
        self.debug = False

    def use_proxy(self, url: str, user: str, password: str) -> None:
        """Notes a proxy the way the old SDK did: its URL, and its credentials as a header."""
        self.proxy = url or None
        if user:
            encoded = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
            self.proxy_headers = {"proxy-authorization": f"Basic {encoded}"}

    @classmethod
    def get_default_copy(cls) -> Configuration:
        """A new object with the defaults."""
        return cls()
