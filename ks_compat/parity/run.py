"""Runs a bot in this process, with clock and tags fixed, and keeps what it printed and sent."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ks_compat.comparison import WireRequest
from ks_compat.native import ambient
from ks_compat.runner import run
from ks_compat.sandbox import Sandbox

_NO_LIMITS = {"KS_COMPAT_ORDERS_PER_SECOND": "0", "KS_COMPAT_CALLS_PER_SECOND": "0"}
"""Nobody else is at the sandbox: a bot need not wait for its turn."""


@dataclass(frozen=True)
class Run:
    """What a bot printed, the error that ended it, if one did, and what it sent."""

    printed: str
    error: BaseException | None = None
    requests: tuple[WireRequest, ...] = ()


def run_on_sandbox(bot: Path, sandbox: Sandbox, moment: float) -> Run:
    """Runs ``bot`` against a freshly reset ``sandbox``, whose clock should stand at ``moment`` too.

    The requests are those that arrived there; tokens in them stand by their names.
    """
    sandbox.reset()
    result = run_bot(bot, sandbox.environment(), moment)
    names = sandbox.issued
    requests = (WireRequest(seen.method, seen.raw_path, tuple(seen.headers), seen.body) for seen in sandbox.requests)
    return replace(result, requests=tuple(request.with_names(names) for request in requests))


def run_bot(bot: Path, environment: Mapping[str, str], moment: float) -> Run:
    """Runs ``bot`` with ``environment`` added, at ``moment`` (seconds since 1970 UTC).

    The bot has an empty working folder and cache of its own; the process is put back as it was.
    """
    path, printed = bot.resolve(), io.StringIO()
    error: BaseException | None = None
    with tempfile.TemporaryDirectory(prefix="ks-compat-") as folder, _as_it_was(path.parent), ambient.fixed(moment):
        os.environ.update({**_NO_LIMITS, **environment}, KS_COMPAT_HOME=str(Path(folder, "home")))
        work = Path(folder, "work")
        work.mkdir()
        os.chdir(work)
        with contextlib.redirect_stdout(printed):
            try:
                run(path, [])
            except (Exception, SystemExit) as raised:  # noqa: BLE001 - what ended the bot is the result
                error = None if isinstance(raised, SystemExit) and not raised.code else raised
    return Run(printed.getvalue(), error)


@contextlib.contextmanager
def _as_it_was(bot_folder: Path) -> Iterator[None]:
    """Puts back what a bot changes in a process: environment, working folder, arguments, path and its own modules."""
    environment, folder = dict(os.environ), Path.cwd()
    arguments, path, finders, main = sys.argv, list(sys.path), list(sys.meta_path), sys.modules["__main__"]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.argv, sys.path[:], sys.meta_path[:] = arguments, path, finders
        sys.modules["__main__"] = main
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            # Libraries stay, as many cannot be loaded twice.
            if file is not None and bot_folder in Path(file).parents:
                del sys.modules[name]
