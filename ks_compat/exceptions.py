"""The exception classes of the old SDK, under their old names (spec/v1.md 5.1).

::

    OpenApiException
    ├── ApiTypeError        (a TypeError)
    ├── ApiValueError       (a ValueError)
    ├── ApiAttributeError   (an AttributeError)
    ├── ApiKeyError         (a KeyError)
    └── ApiException        .status .reason .body .headers
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class OpenApiException(Exception):
    """The base of the old SDK's exceptions."""


class ApiTypeError(OpenApiException, TypeError):
    """A wrong type. ``path_to_item`` lists the keys and indices that lead to it."""

    def __init__(
        self,
        msg: str,
        path_to_item: Iterable[Any] | None = None,
        valid_classes: Any = None,
        key_type: Any = None,
    ) -> None:
        self.path_to_item = path_to_item
        self.valid_classes = valid_classes
        self.key_type = key_type
        super().__init__(_full_message(msg, path_to_item))


class ApiValueError(OpenApiException, ValueError):
    """A wrong value, a missing parameter, or a login step that is missing."""

    def __init__(self, msg: str, path_to_item: Iterable[Any] | None = None) -> None:
        self.path_to_item = path_to_item
        super().__init__(_full_message(msg, path_to_item))


class ApiAttributeError(OpenApiException, AttributeError):
    """A wrong attribute."""

    def __init__(self, msg: str, path_to_item: Iterable[Any] | None = None) -> None:
        self.path_to_item = path_to_item
        super().__init__(_full_message(msg, path_to_item))


class ApiKeyError(OpenApiException, KeyError):
    """A wrong key."""

    def __init__(self, msg: str, path_to_item: Iterable[Any] | None = None) -> None:
        self.path_to_item = path_to_item
        super().__init__(_full_message(msg, path_to_item))


class ApiException(OpenApiException):
    """The server's refusal, or a call that failed on the way.

    ``status`` is the server's own code (an order's refusal) or the HTTP status, ``reason`` the text, ``body`` the
    answer as text, ``headers`` None.
    """

    def __init__(self, status: Any = None, reason: Any = None, http_resp: Any = None, body: Any = None) -> None:
        self.status = status or (http_resp.status if http_resp else status)
        self.reason = reason or (http_resp.reason if http_resp else reason)
        self.body = body or (http_resp.data if http_resp else body)
        self.headers = http_resp.getheaders() if http_resp else None

    def __str__(self) -> str:
        text = f"({self.status})\nReason: {self.reason}\n"
        if self.headers:
            text += f"HTTP response headers: {self.headers}\n"
        if self.body:
            text += f"HTTP response body: {self.body}\n"
        return text


def render_path(path_to_item: Iterable[Any]) -> str:
    """``['a', 0, 'b']`` as ``['a'][0]['b']``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f"['{part}']" for part in path_to_item)


def _full_message(msg: str, path_to_item: Iterable[Any] | None) -> str:
    return f"{msg} at {render_path(path_to_item)}" if path_to_item else msg
