"""Methods of a client that are taken without a call: ``buy = client.place_order``, ``partial(client.quote, 754)``.

They are followed like clients are. Where all that is done with one is to hand it on and to call it, it becomes
``v1.old_method(client, "quote")``: the same arguments in, the same answer out, wherever it is called. Where anything
else is done with it (printed, asked for its ``__self__``, given to unknown code), its client stays on the facade.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ks_codemods import codes
from ks_codemods.analysis import containers
from ks_codemods.analysis.flows import Flows, Reason, Use
from ks_codemods.analysis.places import Attr, Bound, Made, Place, is_called
from ks_codemods.analysis.plain import is_plain
from ks_codemods.naming.calls import V1
from ks_codemods.naming.project import Module, Variable, name_of
from ks_codemods.reading.splices import Region, Splice
from ks_codemods.rewriting import Rewrite


def doubts(flows: Flows, method: Bound) -> Iterator[Reason]:
    """What is done with a taken method, in all the places that it can reach, that is not followed."""
    places = flows.joined(method)
    for place in places:
        yield from flows.bad_writes.get(place, [])
        if isinstance(place, (Variable, Attr)) and place not in flows.written:
            for use in flows.uses.get(place, [])[:1]:
                yield Reason(use.module, use.node, f"nothing in these files gives {name_of(use.node)} its value")
        for use in flows.uses.get(place, []):
            if not _is_seen(flows, use):
                text = f"{name_of(use.node)} is a method of the client and is not followed here"
                yield Reason(use.module, use.node, text)
    yield from containers.doubts(flows, containers.bases(flows, places))


def _is_seen(flows: Flows, use: Use) -> bool:
    source = use.module.source
    argument = source.parent(use.node)
    if use.deleted or is_called(use.module, use.node) or is_plain(flows.places, flows.passed, use.module, use.node):
        return True
    return isinstance(argument, cst.Arg) and use.node in flows.handed


def rewritten(module: Module, node: cst.BaseExpression, receiver: cst.BaseExpression, name: str) -> Rewrite:
    """``v1.old_method(client, "quote")`` in place of ``client.quote``."""
    start, end = module.source.core(node)
    parts = (f"{V1}.old_method(", Region(*module.source.whole(receiver)), f', "{name}")')
    return Rewrite(splices=(Splice(start, end, parts),), code=codes.METHOD)


def calls(flows: Flows, method: Bound) -> Iterator[Use]:
    """The calls of a taken method by another name; none where another client's of the same places has them already."""
    places = flows.joined(method)
    methods = [place for place in places if isinstance(place, Bound)]
    of_clients = [found for found in methods if is_taken_from_a_client(flows, found.module, found.node)]
    for place in places if of_clients[:1] == [method] else ():
        for use in flows.uses.get(place, []):
            if is_called(use.module, use.node):
                yield use


def is_taken_from_a_client(flows: Flows, module: Module, node: cst.CSTNode) -> bool:
    """Whether ``x.quote`` or ``getattr(x, "quote")`` has an ``x`` that is in a group with a constructor call."""
    taken = flows.places.taken(module, node)
    place: Place | None = flows.places.place(module, taken[0]) if taken is not None else None
    return place is not None and any(isinstance(other, Made) for other in flows.joined(place))
