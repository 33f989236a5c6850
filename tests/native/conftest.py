"""Clients whose server a test decides."""

import json
from contextlib import ExitStack

import pytest
from loopback import LoopbackServer, LossyProxy, Reply

from ks_compat.native import NeoClient, Session, Settings
from ks_compat.sandbox import PublicUrls, Sandbox


@pytest.fixture
def client_of(clean_env):
    """A client that is logged in to a server, without asking it."""
    with ExitStack() as opened:

        def make(url, **settings):
            settings = Settings(access_token="app-token", login_url=url, **settings)
            client = opened.enter_context(NeoClient(settings=settings))
            client.session_token = Session("trade", "trade-token", "trade-sid", url).dump()
            return client

        yield make


@pytest.fixture
def server_of():
    """A server that gives each path its reply: a ``Reply``, a document, a function of the request, or None: dropped."""
    with ExitStack() as opened:

        def make(replies):
            return opened.enter_context(LoopbackServer(lambda seen: _reply(replies[seen.path], seen)))

        yield make


@pytest.fixture
def proxy():
    with LossyProxy() as running, Sandbox(public_urls=PublicUrls(base=running.url, files=running.url)) as behind:
        running.sandbox = behind
        yield running


@pytest.fixture
def through_proxy(proxy, clean_env):
    """A client that is logged in to a sandbox through ``proxy``; lost orders are looked for once, at once."""
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0,))
    for name, value in {**proxy.sandbox.environment(), "KS_COMPAT_LOGIN_URL": proxy.url}.items():
        clean_env.setenv(name, value)
    with NeoClient() as client:
        client.totp_login()
        client.totp_validate()
        yield client


def _reply(found, seen):
    found = found(seen) if callable(found) else found
    return found if found is None or isinstance(found, Reply) else Reply(json.dumps(found).encode())
