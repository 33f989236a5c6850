"""Every published sample of the old API has its test, and its faults arrive as they always did."""

import json
from pathlib import Path

import pytest
from loopback import LoopbackServer, Reply

from ks_compat.exceptions import ApiException
from ks_compat.ks_api import KSTradeApi
from ks_compat.native import Session

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "tests" / "samples" / "v1"
PUBLISHED = ROOT.parent / "shared" / "samples" / "v1"
FAULTS = sorted(SAMPLES.glob("error_*.json"))
ELSEWHERE = {
    "INDEX": "the index of the samples",
    "scripmaster_filename_public": "an address of old instrument files, not a call of KSTradeApi",
    "subscribe_getdata_public": "streaming, which is not there yet",
}


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published samples are not beside this checkout")
def test_every_published_sample_is_here_or_says_why_not():
    published = {file.stem for file in PUBLISHED.glob("*.json")}
    assert published - {file.stem for file in SAMPLES.glob("*.json")} == set(ELSEWHERE)


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published samples are not beside this checkout")
@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.json")), ids=lambda file: file.stem)
def test_a_sample_here_is_the_published_one(file):
    published = PUBLISHED / file.name
    if not file.stem.startswith("behaviour_"):
        assert json.loads(file.read_text("utf-8")) == json.loads(published.read_text("utf-8"))


@pytest.mark.parametrize("file", FAULTS, ids=lambda file: file.stem)
def test_a_fault_is_an_api_exception_with_the_brokers_code(account_env, file):
    fault = json.loads(file.read_text("utf-8"))["fault"]
    with LoopbackServer(lambda _: Reply(file.read_bytes())) as server:
        account_env.setenv("KS_COMPAT_LOGIN_URL", server.url)
        client = KSTradeApi("token", "OLDID", "key")
        client.session_token = Session("trade", "t", "s", server.url, "AB123").dump()
        with pytest.raises(ApiException) as caught:
            client.order_report()
        client._neo.close()
    assert (caught.value.reason, caught.value.headers) == (fault["message"], None)
    assert json.loads(caught.value.body)["fault"] == fault
    assert str(caught.value).startswith(f"({caught.value.status})\nReason: {fault['message']}\n")
    assert caught.value.status == fault["code"]
