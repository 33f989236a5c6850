"""The results of native calls: used natively where every use is understood, else given their old shape.

The tables of ``ks_compat.v1.shapes`` say which attribute and which conversion stand behind an old key.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import libcst as cst

from ks_codemods.calls import V1
from ks_codemods.flows import Flows, Use
from ks_codemods.project import Module, Project, Variable
from ks_codemods.splices import Part, Region, Splice
from ks_compat.v1 import shapes


@dataclass(frozen=True)
class Kind:
    """A kind of result: what gives it its old shape, that shape's table, and what makes the native list of it."""

    answer: str
    shape: shapes.Shape | None = None
    native: str = ""


KINDS = {
    "login": Kind("login_answer"),
    "session": Kind("session_answer"),
    "logout": Kind("logout_answer"),
    "place": Kind("place_answer"),
    "modify": Kind("modify_answer"),
    "cancel": Kind("cancel_answer"),
    "order_book": Kind("order_book_answer", shapes.ORDER_BOOK),
    "order_history": Kind("order_history_answer", shapes.ORDER_HISTORY),
    "todays_positions": Kind("todays_positions_answer", shapes.TODAYS_POSITIONS, "todays_positions"),
    "open_positions": Kind("open_positions_answer", shapes.OPEN_POSITIONS, "open_positions"),
    "quote": Kind("quote_answer", shapes.QUOTES),
    "ltp": Kind("ltp_answer", shapes.LTP_QUOTES),
}
_BUILTINS = {"int", "float", "str", "len"}
_PLACED_ON = {"NSE", "BSE"}
"""Keys of an old order answer that ``OrderAck.on`` knows under the same name."""
_MAY_BE_NONE = {"instrument_token"}
"""Attributes of which ``float(x)`` and ``float(str(x))`` do not fail alike."""


class _NotUnderstood(Exception):
    """A use of a result that only its old shape can serve."""


class Results:
    """Decides for each result of a call of a native group."""

    def __init__(self, project: Project, flows: Flows, kinds: dict[cst.CSTNode, str]) -> None:
        self._project, self._flows = project, flows
        self._kinds = kinds
        """Each native call: the kind of its result."""
        self._joined = Counter(flows.root(place) for place in flows.uses)

    def edits(self, module: Module, call: cst.Call) -> tuple[list[Splice], bool]:
        """The splices round a call and in the uses of its result, and whether it had to be given its old shape."""
        kind = KINDS[self._kinds[call]]
        parent = module.source.parent(call)
        if isinstance(parent, cst.Expr):
            return [], False
        start, end = module.source.core(call)
        try:
            uses = self._of_call(module, call, parent)
        except _NotUnderstood:
            return [Splice(start, end, (f"{V1}.{kind.answer}(", Region(start, end), ")"))], True
        if kind.native:
            uses.append(Splice(start, end, (f"{V1}.{kind.native}(", Region(start, end), ")")))
        return uses, False

    def _of_call(self, module: Module, call: cst.Call, parent: cst.CSTNode | None) -> list[Splice]:
        kind = self._kinds[call]
        if module.names.bound & _BUILTINS:
            raise _NotUnderstood
        if not isinstance(parent, cst.Assign):
            return self._use(module, call, kind)
        target = parent.targets[0].target
        if len(parent.targets) != 1 or not isinstance(target, cst.Name):
            raise _NotUnderstood
        variable = self._project.variable(module, self._project.scope(module, target), target.value)
        writes = self._project.writes(variable)
        if any(how.kind != "assign" or self._kinds.get(how.node) != kind for how in writes):
            raise _NotUnderstood
        splices = [splice for use in self._uses(variable) for splice in self._use(module, use.node, kind)]
        # The uses of a name that several calls give its value are edited once, with the first of them.
        return splices if writes[0].node is call else []

    def _uses(self, variable: Variable) -> list[Use]:
        """All uses of a variable, if they are all seen and all in its own module."""
        uses = self._flows.uses.get(variable, [])
        joined = self._joined[self._flows.root(variable)] > 1
        shown = variable.scope.parent is None and is_star_imported(self._project, variable.module)
        if variable.scope.kind == "class" or joined or shown:
            raise _NotUnderstood
        if any(use.deleted or use.module is not variable.module for use in uses):
            raise _NotUnderstood
        return uses

    # -- uses of a result ------------------------------------------------------------------------------------------

    def _use(self, module: Module, node: cst.CSTNode, kind: str) -> list[Splice]:
        shape = KINDS[kind].shape
        if shape is not None:
            return self._rows(module, node, shape)
        if kind == "place":
            return self._order_id(module, node)
        raise _NotUnderstood

    def _order_id(self, module: Module, node: cst.CSTNode) -> list[Splice]:
        answer, _ = _item(module, node, {"Success"})
        placed, exchange = _item(module, answer, _PLACED_ON, by_get=False)
        found, _ = _item(module, placed, {"orderId"})
        quoted = module.source.code(exchange)
        return [
            _replaced(module, found, "int(", _region(module, node), f".on({quoted}).order_id)"),
        ]

    def _rows(self, module: Module, node: cst.CSTNode, shape: shapes.Shape) -> list[Splice]:
        rows, _ = _item(module, node, {shape.envelope})
        around = module.source.parent(rows)
        itself = _region(module, node)
        if isinstance(around, cst.Subscript) and around.value is rows:
            index = _index(around)
            if index is None or isinstance(index, (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)):
                raise _NotUnderstood
            return [self._field(module, around, shape, (itself, "[", _region(module, index), "]"))]
        if isinstance(around, (cst.For, cst.CompFor)) and around.iter is rows:
            return [_replaced(module, rows, itself), *self._loop(module, around, shape)]
        if _is_only_argument(module, around, "len"):
            return [_replaced(module, rows, itself)]
        raise _NotUnderstood

    def _loop(self, module: Module, loop: cst.For | cst.CompFor, shape: shapes.Shape) -> list[Splice]:
        if not isinstance(loop.target, cst.Name) or loop.asynchronous is not None:
            raise _NotUnderstood
        variable = self._project.variable(module, self._project.scope(module, loop.target), loop.target.value)
        if len(self._project.writes(variable)) != 1:
            raise _NotUnderstood
        uses = self._uses(variable)
        return [self._field(module, use.node, shape, (_region(module, use.node),)) for use in uses]

    def _field(self, module: Module, row: cst.CSTNode, shape: shapes.Shape, native: tuple[Part, ...]) -> Splice:
        found, key = _item(module, row, set(shape.row))
        source = shape.row[str(_text(key))]
        if not isinstance(source, shapes.From):
            raise _NotUnderstood
        value: tuple[Part, ...] = (*native, f".{source.attribute}") if source.attribute else native
        if not source.convert or self._is_in_float(module, found, source):
            return _replaced(module, found, *value)
        function = source.convert if source.convert in shapes.BUILTINS else f"{V1}.{source.convert}"
        return _replaced(module, found, f"{function}(", *value, ")")

    def _is_in_float(self, module: Module, found: cst.CSTNode, source: shapes.From) -> bool:
        """``float(str(price))`` is ``float(price)``."""
        is_text = source.convert == "str" and source.attribute not in _MAY_BE_NONE
        return is_text and _is_only_argument(module, module.source.parent(found), "float")


def is_star_imported(project: Project, module: Module) -> bool:
    """Whether some file takes all names of ``module``."""
    return any(
        project.resolved(other, dotted) is module for other in project.modules for _, dotted in other.names.stars
    )


def _item(module: Module, node: cst.CSTNode, keys: set[str], *, by_get: bool = True) -> tuple[cst.CSTNode, cst.CSTNode]:
    """The subscript (or ``.get``) of ``node`` by one of ``keys``, and its key."""
    parent = module.source.parent(node)
    found, key = parent, None
    if isinstance(parent, cst.Subscript) and parent.value is node:
        key = _index(parent)
    elif by_get and isinstance(parent, cst.Attribute) and parent.attr.value == "get":
        found = module.source.parent(parent)
        if isinstance(found, cst.Call) and found.func is parent and len(found.args) == 1:
            key = found.args[0].value if not found.args[0].star and found.args[0].keyword is None else None
    if found is None or key is None or _text(key) not in keys or found in module.names.targets:
        raise _NotUnderstood
    return found, key


def _index(subscript: cst.Subscript) -> cst.BaseExpression | None:
    element = subscript.slice[0].slice
    return element.value if len(subscript.slice) == 1 and isinstance(element, cst.Index) and not element.star else None


def _text(node: cst.CSTNode) -> str | None:
    value = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return value if isinstance(value, str) else None


def _is_only_argument(module: Module, arg: cst.CSTNode | None, function: str) -> bool:
    call = module.source.parent(arg) if isinstance(arg, cst.Arg) and arg.keyword is None and not arg.star else None
    named = isinstance(call, cst.Call) and isinstance(call.func, cst.Name) and call.func.value == function
    return named and isinstance(call, cst.Call) and len(call.args) == 1


def _region(module: Module, node: cst.CSTNode) -> Region:
    return Region(*module.source.whole(node))


def _replaced(module: Module, node: cst.CSTNode, *parts: Part) -> Splice:
    return Splice(*module.source.core(node), parts)
