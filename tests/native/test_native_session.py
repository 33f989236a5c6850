import base64
import json

import pytest

from ks_compat.native import ConfigurationError, Session

TRADE = Session("trade", "secret-token", "secret-sid", "https://e21.kotaksecurities.com/x", "AB123", "E21")
VIEW = Session("view", "secret-token", "secret-sid")


def text_of(content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize("session", [TRADE, VIEW], ids=["trade", "view"])
def test_a_session_survives_as_text(session):
    assert Session.load(session.dump(), session.kind) == session


def test_the_text_fits_into_a_url_or_an_environment_variable():
    assert TRADE.dump().replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("session", [TRADE, VIEW], ids=["trade", "view"])
def test_a_session_shows_no_secret(session):
    assert "secret" not in f"{session!r} {session}"
    assert "AB123" not in repr(session)


def test_a_trade_session_comes_out_of_the_recorded_answer(sample):
    session = Session.from_data("trade", sample("v2/tradeApiValidate")["data"])
    assert (session.base_url, session.ucc, session.data_center) == ("https://eXX.kotaksecurities.com", "XXXXX", "E43")


def test_a_view_session_has_no_base_url(sample):
    assert Session.from_data("view", sample("v2/tradeApiLogin")["data"]).base_url == ""


@pytest.mark.parametrize(
    "base_url", [None, "", "http://e21.kotaksecurities.com", "e21.kotaksecurities.com", "file:///x"]
)
def test_an_unsafe_base_url_is_refused(base_url):
    with pytest.raises(ConfigurationError, match="baseUrl: the server's answer must start with https://"):
        Session.from_data("trade", {"token": "t", "sid": "s", "baseUrl": base_url})


@pytest.mark.parametrize("kind", ["trade", "view"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "old-session-token",
        "BC604B4A88FF4722844ED8FC3D395DAE",
        "ünïcode",
        None,
        7,
        text_of([]),
        text_of({}),
        text_of({"kind": "trade", "token": "secret-token"}),
        text_of({"kind": "trade", "token": 1, "sid": "s", "base_url": "https://x.invalid"}),
        text_of({"kind": "trade", "token": "t", "sid": "s", "extra": "x"}),
    ],
)
def test_what_is_no_session_is_refused_and_not_shown(text, kind):
    with pytest.raises(ConfigurationError) as caught:
        Session.load(text, kind)
    assert caught.value.setting == "session_token"
    assert "secret" not in str(caught.value)
    assert not text or str(text) not in str(caught.value)


@pytest.mark.parametrize(("session", "kind"), [(TRADE, "view"), (VIEW, "trade")])
def test_a_session_of_the_other_kind_is_refused(session, kind):
    with pytest.raises(ConfigurationError, match=f"is not a {kind} session; log in again"):
        Session.load(session.dump(), kind)


def test_a_session_cannot_lead_to_an_unsafe_host():
    text = Session("trade", "t", "s", "http://example.com").dump()
    with pytest.raises(ConfigurationError, match="baseUrl"):
        Session.load(text, "trade")
