"""Clients over forks, interrupts and the interpreter's exit; results and errors that go into another process."""

import copy
import gc
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import warnings
from collections import Counter
from contextlib import ExitStack, contextmanager
from urllib.parse import unquote_plus

import httpx
import pytest
from loopback import LoopbackServer, Reply
from pydantic import BaseModel, ConfigDict

from ks_compat.native import Order, errors, governor, models
from ks_compat.native.http import Http, Request

PLACE, BOOK = "/quick/order/rule/ms/place", "/quick/user/orders"
ACK = {"nOrdNo": "250720000007242", "stat": "Ok", "stCode": 200}
LIMIT = {
    "exchange_segment": "nse_cm",
    "trading_symbol": "ACC-EQ",
    "transaction_type": "B",
    "quantity": 2,
    "product": "CNC",
    "order_type": "L",
    "price": 2250.5,
}
LOGIN = (
    "import sys; from ks_compat.native import NeoClient, Session, Settings\n"
    "client = NeoClient(settings=Settings(access_token='a', login_url=sys.argv[1]))\n"
    "client.session_token = Session('trade', 'token', 'sid', sys.argv[1]).dump()\n"
)
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
silent = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Python 3.12 warns of forks beside threads


def in_a_fork(work):
    """The exit code of a forked process that does ``work``; it is killed where that takes too long."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(20)
    try:
        work()
    except BaseException:  # noqa: BLE001 - whatever it is
        os._exit(1)
    os._exit(0)


@contextmanager
def held_by_a_thread(locks):
    """Another thread holds all ``locks`` meanwhile."""
    held, done = threading.Event(), threading.Event()

    def hold():
        with ExitStack() as holding:
            for lock in locks:
                holding.enter_context(lock)
            held.set()
            done.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(20)
    try:
        yield
    finally:
        done.set()
        holder.join()


class Once(LoopbackServer):
    """Tells each connection its number: who shares one is found out."""

    def __init__(self):
        super().__init__(lambda _: Reply(str(self.connections).encode()))


@forks
@silent
@pytest.mark.parametrize("module", [None, httpx])
def test_a_forked_process_has_connections_of_its_own(clean_env, module):
    with Once() as server:
        http = Http(connect_timeout=5, read_timeout=5, module=module)
        request = Request("POST", f"{server.url}/x", (("Sid", "s"),), b"a=1")

        def ask():
            # Warnings too: of connections that are left to the garbage collector.
            with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
                warnings.simplefilter("error")
                patch.setattr(sys, "unraisablehook", lambda _: os._exit(2))
                assert http.exchange(request).body == b"2"
                gc.collect()

        assert http.exchange(request).body == b"1"
        assert in_a_fork(ask) == 0
        # The parent's own connection, and still open.
        assert http.exchange(request).status == 200
        assert server.connections == 2
        http.close()


@pytest.fixture
def trader(server_of, client_of):
    """A client that has sent an order, and its locks."""
    client = client_of(server_of({PLACE: ACK}).url, orders_per_second=50)
    client.place_order(**LIMIT)
    windows = client._governor._own.values()
    assert windows
    return client, [
        client._own._opening,
        client._http._lock,
        client._http._express._context_lock,
        client._relogin_lock,
        governor._windows_lock,
        models._building,
        *(window._lock for window in windows),
    ]


@forks
@silent
def test_an_order_of_a_forked_process_waits_for_no_thread_of_its_parent(trader):
    client, locks = trader

    def place():
        for lock in locks:
            assert lock.acquire(timeout=0)
        client.place_order(**LIMIT)

    with held_by_a_thread(locks):
        assert in_a_fork(place) == 0


@forks
@silent
def test_a_forked_process_resolves_numbers_whatever_threads_of_its_parent_did(neo):
    book = neo.instruments
    book.by_token(727)
    locks = [
        *book._master._locks.values(),
        *(index._lock for _, index in book._master._serving.values()),
        book._v1._lock,
        book._memory._lock,
    ]

    def resolve():
        assert book.by_token(754).trading_symbol
        assert book.token_of("nse_cm", "22") == 727

    with held_by_a_thread(locks):
        assert in_a_fork(resolve) == 0


def test_an_order_of_a_signals_handler_waits_for_nothing_that_its_own_thread_holds(trader):
    client, locks = trader
    acks = []

    def interrupted():
        with ExitStack() as holding:
            for lock in locks:
                holding.enter_context(lock)
            acks.append(client.place_order(**LIMIT))

    thread = threading.Thread(target=interrupted, daemon=True)
    thread.start()
    thread.join(20)
    assert [ack.order_id for ack in acks] == [ACK["nOrdNo"]]


@pytest.mark.parametrize("module", [None, httpx])
def test_what_is_sent_after_closing_opens_a_connection(clean_env, module):
    with Once() as server:
        http = Http(connect_timeout=5, read_timeout=5, module=module)
        for number in (b"1", b"2"):
            assert http.exchange(Request("GET", f"{server.url}/x", ())).body == number
            http.close()


def test_an_order_that_is_sent_at_the_interpreters_exit_is_noted_and_only_there(server_of, clean_env, tmp_path):
    # The bot's own file takes the first free number: what was closed too early would be written into it.
    code = (
        "import atexit\n"
        "def last():\n"
        "    with open(sys.argv[2], 'w'):\n"
        f"        client.place_order(**{LIMIT!r}, tag='exit')\n"
        "atexit.register(last)\n"
        f"{LOGIN}client.place_order(**{LIMIT!r}, tag='first')"
    )
    mine, home = tmp_path / "mine.csv", tmp_path / "home"
    clean_env.setenv("KS_COMPAT_HOME", str(home))
    server = server_of({PLACE: ACK})
    subprocess.run([sys.executable, "-c", code, server.url, str(mine)], check=True, timeout=60)
    assert server.paths == [PLACE, PLACE]
    assert mine.read_text() == ""
    (record,) = (home / "orders").iterdir()
    assert re.findall(r', "(\w+)"\]', record.read_text()) == ["first", ACK["nOrdNo"], "exit", ACK["nOrdNo"]]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process here")
def test_an_order_that_was_interrupted_is_an_own_order(server_of, clean_env, tmp_path):
    bots, rows, interrupted = [], [], threading.Event()

    def place(seen):
        tag = json.loads(unquote_plus(seen.body.decode()).removeprefix("jData="))["ig"]
        rows.append({"nOrdNo": ACK["nOrdNo"], "GuiOrdId": tag, "ordSt": "open", "exSeg": "nse_cm"})
        bots[0].send_signal(signal.SIGINT)
        interrupted.wait(30)
        return ACK

    def book(_):
        return {"stat": "Ok", "data": rows}

    code = (
        f"{LOGIN}try:\n    client.place_order(**{LIMIT!r}, tag='mine')\nexcept KeyboardInterrupt: pass\n"
        "print([(own.tag, own.order_id, own.order.status) for own in client.own_orders()])"
    )
    clean_env.setenv("KS_COMPAT_HOME", str(tmp_path))
    server = server_of({PLACE: place, BOOK: book})
    command = [sys.executable, "-c", "input()\n" + code, server.url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bot:
        bots.append(bot)
        told = bot.communicate("\n", timeout=60)[0]
        interrupted.set()
    assert told == f"[('mine', {ACK['nOrdNo']!r}, 'open')]\n"
    assert server.paths == [PLACE, BOOK]


ERRORS = [
    errors.OrderOutcomeUnknown("unknown", "mine-0123456789"),
    errors.OrderNotChanged("not changed", Order(nOrdNo="1")),
    errors.OrderNotSettled("not settled", None),
    errors.ConfigurationError("KS_COMPAT_MPIN", "is missing."),
    errors.NotLoggedIn("totp_login"),
    errors.InvalidRequest("must be a number"),
    errors.Refused(1041, "no", status=200, body="{}"),
    errors.LoginRefused(424, "no", status=424, body=""),
]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_reaches_another_process_whole(error, copied):
    made = copied(error)
    assert (type(made), str(made), made.args, made.__dict__) == (type(error), str(error), error.args, error.__dict__)


def test_an_order_goes_into_another_process_without_its_client(server_of, client_of):
    row = {"nOrdNo": "1", "exSeg": "nse_cm", "tok": "22", "sym": "ACC", "trdSym": "ACC-EQ", "series": "EQ"}
    client = client_of(server_of({BOOK: {"stat": "Ok", "data": [row]}}).url)
    (order,) = client.order_report()
    packed = pickle.dumps(order)
    assert b"trade-token" not in packed
    assert pickle.loads(packed).model_dump() == order.model_dump()
    assert copy.deepcopy(order).instrument_token == order.instrument_token
    with pytest.raises(LookupError, match="client"):
        _ = pickle.loads(packed).instrument_token


def test_a_row_without_a_number_is_no_own_order(server_of, client_of):
    book = {"stat": "Ok", "data": [{"nOrdNo": "--", "GuiOrdId": "theirs", "ordSt": "open"}]}
    client = client_of(server_of({PLACE: None, BOOK: book}).url)
    client._own.sending("mine-0123456789", "mine")
    (own,) = client.own_orders()
    assert (own.tag, own.order_id, own.order) == ("mine", None, None)


def test_threads_that_come_at_once_build_a_model_one_after_the_other():
    class Model(BaseModel):
        model_config = ConfigDict(defer_build=True)
        number: int

        @classmethod
        def model_rebuild(cls, **arguments):
            inside.append(1)
            most.append(len(inside))
            gate.wait(0.2)
            super().model_rebuild(**arguments)
            inside.pop()

    inside, most, gate, together = [], [], threading.Event(), threading.Barrier(4)

    def build():
        together.wait()
        models.built(Model)

    threads = [threading.Thread(target=build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert Model(number="5").number == 5


def test_every_model_of_an_order_is_built_that_way(server_of, clean_env, tmp_path):
    code = (
        "from ks_compat.native import models; from pydantic import BaseModel\n"
        "rebuild, built, inside = BaseModel.__dict__['model_rebuild'].__func__, [], []\n"
        "class Lock:\n"
        "    __enter__ = lambda self: inside.append(1)\n"
        "    __exit__ = lambda self, *_: inside.clear()\n"
        "models._building = Lock()\n"
        "def noted(cls, *args, **more):\n"
        "    built.append((cls.__name__, bool(inside)))\n"
        "    return rebuild(cls, *args, **more)\n"
        "BaseModel.model_rebuild = classmethod(noted)\n"
        f"{LOGIN}client.place_order(**{LIMIT!r})\n"
        f"client.modify_order({ACK['nOrdNo']!r}, quantity=3, order_type='MKT')\n"
        f"client.cancel_order({ACK['nOrdNo']!r})\n"
        "print(*(name for name, locked in built if locked), *(name + '!' for name, locked in built if not locked))"
    )
    clean_env.setenv("KS_COMPAT_HOME", str(tmp_path))
    server = server_of({PLACE: ACK, "/quick/order/vr/modify": ACK, "/quick/order/cancel": ACK})
    done = subprocess.run(
        [sys.executable, "-c", code, server.url], capture_output=True, text=True, check=True, timeout=60
    )
    assert Counter(done.stdout.split()) == Counter(["PlaceOrder", "OrderAck", "ModifyOrder", "CancelOrder"])
