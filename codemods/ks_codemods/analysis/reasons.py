"""What the analysis says of one place in the code."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from ks_codemods.naming.project import Module


@dataclass(frozen=True)
class Reason:
    """What holds a group back, and where."""

    module: Module
    node: cst.CSTNode
    text: str

    def __str__(self) -> str:
        line, _ = self.module.source.position(self.node)
        return f"{self.module.path}:{line}: {self.text}"


@dataclass(frozen=True)
class Use:
    """A read (or ``del``) of a place."""

    module: Module
    node: cst.BaseExpression
    deleted: bool = False
