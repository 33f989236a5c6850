"""Texts and comments that name the old package: reported, never edited."""

from __future__ import annotations

import re

import libcst as cst

from ks_codemods import codes
from ks_codemods.reading.source import Source
from ks_codemods.reporting.report import Site

_MENTION = re.compile(r"\bks_api_client\b|\bKSTradeApi\b")
REQUIREMENT = re.compile(r"\bks[-_]api[-_]client\b")
"""The old distribution, as pip and git know it."""


def mentions(source: Source) -> list[Site]:
    """One site for each text or comment, at its first mention."""
    sites = [
        Site(line, match.start() + 1, match[0], "flagged", codes.BY_HAND, codes.CODES[codes.BY_HAND])
        for line, text in source.asides()
        if (match := REQUIREMENT.search(text)) is not None
    ]
    if _MENTION.search(source.text):
        found = _Mentions(source)
        source.module.visit(found)
        sites += found.sites
    return sites


class _Mentions(cst.CSTVisitor):
    def __init__(self, source: Source) -> None:
        self._source = source
        self.sites: list[Site] = []

    def _look(self, node: cst.CSTNode, code: str, what: str) -> None:
        start, end = self._source.core(node)
        match = _MENTION.search(self._source.text, start, end)
        if match is not None:
            line, column = self._source.point(match.start())
            message = f"{what} names {match[0]}; it is left as it is"
            self.sites.append(Site(line, column, match[0], "flagged", code, message))

    def visit_SimpleString(self, node: cst.SimpleString) -> None:  # noqa: N802 - libcst's names
        self._look(node, codes.TEXT, "a text")

    def visit_FormattedStringText(self, node: cst.FormattedStringText) -> None:  # noqa: N802
        self._look(node, codes.TEXT, "a text")

    def visit_Comment(self, node: cst.Comment) -> None:  # noqa: N802
        self._look(node, codes.COMMENT, "a comment")
