"""The low-level classes of the old SDK (spec/v1.md 1.5), made out of one table. ``api.order_api`` and so on as well.

``OrderApi(client.api_client).place_new_order(...)`` does what ``client.place_order(...)`` does; nothing that the old
classes sent themselves (consumer key, ip, app id) is sent.
"""

from __future__ import annotations

import inspect
import json
from types import SimpleNamespace
from typing import Any

from ks_compat.api.operations import OPERATIONS, Operation
from ks_compat.api_client import ApiClient
from ks_compat.exceptions import ApiException, ApiTypeError, ApiValueError
from ks_compat.old_modules import answer_submodules
from ks_compat.rest import RESTResponse

_ALWAYS = ("async_req", "_return_http_data_only", "_preload_content", "_request_timeout", "_request_auth")


class Api:
    """A low-level class: ``op(...)`` returns the answer, ``op_with_http_info(...)`` the answer, 200 and ``{}``.

    All operations take ``async_req=True`` too, and return an ``AsyncResult`` then; ``_request_timeout`` and
    ``_request_auth`` are accepted and not used. Raises ApiTypeError for an unknown keyword, ApiValueError for a missing
    parameter and for a session that is not the client's, ApiException where there is no client or nothing in v2.
    """

    def __init__(self, api_client: ApiClient | None = None) -> None:
        self.api_client = api_client if api_client is not None else ApiClient()

    def _run(self, name: str, operation: Operation, given: dict[str, Any], *, with_info: bool) -> Any:
        for keyword in given:
            if keyword not in (*operation.positional, *operation.keywords, *_ALWAYS):
                raise ApiTypeError(f"Got an unexpected keyword argument '{keyword}' to method {name}")
        for needed in operation.positional:
            if given[needed] is None:
                raise ApiValueError(f"Missing the required parameter `{needed}` when calling `{name}`")
        if given.get("_preload_content", True) is False:
            raise ApiValueError("_preload_content=False is not supported: there is no raw answer of the old API.")
        info = with_info and not given.get("_return_http_data_only")

        def call() -> Any:
            body = self._called(name, operation, given)
            answer = SimpleNamespace(status=200, reason="OK", data=json.dumps(body, default=str))
            self.api_client.last_response = RESTResponse(answer)
            return (body, 200, {}) if info else body

        return self.api_client.in_background(call) if given.get("async_req") else call()

    def _called(self, name: str, operation: Operation, given: dict[str, Any]) -> Any:
        client = self.api_client.facade
        if operation.call is None:
            raise ApiException(status=0, reason=f"{name} is not served on v2. {operation.instead}")
        if client is None:
            raise ApiException(
                status=0,
                reason=f"{name}: this ApiClient belongs to no KSTradeApi, so there is no account to call for. "
                f"Give {type(self).__name__} the api_client of one that is logged in.",
            )
        held = getattr(client, "one_time_token" if "oneTimeToken" in given else "session_token", None)
        token = given.get("oneTimeToken", given.get("sessionToken"))
        # The old API took the account from the token; an order must not go to another one in silence.
        if token is not None and held is not None and token != held:
            raise ApiValueError(f"{name}: the token given is not that of the client behind this ApiClient.")
        return operation.call(client, given)


def _method(name: str, operation: Operation, *, with_info: bool) -> Any:
    parameters = [
        inspect.Parameter(parameter, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        for parameter in ("self", *operation.positional)
    ]
    signature = inspect.Signature([*parameters, inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)])

    def call(*args: Any, **kwargs: Any) -> Any:
        given = dict(signature.bind(*args, **kwargs).arguments)
        return given.pop("self")._run(name, operation, given | given.pop("kwargs", {}), with_info=with_info)

    call.__name__ = f"{name}_with_http_info" if with_info else name
    call.__doc__ = f"``{name}`` of the old API. See the class."
    call.__signature__ = signature  # type: ignore[attr-defined]
    return call


def _class(name: str) -> type[Api]:
    methods = {"__doc__": Api.__doc__, "__module__": __name__}
    for operation, entry in OPERATIONS[name].items():
        methods[operation] = _method(operation, entry, with_info=False)
        methods[f"{operation}_with_http_info"] = _method(operation, entry, with_info=True)
    return type(name, (Api,), methods)


APIS = {name: _class(name) for name in OPERATIONS}
HistoricalApi = APIS["HistoricalApi"]
MISOrderApi = APIS["MISOrderApi"]
MarginApi = APIS["MarginApi"]
MarginTradingApi = APIS["MarginTradingApi"]
NormalOrderApi = APIS["NormalOrderApi"]
OrderApi = APIS["OrderApi"]
PositionsApi = APIS["PositionsApi"]
QuoteApi = APIS["QuoteApi"]
ReportsApi = APIS["ReportsApi"]
SessionApi = APIS["SessionApi"]
SmartOrderRoutingApi = APIS["SmartOrderRoutingApi"]
SuperMultipleOrderApi = APIS["SuperMultipleOrderApi"]
TokenApi = APIS["TokenApi"]

answer_submodules(__name__, dict(APIS))
