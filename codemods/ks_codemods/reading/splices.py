"""Edits of a text by place, so that every byte outside of them stays."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """A stretch of the old text, printed with the splices that stand in it."""

    start: int
    end: int


Part = str | Region


@dataclass(frozen=True)
class Splice:
    """What stands in place of ``start`` to ``end``."""

    start: int
    end: int
    parts: tuple[Part, ...]


def spliced(text: str, splices: list[Splice]) -> str:
    """``text`` with ``splices``. They may nest (a call in an argument of another) but not cross.

    Raises ValueError where one would be lost.
    """
    ordered = sorted(splices, key=lambda splice: (splice.start, splice.end > splice.start, -splice.end))
    done: set[int] = set()

    def render(start: int, end: int, first: int) -> str:
        out, place = [], start
        for index in range(first, len(ordered)):
            splice = ordered[index]
            if splice.start >= end and end < len(text):
                break
            if splice.start < place or splice.end > end:
                continue
            done.add(index)
            out.append(text[place : splice.start])
            out.extend(
                part if isinstance(part, str) else render(part.start, part.end, index + 1) for part in splice.parts
            )
            place = splice.end
        return "".join([*out, text[place:end]])

    result = render(0, len(text), 0)
    if len(done) != len(ordered):
        raise ValueError("an edit was lost")
    return result
