"""One parsed file: its text, where each node stands in it, and what stands around each node."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import libcst as cst
from libcst.metadata import (
    CodeRange,
    MetadataWrapper,
    ParentNodeProvider,
    PositionProvider,
    WhitespaceInclusivePositionProvider,
)

from ks_codemods import codes

_TOO_DEEP = "Its expressions nest too deep to be followed; left alone."
_LINE_END = re.compile(r"\r\n?|\n")


class Unfit(Exception):
    """A file that is left alone, and why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Source:
    """A file that libcst reads and prints unchanged. Raises Unfit for any other."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.module = _parsed(content)
        self.text = self.module.code
        self.shown = self.text
        """The text as people know it: of a notebook the JSON, of which ``text`` is only the code."""

    def printed(self, text: str) -> str:
        """The whole file, as ``shown`` is, with ``text`` in place of its own."""
        return text

    def encoded(self, shown: str) -> bytes:
        """The bytes of a whole file."""
        return shown.encode(self.module.encoding)

    def asides(self) -> list[tuple[int, str]]:
        """What is in the file and is not Python: lines and their text."""
        return []

    def words(self, line: int) -> str:  # noqa: ARG002 - a notebook has words for it
        """What people call a line, where its number does not say it: the cell of a notebook."""
        return ""

    @cached_property
    def _metadata(self) -> Mapping[object, Mapping[cst.CSTNode, object]]:
        # The tree is ours alone: no copy needed, and the copy is most of the time (spec/craft.md 9).
        wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)
        return wrapper.resolve_many([PositionProvider, WhitespaceInclusivePositionProvider, ParentNodeProvider])  # type: ignore[return-value]

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node around ``node``."""
        return self._metadata[ParentNodeProvider].get(node)  # type: ignore[return-value]

    def position(self, node: cst.CSTNode) -> tuple[int, int]:
        """Line and column, both from 1."""
        start = self._range(PositionProvider, node).start
        return start.line, start.column + 1

    def core(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where ``node`` stands, its own parentheses excluded."""
        return self._span(PositionProvider, node)

    def whole(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where ``node`` stands, its own parentheses (and what else belongs to it) included."""
        return self._span(WhitespaceInclusivePositionProvider, node)

    def code(self, node: cst.CSTNode) -> str:
        """The text of ``node``."""
        start, end = self.whole(node)
        return self.text[start:end]

    def point(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = len([start for start in self._line_starts if start <= offset])
        return line, offset - self._line_starts[line - 1] + 1

    def line_start(self, offset: int) -> int:
        """Where the line of ``offset`` begins."""
        return self._line_starts[self.point(offset)[0] - 1]

    def _span(self, provider: object, node: cst.CSTNode) -> tuple[int, int]:
        found = self._range(provider, node)
        starts = self._line_starts
        return starts[found.start.line - 1] + found.start.column, starts[found.end.line - 1] + found.end.column

    def _range(self, provider: object, node: cst.CSTNode) -> CodeRange:
        return self._metadata[provider][node]  # type: ignore[return-value]


def source_of(path: Path, content: bytes) -> Source:
    """The source in a file: Python, or the code cells of a notebook. Raises Unfit for one that is to be left alone."""
    if path.suffix != ".ipynb":
        return _followed(Source(path, content))
    from ks_codemods.reading.notebooks import Notebook

    return _followed(Notebook(path, content))


def _followed(source: Source) -> Source:
    """``source``, once it is sure that all of it can be walked. Raises Unfit."""
    try:
        source.position(source.module)
    except RecursionError as error:
        raise Unfit(codes.UNPARSED, _TOO_DEEP) from error
    return source


def _parsed(content: bytes) -> cst.Module:
    _check(content)
    try:
        module = cst.parse_module(content)
        printed = module.bytes
    except RecursionError as error:
        raise Unfit(codes.UNPARSED, _TOO_DEEP) from error
    except (cst.ParserSyntaxError, UnicodeDecodeError, LookupError, SyntaxError) as error:
        line = getattr(error, "raw_line", None)
        where = f" (line {line})" if line else ""
        raise Unfit(codes.UNPARSED, f"It is not Python that can be parsed{where}; left alone.") from error
    if printed != content:
        raise Unfit(codes.NOT_PRINTED, "libcst does not print this file as it read it; left alone.")
    return module


def _check(content: bytes) -> None:
    """Raises Unfit for what libcst's parser takes and nobody can go on with, or would end the process by."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(content, "", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (RecursionError, MemoryError) as error:
        raise Unfit(codes.UNPARSED, _TOO_DEEP) from error
    except (SyntaxError, ValueError) as error:
        # Any other error is libcst's to judge: it may know a newer Python than the one that runs.
        if "too many nested" in str(error):
            raise Unfit(codes.UNPARSED, _TOO_DEEP) from error
        if "unicode error" in str(error) or "null bytes" in str(error):
            raise Unfit(codes.UNPARSED, "It has a text that is none in Python; left alone.") from error
