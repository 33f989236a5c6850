"""The command line of ``ks-compat``: what each subcommand takes, and how it fails."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

import ks_compat

app = typer.Typer(
    name="ks-compat",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Moves a trading bot from Kotak Securities' old ks_api_client to the Kotak Neo v2 API.",
)
_EVERYTHING_TO_THE_BOT: dict[str, Any] = {
    "ignore_unknown_options": True,
    "allow_interspersed_args": False,
    "help_option_names": [],
}


def main() -> None:
    """The entry point."""
    app()


def _fail(message: str) -> None:
    typer.echo(f"ks-compat: {message}", err=True)
    raise typer.Exit(2)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ks-compat {ks_compat.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None: ...


@app.command(context_settings=_EVERYTHING_TO_THE_BOT)
def run(
    bot: Annotated[Path, typer.Argument(metavar="BOT.py", help="The unedited bot.", show_default=False)],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARG]...", help="The bot's own arguments.", show_default=False)
    ] = None,
) -> None:
    """Run an unedited bot on v2, as `python BOT.py` would."""
    from ks_compat.runner import run as run_bot

    if str(bot) == "--help":
        typer.echo("Usage: ks-compat run BOT.py [ARG]...\n\nRuns an unedited bot on v2, as `python BOT.py` would.")
        raise typer.Exit
    if not bot.is_file():
        _fail(f"there is no file {bot}.")
    # The folder of this command goes; the folder of the bot takes its place.
    del sys.path[0]
    try:
        run_bot(bot, arguments or [])
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - printed as python prints it
        # As python prints it: without the frames of this command.
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename != str(bot):
            trace = trace.tb_next
        traceback.print_exception(type(error), error, trace)
        # A shell sees 130 (128 + SIGINT) where Ctrl-C ended python.
        sys.exit(130 if isinstance(error, KeyboardInterrupt) else 1)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="The port to serve on; 0 takes a free one.", min=0, max=65535)] = 8787,
    env_file: Annotated[
        Path | None, typer.Option(help="Also write the settings into this file.", show_default=False)
    ] = None,
) -> None:
    """Serve a local stand-in of the v2 API, with an account of its own."""
    from ks_compat.cli.serve import serve

    try:
        serve(port, env_file)
    except OSError as error:
        _fail(str(error))


@app.command()
def migrate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.", show_default=False)],
    write: Annotated[bool, typer.Option("--write", help="Write the changes.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 while something is left to do.")
    ] = False,
    output: Annotated[str, typer.Option("--format", help="text, json or sarif.", metavar="text|json|sarif")] = "text",
) -> None:
    """Rewrite bots to the native v2 client. Shows the diff and writes nothing, unless told to."""
    from ks_compat.cli.migrate import FORMATS, show

    if output not in FORMATS:
        _fail(f"--format takes {', '.join(FORMATS)}, not {output!r}.")
    if write and check:
        _fail("--write and --check exclude each other.")
    try:
        code = show(paths, write=write, check=check, output=output)
    except OSError as error:
        _fail(str(error))
    raise typer.Exit(code)


@app.command()
def demo() -> None:
    """Show the whole way on the sandbox: the old bot, the rewritten bot, and that both send the same requests."""
    from ks_compat.demo import play

    raise typer.Exit(play())
