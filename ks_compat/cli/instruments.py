"""``ks-compat instruments``: the daily master, what an old number stands for, and the old files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ks_compat.cli.messages import plain

if TYPE_CHECKING:
    from ks_compat.instruments import Instruments

app = typer.Typer(
    name="instruments",
    no_args_is_help=True,
    help="Today's instruments, and the numbers that old bots know them by. Exit code 1: not found, or refused.",
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Token = Annotated[int, typer.Argument(metavar="TOKEN", help="The number that the bot uses.", show_default=False)]


@app.command()
def sync(as_json: AsJson = False) -> None:
    """Download today's scrip master of every segment, unless it is here already.

    JSON: {"segments": [{"segment", "day", "rows"}]}.
    """
    from ks_compat.cli.instrument_tables import show

    with _book() as book:
        segments = [{"segment": name, "day": str(day), "rows": rows} for name, day, rows in book.sync()]
    show({"segments": segments}, segments, as_json=as_json)


@app.command()
def find(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Part of a name or symbol.", show_default=False)],
    limit: Annotated[int, typer.Option(help="The most to show.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Find instruments, and the numbers by which a bot can trade them.

    JSON: {"instruments": [{"token", "exchange_segment", "symbol", "trading_symbol", "name", ...}]}.
    """
    from ks_compat.cli.instrument_tables import COLUMNS, row, show

    with _book() as book:
        rows = [row(book, instrument) for instrument in book.find(text, limit)]
    show({"instruments": rows}, rows, COLUMNS, as_json=as_json)
    if not rows:
        _refuse(f"no instrument of today has {text!r} in its name or symbol.")


@app.command()
def resolve(token: Token, as_json: AsJson = False) -> None:
    """Show what a number stands for today, and how that is proven.

    JSON: {"token", "how", "instrument": {...}}.
    """
    from ks_compat.cli.instrument_tables import COLUMNS, row, show

    with _book() as book:
        found = book.resolve(token)
        shown = row(book, found.instrument)
    answer = {"token": token, "how": found.how, "instrument": shown}
    show(answer, [{**shown, "how": found.how}], (*COLUMNS, "how"), as_json=as_json)


@app.command("export-v1")
def export_v1(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Made if it is not there.", show_default=False)],
    everything: Annotated[
        bool, typer.Option("--everything", help="BSE's and MCX's contracts and NSE's rare series too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write today's instruments as files of the old API (TradeApiInstruments_*.txt).

    JSON: {"files": [path]}.
    """
    from ks_compat.cli.instrument_tables import show

    with _book() as book:
        try:
            files = [str(path) for path in book.export_v1(folder, everything=everything)]
        except OSError as error:
            _refuse(f"{folder} cannot be written ({error.strerror}). The files in it are whole, or as they were.")
    show({"files": files}, [{"file": file} for file in files], as_json=as_json)


@app.command()
def pin(
    token: Token,
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", help="ACC-EQ, for example.", show_default=False)],
    segment: Annotated[str, typer.Option(help="The exchange segment of the symbol.")] = "nse_cm",
    as_json: AsJson = False,
) -> None:
    """Say yourself what a number stands for. It goes before everything else that is known about it.

    JSON: {"token", "how", "instrument": {...}}.
    """
    from ks_compat.cli.instrument_tables import COLUMNS, row, show

    with _book() as book:
        shown = {**row(book, book.pin(token, segment, symbol)), "token": token}
    show({"token": token, "how": "pin", "instrument": shown}, [shown], COLUMNS, as_json=as_json)


@app.command()
def unpin(token: Token, as_json: AsJson = False) -> None:
    """Take a pin back.

    JSON: {"token", "unpinned"}.
    """
    from ks_compat.cli.instrument_tables import show

    with _book() as book:
        there = book.unpin(token)
    show({"token": token, "unpinned": there}, [{"token": token}] if there else [], as_json=as_json)
    if not there:
        _refuse(f"{token} is not pinned.")


@app.command()
def pins(as_json: AsJson = False) -> None:
    """List the pins.

    JSON: {"pins": [{"token", "exchange_segment", "trading_symbol", ...}]}.
    """
    from ks_compat.cli.instrument_tables import pin_row, show

    with _book() as book:
        rows = [pin_row(found) for found in book.pins()]
    show({"pins": rows}, rows, as_json=as_json)


@contextlib.contextmanager
def _book() -> Iterator[Instruments]:
    """Today's instruments by the settings; what goes wrong ends the command with the library's own text."""
    from ks_compat.cli.instrument_tables import downloading
    from ks_compat.instruments import InstrumentError
    from ks_compat.native import NeoError, Settings
    from ks_compat.old_files.source import book, explained

    try:
        with explained(), downloading() as progress, book(Settings.load(), progress) as instruments:
            yield instruments
    except (InstrumentError, NeoError, OSError) as error:
        _refuse(plain(error))


def _refuse(message: str) -> NoReturn:
    typer.echo(f"ks-compat: {message}", err=True)
    raise typer.Exit(1)
