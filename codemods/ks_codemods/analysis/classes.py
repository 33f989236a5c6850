"""The classes of the project: families, methods, and what makes them impossible to follow."""

from __future__ import annotations

import libcst as cst

from ks_codemods.naming.project import CONSTRUCTOR, Class, External, Function, Project, Variable
from ks_codemods.naming.scopes import How, dotted_name

HARMLESS_BASES = {"object", "Exception", "ABC", "abc.ABC", "Thread", "threading.Thread"}
"""Foreign base classes that leave the attributes of a subclass alone."""
PROPERTIES = {"property", "cached_property", "functools.cached_property", "abc.abstractproperty"}
_TRANSPARENT = {*PROPERTIES, "staticmethod", "classmethod", "abstractmethod", "abc.abstractmethod", "override"}
"""Decorators that change nothing about what goes into a method and comes out of it."""
_MAGIC = {"__getattr__", "__getattribute__", "__setattr__", "__new__", "__delattr__"}


class Classes:
    """A family is a topmost class of the project and all that derive from it: they share their attributes."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._families: dict[Class, list[Class]] = {}
        self._topmost: dict[Class, Class] = {}

    def topmost(self, owner: Class) -> Class:
        """The topmost class of the project that ``owner`` derives from."""
        if owner not in self._topmost:
            found, seen = owner, {owner}
            while (above := next((base for base in self._bases(found) if base not in seen), None)) is not None:
                seen.add(above)
                found = above
            self._topmost[owner] = found
        return self._topmost[owner]

    def family(self, top: Class) -> list[Class]:
        """All classes of the family of ``top``."""
        if not self._families:
            for module in self.project.modules:
                for node in module.names.scopes:
                    if isinstance(node, cst.ClassDef):
                        found = Class(module, node)
                        self._families.setdefault(self.topmost(found), []).append(found)
        return self._families.get(top, [top])

    def is_client(self, owner: Class) -> bool:
        """Whether a class derives from KSTradeApi."""
        top = self.topmost(owner)
        return any(self.project.denoted(top.module, base.value) == External(CONSTRUCTOR) for base in top.node.bases)

    def _bases(self, owner: Class) -> list[Class]:
        found = [self.project.denoted(owner.module, base.value) for base in owner.node.bases]
        return [base for base in found if isinstance(base, Class)]

    # -- methods ---------------------------------------------------------------------------------------------------

    def own_method(self, owner: Class, name: str) -> Function | None:
        """The one method ``name`` that a class itself defines."""
        variable = Variable(owner.module, owner.module.names.scopes[owner.node], name)
        defs = [how.node for how in self.project.writes(variable)]
        first = defs[0] if defs else None
        if isinstance(first, cst.FunctionDef) and (len(defs) == 1 or is_property(first)):
            return Function(owner.module, first, variable)
        return None

    def methods(self, owner: Class, name: str) -> list[Function]:
        """The methods ``name`` of the whole family: which of them a call means is known at run time only."""
        family = self.family(self.topmost(owner))
        return [method for member in family if (method := self.own_method(member, name)) is not None]

    def constructors(self, owner: Class) -> list[Function]:
        """The ``__init__`` that a call of a class runs; all of the family where several bases leave that open."""
        if any(self.doubt_about(member) for member in self.family(self.topmost(owner))):
            return []
        above: list[Class] = [owner]
        while above:
            if len(above) > 1:
                return self.methods(owner, "__init__")
            if (method := self.own_method(above[0], "__init__")) is not None:
                return [method]
            above = self._bases(above[0])
        return []

    def is_static(self, function: Function) -> bool:
        """Whether a method is not given its object."""
        return "staticmethod" in decorators(function.node)

    def binds_class(self, function: Function) -> bool:
        """Whether a method taken from the class is given the class."""
        return "classmethod" in decorators(function.node)

    # -- doubts ----------------------------------------------------------------------------------------------------

    def doubt_about(self, owner: Class) -> str:
        """Why the attributes of a class cannot be followed; empty if they can."""
        name = owner.node.name.value
        if owner.node.decorators:
            return f"class {name} is decorated"
        if owner.node.keywords:
            return f"class {name} has a metaclass"
        for base in owner.node.bases:
            denoted = self.project.denoted(owner.module, base.value)
            known = isinstance(denoted, Class) or owner.module.source.code(base.value) in HARMLESS_BASES
            if not known or base.star:
                return f"class {name} derives from a class that is not in these files"
        defined = {how.node.name.value for how in self._defs(owner) if isinstance(how.node, cst.FunctionDef)}
        if magic := defined & _MAGIC:
            return f"class {name} has its own {sorted(magic)[0]}"
        return ""

    def _defs(self, owner: Class) -> list[How]:
        scope = owner.module.names.scopes[owner.node]
        return [how for name in scope.bound for how in self.project.writes(Variable(owner.module, scope, name))]


def decorators(node: cst.FunctionDef) -> set[str]:
    """The decorators of a function by name; ``?`` for one that is more than a name."""
    return {dotted_name(decorator.decorator) or "?" for decorator in node.decorators}


def is_property(node: cst.FunctionDef) -> bool:
    """Whether reading the name calls the function."""
    return bool(decorators(node) & PROPERTIES)


def is_setter(node: cst.FunctionDef) -> bool:
    """Whether writing the name calls the function."""
    return f"{node.name.value}.setter" in decorators(node)


def is_known(decorator: cst.Decorator, node: cst.FunctionDef) -> bool:
    """Whether a decorator is one that changes nothing about what goes into ``node`` and comes out of it."""
    name = dotted_name(decorator.decorator)
    return name in _TRANSPARENT or name in (f"{node.name.value}.setter", f"{node.name.value}.deleter")
