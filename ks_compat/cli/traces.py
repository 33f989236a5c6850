"""How ``ks-compat run`` shows the error that ended a bot: as python does, in the bot's own lines."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from traceback import FrameSummary, StackSummary, TracebackException

import typer

_PACKAGE = Path(__file__).parent.parent
_COMMAND = (str(_PACKAGE / "cli" / "main.py"), str(_PACKAGE / "runner.py"), "<frozen ", importlib.util.__file__)
"""What the bot would not stand on if python ran it; ``<frozen`` is the import system, which python leaves out too."""


def show(error: BaseException) -> None:
    """Prints ``error`` on stderr as python prints what a program does not catch, without the frames of this command.

    The errors of this package tell their cause and the way out: they are shown without the package's frames.
    """
    shown = TracebackException.from_exception(error)
    for level, raised in _chain(shown, error):
        hidden = (str(_PACKAGE),) if _is_ours(raised) else _COMMAND
        level.stack = StackSummary.from_list([frame for frame in level.stack if not _in(frame, hidden)])
        if _is_ours(raised) and _says_nothing_new(raised):
            level.__cause__ = None
    typer.echo("".join(shown.format()), nl=False, err=True)


def _chain(
    shown: TracebackException | None, error: BaseException | None
) -> Iterator[tuple[TracebackException, BaseException]]:
    while shown is not None and error is not None:
        yield shown, error
        if shown.__cause__ is not None:
            shown, error = shown.__cause__, error.__cause__
        else:
            shown, error = shown.__context__, error.__context__


def _in(frame: FrameSummary, places: tuple[str, ...]) -> bool:
    return frame.filename.startswith(places)


def _is_ours(error: BaseException) -> bool:
    return type(error).__module__.startswith("ks_compat.")


def _says_nothing_new(error: BaseException) -> bool:
    """Whether the cause of ``error`` is ours, has none itself, and its text is in the error's own."""
    cause = error.__cause__
    if cause is None or not _is_ours(cause) or str(cause) not in str(error):
        return False
    return cause.__cause__ is None and (cause.__context__ is None or cause.__suppress_context__)
