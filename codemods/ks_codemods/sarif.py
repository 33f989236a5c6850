"""A report as SARIF 2.1.0, the form that code scanning services take."""

from __future__ import annotations

from typing import Any

from ks_codemods.codes import CODES
from ks_codemods.report import Report, Site

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"native": "note", "bridged": "note", "facade": "warning", "flagged": "warning"}


def sarif(report: Report) -> dict[str, Any]:
    """The SARIF document of ``report``: a result for each site, a rule for each code."""
    results = [_result(file.path.as_posix(), site) for file in report.files for site in file.sites]
    rules = [{"id": code, "shortDescription": {"text": meaning}} for code, meaning in CODES.items()]
    driver = {"name": "ks-compat migrate", "rules": rules}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _result(path: str, site: Site) -> dict[str, Any]:
    where = {"artifactLocation": {"uri": path}, "region": {"startLine": site.line, "startColumn": site.column}}
    return {
        "ruleId": site.code,
        "level": "error" if site.code.startswith("KS9") else _LEVELS[site.outcome],
        "message": {"text": f"{site.method}: {site.message}"},
        "locations": [{"physicalLocation": where}],
    }
