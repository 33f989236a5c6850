"""What differs between two runs of the same program, read here and nowhere else: the clock and random text.

A proof that two programs send the same requests fixes both (``with fixed(...)``) instead of ignoring what depends on
them.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import time
from collections.abc import Callable, Iterator

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def _random_text(length: int) -> str:
    # One draw for all: secrets.choice for each would cost an order some 20 microseconds.
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in secrets.token_bytes(length))


_now: Callable[[], float] = time.time
_text: Callable[[int], str] = _random_text


def now() -> float:
    """The present, in seconds since 1970 UTC."""
    return _now()


def text(length: int) -> str:
    """Random lower-case letters and digits, unpredictable and unlike any drawn before."""
    return _text(length)


@contextlib.contextmanager
def fixed(moment: float) -> Iterator[None]:
    """Fixes the clock at ``moment`` (seconds since 1970 UTC) and makes ``text`` count instead of drawing."""
    global _now, _text
    drawn = 0

    def counted(length: int) -> str:
        nonlocal drawn
        drawn += 1
        digest = hashlib.sha256(str(drawn).encode()).digest()
        return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:length])

    before = _now, _text
    _now, _text = lambda: moment, counted
    try:
        yield
    finally:
        _now, _text = before
