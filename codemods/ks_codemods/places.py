"""Places that can hold a client, and which place an expression means."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from ks_codemods.project import CONSTRUCTOR, Class, External, Function, Module, Project, Variable
from ks_codemods.scopes import How

HARMLESS_BASES = {"object", "Exception", "ABC", "abc.ABC", "Thread", "threading.Thread"}
"""Foreign base classes that leave the attributes of a subclass alone."""


@dataclass(frozen=True)
class Attr:
    """An attribute of a class's instances; ``owner`` is the topmost class of the project that it derives from."""

    owner: Class
    name: str


@dataclass(frozen=True)
class Made:
    """What one constructor call makes."""

    module: Module
    call: cst.Call


@dataclass(frozen=True)
class Returned:
    """What a function returns."""

    function: Function


Place = Variable | Attr | Made | Returned


class Places:
    """Finds the place of an expression."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._typing: set[Variable] = set()

    def place(self, module: Module, node: cst.CSTNode) -> Place | None:
        """The place that an expression means; None for any other expression."""
        if isinstance(node, cst.Name):
            variable = self.project.variable(module, self.project.scope(module, node), node.value)
            if isinstance(variable.scope.node, cst.ClassDef):
                return Attr(self.topmost(Class(module, variable.scope.node)), node.value)
            return variable
        if isinstance(node, cst.Attribute):
            return self._attribute(module, node)
        if isinstance(node, cst.Call):
            denoted = self.project.denoted(module, node.func)
            if denoted == External(CONSTRUCTOR):
                return Made(module, node)
            return Returned(denoted) if isinstance(denoted, Function) else None
        return None

    def _attribute(self, module: Module, node: cst.Attribute) -> Place | None:
        base = self.project.denoted(module, node.value)
        if isinstance(base, Module):
            return Variable(base, base.names.scope, node.attr.value)
        owner = base if isinstance(base, Class) else self.instance_of(module, node.value)
        return Attr(self.topmost(owner), node.attr.value) if owner is not None else None

    def instance_of(self, module: Module, node: cst.CSTNode) -> Class | None:
        """The class of the project whose instance an expression is, if it can be nothing else."""
        if isinstance(node, cst.Call):
            denoted = self.project.denoted(module, node.func)
            return denoted if isinstance(denoted, Class) else None
        if isinstance(node, cst.Name):
            return self._class_of(self.project.variable(module, self.project.scope(module, node), node.value))
        return None

    def _class_of(self, variable: Variable) -> Class | None:
        writes = self.project.writes(variable)
        if variable in self._typing:
            return None
        self._typing.add(variable)
        try:
            found = {self._class_given(variable, how) for how in writes if not is_none(how)}
        finally:
            self._typing.discard(variable)
        return found.pop() if len(found) == 1 else None

    def _class_given(self, variable: Variable, how: How) -> Class | None:
        if how.kind == "assign":
            return self.instance_of(variable.module, how.node)
        if how.kind == "import":
            other = self.project.imported(variable.module, how.dotted)
            return self._class_of(other) if other is not None else None
        if how.kind == "param":
            return _receiver(variable, how)
        return None

    def topmost(self, owner: Class) -> Class:
        """The topmost class of the project that ``owner`` derives from."""
        seen = {owner}
        while True:
            bases = [self.project.denoted(owner.module, base.value) for base in owner.node.bases]
            above = next((base for base in bases if isinstance(base, Class) and base not in seen), None)
            if above is None:
                return owner
            seen.add(above)
            owner = above

    def doubt_about(self, owner: Class) -> str:
        """Why the attributes of a class cannot be followed; empty if they can."""
        if owner.node.decorators:
            return f"class {owner.node.name.value} is decorated"
        if owner.node.keywords:
            return f"class {owner.node.name.value} has a metaclass"
        for base in owner.node.bases:
            denoted = self.project.denoted(owner.module, base.value)
            known = isinstance(denoted, Class) or owner.module.source.code(base.value) in HARMLESS_BASES
            if not known or base.star:
                return f"class {owner.node.name.value} derives from a class that is not in these files"
        defined = {how.node.name.value for how in self._defs(owner) if isinstance(how.node, cst.FunctionDef)}
        if magic := defined & {"__getattr__", "__getattribute__", "__setattr__", "__new__", "__delattr__"}:
            return f"class {owner.node.name.value} has its own {sorted(magic)[0]}"
        return ""

    def _defs(self, owner: Class) -> list[How]:
        scope = owner.module.names.scopes[owner.node]
        return [how for name in scope.bound for how in self.project.writes(Variable(owner.module, scope, name))]

    def method(self, owner: Class, name: str) -> Function | None:
        """The one plain method ``name`` that a class itself defines."""
        variable = Variable(owner.module, owner.module.names.scopes[owner.node], name)
        writes = self.project.writes(variable)
        if len(writes) == 1 and isinstance(writes[0].node, cst.FunctionDef):
            return Function(owner.module, writes[0].node, variable)
        return None


def is_none(how: How) -> bool:
    """Whether what is written is None."""
    return how.kind == "assign" and is_none_node(how.node)


def is_none_node(node: cst.CSTNode | None) -> bool:
    """Whether an expression is None."""
    return isinstance(node, cst.Name) and node.value == "None"


def _receiver(variable: Variable, how: How) -> Class | None:
    """The class whose method a variable is the ``self`` (or ``cls``) of."""
    function, scope = variable.scope.node, variable.scope.parent
    if not isinstance(function, cst.FunctionDef) or scope is None or not isinstance(scope.node, cst.ClassDef):
        return None
    params = [*function.params.posonly_params, *function.params.params]
    static = any(isinstance(d.decorator, cst.Name) and d.decorator.value == "staticmethod" for d in function.decorators)
    if static or not params or params[0] is not how.node:
        return None
    return Class(variable.module, scope.node)
