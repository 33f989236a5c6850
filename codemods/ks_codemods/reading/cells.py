"""The code cells of a notebook: where their text stands in the JSON, and the JSON with other text in them.

The document is not dumped again: what is not a changed line of a code cell keeps its bytes, outputs included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^\s,\]}\"]+")


@dataclass(frozen=True)
class Cell:
    """One code cell."""

    number: int
    """Counted from 1 over all cells, as people count them."""
    text: str
    start: int
    end: int
    """Where the value of ``source`` stands in the document."""
    tokens: tuple[tuple[str, int, int], ...]
    """Each string of it, and where that stands; one, if ``source`` is a single string."""
    is_list: bool


def cells(document: str) -> list[Cell]:
    """The code cells of a Python notebook. Raises ValueError for what is not one of format 4."""
    whole = json.loads(document)
    if not isinstance(whole, dict) or not isinstance(whole.get("cells"), list):
        raise ValueError("it is not a notebook of format 4 (jupyter nbconvert --to notebook converts it)")
    spans = dict(_sources(document))
    return [
        _cell(document, number, spans[number])
        for number, cell in enumerate(whole["cells"])
        if isinstance(cell, dict) and cell.get("cell_type") == "code" and number in spans
    ]


def is_python(document: str) -> bool:
    """Whether the notebook's kernel runs Python; one that names no language does."""
    metadata: Any = json.loads(document).get("metadata", {})
    info = metadata.get("language_info", {}).get("name") or metadata.get("kernelspec", {}).get("language") or "python"
    return str(info).lower() in ("python", "ipython", "python3")


def replaced(document: str, texts: dict[Cell, str]) -> str:
    """``document`` with other texts in some cells."""
    for cell in sorted(texts, key=lambda cell: -cell.start):
        document = document[: cell.start] + _value(document, cell, texts[cell]) + document[cell.end :]
    return document


def _value(document: str, cell: Cell, text: str) -> str:
    in_ascii = document.isascii() and "\\u" in document
    if not cell.is_list:
        return json.dumps(text, ensure_ascii=in_ascii)
    raw = {value: document[start:end] for value, start, end in cell.tokens}
    lines = text.splitlines(keepends=True) if "\r" not in text else re.findall(r"[^\n]*\n|[^\n]+", text)
    written = [raw.get(line) or json.dumps(line, ensure_ascii=in_ascii) for line in lines]
    if not cell.tokens:
        return f"[{', '.join(written)}]"
    before = document[cell.start : cell.tokens[0][1]]
    after = document[cell.tokens[-1][2] : cell.end]
    several = len(cell.tokens) > 1
    between = document[cell.tokens[0][2] : cell.tokens[1][1]] if several else f",{before[1:]}"
    return before + between.join(written) + after


def _cell(document: str, number: int, span: tuple[int, int]) -> Cell:
    start, end = span
    tokens = []
    place = start
    while (place := document.find('"', place, end)) != -1:
        value, after = scanstring(document, place + 1)
        tokens.append((value, place, after))
        place = after
    return Cell(number + 1, "".join(token[0] for token in tokens), start, end, tuple(tokens), document[start] == "[")


# -- where values stand; the document is known to be JSON ----------------------------------------------------------


def _sources(document: str) -> Iterator[tuple[int, tuple[int, int]]]:
    for name, start in _members(document, _skip(document, 0)):
        if name == "cells":
            for number, cell in enumerate(_elements(document, start)):
                for key, place in _members(document, cell):
                    if key == "source":
                        yield number, (place, _end(document, place))


def _skip(document: str, place: int) -> int:
    match = _SPACE.match(document, place)
    return match.end() if match else place


def _members(document: str, place: int) -> Iterator[tuple[str, int]]:
    if document[place] != "{":
        return
    place = _skip(document, place + 1)
    while document[place] != "}":
        name, place = scanstring(document, place + 1)
        place = _skip(document, _skip(document, place) + 1)
        yield name, place
        place = _skip(document, _end(document, place))
        place = _skip(document, place + 1) if document[place] == "," else place


def _elements(document: str, place: int) -> Iterator[int]:
    if document[place] != "[":
        return
    place = _skip(document, place + 1)
    while document[place] != "]":
        yield place
        place = _skip(document, _end(document, place))
        place = _skip(document, place + 1) if document[place] == "," else place


def _end(document: str, place: int) -> int:
    opening = document[place]
    if opening == '"':
        return int(scanstring(document, place + 1)[1])
    if opening not in "{[":
        match = _SCALAR.match(document, place)
        return match.end() if match else place
    # Not by members and elements: outputs are deep and long, and only their end matters.
    depth, place = 0, place
    for match in re.finditer(r'[\[{]|[\]}]|"(?:[^"\\]|\\.)*"', document[place:]):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return place + match.end()
    return len(document)
