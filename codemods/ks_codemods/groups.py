"""Which clients go native. The rules:

A **place** holds a client: a name (global, local, parameter), an attribute of a class's instances, what a function
returns. Places between which a value flows (assignments, arguments and results of functions whose every call is seen,
imports, ``L.client`` of a module) form a **group**. A group that a call of ``KSTradeApi`` is in, found by its resolved
import and never by a name alone, is decided whole:

It goes native if

1. all that is written to its places is a constructor call, another of its places, or None;
2. every read is understood: a call of a method that has a rewrite, the session texts, a flow to another of its places,
   a comparison with None, a truth test;
3. every call of it can be rewritten (``rewrites``);
4. nothing can reach it unseen (``hazards``): exec, getattr by name, a star import, a patched module, an attribute
   ``x.client`` of an unknown ``x``;
5. all files that it is in may be written, and the import of ``KSTradeApi`` stands where it can be replaced.

Any other group stays on the facade, and each of its sites says what held it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import libcst as cst

from ks_codemods.flows import Flows, Reason, Use
from ks_codemods.hazards import Hazards
from ks_codemods.imports import replaceable
from ks_codemods.places import Made, Place
from ks_codemods.project import Module, Project, Variable
from ks_codemods.reads import Read, understood
from ks_codemods.rewrites import rewrite
from ks_codemods.rewriting import Rewrite


@dataclass(frozen=True)
class ClientSite:
    """One constructor call, method call or session text of a group."""

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
    hazards = Hazards(project, flows)
    return [_decided(project, flows, hazards, places) for places in flows.groups()]


def _decided(project: Project, flows: Flows, hazards: Hazards, places: list[Place]) -> Group:
    group = Group(places)
    uses = [use for place in places for use in flows.uses.get(place, [])]
    modules = {use.module for use in uses} | {place.module for place in places if isinstance(place, (Variable, Made))}
    for place in places:
        group.reasons += flows.bad_writes.get(place, [])
        if isinstance(place, Made):
            group.sites.append(_constructor(place))
    for use in uses:
        _use(flows, group, use)
    group.reasons += hazards.holding(places, modules)
    group.reasons += _out_of_reach(project, group, modules)
    group.reasons += [refused for site in group.sites if (refused := _refused(site)) is not None]
    group.reasons.sort(key=lambda reason: (str(reason.module.path), reason.module.source.position(reason.node)))
    return group


def _constructor(place: Made) -> ClientSite:
    return ClientSite(place.module, place.call, "KSTradeApi", rewrite(place.module, place.call, "KSTradeApi"))


def _use(flows: Flows, group: Group, use: Use) -> None:
    read: Read = understood(flows, use)
    if read.node is not None and read.method:
        translated = None
        if read.kind == "call" and isinstance(read.node, cst.Call):
            translated = rewrite(use.module, read.node, read.method)
        group.sites.append(ClientSite(use.module, read.node, read.method, translated))
    if read.kind == "unknown":
        group.reasons.append(Reason(use.module, read.node or use.node, read.why))


def _out_of_reach(project: Project, group: Group, modules: set[Module]) -> Iterator[Reason]:
    for module in modules:
        if not module.given:
            where = next((site.node for site in group.sites if site.module is module), module.source.module)
            yield Reason(module, where, "this file uses it and was not given to be rewritten")
    for site in group.sites:
        if site.method == "KSTradeApi" and isinstance(site.node, cst.Call):
            why = replaceable(project, site.module, site.node.func)
            if why:
                yield Reason(site.module, site.node, why)


def _why_not(site: ClientSite) -> str:
    if site.rewrite is None or site.rewrite.refusal:
        return site.rewrite.refusal if site.rewrite is not None else ""
    quotes = any(isinstance(part, str) and '"' in part for splice in site.rewrite.splices for part in splice.parts)
    node: cst.CSTNode | None = site.node
    while quotes and node is not None:
        if isinstance(node, cst.FormattedString):
            return "it stands in an f-string, where a rewrite would need quotes"
        node = site.module.source.parent(node)
    return ""


def _refused(site: ClientSite) -> Reason | None:
    why = _why_not(site)
    return Reason(site.module, site.node, why) if why else None
