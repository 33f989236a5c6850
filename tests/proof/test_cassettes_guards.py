"""The cassettes' own guards: what fails a replay, and a recording against the live service, which must not leak."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from cassette_names import NAMES
from cassette_scenarios import CASSETTES, ROOT, SCENARIOS, WAYS
from cassette_stage import write_certificate
from cassette_support import LEAD, OrderedYaml, SecretInCassette

from ks_compat.sandbox import Account, PublicUrls, Sandbox

PERSON = Account(
    access_token="c0a8f3d1-7e52-4b6f-9d1c-52ab87e3f904",
    mobile_number="+919845012378",
    ucc="XK7Q2",
    mpin="704915",
    totp_secret="MZXW6YTBOJ4GK3TFOQ2DKNRXHA4TAMJS",
)


CASSETTE_TESTS = Path(__file__).with_name("test_cassettes.py")


def test_there_is_no_cassette_without_a_scenario() -> None:
    assert {file.relative_to(CASSETTES).as_posix() for file in CASSETTES.rglob("*.yaml")} == {
        f"{name}/{way}.yaml" for name in SCENARIOS for way in WAYS
    }


def played(cassettes: Path, which: str, environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """What CI does: the tests of the cassettes, over other cassettes."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        str(CASSETTE_TESTS),
        "-k",
        which,
        *options,
    ]
    clean = {name: text for name, text in os.environ.items() if not name.startswith("KS_COMPAT_")}
    environment = {**clean, **environment, "KS_COMPAT_CASSETTES": str(cassettes)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT, timeout=300)


def an_unused_one(interactions: list[Any]) -> None:
    interactions.append(interactions[-1])


def an_unrecorded_one(interactions: list[Any]) -> None:
    del interactions[-1]


def another_order(interactions: list[Any]) -> None:
    interactions[-2:] = interactions[:-3:-1]


def nothing(interactions: list[Any]) -> None:
    pass


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        (nothing, "1 passed"),
        (an_unused_one, "missing"),
        (an_unrecorded_one, "CannotOverwriteExistingCassetteException"),
        (another_order, "target"),
    ],
)
def test_replay_fails_on(planted: Callable[[list[Any]], None], told: str, tmp_path: Path) -> None:
    shutil.copytree(CASSETTES / "readme_style", tmp_path / "readme_style")
    file = tmp_path / "readme_style" / "facade.yaml"
    cassette = yaml.safe_load(file.read_text("utf-8"))
    planted(cassette["interactions"])
    file.write_text(yaml.safe_dump(cassette, sort_keys=False, allow_unicode=True), "utf-8")

    done = played(tmp_path, "sends_what and readme_style and facade", {})

    assert done.returncode == (planted is not nothing), done.stdout
    assert told in done.stdout


def test_a_recording_against_the_live_service_holds_no_secret_and_replays(tmp_path: Path) -> None:
    authority = write_certificate(tmp_path)
    files = (str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))
    cassettes = tmp_path / "cassettes"
    with Sandbox(account=PERSON, public_urls=PublicUrls(), ssl_context_files=files) as live:
        credentials = {name: text for name, text in live.environment().items() if name.startswith("KS_COMPAT_")}
        lead = {LEAD: str(live.port), "SSL_CERT_FILE": str(authority), "KS_COMPAT_RECORD_ORDERS": "1"}
        done = played(
            cassettes,
            "sends_what and (reports or trade_day or second_process)",
            {**credentials, **lead},
            "--record-mode=rewrite",
        )
        arrived, issued = list(live.requests), dict(live.issued)

    assert "6 passed" in done.stdout, done.stdout
    text = "".join(file.read_text("utf-8") for file in cassettes.rglob("*.yaml"))
    assert len(text) > 10_000
    codes = [json.loads(r.body)["totp"] for r in arrived if r.raw_path.endswith(b"tradeApiLogin")]
    assert len(codes) == 6
    secrets = [PERSON.access_token, PERSON.mobile_number[-10:], PERSON.ucc, PERSON.mpin, PERSON.totp_secret]
    assert [name for name in [*secrets, *codes, *issued] if name in text + done.stdout + done.stderr] == []
    # What was scrubbed still plays: with the sandbox's account, and the network blocked.
    done = played(cassettes, "sends_what and reports", {})
    assert "2 passed" in done.stdout, done.stdout


def test_credentials_in_the_environment_are_no_order(tmp_path: Path) -> None:
    names = ("ACCESS_TOKEN", "MOBILE_NUMBER", "UCC", "MPIN", "TOTP_SECRET")
    credentials = {f"KS_COMPAT_{name}": getattr(PERSON, name.lower()) for name in names}

    # Nothing listens here: a request would fail the test.
    done = played(
        tmp_path, "sends_what and (trade_day or fault_not_ok)", {**credentials, LEAD: "1"}, "--record-mode=rewrite"
    )

    assert "4 skipped" in done.stdout, done.stdout
    assert "KS_COMPAT_RECORD_ORDERS=1" in done.stdout


def test_a_cassette_with_a_secret_is_not_written(tmp_path: Path) -> None:
    NAMES.begin({"5a4db0c5-secret": "trade token"})
    try:
        with pytest.raises(SecretInCassette, match="trade token"):
            OrderedYaml.serialize({"interactions": [{"request": {"uri": "https://x/5a4db0c5-secret"}}]})
    finally:
        NAMES.begin({})
