"""The coverage page of MIGRATION.md, made of what the rows of the table did when they were run.

``python tests/proof/coverage_page.py --write`` writes it, ``--check`` exits 1 where it is stale or a row is not proven.
(The name is not ``coverage``, which other tools import.)
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT / "codemods"), str(Path(__file__).parent)]

from call_table import DIFFERENCES, METHODS_OF_TABLE, ROWS, SEED, Row, SeedRow  # noqa: E402
from four_ways import WAYS, Proof, close_stage, stage  # noqa: E402

PAGE = ROOT / "MIGRATION.md"
BEGIN, END = "<!-- coverage: made by tests/proof/coverage_page.py -->", "<!-- end of coverage -->"
_HEAD = """\
## Coverage

Made of a run, not of claims: each row of `tests/proof/calls` is an old call as it stands in a bot, run on the sandbox
(a) through the drop-in, (b) as the native call, (c) as the codemod rewrites it, (d) by the broker's own SDK
(kotakneoapi 3.0.9). What arrived is compared: (a), (b) and (c) are equal in method, raw target, headers and their
order, and body bytes; (d) in method, target and body bytes, and in all else but for the differences at the end. A
letter stands for a way that was run and was equal; a row without an endpoint sends nothing, and ends with the same
error in (a) and (c).
"""
_NO_METHODS = ("other_methods", "client", "native_only")
"""Files of the table that are not about one old method."""


def page(proof: Callable[[Row], Proof]) -> str:
    """The page, between its markers."""
    parts = [BEGIN, _HEAD, _counts(proof), *_methods(proof), _seed(proof), _differences(), END]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts).rstrip("\n")


def seed_wrong(row: SeedRow, proofs: list[Proof]) -> Iterator[str]:
    """What of a line of the migration guide is not as it says."""
    for proof in proofs:
        if bool(row.path) != bool(proof.sent):
            yield f"{proof.row.id} sent {[str(request) for request in proof.sent]}"
        for request in proof.sent:
            headers = {name.decode(): value.decode() for name, value in request.headers}
            path = request.target.decode().partition("?")[0]
            if not re.fullmatch(row.path, path):
                yield f"{proof.row.id} went to {path}"
            yield from (f"{proof.row.id} sent {name}" for name in row.without if name in headers)
            if row.plain_token and re.fullmatch(r"[0-9a-f-]{36}", headers.get("authorization", "")) is None:
                yield f"{proof.row.id} sent no plain token"


def _counts(proof: Callable[[Row], Proof]) -> str:
    ways = Counter(letter for row in ROWS for letter in proof(row).ways)
    told = ", ".join(f"{ways[letter]} by ({letter}) {way}" for way, letter in WAYS.items())
    silent = sum(row.sends_nothing for row in ROWS)
    return f"{len(ROWS)} calls: {told}. {silent} of them send nothing.\n"


def _methods(proof: Callable[[Row], Proof]) -> Iterator[str]:
    for method in METHODS_OF_TABLE:
        title = method.name.replace("_", " ") if method.name in _NO_METHODS else f"`{method.name}`"
        lines = [
            f"### {title}",
            "",
            f"Drop-in: {method.facade}. Codemod: {method.rewritten}.",
            "",
            "| variant | v2 endpoint | codemod | proven | notes |",
            "|---|---|---|---|---|",
            *(_line(proof(row)) for row in method.rows),
        ]
        yield "\n".join(lines) + "\n"


def _line(proof: Proof) -> str:
    row = proof.row
    where = "<br>".join(dict.fromkeys(f"`{request.method} {_short(request.target)}`" for request in proof.sent))
    codes = ", ".join(proof.codes) or ("stays on the drop-in" if row.held else "-")
    notes = [row.note, row.unsupported]
    notes += [f"not migrated: {row.held}"] if row.held and row.held != "KS201" else []
    notes += [f"no (b): {row.no_native}"] if row.no_native and not row.unsupported else []
    notes += [f"no (d): {row.no_official}"] if row.no_official and proof.sent else []
    notes += [f"`{row.error.partition(':')[0]}`"] if row.error else []
    return _row(row.name, where or "-", codes, " ".join(proof.ways) or "-", "; ".join(filter(None, notes)))


def _short(target: bytes) -> str:
    """A target without what differs from call to call."""
    path = re.sub(r"(neosymbol)/[^/]*/", r"\1/{...}/", target.decode("ascii").partition("?")[0])
    return re.sub(r"\d{15}|\d{4}-\d\d-\d\d", "{...}", path)


def _seed(proof: Callable[[Row], Proof]) -> str:
    lines = [
        "### The migration guide, row by row",
        "",
        "The change log of Kotak's own guide. Each line was checked on the requests of the rows that it names: the",
        "path, the plain token, no `Authorization` where the guide says so.",
        "",
        "| category | API | old | new | what to do | ks-compat | proven by |",
        "|---|---|---|---|---|---|---|",
    ]
    by_id = {row.id: row for row in ROWS}
    for row in SEED:
        proofs = [proof(by_id[name]) for name in row.rows]
        wrong = [*seed_wrong(row, proofs), *(text for found in proofs for text in found.wrong)]
        pairs = zip(row.rows, proofs, strict=True)
        told = "; ".join(f"{name} ({' '.join(found.ways) or '-'})" for name, found in pairs)
        cells = (row.category, row.api, row.old, row.new, row.to_do, row.here)
        lines.append(_row(*cells, "NOT PROVEN" if wrong else told))
    return "\n".join(lines) + "\n"


def _differences() -> str:
    lines = ["### How the official SDK's requests differ", "", "| what | where | why |", "|---|---|---|"]
    for known in DIFFERENCES:
        where = " ".join(filter(None, (known.where, ", ".join(known.keys))))
        lines.append(_row(known.name, where, known.why))
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def current() -> str:
    """The page that MIGRATION.md holds; empty where it holds none."""
    text = PAGE.read_text("utf-8")
    return text[text.index(BEGIN) : text.index(END) + len(END)] if BEGIN in text and END in text else ""


def write(made: str) -> None:
    """Puts the page into MIGRATION.md: in place of the old one, else before the last chapter."""
    text, old = PAGE.read_text("utf-8"), current()
    last = "## Choices between sources that disagree"
    text = text.replace(old, made) if old else text.replace(last, f"{made}\n\n{last}")
    PAGE.write_text(text, "utf-8")


def main(arguments: list[str]) -> int:
    """Runs all rows. 1 where one is not proven, or (``--check``) where the page is stale."""
    if arguments not in (["--write"], ["--check"]):
        print("usage: python tests/proof/coverage_page.py --write | --check")
        return 2
    try:
        proofs = [stage().proof(row) for row in ROWS]
        wrong = [f"{proof.row.id}: {text}" for proof in proofs for text in proof.wrong]
        made = page(stage().proof)
    finally:
        close_stage()
    print("\n".join(wrong) or f"{len(proofs)} rows are proven")
    if wrong:
        return 1
    if arguments == ["--write"]:
        write(made)
    elif made != current():
        print("the coverage page of MIGRATION.md is stale: python tests/proof/coverage_page.py --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
