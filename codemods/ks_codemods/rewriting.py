"""What a rewrite is made of."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from ks_codemods.calls import Layout
from ks_codemods.source import Source
from ks_codemods.splices import Splice


@dataclass(frozen=True)
class Context:
    """One old call: where it stands, its arguments by name, and how to lay out new ones."""

    source: Source
    call: cst.Call
    bound: dict[str, cst.Arg]
    layout: Layout


@dataclass(frozen=True)
class Rewrite:
    """A native call in place of an old one."""

    method: str = ""
    """The native method."""
    splices: tuple[Splice, ...] = ()
    """The new arguments."""
    result: str = ""
    """The kind of its result (``results.KINDS``)."""
    refusal: str = ""
    """Why there is no rewrite."""
    at_run_time: bool = False
    """Whether the old arguments are translated at run time."""
