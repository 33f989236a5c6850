"""No file makes the codemod crash, and none that has nothing to do with the old package comes out different.

``KS_COMPAT_EVERYTHING=1`` takes every file of the standard library and of site-packages, and 1,000 mutated bots;
without it a sample of both.
"""

from __future__ import annotations

import os
import random
import sysconfig
from pathlib import Path

import libcst
import pytest
from ks_codemods import migrate
from ks_codemods.naming.names import Names
from ks_codemods.reading.source import Source, Unfit
from ks_codemods.reading.splices import spliced

EVERYTHING = bool(os.environ.get("KS_COMPAT_EVERYTHING"))
BOTS = Path(__file__).parent.parent / "bots"
CASES = Path(__file__).parent / "cases"
FOLDERS = ("stdlib", "purelib")
MUTANTS = 1_000 if EVERYTHING else 60


def library(folder: str) -> list[Path]:
    files = sorted(Path(sysconfig.get_path(folder)).rglob("*.py"))
    if folder == "stdlib":
        files = [file for file in files if "site-packages" not in file.parts]
    return files if EVERYTHING else random.Random(folder).sample(files, 40)


@pytest.mark.parametrize("folder", FOLDERS)
def test_foreign_files_come_out_byte_for_byte_the_same(folder, tmp_path):
    """Each file is made to matter: the needle is put at its end, so that all of it is parsed, followed and printed."""
    taken, unfit = 0, []
    for number, file in enumerate(library(folder)):
        content = file.read_bytes()
        copy = tmp_path / f"m{number}.py"
        copy.write_bytes(content + b"\n# ks_api\n")
        before = copy.read_bytes()
        report = migrate([copy], write=True).files[0]
        assert copy.read_bytes() == before, file
        assert not report.changed, file
        taken += 1
        unfit += [(file, report.message)] if report.outcome == "error" else []
        copy.unlink()
    assert taken >= 40
    assert all("KS902" in message or "KS903" in message for _, message in unfit)
    assert len(unfit) <= taken // 10, unfit


def sources() -> list[str]:
    bots = [*BOTS.rglob("*.py"), *CASES.glob("*/before/*.txt")]
    return [bot.read_text() for bot in sorted(bots)]


def compiles(content: bytes) -> bool:
    try:
        compile(content, "bot.py", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def mutated(text: str, dice: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(lines))
        end = min(len(lines), start + dice.randint(1, 4))
        kind = dice.choice(("cut", "double", "shuffle", "half", "move", "mix"))
        if kind == "cut" and end - start < len(lines):
            del lines[start:end]
        elif kind == "double":
            lines[start:start] = lines[start:end]
        elif kind == "shuffle":
            block = lines[start:end]
            dice.shuffle(block)
            lines[start:end] = block
        elif kind == "half":
            lines[start] = lines[start][: dice.randrange(len(lines[start]) + 1)] + "\n"
        elif kind == "move":
            lines.insert(dice.randrange(len(lines)), lines.pop(start))
        else:
            other = dice.choice(SOURCES).splitlines(keepends=True)
            lines[start:start] = other[: dice.randint(1, len(other))]
    return "".join(lines)


SOURCES = sources()


def test_mutated_bots_never_crash_and_what_is_written_parses(tmp_path):
    dice = random.Random(20261122)
    changed = 0
    for number in range(MUTANTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        names = [f"m{index}.py" for index in range(dice.randint(1, 3))]
        for name in names:
            (folder / name).write_text(mutated(dice.choice(SOURCES), dice))
        before = {name: (folder / name).read_bytes() for name in names}
        report = migrate([folder], write=True)
        for file in report.files:
            content = file.path.read_bytes()
            assert (content != before[file.path.name]) == file.changed
            if file.changed:
                libcst.parse_module(content)
                assert compiles(content) or not compiles(before[file.path.name])
                changed += 1
        again = migrate([folder])
        assert not again.changed, "a second run changes something"
    assert changed > MUTANTS // 4


def test_a_source_without_edits_is_printed_as_it_is():
    for file in library("stdlib")[:10]:
        try:
            source = Source(file, file.read_bytes())
        except Unfit:
            continue
        Names(source.module)
        assert spliced(source.text, []).encode(source.module.encoding) == file.read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"x = 1\r\n\r\n    \r\n\r\n\r\n",
        b"x = '\0'\n",
        b"x = '\\N{no such name}'\n",
        b"x = " + b"(" * 3000 + b")" * 3000,
        b"x = 1" + b" + 1" * 5000,
        b"x = 1" + b" + 1" * 600,
    ],
    ids=["not_printed_as_read", "nul", "name", "deep", "long_sum", "sum"],
)
def test_what_libcst_cannot_take_is_reported_and_left_alone(tmp_path, content):
    bot = tmp_path / "bot.py"
    bot.write_bytes(b"import ks_api_client\n" + content)
    before = bot.read_bytes()
    (file,) = migrate([bot], write=True).files
    assert (file.outcome, file.changed) == ("error", False)
    assert file.sites[0].code in ("KS902", "KS903")
    assert bot.read_bytes() == before
