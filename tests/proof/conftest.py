"""Recording and replaying under the production host names."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from cassette_names import NAMES
from cassette_scenarios import Scenario
from cassette_stage import Stage, write_certificate
from cassette_support import (
    ACCOUNT,
    CREDENTIALS,
    ENVIRONMENT,
    LEAD,
    MOMENT,
    ORDERS_ALLOWED,
    OrderedYaml,
    account_secrets,
    at_present,
    lead_to_loopback,
    live_environment,
    sandbox_secrets,
    vcr_settings,
)

from ks_compat.native import ambient
from ks_compat.sandbox import PublicUrls, Sandbox


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    vcr.register_serializer("yaml", OrderedYaml)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        # A traceback shows arguments and locals; in a recording of the live service those are credentials.
        report.longrepr = NAMES.hidden(str(report.longrepr))
        report.sections = [(title, NAMES.hidden(text)) for title, text in report.sections]
    return report


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    return vcr_settings()


@pytest.fixture
def stage(record_mode: str, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The production hosts: none in replay. In recording the live service where the environment has credentials of it,
    else the sandbox, by TLS under their names."""
    is_live = record_mode != "none" and all(CREDENTIALS.values())
    for name in [name for name in os.environ if name.startswith("KS_COMPAT_") and name != LEAD]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SESSION_FILE", str(tmp_path / "session.json"))
    if is_live:
        yield from _on_the_live_service(scenario, monkeypatch)
        return
    NAMES.begin(sandbox_secrets())
    if record_mode == "none":
        yield Stage(ENVIRONMENT, MOMENT)
        return
    authority = write_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    files = (str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))
    with Sandbox(
        account=ACCOUNT, clock=lambda: MOMENT, public_urls=PublicUrls(), ssl_context_files=files, faults=scenario.faults
    ) as sandbox:
        monkeypatch.setenv(LEAD, str(sandbox.port))
        lead_to_loopback(monkeypatch)
        yield Stage(ENVIRONMENT, MOMENT)


def _on_the_live_service(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    if not scenario.is_live:
        pytest.skip("what goes wrong here goes wrong on the sandbox only")
    # Money: credentials that happen to be in the environment are no order.
    if scenario.orders and not ORDERS_ALLOWED:
        pytest.skip("sends real orders: KS_COMPAT_RECORD_ORDERS=1 allows it")
    moment = time.time()
    NAMES.begin(account_secrets(CREDENTIALS, moment))
    monkeypatch.setattr(ambient, "fixed", at_present)
    lead_to_loopback(monkeypatch)
    yield Stage(live_environment(), moment, is_live=True)
