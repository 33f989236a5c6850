"""The plan is checked as a whole when it is loaded, and says what is wrong where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ks_compat.comparison import compare_values
from ks_compat.parallel.phases import COMPARED, KINDS, ORDER, PHASES, READ_PHASES, fallback, next_phase
from ks_compat.parallel.plan import Plan, PlanError

WHOLE = """
phase = "shadow"
record = "postgresql+psycopg://bot:hunter2@db/parallel"
automatic = true

[methods]
place_order = "canary"
quote = "lead"

[accounts.ABC12.methods]
place_order = "rehearse"

[accounts.ABC12]
phase = "off"

[canary]
share = 0.25
by = "tag"
orders = 3
rupees = 25000

[[known]]
method = "order_report"
field = "success[].marketLot"
reason = "v2 tells the lot of today"
until = 2026-12-31

[[tolerance]]
method = "quote"
field = "success[].ltp"
absolute = "0.50"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text)
    return path


def test_an_empty_plan_compares_every_read_and_sends_nothing_to_v2(tmp_path: Path) -> None:
    plan = Plan.load(write(tmp_path, ""))

    assert {plan.start(method) for method in COMPARED} == {"shadow"}
    assert plan.automatic is False


def test_a_whole_plan_is_read(tmp_path: Path) -> None:
    plan = Plan.load(write(tmp_path, WHOLE))

    assert plan.start("place_order") == "canary"
    assert plan.start("place_order", "ABC12") == "rehearse"
    assert (plan.start("quote"), plan.start("quote", "ABC12")) == ("lead", "lead")
    assert (plan.start("positions"), plan.start("positions", "ABC12")) == ("shadow", "off")
    assert (plan.canary.by, plan.canary.rupees) == ("tag", Decimal(25000))


def test_a_known_difference_ends_with_its_date(tmp_path: Path) -> None:
    plan = Plan.load(write(tmp_path, WHOLE))
    at = ("order_report", "success[].marketLot")

    assert plan.reason(*at, today=date(2026, 12, 31)) == "v2 tells the lot of today"
    assert plan.reason(*at, today=date(2027, 1, 1)) is None
    assert plan.reason("trade_report", "success[].marketLot", today=date(2026, 12, 31)) is None


def test_a_tolerance_of_the_plan_wins_over_the_built_in_one(tmp_path: Path) -> None:
    plan = Plan.load(write(tmp_path, WHOLE))
    one, other = ({"success": [{"wtoken": "1", "ltp": ltp}]} for ltp in ("100.0000", "100.6000"))

    assert compare_values(one, other, Plan().rules("quote")) == []
    assert compare_values(one, other, plan.rules("quote")) != []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("phase = 'full'", "phase"),
        ("[methods]\nplace_orders = 'shadow'", "there is no method 'place_orders'"),
        ("[methods]\nquote = 'canary'", "quote is no write"),
        ("[canary]\nshare = 1.5", "canary.share"),
        ("[canary]\nshares = 0.5", "canary.shares"),
        ("[canary]\nrupees = -1", "canary.rupees"),
        ("[gate]\nsessions = 'three'", "gate.sessions"),
        ("[[known]]\nmethod='quote'\nfield='x'\nreason=''\nuntil=2026-01-01", "known.0.reason"),
        ("[[known]]\nmethod='quote'\nfield='x'\nreason='a reason'", "known.0.until"),
        ("[[tolerance]]\nmethod='quote'\nfield='x'", "give one of anything"),
        ("[accounts.X.methods]\nmargin = 'rehearse'", "margin is no write"),
        ("phase = ", "is not TOML"),
        ("version = 2", "version"),
    ],
)
def test_a_faulty_plan_says_what_is_wrong_where(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(PlanError, match=r"plan\.toml") as raised:
        Plan.load(write(tmp_path, text))

    assert told in str(raised.value)


def test_a_plan_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"none\.toml cannot be read"):
        Plan.load(tmp_path / "none.toml")


def test_a_fault_does_not_show_the_password_of_the_record(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as raised:
        Plan.load(write(tmp_path, "record = ['postgresql://bot:hunter2@db/x']"))

    assert "hunter2" not in str(raised.value)


def test_a_write_goes_through_all_phases_and_a_read_through_its_own() -> None:
    def way(method: str) -> list[str]:
        phases = ["off"]
        while (later := next_phase(method, phases[-1])) is not None:
            phases.append(later)
        return phases

    assert way("place_order") == list(ORDER)
    assert way("quote") == ["off", "shadow", "lead", "done"]


@pytest.mark.parametrize("method", COMPARED)
def test_a_fallback_leaves_nothing_to_the_candidate(method: str) -> None:
    own = ORDER if KINDS[method] == "write" else READ_PHASES
    for phase in own:
        back = PHASES[fallback(method, phase)]
        assert (back.primary, back.shares) == ("legacy", False)
        assert fallback(method, phase) in own
        assert own.index(fallback(method, phase)) <= own.index(phase)


def test_only_reads_and_writes_have_a_phase_of_their_own() -> None:
    assert {kind for method, kind in KINDS.items() if method in COMPARED} == {"read", "write"}
