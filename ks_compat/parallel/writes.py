"""Whether a write of this client came between two looks at an account."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

Mark = tuple[int, object]
"""A write, by the process that sent it (a forked child has none of its parent's under way)."""
_STEP = 0.005


class Writes:
    """The writes under way, and the last one begun. Without a lock: a bot's thread never waits for it."""

    def __init__(self) -> None:
        self._under_way: set[Mark] = set()
        self._last: Mark = (0, None)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Around a write, from before its side is chosen until it is answered."""
        mine = (os.getpid(), object())
        # In this order: whoever looks between the two lines sees it under way.
        self._under_way.add(mine)
        self._last = mine
        try:
            yield
        finally:
            self._under_way.discard(mine)

    def mark(self) -> Mark | None:
        """This moment, for ``none_since``; None while a write is under way."""
        last = self._last
        return None if self._any() else last

    def none_since(self, mark: Mark | None) -> bool:
        """Whether no write was under way at ``mark``, and none was begun since."""
        return mark is not None and self._last is mark

    def wait(self, seconds: float) -> Mark | None:
        """A mark as soon as no write is under way; None if that takes longer."""
        end = time.monotonic() + seconds
        while (mark := self.mark()) is None and time.monotonic() < end:
            time.sleep(_STEP)
        return mark

    def _any(self) -> bool:
        here = os.getpid()
        return any(process == here for process, _ in tuple(self._under_way))
