"""What a gate lets through, and what it does not."""

from __future__ import annotations

import itertools
import random
import statistics as plain_statistics
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parallel_day import NINE, seen

from ks_compat.parallel import ramp
from ks_compat.parallel.counting import FIELDS, OTHERS, STEP, Counting, Key, class_of, middle_of
from ks_compat.parallel.gate import missing
from ks_compat.parallel.observation import Observation, OwnedOrder
from ks_compat.parallel.phases import COMPARED
from ks_compat.parallel.plan import Gate, Plan
from ks_compat.parallel.ramp import Automatic, Refused, advance, rollback
from ks_compat.parallel.record import Record
from ks_compat.parallel.standing import standing
from ks_compat.parallel.statistics import LEAST_NOISE, Statistics, statistics

GATE = Gate(matched=10, unexplained=0, error_rate=0.1, latency_ratio=2.0, sessions=2)
DAY = 86_400


def shown(observations: Iterable[Observation]) -> Statistics:
    counting, sums = Counting(), Counter[Key]()
    for each in observations:
        sums.update(counting.counted(each, 0))
    return statistics(sums.items())


def good(**options: object) -> list[Observation]:
    return [seen(at=NINE + n % 2 * DAY, **options) for n in range(10)]


def test_the_gate_opens_when_all_is_shown() -> None:
    assert missing("positions", "shadow", shown(good()), GATE) == []


@pytest.mark.parametrize(
    ("observations", "text"),
    [
        (good()[1:], "1 more calls that match (9 of 10)"),
        ([seen()] * 10, "1 more days with calls (1 of 2)"),
        ([*good(), seen(outcome="unexplained", fields=("a",))], "1 unexplained differences; 0 are allowed"),
        ([*good(), seen(outcome="failed"), seen(outcome="late")], "16.67% of 12 calls; 10.00% are allowed"),
        ([*good(), seen(outcome="unknown"), seen(outcome="unknown")], "16.67% of 12 calls"),
        (good(ms=(100.0, 250.0)), "; 2 times is allowed"),
    ],
)
def test_each_thing_that_is_missing_keeps_it_closed(observations: list[Observation], text: str) -> None:
    (found,) = missing("positions", "shadow", shown(observations), GATE)

    assert text in found


def test_known_differences_count_as_matched_and_dropped_calls_do_not_count() -> None:
    explained = [seen(at=NINE + n % 2 * DAY, outcome="explained") for n in range(10)]
    dropped = [seen(at=NINE + 5 * DAY, outcome="dropped")] * 100

    assert missing("positions", "shadow", shown(explained), GATE) == []
    assert len(missing("positions", "shadow", shown(dropped), GATE)) == 2


def test_a_gate_counts_no_dropped_call_and_no_dropped_noise() -> None:
    dropped = [seen(at=NINE + n * DAY, outcome="dropped", ms=(900.0, None)) for n in range(200)]
    whole = shown([*good(), *dropped])

    assert missing("positions", "shadow", whole, GATE) == missing("positions", "shadow", shown(good()), GATE) == []
    assert (whole.compared, whole.legacy) == (10, shown(good()).legacy)
    assert len(missing("positions", "shadow", shown(dropped), GATE)) == 2
    noise = [seen(noise=True, outcome="dropped", ms=(1.0, 1.0))] * LEAST_NOISE
    assert (shown(noise).noise_calls, shown(noise).noise_rate) == (0, None)


def test_orders_in_shadow_count_as_calls_and_never_as_matched() -> None:
    sent = good(method="place_order", outcome="sent", ms=(80.0, None))
    found = shown(sent)

    assert (found.good, found.compared, found.sent, found.error_rate) == (0, 0, 10, 0)
    assert missing("place_order", "shadow", found, GATE) == []
    assert missing("place_order", "shadow", shown(sent[1:]), GATE) == ["1 more calls (9 of 10)"]
    for phase in ("rehearse", "canary", "lead"):
        assert "10 more calls that match (0 of 10)" in missing("place_order", phase, found, GATE)


def test_an_order_method_leaves_the_canary_only_when_the_candidate_has_sent_one() -> None:
    legacy = good(method="place_order", phase="canary")

    assert missing("place_order", "canary", shown(legacy), GATE) == ["no order has gone to the candidate yet"]
    assert missing("place_order", "canary", shown([*legacy, seen("place_order", side="candidate")]), GATE) == []


def test_the_session_moves_last() -> None:
    assert missing("login", "lead", Statistics(), GATE, {"quote": "done", "positions": "lead"}) == [
        "positions is not in done yet"
    ]
    assert missing("login", "shadow", Statistics(), GATE, {"quote": "done", "positions": "lead"}) == []
    assert missing("login", "shadow", Statistics(), GATE, {}) != []


@pytest.mark.parametrize("method", [*COMPARED, "login"])
def test_off_is_always_left_and_done_never(method: str) -> None:
    assert missing(method, "off", Statistics(), GATE) == []
    assert missing(method, "done", shown(good()), GATE) == ["done is the last phase"]


def noisy(raw: int, noise: int, looks: int = LEAST_NOISE * 2) -> Statistics:
    calls = [seen(outcome="unexplained", fields=("a",))] * raw + [seen()] * (100 - raw)
    again = [seen(noise=True, outcome="unexplained", fields=("a",))] * noise + [seen(noise=True)] * (looks - noise)
    return shown([*calls, *again])


def test_what_the_old_side_does_to_itself_as_often_is_no_difference() -> None:
    assert noisy(10, 8).unexplained == 0
    assert noisy(10, 2).unexplained == 10
    assert noisy(10, 0).unexplained == 10


def test_too_few_looks_at_the_noise_excuse_nothing() -> None:
    assert noisy(10, LEAST_NOISE - 1, LEAST_NOISE - 1).unexplained == 10
    assert noisy(10, LEAST_NOISE, LEAST_NOISE).unexplained == 0


def test_one_noisy_field_excuses_no_other() -> None:
    calls = [seen(outcome="unexplained", fields=("a",))] * 5 + [seen(outcome="unexplained", fields=("a", "b"))]
    again = [seen(noise=True, outcome="unexplained", fields=("a",))] * LEAST_NOISE

    assert shown([*calls, *again]).unexplained == 1


@given(
    st.lists(st.tuples(st.sets(st.sampled_from("abcd")), st.booleans()), max_size=60),
    st.sets(st.sampled_from("abcd")),
)
def test_unexplained_is_never_less_than_the_calls_that_differ_beyond_noise(
    calls: list[tuple[set[str], bool]], always: set[str]
) -> None:
    observations = [seen(outcome="unexplained" if f else "matched", fields=tuple(sorted(f))) for f, _ in calls]
    again = [seen(noise=True, outcome="unexplained", fields=tuple(sorted(always)))] * LEAST_NOISE
    found = shown([*observations, *again])

    assert found.unexplained >= sum(bool(fields - always) for fields, _ in calls)
    assert found.unexplained <= found.outcomes.get("unexplained", 0)


@given(st.floats(0.001, 1e7))
def test_a_class_is_as_exact_as_it_says(ms: float) -> None:
    assert 1 / STEP < middle_of(class_of(ms)) / ms < STEP


def test_percentiles_are_those_of_the_calls() -> None:
    drawn = random.Random(7)
    times = [drawn.lognormvariate(4, 1) for _ in range(4000)]
    found = shown([seen(ms=(time, None)) for time in times]).legacy

    cuts = plain_statistics.quantiles(times, n=100)
    assert found.p50 == pytest.approx(cuts[49], rel=0.05)
    assert found.p95 == pytest.approx(cuts[94], rel=0.05)
    assert found.calls == 4000


def test_durations_go_to_the_side_that_took_them_and_failures_tell_none() -> None:
    found = shown([seen(side="candidate", phase="lead", ms=(10.0, 90.0)), seen(outcome="failed", ms=(1.0, 1.0))])

    assert found.candidate.p50 == pytest.approx(10, rel=0.05)
    assert found.legacy.p50 == pytest.approx(90, rel=0.05)


def test_made_up_fields_are_bounded() -> None:
    found = shown([seen(outcome="unexplained", fields=(f"field{n}",)) for n in range(FIELDS * 2)])

    assert len(found.fields) == FIELDS + 1
    assert found.fields[OTHERS] == FIELDS


# -- steps ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def record(tmp_path: Path) -> Iterable[Record]:
    made = Record(tmp_path / "run.sqlite", account="ABC12", now=lambda: NINE)
    yield made
    made.close()


def note(record: Record, observations: Iterable[Observation]) -> None:
    for each in observations:
        record.observe(each)
    assert record.flush(20)


PLAN = Plan(gate=GATE, automatic=True)


def test_advance_goes_through_an_open_gate_only_and_says_who(record: Record) -> None:
    note(record, good()[:5])
    with pytest.raises(Refused) as refused:
        advance(record.store, PLAN, "positions", by="asha", now=NINE)
    assert refused.value.missing == ("5 more calls that match (5 of 10)",)

    note(record, good()[:5])
    advance(record.store, PLAN, "positions", by="asha", now=NINE + 7)

    (step,) = record.store.transitions()
    assert (step.method, step.phase, step.by, step.since, step.number) == ("positions", "lead", "asha", NINE + 7, 1)


def test_what_was_shown_in_one_phase_opens_no_gate_of_the_next(record: Record) -> None:
    note(record, good())
    advance(record.store, PLAN, "positions", by="asha", now=NINE)

    with pytest.raises(Refused, match="closed"):
        advance(record.store, PLAN, "positions", by="asha", now=NINE)


def test_who_comes_back_into_a_phase_shows_everything_anew(record: Record) -> None:
    note(record, good())
    advance(record.store, PLAN, "positions", by="asha", now=NINE)
    rollback(record.store, PLAN, "positions", None, by="asha", now=NINE)

    with pytest.raises(Refused, match="closed"):
        advance(record.store, PLAN, "positions", by="asha", now=NINE)


def test_rollback_goes_to_any_earlier_phase_and_to_no_other(record: Record) -> None:
    record.set_phase("place_order", "lead", by="asha")
    assert record.flush(10)

    for to in ("lead", "done", "nowhere"):
        with pytest.raises(Refused, match="off, shadow, rehearse, canary"):
            rollback(record.store, PLAN, "place_order", to, by="asha", now=NINE)
    assert rollback(record.store, PLAN, "place_order", None, by="ravi", now=NINE).phase == "canary"
    assert rollback(record.store, PLAN, "place_order", "off", by="ravi", now=NINE).phase == "off"
    with pytest.raises(Refused, match="nothing"):
        rollback(record.store, PLAN, "place_order", None, by="ravi", now=NINE)


def test_a_trip_stays_until_a_person_advances_it(record: Record) -> None:
    record.set_phase("positions", "shadow", by="tripwire", reason="errors", tripped=True)
    assert record.flush(10)
    rollback(record.store, PLAN, "positions", "off", by="asha", now=NINE)
    assert standing(record.store, PLAN, NINE).tripped == ("positions",)

    advance(record.store, PLAN, "positions", by="asha", now=NINE)

    whole = standing(record.store, PLAN, NINE)
    assert whole.tripped == ()
    assert "errors" in whole.history[-1].reason


def automatic(record: Record, monkeypatch: pytest.MonkeyPatch, plan: Plan = PLAN) -> list[str]:
    """The phases of positions after an automatic look."""
    monkeypatch.setattr(ramp, "EVERY", 0.0)
    Automatic(plan, record, lambda: NINE).seen("positions")
    looked = threading.Event()
    record.soon(looked.set)
    assert looked.wait(20)
    return [step.phase for step in record.store.transitions()]


def test_automatic_goes_on_when_the_gate_opens(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    assert automatic(record, monkeypatch) == []
    note(record, good())
    assert automatic(record, monkeypatch, Plan(gate=GATE)) == []

    assert automatic(record, monkeypatch) == ["lead"]
    assert record.store.transitions()[0].by == ramp.AUTOMATIC


def test_automatic_undoes_no_trip_and_no_rollback(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    record.set_phase("positions", "shadow", by="tripwire", reason="errors", tripped=True)
    assert record.flush(10)
    note(record, good())
    assert standing(record.store, PLAN, NINE).methods[COMPARED.index("positions")].missing == ()
    assert automatic(record, monkeypatch) == ["shadow"]

    advance(record.store, PLAN, "positions", by="asha", now=NINE)
    rollback(record.store, PLAN, "positions", None, by="asha", now=NINE)
    assert _refreshed(record, "positions", 3)
    note(record, good())
    assert standing(record.store, PLAN, NINE).methods[COMPARED.index("positions")].missing == ()
    assert automatic(record, monkeypatch) == ["shadow", "lead", "shadow"]


def _refreshed(record: Record, method: str, number: int) -> bool:
    end = time.monotonic() + 20
    while record._known.phase(method)[0] != number and time.monotonic() < end:
        time.sleep(0.01)
    return record._known.phase(method)[0] == number


def test_the_old_package_can_go_when_all_that_is_used_is_done(record: Record) -> None:
    note(record, [*good(), *good(method="quote")])
    for method, phase in itertools.product(("positions", "quote", "login"), ("lead", "done")):
        assert not standing(record.store, PLAN, NINE).safe
        record.set_phase(method, phase, by="asha")
        assert record.flush(10)

    whole = standing(record.store, PLAN, NINE)
    assert whole.in_the_way == ()
    assert set(whole.unused) == set(COMPARED) - {"positions", "quote"}


@pytest.mark.parametrize(
    ("plan", "way"),
    [
        (Plan(gate=GATE.model_copy(update={"sessions": 3})), "calls were seen on 2 of 3 days"),
        (Plan(gate=GATE, methods={"history": "off"}), "history is in off, not in done"),
    ],
)
def test_what_was_not_watched_stands_in_the_way(record: Record, plan: Plan, way: str) -> None:
    note(record, good())
    for method in ("positions", "login"):
        record.set_phase(method, "done", by="asha")
    assert record.flush(10)

    assert standing(record.store, plan, NINE).in_the_way == (way,)


def test_orders_of_today_on_the_old_side_stand_in_the_way(record: Record) -> None:
    note(record, good())
    for method in ("positions", "login"):
        record.set_phase(method, "done", by="asha")
    record.own(OwnedOrder("1", "legacy", NINE))
    assert record.flush(10)

    assert standing(record.store, PLAN, NINE).in_the_way == ("orders of today that live on the old side: 1",)
    assert standing(record.store, PLAN, NINE + DAY).safe


def test_the_phase_an_account_has_in_the_plan_is_its_own(record: Record) -> None:
    plan = Plan.of({"accounts": {"ABC12": {"phase": "lead"}}})

    assert {each.phase for each in standing(record.store, plan, NINE).methods} == {"lead"}
