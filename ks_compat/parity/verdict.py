"""Whether a bot does the same through the facade and migrated: the runs, their comparison, the verdict."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal

from ks_compat.comparison import Difference, compare
from ks_compat.parity.forms import CannotRun, Ended, copy_of, migrated, run_form
from ks_compat.parity.secrets import Mask
from ks_compat.sandbox import Sandbox

LineVerdict = Literal["same", "different", "unsteady"]
Line = tuple[str | None, str | None, LineVerdict]
"""A printed line in both forms, None where it is missing."""


@dataclass(frozen=True)
class Held:
    """A place that keeps a client on the drop-in. ``message`` is the codemod's."""

    path: str
    line: int
    code: str
    message: str


@dataclass(frozen=True)
class Parity:
    """Both runs of a bot, and what they show. What a bot printed is as it was: ``mask`` is for showing it."""

    bot: str
    facade: Ended
    native: Ended
    held: tuple[Held, ...]
    differences: tuple[Difference, ...]
    lines: tuple[Line, ...]
    mask: Mask

    @property
    def same(self) -> bool:
        """Whether requests, printed lines (but for unsteady ones) and ends are the same."""
        ends = [(one.exit_code, one.error) for one in (self.facade, self.native)]
        return not self.differences and ends[0] == ends[1] and all(line[2] != "different" for line in self.lines)

    @property
    def doubt(self) -> str:
        """Why a sameness proves nothing; empty where it does."""
        if not self.same:
            return ""
        if self.facade.error:
            return self.mask(f"both forms ended with {self.facade.error}")
        return "" if self.facade.requests else "it sent nothing"

    @property
    def exit_code(self) -> int:
        """0 the same, 1 different, 2 nothing is proven."""
        return 2 if self.doubt else int(not self.same)

    def to_json(self) -> dict[str, Any]:
        """The document of ``ks-compat parity --json``; README.md names its keys."""
        return {
            "version": 1,
            "bot": self.bot,
            "verdict": ("same", "different", "unproven")[self.exit_code],
            "message": self.doubt,
            "on_facade": [vars(held) for held in self.held],
            "requests": [
                {
                    "place": place,
                    "facade": one and self.mask(str(one)),
                    "native": other and self.mask(str(other)),
                    "same": one == other,
                }
                for place, (one, other) in enumerate(zip_longest(self.facade.requests, self.native.requests), 1)
            ],
            "differences": [_difference(one) for one in self.differences],
            "lines": [
                {
                    "place": place,
                    "facade": one and self.mask(one),
                    "native": other and self.mask(other),
                    "verdict": verdict,
                }
                for place, (one, other, verdict) in enumerate(self.lines, 1)
            ],
            **{
                form: {
                    "exit_code": run.exit_code,
                    "error": run.error and self.mask(run.error),
                    "refused": list(run.refused),
                }
                for form, run in (("facade", self.facade), ("native", self.native))
            },
        }


def _difference(one: Difference) -> dict[str, Any]:
    left, right = (_plain(value) for value in (one.left, one.right))
    return {"place": one.place, "what": one.what, "facade": left, "native": right, "types": list(one.types)}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (str, bool, int, float)) else str(value)


def prove(bot: Path, arguments: Sequence[str] = (), *, stdin: bytes = b"", timeout: float = 60.0) -> Parity:
    """Runs ``bot`` through the facade and migrated, each with ``arguments`` and ``stdin``, and compares.

    ``timeout`` is in seconds, for each run. Nothing of the user's is written: the bot runs in copies of its folder.
    Raises CannotRun.
    """
    moment = float(int(time.time()))
    with tempfile.TemporaryDirectory(prefix="ks-compat-parity-") as folder, Sandbox(clock=lambda: moment) as sandbox:
        copies = {name: copy_of(bot, Path(folder, name)) for name in ("facade", "native", "again")}
        used = migrated(copies["native"])
        mask = Mask(copies["facade"].parent.rglob("*.py"), os.environ)

        def ran(name: str) -> Ended:
            form = "native" if name == "native" else "facade"
            return run_form(form, copies[name], arguments, sandbox, moment, stdin, timeout)

        facade, native = ran("facade"), ran("native")
        differences = compare(facade.requests, native.requests)
        again = None
        if differences or facade.printed != native.printed:
            # Twice the same form: what differs there as well is the bot's own, its clock or its dice.
            again = ran("again")
            if compare(facade.requests, again.requests):
                raise CannotRun("it sends other requests each time that it runs, whatever its form.")
    top = f"{copies['native'].parent}{os.sep}"
    held = tuple(
        Held(
            file.path.relative_to(copies["native"].parent).as_posix(),
            site.line,
            site.code,
            mask(site.message.replace(top, "")),
        )
        for file in used
        for site in file.sites
        if site.outcome == "facade"
    )
    return Parity(
        bot.name,
        facade,
        native,
        held,
        tuple(replace(one, left=_hidden(one.left, mask), right=_hidden(one.right, mask)) for one in differences),
        tuple(_lines(facade, native, again)),
        mask,
    )


def _hidden(value: Any, mask: Mask) -> Any:
    if isinstance(value, bytes):
        return mask(value.decode("latin-1")).encode("latin-1")
    if isinstance(value, list):
        return [_hidden(one, mask) for one in value]
    return mask(value) if isinstance(value, str) else value


def _lines(facade: Ended, native: Ended, again: Ended | None) -> Iterator[Line]:
    runs = [run.printed.splitlines() if run is not None else [] for run in (facade, native, again)]
    for one, other, third in zip_longest(*runs[:2], runs[2]):
        if (one, other) == (None, None):
            continue
        verdict: LineVerdict = "same" if one == other else "different"
        # Only its digits may move from run to run: a time, a process number. Other words are never excused.
        if one != other and again is not None and one != third and _words(one) == _words(other) == _words(third):
            verdict = "unsteady"
        yield one, other, verdict


def _words(line: str | None) -> str | None:
    return line and re.sub(r"\d+", "0", line)
