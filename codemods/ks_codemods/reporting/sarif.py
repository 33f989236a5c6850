"""A report as SARIF 2.1.0, the form that code scanning services take (with what GitHub's documentation asks for)."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ks_codemods.codes import CODES, READ_ONLY
from ks_codemods.reporting import pages
from ks_codemods.reporting.report import FileReport, Report, Site

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
_MOST = 5_000
"""GitHub shows no more results of a run."""


def sarif(report: Report, root: Path | None = None) -> dict[str, Any]:
    """The SARIF document of ``report``: a result for each site, a rule for each code; paths relative to ``root``.

    What can lose money comes first, so that it is not what a service cuts off.
    """
    root = (root or Path.cwd()).resolve()
    found = [(site.urgency, _result(file, site, root)) for file in report.files for site in file.sites]
    results = [result for _, result in sorted(found, key=lambda one: one[0])][:_MOST]
    rules = [_rule(code, meaning) for code, meaning in CODES.items()]
    run = {
        "tool": {"driver": {"name": "ks-compat migrate", "semanticVersion": "1.0.0", "rules": rules}},
        "originalUriBaseIds": {_ROOT: {"uri": f"{root.as_uri()}/"}},
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": "ks-compat/migrate/"},
        "results": _numbered(results),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, meaning: str) -> dict[str, Any]:
    page = pages.page(code)
    return {
        "id": code,
        "name": code,
        "shortDescription": {"text": meaning},
        "fullDescription": {"text": meaning},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _level(code)},
        "properties": {"tags": ["migration"], "precision": "very-high"},
    }


def _level(code: str) -> str:
    if code == READ_ONLY:
        return "warning"
    return {"1": "note", "2": "warning", "3": "warning"}.get(code[2], "error")


def _result(file: FileReport, site: Site, root: Path) -> dict[str, Any]:
    region = {"startLine": site.line, "startColumn": site.column}
    return {
        "ruleId": site.code,
        "ruleIndex": list(CODES).index(site.code),
        "level": _level(site.code),
        "message": {"text": f"{site.method}: {site.message}" if site.method else site.message},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(file.path, root), "region": region}}],
        "partialFingerprints": {"ksCompatSite/v1": _fingerprint(file, site)},
    }


def _artifact(path: Path, root: Path) -> dict[str, str]:
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolves no link
    for one in (absolute, absolute.parent.resolve() / absolute.name):
        if one.is_relative_to(root):
            return {"uri": quote(one.relative_to(root).as_posix()), "uriBaseId": _ROOT}
    return {"uri": absolute.as_uri()}


def _fingerprint(file: FileReport, site: Site) -> str:
    """The same for the same line of code wherever it moves to."""
    lines = file.before.splitlines()
    line = lines[site.line - 1].strip() if 0 < site.line <= len(lines) else ""
    return hashlib.sha256(os.fsencode(f"{file.path.name}|{site.code}|{site.method}|{_shape(line)}")).hexdigest()[:32]


def _shape(line: str) -> str:
    # Without its texts and numbers: a digest of a line with a six-digit MPIN would give the MPIN away by trying.
    from ks_codemods.reporting import masking

    return "".join(char for char in masking.masked(line) if not char.isdigit())


def _numbered(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Equal lines are told apart by how many of them came before."""
    seen: dict[str, int] = {}
    for result in results:
        marks = result["partialFingerprints"]
        (name, mark), *_ = marks.items()
        seen[mark] = seen.get(mark, 0) + 1
        marks[name] = f"{mark}:{seen[mark]}"
    return results
