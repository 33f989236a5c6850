"""Uses of a value that only hand it on, or ask whether it is there."""

from __future__ import annotations

from collections.abc import Container

import libcst as cst

from ks_codemods.analysis.places import Places, in_a_test
from ks_codemods.naming.project import Module

_WITH_NONE = (cst.Is, cst.IsNot, cst.Equal, cst.NotEqual)


def is_plain(places: Places, passed: Container[cst.CSTNode], module: Module, node: cst.CSTNode) -> bool:
    """Whether all that is done with ``node`` where it stands is to hand it on to a place, or to test it.

    ``passed``: the arguments, elements and ``return`` statements that are known to go to a place.
    """
    parent = module.source.parent(node)
    if isinstance(parent, cst.Expr):
        return True
    if isinstance(parent, (cst.Assign, cst.AnnAssign)) and parent.value is node:
        targets = [t.target for t in parent.targets] if isinstance(parent, cst.Assign) else [parent.target]
        return all(places.place(module, target) is not None for target in targets)
    if isinstance(parent, (cst.Arg, cst.BaseElement, cst.BaseDictElement, cst.Return)):
        return parent in passed
    if isinstance(parent, cst.Param):
        return parent.default is node
    if isinstance(parent, cst.NamedExpr):
        return parent.value is node and places.place(module, parent.target) is not None
    if isinstance(parent, (cst.Comparison, cst.ComparisonTarget)):
        comparison = parent if isinstance(parent, cst.Comparison) else module.source.parent(parent)
        return isinstance(comparison, cst.Comparison) and _with_none(comparison)
    if isinstance(parent, (cst.IfExp, cst.BooleanOperation)) and places.place(module, parent) is not None:
        return True
    return in_a_test(module, node)


def _with_none(comparison: cst.Comparison) -> bool:
    if len(comparison.comparisons) != 1:
        return False
    target = comparison.comparisons[0]
    sides = [comparison.left, target.comparator]
    return isinstance(target.operator, _WITH_NONE) and any(isinstance(s, cst.Name) and s.value == "None" for s in sides)
