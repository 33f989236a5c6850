"""Which argument of a call goes to which parameter, and which functions have callers that are not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from ks_codemods.analysis.classes import decorators, is_known, is_property, is_setter
from ks_codemods.analysis.decorating import passes_through
from ks_codemods.analysis.places import Made, Place, Places, Returned, elements
from ks_codemods.analysis.plain import is_plain
from ks_codemods.analysis.reasons import Reason, Use
from ks_codemods.naming.project import Class, External, Function, Module, Variable

if TYPE_CHECKING:
    from ks_codemods.analysis.flows import Flows

Carrier = cst.Arg | cst.BaseElement | cst.BaseDictElement


@dataclass(frozen=True)
class Given:
    """What a call gives a function: values by position and by name, each in the node that carries it."""

    positional: tuple[Carrier, ...]
    named: tuple[tuple[str, Carrier], ...]


@dataclass(frozen=True)
class _Runner:
    """A foreign function that calls one: where it takes the function, its arguments and its keyword arguments."""

    target: tuple[str, int]
    args: tuple[str, int]
    kwargs: tuple[str, int]


_RUNNERS = {
    "threading.Thread": _Runner(("target", 1), ("args", 3), ("kwargs", 4)),
    "threading.Timer": _Runner(("function", 1), ("args", 2), ("kwargs", 3)),
}
_FORWARDERS = {"asyncio.to_thread": 0}
"""Foreign functions that call their first argument with the others."""
_POOLS = {"concurrent.futures.ThreadPoolExecutor", "concurrent.futures.thread.ThreadPoolExecutor"}
_KEEPING = {"print", "type", "isinstance", "str", "repr", "id", "bool"}
"""Built-in functions that keep nothing of an object and call nothing of it but what Python itself calls."""


def given(call: cst.Call) -> Given | None:
    """What a plain call gives; None where it has starred arguments."""
    if any(arg.star for arg in call.args):
        return None
    positional = tuple(arg for arg in call.args if arg.keyword is None)
    return Given(positional, tuple((arg.keyword.value, arg) for arg in call.args if arg.keyword is not None))


def bound(parameters: cst.Parameters, what: Given, skip: int) -> list[tuple[Carrier, str]]:
    """Which value goes to which parameter."""
    plain = [param.name.value for param in (*parameters.posonly_params, *parameters.params)][skip:]
    by_name = {param.name.value for param in (*parameters.params, *parameters.kwonly_params)}
    named = [(carrier, name) for name, carrier in what.named if name in by_name]
    return [*zip(what.positional, plain, strict=False), *named]


def applied(places: Places, module: Module, call: cst.Call) -> tuple[cst.BaseExpression, Given | None] | None:
    """The function that a call of ``Thread``, ``submit`` and the like has called, and with what."""
    denoted = places.project.denoted(module, call.func)
    dotted = denoted.dotted if isinstance(denoted, External) else ""
    if dotted in _RUNNERS and not any(arg.star for arg in call.args):
        return _run(_RUNNERS[dotted], call)
    is_pool = isinstance(call.func, cst.Attribute) and call.func.attr.value == "submit"
    if dotted in _FORWARDERS or (is_pool and _is_pool(places, module, call.func.value)):  # type: ignore[attr-defined]
        what = given(call)
        if call.args and not call.args[0].star and call.args[0].keyword is None:
            return call.args[0].value, what and Given(what.positional[1:], what.named)
    return None


def _run(runner: _Runner, call: cst.Call) -> tuple[cst.BaseExpression, Given | None] | None:
    target, args, kwargs = (_argument(call, *where) for where in (runner.target, runner.args, runner.kwargs))
    if target is None:
        return None
    if not isinstance(args, (cst.Tuple, cst.List, type(None))) or not isinstance(kwargs, (cst.Dict, type(None))):
        return target, None
    positional = elements(args) if args is not None else []
    named = elements(kwargs) if kwargs is not None else []
    if any(key is None for _, key in (*positional, *named)):
        return target, None
    return target, Given(tuple(e for e, _ in positional), tuple((str(key), e) for e, key in named))


def _argument(call: cst.Call, name: str, place: int) -> cst.BaseExpression | None:
    positional = [arg for arg in call.args if arg.keyword is None]
    named = next((arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == name), None)
    return named if named is not None or place >= len(positional) else positional[place].value


def _is_pool(places: Places, module: Module, node: cst.CSTNode) -> bool:
    if not isinstance(node, cst.Name):
        return False
    variable = places.project.variable(module, places.project.scope(module, node), node.value)
    made = []
    for how in places.project.writes(variable):
        around = variable.module.source.parent(how.node)
        made.append(around.item if isinstance(around, cst.WithItem) else how.node)
    found = [places.project.denoted(variable.module, m.func) if isinstance(m, cst.Call) else None for m in made]
    return bool(found) and all(isinstance(d, External) and d.dotted in _POOLS for d in found)


# -- functions whose callers are not all seen ----------------------------------------------------------------------


class Callers:
    """Doubts about the parameters and results of functions."""

    def __init__(self, flows: Flows) -> None:
        self._flows, self._places = flows, flows.places
        self._read: dict[Place, list[Use]] = {}
        for place, uses in flows.uses.items():
            self._read.setdefault(flows.root(place), []).extend(uses)
        self._loose: dict[str, list[Reason]] = {}
        for module, node in flows.loose:
            reason = Reason(module, node, f"it is not known whose {node.attr.value} this is")
            self._loose.setdefault(node.attr.value, []).append(reason)
        self._escaped: dict[Class, Reason] = {}
        for place, owner in self._places.types.items():
            for use in flows.uses.get(place, []):
                if owner not in self._escaped and not self._keeps(use):
                    text = f"an object of class {owner.node.name.value} is used here in a way that is not followed"
                    self._escaped[owner] = Reason(use.module, use.node, text)

    def doubts(self) -> Iterator[tuple[Place, Reason]]:
        """Places whose values do not all come from (or go to) code that is seen."""
        for module in self._flows.project.modules:
            for node, scope in module.names.scopes.items():
                reason = self._about(module, node) if scope.kind == "function" else None
                if reason is None:
                    continue
                for param in _params(node):
                    variable = Variable(module, scope, param.name.value)
                    if self._places.receiver_class(variable) is None:
                        yield variable, reason
                if isinstance(node, cst.FunctionDef) and scope.parent is not None:
                    variable = self._flows.project.variable(module, scope.parent, node.name.value)
                    yield Returned(Function(module, node, variable)), reason

    def _about(self, module: Module, node: cst.CSTNode) -> Reason | None:
        scope = module.names.scopes[node]
        if not isinstance(node, cst.FunctionDef) or scope.parent is None:
            return Reason(module, node, "it is a parameter of a lambda")
        name = node.name.value
        unknown = [one for one in node.decorators if not is_known(one, node)]
        if not all(passes_through(self._flows.project, module, one) for one in unknown):
            named = ", ".join(sorted(decorators(node) - {"?"})) or "a call"
            return Reason(module, node, f"{name} is decorated by {named}, whose effect is not followed")
        variable = self._flows.project.variable(module, scope.parent, name)
        if isinstance(scope.parent.node, cst.ClassDef):
            return self._about_method(Class(module, scope.parent.node), node, variable)
        return self._about_callee(module, node, variable, name)

    def _about_method(self, owner: Class, node: cst.FunctionDef, variable: Variable) -> Reason | None:
        module, name = owner.module, node.name.value
        top = self._places.classes.topmost(owner)
        for member in self._places.classes.family(top):
            if doubt := self._places.classes.doubt_about(member):
                return Reason(member.module, member.node, doubt)
        if name == "__init__":
            return self._about_init(top)
        if name.startswith("__"):
            return Reason(module, node, f"Python itself calls {name}")
        if is_property(node) or is_setter(node):
            return None
        if top in self._escaped:
            return self._escaped[top]
        return self._about_callee(module, node, variable, name) or next(self._unknown(name), None)

    def _about_init(self, top: Class) -> Reason | None:
        for member in self._places.classes.family(top):
            scope = member.module.names.scopes[member.node].parent
            assert scope is not None
            name = member.node.name.value
            variable = self._flows.project.variable(member.module, scope, name)
            if (reason := self._about_callee(member.module, member.node, variable, name)) is not None:
                return reason
        return None

    def _about_callee(self, module: Module, node: cst.CSTNode, variable: Variable, name: str) -> Reason | None:
        if len(self._flows.project.writes(variable)) != 1:
            return Reason(module, node, f"{name} is bound more than once")
        place = self._places.named(variable)
        for use in self._read.get(self._flows.root(place), []):
            if use.deleted or not self._is_seen(use, is_class=isinstance(node, cst.ClassDef)):
                return Reason(use.module, use.node, f"{name} is used here otherwise than by a call")
        own = {how.node for how in self._flows.project.writes(variable)}
        for reason in self._flows.bad_writes.get(place, []):
            if reason.module.source.parent(reason.node) not in own:
                return Reason(reason.module, reason.node, f"{name} is given another value here")
        if not all(other == place or self._is_copy(other) for other in self._flows.joined(place)):
            return Reason(module, node, f"{name} may be something else too")
        return None

    def _is_copy(self, place: Place) -> bool:
        """Whether a place is nothing but an import of what another one is."""
        writes = self._flows.project.writes(place) if isinstance(place, Variable) else []
        return bool(writes) and all(how.kind == "import" for how in writes)

    def _is_seen(self, use: Use, *, is_class: bool) -> bool:
        parent = use.module.source.parent(use.node)
        around = use.module.source.parent(parent) if parent is not None else None
        if isinstance(parent, cst.Call):
            return parent.func is use.node
        if isinstance(parent, cst.Attribute):
            called = isinstance(around, cst.Call) and around.func is parent
            return is_class or not (called or parent.attr.value.startswith("__"))
        if is_class and isinstance(parent, (cst.Arg, cst.Annotation)):
            tested = isinstance(around, cst.Call) and around.args[0] is not parent
            name = around.func.value if isinstance(around, cst.Call) and isinstance(around.func, cst.Name) else ""
            return (
                isinstance(around, cst.ClassDef)
                or isinstance(parent, cst.Annotation)
                or (tested and name in ("isinstance", "super"))
            )
        return use.node in self._flows.applied or isinstance(parent, cst.Expr)

    def _keeps(self, use: Use) -> bool:
        """Whether an object stays in code that is seen."""
        parent = use.module.source.parent(use.node)
        call = use.module.source.parent(parent) if isinstance(parent, cst.Arg) else None
        if isinstance(parent, cst.Attribute):
            return True
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Name) and call.func.value in _KEEPING:
            return call.func.value not in use.module.names.bound
        return use.deleted or is_plain(self._places, self._flows.passed, use.module, use.node)

    def _unknown(self, name: str) -> Iterator[Reason]:
        """Attributes ``x.name`` of an unknown ``x``."""
        for reason in self._loose.get(name, []):
            assert isinstance(reason.node, cst.Attribute)
            base = self._places.place(reason.module, reason.node.value)
            joined = self._flows.joined(base) if base is not None else []
            is_client = any(isinstance(place, Made) for place in joined)
            if not is_client or any(place in self._flows.bad_writes for place in joined):
                yield reason


def _params(node: cst.CSTNode) -> Iterator[cst.Param]:
    parameters = node.params if isinstance(node, (cst.FunctionDef, cst.Lambda)) else cst.Parameters()
    yield from (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)
