"""Random calls and faults, from several threads, on both clients: whatever happens, what they say is true.

Hypothesis chooses; it chooses the same each time. The long run is ``benchmarks/faults.py``.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import fault_support
import pytest
from fault_ledger import CALLS, FAULTS, Ledger, Step
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from ks_compat.native.errors import NoAnswer, ServerFailed
from ks_compat.native.requests import PlaceOrder

CLIENTS = st.sampled_from(["native", "facade"])
SLOW = 0.6
READ_TIMEOUT = 0.4
SETTINGS = settings(
    max_examples=20,
    stateful_step_count=12,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@st.composite
def steps(draw, calls=CALLS):
    call = draw(st.sampled_from(calls))
    return Step(
        call=call,
        fault=draw(st.one_of(st.just(""), st.sampled_from(FAULTS[call]))),
        book_fault=draw(st.one_of(st.just(""), st.just(""), st.sampled_from(FAULTS["book"]))),
        looks=draw(st.integers(0, 4)),
        choice=draw(st.integers(0, 50)),
    )


class Machine(RuleBasedStateMachine):
    """Its subclass of one test has the sandbox, the clients by name, the pool of threads, and what was found wrong."""

    def __init__(self):
        super().__init__()
        self.sandbox.reset()
        for client in self.clients.values():
            fault_support.log_in(client)
        self.ledger = Ledger(self.sandbox, SLOW)

    @rule(client=CLIENTS, step=steps())
    def alone(self, client, step):
        self.ledger.take(self.clients[client], step)

    @rule(parts=st.lists(st.tuples(CLIENTS, steps()), min_size=2, max_size=6))
    def together(self, parts):
        for done in [self.pool.submit(self.ledger.take, self.clients[client], step) for client, step in parts]:
            done.result()

    @invariant()
    def what_was_said_is_true(self):
        wrong = self.ledger.wrong()
        self.found.extend(wrong)
        assert wrong == []

    def teardown(self):
        self.total.update(self.ledger.counts)
        self.total["faults"] += sum(self.sandbox.faults.fired.values())


@pytest.fixture
def machine(account_env, sandbox):
    account_env.setattr("ks_compat.native.orders.LOOKS", fault_support.LOOKS)
    account_env.setenv("KS_COMPAT_READ_TIMEOUT", str(READ_TIMEOUT))
    account_env.setenv("KS_COMPAT_ORDERS_PER_SECOND", "0")
    account_env.setenv("KS_COMPAT_CALLS_PER_SECOND", "0")
    clients = {"native": fault_support.native(), "facade": fault_support.facade()}
    with ThreadPoolExecutor(6) as pool:
        parts = {"sandbox": sandbox, "clients": clients, "pool": pool, "found": [], "total": Counter()}
        yield type("MachineOfThisTest", (Machine,), parts)
    for client in clients.values():
        fault_support.close(client)


def test_no_order_twice_none_missing_and_no_surprise(machine):
    run_state_machine_as_test(machine, settings=SETTINGS)
    # It did meet what it is about.
    assert machine.total["faults"] > 200
    assert {"place done", "place not done", "place unknown", "modify done", "cancel done"} < set(machine.total)


def retry(self, order, first=None):
    try:
        return first(self, order)
    except (NoAnswer, ServerFailed):
        if not isinstance(order, PlaceOrder):
            raise
        # A fresh tag, as a caller who tries again has one.
        object.__setattr__(order, "tag", order.tag.rpartition("-")[0] + "-0123456789")
        return first(self, order)


def test_the_machine_finds_an_order_that_is_sent_again(machine, monkeypatch):
    from ks_compat.native.order_calls import OrderCalls

    genuine = OrderCalls._send_order
    monkeypatch.setattr(OrderCalls, "_send_order", lambda self, order: retry(self, order, genuine))
    # Of threads, the same choices need not fail twice.
    with pytest.raises((AssertionError, Flaky)):
        run_state_machine_as_test(machine, settings=settings(SETTINGS, phases=[Phase.generate]))
    assert machine.found[0].startswith("doubled")
