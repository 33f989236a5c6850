"""How ``ks-compat instruments`` shows what it found: a table for a person, tab-separated lines in a pipe, or JSON."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from ks_compat.instruments import Instrument, Instruments

Row = Mapping[str, Any]
COLUMNS = ("token", "exchange_segment", "trading_symbol", "name", "series", "expiry", "strike", "lot_size", "isin")
"""What a table shows of an instrument. JSON has all of it."""
_SHORT = {"exchange_segment": "segment", "trading_symbol": "symbol", "lot_size": "lot"}
_WHOLE = ("token", "trading_symbol", "expiry")
"""Columns that a narrow terminal must not break: people copy out of them."""


def row(book: Instruments, instrument: Instrument) -> dict[str, Any]:
    """An instrument with the number that a bot can trade it by: rupees as text, the expiry as ISO date, None for
    none."""
    token = book.token_of(
        instrument.exchange_segment, instrument.symbol, name=instrument.name, series=instrument.series
    )
    return {"token": token, **_plain(asdict(instrument))}


def pin_row(pin: Any) -> dict[str, Any]:
    """A pin as JSON has it."""
    return _plain(asdict(pin))


def show(answer: Row, rows: Sequence[Row], columns: Sequence[str] = (), *, as_json: bool) -> None:
    """Prints ``answer`` as JSON, or ``rows`` as a table in a terminal and as tab-separated lines elsewhere."""
    columns = columns or tuple(rows[0] if rows else ())
    console = Console(highlight=False)
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
    elif not console.is_terminal:
        for cells in (columns, *_cells(rows, columns)) if rows else ():
            typer.echo("\t".join(cells))
    elif rows:
        console.print(_table(rows, columns))


@contextlib.contextmanager
def downloading() -> Iterator[Callable[[str, int], None] | None]:
    """What to tell the bytes of each segment to: a display on stderr, shown once there are some; None in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    display = Progress(*columns, console=console, transient=True)
    tasks: dict[str, Any] = {}

    def tell(segment: str, size: int) -> None:
        if segment not in tasks:
            display.start()
            for done in display.tasks:
                display.update(done.id, total=done.completed)
            # The servers do not say how long a file is: the bar moves without an end until the next one starts.
            tasks[segment] = display.add_task(f"Downloading {segment}", total=None)
        display.update(tasks[segment], completed=size)

    try:
        yield tell
    finally:
        display.stop()


def _table(rows: Sequence[Row], columns: Sequence[str]) -> Table:
    # A column that says nothing of any row only takes the room of the others.
    used = [name for name in columns if any(row[name] not in (None, "") for row in rows)]
    table = Table(box=box.SIMPLE_HEAD)
    for name in used:
        table.add_column(_SHORT.get(name, name), no_wrap=name in _WHOLE)
    for cells in _cells(rows, used):
        table.add_row(*map(Text, cells))
    return table


def _cells(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        yield tuple("" if row[name] is None else str(row[name]) for name in columns)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    kept = (int, float, str, bool, type(None))
    return {name: value if isinstance(value, kept) else str(value) for name, value in fields.items()}
