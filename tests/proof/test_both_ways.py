"""Small bots, each run through the drop-in and after the codemod: same lines, same requests, byte for byte."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cassette_support import MOMENT
from ks_codemods import migrate

from ks_compat.parity import compare, run_on_sandbox
from ks_compat.sandbox import Sandbox

BOTS = sorted(Path(__file__).with_name("bots").glob("*.py"))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=lambda: MOMENT) as sandbox:
        yield sandbox


@pytest.mark.parametrize("source", BOTS, ids=lambda file: file.stem)
def test_same_lines_and_same_requests(source: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    bot = Path(shutil.copy(source, tmp_path))

    facade = run_on_sandbox(bot, sandbox, MOMENT)
    (report,) = migrate([bot], write=True).files
    native = run_on_sandbox(bot, sandbox, MOMENT)

    assert report.outcome == "native"
    assert "KSTradeApi" not in bot.read_text()
    assert compare(facade.requests, native.requests) == []
    assert (native.printed, native.error) == (facade.printed, facade.error)
    assert facade.printed
