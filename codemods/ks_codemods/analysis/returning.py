"""Functions that return a result, and their callers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from ks_codemods.naming.project import Module, Project, Variable

if TYPE_CHECKING:
    from ks_codemods.analysis.flows import Flows


@dataclass(frozen=True)
class Callers:
    """A function of which every call is seen, and these calls."""

    function: cst.FunctionDef
    variable: Variable
    calls: list[cst.Call]


def callers_of(project: Project, flows: Flows, module: Module, statement: cst.Return) -> Callers | None:
    """The callers of the function that ``statement`` stands in; None where they are not all seen.

    Not of methods, of decorated or asynchronous functions, nor of generators.
    """
    scope = module.names.scope_of[statement]
    node = scope.node
    if not isinstance(node, cst.FunctionDef) or scope.parent is None or scope.parent.kind == "class":
        return None
    if node.decorators or node.asynchronous is not None or not _always_returns(node):
        return None
    variable = project.variable(module, scope.parent, node.name.value)
    if len(project.writes(variable)) != 1:
        return None
    calls: list[cst.Call] = []
    for use in flows.uses.get(variable, []):
        call = module.source.parent(use.node) if use.module is module and not use.deleted else None
        if not isinstance(call, cst.Call) or call.func is not use.node:
            return None
        calls.append(call)
    return Callers(node, variable, calls)


def returns_of(node: cst.FunctionDef) -> Iterator[cst.Return]:
    """The return statements of a function, without those of functions in it."""
    found = _Returns()
    node.body.visit(found)
    yield from found.returns


def _always_returns(node: cst.FunctionDef) -> bool:
    # One that can fall off its end gives None too, and only the old shape fails on None as it did.
    found = _Returns()
    node.body.visit(found)
    last = node.body.body[-1] if node.body.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, cst.Return) and not found.yields


class _Returns(cst.CSTVisitor):
    def __init__(self) -> None:
        self.returns: list[cst.Return] = []
        self.yields = False

    def visit_Return(self, node: cst.Return) -> None:  # noqa: N802 - libcst's name
        self.returns.append(node)

    def visit_Yield(self, node: cst.Yield) -> None:  # noqa: ARG002, N802
        self.yields = True

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:  # noqa: ARG002, N802
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:  # noqa: ARG002, N802
        return False
