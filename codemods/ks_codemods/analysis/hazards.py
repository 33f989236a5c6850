"""What can reach a client behind the back of the analysis."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

import libcst as cst

from ks_codemods.analysis import patches
from ks_codemods.analysis.flows import Flows, Reason
from ks_codemods.analysis.places import Attr, Place, Returned
from ks_codemods.analysis.taken import is_taken_from_a_client
from ks_codemods.naming.certain import key_of
from ks_codemods.naming.project import Class, External, Module, Project, Variable, name_of
from ks_codemods.naming.scopes import dotted_name

_NAMESPACES = {"exec", "eval", "globals", "locals", "vars", "compile"}
_INSIDES = {"f_globals", "f_locals", "__globals__", "__closure__", "cell_contents", "__defaults__", "__kwdefaults__"}
"""Attributes of frames and functions that lead to the values of names."""
_MAIN = re.compile(r"\bimport\s+__main__\b|\bfrom\s+__main__\s+import\b")
_BY_NAME = {"getattr", "setattr", "delattr", "hasattr", "attrgetter", "object", "setitem"}
_IMPORTERS = {"__import__", "import_module", "reload", "run_path", "run_module"}
_FILE_LOADERS = {"exec_module", "load_module", "load_source", "find_loader", "module_from_spec"}
_SAFE_STARS = {*sys.stdlib_module_names, "ks_api_client", "ks_compat"}
"""Modules that export no name of a bot's own."""


class Hazards:
    """The hazards of a project, found once; ``holding`` tells which of them touch a group."""

    def __init__(self, project: Project, flows: Flows) -> None:
        self._project, self._flows = project, flows
        self._namespaces: list[Reason] = []
        self._by_name: list[tuple[str | None, Reason]] = []
        self._imports: list[tuple[str | None, Reason]] = []
        self._texts: list[tuple[str, Reason]] = []
        self._everywhere = [*flows.patched, *patches.found(project)]
        """What may reach any client."""
        self._own_getattr: list[Reason] = []
        for module in project.modules:
            for node in module.names.scope_of:
                if isinstance(node, cst.Call):
                    self._call(module, node)
                elif isinstance(node, cst.Attribute):
                    self._attribute(module, node)
                elif isinstance(node, cst.Name) and node.value in _NAMESPACES - module.names.bound:
                    self._namespaces.append(Reason(module, node, f"{node.value}() can reach any name here"))
            module.source.module.visit(_Texts(module, self._texts))
            self._main(module)
            for occurrence in module.names.names:
                if occurrence.name == "__getattr__" and occurrence.role == "write" and occurrence.scope.parent is None:
                    text = f"the module {module.stem} has its own __getattr__"
                    self._own_getattr.append(Reason(module, occurrence.node, text))

    def _call(self, module: Module, call: cst.Call) -> None:
        name = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted_name(call.func)
        if name in _BY_NAME and not is_taken_from_a_client(self._flows, module, call):
            texts = [_text(arg.value) for arg in call.args[(0 if name == "attrgetter" else 1) :][:1]]
            self._by_name.append((texts[0] if texts else None, Reason(module, call, f"{name}() reaches it by name")))
        if name in _IMPORTERS or name in _FILE_LOADERS:
            first = _text(call.args[0].value) if call.args and name in _IMPORTERS else None
            self._imports.append((first, Reason(module, call, f"{name}() reaches the module by name")))

    def _attribute(self, module: Module, node: cst.Attribute) -> None:
        if node.attr.value == "__dict__":
            self._by_name.append((None, Reason(module, node, "__dict__ reaches it by name")))
        elif dotted_name(node) == "sys.modules" and not isinstance(module.source.parent(node), cst.ComparisonTarget):
            self._imports.append((None, Reason(module, node, "sys.modules reaches the module by name")))
        elif node.attr.value in _INSIDES and not _is_of_python(module, node):
            self._everywhere.append(Reason(module, node, f"{node.attr.value} can reach any name"))
        elif node.attr.value in _NAMESPACES and self._project.denoted(module, node.value) == External("builtins"):
            self._namespaces.append(Reason(module, node, f"{node.attr.value}() can reach any name here"))

    def _main(self, module: Module) -> None:
        """Imports of the file that is run, under the name it has then: which one that is, nobody knows."""
        named = [(o.node, o.how.dotted) for o in module.names.names if o.how is not None and o.how.kind == "import"]
        texts = [reason.node for text, reason in self._texts if reason.module is module and _MAIN.search(text)]
        imports = [node for node, dotted in [*named, *module.names.stars] if dotted.split(".")[0] == "__main__"]
        for node in (*imports, *texts):
            self._everywhere.append(Reason(module, node, "__main__ can reach any name of the file that is run"))

    def holding(self, group: list[Place], modules: set[Module]) -> Iterator[Reason]:
        """The hazards that touch a group whose places and uses stand in ``modules``."""
        yield from self._everywhere
        yield from (reason for reason in [*self._namespaces, *self._own_getattr] if reason.module in modules)
        variables = [p for p in group if isinstance(p, Variable) and p.scope.parent is None]
        attributes = [p for p in group if isinstance(p, Attr)]
        functions = {function for place in group if (function := _function_of(place)) is not None}
        names = {variable.name for variable in functions if variable.scope.kind == "class"}
        yield from (reason for name, reason in self._by_name if names and (name is None or name in names))
        called = [variable for variable in functions if variable.scope.parent is None]
        yield from self._on_globals(list(dict.fromkeys([*variables, *called])))
        yield from self._on_attributes(attributes)
        yield from self._on_modules(modules, [*variables, *called])

    def _on_globals(self, variables: list[Variable]) -> Iterator[Reason]:
        for variable in variables:
            stem = variable.module.stem
            yield from (r for name, r in self._imports if name is None or name.split(".")[-1] == stem)
            path = re.compile(rf"(^|\.){re.escape(stem)}\.{re.escape(variable.name)}(\.|$)")
            yield from (reason for text, reason in self._texts if path.search(text))
            yield from self._lookalikes(variable)
            yield from self._stars(variable)
            yield from self._escapes(variable.module)

    def _on_attributes(self, attributes: list[Attr]) -> Iterator[Reason]:
        names = {attribute.name for attribute in attributes}
        for owner in dict.fromkeys(attribute.owner for attribute in attributes):
            if isinstance(owner, Class):
                yield from self._on_family(owner)
        for module, node in self._flows.loose:
            if self._flows.places.attribute_name(module, node) in names:
                yield Reason(module, node, f"{name_of(node)} may be this client: it is not known whose attribute it is")
        if attributes:
            yield from (reason for name, reason in self._by_name if name is None or name in names)

    def _on_family(self, owner: Class) -> Iterator[Reason]:
        """Doubts about a class and those that derive from it."""
        classes = self._flows.places.classes
        for found in classes.family(owner):
            bases = [self._project.denoted(found.module, base.value) for base in found.node.bases]
            tops = {classes.topmost(base) for base in (found, *bases) if isinstance(base, Class)}
            if len(tops) > 1:
                yield Reason(
                    found.module, found.node, f"class {found.node.name.value} has several bases in these files"
                )
            if doubt := classes.doubt_about(found):
                yield Reason(found.module, found.node, doubt)

    def _on_modules(self, modules: set[Module], variables: list[Variable]) -> Iterator[Reason]:
        for path, error in self._project.unfit.items():
            content = self._project.content.get(path, b"")
            for module in modules:
                if variables and re.search(os.fsencode(rf"\b{re.escape(module.stem)}\b"), content):
                    where = next(iter(module.source.module.children), module.source.module)
                    yield Reason(module, where, f"{path} may use it and cannot be read ({error})")

    def _lookalikes(self, variable: Variable) -> Iterator[Reason]:
        """Imports of a module of this name that is not found where it is looked for: ``sys.path`` may lead here."""
        stem = variable.module.stem
        for module in self._project.modules:
            hows = [(o.node, o.how.dotted) for o in module.names.names if o.how is not None and o.how.kind == "import"]
            for node, dotted in [*hows, *module.names.stars]:
                parts = dotted.split(".")
                if stem not in (parts[-1], parts[0], *parts[-2:-1]) or stem in sys.stdlib_module_names:
                    continue
                if self._project.resolved(module, dotted) is None and self._project.imported(module, dotted) is None:
                    head = self._project.resolved(module, dotted.rpartition(".")[0] or ".")
                    if head is None and isinstance(self._project.external(module, dotted), External):
                        yield Reason(module, node, f"{dotted} may be {variable.module.path}")

    def _stars(self, variable: Variable) -> Iterator[Reason]:
        """Star imports of what is not in these files, that may bind the name anew."""
        for module in self._project.modules:
            own = variable.module is module
            if not own and variable not in self._project.starred(module, variable.name):
                continue
            begin = self._first_binding(module, variable)
            for node, dotted in module.names.stars:
                known = self._project.resolved(module, dotted) is not None or dotted.split(".")[0] in _SAFE_STARS
                if not known and module.source.position(node) > begin:
                    yield Reason(module, node, f"a star import may bind {variable.name}")

    def _first_binding(self, module: Module, variable: Variable) -> tuple[int, int]:
        if variable.module is not module:
            carriers = [node for node, dotted in module.names.stars if self._carries(module, dotted, variable)]
            return min(module.source.position(node) for node in carriers)
        writes = [o.node for o in module.names.names if o.name == variable.name and o.role == "write"]
        at_top = [node for node in writes if module.names.scope_of[node].parent is None]
        return min((module.source.position(node) for node in at_top), default=(0, 0))

    def _carries(self, module: Module, dotted: str, variable: Variable) -> bool:
        origin = self._project.resolved(module, dotted)
        return origin is not None and (
            origin is variable.module or variable in self._project.starred(origin, variable.name)
        )

    def _escapes(self, target: Module) -> Iterator[Reason]:
        for module in self._project.modules:
            for occurrence in module.names.names:
                if occurrence.how is not None or not isinstance(occurrence.node, cst.Name):
                    continue
                parent = module.source.parent(occurrence.node)
                if isinstance(parent, cst.Attribute) and parent.value is occurrence.node:
                    continue
                if self._project.denoted(module, occurrence.node) is target:
                    yield Reason(module, occurrence.node, f"the module {target.stem} is passed on")


def _is_of_python(module: Module, node: cst.CSTNode) -> bool:
    """Whether it is asked for a name of Python's own: ``frame.f_globals["__name__"]``, as loggers do."""
    parent = module.source.parent(node)
    key = key_of(parent) if isinstance(parent, cst.Subscript) and parent.value is node else None
    return key is not None and key.startswith("__")


class _Texts(cst.CSTVisitor):
    def __init__(self, module: Module, found: list[tuple[str, Reason]]) -> None:
        self._module, self._found = module, found

    def visit_SimpleString(self, node: cst.SimpleString) -> None:  # noqa: N802 - libcst's name
        value = node.evaluated_value
        if isinstance(value, str) and ("." in value or "__main__" in value) and len(value) < 200:
            self._found.append((value, Reason(self._module, node, "a text names it, as mock.patch does")))


def _function_of(place: Place) -> Variable | None:
    """The name of the function that a place is a parameter or the result of."""
    if isinstance(place, Returned):
        return place.function.variable
    if isinstance(place, Variable) and isinstance(place.scope.node, cst.FunctionDef) and place.scope.parent:
        is_param = place.name in _parameters(place.scope.node)
        owner = place.scope.parent.owner(place.scope.node.name.value)
        return Variable(place.module, owner, place.scope.node.name.value) if is_param else None
    return None


def _parameters(node: cst.FunctionDef) -> set[str]:
    params = (*node.params.posonly_params, *node.params.params, *node.params.kwonly_params)
    return {param.name.value for param in params}


def _text(node: cst.CSTNode) -> str | None:
    if isinstance(node, cst.SimpleString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None
