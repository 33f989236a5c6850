"""``from ks_compat.parallel import ks_api``: the old module, whose ``KSTradeApi`` runs both clients.

All other names are those of ``ks_compat.ks_api``.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from typing import Any

from ks_compat import ks_api as new
from ks_compat.parallel.client import ParallelKSTradeApi
from ks_compat.parallel.phases import KINDS
from ks_compat.parallel.plan import Plan, PlanError
from ks_compat.parallel.setup import settled_plan

_log = logging.getLogger("ks_compat.parallel")


class KSTradeApi(ParallelKSTradeApi):
    """The old client by the plan that ``KS_COMPAT_PLAN`` names. Takes what the old constructor took."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Constructs the plan's ``legacy`` and the candidate with the same arguments.

        What the legacy class raises is raised. A candidate that cannot be constructed (a setting is missing) is told as
        a warning, and the bot runs on the legacy side. Raises PlanError.
        """
        plan = settled_plan(None)
        legacy = legacy_class(plan)(*args, **kwargs)
        super().__init__(legacy, _candidate(args, kwargs), plan)


def legacy_class(plan: Plan) -> type[Any]:
    """The class that ``plan.legacy`` names (``package.module:Class``). Raises PlanError where it is not installed."""
    path, _, name = plan.legacy.partition(":")
    found = _REAL.get(plan.legacy)
    if found is not None:
        return found
    try:
        found = getattr(importlib.import_module(path), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise PlanError(
            f"legacy: {plan.legacy!r} cannot be imported ({error}). Install the old package beside ks-compat, or name "
            "the class of the old client in the plan (legacy = 'package.module:Class')."
        ) from error
    if not isinstance(found, type):
        raise PlanError(f"legacy: {plan.legacy!r} is no class.")
    return found


_REAL: dict[str, type[Any]] = {}


def keep_real(plan: Plan) -> type[Any]:
    """The legacy class, which stays what ``legacy_class`` gives even when another one is put in its place.

    Raises PlanError where it is not installed, and RecordError where the plan's record has an address that is none:
    before the bot's first line, and not in the middle of it.
    """
    if plan.record is not None:
        from ks_compat.parallel.schema import engine_of

        engine_of(plan.record, 1.0).dispose()
    return _REAL.setdefault(plan.legacy, legacy_class(plan))


_NEW = new.KSTradeApi


def _candidate(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        return _NEW(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - the bot has its legacy side
        _log.warning(
            "The new client could not be made: %s: %s The bot runs on the old one.", type(error).__name__, error
        )
        return _Absent(error)


class _Absent:
    """A candidate that could not be constructed: every call of it raises why."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in KINDS:
            raise AttributeError(name)
        return self._refuse

    def _refuse(self, *_args: Any, **_kwargs: Any) -> Any:
        raise self._error


def __getattr__(name: str) -> Any:
    return getattr(new, name)
