"""`v1_file`: where the master behind it comes from, and what it says when there is none."""

from __future__ import annotations

import gc
import shutil
import threading

import pytest

from ks_compat.instruments import InstrumentError, MasterUnavailable, v1_file
from ks_compat.native import NeoClient
from ks_compat.native.clients import logged_in
from ks_compat.old_files import answers, source
from ks_compat.old_files.source import Source, book
from ks_compat.sandbox import Sandbox


@pytest.fixture
def settings(account_env):
    """The settings, and no client of another test."""
    gc.collect()
    assert logged_in() is None
    return account_env


def paths(sandbox: Sandbox) -> list[str]:
    return [seen.raw_path.decode().rsplit("/", 1)[-1] for seen in sandbox.requests]


@pytest.mark.parametrize(("kind", "token"), [("cash", "727|ACC|"), ("fno", "15003|NIFTY|"), ("FNO", "15003|NIFTY|")])
def test_the_file_is_made_by_the_settings_alone_without_a_login(kind, token, settings, sandbox, tmp_path):
    made = v1_file(kind)

    assert made.is_relative_to(tmp_path / "home")
    assert f"\n{token}" in made.read_text()
    assert sandbox.login_attempts == []


def test_todays_index_is_enough_nothing_is_sent_for_it(settings, sandbox):
    cash = v1_file("cash").read_bytes()
    v1_file("cash").unlink()
    sandbox.reset()
    settings.delenv("KS_COMPAT_ACCESS_TOKEN")

    assert v1_file("cash").read_bytes() == cash
    assert paths(sandbox) == []


def test_a_client_that_is_logged_in_is_asked(settings, sandbox):
    with NeoClient() as client:
        client.totp_login()
        client.totp_validate()
        for name in ("ACCESS_TOKEN", "LOGIN_URL"):
            settings.delenv(f"KS_COMPAT_{name}")
        v1_file("fno")

    assert paths(sandbox)[-2:] == ["file-paths", "nse_fo.csv"]
    assert len(sandbox.login_attempts) == 2


def test_only_a_client_that_is_open_and_logged_in_counts(settings):
    with NeoClient() as first, NeoClient() as second:
        assert logged_in() is None
        for client in (second, first):
            client.totp_login()
            client.totp_validate()
        assert logged_in() is second
        second.close()
        assert logged_in() is first
    assert logged_in() is None


def test_a_client_that_nobody_holds_is_gone(settings):
    client = NeoClient()
    client.totp_login()
    client.totp_validate()
    assert logged_in() is client
    del client
    gc.collect()

    assert logged_in() is None


def test_a_refused_list_is_asked_for_again_after_a_login(settings, sandbox):
    sandbox.faults.add("scrip_master", "not_ok")
    v1_file("cash")

    assert sandbox.login_attempts == ["tradeApiLogin: ok", "tradeApiValidate: ok"]


def test_one_login_serves_all_segments(settings, sandbox, tmp_path):
    sandbox.faults.add("scrip_master", "not_ok")
    with book(NeoClient().settings) as instruments:
        files = instruments.export_v1(tmp_path / "old")

    assert len(files) == 2
    assert len(sandbox.login_attempts) == 2
    assert paths(sandbox).count("file-paths") == 2  # refused, and given


def test_one_reason_is_told_once(settings, monkeypatch, capsys):
    settings.delenv("KS_COMPAT_ACCESS_TOKEN")
    monkeypatch.setattr(answers, "_PAUSE", 0.0)
    answers._tell.cache_clear()

    assert [answers.answer("cash").status for _ in range(3)] == [403, 403, 403]
    assert capsys.readouterr().err.count("KS_COMPAT_ACCESS_TOKEN: is not set") == 1


def test_a_refused_login_is_not_tried_again_in_this_process(settings, sandbox, monkeypatch):
    monkeypatch.setattr(source, "_login_failed", threading.Event())
    settings.setenv("KS_COMPAT_MPIN", "999999")
    sandbox.faults.add("scrip_master", "not_ok", times=0)
    for _ in range(2):
        with pytest.raises(MasterUnavailable):
            v1_file("cash")

    assert sandbox.login_attempts == ["tradeApiLogin: ok", "tradeApiValidate: wrong mpin"]


def test_a_code_that_is_good_once_is_left_to_the_bot(settings, sandbox):
    settings.delenv("KS_COMPAT_TOTP_SECRET")
    settings.setenv("KS_COMPAT_TOTP", "123456")
    sandbox.faults.add("scrip_master", "not_ok")

    with pytest.raises(MasterUnavailable):
        v1_file("cash")
    assert sandbox.login_attempts == []


def test_what_is_missing_is_said_and_what_to_do(settings):
    settings.delenv("KS_COMPAT_ACCESS_TOKEN")

    with pytest.raises(
        InstrumentError, match=r"no cash instrument file of today\. KS_COMPAT_ACCESS_TOKEN: is not"
    ) as e:
        v1_file("cash")
    assert "`ks-compat instruments sync`" in str(e.value)


def test_a_setting_that_is_malformed_is_said_and_not_shown(settings):
    settings.setenv("KS_COMPAT_MPIN", "not-the-mpin")

    with pytest.raises(InstrumentError, match="KS_COMPAT_MPIN") as e:
        v1_file("cash")
    assert "not-the-mpin" not in str(e.value)


def test_another_kind_is_an_error_that_names_the_two(settings):
    with pytest.raises(InstrumentError, match=r"cash.*fno"):
        v1_file("currency")


def test_nothing_is_downloaded_over_plain_http(settings):
    with pytest.raises(ValueError, match="https"):
        next(Source(NeoClient().settings).download("http://example.org/nse_cm-v1.csv"))


def test_a_file_that_cannot_be_kept_says_so_and_what_to_do(settings, tmp_path):
    v1_file("fno")
    shutil.rmtree(tmp_path / "home" / "instruments" / "v1")
    (tmp_path / "home" / "instruments" / "v1").write_text("in the way")

    with pytest.raises(InstrumentError, match=r"cannot be written .* set KS_COMPAT_HOME to another folder"):
        v1_file("cash")
