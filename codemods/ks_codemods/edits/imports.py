"""The imports of the old package: swapped for those of the facade, or replaced by those of the native client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from ks_codemods.analysis.flows import Flows
from ks_codemods.edits.new_names import bound_to
from ks_codemods.edits.results import is_star_imported
from ks_codemods.naming.project import CONSTRUCTOR, KS_API, NEW, OLD, External, Module, Project, Variable
from ks_codemods.naming.scopes import How, Occurrence, dotted_name
from ks_codemods.reading.splices import Splice

_STATEMENTS = (cst.Import, cst.ImportFrom)


def _statement(module: Module, alias: cst.CSTNode) -> cst.CSTNode:
    node: cst.CSTNode | None = alias
    while node is not None and not isinstance(node, _STATEMENTS):
        node = module.source.parent(node)
    assert node is not None
    return node


def _block(module: Module, alias: cst.CSTNode) -> cst.CSTNode | None:
    line = module.source.parent(_statement(module, alias))
    block = module.source.parent(line) if line is not None else None
    return module.source.parent(block) if isinstance(block, cst.IndentedBlock) else block


@dataclass(frozen=True)
class _Import:
    """One name that an import of the old package (or of ours) binds."""

    alias: cst.ImportAlias
    statement: cst.Import | cst.ImportFrom
    variable: Variable
    brings: str
    """What it denotes, under its old name."""
    is_old: bool


class Imports:
    """The import edits of one module."""

    def __init__(
        self,
        project: Project,
        flows: Flows,
        module: Module,
        gone: set[cst.CSTNode],
        first_use: int,
        *,
        swapping: bool = True,
    ) -> None:
        """``gone``: names that the rewritten constructors no longer read. ``first_use``: offset of the first edit.

        ``swapping``: whether imports of the old package may give way to the drop-in's.
        """
        self._swapping = swapping
        self._project, self._flows, self._module, self._source = project, flows, module, module.source
        self._gone, self._first_use = gone, first_use
        self._found = [found for occurrence in module.names.names if (found := self._import(occurrence)) is not None]

    def edits(self, needed: str, more: Iterable[str] = ()) -> list[Splice]:
        """The splices; ``needed`` are the names to import (``NeoClient, v1``), empty where no client is native.

        ``more``: other import statements to add.
        """
        splices: list[Splice] = []
        carrier = self._carrier() if needed else None
        for found in self._found:
            if found is carrier:
                splices += self._carried(found, needed)
            elif self._gone and self._is_idle_package(found):
                splices.append(self._deleted(found))
            elif found.is_old and self._swapping:
                splices += self._swapped(found)
        splices += self._stars() if self._swapping else ()
        lines = [*([f"from {NEW} import {needed}"] if needed and carrier is None else []), *more]
        if lines:
            splices.append(self._inserted(lines))
        return list(dict.fromkeys(splices))

    def _import(self, occurrence: Occurrence) -> _Import | None:
        how: How | None = occurrence.how
        if how is None or how.kind != "import" or not isinstance(how.node, cst.ImportAlias):
            return None
        if self._project.imported(self._module, how.dotted) or self._project.resolved(self._module, how.dotted):
            return None
        statement = _statement(self._module, how.node)
        denoted = self._project.external(self._module, how.dotted)
        if denoted is None or denoted.dotted.split(".")[0] != OLD or not isinstance(statement, _STATEMENTS):
            return None
        origin = statement.module if isinstance(statement, cst.ImportFrom) else how.node.name
        variable = self._project.variable(self._module, occurrence.scope, occurrence.name)
        is_old = dotted_name(origin).split(".")[0] == OLD
        return _Import(how.node, statement, variable, denoted.dotted, is_old)

    # -- what is still used ----------------------------------------------------------------------------------------

    def _is_idle(self, found: _Import) -> bool:
        """Whether nothing reads the name any more."""
        if found.variable.scope.parent is None and (
            is_star_imported(self._project, self._module) or "__all__" in self._module.names.bound
        ):
            return False
        root = self._flows.root(found.variable)
        joined = [place for place in self._flows.uses if self._flows.root(place) == root]
        return all(use.node in self._gone for place in joined for use in self._flows.uses[place])

    def _is_idle_package(self, found: _Import) -> bool:
        alone = len(found.statement.names) == 1 if isinstance(found.statement, cst.Import) else False
        line = self._source.parent(found.statement)
        is_line = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
        bare = is_line and isinstance(line, cst.SimpleStatementLine) and line.trailing_whitespace.comment is None
        return alone and bare and isinstance(_block(self._module, found.alias), cst.Module) and self._is_idle(found)

    def _carrier(self) -> _Import | None:
        """The import that gives way to that of the native names."""
        for found in self._found:
            names = found.statement.names
            alone = isinstance(names, cst.ImportStar) or len(names) == 1
            early = self._source.core(found.statement)[0] < self._first_use
            at_top = isinstance(_block(self._module, found.alias), cst.Module)
            is_api = found.brings in (KS_API, CONSTRUCTOR)
            fits = alone or found.brings == KS_API
            if early and at_top and is_api and fits and self._is_idle(found):
                return found
        return None

    # -- edits -----------------------------------------------------------------------------------------------------

    def _carried(self, found: _Import, needed: str) -> list[Splice]:
        if isinstance(found.statement, cst.ImportFrom) and found.brings == KS_API:
            alias = Splice(*self._source.core(found.alias), (needed,))
            return [alias, *(self._renamed_root(found.statement.module) if found.is_old else [])]
        return [Splice(*self._source.core(found.statement), (f"from {NEW} import {needed}",))]

    def _swapped(self, found: _Import) -> list[Splice]:
        if isinstance(found.statement, cst.ImportFrom):
            return self._renamed_root(found.statement.module)
        if found.alias.asname is not None:
            return self._renamed_root(found.alias.name)
        uses = self._flows.uses.get(found.variable, [])
        if self._must_keep_its_name(found):
            return [self._under_its_old_name(found)]
        reads = [use.node for use in uses if use.node not in self._gone]
        return [*self._renamed_root(found.alias.name), *(Splice(*self._source.core(node), (NEW,)) for node in reads)]

    def _must_keep_its_name(self, found: _Import) -> bool:
        """Whether ``ks_api_client`` is used in ways that renaming would break, or ``ks_compat`` is taken."""
        writes = self._project.writes(found.variable)
        uses = self._flows.uses.get(found.variable, [])
        ours = {name for name in bound_to(self._project, self._module, External(OLD)) if name == NEW}
        return (
            any(how.kind != "import" for how in writes)
            or any(use.deleted or use.module is not self._module for use in uses)
            or (NEW in self._module.names.taken and NEW not in ours)
            or is_star_imported(self._project, self._module)
            or any(OLD in scope.outer for scope in self._module.names.scopes.values())
        )

    def _under_its_old_name(self, found: _Import) -> Splice:
        dotted = dotted_name(found.alias.name).replace(OLD, NEW, 1)
        first = "" if dotted == NEW else f"{dotted}, "
        return Splice(*self._source.core(found.alias), (f"{first}{NEW} as {OLD}",))

    def _renamed_root(self, name: cst.CSTNode | None) -> list[Splice]:
        while isinstance(name, cst.Attribute):
            name = name.value
        return [Splice(*self._source.core(name), (NEW,))] if name is not None else []

    def _stars(self) -> Iterator[Splice]:
        for node, dotted in self._module.names.stars:
            external = self._project.external(self._module, dotted)
            if (
                dotted.split(".")[0] == OLD
                and external is not None
                and self._project.resolved(self._module, dotted) is None
            ):
                yield from self._renamed_root(node.module)

    def _deleted(self, found: _Import) -> Splice:
        start = self._source.line_start(self._source.core(found.statement)[0])
        line = self._source.parent(found.statement)
        assert line is not None
        return Splice(start, self._source.whole(line)[1], ())

    def _inserted(self, lines: list[str]) -> Splice:
        """After the imports that the file begins with."""
        place = 0
        for line in self._source.module.body:
            start = self._source.line_start(self._source.core(line)[0])
            if not _is_preamble(line) or start >= self._first_use:
                place = place or start
                break
            place = self._source.whole(line)[1]
        return Splice(place, place, tuple(f"{line}{self._source.module.default_newline}" for line in lines))


def _is_preamble(line: cst.CSTNode) -> bool:
    if not isinstance(line, cst.SimpleStatementLine):
        return False
    return all(
        isinstance(small, _STATEMENTS)
        or (isinstance(small, cst.Expr) and isinstance(small.value, (cst.SimpleString, cst.ConcatenatedString)))
        for small in line.body
    )
