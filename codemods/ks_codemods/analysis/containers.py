"""Dicts, lists and tuples that hold a client: is all that is done with them seen?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from ks_codemods.analysis.places import Item, Made, Place
from ks_codemods.analysis.plain import is_plain
from ks_codemods.analysis.reasons import Reason, Use
from ks_codemods.naming.project import Module, name_of

if TYPE_CHECKING:
    from ks_codemods.analysis.flows import Flows

_SEEN_METHODS = {"get", "pop", "setdefault", "append", "insert", "keys", "clear"}
_LOOPED_METHODS = {"values", "items"}
_DISPLAYS = (cst.Dict, cst.List, cst.Tuple)


def bases(flows: Flows, places: Iterable[Place]) -> set[Place]:
    """All places that hold a container which one of ``places`` is in, and what those are in."""
    found: set[Place] = set()
    todo = list(places)
    while todo:
        place = todo.pop()
        if isinstance(place, Item):
            new = set(flows.joined(place.base)) - found
            found |= new
            todo += new
    return found


def doubts(flows: Flows, containers: Collection[Place]) -> Iterator[Reason]:
    """What is done with containers that is not followed."""
    made: set[Place] = set()
    for place in containers:
        if any(is_display(reason.module, reason.node) for reason in flows.bad_writes.get(place, [])):
            made.add(flows.root(place))
    for place in containers:
        if flows.root(place) not in made:
            for use in flows.uses.get(place, [])[:1]:
                yield Reason(use.module, use.node, f"it is not seen where {name_of(use.node)} comes from")
        if isinstance(place, Made):
            yield Reason(place.module, place.call, "a client is taken for a dict, list or tuple")
        for reason in flows.bad_writes.get(place, []):
            if not is_display(reason.module, reason.node):
                yield Reason(reason.module, reason.node, "what holds the client may be something else here")
        for use in flows.uses.get(place, []):
            if not _is_seen(flows, use):
                yield Reason(use.module, use.node, f"{name_of(use.node)} holds the client and is not followed here")


def is_display(module: Module, node: cst.CSTNode) -> bool:
    """Whether an expression makes a new dict, list or tuple."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and not node.args:
        return node.func.value in ("dict", "list") and node.func.value not in module.names.bound
    return isinstance(node, _DISPLAYS)


def _is_seen(flows: Flows, use: Use) -> bool:
    node, module = use.node, use.module
    parent = module.source.parent(node)
    around = module.source.parent(parent) if parent is not None else None
    if use.deleted or is_plain(flows.places, flows.passed, module, node):
        return True
    if isinstance(parent, cst.Subscript):
        return parent.value is node
    if isinstance(parent, (cst.For, cst.CompFor)):
        return parent.iter is node
    if isinstance(parent, cst.ComparisonTarget):
        return isinstance(parent.operator, (cst.In, cst.NotIn))
    if isinstance(parent, cst.Assign):
        return all(isinstance(target.target, (cst.Tuple, cst.List)) for target in parent.targets)
    if isinstance(parent, cst.Arg) and isinstance(around, cst.Call) and isinstance(around.func, cst.Name):
        looped = around.func.value == "enumerate" and _is_looped(module, around)
        return (around.func.value == "len" or looped) and around.func.value not in module.names.bound
    if isinstance(parent, cst.Attribute) and isinstance(around, cst.Call) and around.func is parent:
        name = parent.attr.value
        return name in _SEEN_METHODS or (name in _LOOPED_METHODS and _is_looped(module, around))
    return False


def _is_looped(module: Module, node: cst.CSTNode) -> bool:
    loop = module.source.parent(node)
    return isinstance(loop, (cst.For, cst.CompFor)) and loop.iter is node
