"""Copies of arguments and answers, taken in the caller's thread as cheaply as may be and unpacked on a worker."""

from __future__ import annotations

import pickle
from typing import Any

LARGEST = 16 * 1024 * 1024
"""Bytes; what is larger is not compared. A book of 2,000 orders has about 0.5 million."""


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

    __slots__ = ("_packed",)

    def __init__(self, value: Any) -> None:
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
        """A fresh copy."""
        return pickle.loads(self._packed)
