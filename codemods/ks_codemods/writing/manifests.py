"""Requirements: ks-compat in the place of the old package, in ``requirements*.txt`` and ``pyproject.toml``.

A file that names the old package is edited; one that does not gains ks-compat where code in its folder is moved.
Where old code stays behind unread (a file that does not parse), the old package stays too.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any

from ks_codemods import codes
from ks_codemods.old_hosts.mentions import REQUIREMENT
from ks_codemods.reporting.report import FileOutcome, FileReport, Site

NEW = "ks-compat"
_OURS = re.compile(r"^ks[-_.]compat\b")
_EDITABLE = r"(?:(?:-e|--editable)[ =]+)?"
_LINE = re.compile(
    rf"^(?P<lead>[ \t]*)(?P<old>{_EDITABLE}[^\s#].*?)(?P<tail>[ \t]*(?:[ \t];[^\r\n]*|[ \t]#[^\r\n]*)?\r?)$"
)
_OLD = re.compile(rf"^{_EDITABLE}(?:ks[-_.]api[-_.]client\b|git\+\S*/ks[-_]api[-_]client\b)", re.IGNORECASE)


def reports(manifests: Sequence[Path], code: Sequence[FileReport]) -> list[FileReport]:
    """What becomes of each manifest, given what became of the code."""
    found = []
    for path in manifests:
        try:
            content = path.read_bytes()
            text = content.decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        report = _report(path, text, _Code.under(path, manifests, code))
        if report is not None:
            report.old_bytes, report.new_bytes = content, report.after.encode()
            found.append(report)
    return found


class _Code:
    """What became of the code that a manifest speaks for."""

    def __init__(self, moved: bool, facade: bool, unread: bool) -> None:
        self.moved, self.unread = moved, unread
        self.outcome: FileOutcome = "facade" if facade else "native"

    @classmethod
    def under(cls, path: Path, manifests: Sequence[Path], code: Sequence[FileReport]) -> _Code:
        folder = path.parent.parent if path.parent.name == "requirements" else path.parent
        closer = {other.parent for other in manifests if folder in other.parent.parents}
        own = [r for r in code if folder in r.path.parents and not any(near in r.path.parents for near in closer)]
        moved = [report for report in own if report.changed]
        unread = any(r.outcome == "error" and r.may_matter for r in code if folder in r.path.parents)
        return cls(bool(moved), any(report.outcome == "facade" for report in moved), unread)


def _report(path: Path, text: str, code: _Code) -> FileReport | None:
    named = REQUIREMENT.search(text)
    is_list = path.suffix == ".txt"
    if not is_list and path.name != "pyproject.toml":
        by_hand = path.suffix != ".py" or "install_requires" in text
        return _flagged(path, text, codes.CODES[codes.BY_HAND]) if named and by_hand else None
    if named and code.unread:
        return _flagged(path, text, "the old package stays required: files of this project could not be read")
    if not named and (not code.moved or (is_list and path.name != "requirements.txt")):
        return None
    after = _lines(text, gains=not named) if is_list else _toml(text, gains=not named)
    if after is None or (named and after == text):
        return _flagged(path, text, codes.CODES[codes.BY_HAND]) if named else None
    if after == text:
        return None
    site = Site(_first_change(text, after), 1, NEW, "native", codes.REQUIREMENT, codes.CODES[codes.REQUIREMENT])
    return FileReport(path, True, code.outcome, [site], "", text, after)


def _flagged(path: Path, text: str, message: str) -> FileReport:
    match = REQUIREMENT.search(text)
    start = match.start() if match else 0
    line, column = text.count("\n", 0, start) + 1, start - (text.rfind("\n", 0, start) + 1) + 1
    site = Site(line, column, match[0] if match else "", "flagged", codes.BY_HAND, message)
    return FileReport(path, sites=[site], before=text, after=text)


def _first_change(before: str, after: str) -> int:
    lines = zip([*before.split("\n"), None], [*after.split("\n"), None], strict=False)
    return next((number for number, (old, new) in enumerate(lines, 1) if old != new), 1)


def _lines(text: str, *, gains: bool) -> str | None:
    lines = text.split("\n")
    has_ours = any(_OURS.match(line.strip()) for line in lines)
    if gains:
        end = "\r\n" if "\r\n" in text else "\n"
        return text if has_ours else f"{text}{'' if not text or text.endswith(chr(10)) else end}{NEW}{end}"
    out: list[str] = []
    for line in lines:
        match = _LINE.match(line)
        if match is None or not _OLD.match(match["old"]):
            out.append(line)
        elif "--hash" in line or line.rstrip().endswith("\\"):
            return None
        elif not has_ours:
            out.append(f"{match['lead']}{NEW}{match['tail']}")
            has_ours = True
    return "\n".join(out)


def _toml(text: str, *, gains: bool) -> str | None:
    """None where the file cannot be edited and keep its other bytes."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
    except TOMLKitError:
        return None
    if tomlkit.dumps(document) != text:
        return None
    project, poetry = _table(document, "project"), _table(document, "tool", "poetry")
    arrays = [project.get("dependencies"), *_table(project, "optional-dependencies").values()]
    arrays += [*_table(document, "dependency-groups").values()]
    tables = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    tables += [_table(group, "dependencies") for group in _table(poetry, "group").values()]
    if gains:
        _gain(arrays[0], tables[0])
    else:
        for array in arrays:
            _swap_items(array)
        for table in tables:
            _swap_keys(table)
    return tomlkit.dumps(document)


def _gain(array: Any, table: MutableMapping[str, Any]) -> None:
    if isinstance(array, list) and not any(_OURS.match(str(item)) for item in array):
        array.append(NEW)
    elif table and not any(_OURS.match(name) for name in table):
        table[NEW] = "*"


def _swap_items(array: Any) -> None:
    if not isinstance(array, list):
        return
    has_ours = any(_OURS.match(str(item)) for item in array)
    for index in range(len(array) - 1, -1, -1):
        item = array[index]
        if isinstance(item, str) and _OLD.match(item):
            if has_ours:
                del array[index]
            else:
                array[index] = NEW
                has_ours = True


def _swap_keys(table: MutableMapping[str, Any]) -> None:
    old = [name for name in table if _OLD.match(name)]
    for name in old:
        del table[name]
    if old and not any(_OURS.match(name) for name in table):
        table[NEW] = "*"


def _table(holder: Any, *names: str) -> MutableMapping[str, Any]:
    for name in names:
        holder = holder.get(name) if isinstance(holder, MutableMapping) else None
    return holder if isinstance(holder, MutableMapping) else {}
