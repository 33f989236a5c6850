"""Random days of a parallel run: calls, phases, failures of the candidate, of servers and of the record.

Whatever happens, every write is sent by one side, once, and the bot gets what its side said (parallel_chaos).
"""

import tempfile
import traceback
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from parallel_chaos import METHODS, MOODS, READS, SANDBOX_FAULTS, TOKENS, World, quiet

from ks_compat.parallel import orders
from ks_compat.sandbox import Sandbox


class Day(RuleBasedStateMachine):
    sandbox = None

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(self.sandbox, Path(self.folder.name))

    @rule(mood=st.sampled_from(MOODS))
    def mood(self, mood):
        self.world.mood(mood)

    @rule(method=st.sampled_from(METHODS), phase=st.integers(0, 5))
    def phase(self, method, phase):
        self.world.phase(method, phase)

    @rule(side=st.sampled_from(["legacy", "candidate"]), kind=st.sampled_from(SANDBOX_FAULTS))
    def fault(self, side, kind):
        self.world.fault(side, kind)

    @rule(token=st.sampled_from(sorted(TOKENS)))
    def place(self, token):
        self.world.place(token)

    @rule(token=st.sampled_from(sorted(TOKENS)), phase=st.sampled_from([2, 3, 4, 5]))
    def place_in(self, token, phase):
        self.world.phase("place_order", phase)
        self.world.place(token)

    @rule(place=st.integers(0, 50), verb=st.sampled_from(["modify", "cancel"]))
    def change(self, place, verb):
        self.world.change(place, verb)

    @rule(read=st.sampled_from(READS))
    def read(self, read):
        self.world.read(*read)

    @rule()
    def restart(self):
        self.world.restart()

    @rule()
    def broken_record(self):
        self.world.broken_record()

    @rule()
    def log_in(self):
        self.world.log_in()

    @invariant()
    def no_order_is_doubled(self):
        self.world.check()

    def teardown(self):
        try:
            self.world.close()
        finally:
            self.folder.cleanup()


@pytest.fixture(scope="module")
def both_apis():
    with quiet(), Sandbox() as running:
        yield running


def run(both_apis, examples, steps=20):
    Day.sandbox = both_apis
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=slow,
        database=None,
        # A day is some twenty steps long and readable; making it shorter takes minutes.
        phases=[Phase.generate],
    )
    run_state_machine_as_test(Day, settings=chosen)


@pytest.mark.filterwarnings("default")
def test_every_write_is_sent_by_one_side_once(both_apis):
    run(both_apis, 10)


@pytest.mark.filterwarnings("default")
def test_it_finds_a_client_that_sends_a_failed_order_to_the_other_side(both_apis, monkeypatch):
    real = orders.Orders.write

    def kind(self, method, args, kwargs, arguments):
        try:
            return real(self, method, args, kwargs, arguments)
        except Exception:  # noqa: BLE001 - as wrong as that
            return getattr(self._sides["legacy"].client, method)(*args, **kwargs)

    monkeypatch.setattr(orders.Orders, "write", kind)

    with pytest.raises(AssertionError) as found:
        run(both_apis, 60)

    whole = "".join(traceback.format_exception(found.value))
    assert "place_order called {'legacy': " in whole or "_order called {" in whole or "reached [" in whole
