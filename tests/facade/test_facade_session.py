"""The constructor, the login and the session of the old client."""

import pytest

from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.ks_api import KSTradeApi

MISSING = (
    "Please provide the {0} paramater while creating KSTradeApi object, or supply in settings file. "
    "Without {0} the API cannot be accessed."
)
NO_SESSION = "Please invoke 'session_2fa' function first"


@pytest.fixture
def fresh(account_env):
    client = KSTradeApi("old token", "OLDID", "key", "10.0.0.1", "app")
    yield client
    client._neo.close()


@pytest.fixture
def viewing(fresh):
    fresh.login("old password")
    return fresh


def test_the_old_arguments_are_kept_as_attributes(fresh):
    assert (fresh.access_token, fresh.userid, fresh.consumer_key) == ("old token", "OLDID", "key")
    assert (fresh.ip, fresh.app_id, fresh.consumer_secret) == ("10.0.0.1", "app", "")
    assert fresh.host == "https://tradeapi.kotaksecurities.com/apim"


def test_the_constructor_sends_nothing(fresh, sandbox):
    assert sandbox.requests == []


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({}, "access_token"),
        ({"userid": "OLDID"}, "access_token"),
        ({"access_token": "", "userid": "OLDID"}, "access_token"),
        ({"access_token": "t"}, "userid"),
        ({"access_token": "t", "userid": ""}, "userid"),
    ],
)
def test_a_missing_argument(clean_env, given, name):
    with pytest.raises(ApiValueError) as caught:
        KSTradeApi(consumer_key="key", **given)
    assert str(caught.value).startswith(MISSING.format(name))


def test_a_malformed_proxy_is_refused_and_not_shown(account_env):
    with pytest.raises(ApiValueError, match="proxy_url: is not http") as caught:
        KSTradeApi("t", "u", "k", proxy_url="secret-proxy")
    assert "secret-proxy" not in str(caught.value)


def test_a_malformed_setting_is_named_and_not_shown(account_env):
    account_env.setenv("KS_COMPAT_MPIN", "13579")
    with pytest.raises(ApiValueError, match="KS_COMPAT_MPIN: is not six digits") as caught:
        KSTradeApi("t", "u", "k")
    assert "13579" not in str(caught.value)


CALLS = {
    "place_order": lambda client: client.place_order("wrong", 727, "buy", 1, 1),
    "modify_order": lambda client: client.modify_order(None, None, None, None, None, None),
    "cancel_order": lambda client: client.cancel_order(None),
    "positions": lambda client: client.positions("wrong"),
    "order_report": lambda client: client.order_report(),
    "order_report_by_id": lambda client: client.order_report("wrong"),
    "quote": lambda client: client.quote(None, "wrong"),
    "logout": lambda client: client.logout(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_without_a_session_nothing_else_is_looked_at(viewing, sandbox, call):
    with pytest.raises(ApiValueError) as caught:
        call(viewing)
    assert str(caught.value) == NO_SESSION
    assert len(sandbox.requests) == 1


def test_the_second_step_needs_the_first(fresh, sandbox):
    with pytest.raises(ApiValueError) as caught:
        fresh.session_2fa("1234")
    assert str(caught.value) == "Please invoke 'login' function first"
    assert sandbox.requests == []


def test_login_is_the_outer_answer_and_session_2fa_the_inner_one(fresh, sandbox):
    login = fresh.login(password="old password")
    session = fresh.session_2fa(access_code="1234")
    assert login["Success"]["oneTimeToken"] == fresh.one_time_token
    assert session["sessionToken"] == fresh.session_token
    assert session["userId"] == sandbox.account.ucc


def test_the_old_credentials_are_never_sent(bot_client, sandbox):
    bot_client.quote(727)
    sent = b" ".join(
        request.body + b" ".join(value for _, value in request.headers) + request.raw_path
        for request in sandbox.requests
    )
    for old in (b"old API's token", b"OLDID", b"the old password", b"1234"):
        assert old not in sent.replace(sandbox.account.mpin.encode(), b"")


@pytest.mark.parametrize("code", [None, "", 0, 1234, "wrong"])
def test_the_old_access_code_does_not_matter(viewing, code):
    assert "sessionToken" in viewing.session_2fa(code)


def test_attributes_appear_with_the_steps_of_the_login(fresh):
    def held():
        return [name for name in ("one_time_token", "session_token") if hasattr(fresh, name)]

    assert held() == []
    fresh.login("p")
    assert held() == ["one_time_token"]
    fresh.session_2fa()
    assert held() == ["one_time_token", "session_token"]


def test_an_absent_attribute_is_told_as_python_tells_it(fresh):
    with pytest.raises(AttributeError, match=r"^'KSTradeApi' object has no attribute 'session_token'$"):
        _ = fresh.session_token


def test_a_second_client_goes_on_with_the_session_token(bot_client, fresh, sandbox):
    fresh.session_token = bot_client.session_token
    placed = fresh.place_order("N", 727, "BUY", 2, 2250.5)
    assert placed["Success"]["NSE"]["orderId"] == bot_client.order_report()["success"][0]["orderId"]
    assert len(sandbox.login_attempts) == 2


def test_a_second_client_goes_on_with_the_one_time_token(viewing, account_env):
    other = KSTradeApi("t", "u", "k")
    other.one_time_token = viewing.one_time_token
    assert "sessionToken" in other.session_2fa()
    other._neo.close()


@pytest.mark.parametrize("text", ["BC604B4A88FF4722844ED8FC3D395DAE", "", None])
def test_a_session_token_of_the_old_api_is_refused_and_not_shown(fresh, text):
    with pytest.raises(ApiValueError, match="log in again") as caught:
        fresh.session_token = text
    assert not text or text not in str(caught.value)
    assert not hasattr(fresh, "session_token")


def test_logout(bot_client, sample):
    assert bot_client.logout() == sample("v1/logout")
    with pytest.raises(ApiValueError, match=NO_SESSION):
        bot_client.order_report()


def test_a_wrong_totp_is_tried_once(account_env, sandbox):
    account_env.setenv("KS_COMPAT_TOTP", "000000")
    client = KSTradeApi("t", "u", "k")
    with pytest.raises(ApiException) as caught:
        client.login("p")
    client._neo.close()
    assert (caught.value.status, caught.value.reason) == (401, "Invalid credentials or TOTP.")
    assert sandbox.login_attempts == ["tradeApiLogin: wrong totp"]


def test_a_wrong_mpin_is_tried_once(account_env, sandbox):
    account_env.setenv("KS_COMPAT_MPIN", "000000")
    client = KSTradeApi("t", "u", "k")
    client.login("p")
    with pytest.raises(ApiException) as caught:
        client.session_2fa()
    client._neo.close()
    assert (caught.value.status, caught.value.reason) == (401, "Invalid MPIN.")
    assert sandbox.login_attempts[1:] == ["tradeApiValidate: wrong mpin"]
    assert not hasattr(client, "session_token")


def test_a_missing_mobile_number_is_asked_for_by_its_setting(account_env):
    account_env.delenv("KS_COMPAT_MOBILE_NUMBER")
    client = KSTradeApi("t", "u", "k")
    with pytest.raises(ApiValueError, match="KS_COMPAT_MOBILE_NUMBER: is not set"):
        client.login("p")
