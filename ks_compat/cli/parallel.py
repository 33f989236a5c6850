"""``ks-compat parallel``: where a parallel run stands, what differed, and from phase to phase."""

from __future__ import annotations

import contextlib
import getpass
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ks_compat.parallel.plan import Plan
    from ks_compat.parallel.store import Store

app = typer.Typer(
    name="parallel",
    no_args_is_help=True,
    help="The old and the new client side by side. Exit code 2: the plan or the record cannot be used.",
)
_PLAN_HELP = "The plan; KS_COMPAT_PLAN otherwise."
PlanPath = Annotated[Path | None, typer.Option("--plan", metavar="PLAN.toml", help=_PLAN_HELP, show_default=False)]
Account = Annotated[
    str | None,
    typer.Option(metavar="UCC", help="The account, where the record has several.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Method = Annotated[str, typer.Argument(metavar="METHOD", help="place_order, for example.", show_default=False)]
SAFE, NOT_YET, CANNOT, TRIPPED = 0, 1, 2, 3
_LAST = 5
_WAIT = 30.0


@app.command()
def status(plan: PlanPath = None, account: Account = None, as_json: AsJson = False) -> None:
    """Show each method, and whether ks_api_client can be removed. Exit code 0: it can; 1: not yet; 3: a tripwire acted.

    JSON: {"version", "account", "safe", "in_the_way", "tripped", "unused", "methods": [...], "history": [...], "last"}.
    """
    from ks_compat.cli.parallel_tables import last_rows, show_json, show_status
    from ks_compat.parallel.standing import plain, standing

    with _run(plan, account) as (read, store):
        whole = standing(store, read, time.time())
        last = store.observations(limit=_LAST, wrong=True)
    if as_json:
        show_json({**plain(whole), "last": last_rows(last)})
    else:
        show_status(whole, last)
    raise typer.Exit(TRIPPED if whole.tripped else SAFE if whole.safe else NOT_YET)


@app.command()
def report(
    plan: PlanPath = None,
    account: Account = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with pictures.", show_default=False)
    ] = None,
) -> None:
    """Tell all that the record has: methods, gates, fields that differ, changes of phases."""
    from ks_compat.cli.parallel_tables import show_report
    from ks_compat.parallel.page import page
    from ks_compat.parallel.standing import standing

    with _run(plan, account) as (read, store):
        whole = standing(store, read, time.time())
        last = store.observations(limit=20, wrong=True)
        if html is None:
            show_report(whole, last)
        else:
            html.write_text(page(whole, store.outcomes_over_time(), last), "utf-8")
            typer.echo(f"{html} is written.")


@app.command()
def explain(
    number: Annotated[int, typer.Argument(metavar="ID", help="As `status` shows it.", show_default=False)],
    plan: PlanPath = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Show one call in full: both sides, each difference, and why it is known. Secrets were never kept.

    JSON: {"id", "at", "method", "phase", "primary", "outcome", "primary_ms", "other_ms", "note", "noise",
    "differences": [{"path", "field", "kind", "primary", "candidate", "reason"}]}.
    """
    from ks_compat.cli.parallel_tables import show_explained

    with _run(plan, account) as (_, store):
        kept = store.observation(number)
    if kept is None:
        _fail(f"there is no observation {number} of this account in the record; old ones are dropped.", NOT_YET)
    else:
        show_explained(kept, as_json=as_json)


@app.command()
def advance(method: Method, plan: PlanPath = None, account: Account = None) -> None:
    """Move a method on to its next phase, if its gate is open. Exit code 1: it is closed, and what is missing.

    After a tripwire this says, too, that you have looked.
    """
    from ks_compat.parallel import ramp

    with _run(plan, account) as (read, store), _refused():
        done = ramp.advance(store, read, _known(method), by=_person(), now=time.time())
    typer.echo(f"{method} is in {done.phase} now.")


@app.command()
def rollback(
    method: Method,
    to: Annotated[
        str | None,
        typer.Option(metavar="PHASE", help="An earlier phase; the one before otherwise.", show_default=False),
    ] = None,
    plan: PlanPath = None,
    account: Account = None,
) -> None:
    """Move a method back, at any time. Running bots follow within about a second."""
    from ks_compat.parallel import ramp

    with _run(plan, account) as (read, store), _refused():
        done = ramp.rollback(store, read, _known(method), to, by=_person(), now=time.time())
    typer.echo(f"{method} is in {done.phase} now.")


@contextlib.contextmanager
def _run(path: Path | None, account: str | None) -> Iterator[tuple[Plan, Store]]:
    """The plan and its record; what cannot be used ends the command with code 2."""
    import platformdirs

    from ks_compat.parallel.plan import PlanError
    from ks_compat.parallel.setup import FILE, settled_plan

    try:
        plan = settled_plan(path)
        # As the bot finds it (setup.opened_record).
        home = Path(os.environ.get("KS_COMPAT_HOME") or platformdirs.user_cache_path("ks-compat"))
        with contextlib.closing(_opened(plan.record or home / FILE, account)) as store:
            yield plan, store
    except (PlanError, OSError) as error:
        _fail(str(error), CANNOT)


def _opened(address: str | Path, account: str | None) -> Store:
    from ks_compat.parallel.schema import RecordError, account_key
    from ks_compat.parallel.store import Store

    if "://" not in str(address) and not Path(address).expanduser().exists():
        raise RecordError(f"There is no record {address} yet: it is made when a bot runs with this plan.")
    first = Store(address, account or "", wait=_WAIT)
    with contextlib.closing(first):
        first.prepare()
        known = first.accounts()
    if account is None and len(known) > 1:
        raise RecordError(f"The record has {len(known)} accounts: give --account UCC, or one of {', '.join(known)}.")
    wanted = account if account in known else account_key(account) if account is not None else next(iter(known), None)
    if account is not None and known and wanted not in known:
        raise RecordError("The record knows nothing of this account; it is the old client's userid.")
    return Store(address, account or "", key=wanted, wait=_WAIT)


@contextlib.contextmanager
def _refused() -> Iterator[None]:
    from ks_compat.parallel.ramp import Refused

    try:
        yield
    except Refused as refused:
        _fail("\n".join([str(refused), *(f"  missing: {text}" for text in refused.missing)]), NOT_YET)


def _known(method: str) -> str:
    from ks_compat.parallel.standing import METHODS

    if method not in METHODS:
        _fail(f"there is no method {method!r} with a phase; there are {', '.join(METHODS)}.", CANNOT)
    return method


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no name in the system, as in some containers
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "somebody"


def _fail(message: str, code: int) -> None:
    typer.echo(f"ks-compat: {message}", err=True)
    raise typer.Exit(code)
