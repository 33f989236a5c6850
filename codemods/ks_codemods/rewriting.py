"""What a rewrite is made of."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from ks_codemods.naming.calls import Layout
from ks_codemods.naming.project import Module
from ks_codemods.reading.source import Source
from ks_codemods.reading.splices import Splice


@dataclass(frozen=True)
class Context:
    """One old call: where it stands, its arguments by name, and how to lay out new ones."""

    module: Module
    call: cst.Call
    bound: dict[str, cst.Arg]
    layout: Layout

    @property
    def receiver(self) -> cst.BaseExpression:
        """The client whose method is called."""
        return self.layout.receiver

    @property
    def source(self) -> Source:
        """The text that it stands in."""
        return self.module.source


@dataclass(frozen=True)
class Rewrite:
    """A native call in place of an old one."""

    method: str = ""
    """The native method; empty where ``splices`` write the whole call."""
    splices: tuple[Splice, ...] = ()
    """The new arguments, or the whole call."""
    result: str = ""
    """The kind of its result (``results.KINDS``)."""
    refusal: str = ""
    """Why there is no rewrite."""
    code: str = ""
    """The code of the site, where that does not follow from the rest."""
    at_run_time: bool = False
    """Whether the old arguments are translated at run time."""
