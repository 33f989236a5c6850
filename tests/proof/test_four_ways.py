"""Every old call of the table, four ways, one assertion each; what the table and the page must hold besides."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace

import coverage_page
import pytest
from call_table import DIFFERENCES, METHODS_OF_TABLE, ROWS, SEED, Row, SeedRow
from four_ways import Stage, close_stage, stage
from ks_codemods.methods import METHODS

from ks_compat.ks_api import KSTradeApi
from ks_compat.v1 import arguments

FEWEST_ROWS = 440
"""Rows may be added; a row that is lost is a hole in the proof."""
_BY_ID = {row.id: row for row in ROWS}


@pytest.fixture(scope="module")
def ways() -> Iterator[Stage]:
    try:
        yield stage()
    finally:
        close_stage()


@pytest.mark.parametrize("name", _BY_ID)
def test_the_same_request_four_ways(name: str, ways: Stage) -> None:
    proof = ways.proof(_BY_ID[name])

    assert proof.wrong == ()
    assert proof.ways == _expected_ways(_BY_ID[name])


def _expected_ways(row: Row) -> str:
    """Every way that the table does not excuse by a reason."""
    return "".join(
        letter
        for letter, there in (("a", row.v1), ("b", not row.no_native), ("c", row.v1), ("d", not row.no_official))
        if there
    )


def test_no_way_is_left_out_without_a_reason() -> None:
    for row in ROWS:
        assert bool(row.native) != bool(row.no_native), row.id
        assert bool(row.official) != bool(row.no_official), row.id
        assert row.v1 or row.method == "native_only", row.id
        assert row.sends_nothing == (not row.endpoints), row.id
        assert not row.error or row.native_error or row.no_native, row.id


def test_all_rows_were_run(ways: Stage) -> None:
    assert len(_BY_ID) == len(ROWS) >= FEWEST_ROWS
    assert [row.id for row in ROWS if not ways.proof(row).ways] == []


def test_every_old_method_has_rows() -> None:
    called = " ".join(row.v1 for row in ROWS)
    public = {name for name, _ in inspect.getmembers(KSTradeApi, inspect.isfunction) if not name.startswith("_")}

    assert {name for name in {*METHODS, *public} if f"client.{name}(" not in called} == set()


def test_every_word_of_the_old_dialect_has_a_row() -> None:
    called = " ".join(row.v1 for row in ROWS)
    words = {*arguments.SIDES, *arguments.VALIDITIES, *arguments.VARIETIES, *arguments.ORDER_TYPES, *arguments.PRODUCTS}
    words |= {*arguments._OLD_PRODUCTS, *arguments._OLD_VARIETIES, "SM", "O"} | {
        *filter(None, arguments.QUOTE_OPERATIONS),
        *("TODAYS", "OPEN", "STOCKS"),
    }

    assert {word for word in words if f'"{word}"' not in called} == set()


def test_every_known_difference_to_the_official_sdk_is_met(ways: Stage) -> None:
    met = {name for row in ROWS for name in ways.proof(row).used}

    assert met == {known.name for known in DIFFERENCES}


@pytest.mark.parametrize("line", SEED, ids=lambda line: line.api)
def test_the_migration_guide_is_kept(line: SeedRow, ways: Stage) -> None:
    assert line.rows
    assert list(coverage_page.seed_wrong(line, [ways.proof(_BY_ID[name]) for name in line.rows])) == []


def test_the_guide_has_eighteen_lines() -> None:
    assert len(SEED) == 18


def test_the_coverage_page_is_what_the_rows_did(ways: Stage) -> None:
    assert coverage_page.current() == coverage_page.page(ways.proof), (
        "MIGRATION.md is stale: python tests/proof/coverage_page.py --write"
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"native": 'client.place_order(exchange_segment="nse_cm", trading_symbol="ACC-EQ", transaction_type="S", '
                    'quantity=2, product="CNC", order_type="MKT", tag="string")'}, "(b) native"),
        ({"official": 'client.place_order(exchange_segment="nse_cm", trading_symbol="ACC-EQ", transaction_type="B", '
                      'quantity="2", product="MIS", order_type="MKT", price="0", validity="DAY", '
                      'tag="string-zqy73g09dz")'}, "(d) official"),
        ({"codemod": ("KS102",)}, "the codemod says"),
        ({"held": "KS201"}, "the codemod leaves"),
        ({"endpoints": ("POST /quick/order/cancel",)}, "the table says"),
        ({"error": "ApiValueError: x"}, "(a) facade"),
        ({"v1": "pass", "native": "pass", "official": "pass", "codemod": ()}, "nothing was sent"),
    ],
    ids=["another native call", "another intent", "another code", "held", "another endpoint", "an error", "nothing"],
)  # fmt: skip
def test_a_row_that_is_not_so_is_found(changed: dict[str, object], told: str, ways: Stage) -> None:
    row = replace(_BY_ID["place_order: N, MKT, BUY, a share on NSE"], name=f"changed {told}", **changed)

    wrong = Stage._prove(ways, row).wrong

    assert any(told in text for text in wrong), wrong


def test_methods_are_told_in_words() -> None:
    assert all(method.facade and method.rewritten for method in METHODS_OF_TABLE)
