"""What a parallel client is made of where it is not given: the plan and the record."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import platformdirs

from ks_compat.parallel.plan import Plan
from ks_compat.parallel.recording import Recorder

PLAN_VARIABLE = "KS_COMPAT_PLAN"
FILE = "parallel.sqlite"


def settled_plan(given: Plan | Path | str | None) -> Plan:
    """The plan that is given, or the one that ``KS_COMPAT_PLAN`` names, or the default one. Raises PlanError."""
    if isinstance(given, Plan):
        return given
    path = given or os.environ.get(PLAN_VARIABLE)
    return Plan.load(Path(path)) if path else Plan()


def opened_record(plan: Plan, account: str, now: Callable[[], float]) -> Recorder:
    """The record that the plan names, else ``parallel.sqlite`` in ``KS_COMPAT_HOME``. Raises RecordError."""
    from ks_compat.parallel.record import Record

    # Not by way of Settings: what is wrong with the candidate's settings is no reason for a bot not to start.
    home = Path(os.environ.get("KS_COMPAT_HOME") or platformdirs.user_cache_path("ks-compat"))
    return Record(plan.record or home / FILE, account=account, keep=plan.keep, now=now)


def onward_of(plan: Plan, record: Recorder, now: Callable[[], float]) -> Callable[[str], None] | None:
    """What moves methods on by itself, where the plan is automatic; None elsewhere."""
    if not plan.automatic:
        return None
    from ks_compat.parallel.ramp import Automatic
    from ks_compat.parallel.record import Record

    return Automatic(plan, record, now).seen if isinstance(record, Record) else None
