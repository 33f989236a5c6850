"""ks-compat: the path from ``ks_api_client`` (class ``KSTradeApi``) to the Kotak Neo v2 API.

``from ks_compat import ks_api`` is the swap for ``from ks_api_client import ks_api``; ``from ks_compat import
NeoClient`` is the native v2 client. All else is loaded on first use, so that this import costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ks_compat.exceptions import (
        ApiAttributeError,
        ApiException,
        ApiKeyError,
        ApiTypeError,
        ApiValueError,
        OpenApiException,
    )
    from ks_compat.native import NeoClient

__version__ = "0.1.0"

_HOMES = {
    "NeoClient": "ks_compat.native",
    # spec/v1.md 1.2: the old package carried its exceptions at the top.
    "OpenApiException": "ks_compat.exceptions",
    "ApiAttributeError": "ks_compat.exceptions",
    "ApiException": "ks_compat.exceptions",
    "ApiKeyError": "ks_compat.exceptions",
    "ApiTypeError": "ks_compat.exceptions",
    "ApiValueError": "ks_compat.exceptions",
}

__all__ = [
    "ApiAttributeError",
    "ApiException",
    "ApiKeyError",
    "ApiTypeError",
    "ApiValueError",
    "NeoClient",
    "OpenApiException",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
