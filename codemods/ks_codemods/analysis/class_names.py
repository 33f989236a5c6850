"""Where a client's own code names its class: annotations and ``isinstance``. They go where the client goes."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ks_codemods.analysis.flows import Flows
from ks_codemods.analysis.places import Place, Returned
from ks_codemods.naming.project import Function, Module, Variable

Named = tuple[Module, cst.CSTNode]


class ClassNames:
    """The names of the class in annotations of places and in tests of them."""

    def __init__(self, flows: Flows) -> None:
        self._flows, self._project = flows, flows.project
        self._found: dict[Place, list[Named]] = {}
        for module in self._project.modules:
            for place, node in self._expressions(module):
                self._found.setdefault(place, []).extend((module, name) for name in self._names(module, node))

    def of(self, places: list[Place]) -> list[Named]:
        """Those that belong to the places of one group."""
        return list(dict.fromkeys(named for place in places for named in self._found.get(place, [])))

    def _expressions(self, module: Module) -> Iterator[tuple[Place, cst.CSTNode]]:
        for node, scope in module.names.scopes.items():
            if isinstance(node, cst.FunctionDef) and scope.parent is not None:
                params = node.params
                for param in (*params.posonly_params, *params.params, *params.kwonly_params):
                    if param.annotation is not None:
                        yield Variable(module, scope, param.name.value), param.annotation
                if node.returns is not None:
                    variable = self._project.variable(module, scope.parent, node.name.value)
                    yield Returned(Function(module, node, variable)), node.returns
        for other in module.names.scope_of:
            if isinstance(other, cst.AnnAssign) and (place := self._flows.places.place(module, other.target)):
                yield place, other.annotation
            elif isinstance(other, cst.Call) and is_class_test(self._flows, module, other):
                place = self._flows.places.place(module, other.args[0].value)
                if place is not None:
                    yield place, other.args[1].value

    def _names(self, module: Module, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        if isinstance(node, (cst.Name, cst.Attribute)) and self._project.is_constructor(module, node):
            yield node
            return
        for child in node.children:
            yield from self._names(module, child)


def is_class_test(flows: Flows, module: Module, call: cst.Call) -> bool:
    """Whether a call is ``isinstance(x, KSTradeApi)``."""
    named = isinstance(call.func, cst.Name) and call.func.value == "isinstance" and len(call.args) == 2
    if not named or "isinstance" in module.names.bound or any(arg.star or arg.keyword for arg in call.args):
        return False
    return flows.project.is_constructor(module, call.args[1].value)
