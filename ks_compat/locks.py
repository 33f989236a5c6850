"""Locks that an order never waits for in vain.

A forked process finds them open: the thread that held one in the parent is not there to open it again. And a handler
of a signal may send an order (to close a position, before the program ends) while its own thread holds one.
"""

from __future__ import annotations

import os
import threading
import weakref
from contextlib import AbstractContextManager
from typing import Any

_made: weakref.WeakSet[Any] = weakref.WeakSet()


def lock() -> AbstractContextManager[Any]:
    """A ``threading.RLock`` that is open in every process that is forked later."""
    made = threading.RLock()
    _made.add(made)
    return made


def _open_all() -> None:
    # As the standard library does with its own.
    for each in list(_made):
        each._at_fork_reinit()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_open_all)
