"""What is written to each place: assignments, arguments of known functions, returns, imports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from ks_codemods.places import Made, Place, Places, Returned, is_none_node
from ks_codemods.project import Class, Function, Module, Project, Variable, name_of
from ks_codemods.scopes import How, Occurrence


@dataclass(frozen=True)
class Reason:
    """What holds a group back, and where."""

    module: Module
    node: cst.CSTNode
    text: str

    def __str__(self) -> str:
        line, _ = self.module.source.position(self.node)
        return f"{self.module.path}:{line}: {self.text}"


@dataclass(frozen=True)
class Use:
    """A read (or ``del``) of a place."""

    module: Module
    node: cst.BaseExpression
    deleted: bool = False


class Flows:
    """Places joined into groups by what flows between them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.places = Places(project)
        self.uses: dict[Place, list[Use]] = {}
        self.bad_writes: dict[Place, list[Reason]] = {}
        self.passed: dict[cst.CSTNode, Place] = {}
        """Arguments and returned values: the place they go to."""
        self.loose: list[tuple[Module, cst.Attribute]] = []
        """Attributes of an object of which it is not known what it is."""
        self.patched: list[Reason] = []
        """Writes to what belongs to the old package."""
        self._above: dict[Place, Place] = {}
        for module in project.modules:
            self._collect(module)
        self._doubt_functions()

    # -- groups ----------------------------------------------------------------------------------------------------

    def root(self, place: Place) -> Place:
        """The place that stands for all that are joined with ``place``."""
        while (above := self._above.get(place, place)) != place:
            place = above
        return place

    def _join(self, one: Place, other: Place) -> None:
        first, second = self.root(one), self.root(other)
        if first != second:
            self._above[second] = first
        self._above.setdefault(one, one)
        self._above.setdefault(other, other)

    def groups(self) -> list[list[Place]]:
        """The groups that a constructor call is in."""
        members: dict[Place, list[Place]] = {}
        for place in {*self._above, *self.uses, *self.bad_writes}:
            members.setdefault(self.root(place), []).append(place)
        return [group for group in members.values() if any(isinstance(place, Made) for place in group)]

    # -- collecting ------------------------------------------------------------------------------------------------

    def _collect(self, module: Module) -> None:
        for occurrence in [*module.names.names, *module.names.attributes]:
            self._occurrence(module, occurrence)
        for node in list(module.names.scope_of):
            if isinstance(node, cst.Call):
                self._call(module, node)
            elif isinstance(node, cst.Return):
                self._return(module, node)

    def _occurrence(self, module: Module, occurrence: Occurrence) -> None:
        node = occurrence.node
        place = self.places.place(module, node)
        if place is None:
            self._placeless(module, node, occurrence)
        elif occurrence.how is not None:
            self._write(module, place, node, occurrence.how)
        else:
            self.uses.setdefault(place, []).append(Use(module, node, occurrence.role == "delete"))

    def _placeless(self, module: Module, node: cst.Name | cst.Attribute, occurrence: Occurrence) -> None:
        if not isinstance(node, cst.Attribute):
            return
        denoted = self.project.denoted(module, node)
        if denoted is None:
            self.loose.append((module, node))
        elif occurrence.how is not None and getattr(denoted, "dotted", "").startswith("ks_api_client"):
            self.patched.append(Reason(module, node, f"{name_of(node)} is replaced"))

    def _write(self, module: Module, place: Place, node: cst.CSTNode, how: How) -> None:
        if how.kind == "assign":
            self._value(module, place, how.node)
        elif how.kind == "param" and isinstance(how.node, cst.Param):
            if how.node.default is not None:
                self._value(module, place, how.node.default)
        elif how.kind == "import" and (other := self.project.imported(module, how.dotted)) is not None:
            self._join(place, other)
        else:
            self._bad(place, Reason(module, node, f"{name_of(node)} is bound by {how.word} too"))

    def _value(self, module: Module, place: Place, value: cst.CSTNode) -> None:
        if is_none_node(value):
            return
        source = self.places.place(module, value)
        if source is not None:
            self._join(place, source)
        else:
            self._bad(place, Reason(module, value, "something else than a client of KSTradeApi is put here too"))

    def _bad(self, place: Place, reason: Reason) -> None:
        self.bad_writes.setdefault(place, []).append(reason)

    def _call(self, module: Module, call: cst.Call) -> None:
        place = self.places.place(module, call)
        if place is not None:
            self.uses.setdefault(place, []).append(Use(module, call))
        denoted = self.project.denoted(module, call.func)
        function, skip = (denoted, 0) if isinstance(denoted, Function) else (None, 0)
        if isinstance(denoted, Class) and not self.places.doubt_about(denoted):
            function, skip = self.places.method(denoted, "__init__"), 1
        if function is None:
            return
        bound = bind_call(function.node.params, call, skip)
        scope = function.module.names.scopes[function.node]
        if bound is None:
            for name in scope.bound:
                self._bad(
                    Variable(function.module, scope, name),
                    Reason(module, call, f"{name_of(call)} has starred arguments"),
                )
            return
        for arg, name in bound:
            target = Variable(function.module, scope, name)
            self.passed[arg] = target
            self._value(module, target, arg.value)

    def _return(self, module: Module, node: cst.Return) -> None:
        scope = module.names.scope_of[node]
        if node.value is None or is_none_node(node.value) or not isinstance(scope.node, cst.FunctionDef):
            return
        owner = scope.parent
        assert owner is not None
        if owner.kind == "class":
            return
        variable = self.project.variable(module, owner, scope.node.name.value)
        place = Returned(Function(module, scope.node, variable))
        self.passed[node] = place
        self._value(module, place, node.value)

    # -- functions whose callers are not all seen ------------------------------------------------------------------

    def _doubt_functions(self) -> None:
        read: dict[Place, list[Use]] = {}
        for place, uses in self.uses.items():
            read.setdefault(self.root(place), []).extend(uses)
        for module in self.project.modules:
            for node, scope in module.names.scopes.items():
                if scope.kind == "function":
                    self._doubt(module, node, read)

    def _doubt(self, module: Module, node: cst.CSTNode, read: dict[Place, list[Use]]) -> None:
        scope = module.names.scopes[node]
        reason = self._doubt_about(module, node, read)
        if reason is None:
            return
        for param in _params(node):
            self._bad(Variable(module, scope, param.name.value), reason)
        if isinstance(node, cst.FunctionDef) and scope.parent is not None:
            variable = self.project.variable(module, scope.parent, node.name.value)
            self._bad(Returned(Function(module, node, variable)), reason)

    def _doubt_about(self, module: Module, node: cst.CSTNode, read: dict[Place, list[Use]]) -> Reason | None:
        scope = module.names.scopes[node]
        if not isinstance(node, cst.FunctionDef) or scope.parent is None:
            return Reason(module, node, "it is a parameter of a lambda")
        name = node.name.value
        if node.decorators or node.asynchronous is not None:
            return Reason(module, node, f"{name} is decorated or async")
        callee: Place = self.project.variable(module, scope.parent, name)
        if scope.parent.kind == "class":
            owner = Class(module, scope.parent.node)  # type: ignore[arg-type]
            if name != "__init__" or owner.module.names.scopes[owner.node].parent is None:
                return Reason(module, node, f"the callers of the method {name} are not followed")
            assert isinstance(scope.parent.node, cst.ClassDef)
            assert scope.parent.parent is not None
            if doubt := self.places.doubt_about(owner):
                return Reason(module, node, doubt)
            name = scope.parent.node.name.value
            callee = self.project.variable(module, scope.parent.parent, name)
        if isinstance(callee, Variable) and len(self.project.writes(callee)) != 1:
            return Reason(module, node, f"{name} is bound more than once")
        for use in read.get(self.root(callee), []):
            parent = use.module.source.parent(use.node)
            if not (isinstance(parent, cst.Call) and parent.func is use.node) or use.deleted:
                return Reason(use.module, use.node, f"{name} is used here otherwise than by a call")
        return None


def _params(node: cst.CSTNode) -> Iterator[cst.Param]:
    parameters = node.params if isinstance(node, (cst.FunctionDef, cst.Lambda)) else cst.Parameters()
    yield from (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)


def bind_call(parameters: cst.Parameters, call: cst.Call, skip: int) -> list[tuple[cst.Arg, str]] | None:
    """Which argument goes to which parameter; None where that cannot be told."""
    if any(arg.star for arg in call.args):
        return None
    plain = [param.name.value for param in (*parameters.posonly_params, *parameters.params)][skip:]
    by_name = {param.name.value for param in (*parameters.params, *parameters.kwonly_params)}
    bound, place = [], 0
    for arg in call.args:
        if arg.keyword is None:
            if place < len(plain):
                bound.append((arg, plain[place]))
            place += 1
        elif arg.keyword.value in by_name:
            bound.append((arg, arg.keyword.value))
    return bound
