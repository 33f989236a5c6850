"""What a run found and did. The JSON form is a contract (DESIGN.md)."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ks_codemods import masking

FileOutcome = Literal["native", "facade", "untouched", "error"]
SiteOutcome = Literal["native", "bridged", "facade", "flagged"]


@dataclass(frozen=True, order=True)
class Site:
    """One place in a file that the codemod has something to say about. Lines and columns count from 1."""

    line: int
    column: int
    method: str
    outcome: SiteOutcome
    code: str
    message: str


@dataclass
class FileReport:
    """One file: what became of it, and why."""

    path: Path
    changed: bool = False
    outcome: FileOutcome = "untouched"
    sites: list[Site] = field(default_factory=list)
    message: str = ""
    """For an error: what is wrong with the file."""
    before: str = field(default="", repr=False)
    after: str = field(default="", repr=False)
    """The texts, secrets included: never show them but through ``Report.diff``."""


@dataclass
class Report:
    """All files that a run looked at."""

    files: list[FileReport]

    @property
    def left_to_do(self) -> bool:
        """Whether some file would change, or could not be read, parsed or printed."""
        return any(file.changed or file.outcome == "error" for file in self.files)

    def to_json(self) -> dict[str, Any]:
        """The JSON document of ``ks-compat migrate --format json``."""
        return {"version": 1, "files": [_file(file) for file in self.files], "summary": self._summary()}

    def diff(self) -> str:
        """A unified diff of the files that change, their literal secrets masked."""
        return "".join(_diff(file) for file in self.files if file.changed)

    def _summary(self) -> dict[str, int]:
        outcomes = [file.outcome for file in self.files]
        sites = [site.outcome for file in self.files for site in file.sites]
        return {
            "files": len(outcomes),
            "changed": sum(file.changed for file in self.files),
            "native": outcomes.count("native"),
            "facade": outcomes.count("facade"),
            "untouched": outcomes.count("untouched"),
            "errors": outcomes.count("error"),
            "sites": len(sites),
            **{f"{name}_sites": sites.count(name) for name in ("native", "bridged", "facade", "flagged")},
        }


def _file(file: FileReport) -> dict[str, Any]:
    sites = [
        {name: getattr(site, name) for name in ("line", "column", "method", "outcome", "code", "message")}
        for site in file.sites
    ]
    return {"path": str(file.path), "changed": file.changed, "outcome": file.outcome, "sites": sites}


def _diff(file: FileReport) -> str:
    before, after = (masking.masked(text).splitlines(keepends=True) for text in (file.before, file.after))
    name = file.path.as_posix().lstrip("/")
    lines = difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
