"""kill -9 at any moment of an order: the book holds it at most once, and the next process knows the own ones."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from fault_support import place, rows_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
BOT = Path(__file__).with_name("fault_bot.py")
KILLS = 25
MAKES = pytest.mark.parametrize("make", ["native", "facade"])


class Bots:
    """Starts bots of one kind, one at a time, and kills them."""

    def __init__(self, make):
        self.make = make
        self._helper = subprocess.Popen(
            [sys.executable, BOT, "serve", make], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self):
        self._helper.stdin.write("go\n")
        self._helper.stdin.flush()
        return int(self._helper.stdout.readline())

    def kill(self, bot):
        with contextlib.suppress(ProcessLookupError):
            os.kill(bot, signal.SIGKILL)
        # Ended by this signal and by nothing before it: a bot that fails would be no proof.
        assert int(self._helper.stdout.readline()) == -signal.SIGKILL

    def tell(self):
        """What a new process calls its own: {wire tag: (tag, order number, status)}."""
        done = subprocess.run(
            [sys.executable, BOT, "tell", self.make], capture_output=True, text=True, check=True, timeout=60
        )
        return {wire: (tag, number, status) for tag, wire, number, status in json.loads(done.stdout)}

    def close(self):
        self._helper.stdin.close()
        self._helper.wait(20)
        self._helper.stdout.close()


@pytest.fixture
def bots(account_env, request):
    account_env.setenv("KS_COMPAT_ORDERS_PER_SECOND", "0")
    account_env.setenv("KS_COMPAT_CALLS_PER_SECOND", "0")
    made = Bots(request.getfixturevalue("make"))
    yield made
    made.close()


def until(true, what):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.002)


def arrived(sandbox, path):
    return sum(request.raw_path == path for request in list(sandbox.requests))


def by_head(sandbox):
    return Counter(row["GuiOrdId"].rpartition("-")[0] for row in sandbox.orders)


@pytest.fixture
def foreign(neo):
    """The number of an order of the same account that another machine sent: no record here has it."""
    number = place(neo, "foreign")
    for file in (neo.settings.home / "orders").iterdir():
        file.unlink()
    return number


@MAKES
def test_killed_at_random_moments(bots, sandbox, make, foreign):
    chance = random.Random(make)
    for turn in range(KILLS):
        # From its login on, or from its first order on: moments before, within and between orders.
        awaited = (b"/login/1.0/tradeApiLogin", b"/quick/order/rule/ms/place")[turn % 2]
        before = arrived(sandbox, awaited)
        bot = bots.start()
        until(lambda path=awaited, seen=before: arrived(sandbox, path) > seen, "the bot does not start")
        time.sleep(chance.uniform(0, 0.04))
        bots.kill(bot)
    heads = by_head(sandbox)
    assert set(heads.values()) == {1}
    assert len(heads) > KILLS // 2
    told = bots.tell()
    standing = {row["GuiOrdId"]: row["nOrdNo"] for row in sandbox.orders if row["nOrdNo"] != foreign}
    # Each order of the book is known with its number; what is noted without one never came to the book.
    assert {wire: number for wire, (_, number, _) in told.items() if number} == standing
    assert all(wire.startswith(f"{tag}-") for wire, (tag, _, _) in told.items())


@MAKES
def test_killed_between_the_order_and_its_answer(bots, sandbox, make):
    sandbox.faults.add("place_order", "slow_after", seconds=3600)
    bot = bots.start()
    until(lambda: sandbox.orders, "no order comes")
    bots.kill(bot)
    (row,) = sandbox.orders
    assert bots.tell() == {row["GuiOrdId"]: ("k0", row["nOrdNo"], "open")}
    sandbox.faults.clear()
    bot = bots.start()
    until(lambda: rows_of(sandbox, "k2"), "it does not go on")
    bots.kill(bot)
    assert len(rows_of(sandbox, "k0")) == len(rows_of(sandbox, "k1")) == 1


@MAKES
def test_killed_before_a_slow_server_takes_the_order(bots, sandbox, make):
    sandbox.faults.add("place_order", "slow_before", seconds=3)
    bot = bots.start()
    until(lambda: ("place_order", "slow_before") in sandbox.faults.fired, "no order comes")
    bots.kill(bot)
    # Noted before it was sent: known, though nobody can know yet whether it will stand.
    ((wire, (tag, number, status)),) = bots.tell().items()
    assert (tag, number, status) in {("k0", None, None), ("k0", "".join(r["nOrdNo"] for r in sandbox.orders), "open")}
    bot = bots.start()
    until(lambda: rows_of(sandbox, "k2"), "it does not go on")
    bots.kill(bot)
    assert sandbox.faults.quiet(30)
    assert set(by_head(sandbox).values()) == {1}
    assert [row["GuiOrdId"] for row in rows_of(sandbox, "k0")] == [wire]
    assert bots.tell()[wire][1] == rows_of(sandbox, "k0")[0]["nOrdNo"]
