"""A record that is lost after it was read: what another process found may be hidden, so the old side sends."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from test_parallel_record import NOON, until
from test_parallel_record import ORDER as OWNED
from test_parallel_record_run import lost
from two_sides import ORDER, Side, plan

from ks_compat.native.errors import OrderOutcomeUnknown
from ks_compat.parallel import ParallelKSTradeApi, record, writer
from ks_compat.parallel.known import Known
from ks_compat.parallel.record import Record
from ks_compat.parallel.shared import Transition


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run.sqlite"


@pytest.fixture
def bot(file: Path) -> Iterator[Callable[..., ParallelKSTradeApi]]:
    """Starts a bot on the file."""
    started: list[ParallelKSTradeApi] = []

    def start(place_order: str, **given: Any) -> ParallelKSTradeApi:
        sides = Side(logged_in=True), Side(5_000_000, logged_in=True)
        started.append(ParallelKSTradeApi(*sides, plan(place_order, record=str(file), **given), account="UCC01"))
        return started[-1]

    yield start
    for client in started:
        client.parallel.close()


def sent(client: ParallelKSTradeApi) -> tuple[int, int]:
    client.place_order(**ORDER)
    return client.parallel.legacy.count("place_order"), client.parallel.candidate.count("place_order")


def trip(client: ParallelKSTradeApi) -> None:
    client.parallel.candidate.does["place_order"] = lost
    with pytest.raises(OrderOutcomeUnknown):
        client.place_order(**ORDER)
    assert client.parallel.record.flush(10)


def test_while_it_is_lost_the_old_side_sends_and_afterwards_as_before(
    bot: Any, file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = bot("lead")
    assert sent(client) == (0, 1)
    assert client.parallel.record.flush(10)

    for each in file.parent.iterdir():
        each.unlink()
    file.mkdir()
    monkeypatch.setattr(record, "STALE", 0.5)
    assert until(lambda: not client.parallel.record.current)
    assert sent(client) == (1, 1)
    assert [line for line in caplog.messages if "All new orders go to the old side" in line]

    monkeypatch.setattr(record, "STALE", 5.0)
    file.rmdir()
    assert until(lambda: client.parallel.record.reachable)
    assert sent(client) == (1, 2)


def test_a_trip_outlives_the_file(bot: Any, file: Path) -> None:
    one, two = bot("lead"), bot("lead")
    trip(one)
    assert until(lambda: two.parallel.control.name("place_order") == "rehearse")

    for each in file.parent.iterdir():
        each.unlink()
    assert until(lambda: file.exists() and bot("lead").parallel.control.name("place_order") == "rehearse")
    assert sent(two) == (1, 0)
    state = bot("lead").parallel.record.phase("place_order")
    assert (state.by, state.tripped) == ("tripwire", "the outcome of an order is unknown")


def test_processes_meet_in_a_file_that_was_put_in_the_place_of_another(file: Path) -> None:
    one, two = (Record(file, account="ABC12", now=lambda: NOON) for _ in range(2))
    one.own(OWNED)
    assert one.reserve(OWNED.rupees, orders=2, limit=Decimal(10_000))
    assert one.flush(10)

    file.replace(file.with_name("old"))
    assert until(lambda: file.exists() and _orders(file) == [OWNED.order_id])
    two.own(later := type(OWNED)("2", "legacy", NOON))
    assert until(lambda: one.owner("2") == later)
    assert until(lambda: one.reachable and two.reachable)
    assert two.reserve(OWNED.rupees, orders=2, limit=Decimal(10_000))
    three = Record(file, account="ABC12", now=lambda: NOON)
    assert not three.reserve(OWNED.rupees, orders=2, limit=Decimal(10_000))
    for each in (one, two, three):
        each.close()


def _orders(file: Path) -> list[str]:
    db = sqlite3.connect(file)
    try:
        return [number for (number,) in db.execute("SELECT order_id FROM ks_parallel_1_order")]
    except sqlite3.OperationalError:  # no table yet
        return []
    finally:
        db.close()


def test_a_change_that_is_in_the_record_no_more_stays_in_force_and_is_told() -> None:
    tripped = Transition("place_order", 3, "rehearse", NOON, "tripwire", "a reason", tripped=True)
    known = Known()
    known.refresh([tripped], [], list)
    (again,) = known.refresh([replace(tripped, number=1, phase="lead")], [], list)

    assert known.phase("place_order") == (3, tripped.state)
    assert (again.phase, again.reason, again.tripped) == ("rehearse", "a reason", True)


def test_a_canary_sees_the_trip_of_another_process_at_once(bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = bot("canary"), bot("canary")
    assert until(lambda: two.parallel.record.reachable)
    monkeypatch.setattr(writer, "REFRESH", 1e6)  # two looks no more
    assert sent(two) == (0, 1)
    assert two.parallel.record.flush(10)
    trip(one)

    assert sent(two) == (1, 1)


def test_a_process_that_was_stopped_reads_before_it_sends(bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = bot("lead"), bot("lead")
    monkeypatch.setattr(writer, "REFRESH", 1e6)
    two.parallel.record._writer._read_at -= 3600.0
    assert sent(two) == (0, 1)
    trip(one)
    two.parallel.record._writer._read_at -= 3600.0

    assert sent(two) == (1, 1)


def test_a_record_that_does_not_answer_in_time_is_none(
    bot: Any, file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = bot("lead")
    monkeypatch.setattr(writer, "REFRESH", 1e6)
    assert client.parallel.record.flush(10)
    file.unlink()
    client.parallel.record._writer._read_at -= 3600.0

    assert sent(client) == (1, 0)
    assert {entry.levelno for entry in caplog.records} == {logging.WARNING}
