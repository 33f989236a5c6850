"""A sandbox and both clients for tests that put one fault after the other on them."""

import itertools
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import fault_support

from ks_compat.sandbox import Sandbox

NOON = 1795330800.0
"""Where the clock of sandbox and clients stands, in Unix seconds: two reads of the same thing are equal."""
HASTY = 0.3
"""Read timeout of the hasty client, in seconds; slow faults take longer."""


class World:
    """One sandbox, and clients of both kinds that stay logged in over many faults."""

    def __init__(self, sandbox, environment, setenv):
        self.sandbox, self.environment = sandbox, environment
        self._setenv = setenv
        self._clients = {}
        self._standing = {}
        self._tags = (f"m{number:04d}" for number in itertools.count())

    def tag(self):
        return next(self._tags)

    def client(self, make, *, hasty=False):
        """A client of this kind, logged in; what waited for other calls is forgotten."""
        self.sandbox.faults.clear()
        key = make, hasty
        if key not in self._clients:
            self._setenv("KS_COMPAT_READ_TIMEOUT", str(HASTY) if hasty else "20")
            self._clients[key] = fault_support.log_in(make())
        client = self._clients[key]
        if fault_support.outcome(fault_support.NATIVE_READS["limits"][1], getattr(client, "_neo", client), None)[1]:
            fault_support.log_in(client)
        return client

    def standing(self, client):
        """The number of a filled order."""
        if client not in self._standing:
            self._standing[client] = fault_support.place(client, self.tag(), 2300)
        return self._standing[client]

    def spoil(self, endpoint, fault, **numbers):
        """Put the fault on the next call; slow ones outlast the hasty client."""
        seconds = {"seconds": HASTY * 1.6} if fault.startswith("slow") else {}
        self.sandbox.faults.add(endpoint, fault, **seconds, **numbers)

    def close(self):
        for client in self._clients.values():
            fault_support.close(client)


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory):
    with Sandbox(clock=lambda: NOON) as sandbox:
        with pytest.MonkeyPatch.context() as patch:
            environment = {
                **sandbox.environment(),
                "KS_COMPAT_HOME": str(tmp_path_factory.mktemp("home")),
                "KS_COMPAT_ORDERS_PER_SECOND": "0",
                "KS_COMPAT_CALLS_PER_SECOND": "0",
                "NO_PROXY": "*",
            }
            _enter(patch, environment)
            world = World(sandbox, environment, patch.setenv)
            # Both kinds are made here, where they find no settings but these.
            for make in (fault_support.native, fault_support.facade):
                for hasty in (False, True):
                    world.client(make, hasty=hasty)
        yield world
        world.close()


@pytest.fixture
def world(shared_world, monkeypatch):
    _enter(monkeypatch, shared_world.environment)
    monkeypatch.setattr("ks_compat.native.orders.LOOKS", fault_support.LOOKS)
    return shared_world


def _enter(patch, environment):
    for name in [name for name in os.environ if name.startswith("KS_COMPAT_")]:
        patch.delenv(name)
    for name, value in environment.items():
        patch.setenv(name, value)
    patch.setattr("ks_compat.native.ambient._now", lambda: NOON)
