"""How a value is tested: for None, for truth, for a key."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from ks_codemods.reading.source import Source


@dataclass(frozen=True)
class Membership:
    """``"key" in x`` or ``"key" not in x.keys()``: the whole comparison."""

    node: cst.CSTNode
    key: str
    negated: bool


def is_with_none(source: Source, node: cst.CSTNode) -> bool:
    """Whether ``node`` is compared with None, and with nothing else."""
    comparison = source.parent(node)
    if isinstance(comparison, cst.ComparisonTarget):
        comparison = source.parent(comparison)
    if not isinstance(comparison, cst.Comparison) or len(comparison.comparisons) != 1:
        return False
    target = comparison.comparisons[0]
    sides = [comparison.left, target.comparator]
    wanted = (cst.Is, cst.IsNot, cst.Equal, cst.NotEqual)
    return isinstance(target.operator, wanted) and any(isinstance(s, cst.Name) and s.value == "None" for s in sides)


def is_truth(source: Source, node: cst.CSTNode) -> bool:
    """Whether only the truth of ``node`` counts."""
    parent = source.parent(node)
    if isinstance(parent, (cst.If, cst.While, cst.IfExp, cst.Assert)):
        return parent.test is node
    if isinstance(parent, cst.UnaryOperation):
        return isinstance(parent.operator, cst.Not)
    if isinstance(parent, cst.CompIf):
        return True
    return isinstance(parent, cst.BooleanOperation) and is_truth(source, parent)


def membership(source: Source, node: cst.CSTNode) -> Membership | None:
    """The test of ``node`` (or its ``.keys()``) for a key that stands in the source; None for any other use."""
    parent = source.parent(node)
    if isinstance(parent, cst.Attribute) and parent.attr.value == "keys":
        call = source.parent(parent)
        if not isinstance(call, cst.Call) or call.func is not parent or call.args:
            return None
        parent = source.parent(call)
    comparison = source.parent(parent) if isinstance(parent, cst.ComparisonTarget) else None
    if not isinstance(comparison, cst.Comparison) or len(comparison.comparisons) != 1:
        return None
    operator = comparison.comparisons[0].operator
    key = comparison.left.evaluated_value if isinstance(comparison.left, cst.SimpleString) else None
    if not isinstance(operator, (cst.In, cst.NotIn)) or not isinstance(key, str):
        return None
    return Membership(comparison, key, isinstance(operator, cst.NotIn))
