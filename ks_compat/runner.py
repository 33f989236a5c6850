"""Runs a bot as ``python BOT.py [ARG...]`` would, with ``ks_api_client`` answered by ``ks_compat``.

The addresses of the old instrument files are answered too (``ks_compat.old_files``).
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ks_compat.old_files.hooks import answer_old_addresses

OLD, NEW = "ks_api_client", "ks_compat"


class _OldNames(importlib.abc.MetaPathFinder):
    """Answers ``import ks_api_client[.x]`` with ``ks_compat[.x]`` itself: one module object under two names."""

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != OLD and not fullname.startswith(f"{OLD}."):
            return None
        if importlib.util.find_spec(NEW + fullname.removeprefix(OLD)) is None:
            return None
        return importlib.machinery.ModuleSpec(fullname, _SecondName())


class _SecondName(importlib.abc.Loader):
    """Gives a module that is there a second name."""

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = importlib.import_module(NEW + spec.name.removeprefix(OLD))
        self._spec = module.__spec__
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        # The import system has just written the old name's spec into the module.
        module.__spec__ = self._spec


def answer_old_imports() -> None:
    """From now on, ``import ks_api_client`` gives ``ks_compat``, even where the old SDK is installed."""
    if not any(isinstance(finder, _OldNames) for finder in sys.meta_path):
        sys.meta_path.insert(0, _OldNames())


def answer_in_parallel(plan: Path) -> None:
    """From now on, the ``KSTradeApi`` of ``ks_api_client`` is the parallel one, by ``plan``.

    All else of that package stays its own, its exceptions above all. Where it is not installed and the plan names
    another legacy class, ``ks_compat`` answers for the rest. Raises PlanError.
    """
    from ks_compat.parallel import ks_api, setup

    os.environ[setup.PLAN_VARIABLE] = str(plan.resolve())
    chosen = setup.settled_plan(plan)
    ks_api.keep_real(chosen)
    if importlib.util.find_spec(OLD) is None:
        _stand_in(ks_api)
    # ``from ks_api_client import ks_api`` and ``from ks_api_client.ks_api import KSTradeApi`` both end here.
    for name in (OLD, f"{OLD}.ks_api"):
        module = importlib.import_module(name)
        if hasattr(module, "KSTradeApi"):
            module.KSTradeApi = ks_api.KSTradeApi  # type: ignore[attr-defined]


def _stand_in(ks_api: types.ModuleType) -> None:
    package = types.ModuleType(OLD)
    package.__dict__.update(__path__=[], __getattr__=lambda name: getattr(importlib.import_module(NEW), name))
    package.__dict__["ks_api"] = ks_api
    sys.modules.update({OLD: package, f"{OLD}.ks_api": ks_api})
    answer_old_imports()


def run(path: Path, arguments: Sequence[str], plan: Path | None = None) -> None:
    """Runs the bot at ``path`` in this process as ``__main__``; with ``plan``, the old and the new client at once.

    ``sys.argv``, ``sys.path[0]`` and ``__main__`` are as ``python BOT.py`` sets them, and stay so: threads of the bot
    may outlive its last line. Raises what the bot raises, SystemExit included; PlanError.
    """
    _answer_old_names(path.resolve().parent, plan)
    code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    _execute(code, arguments, __file__=str(path), __cached__=None)


def run_module(name: str, arguments: Sequence[str], plan: Path | None = None) -> None:
    """Runs the module or package ``name`` as ``python -m NAME [ARG...]`` would; else as ``run``.

    Raises NoSuchModule.
    """
    if name.endswith(".py") or not all(name.split(".")):
        # To look for my_bot.py in my_bot would import my_bot, and let it trade.
        raise NoSuchModule(name)
    _answer_old_names(Path.cwd(), plan)
    spec = _spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        spec = _spec(f"{name}.__main__")
    loader = spec.loader if spec is not None else None
    if spec is None or not isinstance(loader, importlib.abc.InspectLoader):
        raise NoSuchModule(name)
    code = loader.get_code(spec.name)
    if code is None:
        raise NoSuchModule(name)
    # Relative imports of the bot go by __package__, and multiprocessing starts its children by __spec__.
    _execute(
        code, arguments, __file__=spec.origin, __cached__=spec.cached, __spec__=spec, __package__=spec.parent,
        __loader__=loader,
    )  # fmt: skip


class NoSuchModule(Exception):
    """There is nothing to run under that name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"there is no module {name!r} that can be run. -m takes a name without .py of a module, or of a package "
            f"with a __main__.py, that lies in the current folder ({Path.cwd()})."
        )


def _spec(name: str) -> importlib.machinery.ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        # Of the bot's own imports another name may be missing: that is its error, and is told as such.
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
    return None


def _answer_old_names(folder: Path, plan: Path | None) -> None:
    # First: the old package may lie beside the bot.
    sys.path.insert(0, str(folder))
    if plan is None:
        answer_old_imports()
    else:
        answer_in_parallel(plan)
    answer_old_addresses()


def _execute(code: types.CodeType, arguments: Sequence[str], **names: Any) -> None:
    main = types.ModuleType("__main__")
    main.__dict__.update(names, __builtins__=__builtins__)
    sys.modules["__main__"] = main
    sys.argv = [names["__file__"], *arguments]
    exec(code, main.__dict__)
