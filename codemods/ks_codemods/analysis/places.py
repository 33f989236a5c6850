"""Places that can hold a client, and which place an expression means."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from ks_codemods.analysis.classes import Classes
from ks_codemods.methods import SUPPORTED
from ks_codemods.naming.project import CONSTRUCTOR, Class, External, Function, Module, Project, Variable
from ks_codemods.naming.scopes import How

ITEM_READS = {"get", "pop", "setdefault"}
"""Methods of a dict that give one of its values by key."""


@dataclass(frozen=True)
class Attr:
    """An attribute of a class and its instances (``owner`` is the topmost class of the family), or of a function."""

    owner: Class | Variable
    name: str


@dataclass(frozen=True)
class Item:
    """What a dict, list or tuple holds under a constant key; under any key where that is None."""

    base: Place
    key: str | int | None


@dataclass(frozen=True)
class Made:
    """What one constructor call makes."""

    module: Module
    call: cst.Call


@dataclass(frozen=True)
class Created:
    """The instance that one call of a class of the project makes."""

    module: Module
    call: cst.Call


@dataclass(frozen=True)
class Returned:
    """What a function returns."""

    function: Function


@dataclass(frozen=True)
class Either:
    """What a conditional expression, an ``or``, a walrus, an ``await`` or ``functools.partial`` gives."""

    module: Module
    node: cst.CSTNode


@dataclass(frozen=True)
class Bound:
    """A method of an object that may be a client, taken without a call: ``client.quote``."""

    module: Module
    node: cst.CSTNode


Place = Variable | Attr | Item | Made | Created | Returned | Either | Bound


class Places:
    """Finds the place of an expression, by what the flows have told so far."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.classes = Classes(project)
        self.types: dict[Place, Class] = {}
        """Places that hold nothing but instances of one family: its topmost class."""
        self.containers: set[Place] | None = None
        """Places that hold a dict, list or tuple that matters; None while that is not known."""
        self.mappings: set[Place] = set()
        """Places that hold a dict."""
        self._found: dict[cst.CSTNode, Place | None] = {}

    def forget(self) -> None:
        """Begins a new round: what an expression means may have become clearer."""
        self._found.clear()

    def place(self, module: Module, node: cst.CSTNode) -> Place | None:
        """The place that an expression means; None for any other expression."""
        if node not in self._found:
            self._found[node] = self._place(module, node)
        return self._found[node]

    def _place(self, module: Module, node: cst.CSTNode) -> Place | None:
        if isinstance(node, cst.Name):
            return self.named(self.project.variable(module, self.project.scope(module, node), node.value))
        if isinstance(node, cst.Attribute):
            return self._attribute(module, node)
        if isinstance(node, cst.Call):
            return self._called(module, node)
        if isinstance(node, cst.Subscript):
            return self.item(module, node.value, _index(node))
        if isinstance(node, cst.BooleanOperation):
            return None if in_a_test(module, node) else Either(module, node)
        if isinstance(node, (cst.IfExp, cst.NamedExpr)):
            return Either(module, node)
        if isinstance(node, cst.Await) and isinstance(node.expression, cst.Call):
            return self._returned(module, node.expression, asynchronous=True)
        return None

    def named(self, variable: Variable) -> Place:
        """The place of a variable: that of a class is an attribute of it."""
        if isinstance(variable.scope.node, cst.ClassDef):
            owner = variable.scope.node
            return Attr(self.classes.topmost(Class(variable.module, owner)), _mangled(owner, variable.name))
        return variable

    def item(self, module: Module, base: cst.CSTNode, key: str | int | None) -> Item | None:
        """The place under ``key`` of what ``base`` is."""
        place = self.place(module, base)
        if place is None or (self.containers is not None and place not in self.containers):
            return None
        return Item(place, key)

    def _attribute(self, module: Module, node: cst.Attribute) -> Place | None:
        base = self.project.denoted(module, node.value)
        if isinstance(base, Module):
            return self.named(self.project.variable(base, base.names.scope, node.attr.value))
        if isinstance(base, Function):
            return Attr(base.variable, self.attribute_name(module, node))
        owner = base if isinstance(base, Class) else self.instance_of(module, node.value)
        if owner is not None:
            return Attr(self.classes.topmost(owner), self.attribute_name(module, node))
        taken = self.taken(module, node) if node not in module.names.targets else None
        return Bound(module, node) if taken is not None and not is_called(module, node) else None

    def attribute_name(self, module: Module, node: cst.Attribute) -> str:
        """The name of an attribute as Python keeps it: ``self.__client`` of a class Bot is ``_Bot__client``."""
        return _mangled(self._enclosing(module, node), node.attr.value)

    def taken(self, module: Module, node: cst.CSTNode) -> tuple[cst.BaseExpression, str] | None:
        """The place and the name in ``x.quote`` and ``getattr(x, "quote")`` of a method of the old client."""
        if isinstance(node, cst.Attribute):
            receiver, name = node.value, node.attr.value
        elif isinstance(node, cst.Call) and is_getattr(module, node):
            receiver, constant = node.args[0].value, _constant(node.args[1].value)
            name = constant if isinstance(constant, str) else ""
        else:
            return None
        return (receiver, name) if name in SUPPORTED and self.place(module, receiver) is not None else None

    def _called(self, module: Module, node: cst.Call) -> Place | None:
        denoted = self.project.denoted(module, node.func)
        if denoted == External(CONSTRUCTOR):
            return Made(module, node)
        if denoted == External("functools.partial") and is_partial_of_a_value(node):
            return Either(module, node) if not self.callees(module, node.args[0].value) else None
        if not is_called(module, node) and isinstance(node.func, cst.Name) and self.taken(module, node) is not None:
            return Bound(module, node)
        if isinstance(denoted, Class):
            return Made(module, node) if self.classes.is_client(denoted) else Created(module, node)
        name = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
        if isinstance(node.func, cst.Attribute) and (name == "pop" or (name in ITEM_READS and node.args)):
            key = _constant(node.args[0].value) if node.args else None
            # ``clients.pop(0)`` gives all that stand behind it another number.
            shifts = name == "pop" and not isinstance(key, str)
            found = self.item(module, node.func.value, None if shifts else key)
            if found is not None and self.instance_of(module, node.func.value) is None:
                return found
        return self._returned(module, node, asynchronous=False)

    def _returned(self, module: Module, node: cst.Call, *, asynchronous: bool) -> Returned | None:
        functions = [function for function, _ in self.callees(module, node.func)]
        if not functions or (functions[0].node.asynchronous is not None) is not asynchronous:
            return None
        return Returned(functions[0])

    def callees(self, module: Module, func: cst.CSTNode) -> list[tuple[Function, int]]:
        """The functions of the project that a call may mean, and how many first parameters each has bound."""
        denoted = self.project.denoted(module, func)
        if isinstance(denoted, Function):
            return [(denoted, 0)]
        if isinstance(denoted, Class):
            return [(init, 1) for init in self.classes.constructors(denoted)]
        if not isinstance(func, cst.Attribute):
            return []
        base = self.project.denoted(module, func.value)
        if isinstance(base, Class):
            found = self.classes.methods(base, func.attr.value)
            return [(function, int(self.classes.binds_class(function))) for function in found]
        owner = self.instance_of(module, func.value)
        if owner is None:
            return []
        own = self._enclosing(module, func.value) if self._is_super(module, func.value) else None
        found = [
            f for f in self.classes.methods(owner, func.attr.value) if own is None or f.variable.scope.node is not own
        ]
        return [(function, int(not self.classes.is_static(function))) for function in found]

    def instance_of(self, module: Module, node: cst.CSTNode) -> Class | None:
        """The topmost class of the family whose instance (or class) an expression is, if it can be nothing else."""
        if isinstance(node, cst.Name):
            variable = self.project.variable(module, self.project.scope(module, node), node.value)
            received = self.receiver_class(variable)
            if received is not None:
                return self.classes.topmost(received)
        if isinstance(node, cst.Call):
            denoted = self.project.denoted(module, node.func)
            if isinstance(denoted, Class) and not self.classes.is_client(denoted):
                return self.classes.topmost(denoted)
            if self._is_super(module, node) and (own := self._enclosing(module, node)) is not None:
                return self.classes.topmost(Class(module, own))
        place = self.place(module, node)
        return self.types.get(place) if place is not None else None

    def receiver_class(self, variable: Variable) -> Class | None:
        """The class whose method a variable is the ``self`` (or ``cls``) of."""
        writes = self.project.writes(variable)
        return _receiver(variable, writes[0]) if len(writes) == 1 else None

    def _is_super(self, module: Module, node: cst.CSTNode) -> bool:
        plain = isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "super"
        return plain and "super" not in module.names.bound

    def _enclosing(self, module: Module, node: cst.CSTNode) -> cst.ClassDef | None:
        scope = self.project.scope(module, node)
        while scope.parent is not None and scope.kind != "class":
            scope = scope.parent
        return scope.node if isinstance(scope.node, cst.ClassDef) else None


def _mangled(owner: cst.ClassDef | None, name: str) -> str:
    is_private = owner is not None and name.startswith("__") and not name.endswith("__")
    return f"_{owner.name.value.lstrip('_')}{name}" if owner is not None and is_private else name


def is_none_node(node: cst.CSTNode | None) -> bool:
    """Whether an expression is None."""
    return isinstance(node, cst.Name) and node.value == "None"


def is_called(module: Module, node: cst.CSTNode) -> bool:
    """Whether an expression is what a call calls."""
    parent = module.source.parent(node)
    return isinstance(parent, cst.Call) and parent.func is node


def is_getattr(module: Module, call: cst.Call) -> bool:
    """Whether a call is ``getattr(x, y)`` of Python's own."""
    named = isinstance(call.func, cst.Name) and call.func.value == "getattr" and len(call.args) == 2
    return named and "getattr" not in module.names.bound and not any(arg.star or arg.keyword for arg in call.args)


def is_partial_of_a_value(call: cst.Call) -> bool:
    """Whether the first argument of ``functools.partial`` is told."""
    return bool(call.args) and not call.args[0].star and call.args[0].keyword is None


def in_a_test(module: Module, node: cst.CSTNode) -> bool:
    """Whether only the truth of an expression counts."""
    parent = module.source.parent(node)
    if isinstance(parent, (cst.If, cst.While, cst.IfExp, cst.Assert)):
        return parent.test is node
    if isinstance(parent, cst.UnaryOperation):
        return isinstance(parent.operator, cst.Not)
    if isinstance(parent, cst.BooleanOperation):
        # A client is true: ``client and x`` is always x.
        return (isinstance(parent.operator, cst.And) and parent.left is node) or in_a_test(module, parent)
    return isinstance(parent, cst.CompIf)


def elements(node: cst.CSTNode) -> list[tuple[cst.BaseElement | cst.BaseDictElement, str | int | None]]:
    """The elements of a dict, list or tuple display, each with its key; None where that is not a constant."""
    if isinstance(node, cst.Dict):
        return [(e, _constant(e.key) if isinstance(e, cst.DictElement) else None) for e in node.elements]
    if isinstance(node, (cst.List, cst.Tuple)):
        shifted = any(isinstance(element, cst.StarredElement) for element in node.elements)
        return [(element, None if shifted else index) for index, element in enumerate(node.elements)]
    return []


def _index(node: cst.Subscript) -> str | int | None:
    element = node.slice[0].slice
    return _constant(element.value) if len(node.slice) == 1 and isinstance(element, cst.Index) else None


def _constant(node: cst.CSTNode) -> str | int | None:
    if isinstance(node, cst.SimpleString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return node.evaluated_value if isinstance(node, cst.Integer) else None


def _receiver(variable: Variable, how: How) -> Class | None:
    function, scope = variable.scope.node, variable.scope.parent
    if not isinstance(function, cst.FunctionDef) or scope is None or not isinstance(scope.node, cst.ClassDef):
        return None
    params = [*function.params.posonly_params, *function.params.params]
    static = any(isinstance(d.decorator, cst.Name) and d.decorator.value == "staticmethod" for d in function.decorators)
    if static or not params or params[0] is not how.node:
        return None
    return Class(variable.module, scope.node)
