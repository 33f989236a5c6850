"""One parsed file: its text, where each node stands in it, and what stands around each node."""

from __future__ import annotations

import re
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


def _parsed(content: bytes) -> cst.Module:
    try:
        module = cst.parse_module(content)
    except (cst.ParserSyntaxError, UnicodeDecodeError, LookupError, RecursionError, SyntaxError) as error:
        line = getattr(error, "raw_line", None)
        where = f" (line {line})" if line else ""
        raise Unfit(codes.UNPARSED, f"It is not Python that can be parsed{where}; left alone.") from error
    if module.bytes != content:
        raise Unfit(codes.NOT_PRINTED, "libcst does not print this file as it read it; left alone.")
    return module
