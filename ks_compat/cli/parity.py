"""``ks-compat parity``: a bot through the drop-in and migrated, side by side."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ks_compat.comparison import WireRequest, fields_of
from ks_compat.parity.forms import CannotRun, Ended
from ks_compat.parity.verdict import Parity, prove

__all__ = ["CannotRun", "show"]
_VERDICTS = {
    "same": Text("same", "green"),
    "different": Text("DIFFERENT", "bold red"),
    "unsteady": Text("unsteady", "yellow"),
}
_TOLD = ("tt", "qt", "ts", "pc", "pt", "pr", "tp", "on", "nOrdNo")
"""The fields of an order call that a trader looks at (spec/v2.md 2.2 to 2.4)."""


def show(bot: Path, arguments: Sequence[str], *, as_json: bool, timeout: float) -> int:
    """Runs ``bot`` in both forms and prints the comparison. Returns the exit code: 0 the same, 1 different, 2 nothing
    is proven. Raises CannotRun.

    A stdin that is no terminal is read whole and given to each run; of a terminal they have none.
    """
    stdin = b"" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read()
    parity = prove(bot, arguments, stdin=stdin, timeout=timeout)
    if as_json:
        typer.echo(json.dumps(parity.to_json(), indent=2, ensure_ascii=False))
    else:
        console = Console(highlight=False)
        # A pipe has no width of its own; a table that breaks its lines is hard to read or to search.
        _text(console if console.is_terminal else Console(highlight=False, width=130), parity)
    return parity.exit_code


def _text(console: Console, parity: Parity) -> None:
    console.print(_requests(console, parity))
    for difference in parity.differences:
        console.print(Text(str(difference), "red"), soft_wrap=True)
    console.print()
    console.print(_lines(console, parity))
    for form, run in (("drop-in", parity.facade), ("migrated", parity.native)):
        _end(console, parity, form, run)
    for held in parity.held:
        console.print(Text(f"{held.path}:{held.line}: {held.code} {held.message}", "yellow"), soft_wrap=True)
    console.print()
    console.print(_verdict(parity), soft_wrap=True)


def _table(console: Console, title: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD if console.is_terminal else None, pad_edge=False)
    for column in ("#", f"{title}: drop-in", "migrated", "verdict"):
        table.add_column(column, justify="right" if column == "#" else "left", overflow="fold")
    return table


def _requests(console: Console, parity: Parity) -> Table:
    table = _table(console, "request")
    for place, (one, other) in enumerate(zip_longest(parity.facade.requests, parity.native.requests), 1):
        left, right = (Text(parity.mask(_told(request))) for request in (one, other))
        table.add_row(str(place), left, right, _VERDICTS["same" if one == other else "different"])
    return table


def _told(request: WireRequest | None) -> str:
    if request is None:
        return "-"
    fields = fields_of(request.body) or {}
    return " ".join([str(request), *(f"{name}={fields[name]}" for name in _TOLD if name in fields)])


def _lines(console: Console, parity: Parity) -> Table:
    table = _table(console, "line")
    for place, (one, other, verdict) in enumerate(parity.lines, 1):
        left, right = (Text("-" if line is None else parity.mask(line)) for line in (one, other))
        table.add_row(str(place), left, right, _VERDICTS[verdict])
    return table


def _end(console: Console, parity: Parity, form: str, run: Ended) -> None:
    if run.error or run.exit_code:
        text = parity.mask(run.error) if run.error else f"exit code {run.exit_code}"
        console.print(Text(f"{form} ended with {text}", "red"), soft_wrap=True)
    if run.refused:
        console.print(Text(f"{form} was kept from {', '.join(run.refused)}", "yellow"), soft_wrap=True)


def _verdict(parity: Parity) -> Text:
    form = "the migrated form stays on the drop-in" if parity.held else "the migrated form is native"
    if parity.doubt:
        return Text(f"Nothing is proven: {parity.doubt}.", "bold yellow")
    if not parity.same:
        lines = sum(verdict == "different" for _, _, verdict in parity.lines)
        return Text(f"DIFFERENT: {len(parity.differences)} places in requests, {lines} printed lines.", "bold red")
    unsteady = sum(verdict == "unsteady" for _, _, verdict in parity.lines)
    note = f" {unsteady} lines differ from run to run, in their digits only." if unsteady else ""
    counts = f"{len(parity.facade.requests)} requests and {len(parity.lines)} printed lines"
    return Text(f"The same: {counts}; {form}.{note}", "bold green")
