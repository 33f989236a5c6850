"""SIGKILL in the middle of an order: what went out went out once, and the next process knows whose each order is."""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from parallel_chaos import Side, settings

from ks_compat.demo.old_client import KSTradeApi as OldClient
from ks_compat.demo.parallel_count import counted
from ks_compat.ks_api import KSTradeApi
from ks_compat.native import NeoClient
from ks_compat.parallel import ParallelKSTradeApi, Plan
from ks_compat.sandbox import Sandbox

VICTIM = Path(__file__).with_name("parallel_victim.py")


@pytest.fixture(scope="module")
def both_apis():
    with Sandbox() as running:
        yield running


def told(sandbox, folder):
    start = "KS_COMPAT_"
    given = {n.removeprefix(start).lower(): v for n, v in sandbox.environment().items() if n.startswith(start)}
    old = sandbox.account.v1
    return json.dumps(
        {"settings": given, "old": sandbox.v1_arguments(), "password": old.password, "access_code": old.access_code}
    )


def killed(sandbox, folder, phase, start, after, wait):
    """Lets a bot place ``after`` orders, waits a moment into the next and kills it. Returns tag -> number or None."""
    command = [sys.executable, str(VICTIM), str(folder), phase, str(start)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bot:
        bot.stdin.write(told(sandbox, folder) + "\n")
        bot.stdin.flush()
        lines = []
        while sum(line.startswith("before") for line in lines) <= after:
            lines.append(bot.stdout.readline())
            assert lines[-1], "the bot has ended"
        time.sleep(wait)
        bot.kill()
        lines += bot.stdout.readlines()
    known = dict.fromkeys(line.split()[1] for line in lines if line.startswith("before"))
    known.update(line.split()[1:] for line in lines if line.startswith("after") and len(line.split()) == 3)
    return known


@pytest.mark.parametrize("phase", ["shadow", "canary", "lead"])
def test_a_killed_bot_has_sent_each_order_once(both_apis, tmp_path, phase):
    both_apis.reset()
    orders = {}
    for round_, wait in enumerate((0.0, 0.004)):
        orders.update(killed(both_apis, tmp_path, phase, 100 * round_, 6 + round_, wait))
    # What was on its way when the bot died arrives now.
    time.sleep(0.2)

    wire = counted(both_apis.requests)
    arrived = {tag: wire.apis_of(tag) for tag in orders}
    assert {tag: apis for tag, apis in arrived.items() if len(apis) > 1} == {}
    assert [tag for tag, number in orders.items() if number and not arrived[tag]] == []
    books = Counter(str(row["GuiOrdId"]).partition("-")[0] for row in both_apis.orders)
    assert [tag for tag, times in books.items() if times > 1] == []
    used = {api for apis in arrived.values() for api in apis}
    assert used == {"shadow": {"v1"}, "canary": {"v1", "v2"}, "lead": {"v2"}}[phase]
    assert cancelled_where_placed(both_apis, tmp_path, phase, orders) > 0


def cancelled_where_placed(sandbox, folder, phase, orders):
    """Cancels by a new process' client all that was acknowledged; each must go to the API that has the order."""
    neo = NeoClient(settings=settings(sandbox, folder))
    plan = Plan.of({"record": str(folder / "parallel.sqlite"), "methods": {"place_order": phase}})
    legacy, candidate = Side("legacy", OldClient(**sandbox.v1_arguments())), Side("candidate", KSTradeApi.over(neo))
    with ParallelKSTradeApi(legacy, candidate, plan) as client:
        client.login(password=sandbox.account.v1.password)
        client.session_2fa(access_code=sandbox.account.v1.access_code)
        acknowledged = {tag: number for tag, number in orders.items() if number}
        for number in acknowledged.values():
            client.cancel_order(number)
    legacy.client.close()
    neo.close()
    wire = counted(sandbox.requests)
    for tag, number in acknowledged.items():
        (api,) = wire.apis_of(tag)
        assert [each for each in ("v1", "v2") if wire.calls[each, "cancel", number]] == [api], tag
    return len(acknowledged)
