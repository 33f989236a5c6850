"""Places joined into groups."""

from __future__ import annotations

from ks_codemods.analysis.places import Bound, Item, Made, Place
from ks_codemods.analysis.reasons import Reason, Use


class Joins:
    """What is known of places, and which of them may hold the same."""

    def __init__(self) -> None:
        self.uses: dict[Place, list[Use]] = {}
        self.bad_writes: dict[Place, list[Reason]] = {}
        """What else than a place is put there."""
        self._above: dict[Place, Place] = {}
        self._members: dict[Place, list[Place]] = {}

    def root(self, place: Place) -> Place:
        """The place that stands for all that are joined with ``place``."""
        while (above := self._above.get(place, place)) != place:
            place = above
        return place

    def joined(self, place: Place) -> list[Place]:
        """All places that are joined with ``place``, itself included."""
        return self._members.get(self.root(place), [place])

    def groups(self) -> list[list[Place]]:
        """The groups that a constructor call is in."""
        return [group for group in self._members.values() if any(isinstance(place, Made) for place in group)]

    def method_groups(self) -> list[list[Place]]:
        """The groups that a method taken without a call is in."""
        return [group for group in self._members.values() if any(isinstance(place, Bound) for place in group)]

    def _join(self, one: Place, other: Place) -> None:
        first, second = self.root(one), self.root(other)
        if first != second:
            self._above[second] = first
        self._above.setdefault(one, one)
        self._above.setdefault(other, other)

    def _bad(self, place: Place, reason: Reason) -> None:
        self.bad_writes.setdefault(place, []).append(reason)

    def _sort(self) -> None:
        self._members = {}
        for place in dict.fromkeys([*self._above, *self.uses, *self.bad_writes]):
            self._members.setdefault(self.root(place), []).append(place)

    def _join_items(self) -> None:
        """What is joined holds the same under the same key; a key that is not known may be any."""
        items = [p for p in dict.fromkeys([*self._above, *self.uses, *self.bad_writes]) if isinstance(p, Item)]
        before = -1
        while before != (before := len({self.root(item) for item in items})):
            by_base: dict[Place, dict[str | int | None, Item]] = {}
            for item in items:
                known = by_base.setdefault(self.root(item.base), {})
                self._join(known.setdefault(item.key, item), item)
            for known in by_base.values():
                if None in known:
                    for item in known.values():
                        self._join(known[None], item)
