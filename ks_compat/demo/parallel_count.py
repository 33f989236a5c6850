"""What arrived at a sandbox, order by order, on either of its APIs: the count that no client can talk away."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

from ks_compat.sandbox import Received

Api = Literal["v1", "v2"]

_OLD_PLACE, _OLD_ORDERS = b"/apim/orders/1.0/order", b"/apim/orders/1.0/orders"
_NEW = {b"/quick/order/rule/ms/place": "ig", b"/quick/order/vr/modify": "no", b"/quick/order/cancel": "on"}


@dataclass
class Counted:
    """Order calls by API, verb (``place``, ``modify``, ``cancel``) and name: the tag's head, or the order number."""

    calls: Counter[tuple[Api, str, str]] = field(default_factory=Counter)

    def apis_of(self, tag: str) -> list[Api]:
        """The APIs that a placement reached, one entry for each time."""
        return [api for (api, verb, name), times in self.calls.items() if (verb, name) == ("place", tag)
                for _ in range(times)]  # fmt: skip

    def doubled(self, tags: Iterable[str]) -> list[str]:
        """The tags whose order arrived more than once."""
        return [tag for tag in tags if len(self.apis_of(tag)) > 1]

    def total(self, api: Api) -> int:
        """The order calls that one API got."""
        return sum(times for (name, _, _), times in self.calls.items() if name == api)


def counted(requests: Iterable[Received]) -> Counted:
    """Counts the order calls among what arrived."""
    found = (_whole(seen) for seen in requests)
    return Counted(Counter(call for call in found if call is not None))


def _whole(seen: Received) -> tuple[Api, str, str] | None:
    try:
        return _of(seen)
    except (ValueError, KeyError):  # torn: its sender was killed, and nobody can take an order out of it
        return None


def _of(seen: Received) -> tuple[Api, str, str] | None:
    path = seen.raw_path.partition(b"?")[0]
    if path.startswith(_OLD_PLACE) and seen.method in ("POST", "PUT", "DELETE"):
        return _of_old(seen, path)
    for end, name in _NEW.items():
        if path.endswith(end):
            given = json.loads(dict(parse_qsl(seen.body.decode()))["jData"])
            verb = path.rpartition(b"/")[2].decode()
            text = str(given.get(name) or "")
            return "v2", verb, text.rpartition("-")[0] if verb == "place" else text
    return None


def _of_old(seen: Received, path: bytes) -> tuple[Api, str, str]:
    if seen.method == "DELETE":
        return "v1", "cancel", path.rpartition(b"/")[2].decode()
    given = json.loads(seen.body)
    if seen.method == "PUT":
        return "v1", "modify", str(given["orderId"])
    return "v1", "place", str(given.get("tag", ""))
