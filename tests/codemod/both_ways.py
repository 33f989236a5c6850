"""A bot run through the drop-in, migrated, and run again: what differs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from ks_codemods import migrate

from ks_compat.parity import compare, run_on_sandbox
from ks_compat.sandbox import Sandbox

MOMENT = 1795149000.0
"""2026-11-20 10:00:00 IST: clock of bots, sandbox and TOTP."""

_TOKEN = re.compile(r"\bey[\w-]{40,}")
"""A session as one opaque text: other each time."""


@dataclass
class Verdict:
    """What became of a bot."""

    outcome: str
    differences: list[str] = field(default_factory=list)


def judged(files: dict[str, str], folder: Path, sandbox: Sandbox) -> Verdict:
    """Runs the bot of ``files`` both ways in ``folder``."""
    for name, text in files.items():
        (folder / name).write_text(text)
    facade = run_on_sandbox(folder / "bot.py", sandbox, MOMENT)
    report = migrate([folder], write=True)
    native = run_on_sandbox(folder / "bot.py", sandbox, MOMENT)
    found = [f"request: {difference}" for difference in compare(facade.requests, native.requests)]
    printed = [_TOKEN.sub("<token>", run.printed) for run in (facade, native)]
    if printed[0] != printed[1]:
        found.append(f"printed:\n{printed[0]}---\n{printed[1]}")
    if _error(facade.error) != _error(native.error):
        found.append(f"error: {_error(facade.error)} -> {_error(native.error)}")
    if migrate([folder]).left_to_do:
        found.append("a second run changes something")
    summary = report.to_json()["summary"]
    if summary["sites"] != sum(summary[f"{name}_sites"] for name in ("native", "bridged", "facade", "flagged")):
        found.append("the sites do not sum up")
    outcomes = {file.outcome for file in report.files} - {"untouched"}
    for file in report.files:
        text = file.path.read_text()
        if (file.outcome == "native" and "KSTradeApi(" in text) or re.search(r"(from|import) ks_api_client", text):
            found.append(f"{file.path.name} still names the old client")
    return Verdict("native" if outcomes == {"native"} else "facade" if "facade" in outcomes else "error", found)


def _error(error: BaseException | None) -> str:
    return "" if error is None else f"{type(error).__name__}: {error}"
