"""How ``ks-compat parallel`` shows a run: tables for a person, tab-separated lines in a pipe."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ks_compat.parallel.page import first_words, numbers, verdict
from ks_compat.parallel.pictures import ms, when
from ks_compat.parallel.standing import Whole
from ks_compat.parallel.store import Kept

_HEAD = (
    *("method", "phase", "calls", "matched", "explained", "unexplained", "failed", "dropped", "sent", "noise"),
    *("old p50", "old p95", "new p50", "new p95"),
)
_NARROW = ("method", "phase", "calls", "match", "expl", "unexpl", "fail", "drop", "sent", "old ms", "new ms")
"""In a terminal, without noise; both columns of milliseconds are p50/p95."""


def show_json(answer: Mapping[str, Any]) -> None:
    """Prints JSON."""
    typer.echo(json.dumps(answer, indent=2))


def last_rows(last: Sequence[Kept]) -> list[dict[str, Any]]:
    """Observations as JSON has them in a list."""
    return [
        {
            "id": each.number,
            "at": each.seen.at,
            "method": each.seen.method,
            "outcome": each.seen.outcome,
            "first": first_words(each),
        }
        for each in last
    ]


def show_status(whole: Whole, last: Sequence[Kept]) -> None:
    """Prints a table of the methods, what their gates miss, the last differences, and the verdict."""
    rows = [(each.method, each.phase, *numbers(each)) for each in whole.methods]
    if Console().is_terminal:
        rows = [(*row[:9], "/".join(row[10:12]).strip("/"), "/".join(row[12:]).strip("/")) for row in rows]
        show_table(_NARROW, rows, right=range(2, 11))
    else:
        show_table(_HEAD, rows)
    for each in whole.methods:
        if each.last and each.tripped:
            _line(f"{each.method} was put back by a tripwire at {when(each.last.since)}: {each.tripped}")
    for each in whole.methods:
        if each.next and (each.used or each.method == "login"):
            _line(f"{each.method} to {each.next}: {'; '.join(each.missing) or 'the gate is open'}")
    show_last(last)
    if whole.unused:
        _line(f"Watched and never called: {', '.join(whole.unused)}.")
    _line(verdict(whole))
    for text in whole.in_the_way:
        _line(f"  {text}")


def show_report(whole: Whole, last: Sequence[Kept]) -> None:
    """Prints the status, the fields that differ, and every change of a phase."""
    show_status(whole, last)
    fields = [
        (each.method, name, str(number), "noise" if each.shown.is_noise(name) else "")
        for each in whole.methods
        for name, number in sorted(each.shown.fields.items(), key=lambda item: -item[1])
    ]
    show_table(("method", "field", "calls", "noise"), fields, right=(2,))
    steps = [(when(s.since), s.method, s.phase, s.by, s.reason) for s in sorted(whole.history, key=lambda s: s.since)]
    show_table(("time", "method", "to", "by", "reason"), steps)


def show_last(last: Sequence[Kept]) -> None:
    """Prints the last observations that did not match."""
    rows = [
        (str(each.number), when(each.seen.at), each.seen.method, each.seen.outcome, first_words(each)) for each in last
    ]
    show_table(("ID", "time", "method", "outcome", "first difference"), rows, right=(0,))


def show_explained(kept: Kept, *, as_json: bool) -> None:
    """Prints one observation in full."""
    seen = kept.seen
    if as_json:
        show_json({"id": kept.number, **asdict(seen)})
        return
    other = "candidate" if seen.primary == "legacy" else "legacy"
    second = "the primary again" if seen.noise else other
    lines = {
        "ID": str(kept.number),
        "time": f"{when(seen.at)} IST",
        "method": seen.method,
        "phase": seen.phase,
        "outcome": seen.outcome,
        seen.primary: f"{ms(seen.primary_ms)} ms" if seen.primary_ms is not None else "",
        second: f"{ms(seen.other_ms)} ms" if seen.other_ms is not None else "",
        "note": seen.note,
    }
    for name, text in lines.items():
        if text:
            _line(f"{name}: {text}")
    rows = [(each.path, each.kind, each.primary, each.candidate, each.reason) for each in seen.differences]
    show_table(("path", "kind", seen.primary, second, "known because"), rows)


def show_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Prints rows as a table in a terminal and as tab-separated lines elsewhere; nothing where there are none."""
    console = Console(highlight=False)
    if not rows:
        return
    if not console.is_terminal:
        for row in (head, *rows):
            typer.echo("\t".join(_printable(cell) for cell in row))
        return
    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False, show_edge=False)
    for n, name in enumerate(head):
        table.add_column(name, justify="right" if n in right else "left", overflow="fold", no_wrap=n < 2)
    for row in rows:
        table.add_row(*(Text(_printable(cell)) for cell in row))
    console.print(table)


def _line(text: str) -> None:
    typer.echo(_printable(text))


def _printable(text: str) -> str:
    """Without the control characters by which a server's answer could write over a terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
