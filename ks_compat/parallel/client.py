"""``ParallelKSTradeApi``: the old client's surface over the old and the new client at once."""

from __future__ import annotations

import atexit
import functools
import logging
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from ks_compat.ks_api import KSTradeApi
from ks_compat.native import NeoClient
from ks_compat.parallel.beside import Beside
from ks_compat.parallel.control import Control
from ks_compat.parallel.dispatch import Dispatch
from ks_compat.parallel.phases import KINDS, Side
from ks_compat.parallel.plan import Plan
from ks_compat.parallel.recording import Recorder
from ks_compat.parallel.setup import onward_of, opened_record, settled_plan
from ks_compat.parallel.sides import OneSide
from ks_compat.parallel.workers import Workers
from ks_compat.parallel.writes import Writes

_log = logging.getLogger("ks_compat.parallel")
LAST_WAIT = 1.0
"""Seconds that the end of a program waits, at most, for comparisons that were begun."""


class Running:
    """What belongs to a parallel run and not to the old surface: ``client.parallel``."""

    def __init__(
        self, legacy: Any, candidate: Any, plan: Plan, record: Recorder, account: str, now: Callable[[], float]
    ) -> None:
        self.legacy, self.candidate, self.plan, self.record = legacy, candidate, plan, record
        sides: dict[Side, OneSide] = {
            "legacy": OneSide("legacy", legacy, _log.warning),
            "candidate": OneSide("candidate", candidate, _log.warning),
        }
        self.control = Control(plan, record, account, _log.warning, onward_of(plan, record, now))
        self.workers = Workers(plan.workers, plan.queue, plan.time_limit)
        neo = getattr(candidate, "_neo", None)
        writes = Writes()
        self.beside = Beside(sides, neo, plan, record, self.control, self.workers, writes, now)
        self.dispatch = Dispatch(sides, plan, record, self.control, self.beside, writes, account=account, now=now)
        atexit.register(_drain, weakref.ref(self.workers))

    def settle(self, timeout: float = 10.0) -> bool:
        """Waits until all that was begun is compared and kept, at most ``timeout`` seconds; whether it is."""
        end = time.monotonic() + timeout
        done = self.workers.drain(timeout)
        return self.record.flush(max(0.0, end - time.monotonic())) and done

    def close(self) -> None:
        """Waits a little for what was begun, and closes the record. The clients stay as they are."""
        self.workers.drain(LAST_WAIT)
        self.record.close()


class ParallelKSTradeApi:
    """A drop-in ``KSTradeApi`` that runs two: ``legacy`` (the real old client, or anything with its surface) and
    ``candidate`` (a facade or a ``NeoClient``), by a plan.

    The primary's value or exception is the bot's, unchanged. A write is sent by exactly one of them, whatever happens.
    Every method and attribute of the old client is answered; ``parallel`` is what belongs to the run itself.
    """

    parallel: Running

    def __init__(
        self,
        legacy: Any,
        candidate: Any,
        plan: Plan | Path | str | None = None,
        *,
        record: Recorder | None = None,
        account: str | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Joins the two. Nothing is sent, unless ``legacy`` has a session already: then the candidate logs in.

        Args:
            legacy: the old client, constructed.
            candidate: a ``ks_compat`` facade or native client, constructed.
            plan: a plan or the path of its TOML file; None for ``KS_COMPAT_PLAN``, else every read is compared.
            record: where the run is noted; None for what the plan says.
            account: the UCC, for the plan's ``accounts`` and the record; None for the old client's ``userid``.
            now: the clock, as Unix seconds.

        Raises PlanError; RecordError for an address of the record that is none.
        """
        chosen = settled_plan(plan)
        name = account or str(getattr(legacy, "userid", "") or getattr(candidate, "userid", "") or "")
        facade = KSTradeApi.over(candidate) if isinstance(candidate, NeoClient) else candidate
        kept = record if record is not None else opened_record(chosen, name, now)
        object.__setattr__(self, "parallel", Running(legacy, facade, chosen, kept, name, now))

    def __getattr__(self, name: str) -> Any:
        if name == "parallel":  # of an object that is not constructed, as in copy and pickle
            raise AttributeError(name)
        return getattr(self.parallel.dispatch.session.client, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "parallel" and hasattr(type(self), name):  # a subclass of the bot's has its own
            object.__setattr__(self, name, value)
            return
        setattr(self.parallel.dispatch.session.client, name, value)
        if name == "session_token":
            self.parallel.dispatch.resumed()

    def __delattr__(self, name: str) -> None:
        delattr(self.parallel.dispatch.session.client, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *dir(self.parallel.dispatch.session.client)})

    def __enter__(self) -> ParallelKSTradeApi:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.parallel.close()

    def __repr__(self) -> str:
        legacy, candidate = (type(client).__name__ for client in (self.parallel.legacy, self.parallel.candidate))
        return f"<ParallelKSTradeApi of {legacy} and {candidate}>"


def _old_method(name: str) -> Callable[..., Any]:
    @functools.wraps(getattr(KSTradeApi, name))
    def call(self: ParallelKSTradeApi, /, *args: Any, **kwargs: Any) -> Any:
        return self.parallel.dispatch.call(name, args, kwargs)

    return call


# Real methods, so that super() of a bot's own subclass finds them.
for _name in KINDS:
    setattr(ParallelKSTradeApi, _name, _old_method(_name))


def _drain(workers: weakref.ref[Workers]) -> None:
    found = workers()
    if found is not None:
        found.drain(LAST_WAIT)
