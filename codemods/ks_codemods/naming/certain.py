"""What is certain about a value before the program runs."""

from __future__ import annotations

import libcst as cst

from ks_codemods.methods import SUPPORTED
from ks_codemods.naming.project import Module
from ks_codemods.naming.scopes import How

_NEVER_NONE = {"int", "float", "str", "len", "abs", "round"}
_NUMBERS_OF_ORDERS = {"orderId"}


def is_never_none(module: Module, node: cst.CSTNode, seen: frozenset[tuple[object, str]] = frozenset()) -> bool:
    """Whether an expression cannot be None: a text or number, a conversion, an old answer's order number, or a name
    that is given nothing else."""
    if isinstance(node, (cst.Integer, cst.Float, cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)):
        return True
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
        return node.func.value in _NEVER_NONE - module.names.bound
    if isinstance(node, cst.Subscript):
        return key_of(node) in _NUMBERS_OF_ORDERS and _is_of_answer(module, node.value, seen)
    if isinstance(node, cst.Name):
        return all(
            how.kind in ("assign", "walrus") and is_never_none(module, how.node, _further(module, node, seen))
            for how in _writes(module, node, seen)
        )
    return False


def key_of(node: cst.Subscript) -> str | None:
    """The text that ``node`` is subscripted with; None for any other index."""
    element = node.slice[0].slice
    alone = len(node.slice) == 1 and not isinstance(node.slice[0].comma, cst.Comma)
    index = element.value if alone and isinstance(element, cst.Index) else None
    value = index.evaluated_value if isinstance(index, cst.SimpleString) else None
    return value if isinstance(value, str) else None


def _is_of_answer(module: Module, node: cst.CSTNode, seen: frozenset[tuple[object, str]]) -> bool:
    """Whether an expression certainly leads through the envelope of an old answer, and to what a call gave."""
    if isinstance(node, cst.Subscript):
        return _is_of_answer(module, node.value, seen)
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Attribute) and node.func.attr.value in SUPPORTED
    if isinstance(node, cst.Name):
        sources = [
            how.node.iter if isinstance(how.node, (cst.For, cst.CompFor)) else how.node
            for how in _writes(module, node, seen)
            if how.kind in ("assign", "walrus", "loop") and how.index is None
        ]
        complete = len(sources) == len(_writes(module, node, seen))
        return complete and all(_is_of_answer(module, source, _further(module, node, seen)) for source in sources)
    return False


def _writes(module: Module, name: cst.Name, seen: frozenset[tuple[object, str]]) -> list[How]:
    """What a name is given; one odd write where that is not known, or goes in a circle."""
    unknown = [How("other", name)]
    if name not in module.names.scope_of:
        return unknown
    owner = module.names.scope_of[name].owner(name.value)
    from_outside = owner.parent is None and name.value in module.written_as_attributes
    if (owner, name.value) in seen or from_outside:
        return unknown
    found = [
        occurrence.how
        for occurrence in module.names.names
        if occurrence.name == name.value and occurrence.how and occurrence.scope.owner(name.value) is owner
    ]
    return found or unknown


def _further(module: Module, name: cst.Name, seen: frozenset[tuple[object, str]]) -> frozenset[tuple[object, str]]:
    return seen | {(module.names.scope_of[name].owner(name.value), name.value)}
