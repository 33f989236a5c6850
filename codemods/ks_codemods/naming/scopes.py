"""Scopes, by Python's rules, and uses of names in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import libcst as cst

ScopeKind = Literal["module", "class", "function", "comprehension"]
Role = Literal["read", "write", "delete"]


@dataclass(eq=False)
class Scope:
    """A stretch of code with its own names."""

    kind: ScopeKind
    node: cst.CSTNode
    parent: Scope | None = None
    bound: set[str] = field(default_factory=set)
    outer: dict[str, str] = field(default_factory=dict)
    """Names declared ``global`` or ``nonlocal``."""

    @property
    def module(self) -> Scope:
        """The module's own scope."""
        return self if self.parent is None else self.parent.module

    def owner(self, name: str) -> Scope:
        """The scope whose variable ``name`` means here."""
        if name in self.bound and name not in self.outer:
            return self
        if self.outer.get(name) == "global":
            return self.module
        scope = self.parent
        while scope is not None and scope.parent is not None:
            if scope.kind != "class" and (name in scope.bound or name in scope.outer):
                return scope.owner(name)
            scope = scope.parent
        return self.module


@dataclass(frozen=True)
class How:
    """How a name or attribute is written: the node that gives it its value, and a word for it."""

    kind: Literal["assign", "walrus", "unpack", "import", "def", "class", "param", "loop", "other"]
    node: cst.CSTNode
    """Of an assignment, a walrus or an unpacking: the value."""
    word: str = ""
    dotted: str = ""
    """For an import: the full name of what is bound; leading dots for a relative one."""
    index: int | None = None
    """Of an unpacking (or a loop over pairs): which element this is."""


@dataclass(eq=False)
class Occurrence:
    """One use of a name or an attribute."""

    node: cst.Name | cst.Attribute
    scope: Scope
    role: Role
    how: How | None = None

    @property
    def name(self) -> str:
        """The name; of an attribute, the attribute's."""
        return self.node.value if isinstance(self.node, cst.Name) else self.node.attr.value


def dotted_name(node: cst.CSTNode | None) -> str:
    """``a.b.c`` of names and attributes; empty for anything else."""
    if isinstance(node, cst.Attribute):
        head = dotted_name(node.value)
        return f"{head}.{node.attr.value}" if head else ""
    return node.value if isinstance(node, cst.Name) else ""
