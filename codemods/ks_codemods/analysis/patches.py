"""What may change the old package itself: then no client is what its constructor says, and all stay on the facade.

A bot that trades on paper puts its own ``place_order`` into ``KSTradeApi``: a native client would not have it, and
send.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from ks_codemods.analysis.reasons import Reason
from ks_codemods.naming.project import CONSTRUCTOR, KS_API, NEW, OLD, External, Module, Project, name_of
from ks_codemods.naming.scopes import Occurrence, dotted_name

_WHOLE = {External(name) for name in (OLD, KS_API, CONSTRUCTOR)}
_ASKING = {
    "isinstance", "issubclass", "hasattr", "print", "str", "repr", "id", "dir", "help", "cast", "callable", "bool",
    "TypeVar", "NewType",
}  # fmt: skip
"""Functions that keep nothing of a class or module that they are given."""
_PASSING = (cst.IfExp, cst.BooleanOperation, cst.NamedExpr, cst.BaseElement, cst.List, cst.Tuple, cst.Set)
"""What a value only goes through."""
_HANDING = (cst.Assign, cst.Return, cst.Yield, cst.Lambda, cst.Param, cst.DictElement, cst.For, cst.CompFor)
_MODULES = External("sys.modules")
_ORDERS = {"place_order", "modify_order", "cancel_order"}
_LOADERS = {"__import__", "import_module"}
_TARGET = re.compile(rf"(\w+\.)*(ks_api\.KSTradeApi|KSTradeApi\.\w+)(\.\w+)*|({OLD}|{NEW})\.ks_api")
"""A text that names what ``mock.patch`` replaces."""
_NAME = re.compile(rf"{OLD}(\.\w+)*")


def found(project: Project) -> Iterator[Reason]:
    """All that may change the old package, in all files."""
    standing = list(stand_ins(project))
    if standing:
        yield from standing
        return
    for module in project.modules:
        for occurrence in [*module.names.names, *module.names.attributes]:
            yield from _of_a_name(project, module, occurrence)
        for node in module.names.scope_of:
            if isinstance(node, cst.Call) and _loads(node):
                yield Reason(module, node, "the old package is loaded by name here, and may be changed")
        texts = _Texts()
        module.source.module.visit(texts)
        yield from (Reason(module, node, "a text names what mock.patch may replace") for node in texts.found)


def stand_ins(project: Project) -> Iterator[Reason]:
    """Where ``sys.modules`` may be given something else under the old name: swapped imports would pass it by."""
    for module in project.modules:
        if "modules" not in module.source.text:
            continue
        handed = [
            o.node
            for o in [*module.names.names, *module.names.attributes]
            if o.role == "read" and project.denoted(module, o.node) == _MODULES and _is_handed_on(module, o.node)
        ]
        texts = _Texts()
        module.source.module.visit(texts)
        if (handed or texts.modules) and texts.names:
            where = next(iter([*handed, *texts.modules]))
            yield Reason(module, where, f"sys.modules may hold another {OLD}: its imports stay as they are")


def _of_a_name(project: Project, module: Module, occurrence: Occurrence) -> Iterator[Reason]:
    node = occurrence.node
    if occurrence.role == "write":
        if isinstance(node, cst.Attribute) and node.attr.value in _ORDERS and occurrence.how is not None:
            yield Reason(module, node, f"{name_of(node)} is replaced")
    elif project.denoted(module, node) in _WHOLE and _is_handed_on(module, node):
        yield Reason(module, node, f"{name_of(node)} is handed on here, and may be changed")


def _is_handed_on(module: Module, node: cst.CSTNode) -> bool:
    """Whether a class or module goes where it is not followed."""
    parent = module.source.parent(node)
    if isinstance(parent, _PASSING):
        return _is_handed_on(module, parent)
    if isinstance(parent, cst.Arg):
        call = module.source.parent(parent)
        return isinstance(call, cst.Call) and dotted_name(call.func).rpartition(".")[2] not in _ASKING
    if isinstance(parent, cst.AnnAssign):
        return parent.value is node
    if isinstance(parent, cst.Subscript):  # sys.modules["ks_api_client"]; of a class: typing's business
        return parent.value is node
    if isinstance(parent, cst.Attribute):
        return dotted_name(parent.value).endswith("modules")
    return isinstance(parent, _HANDING)


def _loads(call: cst.Call) -> bool:
    name = dotted_name(call.func).rpartition(".")[2]
    first = call.args[0].value if call.args else None
    value = first.evaluated_value if isinstance(first, cst.SimpleString) else None
    return name in _LOADERS and isinstance(value, str) and value.split(".")[0] in (OLD, NEW)


class _Texts(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: list[cst.SimpleString] = []
        self.names: list[cst.CSTNode] = []
        """Where a text (or the name of an argument) is that of the old package or a module of it."""
        self.modules: list[cst.CSTNode] = []
        """Texts that say ``sys.modules``."""

    def visit_Annotation(self, node: cst.Annotation) -> bool:  # noqa: ARG002, N802 - libcst's name
        return False

    def visit_SimpleString(self, node: cst.SimpleString) -> None:  # noqa: N802 - libcst's name
        value = node.evaluated_value
        if not isinstance(value, str):
            return
        if _TARGET.fullmatch(value):
            self.found.append(node)
        if _NAME.fullmatch(value):
            self.names.append(node)
        if value == "sys.modules":
            self.modules.append(node)

    def visit_Arg(self, node: cst.Arg) -> None:  # noqa: N802 - libcst's name
        if node.keyword is not None and node.keyword.value == OLD:
            self.names.append(node)
