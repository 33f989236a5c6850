"""``ks-compat explain``: what a code of the migration report means."""

from __future__ import annotations

import typer
from ks_codemods.codes import CODES
from ks_codemods.reporting import pages
from rich.console import Console
from rich.markdown import Markdown


def explain(code: str | None) -> bool:
    """Prints the page of ``code``, or the list of codes. Returns whether there is such a code."""
    if code is None:
        for each, meaning in CODES.items():
            typer.echo(f"{each}  {meaning}")
        return True
    if code.upper() not in CODES:
        return False
    page = pages.page(code.upper())
    console = Console()
    if console.is_terminal:
        console.print(Markdown(page))
    else:
        typer.echo(page)
    return True
