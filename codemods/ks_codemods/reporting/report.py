"""What a run found and did. The JSON form is a contract (DESIGN.md)."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ks_codemods.reading import files
from ks_codemods.reporting import masking

FileOutcome = Literal["native", "facade", "untouched", "error"]
SiteOutcome = Literal["native", "bridged", "facade", "flagged"]
_ORDERS, _LOGIN = ("place_order", "modify_order", "cancel_order"), ("KSTradeApi", "login", "session_2fa", "logout")
_KINDS = {**dict.fromkeys(_ORDERS, 1), **dict.fromkeys((*_LOGIN, "session_token", "one_time_token"), 2)}


@dataclass(frozen=True, order=True)
class Site:
    """One place in a file that the codemod has something to say about. Lines and columns count from 1."""

    line: int
    column: int
    method: str
    outcome: SiteOutcome
    code: str
    message: str

    @property
    def urgency(self) -> tuple[int, int]:
        """Sorts what can lose money first: files left alone, orders, login, reads; of these what is not done."""
        done = {"facade": 0, "flagged": 1, "bridged": 2, "native": 3}[self.outcome]
        return (0, done) if self.code.startswith("KS9") else (_KINDS.get(self.method, 3), done)


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
    old_bytes: bytes = field(default=b"", repr=False)
    new_bytes: bytes = field(default=b"", repr=False)
    """What the file holds, and what it is to hold; of a file that changes."""
    may_matter: bool = False
    """Whether the bytes name the old package or the drop-in."""
    is_native: bool = False
    """Whether the bytes name ks-compat and nothing old: the file is through."""


@dataclass
class Report:
    """All files that a run looked at."""

    files: list[FileReport]
    ignored: frozenset[str] = frozenset()
    """Codes that are not listed. Files that were left alone (9xx) are listed all the same."""
    native_already: list[Path] = field(default_factory=list)
    """Files that use ks-compat; looked for where no file has anything to say."""

    def __post_init__(self) -> None:
        if self.ignored:
            for file in self.files:
                file.sites = [s for s in file.sites if s.code not in self.ignored or s.code.startswith("KS9")]

    @property
    def left_to_do(self) -> bool:
        """Whether some file would change, or could not be read, parsed or printed."""
        return any(file.changed or file.outcome == "error" for file in self.files)

    @property
    def changed(self) -> list[FileReport]:
        """The files that change."""
        return [file for file in self.files if file.changed]

    @property
    def has_sites(self) -> bool:
        """Whether there is anything to say."""
        return any(file.sites for file in self.files)

    def write(self) -> None:
        """Writes what changes. Raises OSError, before anything is written, where a file is not what was read."""
        for file in self.changed:
            if file.path.read_bytes() != file.old_bytes:
                raise OSError(f"{file.path} has changed since it was read; nothing was written. Run it again.")
        for file in self.changed:
            files.write(file.path, file.new_bytes)

    def to_json(self) -> dict[str, Any]:
        """The JSON document of ``ks-compat migrate --format json``; its schema is report.schema.json."""
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
