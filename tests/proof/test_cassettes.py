"""The proof from outside: what each bot sends through the drop-in and after the codemod, recorded and replayed.

``cassettes/<bot>/facade.yaml`` and ``native.yaml`` were recorded against the sandbox under the production host names
(``pytest tests/test_cassettes.py --record-mode=rewrite`` does it again). Replay blocks the network and takes nothing on
trust from vcrpy's matching: the requests that leave are compared with the recorded ones byte by byte, in order.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import yaml
from cassette_support import ACCOUNT, ENVIRONMENT, MOMENT, read_cassette, totp_codes, written
from ks_codemods import migrate

from ks_compat.parity import WireRequest, compare, run_bot

ROOT = Path(__file__).parent.parent.parent
BOTS = ROOT / "tests" / "bots"

FILES = {
    "b01": "b01_readme_style.py",
    "b02": "b02_stop_loss_loop.py",
    "b04": "b04_package/main.py",
    "b05": "b05_resume.py",
}
PRINTED = {
    "b01": "placed 261120000000001\n0\nACC 2274.0\n",
    "b02": "ended CAN\n",
    "b04": "[True, True]\n['ACC', 'INFY']\n",
    "b05": "Please invoke 'session_2fa' function first\nlist\nrefused True\n",
}


def cassette_file(bot: str, way: str) -> Path:
    return ROOT / "cassettes" / bot / f"{way}.yaml"


@pytest.fixture
def vcr_cassette_dir(bot: str) -> str:
    return str(ROOT / "cassettes" / bot)


@pytest.fixture
def default_cassette_name(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("way"))


@pytest.fixture
def script(bot: str, way: str, tmp_path: Path) -> Path:
    """The bot as it is, or as the codemod leaves it."""
    source = BOTS / FILES[bot]
    folder = tmp_path / "bot"
    if source.parent == BOTS:
        folder.mkdir()
        shutil.copy(source, folder)
    else:
        shutil.copytree(source.parent, folder)
    if way == "native":
        migrate([folder], write=True)
    return folder / source.name


@pytest.fixture
def sent(vcr: object, monkeypatch: pytest.MonkeyPatch) -> list[WireRequest]:
    """What leaves: taken from the transport, outside of vcrpy."""
    requests: list[WireRequest] = []
    below = httpx.HTTPTransport.handle_request

    def tapped(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        body = request.read()
        requests.append(WireRequest(request.method, str(request.url).encode(), tuple(request.headers.raw), body))
        return below(self, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", tapped)
    return requests


@pytest.mark.vcr
@pytest.mark.block_network
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")  # the bots'
@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("way", ["facade", "native"])
@pytest.mark.parametrize("bot", FILES)
def test_bot_sends_what_is_recorded_and_nothing_else(
    bot: str, way: str, script: Path, sent: list[WireRequest], vcr: object, record_mode: str
) -> None:
    run = run_bot(script, ENVIRONMENT, MOMENT)

    assert run.error is None
    assert run.printed == PRINTED[bot]
    if record_mode == "none":
        recorded = read_cassette(cassette_file(bot, way))
        assert compare(recorded, [written(request) for request in sent]) == []


@pytest.mark.parametrize("bot", FILES)
def test_facade_and_native_cassettes_hold_the_same_requests(bot: str) -> None:
    facade, native = (read_cassette(cassette_file(bot, way)) for way in ("facade", "native"))

    assert len(facade) > 2
    assert compare(facade, native) == []


def _one_byte_changed(request: WireRequest) -> list[WireRequest]:
    def flipped(raw: bytes, at: int) -> bytes:
        return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]

    changed = [replace(request, method=f"{request.method}S")]
    changed += [replace(request, target=flipped(request.target, at)) for at in range(len(request.target))]
    changed += [replace(request, body=flipped(request.body, at)) for at in range(len(request.body))]
    for place, (name, value) in enumerate(request.headers):
        others = request.headers[:place], request.headers[place + 1 :]
        for other in [(flipped(name, at), value) for at in range(len(name))] + [
            (name, flipped(value, at)) for at in range(len(value))
        ]:
            changed.append(replace(request, headers=(*others[0], other, *others[1])))
    return changed


@pytest.mark.parametrize("bot", FILES)
def test_one_changed_byte_of_any_request_is_found(bot: str) -> None:
    recorded = read_cassette(cassette_file(bot, "facade"))

    for place, request in enumerate(recorded):
        for changed in _one_byte_changed(request):
            other = [*recorded[:place], changed, *recorded[place + 1 :]]
            assert compare(recorded, other), f"{request} and {changed} were called the same"


@pytest.mark.parametrize("bot", FILES)
def test_a_missing_extra_or_moved_request_is_found(bot: str) -> None:
    recorded = read_cassette(cassette_file(bot, "facade"))

    assert compare(recorded, recorded[:-1])
    assert compare(recorded, [*recorded, recorded[-1]])
    assert compare(recorded, [recorded[1], recorded[0], *recorded[2:]])


@pytest.mark.parametrize("way", ["facade", "native"])
@pytest.mark.parametrize("bot", FILES)
def test_no_cassette_holds_a_secret(bot: str, way: str) -> None:
    text = cassette_file(bot, way).read_text(encoding="utf-8")

    secrets = [ACCOUNT.access_token, ACCOUNT.mobile_number, ACCOUNT.mobile_number[-10:], ACCOUNT.totp_secret]
    secrets += [f'"{secret}"' for secret in (ACCOUNT.mpin, ACCOUNT.ucc, *totp_codes())]
    assert [secret for secret in secrets if secret in text] == []
    assert "eyJ" not in text
    for interaction in yaml.safe_load(text)["interactions"]:
        for name, values in interaction["request"]["headers"].items():
            if name.lower() in ("authorization", "auth", "sid"):
                assert all(value.startswith("<") and value.endswith(">") for value in values)


@pytest.mark.parametrize("way", ["facade", "native"])
@pytest.mark.parametrize("bot", FILES)
def test_cassettes_name_the_production_hosts_only(bot: str, way: str) -> None:
    hosts = {httpx.URL(request.target.decode()).host for request in read_cassette(cassette_file(bot, way))}

    assert hosts <= {"mis.kotaksecurities.com", "cis.kotaksecurities.com", "lapi.kotaksecurities.com"}
    assert len(hosts) > 1
