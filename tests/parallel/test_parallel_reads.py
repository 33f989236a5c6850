"""Reads: the primary's answer is the bot's, unchanged; the other side is compared and can do no harm."""

from __future__ import annotations

import copy
import random
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from memory_record import MemoryRecord
from two_sides import TOKEN, Side, outcomes

from ks_compat.exceptions import ApiException
from ks_compat.parallel import beside
from ks_compat.parallel.frozen import LARGEST, Frozen, NotCopied


def test_the_primarys_value_is_the_same_object(pair: Any) -> None:
    client = pair()
    value = {"Success": [1, 2]}
    client.parallel.legacy.does["positions"] = lambda *_: value

    assert client.positions("OPEN") is value
    assert outcomes(client) == [("positions", "unexplained")]


def test_the_primarys_exception_is_the_same_object_with_its_traceback(pair: Any) -> None:
    client = pair()
    mine = ApiException(status=429, reason="slow down")

    def refuse(*_: Any) -> None:
        raise mine

    client.parallel.legacy.does["margin"] = client.parallel.candidate.does["margin"] = refuse

    with pytest.raises(ApiException) as raised:
        client.margin()

    assert raised.value is mine
    assert mine.__cause__ is None
    assert traceback.extract_tb(raised.value.__traceback__)[-1].name == "refuse"
    assert outcomes(client) == [("margin", "matched")]


@pytest.mark.parametrize(
    "error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit, MemoryError, RecursionError]
)
def test_whatever_the_candidate_raises_is_noted_and_no_more(pair: Any, error: type[BaseException]) -> None:
    client = pair()

    def fail(*_: Any) -> None:
        raise error

    client.parallel.candidate.does["positions"] = fail

    assert client.positions("OPEN") == {"Success": {"answered": 1}}
    assert outcomes(client) == [("positions", "failed")]
    assert client.parallel.record.seen[0].note == error.__name__


class _Evil:
    def __eq__(self, other: object) -> bool:
        raise SystemExit("no comparison")

    def __repr__(self) -> str:
        raise RuntimeError("no text")

    __hash__ = None  # type: ignore[assignment]


def _endless() -> dict[str, Any]:
    found: dict[str, Any] = {}
    found["Success"] = found
    return found


def _deep() -> list[Any]:
    found: list[Any] = []
    for _ in range(100_000):
        found = [found]
    return found


@pytest.mark.parametrize(
    "answer",
    [
        lambda: {"Success": {"answered": _Evil()}},
        _endless,
        _deep,
        lambda: {"Success": list(range(500_000))},
        lambda: None,
        lambda: {1: 2, None: _Evil()},
    ],
)
def test_monsters_of_the_candidate_are_noted_and_no_more(pair: Any, answer: Callable[[], Any]) -> None:
    client = pair()
    client.parallel.candidate.does["positions"] = lambda *_: answer()

    assert client.positions("OPEN") == {"Success": {"answered": 1}}
    assert client.positions("OPEN") == {"Success": {"answered": 1}}
    found = outcomes(client)

    assert [method for method, _ in found] == ["positions", "positions"]
    assert {outcome for _, outcome in found} <= {"unexplained", "failed", "dropped"}


def test_a_candidate_that_hangs_is_late_and_holds_up_nothing(pair: Any) -> None:
    go = threading.Event()
    client = pair(time_limit=0.05, workers=1, queue=2)
    client.parallel.candidate.does["margin"] = lambda: go.wait(30)

    answers = [client.margin() for _ in range(50)]
    assert not client.parallel.workers.drain(0.2)
    answers += [client.margin() for _ in range(5)]

    assert answers == [{"Success": {"answered": 1}}] * 55
    found = [seen.outcome for seen in client.parallel.record.seen]
    assert found.count("late") == 1
    assert found.count("dropped") >= 50
    go.set()
    outcomes(client)
    assert len(client.parallel.record.seen) == 55


def test_a_full_queue_is_counted(pair: Any) -> None:
    go = threading.Event()
    client = pair(time_limit=30, workers=1, queue=1)
    client.parallel.candidate.does["margin"] = lambda: go.wait(30) and {"Success": {"answered": 1}}

    for _ in range(10):
        client.margin()
    go.set()
    found = [outcome for _, outcome in outcomes(client)]

    assert len(found) == 10
    assert found.count("dropped") >= 8
    assert set(found) == {"dropped", "matched"}


def test_the_candidate_works_on_copies(pair: Any) -> None:
    client = pair()

    def greedy(side: Any, legs: list[dict[str, Any]]) -> dict[str, Any]:
        legs.clear()
        return {"Success": {"answered": 1}}

    client.parallel.candidate.does["margin_required"] = greedy
    legs = [{"instrument_token": TOKEN, "quantity": 1}]
    client.margin_required("BUY", legs)

    assert outcomes(client) == [("margin_required", "matched")]
    assert legs == [{"instrument_token": TOKEN, "quantity": 1}]


def test_what_the_primary_or_the_bot_do_to_arguments_does_not_reach_the_candidate(pair: Any) -> None:
    client = pair()
    legs = [{"instrument_token": TOKEN}]

    def primary(side: Any, given: list[Any]) -> dict[str, Any]:
        given.append("changed")
        return {"Success": {"answered": 1}}

    client.parallel.legacy.does["margin_required"] = primary
    client.margin_required("BUY", legs)
    legs.append("changed again")  # type: ignore[arg-type]
    outcomes(client)

    assert client.parallel.candidate.calls == [("margin_required", ("BUY", [{"instrument_token": TOKEN}]), {})]


def test_a_bot_that_changes_the_answer_does_not_spoil_the_comparison(pair: Any) -> None:
    go = threading.Event()
    client = pair()

    def slow(*_: Any) -> dict[str, Any]:
        go.wait(30)
        return {"Success": {"answered": 1}}

    client.parallel.candidate.does["positions"] = slow
    answer = client.positions("OPEN")
    answer["Success"].clear()
    go.set()

    assert outcomes(client) == [("positions", "matched")]


def test_numpy_numbers_reach_the_candidate_as_they_are(pair: Any) -> None:
    numpy = pytest.importorskip("numpy")
    client = pair()
    client.quote(numpy.int64(TOKEN))
    outcomes(client)

    given = client.parallel.candidate.calls[0][1][0]
    assert (type(given), given) == (numpy.int64, TOKEN)


@pytest.mark.parametrize("argument", [threading.Lock(), lambda: None])
def test_arguments_that_cannot_be_copied_are_counted(pair: Any, argument: Any) -> None:
    client = pair()

    assert client.positions(argument) == {"Success": {"answered": 1}}
    assert outcomes(client) == [("positions", "dropped")]
    assert client.parallel.candidate.calls == []


def test_an_answer_too_large_to_copy_is_counted_and_given(pair: Any) -> None:
    client = pair()
    huge = {"Success": [bytes(LARGEST // 4)] * 1, "more": [bytes([n]) * (LARGEST // 4) for n in range(5)]}
    client.parallel.legacy.does["positions"] = lambda *_: huge

    assert client.positions("OPEN") is huge
    assert outcomes(client) == [("positions", "dropped")]


def test_an_answer_is_not_copied_where_no_worker_is_free(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    go, begun, copied = threading.Event(), threading.Event(), []
    client = pair(time_limit=30, workers=1, queue=1)
    client.parallel.candidate.does["history"] = lambda: begun.set() or go.wait(30)
    real = beside.Frozen
    monkeypatch.setattr(beside, "Frozen", lambda value: copied.append(value) or real(value))
    client.history()
    assert begun.wait(20)
    for _ in range(5):
        client.history()
    go.set()

    assert [outcome for _, outcome in outcomes(client)].count("dropped") == 4
    assert len(copied) == 2


def test_packing_ends_at_the_limit() -> None:
    class Told:
        touched = 0

        def __reduce__(self) -> Any:
            Told.touched += 1
            return bytes, (bytes(1024 * 1024),)

    with pytest.raises(NotCopied):
        Frozen([Told() for _ in range(1000)])

    assert Told.touched < 50


def test_a_book_of_flat_rows_is_copied_row_by_row_and_stays_as_it_was() -> None:
    book = {"success": [{"orderId": 1, "price": 5.0, "tag": None, "isFNO": "N"}], "more": "text"}
    kept = Frozen(book)
    book["success"][0]["price"] = 6.0  # type: ignore[index]
    book["success"].append({})  # type: ignore[attr-defined]

    assert kept.thawed() == {"success": [{"orderId": 1, "price": 5.0, "tag": None, "isFNO": "N"}], "more": "text"}
    kept.thawed()["success"][0]["price"] = 7.0
    assert kept.thawed()["success"][0]["price"] == 5.0


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the collector looks into every dict there: all is packed")
def test_a_book_of_flat_rows_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pickle.Pickler", None)

    assert Frozen({"success": [{"orderId": number} for number in range(500)]}).thawed()["success"][7] == {"orderId": 7}


@pytest.mark.parametrize("inner", [[1], {"a": 1}, (1, [2]), {"a": {}}])
def test_rows_that_hold_more_rows_stay_as_they_were_too(inner: Any) -> None:
    book = {"success": [{"orderId": 1, "depth": inner}]}
    before = copy.deepcopy(book)
    kept = Frozen(book)
    (inner[-1] if isinstance(inner, tuple) else inner).clear()

    assert kept.thawed() == before


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="packed at once there")
def test_what_changes_and_the_collector_does_not_see_is_not_compared(pair: Any) -> None:
    client = pair()
    client.parallel.legacy.does["positions"] = lambda *_: {"Success": [{"one": bytearray(b"1")}]}
    client.positions("OPEN")

    assert outcomes(client) == [("positions", "dropped")]


def test_an_argument_that_ends_the_program_when_it_is_copied_does_not(pair: Any) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            raise SystemExit("trapped")

    client = pair()

    assert client.positions(Trap()) == {"Success": {"answered": 1}}
    assert outcomes(client) == [("positions", "dropped")]


def test_phase_off_asks_the_primary_alone_and_lead_turns_them_round(pair: Any, record: MemoryRecord) -> None:
    client = pair(methods={"positions": "off", "margin": "lead"})
    mine = {"Success": {"answered": 1}, "by": "candidate"}
    client.parallel.candidate.does["margin"] = lambda: mine

    client.positions("OPEN")
    assert client.margin() is mine
    found = outcomes(client)

    assert found == [("margin", "unexplained")]
    assert {name for name, *_ in client.parallel.candidate.calls} == {"margin"}
    assert record.seen[0].primary == "candidate"


def test_the_noise_floor_asks_the_primary_twice(pair: Any, record: MemoryRecord) -> None:
    client = pair(noise=1)
    client.parallel.legacy.does["positions"] = lambda *_: {
        "Success": {"answered": client.parallel.legacy.count("positions")}
    }
    client.positions("OPEN")
    outcomes(client)

    assert [(seen.outcome, seen.noise) for seen in record.seen] == [("matched", False), ("unexplained", True)]


def test_the_bots_random_numbers_and_warning_filters_are_its_own(pair: Any) -> None:
    client = pair("rehearse", noise=1)
    random.seed(7)
    expected = [random.random() for _ in range(3)]
    random.seed(7)
    filters = list(warnings.filters)

    client.positions("OPEN")
    client.place_order("SOR", TOKEN, "BUY", 1, 0)
    outcomes(client)

    assert [random.random() for _ in range(3)] == expected
    assert warnings.filters == filters


def test_threads_may_call_at_once(pair: Any) -> None:
    client = pair(queue=1000)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(50):
                assert client.positions("OPEN") == {"Success": {"answered": 1}}
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert outcomes(client) == [("positions", "matched")] * 400


@pytest.mark.parametrize("broken", ["observe", "owner"])
def test_a_broken_record_does_not_reach_the_bot(pair: Any, record: MemoryRecord, broken: str) -> None:
    record.broken.add(broken)
    client = pair()

    assert client.positions("OPEN") == {"Success": {"answered": 1}}
    assert client.order_report("7") == {"success": []}


def test_a_session_that_expired_is_renewed_once(pair: Any) -> None:
    client = pair(legacy=Side(), candidate=Side())
    client.login("pw")
    client.session_2fa("1234")

    def over(*_: Any) -> None:
        raise ApiException(status=401, reason="over")

    client.parallel.candidate.does["positions"] = over
    for _ in range(3):
        assert client.positions("OPEN") == {"Success": {"answered": 1}}
        client.parallel.settle(20)

    assert client.parallel.candidate.count("login") == 2
    assert client.parallel.legacy.count("login") == 1


def test_a_real_candidate_is_compared_over_http(whole: Any) -> None:
    client = whole()
    client.quote(TOKEN)
    client.quote(TOKEN, "LTP")
    client.positions("OPEN")
    client.order_report()

    assert sorted(outcomes(client)) == [
        ("order_report", "matched"), ("positions", "matched"), ("quote", "matched"), ("quote", "matched"),
    ]  # fmt: skip
