"""The clients that live in this process, for who needs one and was given none."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from ks_compat import locks

if TYPE_CHECKING:
    from ks_compat.native.base import Base
    from ks_compat.native.client import NeoClient

_lock = locks.lock()
_living: weakref.WeakKeyDictionary[Base, None] = weakref.WeakKeyDictionary()


def register(client: Base) -> None:
    """Remembers ``client`` as long as somebody else does."""
    with _lock:
        _living[client] = None


def forget(client: Base) -> None:
    """Takes ``client`` out: it is closed."""
    with _lock:
        _living.pop(client, None)


def logged_in() -> NeoClient | None:
    """The newest client that has a trade session and is not closed, or None."""
    from ks_compat.native.client import NeoClient

    with _lock:
        newest_first = list(_living)[::-1]
    return next((client for client in newest_first if isinstance(client, NeoClient) and client.logged_in), None)
