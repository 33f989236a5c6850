"""Which clients go native. The rules:

A **place** (``places``) holds a client: a name (global, local, parameter), an attribute of a class and its instances
(a property too) or of a function, what a dict, list or tuple holds under a key, what a function or method returns, what
a conditional expression gives. Places between which a value flows (``flows``) form a **group**: assignments,
unpackings and loops; arguments and results of functions and methods whose every call is seen (``callers``), by
``Thread`` and thread pools too, and through decorators of the project that hand everything through (``decorating``);
imports, star imports and ``L.client`` of a module. Whose method or attribute is meant follows from where the instances
of the project's classes flow (``classes``); a class and all that derive from it count as one. A group that a call of
``KSTradeApi`` is in, found by its resolved import and never by a name alone, is decided whole:

It goes native if

1. all that is written to its places is a constructor call, another of its places, or None; each of them is given its
   value where that is seen; no instance of another class is put there, and no subclass of ``KSTradeApi``;
2. every read is understood (``reads``): a call of a method that has a rewrite (``getattr`` with a constant too), the
   session texts, a flow to another of its places, a comparison with None, a truth test, ``isinstance``, ``del``; a
   method taken without a call, if all that is done with it is to hand it on and to call it (``taken``);
3. every call of it can be rewritten (``rewrites``);
4. the dicts, lists and tuples that hold it are made in these files, and all that is done with them is seen
   (``containers``); under a key that is not a constant, all they hold must be clients of the group;
5. nothing can reach it unseen (``hazards``): exec, getattr by name, the names of a frame, an import of ``__main__``, a
   foreign star import after its binding, a module of its name that is not found, an attribute ``x.client`` of an
   unknown ``x``, a class with a foreign base, a decorator or a ``__getattr__``; and nothing may change the old package
   itself (``patches``): the class or module handed on, a text that ``mock.patch`` takes, a stand-in in ``sys.modules``;
6. all files that it is in may be written.

Any other group stays on the facade, and each of its sites says what held it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import libcst as cst

from ks_codemods.analysis import containers, taken
from ks_codemods.analysis.class_names import ClassNames, Named
from ks_codemods.analysis.flows import Flows, Reason, Use
from ks_codemods.analysis.hazards import Hazards
from ks_codemods.analysis.places import Attr, Bound, Created, Made, Place
from ks_codemods.analysis.reads import Read, understood
from ks_codemods.codes import AT_RUN_TIME
from ks_codemods.edits.rewrites import rewrite
from ks_codemods.naming.calls import NEO
from ks_codemods.naming.project import Class, Module, Project, Variable, name_of
from ks_codemods.rewriting import Rewrite


@dataclass(frozen=True)
class ClientSite:
    """One constructor call, method call or session text of a group, or a place where its class is named."""

    module: Module
    node: cst.CSTNode
    method: str
    rewrite: Rewrite | None = None
    """None for a session text, and where there is none."""


@dataclass
class Group:
    """A client, in all its places."""

    places: list[Place]
    sites: list[ClientSite] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    """What holds it back; empty for a native one."""

    @property
    def modules(self) -> set[Module]:
        """The files that it is in."""
        return {site.module for site in self.sites}


def find(project: Project, flows: Flows) -> list[Group]:
    """All groups, decided."""
    hazards, names = Hazards(project, flows), ClassNames(flows)
    return [_decided(project, flows, hazards, Group(places), names.of(places)) for places in flows.groups()]


def _decided(project: Project, flows: Flows, hazards: Hazards, group: Group, names: list[Named]) -> Group:
    places = group.places
    group.sites += [ClientSite(module, node, "KSTradeApi", Rewrite(NEO)) for module, node in names]
    holders = containers.bases(flows, places)
    uses = [use for place in places for use in flows.uses.get(place, [])]
    modules = {use.module for use in uses} | {module for module, _ in names}
    modules |= {place.module for place in places if isinstance(place, (Variable, Made))}
    for place in places:
        group.reasons += flows.bad_writes.get(place, [])
        group.reasons += _foreign(flows, place)
        if isinstance(place, Made):
            group.sites.append(_constructor(project, place))
    for use in uses:
        _use(flows, group, use)
    group.reasons += containers.doubts(flows, holders)
    group.reasons += hazards.holding([*places, *holders], modules)
    group.reasons += _out_of_reach(group, modules)
    group.reasons += [refused for site in group.sites if (refused := _refused(site)) is not None]
    group.reasons.sort(key=lambda reason: (str(reason.module.path), reason.module.source.position(reason.node)))
    return group


def _constructor(project: Project, place: Made) -> ClientSite:
    itself = project.is_constructor(place.module, place.call.func)
    translated = rewrite(place.module, place.call, "KSTradeApi") if itself else None
    return ClientSite(place.module, place.call, "KSTradeApi", translated)


def _foreign(flows: Flows, place: Place) -> Iterator[Reason]:
    """What makes the client of a place something else than a plain KSTradeApi."""
    if isinstance(place, Made):
        denoted = flows.project.denoted(place.module, place.call.func)
        if isinstance(denoted, Class):
            name = denoted.node.name.value
            yield Reason(denoted.module, denoted.node, f"class {name} derives from KSTradeApi")
    if isinstance(place, (Variable, Attr)) and place not in flows.written:
        for use in flows.uses.get(place, [])[:1]:
            yield Reason(use.module, use.node, f"nothing in these files gives {name_of(use.node)} its value")
    if isinstance(place, Created):
        yield Reason(place.module, place.call, f"{name_of(place.call)} is put where the client is")
    if isinstance(place, Variable) and flows.places.receiver_class(place) is not None:
        where = place.scope.node
        yield Reason(place.module, where, f"the client is put where {place.name} of a method is")


def _use(flows: Flows, group: Group, use: Use) -> None:
    read: Read = understood(flows, use)
    if read.node is not None and read.method:
        translated = None
        if read.kind == "call" and isinstance(read.node, cst.Call):
            translated = rewrite(use.module, read.node, read.method)
        elif read.kind == "method" and isinstance(read.node, cst.BaseExpression):
            translated = _method(flows, group, use, read.node)
        group.sites.append(ClientSite(use.module, read.node, read.method, translated))
    if read.kind == "unknown":
        group.reasons.append(Reason(use.module, read.node or use.node, read.why))


def _method(flows: Flows, group: Group, use: Use, node: cst.BaseExpression) -> Rewrite | None:
    """The rewrite of a method that is taken without a call; its calls become sites."""
    place, found = flows.places.place(use.module, node), flows.places.taken(use.module, node)
    if not isinstance(place, Bound) or found is None:
        return None
    receiver, name = found
    for other in taken.calls(flows, place):
        call = other.module.source.parent(other.node)
        assert call is not None
        group.sites.append(ClientSite(other.module, call, name, Rewrite(code=AT_RUN_TIME)))
    return taken.rewritten(use.module, node, receiver, name)


def _out_of_reach(group: Group, modules: set[Module]) -> Iterator[Reason]:
    for module in modules:
        if not module.given:
            where = next((site.node for site in group.sites if site.module is module), module.source.module)
            yield Reason(module, where, "this file uses it and was not given to be rewritten")


def _why_not(site: ClientSite) -> str:
    if site.rewrite is not None and site.rewrite.refusal:
        return site.rewrite.refusal
    splices = site.rewrite.splices if site.rewrite is not None else ()
    written = "".join(part for splice in splices for part in splice.parts if isinstance(part, str))
    node: cst.CSTNode | None = site.node
    while node is not None:
        if isinstance(node, cst.FormattedString) and node.start[-1] in written:
            return "it stands in an f-string, where a rewrite would need its quotes"
        if isinstance(node, cst.FormattedStringExpression) and node.equal is not None:
            return "it stands in an f-string that shows its text"
        node = site.module.source.parent(node)
    return ""


def _refused(site: ClientSite) -> Reason | None:
    why = _why_not(site)
    return Reason(site.module, site.node, why) if why else None
