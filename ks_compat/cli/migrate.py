"""``ks-compat migrate``: shows what the codemod does or did, as text, JSON or SARIF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import typer
from ks_codemods import FileReport, Report, migrate
from ks_codemods.sarif import sarif
from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

FORMATS = ("text", "json", "sarif")
_COLOURS = {"native": "green", "bridged": "cyan", "facade": "yellow", "flagged": "magenta", "error": "red"}


def show(paths: Sequence[Path], *, write: bool, check: bool, output: str) -> int:
    """Migrates ``paths`` and prints the report. Returns the exit code: 1 with ``check`` while something is left to do,
    and whenever a file could not be read."""
    report = migrate(paths, write=write)
    if output == "text":
        _text(report, written=write)
    else:
        typer.echo(json.dumps(report.to_json() if output == "json" else sarif(report), indent=2))
    unread = any(file.outcome == "error" for file in report.files)
    return 1 if unread or (check and report.left_to_do) else 0


def _text(report: Report, *, written: bool) -> None:
    console = Console(soft_wrap=True, highlight=False)
    diff = report.diff()
    if diff and not written:
        if console.is_terminal:
            console.print(Syntax(diff, "diff", theme="ansi_dark", background_color="default"))
        else:
            console.out(diff, end="")
    for file in report.files:
        _file(console, file)
    _summary(console, report, written=written)


def _file(console: Console, file: FileReport) -> None:
    if file.outcome == "error":
        console.print(Text.assemble((f"{file.path}: ", "bold"), (file.message, _COLOURS["error"])))
    for site in file.sites:
        where = f"{file.path}:{site.line}:{site.column}: "
        console.print(
            Text.assemble(
                where, (f"{site.code} {site.outcome:8}", _COLOURS[site.outcome]), f" {site.method}  ", site.message
            )
        )


def _summary(console: Console, report: Report, *, written: bool) -> None:
    summary = report.to_json()["summary"]
    if not summary["sites"] and not summary["errors"]:
        console.print("Nothing to do: no use of ks_api_client was found.")
        return
    verb = "changed" if written else "would change"
    console.print(
        f"{summary['changed']} of {summary['files']} files {verb}: "
        f"{summary['native']} to the native client, {summary['facade']} to the drop-in facade; "
        f"{summary['errors']} could not be read."
    )
    if summary["changed"] and not written:
        console.print("Nothing was written. Run it again with --write.")
