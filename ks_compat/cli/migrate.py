"""``ks-compat migrate``: shows what the codemod does or did, as text, JSON or SARIF."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from pathlib import Path

import typer
from ks_codemods import FileReport, Report, Site, migrate
from ks_codemods.codes import CODES
from ks_codemods.reporting.sarif import sarif
from ks_codemods.writing import journal, worktree
from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from ks_compat.cli.messages import plain

FORMATS = ("text", "json", "sarif")
_COLOURS = {"native": "green", "bridged": "cyan", "facade": "yellow", "flagged": "magenta", "error": "red"}


class Refused(Exception):
    """Nothing was written, and why."""


def ignored(select: Sequence[str], ignore: Sequence[str]) -> set[str]:
    """The codes that ``--select`` and ``--ignore`` leave out; both take codes and beginnings of codes (``KS1``).

    Raises Refused for what is the beginning of no code.
    """
    wanted = {code for code in CODES if not select or code.startswith(_codes(select))}
    return {code for code in CODES if code not in wanted or (ignore and code.startswith(_codes(ignore)))}


def show(
    paths: Sequence[Path],
    *,
    write: bool,
    check: bool,
    output: str,
    force: bool = False,
    diff: bool = False,
    left_out: Collection[str] = (),
) -> int:
    """Migrates ``paths`` and prints the report. Returns the exit code: 1 with ``check`` while something is left to do,
    and whenever a file could not be read. Raises Refused where ``write`` would hit what no commit has."""
    if diff and not sys.stdout.isatty() and isinstance(sys.stdout, io.TextIOWrapper):
        # A patch holds the file's own letters, whatever letters the console has.
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    console = Console(soft_wrap=True, highlight=False)
    report = _migrated(paths, left_out, show_progress=output == "text" and console.is_terminal)
    run = _write(paths, report, force=force) if write else None
    if output == "text":
        _text(console, report, run, diff=diff)
    else:
        typer.echo(json.dumps(report.to_json() if output == "json" else sarif(report), indent=2))
    unread = any(file.outcome == "error" for file in report.files)
    return 1 if unread or (check and report.left_to_do) else 0


def _codes(given: Sequence[str]) -> tuple[str, ...]:
    found = tuple(part.strip().upper() for one in given for part in one.split(",") if part.strip())
    for part in found:
        if not any(code.startswith(part) for code in CODES):
            raise Refused(f"{part} is the beginning of no code; ks-compat explain lists them.")
    return found


def _migrated(paths: Sequence[Path], left_out: Collection[str], *, show_progress: bool) -> Report:
    status = Console(stderr=True).status("") if show_progress else nullcontext()
    with status as shown:
        progress: Callable[[str], object] = str if shown is None else shown.update
        return migrate(paths, ignored=left_out, progress=progress)


def _write(paths: Sequence[Path], report: Report, *, force: bool) -> journal.Run | None:
    if not report.changed:
        return None
    if not force:
        try:
            dirty = worktree.uncommitted([file.path for file in report.changed])
        except worktree.GitFailed as error:
            raise Refused(f"{error} Nothing was written; --force writes all the same.") from error
        if dirty:
            names = ", ".join(str(path) for path in dirty)
            raise Refused(f"not committed: {names}. Nothing was written. Commit, or write all the same with --force.")
    top = worktree.top(paths[0])
    try:
        run = journal.record(top, report.changed)
    except OSError as error:
        raise Refused(
            f"the old bytes cannot be kept in {top / journal.FOLDER} ({plain(error)}). Nothing was written."
        ) from error
    try:
        report.write()
    except OSError as error:
        raise Refused(f"{plain(error)}. If some files were written, `ks-compat undo {top}` takes them back.") from error
    return run


def _text(console: Console, report: Report, run: journal.Run | None, *, diff: bool) -> None:
    text = report.diff() if run is None or diff else ""
    if text and console.is_terminal:
        console.print(Syntax(text, "diff", theme="ansi_dark", background_color="default"))
    elif text:
        console.out(text, end="")
    if not diff:
        for file in report.files:
            if file.outcome == "error":
                console.print(Text.assemble((f"{file.path}: ", "bold"), (file.message, _COLOURS["error"])))
        sites = [(site.urgency, str(file.path), file, site) for file in report.files for site in file.sites]
        for _, _, file, site in sorted(sites, key=lambda one: (one[0], one[1], one[3])):
            _site(console, file, site)
        _summary(console, report, run)


def _site(console: Console, file: FileReport, site: Site) -> None:
    where = f"{file.path}:{site.line}:{site.column}: "
    verdict = (f"{site.code} {site.outcome:8}", _COLOURS[site.outcome])
    console.print(Text.assemble(where, verdict, f" {site.method}  ", site.message))


def _summary(console: Console, report: Report, run: journal.Run | None) -> None:
    nothing = _nothing(report)
    if nothing:
        console.print(f"Nothing to do: {nothing}")
        return
    counts = report.to_json()["summary"]
    skipped = sum(not file.may_matter and file.outcome == "untouched" and not file.sites for file in report.files)
    kinds = [f"{sum(file.changed and file.outcome == kind for file in report.files)}" for kind in ("native", "facade")]
    verb = "changed" if run is not None else "would change"
    console.print(
        f"{counts['changed']} of {counts['files']} files {verb}: "
        f"{kinds[0]} to the native client, {kinds[1]} to the drop-in facade; "
        f"{counts['files'] - counts['changed'] - skipped - counts['errors']} unchanged, "
        f"{skipped} skipped (no old code), {counts['errors']} failed."
    )
    console.print(
        f"{counts['sites']} places: {counts['native_sites']} native, {counts['bridged_sites']} bridged, "
        f"{counts['facade_sites']} on the facade, {counts['flagged_sites']} to look at. "
        "`ks-compat explain CODE` says what a code means."
    )
    if run is not None:
        console.print(f"`ks-compat undo {run.folder.parent.parent.parent}` takes run {run.name} back.")
    elif counts["changed"]:
        console.print("Nothing was written. Run it again with --write.")


def _nothing(report: Report) -> str:
    """Which nothing there is to do; empty where there is something."""
    if report.changed or any(file.outcome == "error" for file in report.files):
        return ""
    sites = [site for file in report.files for site in file.sites]
    if any(site.outcome == "facade" for site in sites):
        return "what is left stays on the drop-in facade, for the reasons above."
    if sites:
        return "no code uses ks_api_client; the places above only name it."
    asked = {file.path for file in report.files}
    already = [path for path in report.native_already if path in asked]  # others are read for what they say of these
    if already:
        return f"already migrated; {len(already)} files use ks_compat."
    return "no use of ks_api_client was found."
