"""The deprecation voice: off by default, once per place, at the bot's own line."""

import inspect
import os
import re
import subprocess
import sys
import warnings

import pytest

from ks_compat import NeoClient
from ks_compat.facade import deprecation
from ks_compat.facade.deprecation import KSTradeApiDeprecationWarning
from ks_compat.ks_api import KSTradeApi

BOT = """\
from ks_compat.ks_api import KSTradeApi

client = KSTradeApi("token", "user", "key")
for _ in range(3):
    client.get_order_id({"Success": {"orderId": 5}})
client.get_order_id({"Success": {"orderId": 6}})
"""


@pytest.fixture
def client(clean_env):
    return KSTradeApi("token", "user", "key")


@pytest.fixture
def voice():
    with warnings.catch_warnings():
        deprecation.enable()
        yield
        deprecation.disable()


def ask(client):
    return client.get_order_id({"Success": {"orderId": 5}})


def test_it_is_silent_by_default(client):
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        ask(client)
    assert heard == []


def test_it_speaks_once_at_each_place_at_the_callers_own_line(client, voice):
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        ask(client)
        ask(client)
        client.get_order_id({"Success": {"orderId": 6}})
    assert [warning.category for warning in heard] == [KSTradeApiDeprecationWarning] * 2
    assert {warning.filename for warning in heard} == {__file__}
    first = inspect.getsourcelines(ask)[1] + 1
    assert heard[0].lineno == first


def test_it_names_the_replacement_and_the_codemod(client, voice):
    with pytest.warns(KSTradeApiDeprecationWarning) as heard:
        ask(client)
    text = str(heard[0].message)
    assert "KSTradeApi.get_order_id" in text
    assert f"ks-compat migrate {__file__}" in text
    assert deprecation.REPLACEMENTS["get_order_id"] in text


def run(tmp_path, *options, **env):
    (tmp_path / "bot.py").write_text(BOT)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KS_COMPAT", "PYTHONW"))}
    command = [sys.executable, *options, str(tmp_path / "bot.py")]
    return subprocess.run(command, env={**clean, **env}, capture_output=True, text=True, timeout=60)


def test_a_bot_hears_nothing_unless_it_asks(tmp_path):
    done = run(tmp_path, KS_COMPAT_HOME=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_bot_that_asks_hears_it_at_its_own_lines(tmp_path):
    done = run(tmp_path, KS_COMPAT_HOME=str(tmp_path), KS_COMPAT_WARN="1")
    heard = [line for line in done.stderr.splitlines() if "KSTradeApiDeprecationWarning" in line]
    assert [line.split(":")[1] for line in heard] == ["5", "6"]
    assert all(line.startswith(str(tmp_path / "bot.py")) for line in heard)
    assert done.returncode == 0


def test_the_users_own_filter_wins(tmp_path):
    ignored = run(tmp_path, "-W", "ignore", KS_COMPAT_HOME=str(tmp_path), KS_COMPAT_WARN="1")
    assert (ignored.returncode, ignored.stderr) == (0, "")
    failed = run(tmp_path, "-W", "error::DeprecationWarning", KS_COMPAT_HOME=str(tmp_path), KS_COMPAT_WARN="1")
    assert failed.returncode == 1


def test_every_method_has_a_replacement():
    public = {
        name
        for name in dir(KSTradeApi)
        if not name.startswith("_") and inspect.isfunction(inspect.getattr_static(KSTradeApi, name))
    }
    assert public == set(deprecation.REPLACEMENTS)


@pytest.mark.parametrize("text", deprecation.REPLACEMENTS.values())
def test_every_named_native_method_is_there(text):
    for name in re.findall(r"NeoClient\.(\w+)", text):
        assert hasattr(NeoClient, name)


def test_signatures_and_names_stay_those_of_the_old_client():
    assert list(inspect.signature(KSTradeApi.cancel_order).parameters) == ["self", "order_id"]
    assert KSTradeApi.cancel_order.__qualname__ == "KSTradeApi.cancel_order"
