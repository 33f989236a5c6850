"""What is written to each place: assignments, arguments of known functions, returns, imports."""

from __future__ import annotations

import libcst as cst

from ks_codemods.analysis import callers, containers
from ks_codemods.analysis.classes import is_property, is_setter
from ks_codemods.analysis.joins import Joins
from ks_codemods.analysis.places import (
    Attr,
    Bound,
    Created,
    Either,
    Item,
    Made,
    Place,
    Places,
    Returned,
    elements,
    is_none_node,
)
from ks_codemods.analysis.reasons import Reason, Use
from ks_codemods.naming.project import Class, Function, Module, Project, Variable, name_of
from ks_codemods.naming.scopes import How, Occurrence

__all__ = ["Flows", "Reason", "Use"]

_PUTS = {"append": 0, "insert": 1, "setdefault": 1}
"""Methods of a list or dict that put something in: which argument."""


class Flows(Joins):
    """Places joined into groups by what flows between them.

    What an attribute or a method call means depends on the class of its object, and that on what flows where: so the
    code is gone through again with what was learned, until nothing new is.
    """

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.project = project
        self.places = Places(project)
        self.passed: dict[cst.CSTNode, Place] = {}
        """Arguments, elements and returned values: the place they go to."""
        self.applied: set[cst.CSTNode] = set()
        """Functions that are given to ``Thread`` and the like, which call them."""
        self.doubted: set[Reason] = set()
        """Reasons that say only that not all of the values are seen."""
        self.handed: set[cst.CSTNode] = set()
        """All values that ``Thread`` and the like are given to call, whatever they are."""
        self.written: set[Place] = set()
        """Places that are given something where it is seen."""
        self.loose: list[tuple[Module, cst.Attribute]] = []
        """Attributes of an object of which it is not known what it is."""
        self.patched: list[Reason] = []
        """Writes to what belongs to the old package."""
        self._untyped: set[Place] = set()
        self._follow()
        while self._learn():
            self._follow()
        self.places.containers = self._relevant_containers()
        self._follow()

    # -- rounds ----------------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Goes through all files once."""
        for store in (self.uses, self.bad_writes, self.passed, self.applied, self.handed, self.written, self.doubted):
            store.clear()
        for more in (self.loose, self.patched, self._above):
            more.clear()
        self.places.forget()
        for module in self.project.modules:
            self._collect(module)
        self._join_items()
        self._sort()
        for place, reason in list(callers.Callers(self).doubts()):
            self._bad(place, reason)
            self.doubted.add(reason)
        self._sort()

    def _learn(self) -> bool:
        """Takes note of the places that hold nothing but instances of one class; whether that was anything new."""
        types: dict[Place, Class] = {}
        mappings: set[Place] = set()
        for group in self._members.values():
            found = {cls for place in group if (cls := self._class_of(place)) is not None}
            if len(found) == 1 and self._is_pure(group):
                types.update((place, next(iter(found))) for place in group if place not in self._untyped)
            bad = [reason.node for place in group for reason in self.bad_writes.get(place, [])]
            if any(isinstance(node, cst.Dict) for node in bad):
                mappings.update(group)
        before = (self.places.types, self.places.mappings)
        # A place that was taken for an instance in error is never taken for one again: the rounds come to an end.
        self._untyped |= {place for place, cls in before[0].items() if types.get(place) != cls}
        types = {place: cls for place, cls in types.items() if place not in self._untyped}
        self.places.types, self.places.mappings = types, mappings | before[1]
        return before != (self.places.types, self.places.mappings)

    def _class_of(self, place: Place) -> Class | None:
        if isinstance(place, Created):
            denoted = self.project.denoted(place.module, place.call.func)
            return self.places.classes.topmost(denoted) if isinstance(denoted, Class) else None
        received = self.places.receiver_class(place) if isinstance(place, Variable) else None
        return self.places.classes.topmost(received) if received is not None else None

    def _is_pure(self, group: list[Place]) -> bool:
        if any(isinstance(place, Made) or place in self.bad_writes for place in group):
            return False
        return not any(containers.doubts(self, containers.bases(self, group)))

    def _relevant_containers(self) -> set[Place]:
        """The places that hold a container with a client or a known instance in it."""
        wanted = [place for group in self.groups() for place in group]
        wanted += [place for group in self.method_groups() for place in group]
        return containers.bases(self, [*wanted, *self.places.types])

    # -- collecting ------------------------------------------------------------------------------------------------

    def _collect(self, module: Module) -> None:
        self._stars(module)
        for occurrence in [*module.names.names, *module.names.attributes]:
            self._occurrence(module, occurrence)
        for target, how in module.names.items:
            if (item := self.places.place(module, target)) is not None:
                self._write(module, item, target, how)
        for node in list(module.names.scope_of):
            if isinstance(node, cst.Call):
                self._call(module, node)
            elif isinstance(node, cst.Return):
                self._return(module, node)
            elif isinstance(node, cst.BaseExpression) and not isinstance(node, (cst.Name, cst.Attribute)):
                self._expression(module, node)

    def _stars(self, module: Module) -> None:
        if not module.names.stars:
            return
        for name in sorted({occurrence.name for occurrence in module.names.names}):
            places: list[Place] = list(self.project.starred(module, name))
            if name in module.names.globals:
                places.append(Variable(module, module.names.scope, name))
            for place in places[1:]:
                self._join(places[0], place)

    def _occurrence(self, module: Module, occurrence: Occurrence) -> None:
        node = occurrence.node
        place = self.places.place(module, node)
        if place is None or isinstance(place, Bound):
            self._placeless(module, node, occurrence)
        if place is None:
            return
        if occurrence.how is not None:
            self._write(module, place, node, occurrence.how)
        else:
            self.uses.setdefault(place, []).append(Use(module, node, occurrence.role == "delete"))
        if occurrence.name in module.names.read_in_classes and occurrence.scope.kind == "class":
            # Before the class gives the name a value, the global is read: ``client = client``.
            self._join(place, self.places.named(self.project.variable(module, module.names.scope, occurrence.name)))

    def _placeless(self, module: Module, node: cst.Name | cst.Attribute, occurrence: Occurrence) -> None:
        if not isinstance(node, cst.Attribute):
            return
        denoted = self.project.denoted(module, node)
        if denoted is None:
            self.loose.append((module, node))
        elif occurrence.how is not None and getattr(denoted, "dotted", "").startswith("ks_api_client"):
            self.patched.append(Reason(module, node, f"{name_of(node)} is replaced"))

    def _write(self, module: Module, place: Place, node: cst.CSTNode, how: How) -> None:
        if how.kind != "param" or (isinstance(how.node, cst.Param) and how.node.default is not None):
            self.written.add(place)
        if how.kind in ("assign", "walrus"):
            self._value(module, place, how.node)
        elif how.kind == "param" and isinstance(how.node, cst.Param):
            if how.node.default is not None:
                self._value(module, place, how.node.default)
        elif how.kind == "import" and (other := self.project.imported(module, how.dotted)) is not None:
            self._join(place, self.places.named(other))
        elif how.kind == "def" and isinstance(place, Attr) and isinstance(how.node, cst.FunctionDef):
            self._method(module, place, node, how.node)
        elif not self._taken(module, place, how):
            self._bad(place, Reason(module, node, f"{name_of(node)} is bound by {how.word} too"))

    def _method(self, module: Module, place: Attr, node: cst.CSTNode, method: cst.FunctionDef) -> None:
        scope = module.names.scopes[method]
        variable = self.project.variable(module, scope.parent or scope, method.name.value)
        if is_property(method):
            self._join(place, Returned(Function(module, method, variable)))
        elif is_setter(method) and len(method.params.params) == 2:
            value = Variable(module, scope, method.params.params[1].name.value)
            self.written.add(value)
            self._join(place, value)
        else:
            self._bad(place, Reason(module, node, f"{name_of(node)} is a method too"))

    def _taken(self, module: Module, place: Place, how: How) -> bool:
        """Whether what an unpacking or a loop gives ``place`` is known."""
        if how.kind == "unpack":
            return self._out_of(module, place, how.node, how.index)
        if how.kind != "loop" or not isinstance(how.node, (cst.For, cst.CompFor)) or how.node.asynchronous is not None:
            return False
        source, index = how.node.iter, how.index
        if isinstance(source, cst.Call):
            function = source.func
            if isinstance(function, cst.Attribute) and function.attr.value in ("values", "items") and not source.args:
                wanted = None if function.attr.value == "values" else 1
                return index == wanted and self._out_of(module, place, function.value, None)
            if isinstance(function, cst.Name) and function.value == "enumerate" and len(source.args) == 1:
                return index == 1 and self._out_of(module, place, source.args[0].value, None)
        base = self.places.place(module, source)
        if base in self.places.mappings or index is not None:
            return False
        return self._out_of(module, place, source, None)

    def _out_of(self, module: Module, place: Place, source: cst.CSTNode, key: int | None) -> bool:
        """Joins ``place`` with what ``source`` holds under ``key`` (any, for None)."""
        if isinstance(source, (cst.Tuple, cst.List)):
            for element, at in elements(source):
                if at is None:
                    return False
                if key in (None, at):
                    self.passed[element] = place
                    self._value(module, place, element.value)
            return True
        item = self.places.item(module, source, key)
        if item is not None:
            self._join(place, item)
        return item is not None

    def _value(self, module: Module, place: Place, value: cst.CSTNode) -> None:
        if is_none_node(value):
            return
        source = self.places.place(module, value)
        if source is not None:
            self._join(place, source)
            return
        if self.places.containers is None or place in self.places.containers:
            for element, key in elements(value):
                self.passed[element] = Item(place, key)
                if isinstance(element, (cst.Element, cst.DictElement)):
                    self._value(module, Item(place, key), element.value)
                else:
                    self._bad(Item(place, None), Reason(module, element, "starred elements are not followed"))
        self._bad(place, Reason(module, value, "something else than a client of KSTradeApi is put here too"))

    def _expression(self, module: Module, node: cst.BaseExpression) -> None:
        """A subscript, a conditional expression and the like: what it gives, and where that goes."""
        place = self.places.place(module, node)
        if place is None:
            return
        if isinstance(place, Item) and isinstance(place.key, int) and _is_deleted(module, node):
            self._join(place, Item(place.base, None))
        if not (isinstance(place, Item) and node in module.names.targets):
            self.uses.setdefault(place, []).append(Use(module, node))
        if isinstance(node, cst.IfExp):
            self._value(module, place, node.body)
            self._value(module, place, node.orelse)
        elif isinstance(node, cst.BooleanOperation):
            if isinstance(node.operator, cst.Or):
                self._value(module, place, node.left)
            self._value(module, place, node.right)
        elif isinstance(node, cst.NamedExpr):
            self._value(module, place, node.value)

    def _call(self, module: Module, call: cst.Call) -> None:
        place = self.places.place(module, call)
        if place is not None:
            self.uses.setdefault(place, []).append(Use(module, call))
        if isinstance(place, Either):
            self.passed[call.args[0]] = place
            self._value(module, place, call.args[0].value)
            return
        found = self.places.callees(module, call.func)
        for function, skip in found:
            self._bind(module, call, function, skip, callers.given(call))
            self._join(Returned(found[0][0]), Returned(function))
            if function.node.asynchronous is not None and not isinstance(module.source.parent(call), cst.Await):
                text = f"{name_of(call)} is not awaited where it is called"
                self._bad(Returned(function), Reason(module, call, text))
        if not found:
            self._put(module, call)
            self._apply(module, call)

    def _bind(self, module: Module, call: cst.Call, function: Function, skip: int, what: callers.Given | None) -> None:
        scope = function.module.names.scopes[function.node]
        if what is None:
            for name in scope.bound:
                text = f"{name_of(call)} has arguments that cannot be told apart"
                self._bad(Variable(function.module, scope, name), Reason(module, call, text))
            return
        for carrier, name in callers.bound(function.node.params, what, skip):
            target = Variable(function.module, scope, name)
            self.passed[carrier] = target
            self.written.add(target)
            self._value(module, target, carrier.value)

    def _put(self, module: Module, call: cst.Call) -> None:
        """``clients.append(client)`` and the like."""
        if not isinstance(call.func, cst.Attribute) or any(arg.star or arg.keyword for arg in call.args):
            return
        index = _PUTS.get(call.func.attr.value, -1)
        default = 1 if call.func.attr.value in ("get", "pop") else index
        if 0 <= default < len(call.args):
            item = self.places.item(module, call.func.value, None)
            read = self.places.place(module, call)
            target = read if isinstance(read, Item) else item
            if target is not None:
                self.passed[call.args[default]] = target
                self._value(module, target, call.args[default].value)

    def _apply(self, module: Module, call: cst.Call) -> None:
        """``Thread(target=f, args=(client,))`` and the like."""
        found = callers.applied(self.places, module, call)
        if found is None:
            return
        target, what = found
        self.handed.add(target)
        for function, skip in self.places.callees(module, target):
            self.applied.add(target)
            self._bind(module, call, function, skip, what)
            text = f"what {function.node.name.value} returns goes to {name_of(call.func)}"
            self._bad(Returned(function), Reason(module, call, text))

    def _return(self, module: Module, node: cst.Return) -> None:
        scope = module.names.scope_of[node]
        if node.value is None or is_none_node(node.value) or not isinstance(scope.node, cst.FunctionDef):
            return
        owner = scope.parent
        assert owner is not None
        variable = self.project.variable(module, owner, scope.node.name.value)
        place = Returned(Function(module, scope.node, variable))
        self.passed[node] = place
        self._value(module, place, node.value)
        if scope in module.names.generators:
            self._bad(place, Reason(module, node, f"{scope.node.name.value} is a generator"))


def _is_deleted(module: Module, node: cst.CSTNode) -> bool:
    parent = module.source.parent(node)
    while isinstance(parent, (cst.BaseElement, cst.Tuple, cst.List)):
        parent = module.source.parent(parent)
    return isinstance(parent, cst.Del)
