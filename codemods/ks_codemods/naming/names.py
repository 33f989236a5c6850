"""The names of a module, each resolved to its variable by Python's scoping rules, and the attributes beside them."""

from __future__ import annotations

import libcst as cst

from ks_codemods.naming.scopes import How, Occurrence, Role, Scope, ScopeKind, dotted_name

# ruff: noqa: N802, N815 - methods are named after the nodes they walk

_NOTED = (
    cst.Call, cst.Return, cst.Subscript, cst.IfExp, cst.BooleanOperation, cst.NamedExpr, cst.Await, cst.Yield,
    cst.AnnAssign,
)  # fmt: skip


class Names:
    """All uses of names and attributes in a module."""

    def __init__(self, module: cst.Module) -> None:
        self.scope = Scope("module", module)
        self.names: list[Occurrence] = []
        self.attributes: list[Occurrence] = []
        self.scopes: dict[cst.CSTNode, Scope] = {module: self.scope}
        """The scope that each function, class and comprehension opens."""
        self.stars: list[tuple[cst.ImportFrom, str]] = []
        """Star imports, and the full names of their modules."""
        self.targets: set[cst.CSTNode] = set()
        """Attributes, subscripts and the like that are written to or deleted."""
        self.items: list[tuple[cst.Subscript, How]] = []
        """Subscripts that are written to, and what is put there."""
        self.scope_of: dict[cst.CSTNode, Scope] = {}
        """The scope that each name, attribute and node of ``_NOTED`` stands in."""
        for child in module.body:
            self._walk(child, self.scope)
        self.generators = {scope for node, scope in self.scope_of.items() if isinstance(node, cst.Yield)}
        """The scopes of functions that yield."""
        self.taken = {occurrence.name for occurrence in self.names}
        self.bound = {occurrence.name for occurrence in self.names if occurrence.role == "write"}
        self.globals = {
            name.name for name in self.names if name.role == "write" and name.scope.owner(name.name) is self.scope
        }
        """The names that this module itself gives a value."""
        in_classes = [o for o in self.names if o.scope.kind == "class" and o.role == "read"]
        self.read_in_classes = {o.name for o in in_classes if o.name in o.scope.bound and o.name not in o.scope.outer}
        """The names that a class both reads and binds: what is read may be the global of that name."""
        functions = [scope.node for scope in self.scopes.values() if isinstance(scope.node, cst.FunctionDef)]
        self.decorated = {function.name.value for function in functions if function.decorators}
        """The names of decorated functions: properties are among them."""

    # -- the walk --------------------------------------------------------------------------------------------------

    def _walk(self, node: cst.CSTNode, scope: Scope) -> None:
        special = getattr(self, f"_walk_{type(node).__name__}", None)
        if special is not None:
            special(node, scope)
            return
        if isinstance(node, _NOTED):
            self.scope_of[node] = scope
        for child in node.children:
            self._walk(child, scope)

    def _walk_all(self, nodes: object, scope: Scope) -> None:
        for node in nodes if isinstance(nodes, (list, tuple)) else [nodes]:
            if isinstance(node, cst.CSTNode):
                self._walk(node, scope)

    def _note(self, node: cst.Name | cst.Attribute, scope: Scope, role: Role, how: How | None = None) -> None:
        self.scope_of[node] = scope
        (self.names if isinstance(node, cst.Name) else self.attributes).append(Occurrence(node, scope, role, how))

    def _bind(self, node: cst.Name, scope: Scope, how: How) -> None:
        scope.bound.add(node.value)
        self._note(node, scope, "write", how)

    def _walk_Name(self, node: cst.Name, scope: Scope) -> None:
        self._note(node, scope, "read")

    def _walk_Attribute(self, node: cst.Attribute, scope: Scope) -> None:
        self._note(node, scope, "read")
        self._walk(node.value, scope)

    def _walk_Arg(self, node: cst.Arg, scope: Scope) -> None:
        self._walk(node.value, scope)

    def _target(self, node: cst.CSTNode, scope: Scope, how: How) -> None:
        if isinstance(node, cst.Name):
            self._bind(node, scope, how)
        elif isinstance(node, cst.Attribute):
            self.targets.add(node)
            self._note(node, scope, "write", how)
            self._walk(node.value, scope)
        elif isinstance(node, (cst.Tuple, cst.List)):
            for index, element in enumerate(node.elements):
                self._target(element.value, scope, _element(node, how, index))
        else:
            self.targets.add(node)
            if isinstance(node, cst.Subscript):
                self.items.append((node, how))
            self._walk(node, scope)

    # -- statements that bind --------------------------------------------------------------------------------------

    def _walk_Assign(self, node: cst.Assign, scope: Scope) -> None:
        self._walk(node.value, scope)
        for target in node.targets:
            self._target(target.target, scope, How("assign", node.value))

    def _walk_AnnAssign(self, node: cst.AnnAssign, scope: Scope) -> None:
        self.scope_of[node] = scope
        self._walk(node.annotation, scope)
        if node.value is not None:
            self._walk(node.value, scope)
            self._target(node.target, scope, How("assign", node.value))
        elif isinstance(node.target, cst.Name):
            scope.bound.add(node.target.value)
        else:
            self._walk(node.target, scope)

    def _walk_AugAssign(self, node: cst.AugAssign, scope: Scope) -> None:
        self._walk(node.value, scope)
        self._target(node.target, scope, How("other", node, "an augmented assignment"))

    def _walk_NamedExpr(self, node: cst.NamedExpr, scope: Scope) -> None:
        self.scope_of[node] = scope
        self._walk(node.value, scope)
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        self._target(node.target, scope, How("walrus", node.value, "a walrus"))

    def _walk_For(self, node: cst.For, scope: Scope) -> None:
        self._walk(node.iter, scope)
        self._target(node.target, scope, How("loop", node, "a for loop"))
        self._walk_all([node.body, node.orelse], scope)

    def _walk_AsName(self, node: cst.AsName, scope: Scope) -> None:
        self._target(node.name, scope, How("other", node, "an 'as' name"))

    def _walk_Del(self, node: cst.Del, scope: Scope) -> None:
        targets = node.target.elements if isinstance(node.target, (cst.Tuple, cst.List)) else [node.target]
        for element in targets:
            target = element.value if isinstance(element, cst.BaseElement) else element
            if isinstance(target, cst.Name):
                scope.bound.add(target.value)
                self._note(target, scope, "delete")
            elif isinstance(target, cst.Attribute):
                self.targets.add(target)
                self._note(target, scope, "delete")
                self._walk(target.value, scope)
            else:
                self.targets.add(target)
                self._walk(target, scope)

    def _walk_Global(self, node: cst.Global, scope: Scope) -> None:
        if scope.parent is not None:  # at module level it says nothing
            scope.outer.update((item.name.value, "global") for item in node.names)

    def _walk_Nonlocal(self, node: cst.Nonlocal, scope: Scope) -> None:
        scope.outer.update((item.name.value, "nonlocal") for item in node.names)

    def _walk_Import(self, node: cst.Import, scope: Scope) -> None:
        for alias in node.names:
            dotted = dotted_name(alias.name)
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                self._bind(alias.asname.name, scope, How("import", alias, "an import", dotted))
            else:
                self._bind(_root(alias.name), scope, How("import", alias, "an import", dotted.split(".")[0]))

    def _walk_ImportFrom(self, node: cst.ImportFrom, scope: Scope) -> None:
        origin = "." * len(node.relative) + (dotted_name(node.module) if node.module is not None else "")
        if isinstance(node.names, cst.ImportStar):
            self.stars.append((node, origin))
            return
        for alias in node.names:
            bound = alias.asname.name if alias.asname is not None else alias.name
            if isinstance(bound, cst.Name):
                joint = "" if origin.endswith(".") else "."
                dotted = f"{origin}{joint}{dotted_name(alias.name)}"
                self._bind(bound, scope, How("import", alias, "an import", dotted))

    # -- what opens a scope ----------------------------------------------------------------------------------------

    def _open(self, kind: ScopeKind, node: cst.CSTNode, scope: Scope) -> Scope:
        self.scopes[node] = Scope(kind, node, scope)
        return self.scopes[node]

    def _walk_FunctionDef(self, node: cst.FunctionDef, scope: Scope) -> None:
        self._walk_all([*node.decorators, node.returns], scope)
        self._bind(node.name, scope, How("def", node, "a def"))
        inner = self._open("function", node, scope)
        self._parameters(node.params, scope, inner)
        self._walk(node.body, inner)

    def _walk_Lambda(self, node: cst.Lambda, scope: Scope) -> None:
        inner = self._open("function", node, scope)
        self._parameters(node.params, scope, inner)
        self._walk(node.body, inner)

    def _parameters(self, parameters: cst.Parameters, scope: Scope, inner: Scope) -> None:
        plain = [*parameters.posonly_params, *parameters.params, *parameters.kwonly_params]
        starred = [star for star in (parameters.star_arg, parameters.star_kwarg) if isinstance(star, cst.Param)]
        for param in [*plain, *starred]:
            self._walk_all([param.annotation, param.default], scope)
            starry = any(param is star for star in starred)
            self._bind(param.name, inner, How("other" if starry else "param", param, "a parameter"))

    def _walk_ClassDef(self, node: cst.ClassDef, scope: Scope) -> None:
        self._walk_all([*node.decorators, *node.bases, *node.keywords], scope)
        self._bind(node.name, scope, How("class", node, "a class"))
        self._walk(node.body, self._open("class", node, scope))

    def _comprehension(self, node: cst.BaseComp, scope: Scope) -> None:
        inner = self._open("comprehension", node, scope)
        loop: cst.CompFor | None = node.for_in
        outer = scope
        while loop is not None:
            self._walk(loop.iter, outer)
            outer = inner
            self._target(loop.target, inner, How("loop", loop, "a comprehension"))
            self._walk_all(list(loop.ifs), inner)
            loop = loop.inner_for_in
        self._walk_all([getattr(node, name, None) for name in ("key", "value", "elt")], inner)

    _walk_ListComp = _walk_SetComp = _walk_DictComp = _walk_GeneratorExp = _comprehension

    # -- match -----------------------------------------------------------------------------------------------------

    def _capture(self, node: cst.MatchAs | cst.MatchStar | cst.MatchMapping, scope: Scope) -> None:
        name = node.rest if isinstance(node, cst.MatchMapping) else node.name
        for child in node.children:
            if child is not name:
                self._walk(child, scope)
        if name is not None:
            self._bind(name, scope, How("other", node, "a match"))

    _walk_MatchAs = _walk_MatchStar = _walk_MatchMapping = _capture

    def _walk_MatchKeywordElement(self, node: cst.MatchKeywordElement, scope: Scope) -> None:
        self._walk(node.pattern, scope)


def _element(target: cst.Tuple | cst.List, how: How, index: int) -> How:
    """How the element ``index`` of an unpacking is written."""
    word = f"{how.word} with an unpacking" if how.word else "an unpacking"
    starred = any(isinstance(element, cst.StarredElement) for element in target.elements)
    if how.index is None and not starred and how.kind in ("assign", "loop"):
        kind = how.kind if how.kind == "loop" else "unpack"
        return How(kind, how.node, word, index=index)
    return How("other", target, word)


def _root(node: cst.CSTNode) -> cst.Name:
    while isinstance(node, cst.Attribute):
        node = node.value
    assert isinstance(node, cst.Name)
    return node
