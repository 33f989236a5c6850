"""Arguments that look like plain values and are missed: the program waits for them to fail, or they run its code.

``except KeyError`` round ``login(password=settings["password"])``; ``login(password=settings.password)`` of a property.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst

from ks_codemods.naming.scopes import dotted_name
from ks_codemods.reading.source import Source

_FAILING: dict[str, tuple[type[cst.CSTNode], ...]] = {
    **dict.fromkeys(("KeyError", "IndexError", "LookupError"), (cst.Subscript,)),
    **dict.fromkeys(("NameError", "UnboundLocalError"), (cst.Name,)),
    **dict.fromkeys(("ValueError", "OverflowError"), (cst.Call, cst.FormattedString)),
    **dict.fromkeys(("ZeroDivisionError", "ArithmeticError"), (cst.BinaryOperation, cst.Call)),
    "TypeError": (cst.Subscript, cst.Call, cst.BinaryOperation, cst.UnaryOperation),
    "AttributeError": (cst.Attribute,),
}
"""Which expressions raise the errors that an ``except`` names. ``except Exception`` waits for nothing in particular."""


def may_end_in_a_handler(source: Source, call: cst.Call, value: cst.BaseExpression) -> bool:
    """Whether evaluating ``value`` for ``call`` can raise an error that a ``try`` round it names."""
    wanted = tuple({kind for name in _named(source, call) for kind in _FAILING.get(name, ())})
    return bool(wanted) and any(isinstance(node, wanted) for node in _nodes(value))


def runs_a_property(value: cst.BaseExpression, properties: Collection[str]) -> bool:
    """Whether evaluating ``value`` reads an attribute that may be one of ``properties``."""
    return any(isinstance(node, cst.Attribute) and node.attr.value in properties for node in _nodes(value))


def _named(source: Source, node: cst.CSTNode) -> Iterator[str]:
    """The errors that the ``try`` statements round ``node`` name, in its function."""
    parent = source.parent(node)
    while parent is not None and not isinstance(parent, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
        if isinstance(parent, (cst.Try, cst.TryStar)) and parent.body is node:
            for handler in parent.handlers:
                kinds = handler.type.elements if isinstance(handler.type, cst.Tuple) else [handler]
                for kind in kinds:
                    named = kind.value if isinstance(kind, cst.BaseElement) else kind.type
                    yield dotted_name(named).rpartition(".")[2]
        node, parent = parent, source.parent(parent)


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _nodes(child)
