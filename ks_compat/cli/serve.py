"""``ks-compat sandbox``: serves the sandbox until it is stopped, and says how to point a bot at it."""

from __future__ import annotations

import os
import shlex
import threading
from collections.abc import Sequence
from pathlib import Path

import typer

from ks_compat.sandbox import Sandbox


def serve(port: int, env_file: Path | None = None, faults: Sequence[str] = ()) -> None:
    """Serves until Ctrl-C, with ``faults`` (texts ``ENDPOINT:FAULT[:TIMES][:SECONDS]``) waiting for their calls.

    Raises OSError for a port in use or a file that cannot be written, UnknownFault (a ValueError).
    """
    with Sandbox(port=port, faults=faults) as sandbox:
        lines = [_assignment(name, value) for name, value in sandbox.environment().items()]
        if env_file is not None:
            env_file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        typer.echo(f"ks-compat sandbox on {sandbox.url} (Ctrl-C stops it)\n\nIn the shell of the bot:\n")
        for line in lines:
            typer.echo(f"  {line}")
        if faults:
            typer.echo("\nWhat will go wrong:\n")
        for fault in faults:
            typer.echo(f"  {fault}")
        typer.echo("\nThe account and its secrets are made up. Nothing leaves this machine.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            typer.echo("stopped")


def _assignment(name: str, value: str) -> str:
    return f'$env:{name} = "{value}"' if os.name == "nt" else f"export {name}={shlex.quote(value)}"
