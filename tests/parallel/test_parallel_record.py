"""The record: shared, bounded, and never in the way of the bot."""

from __future__ import annotations

import logging
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from parallel_database import Postgres, address, postgres  # noqa: F401

from ks_compat.parallel.counting import DIFFERENCES, OTHERS
from ks_compat.parallel.observation import Noted, Observation, OwnedOrder
from ks_compat.parallel.record import Record
from ks_compat.parallel.schema import RecordError
from ks_compat.parallel.store import Store

NOON = 1_784_010_600.0  # 2026-07-14 12:00 IST
SEEN = Observation("positions", "shadow", "legacy", "matched", NOON, 10.0, 20.0)
ORDER = OwnedOrder("260714000001", "candidate", NOON, "11536", "mine", 3, Decimal("4500.15"))


@pytest.fixture
def opened(address: str) -> Iterator[Callable[..., Record]]:  # noqa: F811
    """Opens the one record, as often as wanted: each is what one process has."""
    made: list[Record] = []

    def opening(**options: object) -> Record:
        made.append(Record(address, **{"account": "ABC12", "now": lambda: NOON, **options}))
        return made[-1]

    yield opening
    for record in made:
        record.close()


def until(true: Callable[[], object], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(true())


def outcomes(store: Store) -> Counter[str]:
    return sum((Counter({key.name: n}) for key, n in store.counts() if key.kind == "outcome"), Counter())


def test_an_observation_comes_back_as_it_was(opened: Callable[..., Record]) -> None:
    wrong = Noted("success[orderId=7].price", "success[].price", "value", "1", "2")
    seen = Observation("order_report", "lead", "candidate", "unexplained", NOON, 1.5, None, (wrong,), "a note")
    record = opened()
    record.observe(SEEN)
    record.observe(seen)
    assert record.flush(10)

    newest, first = record.observations()
    record.observe(Observation("place_order", "shadow", "legacy", "sent", NOON, 1.0))
    assert record.flush(10)
    assert (newest.seen, first.seen) == (seen, SEEN)
    assert record.observation(newest.number) == newest
    assert [kept.seen for kept in record.store.observations(wrong=True)] == [seen]
    assert record.observations("positions", since=NOON + 1) == []


def test_what_one_process_notes_the_others_see(opened: Callable[..., Record]) -> None:
    one, two = opened(), opened()
    one.own(ORDER)
    one.set_phase("quote", "lead", by="asha", reason="a look", tripped=True)

    assert (one.owner(ORDER.order_id), one.phase("quote").phase) == (ORDER, "lead")
    assert until(lambda: two.owner(ORDER.order_id) == ORDER and two.phase("quote") == one.phase("quote"))
    assert two.owned_today("candidate") == [ORDER]
    assert two.owned_today("legacy") == []
    assert two.phase("quote").tripped == "a look"
    assert two.phase("positions") is None


def test_a_record_that_is_opened_again_knows_phases_and_orders_before_the_first_call(
    opened: Callable[..., Record],
) -> None:
    first = opened()
    first.own(ORDER)
    first.set_phase("place_order", "rehearse", by="tripwire", reason="errors", tripped=True)
    first.close()

    again = opened()

    assert again.phase("place_order").tripped == "errors"
    assert again.owner(ORDER.order_id) == ORDER


def test_another_account_sees_nothing_of_it(opened: Callable[..., Record]) -> None:
    one = opened()
    one.own(ORDER)
    one.observe(SEEN)
    one.set_phase("quote", "lead", by="asha")
    assert one.flush(10)

    other = opened(account="XYZ98")

    assert (other.owner(ORDER.order_id), other.phase("quote"), other.observations()) == (None, None, [])
    assert "ABC12" not in str(one.store.accounts())


def test_caps_hold_over_all_processes(opened: Callable[..., Record]) -> None:
    records = [opened() for _ in range(4)]
    taken: list[bool] = []

    def reserve(record: Record) -> None:
        for _ in range(10):
            taken.append(record.reserve(Decimal("100.05"), orders=7, limit=Decimal(100_000)))

    threads = [threading.Thread(target=reserve, args=(record,)) for record in records]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 0 < taken.count(True) <= 7
    while records[0].reserve(Decimal("100.05"), orders=7, limit=Decimal(100_000)):
        taken.append(True)
    assert taken.count(True) == 7
    assert records[0].store.spent("2026-07-14") == (7, Decimal("700.35"))


def test_rupees_are_capped_to_the_paisa(opened: Callable[..., Record]) -> None:
    record = opened()
    reserve = [
        record.reserve(Decimal(rupees), orders=10, limit=Decimal("100.00")) for rupees in ("60.00", "40.01", "40.00")
    ]

    assert reserve == [True, False, True]


def test_a_number_that_no_database_takes_is_no_order_for_the_candidate(opened: Callable[..., Record]) -> None:
    record = opened()

    assert record.reserve(Decimal("1e40"), orders=10, limit=Decimal("1e50")) is False
    assert record.reserve(Decimal("NaN"), orders=10, limit=Decimal(1)) is False


def test_the_newest_are_kept_and_the_sums_of_all(opened: Callable[..., Record]) -> None:
    record = opened(keep=100)
    for number in range(1000):
        record.observe(Observation("quote", "shadow", "legacy", "matched", NOON, note=str(number)))
        if number % 100 == 0:
            assert record.flush(10)
    assert record.flush(10)

    assert until(lambda: len(record.observations()) <= 200)
    kept = [int(each.seen.note) for each in record.observations()]
    assert kept == list(range(999, 999 - len(kept), -1))
    assert len(kept) >= 100
    assert outcomes(record.store) == {"matched": 1000}


def test_an_answer_that_differs_everywhere_is_cut_and_no_field_is_hidden_by_another(
    opened: Callable[..., Record],
) -> None:
    same = [Noted(f"success[{n}].a", "success[].a", "value", "1", "2") for n in range(60_000)]
    last = Noted("success[60000].b", "success[].b", "value", "1", "2")
    many = tuple(Noted(f"x{n}", f"x{n}", "value", "1", "2") for n in range(DIFFERENCES + 1))
    record = opened()
    for found in ((*same, last), many):
        record.observe(Observation("quote", "shadow", "legacy", "unexplained", NOON, differences=found))
    assert record.flush(10)

    second, first = (kept.seen for kept in record.observations())
    assert {each.field for each in first.differences} == {"success[].a", "success[].b"}
    assert len(second.differences) == DIFFERENCES
    assert second.differences[-1].field == OTHERS
    assert "60001 differences" in first.note


def test_texts_that_a_database_does_not_take_are_kept_without_what_it_does_not_take(
    opened: Callable[..., Record],
) -> None:
    odd = Noted("a\0b", "a\0b", "value", "\ud800", "x" * 500)
    record = opened()
    record.observe(Observation("quote", "shadow", "legacy", "unexplained", NOON, differences=(odd,), note="\0"))
    record.own(OwnedOrder("1\0", "legacy", NOON, tag="\ud800"))
    assert record.flush(10)

    assert record.observations()[0].seen.differences[0] == Noted("ab", "ab", "value", "?", "x" * 160)


def test_what_the_database_never_takes_is_in_the_way_of_nothing(opened: Callable[..., Record]) -> None:
    record = opened()
    record.own(OwnedOrder("1", "legacy", NOON, quantity=10**30))
    record.own(OwnedOrder("2", "legacy", NOON))
    record.observe(Observation("quote", "shadow", "legacy", "matched", float("nan")))
    record.observe(Observation("x" * 500, "shadow", "legacy", "matched", NOON))  # too long for PostgreSQL
    record.observe(SEEN)

    assert record.flush(10)
    assert record.observations()[0].seen == SEEN
    assert len(record.observations()) <= 2
    assert [order.order_id for _, order in record.store.orders()] == ["2"]


def test_the_last_of_two_who_move_a_method_on_at_once_is_refused(opened: Callable[..., Record]) -> None:
    record = opened()
    record.set_phase("quote", "lead", by="asha")
    assert record.flush(10)
    (now,) = record.store.transitions()

    assert record.store.move(now) is False
    forced = record.store.force(now)
    assert (forced.number, [each.number for each in record.store.transitions()]) == (2, [1, 2])


def test_a_call_that_began_in_an_earlier_phase_speaks_for_no_gate(opened: Callable[..., Record]) -> None:
    record = opened()
    record.set_phase("positions", "lead", by="asha")
    assert record.flush(10)
    record.observe(SEEN)  # shadow
    record.observe(Observation("positions", "lead", "candidate", "matched", NOON))
    assert record.flush(10)

    assert {(key.phase, key.stay) for key, _ in record.store.counts()} == {("shadow", -1), ("lead", 1)}


BOT = """
import sys, time
from ks_compat.parallel.observation import Observation, OwnedOrder
from ks_compat.parallel.record import Record

address, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
record = Record(address, account="ABC12", now=lambda: 1_784_010_600.0)
for number in range(count):
    record.observe(Observation("quote", "shadow", "legacy", "matched", 1_784_010_600.0, note=f"{name} {number}"))
    if number % 100 == 0:
        record.own(OwnedOrder(f"{name}-{number}", "legacy", 1_784_010_600.0))
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", script, *arguments], text=True, **pipes)


def test_processes_that_write_at_once_lose_nothing(address: str) -> None:  # noqa: F811
    bots = [start(BOT, address, f"bot{n}", "2000") for n in range(3)]
    for bot in bots:
        assert bot.communicate(timeout=60)[1] == ""

    with_all = Record(address, account="ABC12", now=lambda: NOON)
    assert outcomes(with_all.store) == {"matched": 6000}
    assert len({kept.seen.note for kept in with_all.observations()}) == 6000
    assert len(with_all.owned_today("legacy")) == 60
    with_all.close()


LAST_WORDS = """
time.sleep(0.5)
for number in range(7):
    record.observe(Observation("quote", "shadow", "legacy", "explained", 1_784_010_600.0))
print("noted", flush=True)
time.sleep(0.5)
print("now", flush=True)
time.sleep(60)
"""


def test_kill_9_takes_nothing_that_was_noted_before_the_last_moment(address: str) -> None:  # noqa: F811
    bot = start(BOT + LAST_WORDS, address, "b", "500")
    assert bot.stdout is not None
    assert [bot.stdout.readline() for _ in range(2)] == ["noted\n", "now\n"]
    bot.send_signal(signal.SIGKILL)
    bot.communicate(timeout=30)

    record = Record(address, account="ABC12", now=lambda: NOON)
    assert outcomes(record.store) == {"matched": 500, "explained": 7}
    assert len(record.observations()) == 507
    assert len(record.owned_today("legacy")) == 5
    record.close()


def test_a_forked_child_notes_its_own_and_nothing_twice(address: str) -> None:  # noqa: F811
    script = BOT + (
        "import os, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "child = os.fork()\n"
        "record.observe(Observation('quote', 'shadow', 'legacy', 'explained', 1_784_010_600.0))\n"
        "record.close()\n"
        "os._exit(0) if child == 0 else os.waitpid(child, 0)\n"
    )
    assert start(script, address, "b", "300").communicate(timeout=60)[1] == ""

    record = Record(address, account="ABC12")
    assert outcomes(record.store) == {"matched": 300, "explained": 2}
    record.close()


def test_a_postgresql_that_goes_away_is_noted_once_and_nothing_is_lost(
    postgres: Postgres,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    record = Record(postgres.fresh("away"), account="ABC12", now=lambda: NOON)
    record.observe(SEEN)
    assert record.flush(10)
    postgres.stop()
    try:
        for _ in range(50):
            record.observe(SEEN)
        record.set_phase("place_order", "rehearse", by="tripwire", reason="errors", tripped=True)
        record.own(ORDER)
        assert not record.flush(3)
        assert record.reserve(Decimal(1), orders=10, limit=Decimal(100)) is False
        assert (record.phase("place_order").phase, record.owner(ORDER.order_id)) == ("rehearse", ORDER)
        assert len([line for line in caplog.messages if "cannot be used" in line]) == 1
        assert "hunter2" not in caplog.text
    finally:
        postgres.start()

    assert record.flush(20)
    assert outcomes(record.store) == {"matched": 51}
    assert [each.phase for each in record.store.transitions()] == ["rehearse"]
    assert until(lambda: record.reserve(Decimal(1), orders=10, limit=Decimal(100)))
    assert "can be used again" in caplog.messages[-1]
    record.close()


def test_a_full_disk_is_noted_once_and_the_bot_goes_on(tmp_path: Path) -> None:
    script = """
import resource, sys, time
from ks_compat.parallel.observation import Observation
from ks_compat.parallel.record import Record

record = Record(sys.argv[1], account="ABC12")
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))
for number in range(2000):
    record.observe(Observation("quote", "shadow", "legacy", "matched", time.time(), note="n" * 100))
print("full", record.flush(3), record.reachable)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print("mended", record.flush(30))
"""
    out, err = start(script, str(tmp_path / "run.sqlite")).communicate(timeout=60)

    assert out == "full False False\nmended True\n"
    assert err.count("cannot be used") == 1
    assert err.count("can be used again") <= 1
    record = Record(tmp_path / "run.sqlite", account="ABC12")
    assert outcomes(record.store) == {"matched": 2000}
    record.close()


@pytest.mark.parametrize("where", ["/proc/nowhere/run.sqlite", "{file}/run.sqlite", "{file}"])
def test_a_place_that_cannot_be_written_is_noted_once_and_the_bot_goes_on(
    where: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "no-database"
    file.write_text("something else, long enough that no database begins like this" * 100)
    record = Record(where.format(file=file), account="ABC12", now=lambda: NOON)
    record.observe(SEEN)
    record.own(ORDER)
    record.set_phase("quote", "lead", by="asha")

    assert not record.known
    assert not record.flush(2.5)
    assert (record.owner(ORDER.order_id), record.phase("quote").phase) == (ORDER, "lead")
    assert record.reserve(Decimal(1), orders=1, limit=Decimal(9)) is False
    assert [entry.levelno for entry in caplog.records] == [logging.WARNING]
    record.close()
    assert file.read_text().startswith("something else")


def test_a_bounded_number_waits_and_the_others_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ks_compat.parallel.writer.WAITING", 10)
    file = tmp_path / "blocked"
    file.write_text("")
    record = Record(file / "run.sqlite", account="ABC12", now=lambda: NOON)
    for _ in range(30):
        record.observe(SEEN)
    file.unlink()

    assert record.flush(20)
    assert outcomes(record.store) == {"matched": 10, "dropped": 20}
    record.close()


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        record = Record(tmp_path / "new" / "run.sqlite", account="ABC12")
        record.observe(SEEN)
        assert record.flush(10)
    finally:
        os.umask(mask)

    rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "new").iterdir()}
    assert set(rights.values()) == {0o600}
    assert {"run.sqlite", "run.sqlite-wal"} <= set(rights)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    record.close()


def test_an_account_is_not_in_the_file(tmp_path: Path) -> None:
    record = Record(tmp_path / "run.sqlite", account="SECRETUCC")
    record.observe(SEEN)
    record.own(ORDER)
    record.set_phase("quote", "lead", by="asha")
    record.close()

    assert b"SECRETUCC" not in (tmp_path / "run.sqlite").read_bytes()


@pytest.mark.parametrize("address", ["mysql://bot:hunter2@db/run", "sqlite://", "http://bot:hunter2@db", "://"])
def test_an_address_that_is_none_is_refused_without_its_password(address: str) -> None:  # noqa: F811
    with pytest.raises(RecordError, match="must be a file, or a URL") as refused:
        Record(address, account="ABC12")

    assert "hunter2" not in str(refused.value)
