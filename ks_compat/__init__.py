"""ks-compat: the path from ``ks_api_client`` (class ``KSTradeApi``) to the Kotak Neo v2 API.

``from ks_compat import ks_api`` is the swap for ``from ks_api_client import ks_api``; ``from ks_compat import
NeoClient`` is the native v2 client. All else is loaded on first use, so that this import costs next to nothing.

``__version__`` is that of ks-compat. The old package's stayed "1.0.0" and told nothing (spec/v1.md 9, row 32).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ks_compat.exceptions import ApiAttributeError as ApiAttributeError
    from ks_compat.exceptions import ApiException as ApiException
    from ks_compat.exceptions import ApiKeyError as ApiKeyError
    from ks_compat.exceptions import ApiTypeError as ApiTypeError
    from ks_compat.exceptions import ApiValueError as ApiValueError
    from ks_compat.exceptions import OpenApiException as OpenApiException
    from ks_compat.native import NeoClient as NeoClient

__version__ = "0.1.0"

_NAMES = {
    "native": ("NeoClient",),
    # spec/v1.md 1.2: what the old package carried at the top.
    "exceptions": (
        "ApiAttributeError", "ApiException", "ApiKeyError", "ApiTypeError", "ApiValueError", "OpenApiException",
    ),
    "api": (
        "HistoricalApi", "MISOrderApi", "MarginApi", "MarginTradingApi", "NormalOrderApi", "OrderApi", "PositionsApi",
        "QuoteApi", "ReportsApi", "SessionApi", "SmartOrderRoutingApi", "SuperMultipleOrderApi", "TokenApi",
    ),
    "api_client": ("ApiClient",),
    "configuration": ("Configuration",),
    "models": (
        "Bracketmodify", "Bracketplace", "Codmodify", "Codplace", "Ctdmodify", "Ctdplace", "ExistingMISOrder",
        "ExistingMTFOrder", "ExistingNormalOrder", "ExistingOrder", "ExistingSMOrder", "ExistingSOROrder", "Fault",
        "Gtcmodify", "Gtcplace", "NewMISOrder", "NewMTFOrder", "NewNormalOrder", "NewOrder", "NewSMOrder",
        "NewSOROrder", "OrderInfo", "ReqMargin", "Tslomodify", "Tsloplace", "UserCredentials", "UserDetails",
    ),
}  # fmt: skip
_HOMES = {name: f"ks_compat.{module}" for module, names in _NAMES.items() for name in names}
_SUBMODULES = ("api", "api_client", "configuration", "exceptions", "models", "rest", "settings")
"""``import ks_api_client`` bound these; ``ks_api`` it did not."""

__all__ = ["__version__", *_HOMES, *_SUBMODULES]


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
