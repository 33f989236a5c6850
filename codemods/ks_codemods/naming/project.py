"""The files of a run, and what an expression in them denotes: a module, class or function, or something foreign."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import libcst as cst

from ks_codemods import codes
from ks_codemods.naming import loading
from ks_codemods.naming.names import Names
from ks_codemods.naming.scopes import How, Scope, dotted_name
from ks_codemods.reading import files
from ks_codemods.reading.contents import Contents
from ks_codemods.reading.source import Source, Unfit, source_of

OLD, NEW = "ks_api_client", "ks_compat"
KS_API = f"{OLD}.ks_api"
CONSTRUCTOR = f"{KS_API}.KSTradeApi"
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError"}


@dataclass(eq=False)
class Module:
    """A parsed file. ``given``: it may be written; otherwise it was read for what it does with the others."""

    source: Source
    names: Names
    given: bool
    written_as_attributes: set[str]
    """What any file of the run writes as ``x.name``: ``x`` may be this module."""
    properties: set[str]
    """Names of which reading ``x.name`` may run code of any file of the run."""

    @property
    def path(self) -> Path:
        """Where it stands."""
        return self.source.path

    @property
    def stem(self) -> str:
        """The name that imports know it by."""
        return self.path.parent.name if self.path.name == "__init__.py" else self.path.stem


@dataclass(frozen=True)
class Variable:
    """A name of a scope."""

    module: Module
    scope: Scope
    name: str


@dataclass(frozen=True)
class External:
    """Something out of a module that is not one of the files; the old package under its old name."""

    dotted: str


@dataclass(frozen=True)
class Class:
    """A class of one of the files."""

    module: Module
    node: cst.ClassDef


@dataclass(frozen=True)
class Function:
    """A function of one of the files (not a lambda)."""

    module: Module
    node: cst.FunctionDef
    variable: Variable


Denoted = External | Module | Class | Function | None


class Project:
    """All files that matter, parsed."""

    def __init__(self, given: list[Path], beside: list[Path]) -> None:
        self.modules: list[Module] = []
        self.content = Contents([*given, *beside])
        self.unfit = self.content.unfit
        self._loaded: set[str] = set()
        self._followed: set[Module] = set()
        self._named = loading.Named(self.content.paths)
        self._by_path: dict[Path, Module] = {}
        self._given = set(given)
        self._writes: dict[Variable, list[How]] = {}
        self._starred: dict[tuple[Module, str], list[Variable]] = {}
        self._resolved: dict[tuple[Path, str], Module | None] = {}
        self._denoting: set[Variable] = set()
        self._written_as_attributes: set[str] = set()
        self._properties: set[str] = set()
        wanted = (*files.NEEDLES, *files.ADDRESSES)
        named = [path for path in self.content.naming((*wanted, *files.INJECTED)) if path in self._given]
        mattering = [path for path in named if any(needle in self.content[path] for needle in wanted)]
        others = [path for path in named if path not in set(mattering)]
        self._others = [path for path in others if files.may_be_injected(self.content[path])]
        """Files that name old methods and neither the package nor its servers."""
        self._parse(mattering)

    # -- files -----------------------------------------------------------------------------------------------------

    def parse_reading(self, attributes: Iterable[str], methods: Iterable[str]) -> bool:
        """Parses the files that read one of ``attributes``; whether there were any new ones.

        Only those beside a parsed one. Where one of these loads others that it does not name: any, and those that read
        one of ``methods`` too.
        """
        everywhere = any(loading.loads_by_variable(self.content[module.path]) for module in self.modules)
        folders = None if everywhere else {module.path.parent for module in self.modules}
        wanted = sorted({*attributes, *(methods if everywhere else ())})
        return bool(wanted) and self._parse_found(wanted, loading.reading(wanted), folders)

    def parse_importing(self) -> bool:
        """Parses the files that may load the parsed ones; whether there were any new ones."""
        stems = sorted({module.stem for module in self.modules} - self._loaded)
        self._loaded.update(stems)
        return bool(stems) and self._parse_found(stems, loading.importing(stems))

    def _parse_found(self, words: list[str], needle: re.Pattern[bytes], folders: set[Path] | None = None) -> bool:
        """``folders``: where to look; everywhere for None."""
        known = {*self._by_path, *self.unfit}
        if folders is not None:
            known.update(path for path in self.content.paths if path.parent not in folders)
        named = self.content.naming([os.fsencode(word) for word in words], known)
        return self._parse([path for path in named if needle.search(self.content[path])])

    def parse_lookalikes(self) -> bool:
        """Parses the files that name methods of the old client, and may be handed one; whether there were any."""
        return self._parse([path for path in self._others if path not in self._by_path and path not in self.unfit])

    def parse_imported(self) -> bool:
        """Parses the files that the parsed ones import; whether there were any new ones."""
        wanted: list[Path] = []
        for module in [module for module in self.modules if module not in self._followed]:
            self._followed.add(module)
            hows = [occurrence.how for occurrence in module.names.names]
            dotted = [how.dotted for how in hows if how is not None and how.kind == "import"]
            wanted += self._named.by(self.content[module.path], module.path.parent)
            for name in [*dotted, *(origin for _, origin in module.names.stars)]:
                wanted += [*self._candidates(module, name), *self._candidates(module, name.rpartition(".")[0])]
        known = {*self._by_path, *self.unfit}
        return self._parse([path for path in dict.fromkeys(wanted) if path in self.content and path not in known])

    def _parse(self, paths: Iterable[Path]) -> bool:
        found = False
        self._starred.clear()
        self._resolved.clear()
        for path in paths:
            found = True
            try:
                source = source_of(path, self.content[path])
                names = Names(source.module)
            except Unfit as error:
                self.unfit[path] = error
                continue
            except RecursionError:
                self.unfit[path] = Unfit(codes.UNPARSED, "Its expressions nest too deep to be followed; left alone.")
                continue
            module = Module(source, names, path in self._given, self._written_as_attributes, self._properties)
            self._properties.update(names.decorated)
            self._written_as_attributes.update(o.name for o in names.attributes if o.role == "write")
            self.modules.append(module)
            self._by_path[path] = module
            for occurrence in module.names.names:
                if occurrence.how is not None:
                    self._writes.setdefault(self.variable(module, occurrence.scope, occurrence.name), []).append(
                        occurrence.how
                    )
        return found

    def module_at(self, path: Path) -> Module:
        """The module of a parsed file."""
        return self._by_path[path]

    # -- names -----------------------------------------------------------------------------------------------------

    def variable(self, module: Module, scope: Scope, name: str) -> Variable:
        """The variable that ``name`` means in ``scope``; that of another file, where a star import brings it."""
        owner = scope.owner(name)
        if owner.parent is None and module.names.stars and name not in module.names.globals:
            found = self.starred(module, name)
            if found:
                return found[-1]
        return Variable(module, owner, name)

    def starred(self, module: Module, name: str) -> list[Variable]:
        """The variables of other files that the star imports of ``module`` copy to ``name``, in their order."""
        key = (module, name)
        if key not in self._starred:
            self._starred[key] = []  # star imports may go in a circle
            origins = [self.resolved(module, dotted) for _, dotted in module.names.stars]
            found = [v for origin in origins if origin is not None for v in self._exported(origin, name)]
            self._starred[key] = list(dict.fromkeys(found))
        return self._starred[key]

    def _exported(self, module: Module, name: str) -> list[Variable]:
        if name.startswith("_") and "__all__" not in module.names.globals:
            return []
        own = [Variable(module, module.names.scope, name)] if name in module.names.globals else []
        return [*self.starred(module, name), *own]

    def writes(self, variable: Variable) -> list[How]:
        """All that the variable's own module gives it."""
        return self._writes.get(variable, [])

    def scope(self, module: Module, node: cst.CSTNode) -> Scope:
        """The scope that a name, attribute or call stands in."""
        return module.names.scope_of.get(node, module.names.scope)

    # -- what an expression denotes --------------------------------------------------------------------------------

    def denoted(self, module: Module, node: cst.CSTNode) -> Denoted:
        """What a name or attribute denotes, if it can be nothing else."""
        if isinstance(node, cst.Name):
            return self.denoted_by(self.variable(module, self.scope(module, node), node.value))
        if isinstance(node, cst.Attribute):
            base = self.denoted(module, node.value)
            if isinstance(base, External):
                dotted = f"{base.dotted}.{node.attr.value}"
                return self.resolved(module, dotted) or External(dotted)
            if isinstance(base, Module):
                return self.member(base, node.attr.value)
        return None

    def is_constructor(self, module: Module, node: cst.CSTNode) -> bool:
        """Whether an expression is the class KSTradeApi."""
        return self.denoted(module, node) == External(CONSTRUCTOR)

    def denoted_by(self, variable: Variable) -> Denoted:
        """What a variable denotes, if all that is written to it is one and the same definition or import."""
        if variable in self._denoting:  # an import in a circle
            return None
        self._denoting.add(variable)
        try:
            hows = [how for how in self.writes(variable) if not is_fallback(variable.module, how)]
            found = {self._given_by(variable, how) for how in hows}
        finally:
            self._denoting.discard(variable)
        return found.pop() if len(found) == 1 else None

    def member(self, module: Module, name: str) -> Denoted:
        """What ``name`` of a module denotes; a submodule, where the module itself does not bind it."""
        variable = self.variable(module, module.names.scope, name)
        if not self.writes(variable) and module.path.name == "__init__.py":
            return next((m for p in _files(module.path.parent, [name]) if (m := self._by_path.get(p))), None)
        return self.denoted_by(variable)

    def imported(self, module: Module, dotted: str) -> Variable | None:
        """The variable of another file that ``from m import name`` copies."""
        head, _, name = dotted.rpartition(".")
        owner = self.resolved(module, head or ".") if dotted.startswith(".") else self.resolved(module, head)
        if owner is None or not name:
            return None
        variable = self.variable(owner, owner.names.scope, name)
        return variable if self.writes(variable) else None

    def resolved(self, module: Module, dotted: str) -> Module | None:
        """The file that a module's name means: beside the importing one, or under a folder above it."""
        key = (module.path.parent, dotted)
        if key not in self._resolved:
            paths = self._candidates(module, dotted)
            self._resolved[key] = next((m for path in paths if (m := self._by_path.get(path))), None)
        return self._resolved[key]

    def _candidates(self, module: Module, dotted: str) -> list[Path]:
        bare = dotted.lstrip(".")
        parts = [part for part in bare.split(".") if part]
        level = len(dotted) - len(bare)
        above = [module.path.parent, *module.path.parent.parents]
        if level:
            return [path for folder in above[level - 1 : level] for path in _files(folder, parts)]
        return [path for folder in above for path in _files(folder, parts)] if parts else []

    def _given_by(self, variable: Variable, how: How) -> Denoted:
        if how.kind == "def" and isinstance(how.node, cst.FunctionDef):
            return Function(variable.module, how.node, variable)
        if how.kind == "class" and isinstance(how.node, cst.ClassDef):
            return Class(variable.module, how.node)
        if how.kind != "import":
            return None
        other = self.imported(variable.module, how.dotted)
        if other is not None:
            return self.denoted_by(other)
        return self.resolved(variable.module, how.dotted) or self.external(variable.module, how.dotted)

    def external(self, module: Module, dotted: str) -> External | None:
        """What an import of something foreign brings; the old package and ours under one name."""
        head = dotted.split(".")[0]
        if not head or any(
            folder / f"{head}.py" in self.content for folder in (module.path.parent, *module.path.parents)
        ):
            return None  # the user's own file, whatever it is called
        head, _, rest = dotted.partition(".")
        return External(f"{OLD}{'.' * bool(rest)}{rest}" if head == NEW else dotted)


def _files(folder: Path, parts: list[str]) -> list[Path]:
    base = folder.joinpath(*parts)
    return [*([base.with_name(f"{base.name}.py")] if parts else []), base / "__init__.py"]


def is_fallback(module: Module, how: How) -> bool:
    """Whether a name is given None where an import failed: ``except ImportError: ks_api = None``.

    What the rewritten code imports cannot be missing there: it is the package that it needs.
    """
    if how.kind != "assign" or not (isinstance(how.node, cst.Name) and how.node.value == "None"):
        return False
    node: cst.CSTNode | None = how.node
    while node is not None and not isinstance(node, (cst.ExceptHandler, cst.FunctionDef, cst.Lambda)):
        node = module.source.parent(node)
    return isinstance(node, cst.ExceptHandler) and dotted_name(node.type) in _IMPORT_ERRORS


def name_of(node: cst.CSTNode) -> str:
    """How a message names an expression: never with its literals, which may be secrets."""
    if isinstance(node, cst.Call):
        return f"{name_of(node.func)}(...)"
    return dotted_name(node) or "an expression"
