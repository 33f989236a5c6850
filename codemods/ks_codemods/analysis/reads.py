"""What is done with a client where it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import libcst as cst

from ks_codemods.analysis.class_names import is_class_test
from ks_codemods.analysis.flows import Flows, Use
from ks_codemods.analysis.places import Bound, is_getattr
from ks_codemods.analysis.plain import is_plain
from ks_codemods.analysis.taken import doubts
from ks_codemods.methods import METHODS, SESSION_TEXTS, SUPPORTED
from ks_codemods.naming.project import name_of


@dataclass(frozen=True)
class Read:
    """A read, understood or not."""

    kind: Literal["call", "method", "text", "plain", "unknown"]
    why: str = ""
    """For an unknown read: what it does."""
    node: cst.CSTNode | None = None
    """The call, or the attribute."""
    method: str = ""


_PLAIN = Read("plain")


def understood(flows: Flows, use: Use) -> Read:
    """Tells what one use of a client does."""
    if use.deleted:
        return _PLAIN
    source = use.module.source
    parent = source.parent(use.node)
    around = source.parent(parent) if parent is not None else None
    if isinstance(around, cst.Call) and is_getattr(use.module, around) and around.args[0] is parent:
        return _by_name(flows, use, around)
    if isinstance(around, cst.Call) and around.args[:1] == (parent,) and is_class_test(flows, use.module, around):
        return _PLAIN
    if isinstance(parent, cst.Attribute) and parent.value is use.node:
        return _member(flows, use, parent)
    return _PLAIN if is_plain(flows.places, flows.passed, use.module, use.node) else Read("unknown", _what(use, parent))


def _by_name(flows: Flows, use: Use, call: cst.Call) -> Read:
    """``getattr(client, "quote")``, called or not."""
    taken = flows.places.taken(use.module, call)
    if taken is None:
        return Read("unknown", "getattr() reaches what it has by name", call)
    around = use.module.source.parent(call)
    if isinstance(around, cst.Call) and around.func is call:
        if isinstance(taken[0], (cst.Name, cst.Attribute, cst.Subscript, cst.Call)):
            return Read("call", node=around, method=taken[1])
        return Read("unknown", "getattr() is given more than a name", call, taken[1])
    return _taken(flows, use, call, taken[1])


def _taken(flows: Flows, use: Use, node: cst.BaseExpression, name: str) -> Read:
    """A method that is not called where it is named."""
    place = flows.places.place(use.module, node)
    if not isinstance(place, Bound):
        return Read("unknown", f"{name} is passed on without a call", node, name)
    doubt = next(doubts(flows, place), None)
    if doubt is None:
        return Read("method", node=node, method=name)
    return Read("unknown", f"{name} is passed on without a call; {doubt}", node, name)


def _member(flows: Flows, use: Use, attribute: cst.Attribute) -> Read:
    name = attribute.attr.value
    around = use.module.source.parent(attribute)
    if isinstance(around, cst.Decorator) and name in ("setter", "deleter"):
        return _PLAIN
    if name in SESSION_TEXTS:
        if isinstance(around, (cst.AugAssign, cst.Del, cst.AnnAssign)):
            return Read("unknown", f"{name} is changed in a way that is not followed")
        return Read("text", node=attribute, method=name)
    if isinstance(around, cst.Call) and around.func is attribute:
        if name in SUPPORTED:
            return Read("call", node=around, method=name)
        why = f"{name}() has no rewrite" if name in METHODS else f"{name}() is not a method of KSTradeApi"
        return Read("unknown", why, around, name)
    if name in SUPPORTED:
        return _taken(flows, use, attribute, name)
    why = f"{name} is passed on without a call" if name in METHODS else f"its attribute {name} is used"
    return Read("unknown", why, attribute, name)


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
