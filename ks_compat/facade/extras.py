"""What ``KSTradeApi`` and its module carry besides trading: old helpers, ``api_client`` and the calls that are gone."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any, NoReturn

from ks_compat import v1
from ks_compat.configuration import Configuration
from ks_compat.exceptions import ApiException, ApiValueError

if TYPE_CHECKING:
    from ks_compat.api_client import ApiClient

_NO_OAUTH = (
    "v2 has no OAuth call, and nothing was sent: its access token is made in the Neo app (Invest, Trade API, Your "
    "applications) and set as KS_COMPAT_ACCESS_TOKEN."
)
_MODULES = ("base64", "json", "os", "urllib")
_MODELS = (
    "ExistingOrder", "InlineObject", "NewMISOrder", "NewMTFOrder", "NewNormalOrder", "NewOrder", "NewSMOrder",
    "NewSOROrder", "OrderInfo", "ReqMargin", "UserCredentials", "UserDetails",
)  # fmt: skip


class Extras:
    """The part of ``KSTradeApi`` that needs no server."""

    host: str
    access_token: Any
    consumer_secret: Any
    _proxy_url: Any
    _proxy_user: Any
    _proxy_pass: Any

    @functools.cached_property
    def api_client(self) -> ApiClient:
        """What the low-level classes of ``ks_compat.api`` take, to call for this client."""
        from ks_compat.api_client import ApiClient

        made = ApiClient(self.get_config(self._proxy_url, self._proxy_user, self._proxy_pass))
        made.facade = self
        return made

    def get_config(self, proxy_url: str = "", proxy_user: str = "", proxy_pass: str = "") -> Configuration:
        """The old ``Configuration``: host, access token and the proxy that is given here. Nothing in v2 reads it."""
        made = Configuration(host=self.host)
        made.access_token = self.access_token
        made.use_proxy(proxy_url, proxy_user, proxy_pass)
        return made

    def token(self, grant_type: Any, username: Any, password: Any, refresh_token: Any) -> NoReturn:  # noqa: ARG002
        """Refused: raises ApiException (ApiValueError where ``consumer_secret`` is None). Nothing is sent."""
        self._no_oauth("token")

    def revoke(self, token: Any, token_type_hint: Any) -> NoReturn:  # noqa: ARG002
        """Refused: raises ApiException (ApiValueError where ``consumer_secret`` is None). Nothing is sent."""
        self._no_oauth("revoke")

    def convertObject(self, object: dict[str, Any]) -> dict[str, Any]:  # noqa: A002, N802 - old names
        """The keys in camel case (spec/v1.md 3.13)."""
        return v1.camel_keys(object)

    def convertArray(self, array: list[dict[str, Any]]) -> list[dict[str, Any]]:  # noqa: N802 - old name
        """``convertObject`` of each."""
        return [self.convertObject(item) for item in array]

    def _no_oauth(self, call: str) -> NoReturn:
        if self.consumer_secret is None:
            raise ApiValueError("Please pass the consumer secret while creating client")
        raise ApiException(status=0, reason=f"{call}: {_NO_OAUTH}")


def old_name(name: str) -> Any:
    """What the old ``ks_api`` module carried by its imports (spec/v1.md 1.1). Raises AttributeError for other names."""
    if name in _MODULES:
        return importlib.import_module(name)
    if name == "broadcast_host":
        return importlib.import_module("ks_compat.settings").broadcast_host
    if name in _MODELS:
        return getattr(importlib.import_module("ks_compat.models"), name)
    raise AttributeError(f"module 'ks_compat.ks_api' has no attribute {name!r}")
