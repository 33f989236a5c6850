"""The results of native calls: used natively where every use is understood, else given their old shape.

A result is followed from its call through names, loops, unpacking and the returns of functions whose callers are all in
sight (``walk``). All calls whose results can meet in one name are one **web**, decided whole: one use that is not
understood (the value is printed, stored, changed, passed on) and all of the web's calls keep the old shape. ``views``
says what each use becomes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import libcst as cst

from ks_codemods.analysis.flows import Flows, Use
from ks_codemods.analysis.places import Place
from ks_codemods.analysis.returning import callers_of, returns_of
from ks_codemods.edits.views import KINDS, View
from ks_codemods.edits.walk import Giver, NotUnderstood, Walk
from ks_codemods.naming.calls import V1
from ks_codemods.naming.project import Module, Project, Variable
from ks_codemods.reading.splices import Region, Splice

_BUILTINS = {"int", "float", "str", "len", "enumerate", "reversed"}


@dataclass(eq=False)
class _Web:
    """Calls whose results can meet, and the edits of all their uses."""

    calls: list[cst.Call] = field(default_factory=list)
    splices: list[Splice] = field(default_factory=list)
    carriers: list[Variable | cst.FunctionDef] = field(default_factory=list)
    is_native: bool = True


class Results:
    """Decides for each result of a call of a native group."""

    def __init__(self, project: Project, flows: Flows, kinds: dict[cst.CSTNode, str]) -> None:
        self._project, self._flows, self._kinds = project, flows, kinds
        """``kinds``: each native call, and the kind of its result."""
        self._modules: dict[Place, set[Module]] = defaultdict(set)
        """The files in which places are used, by what flows between places."""
        for place, uses in flows.uses.items():
            self._modules[flows.root(place)].update(use.module for use in uses)
        self._webs: dict[cst.CSTNode | Variable, _Web] = {}
        self._views: dict[Variable | cst.FunctionDef, View] = {}
        self._given: dict[Variable | cst.FunctionDef, set[Giver]] = {}
        """What is known to give a name or a function its value."""
        for module in project.modules:
            for node in list(module.names.scope_of):
                if isinstance(node, cst.Call) and node in kinds:
                    self._start(module, node)
        self._complete()

    def edits(self, module: Module, call: cst.Call) -> tuple[list[Splice], bool]:
        """The splices round a call and in the uses of its result, and whether it had to be given its old shape."""
        kind, web = KINDS[self._kinds[call]], self._webs[call]
        if not kind.answer:
            return [], True
        if isinstance(module.source.parent(call), cst.Expr):
            return [], False
        start, end = module.source.core(call)
        if not web.is_native:
            return [Splice(start, end, (f"{V1}.{kind.answer}(", Region(start, end), ")"))], True
        # The uses that several calls share are edited once, with the first of them.
        splices = list(dict.fromkeys(web.splices)) if web.calls[0] is call else []
        if kind.native:
            splices.append(Splice(start, end, (f"{V1}.{kind.native}(", Region(start, end), ")")))
        return splices, False

    # -- webs ------------------------------------------------------------------------------------------------------

    def _start(self, module: Module, call: cst.Call) -> None:
        web = self._webs[call] = _Web([call])
        view = KINDS[self._kinds[call]].view
        if isinstance(module.source.parent(call), cst.Expr):
            return
        if view is None or module.names.bound & _BUILTINS:
            web.is_native = False
            return
        self._follow(module, call, view, web)

    def _follow(self, module: Module, node: cst.CSTNode, view: View, web: _Web) -> None:
        try:
            Walk(self, module, web).value(node, view, (Region(*module.source.whole(node)),))
        except NotUnderstood:
            self._root(web).is_native = False

    def _root(self, web: _Web) -> _Web:
        return self._webs[web.calls[0]]

    def add(self, splice: Splice, web: _Web) -> None:
        """Notes an edit of a use."""
        self._root(web).splices.append(splice)

    def _merge(self, one: _Web, other: _Web) -> _Web:
        first, second = self._root(one), self._root(other)
        if first is second:
            return first
        first.calls += second.calls
        first.splices += second.splices
        first.carriers += second.carriers
        first.is_native = first.is_native and second.is_native
        for call in second.calls:
            self._webs[call] = first
        for carrier in second.carriers:
            self._webs[carrier] = first
        second.calls = first.calls
        return first

    def carry(self, module: Module, target: cst.CSTNode, giver: Giver, view: View, web: _Web) -> None:
        """``target``, a name, is given a value by ``giver``: its uses are uses of the value."""
        if not isinstance(target, cst.Name):
            raise NotUnderstood
        variable = self._project.variable(module, self._project.scope(module, target), target.value)
        if self._met(variable, giver, view, web):
            for use in self._uses(variable):
                self._follow(module, use.node, view, self._webs[variable])

    def give_back(self, module: Module, statement: cst.Return, view: View, web: _Web) -> None:
        """A function returns the value: what its callers do with its calls are uses of it."""
        found = callers_of(self._project, self._flows, module, statement)
        if found is None or not self._is_of_one_file(found.variable):
            raise NotUnderstood
        if found.variable.scope.parent is None and is_star_imported(self._project, module):
            raise NotUnderstood
        if self._met(found.function, (statement, None), view, web):
            for call in found.calls:
                if not isinstance(module.source.parent(call), cst.Expr):
                    self._follow(module, call, view, self._webs[found.function])

    def _met(self, carrier: Variable | cst.FunctionDef, giver: Giver, view: View, web: _Web) -> bool:
        """Notes that a value reaches ``carrier``; whether it is the first one."""
        is_new = carrier not in self._views
        if not is_new:
            web = self._merge(self._webs[carrier], web)
            web.is_native = web.is_native and self._views[carrier] is view
        else:
            web = self._root(web)
            web.carriers.append(carrier)
            self._webs[carrier], self._views[carrier] = web, view
        self._given.setdefault(carrier, set()).add(giver)
        return is_new

    def _complete(self) -> None:
        """A name that anything else is written to, or a function that returns anything else, is not understood."""
        for carrier, given in self._given.items():
            if isinstance(carrier, Variable):
                expected = {(how.node, how.index) for how in self._project.writes(carrier)}
            else:
                expected = {(statement, None) for statement in returns_of(carrier)}
            if expected != given:
                self._webs[carrier].is_native = False

    def _uses(self, variable: Variable) -> list[Use]:
        """All uses of a variable, if they are all seen and all in its own module."""
        uses = self._flows.uses.get(variable, [])
        shown = variable.scope.parent is None and is_star_imported(self._project, variable.module)
        shown |= variable.scope.parent is None and variable.name in variable.module.names.read_in_classes
        if variable.scope.kind == "class" or shown or not self._is_of_one_file(variable):
            raise NotUnderstood
        if any(use.deleted for use in uses):
            raise NotUnderstood
        return uses

    def _is_of_one_file(self, variable: Variable) -> bool:
        return self._modules[self._flows.root(variable)] <= {variable.module}


def is_star_imported(project: Project, module: Module) -> bool:
    """Whether some file takes all names of ``module``."""
    return any(
        project.resolved(other, dotted) is module for other in project.modules for _, dotted in other.names.stars
    )
