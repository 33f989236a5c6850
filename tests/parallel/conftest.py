"""Parallel clients over the stand-ins of this folder: a legacy in memory or on the old wire, a candidate on v2."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from memory_record import MemoryRecord
from two_sides import Side, plan

from ks_compat.demo.old_client import KSTradeApi as OldClient
from ks_compat.ks_api import KSTradeApi
from ks_compat.parallel import ParallelKSTradeApi


@pytest.fixture
def record() -> MemoryRecord:
    return MemoryRecord()


@pytest.fixture
def candidate(account_env: Any) -> Iterator[KSTradeApi]:
    """A facade over real HTTP, not logged in."""
    made = KSTradeApi(access_token="old", userid="OLDID", consumer_key="key")
    yield made
    made._neo.close()


@pytest.fixture
def old_client(sandbox: Any) -> Iterator[OldClient]:
    """The old wire, over real HTTP, to the same account."""
    made = OldClient(**sandbox.v1_arguments())
    yield made
    made.close()


@pytest.fixture
def pair(record: MemoryRecord) -> Any:
    """Makes a client over two sides in memory, both logged in unless they are given: ``pair("canary")``."""

    def make(
        place_order: str | None = None, *, legacy: Any = None, candidate: Any = None, **given: Any
    ) -> ParallelKSTradeApi:
        one = Side(logged_in=True) if legacy is None else legacy
        other = Side(5_000_000, logged_in=True) if candidate is None else candidate
        return ParallelKSTradeApi(one, other, plan(place_order, **given), record=record)

    return make


@pytest.fixture
def whole(record: MemoryRecord, old_client: OldClient, candidate: KSTradeApi, sandbox: Any) -> Any:
    """Makes a client over real HTTP on both sides, logged in: ``whole("rehearse")``."""

    def make(place_order: str | None = None, **given: Any) -> ParallelKSTradeApi:
        client = ParallelKSTradeApi(old_client, candidate, plan(place_order, **given), record=record)
        client.login(password=sandbox.account.v1.password)
        client.session_2fa(sandbox.account.v1.access_code)
        assert client.parallel.dispatch._sides["candidate"].ensure(20)
        return client

    return make
