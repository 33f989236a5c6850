"""A notebook as one module: its code cells, one after the other, with what is not Python stood in for.

- A line magic (``%time f(client)``, ``!pip install x``, ``client?``) is stood in for by a call of an unknown function
  with the names that the line has: whatever it reaches may be used in ways that are not known.
- A cell that ends in an expression shows its value: the expression is made an argument of an unknown function.
- A cell magic that does not run the cell as Python in place (all but ``%%time``, ``%%capture``) is handled as a line.

Each stand-in is taken out again when the cells are cut apart.
"""

from __future__ import annotations

import json
import keyword
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from ks_codemods import codes
from ks_codemods.reading import cells
from ks_codemods.reading.cells import Cell
from ks_codemods.reading.source import Source, Unfit

_NAME = re.compile(r"[^\W\d]\w*")
_LINE_MAGIC = re.compile(
    r"^(?P<indent>[ \t]*)(?:(?P<target>[\w, ]+?)[ ]*=[ ]*)?"
    r"(?P<magic>[%!](?![=%])[^\n]*|\?[^\n]*|[\w.%*\[\]]+\?{1,2}[ \t]*)$"
)
_IN_PLACE = re.compile(r"^%%(?:time|capture)\b")
_OTHER_LANGUAGE = re.compile(
    r"^%%(?:bash|sh|script|system|cmd|html|HTML|javascript|js|latex|markdown|svg|SVG|perl|ruby|writefile|file|sql)\b"
)
_NO_NAMES = re.compile(r"^%(?:pip|conda|mamba|matplotlib|load_ext|reload_ext|autoreload|config|env|cd|pwd|ls|pylab)\b")
_RUNS = re.compile(r"^%+(?:run|load|store|reset|rerun|recall|macro|autocall)\b")


class Notebook(Source):
    """A notebook of format 4 whose kernel runs Python. Raises Unfit for any other, and where a cell does not parse."""

    def __init__(self, path: Path, content: bytes) -> None:
        try:
            self._document = content.decode("utf-8")
            found = cells.cells(self._document) if cells.is_python(self._document) else []
        except (ValueError, AttributeError, RecursionError) as error:
            why = "it is not JSON" if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError)) else error
            raise Unfit(codes.UNPARSED, f"It is not a notebook that can be read: {why}; left alone.") from error
        self._nonce = _fresh(self._document)
        self._parts = [_part(cell, self._nonce) for cell in found]
        text = "".join(f"#{self._nonce}{part.cell.number}\n{part.code}\n" for part in self._parts)
        super().__init__(path, text.encode())
        self.shown = self._document

    def printed(self, text: str) -> str:
        """The document with the cells that are in ``text``."""
        pieces = re.split(rf"^#{self._nonce}(\d+)\n", text, flags=re.MULTILINE)
        after = dict(zip(map(int, pieces[1::2]), pieces[2::2], strict=True))
        changed = {}
        for part in self._parts:
            new = part.restored(after[part.cell.number].removesuffix("\n"), self._nonce)
            if new != part.cell.text:
                if part.cell.text.lstrip().startswith("%%") and new.split("\n")[0] != part.cell.text.split("\n")[0]:
                    raise ValueError("a cell magic would not be the first line of its cell any more")
                changed[part.cell] = new
        return cells.replaced(self._document, changed)

    def encoded(self, shown: str) -> bytes:
        """The document's bytes."""
        return shown.encode()

    def position(self, node: cst.CSTNode) -> tuple[int, int]:
        """The line of the document that the node's line of code is on, and the column in the cell."""
        line, column = super().position(node)
        return self._document_line(line), column

    def point(self, offset: int) -> tuple[int, int]:
        """As ``position``."""
        line, column = super().point(offset)
        return self._document_line(line), column

    def line_start(self, offset: int) -> int:
        """Where the line of ``offset`` begins, in the code."""
        return self.text.rfind("\n", 0, offset) + 1

    def words(self, line: int) -> str:
        """``cell 3, line 2``."""
        return self._named.get(line, "")

    def asides(self) -> list[tuple[int, str]]:
        """The magics, and the lines of the document that they are on."""
        found = []
        for part in self._parts:
            for stand_in, original in part.originals.items():
                line = self.text.count("\n", 0, self.text.index(stand_in)) + 1
                found.append((self._document_line(line), original))
        return found

    def _document_line(self, line: int) -> int:
        return self._lines[min(line, len(self._lines)) - 1]

    @cached_property
    def _lines(self) -> list[int]:
        """The document's line of each line of code."""
        starts = [match.end() for match in re.finditer("\n", self._document)]
        lines: list[int] = []
        for part in self._parts:
            cell = part.cell
            places = [start for _, start, _ in cell.tokens] or [cell.start]
            own = [bisect_right(starts, place) + 1 for place in places]
            lines += [own[0], *(own[min(index, len(own) - 1)] for index in part.lines())]
        return lines or [1]

    @cached_property
    def _named(self) -> dict[int, str]:
        named: dict[int, str] = {}
        for part in self._parts:
            first = self.text.index(f"#{self._nonce}{part.cell.number}\n")
            begin = self.text.count("\n", 0, first) + 2
            for index, own in enumerate(part.lines()):
                line = self._document_line(begin + index)
                named[line] = "the document" if line in named else f"cell {part.cell.number}, line {own + 1}"
        return {line: name for line, name in named.items() if name != "the document"}


@dataclass(frozen=True)
class _Part:
    """A cell, its stand-in, and what to put back."""

    cell: Cell
    code: str
    originals: dict[str, str]

    def lines(self) -> list[int]:
        """For each line of the stand-in, which line of the cell it is, from 0."""
        numbers, number = [], 0
        for line in self.code.split("\n"):
            numbers.append(number)
            number += 1 + self.originals.get(line, "").count("\n")
        return numbers

    def restored(self, code: str, nonce: str) -> str:
        code = re.sub(rf"show{nonce}\(", "", code)
        code = re.sub(rf"(?:, end| tail){nonce}\)", "", code)
        for stand_in, original in self.originals.items():
            code = code.replace(stand_in, original)
        return code


def _part(cell: Cell, nonce: str) -> _Part:
    text = cell.text
    if text.lstrip().startswith("%%") and not _IN_PLACE.match(text):
        names = [] if _OTHER_LANGUAGE.match(text.lstrip()) else _names(text)
        stand_in = _stand_in("", "", names, f"{nonce}{cell.number}_")
        return _Part(cell, stand_in, {stand_in: text})
    originals: dict[str, str] = {}
    code = text if _parses(text) else "\n".join(_without_magics(text, f"{nonce}{cell.number}_", originals))
    return _Part(cell, _shown(cell, code, nonce, originals), originals)


def _without_magics(text: str, nonce: str, originals: dict[str, str]) -> Iterator[str]:
    lines = text.split("\n")
    inside = _inside_strings(lines)
    index = 0
    while index < len(lines):
        line = lines[index]
        match = None if index in inside else _LINE_MAGIC.match(line)
        first = index == 0 and _IN_PLACE.match(line) is not None
        if match is None and not first:
            yield line
            index += 1
            continue
        while line.endswith("\\") and index + 1 < len(lines):
            index += 1
            line += f"\n{lines[index]}"
        names = [] if match is None else _reached(match["magic"])
        indent, target = ("", "") if match is None else (match["indent"], match["target"] or "")
        stand_in = _stand_in(indent, target, names, f"{nonce}{len(originals)}_")
        originals[stand_in] = line
        yield stand_in
        index += 1


def _reached(magic: str) -> list[str] | None:
    """The names that a magic may use; None for one that may use any."""
    if _RUNS.match(magic):
        return None
    if magic.startswith("!"):
        return re.findall(r"[{$]\s*([^\W\d]\w*)", magic)
    return [] if _NO_NAMES.match(magic) else _names(magic)


def _stand_in(indent: str, target: str, names: list[str] | None, nonce: str) -> str:
    if names is None:
        call = "exec()"
    else:
        call = f"ipython({', '.join(names)})" if names or target else "pass" if indent else ""
    return f"{indent}{target and f'{target} = '}{call}#{nonce}#"


def _parses(text: str) -> bool:
    try:
        cst.parse_module(text)
    except (cst.ParserSyntaxError, RecursionError):
        return False
    return True


def _names(text: str) -> list[str]:
    return [name for name in dict.fromkeys(_NAME.findall(text)) if not keyword.iskeyword(name)]


def _inside_strings(lines: list[str]) -> set[int]:
    """The lines that begin inside of a text in three quotes: what looks like a magic there is none."""
    inside: set[int] = set()
    quote = ""
    for index, line in enumerate(lines):
        if quote:
            inside.add(index)
        for match in re.finditer(r'"""|\'\'\'|#.*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', line):
            if quote:
                quote = "" if match[0] == quote else quote
            elif match[0] in ('"""', "'''"):
                quote = match[0]
    return inside


def _shown(cell: Cell, code: str, nonce: str, originals: dict[str, str]) -> str:
    """``code`` with the expression that its cell would show made an argument."""
    try:
        module = cst.parse_module(code)
    except (cst.ParserSyntaxError, RecursionError) as error:
        line = getattr(error, "raw_line", None)
        where = f"cell {cell.number}, line {line}" if line else f"cell {cell.number}"
        raise Unfit(codes.UNPARSED, f"It has code that cannot be parsed ({where}); left alone.") from error
    last = module.body[-1] if module.body else None
    if not isinstance(last, cst.SimpleStatementLine) or not isinstance(last.body[-1], cst.Expr):
        return code
    if isinstance(last.body[-1].semicolon, cst.Semicolon) or code.rstrip().split("\n")[-1] in originals:
        return code
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    span = wrapper.resolve(PositionProvider)[last.body[-1]]
    starts = [0, *(match.end() for match in re.finditer("\n", code))]
    start = starts[span.start.line - 1] + span.start.column
    end = starts[span.end.line - 1] + span.end.column
    inner = code[start:end]
    closing = " tail" if inner.rstrip().endswith(",") else ", end"
    return f"{code[:start]}show{nonce}({inner}{closing}{nonce}){code[end:]}"


def _fresh(document: str) -> str:
    number = 0
    while f"_ks{number}_" in document:
        number += 1
    return f"_ks{number}_"
