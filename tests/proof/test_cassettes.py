"""The proof from outside: what each bot sends through the drop-in and after the codemod, recorded and replayed.

``cassettes/<scenario>/facade.yaml`` and ``native.yaml`` were recorded against the sandbox under the production host
names (``pytest tests/proof/test_cassettes.py --record-mode=rewrite`` does it again; cassettes/README.md). Replay blocks
the network and takes nothing on trust from vcrpy's matching: the requests that leave are compared with the recorded
ones byte by byte, in order.
"""

from __future__ import annotations

import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from cassette_names import NAMES
from cassette_scenarios import CASSETTES, SCENARIOS, WAYS, Scenario
from cassette_stage import Stage
from cassette_support import read_cassette, sandbox_secrets, tap, written
from ks_codemods import migrate

from ks_compat.parity import WireRequest, compare, run_bot

FAULTS_SEEN = {
    "fault_rate_limited": "code: 429",
    "fault_bad_gateway": "code: 502",
    "fault_expired_session": "code: 403",
    "fault_address_unknown": '"stCode": 100008',
    "fault_address_changed": '"stCode": 1037',
    "fault_not_ok": '"stCode": 1005',
    "fault_malformed_json": 'string: \'{"stat": "Ok", "nOrdNo": "26\'',
    "fault_dropped_answer": "message: RemoteProtocolError",
    "fault_late_rejection": '"ordSt": "rejected"',
}
EVERY_CASSETTE = pytest.mark.parametrize(("name", "way"), [(name, way) for name in SCENARIOS for way in WAYS])


@pytest.fixture
def scenario(name: str) -> Scenario:
    return SCENARIOS[name]


@pytest.fixture
def vcr_cassette_dir(name: str) -> str:
    return str(CASSETTES / name)


@pytest.fixture
def default_cassette_name(way: str) -> str:
    return way


@pytest.fixture
def scripts(scenario: Scenario, way: str, tmp_path: Path) -> list[Path]:
    """The bots as they are, or as the codemod leaves them."""
    folder, alone = tmp_path / "bot", scenario.bots[0].parent.name in ("bots", "scenarios")
    if alone:
        folder.mkdir()
        shutil.copy(scenario.bots[0], folder)
    else:
        shutil.copytree(scenario.bots[0].parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    if way == "native":
        outcomes = {file.outcome for file in migrate([folder], write=True).files if file.sites}
        assert outcomes == {"native"}
    return [folder / bot.name for bot in scenario.bots]


def play(scripts: list[Path], stage: Stage, cassette: Any, mode: str, sent: list[WireRequest]) -> str:
    """Runs the bots; returns what they printed. ``sent`` is filled with what left."""
    if len(scripts) == 1:
        run = run_bot(scripts[0], stage.environment, stage.moment)
        assert run.error is None
        return run.printed
    return "".join(_in_a_process(script, stage, cassette, mode, sent) for script in scripts)


def _in_a_process(script: Path, stage: Stage, cassette: Any, mode: str, sent: list[WireRequest]) -> str:
    task = {
        "bot": str(script),
        "environment": stage.environment,
        "moment": stage.moment,
        "is_live": stage.is_live,
        "mode": mode,
        "names": (NAMES.secrets, NAMES.drawn),
        "interactions": cassette.data[len(sent) :] if mode == "none" else [],
    }
    child = [sys.executable, "-W", "ignore::ResourceWarning", str(Path(__file__).with_name("cassette_child.py"))]
    done = subprocess.run(child, input=pickle.dumps(task), capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    told = pickle.loads(done.stdout)
    NAMES.secrets, NAMES.drawn = told["names"]
    assert told["error"] is None
    for request, response in told["recorded"]:
        cassette.append(request, response)
    sent += told["sent"]
    return str(told["printed"])


@pytest.mark.vcr
@pytest.mark.block_network
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")  # the bots'
@EVERY_CASSETTE
def test_bot_sends_what_is_recorded_and_nothing_else(
    name: str,
    way: str,
    scripts: list[Path],
    stage: Stage,
    vcr: Any,
    record_mode: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = tap(vcr, monkeypatch)

    printed = play(scripts, stage, vcr, record_mode, sent)

    assert sent
    if not stage.is_live:
        assert printed == SCENARIOS[name].printed
    if record_mode == "none":
        recorded = read_cassette(CASSETTES / name / f"{way}.yaml")
        differences = compare(recorded, [written(request) for request in sent])
        assert differences == [], "\n".join(map(str, differences))


@pytest.mark.parametrize("name", SCENARIOS)
def test_facade_and_native_cassettes_hold_the_same_requests(name: str) -> None:
    facade, native = (read_cassette(CASSETTES / name / f"{way}.yaml") for way in WAYS)

    assert len(facade) > 2
    assert compare(facade, native) == []


@pytest.mark.parametrize("name", [name for name, scenario in SCENARIOS.items() if scenario.faults])
def test_each_fault_stands_in_its_cassette(name: str) -> None:
    text = (CASSETTES / name / "facade.yaml").read_text("utf-8")

    assert FAULTS_SEEN[name] in text


@EVERY_CASSETTE
def test_no_cassette_holds_a_secret(name: str, way: str) -> None:
    text = (CASSETTES / name / f"{way}.yaml").read_text(encoding="utf-8")

    NAMES.begin(sandbox_secrets())
    assert NAMES.left_in(text) == []
    # The sandbox's person, in answers.
    assert [word for word in ("SANDBOX CLIENT", "SBXPX0000X", "SBXXX0000X") if word in text] == []
    for interaction in yaml.safe_load(text)["interactions"]:
        for header, values in interaction["request"]["headers"].items():
            if header in ("authorization", "auth", "sid"):
                assert all(re.fullmatch(r"<(access token|(view|trade) (token|sid))>", value) for value in values)


@EVERY_CASSETTE
def test_cassettes_name_the_production_hosts_only(name: str, way: str) -> None:
    requests = read_cassette(CASSETTES / name / f"{way}.yaml")
    hosts = {httpx.URL(request.target.decode()).host for request in requests}

    assert hosts <= {"mis.kotaksecurities.com", "cis.kotaksecurities.com", "lapi.kotaksecurities.com"}
    assert len(hosts) > 1
