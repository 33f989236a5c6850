"""Copies of arguments and answers, taken in the caller's thread as cheaply as may be and unpacked on a worker."""

from __future__ import annotations

import gc
import pickle
from itertools import chain
from typing import Any

LARGEST = 16 * 1024 * 1024
"""Bytes; what is larger is not compared. A book of 2,000 orders has about 0.5 million."""
_MOST = 200_000
"""Values in the rows of one flat answer; a larger one is packed, and so bounded in bytes."""
_PLAIN = (str, int, float, bool, type(None))
_tracked = getattr(gc, "is_tracked", lambda _: True)
"""Whether the garbage collector looks into an object. CPython before 3.14 says no of a dict that holds no container."""


class NotCopied(Exception):
    """A value that cannot be copied, or is too large to be."""


class _Bounded:
    """A file in memory that takes ``LARGEST`` bytes: packing a monster ends there."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self._left = LARGEST

    def write(self, part: bytes) -> int:
        self._left -= len(part)
        if self._left < 0:
            raise NotCopied(f"more than {LARGEST} bytes")
        self.parts.append(bytes(part))
        return len(part)


class Frozen:
    """A copy of ``value`` as it is now. Raises NotCopied."""

    __slots__ = ("_flat", "_packed")

    def __init__(self, value: Any) -> None:
        self._packed = b""
        self._flat = _flat(value)
        if self._flat is not None:
            return
        # Ten times faster than copy.deepcopy. marshal would be as fast, but makes bytes of numpy's numbers.
        file = _Bounded()
        try:
            pickler = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
            # An answer out of JSON shares nothing worth a memo, which takes a third of the time. A circle is refused.
            pickler.fast = True
            pickler.dump(value)
        except (KeyboardInterrupt, NotCopied):
            raise
        except BaseException as refusal:  # noqa: BLE001 - any object may refuse in its own way, SystemExit included
            raise NotCopied(f"a {type(value).__name__} ({type(refusal).__name__})") from None
        self._packed = b"".join(file.parts)

    def thawed(self) -> Any:
        """A fresh copy. Raises NotCopied where what was taken could still be changed by others."""
        if self._flat is None:
            return pickle.loads(self._packed)
        rows = {name: part for name, part in self._flat.items() if type(part) is list}
        # Of what the collector does not look into, that which can change has no hash: bytearray, numpy's arrays.
        for kind in set(map(type, chain.from_iterable(map(dict.values, chain.from_iterable(rows.values()))))):
            if kind.__hash__ is None:
                raise NotCopied(f"a {kind.__name__}")
        return {**self._flat, **{name: list(map(dict.copy, part)) for name, part in rows.items()}}


def _flat(value: Any) -> dict[str, Any] | None:
    """A report of flat rows with each row copied, a tenth of the price of packing it; None where it is anything else.

    Only rows are copied here, in the caller's thread; what stands in them is looked at in ``thawed``.
    """
    if type(value) is not dict:
        return None
    found = value.copy()
    for name, part in found.items():
        if type(part) is list:
            rows = part.copy()
            if not set(map(type, rows)) <= {dict} or sum(map(len, rows)) > _MOST:
                return None
            # The copies are asked: nobody else can put anything into those.
            found[name] = rows = list(map(dict.copy, rows))
            if any(map(_tracked, rows)):
                return None
        elif type(part) not in _PLAIN:
            return None
    return found
