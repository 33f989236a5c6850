"""Reading an instrument token as bots hand it in: an int, a numpy int, digits as text, a whole pandas float."""

from __future__ import annotations

import operator

from .errors import UnknownInstrument

_MAX_DIGITS = 18


def token_number(token: object) -> int:
    """Return the token as a positive int; raise `UnknownInstrument` for anything that is not plainly a whole number."""
    number = _whole(token)
    if number is None or number <= 0:
        shown = repr(token)
        shown = shown if len(shown) <= 40 else shown[:37] + "..."
        raise UnknownInstrument(f"{shown} is not an instrument token: a token is a whole number such as 727.", token)
    return number


def _whole(token: object) -> int | None:
    if isinstance(token, bool):  # True would otherwise be token 1
        return None
    if isinstance(token, str):
        text = token.strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else None
    if isinstance(token, float):  # a pandas column with a gap turns its tokens into floats
        return int(token) if token.is_integer() else None
    try:
        return operator.index(token)  # type: ignore[arg-type]
    except TypeError:
        return None
