"""Where the constructor's values come from, what it keeps and what it refuses (spec/v1.md 2)."""

import inspect
import logging
import os

import pytest

from ks_compat import settings
from ks_compat.configuration import Configuration
from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.ks_api import KSTradeApi

NAMES = [
    "access_token", "userid", "consumer_key", "ip", "app_id", "proxy_url", "proxy_user", "proxy_pass",
    "consumer_secret",
]  # fmt: skip
KEPT = {name: name if not name.startswith("proxy") else f"_{name}" for name in NAMES}
GIVEN = {"access_token": "t", "userid": "u", "consumer_key": "k"}
MISSING = (
    "Please provide the {0} paramater while creating KSTradeApi object, or supply in settings file. "
    "Without {0} the API cannot be accessed."
)


@pytest.fixture
def environment(clean_env):
    for name in [*NAMES, "settings_file"]:
        clean_env.delenv(name, raising=False)
    return clean_env


@pytest.fixture
def made(environment):
    clients = []

    def make(*args, **kwargs):
        clients.append(KSTradeApi(*args, **kwargs))
        return clients[-1]

    yield make
    for client in clients:
        client._neo.close()


@pytest.fixture
def file(environment, tmp_path):
    def write(text):
        path = tmp_path / "settings.py"
        path.write_text(text, encoding="utf-8")
        environment.setenv("settings_file", str(path))

    return write


def word(name, source):
    return f"http://{source}:1" if name == "proxy_url" else f"{source}-{name}"


def others(name):
    return {other: value for other, value in GIVEN.items() if other != name}


def test_the_old_signature_comes_first():
    names = list(inspect.signature(KSTradeApi).parameters)
    assert names[:10] == [
        "access_token", "userid", "consumer_key", "ip", "app_id", "host", "proxy_url", "proxy_user", "proxy_pass",
        "consumer_secret",
    ]  # fmt: skip
    assert inspect.signature(KSTradeApi).parameters["app_id"].default == ""


@pytest.mark.parametrize("name", NAMES)
def test_argument_file_environment_settings(made, environment, file, name):
    kept = KEPT[name]
    environment.setattr(settings, name, word(name, "module"))
    assert getattr(made(**others(name)), kept) == word(name, "module")
    environment.setenv(name, "")
    assert getattr(made(**others(name)), kept) == word(name, "module")
    environment.setenv(name, word(name, "env"))
    assert getattr(made(**others(name)), kept) == word(name, "env")
    file(f"{name} = '{word(name, 'file')}'")
    assert getattr(made(**others(name)), kept) == word(name, "file")
    assert getattr(made(**others(name), **{name: word(name, "argument")}), kept) == word(name, "argument")
    file(f"{name} = ''")
    assert getattr(made(**others(name)), kept) == word(name, "module")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in (*GIVEN, "app_id")])
def test_an_empty_argument_is_given(made, environment, name):
    environment.setenv(name, word(name, "env"))
    assert getattr(made(**GIVEN, **{name: ""}), KEPT[name]) == ""


def test_defaults(made):
    client = made("t", "u", "k")
    assert (client.ip, client.app_id, client.consumer_secret) == ("127.0.0.1", "", "")
    assert (client._proxy_url, client._proxy_user, client._proxy_pass) == ("", "", "")
    assert client.host == "https://tradeapi.kotaksecurities.com/apim"


@pytest.mark.parametrize("value", ["", None])
def test_the_app_id_of_the_environment_can_be_reached(made, environment, value):
    environment.setenv("app_id", "env-app")
    assert made(**GIVEN).app_id == made(**GIVEN, app_id=value).app_id == "env-app"


def test_the_file_is_dotenv_and_stays_out_of_the_environment(made, file, caplog):
    file(
        '# a comment\nimport os\naccess_token = "a\\tb"\nuserid = bare value # note\nconsumer_key=${userid}-k\nhost=x\n'
    )
    before = dict(os.environ)
    with (
        caplog.at_level(logging.WARNING),
        pytest.raises(ApiValueError, match="KS_COMPAT_ACCESS_TOKEN: is not one word"),
    ):
        made()
    assert "python-dotenv could not parse statement starting at line 2" in caplog.text
    file("access_token = t\nuserid = bare value # note\nconsumer_key=${userid}-k\nhost=x\npassword=p\n")
    client = made()
    assert (client.access_token, client.userid, client.consumer_key) == ("t", "bare value", "bare value-k")
    assert client.host == "https://tradeapi.kotaksecurities.com/apim"
    assert {name: value for name, value in os.environ.items() if name != "settings_file"} == {
        name: value for name, value in before.items() if name != "settings_file"
    }


def test_a_file_that_is_not_there_is_ignored(made, environment, tmp_path):
    environment.setenv("settings_file", str(tmp_path / "nowhere"))
    assert made("t", "u", "k").userid == "u"


def test_settings_of_v2_may_stand_in_the_old_file(made, file, environment):
    environment.setenv("KS_COMPAT_MPIN", "111111")
    file(
        "consumer_key=k\nKS_COMPAT_ACCESS_TOKEN=new\nKS_COMPAT_UCC=AB123\nKS_COMPAT_MPIN=222222\n"
        "KS_COMPAT_MOBILE_NUMBER=\nKS_COMPAT_NOTHING=1\nKS_COMPAT__ENV_FILE=x\nKS_COMPAT_CONNECT_TIMEOUT=7\n"
    )
    client = made("old token")
    found = client._neo.settings
    assert found.access_token.get_secret_value() == "new"
    assert (found.ucc, found.mpin.get_secret_value(), found.connect_timeout) == ("AB123", "222222", 7)
    assert found.mobile_number is None
    assert client.access_token == "old token"


def test_a_malformed_setting_in_the_old_file_is_named_and_not_shown(made, file):
    file("KS_COMPAT_MPIN=13579\n")
    with pytest.raises(ApiValueError, match="KS_COMPAT_MPIN: is not six digits") as caught:
        made("t", "u", "k")
    assert "13579" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ((), "access_token"),
        (("", "u", "k"), "access_token"),
        ((None, None, None), "access_token"),
        (("t",), "userid"),
        (("t", "", ""), "userid"),
        (("t", "u"), "consumer_key"),
        (("t", "u", ""), "consumer_key"),
    ],
)
def test_what_is_missing_is_told_in_the_old_words_and_order(made, given, name):
    with pytest.raises(ApiValueError) as caught:
        made(*given)
    assert str(caught.value) == MISSING.format(name)


def test_settings_of_v2_count_as_given(made, environment):
    environment.setenv("KS_COMPAT_ACCESS_TOKEN", "new")
    environment.setenv("KS_COMPAT_UCC", "AB123")
    client = made(None, None, "k")
    assert (client.access_token, client.userid) == ("", "")
    with pytest.raises(ApiValueError, match="provide the consumer_key"):
        made()


def test_the_calls_of_older_versions(made):
    client = made("t", "u", "k", "1.2.3.4", "app", "https://sbx.kotaksecurities.com/apim", "", "", "")
    assert (client.ip, client.app_id, client.host) == ("1.2.3.4", "app", "https://sbx.kotaksecurities.com/apim")
    for client in (
        made("t", "u", "k", "i", "a", ["https://x/apim"]),
        made("t", "u", "k", hosts=["https://x/apim"]),
        made("t", "u", "k", host=None),
        made(access_token="t", userid=123, consumer_key="k"),
    ):
        assert client.host == "https://tradeapi.kotaksecurities.com/apim"
    assert (client.userid, client._neo.settings.ucc) == (123, "123")


def test_the_api_client_of_a_client(made):
    client = made("t", "u", "k", host="https://h/apim", proxy_url="http://p:1", proxy_user="u", proxy_pass="w")
    api_client = client.api_client
    assert api_client is client.api_client
    assert (api_client.last_response, api_client.user_agent) == (None, "KSTradeApi-python/1.0.0/python")
    configuration = api_client.configuration
    assert (configuration.host, configuration.access_token, configuration.verify_ssl) == ("https://h/apim", "t", True)
    assert (configuration.proxy, configuration.proxy_headers) == (
        "http://p:1",
        {"proxy-authorization": "Basic dTp3"},
    )


def test_get_config_takes_the_proxy_that_it_is_given(made):
    client = made("t", "u", "k", proxy_url="http://p:1")
    assert isinstance(client.get_config(), Configuration)
    assert (client.get_config().proxy, client.get_config().proxy_headers) == (None, None)
    assert client.get_config("http://q:2").proxy == "http://q:2"
    client.host = "https://elsewhere/apim"
    assert client.get_config().host == "https://elsewhere/apim"


def test_convert_object_and_array(made):
    client = made("t", "u", "k")
    given = {"trigger_price": 1, "a__b": 2, "_x": 3, "a_URL": 4, "plain": {"not_this": 5}, "alreadyCamel": 6}
    wanted = {"triggerPrice": 1, "aB": 2, "X": 3, "aUrl": 4, "plain": {"not_this": 5}, "alreadyCamel": 6}
    assert client.convertObject(given) == client.convertObject(object=given) == wanted
    assert client.convertArray([given, {}]) == client.convertArray(array=[given, {}]) == [wanted, {}]


@pytest.mark.parametrize(
    "call", [lambda client: client.token("password", "u", "p", None), lambda client: client.revoke("t", "access")]
)
def test_oauth_calls_are_gone_and_say_so(made, call):
    client = made("t", "u", "k")
    with pytest.raises(ApiException) as caught:
        call(client)
    assert caught.value.status == 0
    assert "KS_COMPAT_ACCESS_TOKEN" in caught.value.reason
    client.consumer_secret = None
    with pytest.raises(ApiValueError) as caught:
        call(client)
    assert str(caught.value) == "Please pass the consumer secret while creating client"
    with pytest.raises(TypeError):
        client.token("password")
