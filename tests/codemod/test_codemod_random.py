"""Random bots do the same before and after the codemod; and a fault that is planted in it is found.

``KS_COMPAT_RANDOM_BOTS=2000`` sets how many; ``benchmarks/random_bots.py`` runs them by the thousand, by seed.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from both_ways import MOMENT, judged
from hypothesis import HealthCheck, Phase, given, settings
from ks_codemods.edits import orders, views
from random_bots import bots, of_seed

from ks_compat.sandbox import Sandbox

MANY = int(os.environ.get("KS_COMPAT_RANDOM_BOTS", "120"))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    patch = pytest.MonkeyPatch()
    patch.setenv("KS_COMPAT_ORDERS_PER_SECOND", "0")
    patch.setenv("KS_COMPAT_CALLS_PER_SECOND", "0")
    with Sandbox(clock=lambda: MOMENT) as running:
        yield running
    patch.undo()


def differences(files: dict[str, str], sandbox: Sandbox) -> tuple[str, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        verdict = judged(files, Path(folder), sandbox)
    return verdict.outcome, verdict.differences


@pytest.mark.filterwarnings("ignore")
@settings(
    max_examples=MANY,
    deadline=None,
    derandomize="KS_COMPAT_RANDOM_BOTS" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)
@given(files=bots())
def test_a_random_bot_does_the_same_after_the_codemod(files: dict[str, str], sandbox: Sandbox) -> None:
    outcome, found = differences(files, sandbox)
    assert not found, "\n".join([*found, *files.values()])
    assert outcome in ("native", "facade")


@pytest.mark.filterwarnings("ignore")
def test_bots_of_seeds_go_native_or_stay(sandbox: Sandbox) -> None:
    """The same as benchmarks/random_bots.py runs; most of them must go native, or the rest proves little."""
    outcomes: Counter[str] = Counter()
    for seed in range(60):
        outcome, found = differences(of_seed(seed), sandbox)
        outcomes[outcome] += 1
        assert not found, f"seed {seed}: {found}"
    assert outcomes["native"] > 40
    assert outcomes["facade"] > 3


# -- planted faults ----------------------------------------------------------------------------------------------------


def _sides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "SIDES", {"BUY": "S", "SELL": "B"})
    wrong = orders._looked_up("transaction_type", {"BUY": "S", "SELL": "B"}, "native_side")
    monkeypatch.setitem(orders._PLACE_ONLY, "transaction_type", wrong)


def _amo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(orders._PLACE_ONLY, "variety", lambda *_: [])


def _status(monkeypatch: pytest.MonkeyPatch) -> None:
    row = views.KINDS["order_book"].view.steps["success"].view.row  # type: ignore[union-attr]
    monkeypatch.setitem(row.steps, "status", views.Step("", ".status"))


def _stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "_kind_of_order", lambda price, _: "L" if price else "MKT")


PLANTED = {
    "the other side": (_sides, "transaction_type='SELL'"),
    "after-market dropped": (_amo, "variety='AMO'"),
    "another status": (_status, "['status']"),
    "a stop dropped": (_stop, "trigger_price=2240"),
}
"""The fault, and what a bot must hold to show it: others are not run."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("plant", "needle"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found(plant, needle, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    candidates = (files for seed in range(1000) if needle in (files := of_seed(seed))["bot.py"])
    assert any(differences(files, sandbox)[1] for files in candidates)
