"""One call on one side, and what is known of it. The answer is the bot's, whatever is done beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ks_compat.parallel.errors import as_legacy
from ks_compat.parallel.frozen import Frozen, NotCopied
from ks_compat.parallel.judge import Answer
from ks_compat.parallel.phases import Side
from ks_compat.parallel.sides import OneSide
from ks_compat.parallel.writes import Mark

OTHER: dict[Side, Side] = {"legacy": "candidate", "candidate": "legacy"}


@dataclass
class Call:
    """One call of the bot: the caller's own arguments, and, once frozen, a copy that nobody can change any more."""

    method: str
    phase: str
    side: Side
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """By their old names, for writes."""
    note: str = ""
    """Why it went where it went, if that is not as usual."""
    copy: Frozen | None = None
    uncopied: str = ""
    """Why there is no copy, although there should be one."""
    mark: Mark | None = None
    """Of a read: the moment before it (``Writes.mark``)."""

    def freeze(self) -> None:
        """Copies the arguments; what cannot be copied is not compared."""
        try:
            self.copy = Frozen((self.args, self.kwargs, dict(self.arguments)))
        except NotCopied as refusal:
            self.uncopied = f"arguments not copied: {refusal}"


class Caller:
    """Calls a side for the bot, in the bot's own thread."""

    def __init__(self, sides: Mapping[Side, OneSide]) -> None:
        self._legacy = sides["legacy"].client

    def on(self, side: OneSide, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What the side answers, unchanged; or its exception, in the classes that the bot catches."""
        try:
            return getattr(side.client, method)(*args, **kwargs)
        except Exception as error:
            if side.name == "legacy" or (theirs := self.bots(error)) is error:
                raise
            raise theirs from error

    def timed(self, call: Call, side: OneSide, done: Callable[[Call, Answer], None]) -> Any:
        """Calls ``side`` once. ``done`` is told what came of it, and cannot change it."""
        start = time.perf_counter()
        try:
            value = self.on(side, call.method, call.args, call.kwargs)
        except BaseException as error:
            with suppress(Exception):
                done(call, Answer(error=error, ms=(time.perf_counter() - start) * 1000))
            raise
        with suppress(Exception):
            done(call, Answer(value, ms=(time.perf_counter() - start) * 1000))
        return value

    def bots(self, error: Exception) -> BaseException:
        """An error of a side, in the classes that the bot catches."""
        return as_legacy(error, self._legacy)
