"""Order tags (``ig``, echoed as ``GuiOrdId``): unique on the wire, readable at the head (DESIGN.md, last choice).

v2 refuses a tag that was used before (spec/v2.md 2.2, codes 5204 and 32), and the tag is how an order whose answer was
lost is found again. So each order gets ``<head of the caller's tag>-<random>``, at most 20 ASCII characters.
"""

from __future__ import annotations

import re
from typing import Any

from ks_compat.native import ambient

LENGTH = 20
_RANDOM = 10
_HEAD = LENGTH - _RANDOM - 1
_WIRE = re.compile(rf"(?P<head>[A-Za-z0-9_.]{{0,{_HEAD}}})-[0-9a-z]{{{_RANDOM}}}")


def text(tag: Any) -> str | None:
    """The caller's tag as a text. Of a text that is an Enum too its value, as the old SDK sent it, not its name."""
    return str.__str__(tag) if isinstance(tag, str) else None if tag is None else str(tag)


def unique(tag: str | None) -> str:
    """A wire tag that no other order has, with what fits of ``tag`` at its head."""
    head = re.sub(r"[^A-Za-z0-9_.]+", "_", tag or "")[:_HEAD]
    return f"{head}-{ambient.text(_RANDOM)}"


def head(wire_tag: str) -> str:
    """The readable head of a wire tag; a tag that this client did not make is given back whole."""
    match = _WIRE.fullmatch(wire_tag)
    return match["head"] if match else wire_tag
