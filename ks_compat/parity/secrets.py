"""What of a bot's own is never shown: literals that look like secrets, and secrets of the environment."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from ks_codemods.reporting.masking import masked

_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASS|PIN|OTP|KEY|AUTH|MOBILE|UCC|USER_?ID|CREDENTIAL", re.IGNORECASE)
_SHORTEST = 4
"""Characters. What is shorter is in every other word."""


class Mask:
    """Replaces secrets in texts by ``***``. What it hides is compared all the same."""

    def __init__(self, files: Iterable[Path], environment: Mapping[str, str]) -> None:
        secrets = {text for name, text in environment.items() if _SECRET_NAME.search(name) and len(text) >= _SHORTEST}
        for file in files:
            secrets |= _literals(file)
        alone = "|".join(re.escape(text) for text in sorted(secrets, key=len, reverse=True))
        self._secret = re.compile(rf"(?<!\w)(?:{alone})(?!\w)") if alone else None

    def __call__(self, text: str) -> str:
        """``text`` as it may be shown."""
        return masked(text if self._secret is None else self._secret.sub("***", text))


def _literals(file: Path) -> set[str]:
    """The literals of a file that the codemod's masking hides."""
    try:
        source = file.read_bytes()
        plain = source.decode("utf-8", "replace")
        shown = masked(plain)
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    except (OSError, SyntaxError, ValueError):
        return set()
    found = {str(node.value) for node in nodes if isinstance(node.value, (str, int)) and node.value is not True}
    # Hidden at one place is hidden at all: a password may be printed as well.
    return {text for text in found if len(text) >= _SHORTEST and _count(text, shown) < _count(text, plain)}


def _count(literal: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(literal)}(?!\w)", text))
