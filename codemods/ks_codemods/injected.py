"""Calls that look like those of the old client, on an object of which nobody in these files says what it is.

A function is handed its client by a framework, or by a file that was not given. A method name is no evidence: other
brokers have the same. Reported (never rewritten) are calls whose arguments are those that only the old client takes
(spec/idioms.md 3 and 12), in files of a project that uses the old package, on a parameter, or on a name or attribute
that nothing in these files gives a value; none where a class of the project has a method of that name.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ks_codemods import codes
from ks_codemods.analysis.flows import Flows
from ks_codemods.analysis.places import Attr, Created, Made
from ks_codemods.methods import SUPPORTED
from ks_codemods.naming.calls import bind, literal
from ks_codemods.naming.project import OLD, External, Module, Project, Variable
from ks_codemods.reporting.report import Site
from ks_compat.v1.arguments import ORDER_TYPES, SIDES

KNOWN_BY = {
    "place_order": {"order_type", "instrument_token", "transaction_type"},
    "modify_order": {"order_id", "price", "quantity", "disclosed_quantity", "validity"},
    "session_2fa": {"access_code"},
    "order_report": {"order_id"},
    "positions": {"position_type"},
    "quote": {"instrument_token"},
}
"""Method: the keywords by which the old client's calls are known."""
_KINDS = {
    "positions": ("position_type", {"TODAYS", "OPEN", "STOCKS"}),
    "quote": ("quote_type", {"LTP", "OHLC", "DEPTH"}),
}
"""Method: an argument whose literal value tells the old client's from another's."""


def uses_the_old_package(project: Project) -> bool:
    """Whether some file imports the old package, or the drop-in."""
    for module in project.modules:
        hows = [occurrence.how for occurrence in module.names.names if occurrence.how is not None]
        dotted = [how.dotted for how in hows if how.kind == "import"] + [name for _, name in module.names.stars]
        found = [project.external(module, name) for name in dotted if project.resolved(module, name) is None]
        if any(isinstance(one, External) and one.dotted.split(".")[0] == OLD for one in found):
            return True
    return False


class Injected:
    """The calls of a project on clients that come from elsewhere."""

    def __init__(self, project: Project, flows: Flows) -> None:
        self._project, self._flows = project, flows
        self._is_wanted = uses_the_old_package(project)
        classes = [cls for m in project.modules for cls in m.names.scopes.values() if cls.kind == "class"]
        self._own = {name for scope in classes for name in scope.bound}

    def sites(self, module: Module) -> Iterator[Site]:
        """Those of one file."""
        for node in module.names.scope_of if self._is_wanted else ():
            if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
                name, receiver = node.func.attr.value, node.func.value
                if name not in KNOWN_BY or name in self._own or not _is_telling(module, node, name):
                    continue
                if self._comes_from_elsewhere(module, receiver):
                    message = codes.CODES[codes.INJECTED]
                    yield Site(*module.source.position(node), name, "flagged", codes.INJECTED, message)

    def _comes_from_elsewhere(self, module: Module, receiver: cst.BaseExpression) -> bool:
        if not isinstance(receiver, (cst.Name, cst.Attribute)) or self._project.denoted(module, receiver) is not None:
            return False
        place = self._flows.places.place(module, receiver)
        if not isinstance(place, (Variable, Attr)):
            return False
        for other in self._flows.joined(place):
            if isinstance(other, (Made, Created)) or other in self._flows.places.types:
                return False
            if any(reason not in self._flows.doubted for reason in self._flows.bad_writes.get(other, [])):
                return False
        return True


def _is_telling(module: Module, call: cst.Call, name: str) -> bool:
    bound = bind(call, SUPPORTED[name])
    if bound is None or "product" in bound:  # native orders have one, old ones hardly ever
        return False
    named = {arg.keyword.value for arg in call.args if arg.keyword is not None}
    if name == "place_order":
        kind, side = (literal(module.source, bound[key]) for key in ("order_type", "transaction_type"))
        if isinstance(kind, str) and kind not in ORDER_TYPES:
            return False
        return KNOWN_BY[name] <= named or (kind in ORDER_TYPES and side in SIDES)
    if name in _KINDS:
        key, old = _KINDS[name]
        value = literal(module.source, bound.get(key))
        return value in old or (not isinstance(value, str) and KNOWN_BY[name] <= named)
    return KNOWN_BY[name] <= named
