"""The command line of ``ks-compat``: what each subcommand takes, and how it fails."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

import ks_compat
from ks_compat.cli import instruments, parallel, traces
from ks_compat.cli.messages import plain, show_any_letter

app = typer.Typer(
    name="ks-compat",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Moves a trading bot from Kotak Securities' old ks_api_client to the Kotak Neo v2 API.",
)
app.add_typer(instruments.app)
app.add_typer(parallel.app)
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


def _check_is_file(bot: Path) -> None:
    if bot.is_dir():
        _fail(f"{bot} is a folder: name the file in it that starts the bot (a package: ks-compat run -m {bot.name}).")
    if not bot.is_file():
        _fail(f"there is no file {bot}.")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ks-compat {ks_compat.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback acts
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    if context.invoked_subcommand != "run":  # what a bot prints is printed as python prints it
        show_any_letter()


@app.command(context_settings=_EVERYTHING_TO_THE_BOT)
def run(
    bot: Annotated[Path, typer.Argument(metavar="BOT.py", help="The unedited bot.", show_default=False)],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARG]...", help="The bot's own arguments.", show_default=False)
    ] = None,
    in_parallel: Annotated[
        Path | None,
        typer.Option(
            "--parallel",
            help="Run the old and the new client at once, by this plan.",
            metavar="PLAN.toml",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run an unedited bot on v2, as `python BOT.py` would."""
    from ks_compat import runner

    if str(bot) == "--help":
        typer.echo(
            "Usage: ks-compat run [--parallel PLAN.toml] BOT.py [ARG]...\n"
            "       ks-compat run [--parallel PLAN.toml] -m MODULE [ARG]...\n\nRuns an unedited bot on v2, as "
            "`python BOT.py` or `python -m MODULE` would. With --parallel the old and the new client run at once."
        )
        raise typer.Exit
    given = list(arguments or [])
    module = str(bot) == "-m"
    if not module:
        _check_is_file(bot)
    elif not given:
        _fail("-m needs the name of a module or package: ks-compat run -m my_bot.")
    # The folder of this command goes; the folder of the bot takes its place.
    del sys.path[0]
    try:
        if module:
            runner.run_module(given[0], given[1:], in_parallel)
        else:
            runner.run(bot, given, in_parallel)
    except runner.NoSuchModule as error:
        _fail(str(error))
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - printed as python prints it
        _refuse_the_plan(error, in_parallel)
        traces.show(error)
        # A shell sees 130 (128 + SIGINT) where Ctrl-C ended python.
        sys.exit(130 if isinstance(error, KeyboardInterrupt) else 1)


def _refuse_the_plan(error: BaseException, plan: Path | None) -> None:
    """Ends the command where a plan was refused before the bot's first line; a bot's own error stays the bot's."""
    if plan is None:
        return
    from ks_compat.parallel.plan import PlanError

    frames = traceback.walk_tb(error.__traceback__)
    if isinstance(error, PlanError) and not any(frame.f_globals.get("__name__") == "__main__" for frame, _ in frames):
        _fail(str(error))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="The port to serve on; 0 takes a free one.", min=0, max=65535)] = 8787,
    env_file: Annotated[
        Path | None, typer.Option(help="Also write the settings into this file.", show_default=False)
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            help="What goes wrong on demand, e.g. place_order:drop_after; may be repeated. "
            "An unknown name gives the list. TIMES 0: every time.",
            metavar="ENDPOINT:FAULT[:TIMES][:SECONDS]",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Serve a local stand-in of the v2 API, with an account of its own."""
    from ks_compat.cli.serve import serve

    try:
        serve(port, env_file, fault or ())
    except (OSError, ValueError) as error:
        _fail(plain(error))


@app.command()
def migrate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.", show_default=False)],
    write: Annotated[bool, typer.Option("--write", help="Write the changes.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 while something is left to do.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show the diff alone, as patch takes it.")] = False,
    force: Annotated[
        bool, typer.Option("--force", "--allow-dirty", help="Write over changes that no git commit has.")
    ] = False,
    select: Annotated[
        list[str] | None, typer.Option(help="Codes (or beginnings, KS1) in force.", metavar="CODE,...")
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            help="Codes not listed. A client with a place of an ignored KS1.. stays on the facade.", metavar="CODE,..."
        ),
    ] = None,
    output: Annotated[str, typer.Option("--format", help="text, json or sarif.", metavar="text|json|sarif")] = "text",
) -> None:
    """Rewrite bots to the native v2 client. Shows the diff and writes nothing, unless told to."""
    from ks_compat.cli.migrate import FORMATS, Refused, ignored, show

    if output not in FORMATS:
        _fail(f"--format takes {', '.join(FORMATS)}, not {output!r}.")
    if write and check:
        _fail("--write and --check exclude each other.")
    if diff and output != "text":
        _fail("--diff is text; it excludes --format.")
    try:
        left_out = ignored(select or [], ignore or [])
        code = show(paths, write=write, check=check, output=output, force=force, diff=diff, left_out=left_out)
    except (OSError, Refused) as error:
        _fail(plain(error))
    raise typer.Exit(code)


@app.command()
def undo(
    path: Annotated[Path, typer.Argument(help="The project, or a folder in it.", show_default="here")] = Path(),
    run: Annotated[str | None, typer.Option(help="The run; the last one otherwise.", show_default=False)] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the runs, and undo nothing.")] = False,
) -> None:
    """Take a `migrate --write` back. Refuses, whole, where a file has changed since."""
    from ks_codemods.writing.journal import UndoRefused

    from ks_compat.cli import undo as undoing

    try:
        if listed:
            undoing.show_runs(path)
        else:
            undoing.undo(path, run)
    except (OSError, UndoRefused) as error:
        _fail(plain(error))


@app.command()
def explain(
    code: Annotated[str | None, typer.Argument(help="A code, as KS201; all are listed without.")] = None,
) -> None:
    """Say what a code of the migration report means, and what to do."""
    from ks_compat.cli.explain import explain as show_page

    if not show_page(code):
        _fail(f"there is no code {code}; `ks-compat explain` lists them.")


@app.command(context_settings=_EVERYTHING_TO_THE_BOT)
def parity(
    bot: Annotated[Path, typer.Argument(metavar="BOT.py", help="Your bot, not migrated.", show_default=False)],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARG]...", help="The bot's own arguments.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds that each run may take.", min=1)] = 60,
) -> None:
    """Run your bot on the sandbox, through the drop-in and migrated, and compare what both send and print."""
    from ks_compat.cli.parity import CannotRun, show

    if str(bot) == "--help":
        typer.echo(
            "Usage: ks-compat parity [--json] [--timeout SECONDS] BOT.py [ARG]...\n\nRuns your bot on the sandbox, "
            "through the drop-in and migrated (in copies of its folder), and compares what both send and print.\n"
            "Exit code: 0 the same, 1 different, 2 it cannot be run or nothing is proven."
        )
        raise typer.Exit
    _check_is_file(bot)
    try:
        code = show(bot, arguments or [], as_json=as_json, timeout=timeout)
    except CannotRun as error:
        _fail(f"{bot.name} cannot be compared: {error}")
    raise typer.Exit(code)


@app.command()
def demo(
    which: Annotated[
        str | None, typer.Argument(metavar="[parallel]", help="The parallel run instead.", show_default=False)
    ] = None,
) -> None:
    """Show the whole way on the sandbox: the old bot, the rewritten bot, and that both send the same requests.

    `demo parallel` plays a phased parallel run of the old and the new client instead, both on the sandbox.
    """
    if which not in (None, "parallel"):
        _fail(f"there is no demo {which!r}; there are `ks-compat demo` and `ks-compat demo parallel`.")
    if which == "parallel":
        from ks_compat.demo.parallel import play_parallel

        raise typer.Exit(play_parallel())
    from ks_compat.demo import play

    raise typer.Exit(play())
