"""The own orders are known after a kill and a restart."""

import json
import logging
import os
import signal
import stat
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from loopback import Reply

from ks_compat.ks_api import KSTradeApi
from ks_compat.native import NeoClient, Session, Settings, ambient
from ks_compat.native.own_orders import KEPT_DAYS, OwnRecord
from ks_compat.native.tags import unique
from ks_compat.native.values import IST

PLACE, BOOK = "/quick/order/rule/ms/place", "/quick/user/orders"
TAG = "momentum, leg 1 of 2 (α)"
LIMIT = {
    "exchange_segment": "nse_cm",
    "trading_symbol": "ACC-EQ",
    "transaction_type": "B",
    "quantity": 2,
    "product": "CNC",
    "order_type": "L",
    "price": 2250.5,
}
NOON = datetime(2026, 11, 20, 12, tzinfo=IST).timestamp()
DAY = 86_400


@pytest.fixture
def home(neo):
    return neo.settings.home


@pytest.fixture
def restarted(account_env):
    clients = []

    def make(session_token):
        clients.append(NeoClient())
        clients[-1].session_token = session_token
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def record(tmp_path):
    return lambda account="AB123": OwnRecord(tmp_path, account)


def files(home):
    return sorted((home / "orders").iterdir())


def test_own_orders_come_with_their_rows_oldest_first(neo):
    acks = [neo.place_order(**LIMIT, tag=tag) for tag in (TAG, None)]
    own = neo.own_orders()
    assert [(each.tag, each.wire_tag, each.order_id) for each in own] == [
        (ack.tag, ack.wire_tag, ack.order_id) for ack in acks
    ]
    assert [each.order.status for each in own] == ["open", "open"]
    assert abs(datetime.now(IST) - own[0].time) < timedelta(minutes=1)


def test_a_restarted_client_knows_the_own_orders_and_their_whole_tags(neo, restarted):
    ack = neo.place_order(**LIMIT, tag=TAG)
    first = lambda: restarted(neo.session_token)  # noqa: E731 - one for each call: what comes first must read it
    assert first().order_report()[0].tag == TAG
    assert first().order_history(ack.order_id)[0].tag == TAG
    assert first().order_report(ack.order_id)[0].tag == TAG
    (own,) = first().own_orders()
    assert (own.tag, own.order_id, own.order.tag) == (TAG, ack.order_id, TAG)


def test_the_tag_of_an_order_that_another_process_places_is_known_without_a_restart(neo, restarted):
    client = restarted(neo.session_token)
    assert client.order_report() == []
    neo.place_order(**LIMIT, tag=TAG)
    assert client.order_report()[0].tag == TAG


def test_old_code_gets_its_own_tag_back_after_a_restart(bot_client, account_env):
    bot_client.place_order("N", 727, "BUY", 2, 2250.5, tag="a rather long tag of mine")
    again = KSTradeApi(access_token="old", userid="OLDID", consumer_key="key")
    again.session_token = bot_client.session_token
    try:
        assert again.order_report()["success"][0]["tag"] == "a rather long tag of mine"
    finally:
        again._neo.close()


def test_orders_of_somebody_else_are_not_own(neo, restarted, tmp_path, account_env):
    account_env.setenv("KS_COMPAT_HOME", str(tmp_path / "another machine"))
    restarted(neo.session_token).place_order(**LIMIT, tag="theirs")
    assert neo.own_orders() == []
    assert neo.order_report()[0].tag == "theirs"


def test_an_own_order_is_known_by_its_number_when_its_tag_was_rewritten(server_of, client_of, sample):
    row = sample("v2/orders")["data"][0]
    server = server_of(
        {
            PLACE: {"stat": "Ok", "nOrdNo": row["nOrdNo"], "stCode": 200},
            BOOK: {"stat": "Ok", "data": [{**row, "GuiOrdId": "rewritten"}]},
        }
    )
    client_of(server.url).place_order(**LIMIT, tag=TAG)
    client = client_of(server.url)
    (own,) = client.own_orders()
    assert (own.tag, own.order.wire_tag, own.order.tag) == (TAG, "rewritten", TAG)
    assert client.order_report()[0].tag == TAG


def test_an_order_is_noted_before_it_is_sent(server_of, client_of, tmp_path):
    noted = []

    def place(_):
        noted.extend(
            json.loads(line) for path in files(tmp_path / "home") for line in path.read_text().split("\n") if line
        )
        return {"stat": "Ok", "nOrdNo": "250122000612876", "stCode": 200}

    ack = client_of(server_of({PLACE: place}).url).place_order(**LIMIT, tag=TAG)
    assert [(wire_tag, tag) for _, wire_tag, tag in noted] == [(ack.wire_tag, TAG)]


def test_the_record_is_private_and_holds_no_secret(neo, home, sandbox):
    neo.place_order(**LIMIT, tag=TAG)
    (path,) = files(home)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = path.name + path.read_text()
    trade = neo._credentials.trade
    secrets = [value for name, value in sandbox.environment().items() if not name.endswith("URL")]
    assert [secret for secret in [*secrets, trade.token, trade.sid, trade.ucc] if secret and secret in text] == []


def test_a_killed_program_leaves_its_order_known(sandbox, neo, account_env, restarted, server_of):
    # The server has the order and never answers; the program is killed while it waits.
    arrived, done = threading.Event(), threading.Event()

    def place(_):
        arrived.set()
        done.wait(30)

    server = server_of({PLACE: place})
    code = (
        "import sys; from ks_compat.native import NeoClient, Session\n"
        "client = NeoClient(); trade = Session.load(sys.argv[1], 'trade')\n"
        "client.session_token = Session('trade', trade.token, trade.sid, sys.argv[2], trade.ucc).dump()\n"
        f"client.place_order(**{LIMIT!r}, tag={TAG!r})"
    )
    with subprocess.Popen([sys.executable, "-c", code, neo.session_token, server.url]) as bot:
        assert arrived.wait(30)
        os.kill(bot.pid, signal.SIGKILL)
        done.set()
    (own,) = restarted(neo.session_token).own_orders()
    assert (own.tag, own.order_id, own.order) == (TAG, None, None)
    assert server.paths == [PLACE]


def test_several_processes_write_at_once(record, tmp_path):
    code = (
        "import sys; from pathlib import Path; from ks_compat.native.own_orders import OwnRecord\n"
        "record, name = OwnRecord(Path(sys.argv[1]), 'AB123'), sys.argv[2]\n"
        "for n in range(300):\n"
        "    record.sending(f'{name}-{n}', 'x' * 50)\n"
        "    record.acknowledged(f'{name}-{n}', f'{name}{n}')"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(n)]) for n in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    own = record().all()
    assert {(each.wire_tag, each.order_id) for each in own} == {
        (f"{w}-{n}", f"{w}{n}") for w in range(3) for n in range(300)
    }


def test_threads_write_at_once(record):
    shared = record()
    threads = [
        threading.Thread(target=lambda w=w: [shared.sending(f"{w}-{n}", None) for n in range(100)]) for w in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(record().all()) == len(shared.all()) == 800


@pytest.mark.parametrize(
    "torn", [b'\n[1764000000.0, "x-0123', b"\n", b"\n[]\n", b"\n5\n", b'\n["a", "b"]\n', b"\xff\n"]
)
def test_a_line_that_was_cut_short_hides_no_other(record, tmp_path, torn):
    record().sending("first-0123456789", "first")
    (path,) = files(tmp_path)
    with path.open("ab") as file:
        file.write(torn)
    record().sending("second-0123456789", "second")
    assert [own.tag for own in record().all()] == ["first", "second"]


def test_accounts_have_records_of_their_own(record):
    record("AB123").sending("a-0123456789", None)
    record("CD456").sending("c-0123456789", None)
    assert [own.wire_tag for own in record("ab123").all()] == ["a-0123456789"]


def test_a_sandboxs_orders_are_not_the_accounts(neo, home, clean_env):
    neo.place_order(**LIMIT)
    settings = Settings(access_token="app-token", login_url="https://mis.kotaksecurities.com", home=home)
    with NeoClient(settings=settings) as client:
        client.session_token = Session("trade", "t", "s", "https://localhost", neo._credentials.trade.ucc).dump()
        assert client._own.all() == []


def test_old_days_are_removed(record, tmp_path):
    for age in range(KEPT_DAYS + 3, -1, -1):
        with ambient.fixed(NOON - age * DAY):
            record().sending(f"{age}-0123456789", None)
    with ambient.fixed(NOON):
        kept = [own.wire_tag for own in record().all()]
    assert kept == [f"{age}-0123456789" for age in range(KEPT_DAYS - 1, -1, -1)]
    assert len(files(tmp_path)) == KEPT_DAYS


def test_a_client_that_runs_for_weeks_forgets_old_days(record):
    running = record()
    for age in range(30, -1, -1):
        with ambient.fixed(NOON - age * DAY):
            running.sending(f"{age}-0123456789", None)
    assert len(running._orders) <= KEPT_DAYS + 1


def test_an_order_of_yesterday_is_listed_while_the_book_has_it(neo):
    with ambient.fixed(datetime.now(IST).timestamp() - DAY):
        ack = neo.place_order(**LIMIT, amo="YES", tag="evening")
        neo._own.sending("gone-0123456789", "gone")
    assert [(own.tag, own.order_id) for own in neo.own_orders()] == [("evening", ack.order_id)]


def test_an_order_goes_out_where_nothing_can_be_recorded(neo, home, caplog):
    home.mkdir(parents=True, exist_ok=True)
    (home / "orders").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        acks = [neo.place_order(**LIMIT, tag=TAG) for _ in range(2)]
    told = [record.getMessage() for record in caplog.records if "own orders" in record.getMessage().lower()]
    assert len(told) == 1
    assert [order.tag for order in neo.order_report()] == [TAG, TAG]
    assert {own.order_id for own in neo.own_orders()} == {ack.order_id for ack in acks}


def test_a_folder_that_was_removed_is_made_again(record, tmp_path, caplog):
    one = record()
    one.sending("a-0123456789", None)
    for path in files(tmp_path):
        path.unlink()
    (tmp_path / "orders").rmdir()
    one.sending("b-0123456789", None)
    one.sending("c-0123456789", None)
    assert "c-0123456789" in [own.wire_tag for own in record().all()]


def test_what_is_noted_after_the_file_was_removed_is_not_lost(record, tmp_path):
    one = record()
    one.sending("a-0123456789", None)
    files(tmp_path)[0].unlink()
    one.sending("b-0123456789", None)
    assert [own.wire_tag for own in record().all()] == ["b-0123456789"]


def test_a_file_that_another_process_began_again_is_read_from_its_start(record, tmp_path):
    one, other = record(), record()
    for number in range(5):
        one.sending(f"{number}-0123456789", "a long tag of the first process")
    assert len(other.all()) == 5
    files(tmp_path)[0].unlink()
    one.sending("5-0123456789", "new")
    other.refresh()
    assert other.tag_of("5-0123456789", "") == "new"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="not told here")
def test_the_file_is_open_once_and_closed_with_the_record(record, tmp_path):
    def opened():
        links = [str(each.resolve()) for each in Path("/proc/self/fd").iterdir()]
        return [link for link in links if link.startswith(str(tmp_path))]

    one = record()
    for number in range(5):
        one.sending(f"{number}-0123456789", None)
    assert opened() == [str(path) for path in files(tmp_path)]
    del one
    assert opened() == []


def test_a_tag_that_is_no_text_does_not_spoil_an_order(neo):
    assert neo.place_order(**LIMIT, tag=7).tag == "7"
    assert neo.order_report()[0].tag == "7"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tags_of_a_forked_process_are_others():
    unique("before")
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, " ".join(unique("x") for _ in range(20)).encode())
        os._exit(0)
    mine = {unique("x") for _ in range(20)}
    os.waitpid(child, 0)
    theirs = set(os.read(reading, 10_000).decode().split())
    os.close(reading)
    os.close(writing)
    assert (len(mine), len(theirs), mine & theirs) == (20, 20, set())


def test_no_reply_of_the_server_reaches_the_record(server_of, client_of, tmp_path):
    client = client_of(server_of({PLACE: Reply(b'{"stat": "Not_Ok", "stCode": 1004, "errMsg": "eyJhbGciOi"}')}).url)
    with pytest.raises(ValueError, match="must be"):
        client.place_order(**{**LIMIT, "price": -1})
    assert not (tmp_path / "home" / "orders").exists()
