"""Plays the demo: the old bot, the codemod's diff, the rewritten bot, what both sent, the verdict."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ks_codemods import migrate
from rich import box
from rich.console import Console
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from ks_compat.parity import Difference, Run, WireRequest, compare, fields_of, run_on_sandbox
from ks_compat.sandbox import Sandbox

_TOLD = ("tt", "qt", "ts", "pc", "pt", "pr", "tp", "no", "on", "nOrdNo")

BOT = Path(__file__).parent / "bots" / "legacy_bot.py"


def _migrated(bot: Path) -> str:
    """Rewrites ``bot`` in place; returns the diff."""
    report = migrate([bot])
    migrate([bot], write=True)
    return report.diff().replace(f"{bot.parent.as_posix().lstrip('/')}/", "")


def play(console: Console | None = None, rewrite: Callable[[Path], str] = _migrated) -> int:
    """Plays the demo on ``console``. Returns 0 if both bots sent and printed the same, else 1."""
    console = console or _console()
    moment = float(int(time.time()))
    with tempfile.TemporaryDirectory(prefix="ks-compat-demo-") as folder, Sandbox(clock=lambda: moment) as sandbox:
        bot = Path(folder, "bot.py")
        bot.write_bytes(BOT.read_bytes())
        _heading(console, "1", "A bot written for ks_api_client, unedited, through the drop-in")
        _code(console, bot.read_text(encoding="utf-8"), "python")
        _command(console, "ks-compat run bot.py")
        facade = run_on_sandbox(bot, sandbox, moment)
        _printed(console, facade)
        _heading(console, "2", "What the codemod makes of it")
        _command(console, "ks-compat migrate --write bot.py")
        _code(console, rewrite(bot), "diff")
        _heading(console, "3", "The rewritten bot, native v2")
        _command(console, "python bot.py")
        native = run_on_sandbox(bot, sandbox, moment)
        _printed(console, native)
    _heading(console, "4", "What both sent, as it arrived at the sandbox")
    differences = compare(facade.requests, native.requests)
    _requests(console, facade.requests, native.requests, differences)
    return _verdict(console, facade, native, differences)


def _console() -> Console:
    console = Console(highlight=False)
    # A pipe has no width of its own; a table that breaks its lines is hard to read or to search.
    return console if console.is_terminal else Console(highlight=False, width=130)


def _heading(console: Console, number: str, text: str) -> None:
    console.print()
    console.print(Rule(Text(f"{number}. {text}", "bold"), align="left", characters="─" if console.is_terminal else "-"))


def _command(console: Console, command: str) -> None:
    console.print(Text(f"$ {command}", "bold cyan"))


def _code(console: Console, code: str, language: str) -> None:
    if console.is_terminal:
        console.print(Syntax(code, language, theme="ansi_dark", background_color="default", word_wrap=True))
    else:
        console.out(code)


def _printed(console: Console, run: Run) -> None:
    console.out(run.printed, end="")
    if run.error is not None:
        console.print(Text(f"{type(run.error).__name__}: {run.error}", "red"))


def _requests(
    console: Console, left: tuple[WireRequest, ...], right: tuple[WireRequest, ...], differences: list[Difference]
) -> None:
    table = Table(box=box.SIMPLE_HEAD if console.is_terminal else None, pad_edge=False)
    for column in ("#", "drop-in", "in its body", "native", "verdict"):
        table.add_column(column, justify="right" if column == "#" else "left", overflow="fold")
    for place in range(1, max(len(left), len(right)) + 1):
        one, other = (requests[place - 1] if place <= len(requests) else None for requests in (left, right))
        same = not any(difference.place == place for difference in differences)
        table.add_row(
            str(place),
            str(one or "-"),
            _told(one) if one else "-",
            "the same" if one == other else str(other or "-"),
            Text("identical", "green") if same else Text("DIFFERENT", "bold red"),
        )
    console.print(table)
    for difference in differences:
        console.print(Text(str(difference), "red"), soft_wrap=True)


def _told(request: WireRequest) -> str:
    """The fields of an order call that a trader looks at, under v2's names."""
    fields = fields_of(request.body) or {}
    return " ".join(f"{name}={fields[name]}" for name in _TOLD if name in fields)


def _verdict(console: Console, facade: Run, native: Run, differences: list[Difference]) -> int:
    console.print()
    failed = next((run.error for run in (facade, native) if run.error is not None), None)
    if failed is not None:
        console.print(Text(f"A bot ended with {type(failed).__name__}.", "bold red"))
    if facade.printed != native.printed:
        console.print(Text("The two bots printed different lines.", "bold red"))
    if differences:
        console.print(Text(f"The requests differ in {len(differences)} places.", "bold red"))
    if failed is not None or differences or facade.printed != native.printed:
        return 1
    console.print(
        Text(
            f"{len(facade.requests)} requests, identical in order, method, URL, headers and body; same lines printed.",
            "bold green",
        )
    )
    console.print(
        "Both ran against the sandbox inside this package: no account, nothing left this machine.\n"
        "Clock and order tags were fixed for both runs; tokens are compared by what they are for.\n\n"
        "Next, with a bot of your own:  ks-compat sandbox   and   ks-compat run BOT.py   (see README.md)"
    )
    return 0
