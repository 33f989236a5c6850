"""The parallel client as a drop-in: session, attributes, exceptions of the bot's own package, subclasses, forks."""

from __future__ import annotations

import copy
import inspect
import logging
import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from memory_record import MemoryRecord
from two_sides import ORDER, TOKEN, Side, outcomes, plan

from ks_compat import exceptions
from ks_compat.ks_api import KSTradeApi
from ks_compat.native import NeoClient
from ks_compat.parallel import ParallelKSTradeApi, ks_api
from ks_compat.parallel.errors import as_legacy
from ks_compat.parallel.phases import KINDS


def test_the_login_is_the_primarys_and_the_candidate_logs_in_by_itself(pair: Any) -> None:
    client = pair(legacy=Side(), candidate=Side())

    assert not hasattr(client, "session_token")
    assert client.login(password="pw") == {"Success": {"oneTimeToken": "one"}}
    assert client.session_2fa(access_code="1234") == {"sessionToken": "token"}
    assert client.parallel.dispatch._sides["candidate"].ensure(20)
    assert client.parallel.legacy.calls == [("login", ("pw",), {}), ("session_2fa", ("1234",), {})]
    assert client.parallel.candidate.calls == [("login", (None,), {}), ("session_2fa", (None,), {})]


def test_where_login_leads_the_legacy_side_logs_in_with_the_bots_arguments(pair: Any) -> None:
    client = pair(legacy=Side(), candidate=Side(), methods={"login": "lead"})
    client.login(password="pw")
    client.session_2fa("1234")
    assert client.parallel.dispatch._sides["legacy"].ensure(20)

    assert client.parallel.legacy.calls == [("login", ("pw",), {}), ("session_2fa", ("1234",), {})]
    assert client.session_token == client.parallel.candidate.session_token


@pytest.mark.parametrize("login", ["lead", "done"])
def test_the_legacy_side_logs_in_when_a_call_first_needs_it(pair: Any, login: str) -> None:
    reads = ("positions", "order_report", "trade_report", "margin", "history")
    client = pair("done", legacy=Side(), candidate=Side(), methods={"login": login, **dict.fromkeys(reads, "done")})
    client.login(password="pw")
    client.session_2fa("1234")
    for method in reads:
        getattr(client, method)()
    client.place_order(**ORDER)
    assert client.parallel.settle(20)
    assert client.parallel.legacy.calls == []

    client.quote(TOKEN)  # never called until now, and in shadow
    assert [name for name, *_ in client.parallel.legacy.calls] == ["login", "session_2fa", "quote"]


def test_an_order_for_a_legacy_side_that_has_no_session_yet_waits_for_it(pair: Any) -> None:
    client = pair("rehearse", legacy=Side(), candidate=Side(), methods={"login": "lead"})
    client.login("pw")
    client.session_2fa("1234")
    client.place_order(**ORDER)

    assert [name for name, *_ in client.parallel.legacy.calls] == ["login", "session_2fa", "place_order"]
    assert client.parallel.candidate.count("place_order") == 0


def test_a_refused_login_of_the_candidate_is_told_and_not_tried_again(
    pair: Any, caplog: pytest.LogCaptureFixture
) -> None:
    other = Side()

    def refuse(*_: Any) -> None:
        raise SystemExit("the password eyJsecret is wrong")

    other.does["login"] = refuse
    client = pair(legacy=Side(), candidate=other)
    client.login("pw")
    client.session_2fa("1234")
    other.does["positions"] = lambda *_: (_ for _ in ()).throw(exceptions.ApiValueError("not logged in"))
    for _ in range(5):
        client.positions("OPEN")

    assert set(outcomes(client)) == {("positions", "dropped")}
    assert other.count("login") == 1
    assert [entry.levelno for entry in caplog.records] == [logging.WARNING]
    assert "SystemExit" in caplog.text
    assert "eyJsecret" not in caplog.text


def test_the_bots_own_failed_login_is_its_exception_and_starts_nothing(pair: Any) -> None:
    client = pair(legacy=Side(), candidate=Side())
    mine = exceptions.ApiException(status=401, reason="no")

    def refuse(*_: Any) -> None:
        raise mine

    client.parallel.legacy.does["login"] = refuse
    with pytest.raises(exceptions.ApiException) as raised:
        client.login("pw")

    assert raised.value is mine
    assert client.parallel.candidate.calls == []


def test_a_bot_that_assigns_a_session_token_gives_it_to_the_primary_alone(pair: Any) -> None:
    client = pair(legacy=Side(), candidate=Side())
    client.session_token = "from a file"
    assert client.parallel.dispatch._sides["candidate"].ensure(20)

    assert client.parallel.legacy.session_token == client.session_token == "from a file"
    assert client.parallel.candidate.session_token == "token"
    assert client.parallel.legacy.calls == []


def test_logout_is_the_primarys_and_ends_the_others_session(pair: Any) -> None:
    client = pair()

    assert client.logout() == {"Success": {"message": "bye"}}
    client.parallel.settle(20)

    assert client.parallel.legacy.count("logout") == client.parallel.candidate.count("logout") == 1
    assert not client.parallel.dispatch._sides["candidate"].ready


def test_attributes_are_the_session_primarys(pair: Any) -> None:
    client = pair()
    client.app_id = "mine"

    assert (client.app_id, client.parallel.legacy.app_id) == ("mine", "mine")
    assert not hasattr(client.parallel.candidate, "app_id")
    del client.app_id
    assert not hasattr(client, "app_id")
    with pytest.raises(AttributeError, match="nothing_like_it"):
        getattr(client, "nothing_like_it")  # noqa: B009
    assert "userid" in dir(client)
    assert client.get_order_id({"Success": {"NSE": {"orderId": 7}}}) == "7"


def test_the_session_stays_on_its_side_until_the_next_login(pair: Any, record: MemoryRecord) -> None:
    client = pair()
    record.set_phase("login", "lead", by="a person")
    assert client.parallel.dispatch.session.client is client.parallel.legacy
    client.login("pw")

    assert client.parallel.dispatch.session.client is client.parallel.candidate


def test_every_old_method_is_a_method_with_its_old_signature() -> None:
    for name in KINDS:
        method = getattr(ParallelKSTradeApi, name)
        assert inspect.signature(method) == inspect.signature(getattr(KSTradeApi, name))


def test_a_bots_subclass_keeps_its_own_methods_and_properties(record: MemoryRecord) -> None:
    class Mine(ParallelKSTradeApi):
        limit = 1

        def place_order(self, *args: Any, **kwargs: Any) -> Any:
            return super().place_order(*args, **{**kwargs, "tag": "mine"})

    client = Mine(Side(logged_in=True), Side(logged_in=True), plan(), record=record)
    client.limit = 5
    client.place_order(**ORDER)

    assert client.limit == 5
    assert client.parallel.legacy.calls[0][2]["tag"] == "mine"
    assert repr(client) == "<ParallelKSTradeApi of Side and Side>"
    with pytest.raises(AttributeError):
        getattr(copy.copy(Mine.__new__(Mine)), "anything")  # noqa: B009


def package(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A package with exception classes of its own, as the real old one has."""
    theirs = types.ModuleType("old_package.exceptions")
    source = Path(exceptions.__file__).read_text()
    exec(compile(source, "old_package/exceptions.py", "exec"), theirs.__dict__)
    monkeypatch.setitem(sys.modules, "old_package.exceptions", theirs)
    return theirs


def test_errors_of_a_leading_candidate_are_those_of_the_bots_package(
    pair: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = package(monkeypatch)
    kind = type("KSTradeApi", (Side,), {"__module__": "old_package.ks_api"})
    bots_own = type("BotClient", (kind,), {"__module__": "__main__"})
    client = pair("lead", legacy=bots_own(logged_in=True))
    mine = exceptions.ApiException(status=999108, reason="Insufficient Margin", body='{"fault": {}}')

    def refuse(*_: Any, **__: Any) -> None:
        raise mine

    client.parallel.candidate.does["place_order"] = refuse
    with pytest.raises(theirs.ApiException) as raised:
        client.place_order(**ORDER)

    assert raised.value.__cause__ is mine
    assert str(raised.value) == str(mine)
    assert (raised.value.status, raised.value.reason, raised.value.body) == (999108, "Insufficient Margin", mine.body)
    assert raised.value.headers is None


@pytest.mark.parametrize("name", ["ApiValueError", "ApiTypeError", "ApiKeyError", "ApiAttributeError"])
def test_all_old_classes_are_converted_with_their_text(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    theirs = package(monkeypatch)
    legacy = type("KSTradeApi", (), {"__module__": "old_package.ks_api"})()
    mine = getattr(exceptions, name)("wrong", ["a", 0])
    found = as_legacy(mine, legacy)

    assert type(found) is getattr(theirs, name)
    assert str(found) == str(mine)
    assert as_legacy(ValueError("plain"), legacy).__class__ is ValueError
    assert as_legacy(mine, KSTradeApi) is mine


def test_a_native_client_is_a_candidate_and_stays_native(record: MemoryRecord, neo: NeoClient) -> None:
    client = ParallelKSTradeApi(
        Side(logged_in=True), neo, plan(methods={"margin": "lead", "quote": "lead"}), record=record
    )

    assert client.margin()["Success"]["equity"]
    with pytest.raises(exceptions.ApiValueError):
        client.quote(0)
    with pytest.raises(Exception, match="exchange_segment") as raised:
        neo.prepare_order(transaction_type="B", quantity=1, product="CNC", order_type="MKT")
    assert not isinstance(raised.value, exceptions.OpenApiException)


def test_a_facade_over_a_native_client_shares_its_session(account_env: Any) -> None:
    with NeoClient() as neo:
        facade = KSTradeApi.over(neo)
        with pytest.raises(exceptions.ApiValueError, match="session_2fa"):
            facade.margin()
        facade.login("pw")
        facade.session_2fa()

        assert neo.logged_in
        assert facade.session_token == neo.session_token
        assert facade.userid == neo.settings.ucc
        assert facade.order_report() == {"success": []}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_child_goes_on_comparing(pair: Any) -> None:
    client = pair()
    client.positions("OPEN")
    outcomes(client)
    child = os.fork()
    if child == 0:
        client.positions("OPEN")
        client.parallel.settle(20)
        os._exit(len(client.parallel.record.seen))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2


def test_a_short_program_keeps_what_it_compared(account_env: Any, tmp_path: Path) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from two_sides import Side\nfrom ks_compat.parallel import ParallelKSTradeApi, Plan\n"
        "import time\nother = Side(logged_in=True)\n"
        "other.does['positions'] = lambda *_: time.sleep(0.2) or {'Success': {'answered': 1}}\n"
        "client = ParallelKSTradeApi(Side(logged_in=True), other, Plan(noise=0))\nclient.positions('OPEN')\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script, str(Path(__file__).parent)], check=True, timeout=60)
    from ks_compat.parallel.record import Record

    record = Record(tmp_path / "home" / "parallel.sqlite", account="UCC01")
    assert [kept.seen.outcome for kept in record.observations()] == ["matched"]
    record.close()


def test_the_constructor_of_the_swap_builds_both(
    account_env: Any, tmp_path: Path, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('legacy = "ks_compat.demo.old_client:KSTradeApi"\nnoise = 0\n')
    account_env.setenv("KS_COMPAT_PLAN", str(path))
    client = ks_api.KSTradeApi(**sandbox.v1_arguments())
    with client:
        client.login(password=sandbox.account.v1.password)
        client.session_2fa(sandbox.account.v1.access_code)
        client.quote(TOKEN)
        assert client.parallel.settle(20)
        assert [kept.seen.outcome for kept in client.parallel.record.observations()] == ["matched"]
    client.parallel.legacy.close()
    client.parallel.candidate._neo.close()
    assert ks_api.ApiException is exceptions.ApiException


def test_a_candidate_that_cannot_be_made_leaves_the_bot_on_the_old_client(
    account_env: Any, tmp_path: Path, sandbox: Any, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('legacy = "ks_compat.demo.old_client:KSTradeApi"\n[methods]\nplace_order = "lead"\n')
    account_env.setenv("KS_COMPAT_PLAN", str(path))
    account_env.setenv("KS_COMPAT_LOGIN_URL", "ftp://nowhere")
    with ks_api.KSTradeApi(**sandbox.v1_arguments()) as client:
        client.login(password=sandbox.account.v1.password)
        client.session_2fa(sandbox.account.v1.access_code)
        client.place_order(**ORDER)
    client.parallel.legacy.close()

    assert "could not be made" in caplog.text
    assert len(sandbox.orders) == 1


def test_a_legacy_class_that_is_not_there_is_named(clean_env: Any, tmp_path: Path) -> None:
    from ks_compat.parallel import PlanError

    for text in ("no_such_package.x:KSTradeApi", "ks_compat.demo.old_client:Nothing", "ks_compat"):
        path = tmp_path / "plan.toml"
        path.write_text(f'legacy = "{text}"\n')
        clean_env.setenv("KS_COMPAT_PLAN", str(path))
        with pytest.raises(PlanError, match="cannot be imported"):
            ks_api.KSTradeApi()
