"""A parallel client on a record that lasts: two bots and one record, and a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from parallel_database import address, postgres  # noqa: F401
from test_parallel_record import until
from two_sides import ORDER, Side, plan

from ks_compat.native.errors import OrderOutcomeUnknown
from ks_compat.parallel import ParallelKSTradeApi, ramp

Bot = Callable[..., ParallelKSTradeApi]


@pytest.fixture
def bot(address: str) -> Iterator[Bot]:  # noqa: F811
    """Starts a bot on the one record."""
    started: list[ParallelKSTradeApi] = []

    def start(place_order: str | None = None, **given: Any) -> ParallelKSTradeApi:
        sides = Side(logged_in=True), Side(5_000_000, logged_in=True)
        started.append(ParallelKSTradeApi(*sides, plan(place_order, record=address, **given), account="UCC01"))
        return started[-1]

    yield start
    for client in started:
        client.parallel.close()


def lost(*_: Any, **__: Any) -> Any:
    raise OrderOutcomeUnknown.__new__(OrderOutcomeUnknown)


def test_a_trip_of_one_bot_stops_the_others_and_outlives_a_restart(bot: Bot) -> None:
    one, two = bot("lead"), bot("lead")
    one.parallel.candidate.does["place_order"] = lost
    with pytest.raises(OrderOutcomeUnknown):
        one.place_order(**ORDER)

    assert one.parallel.control.name("place_order") == "rehearse"
    assert until(lambda: two.parallel.control.name("place_order") == "rehearse")
    two.place_order(**ORDER)
    assert (two.parallel.legacy.count("place_order"), two.parallel.candidate.count("place_order")) == (1, 0)
    assert bot("lead").parallel.control.name("place_order") == "rehearse"


def test_an_order_is_modified_where_another_bot_placed_it(bot: Bot) -> None:
    one, two = bot("lead"), bot("shadow")
    number = one.get_order_id(one.place_order(**ORDER))

    assert until(lambda: two.parallel.record.owner(number))
    two.cancel_order(number)

    assert (two.parallel.legacy.count("cancel_order"), two.parallel.candidate.count("cancel_order")) == (0, 1)


def test_an_automatic_plan_goes_on_by_itself(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ramp, "EVERY", 0.0)
    client = bot(automatic=True, gate={"matched": 5, "sessions": 1, "latency_ratio": 1000.0}, noise=0)

    def goes_on() -> bool:
        client.positions("OPEN")
        return bool(client.parallel.control.name("positions") == "lead")

    assert until(goes_on)
    (step,) = client.parallel.record.store.transitions()
    assert (step.method, step.phase, step.by) == ("positions", "lead", ramp.AUTOMATIC)
