"""``ks-compat undo``: takes a writing run of ``ks-compat migrate`` back."""

from __future__ import annotations

from pathlib import Path

import typer
from ks_codemods.writing import journal


def show_runs(path: Path) -> None:
    """Prints the runs of the project that ``path`` is in, the last one first. Raises journal.UndoRefused."""
    for run in journal.runs(_root(path)):
        typer.echo(f"{run.name}  {len(run.entries)} files{'  (undone)' if run.is_undone else ''}")


def undo(path: Path, name: str | None) -> None:
    """Undoes a run, the last one that is not undone if it is not named. Raises journal.UndoRefused, OSError."""
    root = _root(path)
    runs = journal.runs(root)
    run = next((one for one in runs if (one.name == name if name else not one.is_undone)), None)
    if run is None:
        what = f"no run {name}" if name else "no run left to undo"
        raise journal.UndoRefused(f"There is {what} in {root / journal.FOLDER}; --list shows them.")
    for restored in journal.undo(run):
        typer.echo(f"restored {restored}")
    typer.echo(f"Run {run.name} is undone.")


def _root(path: Path) -> Path:
    root = journal.root_of(path)
    if root is None:
        raise journal.UndoRefused(f"No journal ({journal.FOLDER}) in {path.resolve()} or a folder above it.")
    return root
