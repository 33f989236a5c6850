"""What is done with a client where it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import libcst as cst

from ks_codemods.flows import Flows, Use
from ks_codemods.methods import METHODS, SESSION_TEXTS, SUPPORTED
from ks_codemods.project import name_of


@dataclass(frozen=True)
class Read:
    """A read, understood or not."""

    kind: Literal["call", "text", "plain", "unknown"]
    why: str = ""
    """For an unknown read: what it does."""
    node: cst.CSTNode | None = None
    """The call, or the attribute."""
    method: str = ""


_PLAIN = Read("plain")


def understood(flows: Flows, use: Use) -> Read:
    """Tells what one use of a client does."""
    if use.deleted:
        return Read("unknown", f"{name_of(use.node)} is deleted")
    source = use.module.source
    parent = source.parent(use.node)
    if isinstance(parent, cst.Attribute) and parent.value is use.node:
        return _member(use, parent)
    return _PLAIN if _is_plain(flows, use, parent) else Read("unknown", _what(use, parent))


def _member(use: Use, attribute: cst.Attribute) -> Read:
    name = attribute.attr.value
    around = use.module.source.parent(attribute)
    if name in SESSION_TEXTS:
        if isinstance(around, (cst.AugAssign, cst.Del, cst.AnnAssign)):
            return Read("unknown", f"{name} is changed in a way that is not followed")
        return Read("text", node=attribute, method=name)
    if isinstance(around, cst.Call) and around.func is attribute:
        if name in SUPPORTED:
            return Read("call", node=around, method=name)
        why = f"{name}() has no rewrite" if name in METHODS else f"{name}() is not a method of KSTradeApi"
        return Read("unknown", why, around, name)
    why = f"{name} is passed on without a call" if name in METHODS else f"its attribute {name} is used"
    return Read("unknown", why, attribute, name)


def _is_plain(flows: Flows, use: Use, parent: cst.CSTNode | None) -> bool:
    node, source = use.node, use.module.source
    if isinstance(parent, cst.Expr):
        return True
    if isinstance(parent, (cst.Assign, cst.AnnAssign)) and parent.value is node:
        targets = [t.target for t in parent.targets] if isinstance(parent, cst.Assign) else [parent.target]
        return all(flows.places.place(use.module, target) is not None for target in targets)
    if isinstance(parent, cst.Arg):
        return parent in flows.passed
    if isinstance(parent, cst.Return):
        return parent in flows.passed
    if isinstance(parent, cst.Param):
        return parent.default is node
    if isinstance(parent, (cst.Comparison, cst.ComparisonTarget)):
        comparison = parent if isinstance(parent, cst.Comparison) else source.parent(parent)
        return isinstance(comparison, cst.Comparison) and _with_none(comparison)
    return _is_truth_test(use, node, parent)


def _with_none(comparison: cst.Comparison) -> bool:
    if len(comparison.comparisons) != 1:
        return False
    target = comparison.comparisons[0]
    sides = [comparison.left, target.comparator]
    wanted = (cst.Is, cst.IsNot, cst.Equal, cst.NotEqual)
    return isinstance(target.operator, wanted) and any(isinstance(s, cst.Name) and s.value == "None" for s in sides)


def _is_truth_test(use: Use, node: cst.CSTNode, parent: cst.CSTNode | None) -> bool:
    if isinstance(parent, (cst.If, cst.While, cst.IfExp, cst.Assert)):
        return parent.test is node
    if isinstance(parent, cst.UnaryOperation):
        return isinstance(parent.operator, cst.Not)
    if isinstance(parent, cst.BooleanOperation):
        return _is_truth_test(use, parent, use.module.source.parent(parent))
    return False


def _what(use: Use, parent: cst.CSTNode | None) -> str:
    name = name_of(use.node)
    if isinstance(parent, cst.Arg):
        around = use.module.source.parent(parent)
        return f"{name} is passed to {name_of(around.func)}" if isinstance(around, cst.Call) else f"{name} is passed on"
    if isinstance(parent, cst.BaseElement):
        return f"{name} is put into a collection"
    words: dict[type[cst.CSTNode | None], str] = {
        cst.Return: "returned where the caller is not followed",
        cst.Yield: "yielded",
        cst.Lambda: "returned by a lambda",
        cst.Assign: "put into something that is not followed",
        cst.Decorator: "used as a decorator",
    }
    return f"{name} is {words.get(type(parent), 'used in a way that is not followed')}"
