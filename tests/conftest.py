"""A sandbox over real HTTP, the environment of a bot that uses it, and the two clients logged in to it."""

import json
import os
import weakref
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ks_compat.ks_api import KSTradeApi
from ks_compat.native import NeoClient, clients
from ks_compat.sandbox import Sandbox

SAMPLES = Path(__file__).parent / "samples"

# No test is a matter of time: a slow machine, or tables of letters that are made for the first time, is no failure.
settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def shared_sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture
def sandbox(shared_sandbox):
    shared_sandbox.reset()
    return shared_sandbox


@pytest.fixture
def clean_env(monkeypatch, tmp_path):
    """An environment without settings of the machine that runs the tests."""
    for name in [name for name in os.environ if name.startswith("KS_COMPAT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("KS_COMPAT_HOME", str(tmp_path / "home"))
    # A client that another test left behind is no client of this one.
    monkeypatch.setattr(clients, "_living", weakref.WeakKeyDictionary())
    # A test of something else does not wait for its turn.
    monkeypatch.setenv("KS_COMPAT_ORDERS_PER_SECOND", "0")
    monkeypatch.setenv("KS_COMPAT_CALLS_PER_SECOND", "0")
    return monkeypatch


@pytest.fixture
def account_env(clean_env, sandbox):
    for name, value in sandbox.environment().items():
        clean_env.setenv(name, value)
    return clean_env


@pytest.fixture
def neo(account_env):
    with NeoClient() as client:
        client.totp_login()
        client.totp_validate()
        yield client


@pytest.fixture
def bot_client(account_env):
    client = KSTradeApi(access_token="the old API's token", userid="OLDID", consumer_key="key")
    client.login(password="the old password")
    client.session_2fa(access_code="1234")
    yield client
    client._neo.close()


@pytest.fixture
def sample():
    """Reads ``v1/NAME`` or ``v2/NAME`` of the recorded answers."""
    return lambda name: json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
