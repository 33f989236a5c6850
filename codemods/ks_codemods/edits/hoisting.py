"""Arguments that go, but must still be evaluated: ``c.login(password=input("PIN "))`` asks on, on a line before."""

from __future__ import annotations

import libcst as cst

from ks_codemods.naming.calls import is_simple
from ks_codemods.reading.source import Source
from ks_codemods.reading.splices import Part, Region, Splice

_WITH_VALUE = (cst.Expr, cst.Assign, cst.AnnAssign, cst.Return)


def hoisted(source: Source, call: cst.Call, values: list[cst.BaseExpression]) -> Splice | None:
    """The values as statements of their own before the one that ``call`` stands in.

    None where something else would be evaluated before them there, or where no statement can stand.
    """
    statement = _statement(source, call)
    if statement is None:
        return None
    start = source.core(statement)[0]
    before = source.text[source.line_start(start) : start]
    line = source.parent(statement)
    own_line = isinstance(line, cst.SimpleStatementLine) and not before.strip()
    joint = f"{source.module.default_newline}{before}" if own_line else "; "
    parts: list[Part] = []
    for value in values:
        parts += [Region(*source.whole(value)), joint]
    return Splice(start, start, tuple(parts))


def _statement(source: Source, call: cst.Call) -> cst.CSTNode | None:
    """The simple statement in which ``call`` is what is evaluated first."""
    node: cst.CSTNode = call
    while True:
        parent = source.parent(node)
        if isinstance(parent, _WITH_VALUE) and parent.value is node:
            return parent
        around = source.parent(parent) if isinstance(parent, (cst.Arg, cst.ComparisonTarget)) else parent
        if around is None or not _begins_with(around, parent, node):
            return None
        node = around


def _begins_with(around: cst.CSTNode, parent: cst.CSTNode | None, node: cst.CSTNode) -> bool:
    """Whether an expression evaluates ``node``, a part of it, before anything else that does anything."""
    if isinstance(around, (cst.Attribute, cst.Subscript)):
        return around.value is node
    if isinstance(around, cst.Call):
        return around.func is node or (isinstance(parent, cst.Arg) and _is_first(around, parent))
    if isinstance(around, cst.Comparison):
        return around.left is node or (around.comparisons[0] is parent and is_simple(around.left))
    return False


def _is_first(call: cst.Call, arg: cst.Arg) -> bool:
    """Whether nothing that does anything is evaluated before ``arg``."""
    before = call.args[: call.args.index(arg)]
    return not arg.star and is_simple(call.func) and all(is_simple(other.value) and not other.star for other in before)
