"""The page of each code: what it means, an example, what to do. One text, codes.md, for terminal and MIGRATION.md."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources


@cache
def text() -> str:
    """All pages, as Markdown."""
    return resources.files("ks_codemods.reporting").joinpath("codes.md").read_text(encoding="utf-8")


def page(code: str) -> str:
    """The page of one code, as Markdown, its heading first. Raises KeyError for a code that there is not."""
    return _pages()[code]


@cache
def _pages() -> dict[str, str]:
    found = re.split(r"^(?=### )", text(), flags=re.MULTILINE)[1:]
    return {one[4 : one.index(":")]: one.strip() for one in found}
