"""A bot that places orders until it is killed: ``parallel_victim.py FOLDER PHASE``, the sandbox's settings on stdin.

Prints a line before and after each order, so that the test knows when to strike.
"""

import json
import sys
import time
from pathlib import Path

from ks_compat.demo.old_client import KSTradeApi as OldClient
from ks_compat.ks_api import KSTradeApi
from ks_compat.native import NeoClient
from ks_compat.native.settings import Settings
from ks_compat.parallel import ParallelKSTradeApi, Plan

folder, phase, start = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
given = json.loads(sys.stdin.readline())
plan = Plan.of(
    {
        "record": str(folder / "parallel.sqlite"),
        "methods": {"place_order": phase},
        "canary": {"share": 0.5, "orders": 1000, "rupees": 10**9},
    }
)
neo = NeoClient(settings=Settings(**given["settings"], totp=None, home=folder, orders_per_second=0))
client = ParallelKSTradeApi(OldClient(**given["old"]), KSTradeApi.over(neo), plan)
client.login(password=given["password"])
client.session_2fa(access_code=given["access_code"])
client.parallel.settle(5)
end = time.monotonic() + 10
while not client.parallel.beside._sides["candidate"].ready and time.monotonic() < end:
    time.sleep(0.01)
tokens = (727, 754, 1250, 1374, 1839, 8658)
for place in range(start, start + 1000):
    tag = f"K{place:05d}"
    print("before", tag, flush=True)
    answer = client.place_order("N", tokens[place % len(tokens)], "BUY", 1, 9.0, tag=tag)
    print("after", tag, client.get_order_id(answer), flush=True)
