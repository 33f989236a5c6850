"""Models that are built on first use: once, whatever threads come first."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from ks_compat import locks

M = TypeVar("M", bound=BaseModel)
_building = locks.lock()


def built(model: type[M]) -> type[M]:
    """``model``, ready for use.

    pydantic builds on first use as well; up to 2.12 two threads that come at once undo each other's work, and one ends
    in an AttributeError, of an order that stands too.
    """
    if not model.__pydantic_complete__:
        with _building:
            model.model_rebuild()
    return model
