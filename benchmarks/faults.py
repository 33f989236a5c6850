"""Orders under faults: random calls of both clients, from several threads, against sandboxes that fail on demand.

::

    python benchmarks/faults.py --faults 10000 --seed 1 --threads 8

What each call said is held against the true order book after every round. Exit code 1 if an order is there twice, an
acknowledged one is missing, one that was said not to stand does, an acknowledged change had no effect, or an exception
came out that the documents do not name. Nothing leaves this machine.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ks_compat.native import orders
from ks_compat.sandbox import KINDS, Sandbox

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "faults"))

import fault_support
from fault_ledger import CALLS, FAULTS, Ledger, Step

READ_TIMEOUT = 0.5
SLOW = 0.6
"""Seconds of a slow answer: the client does not wait that long."""
STEPS_A_ROUND = 60
"""Steps of one thread before the books are compared and emptied: a long book is slow to read."""
WRONG = ("doubled", "missing", "denied", "without effect", "foreign", "undocumented", "a fault does not end")
WEIGHTS = {"place": 8, "modify": 4, "cancel": 3, "book": 1, "history": 1, "trades": 1, "positions": 1, "wait": 1}


def main() -> int:
    """Runs until enough faults have happened, prints the table, returns the exit code."""
    asked = _arguments()
    orders.LOOKS = fault_support.LOOKS
    total, fired, begin = Counter[str](), Counter[str](), time.monotonic()
    with tempfile.TemporaryDirectory() as home, Sandbox(cash=10**12) as sandbox:
        _environment(sandbox, home)
        clients = [fault_support.native(), fault_support.facade()]
        with ThreadPoolExecutor(asked.threads) as pool:
            while fired.total() < asked.faults:
                total["rounds"] += 1
                _round(sandbox, clients, pool, random.Random(f"{asked.seed}-{total['rounds']}"), asked, total, fired)
        for client in clients:
            fault_support.close(client)
    _show(total, fired, time.monotonic() - begin)
    return 1 if any(total[name] for name in WRONG) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=10_000, help="stop after so many faults (default 10000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=8)
    return parser.parse_args()


def _environment(sandbox: Sandbox, home: str) -> None:
    for name in [name for name in os.environ if name.startswith("KS_COMPAT_")]:
        del os.environ[name]
    os.environ.update(
        sandbox.environment(), KS_COMPAT_HOME=home, KS_COMPAT_READ_TIMEOUT=str(READ_TIMEOUT), NO_PROXY="*"
    )
    os.environ.update(KS_COMPAT_ORDERS_PER_SECOND="0", KS_COMPAT_CALLS_PER_SECOND="0")


def _round(
    sandbox: Sandbox,
    clients: list[Any],
    pool: ThreadPoolExecutor,
    chance: random.Random,
    asked: argparse.Namespace,
    total: Counter[str],
    fired: Counter[str],
) -> None:
    sandbox.reset()
    for client in clients:
        fault_support.log_in(client)
    ledger = Ledger(sandbox, SLOW)
    plans = [[(chance.choice(clients), _step(chance)) for _ in range(STEPS_A_ROUND)] for _ in range(asked.threads)]
    for done in [pool.submit(_walk, ledger, plan) for plan in plans]:
        done.result()
    for text in ledger.wrong():
        total[next(name for name in WRONG if text.startswith(name))] += 1
        print(f"round {total['rounds']}: {text}", file=sys.stderr)  # noqa: T201
    total.update(ledger.counts)
    total["placed"] += len(sandbox.orders)
    happened = sandbox.faults.fired
    for (_, fault), times in happened.items():
        fired[fault] += times
    lost = sum(times for (endpoint, fault), times in happened.items() if endpoint == "place_order" and _loses(fault))
    stands = {row["GuiOrdId"].rpartition("-")[0] for row in sandbox.orders}
    total["lost"] += lost
    total["unknown, stands"] += sum(said == "unknown" and head in stands for head, (said, _) in ledger.placed.items())
    total["unknown, not there"] += sum(
        said == "unknown" and head not in stands for head, (said, _) in ledger.placed.items()
    )


def _step(chance: random.Random) -> Step:
    call = chance.choices(CALLS, [WEIGHTS[call] for call in CALLS])[0]
    return Step(
        call=call,
        fault=chance.choice(FAULTS[call]) if chance.random() < 0.85 else "",
        book_fault=chance.choice(FAULTS["book"]) if chance.random() < 0.15 else "",
        looks=chance.randrange(5),
        choice=chance.randrange(1000),
    )


def _walk(ledger: Ledger, plan: list[tuple[Any, Step]]) -> None:
    for client, step in plan:
        ledger.take(client, step)


def _loses(fault: str) -> bool:
    """Whether the fault takes an order and loses its acknowledgement."""
    kind = KINDS[fault]
    spoilt = kind.answer is not None or kind.ending.name != "WHOLE" or kind.waits
    return kind.accepts and bool(spoilt) and fault != "wrong_type"


def _show(total: Counter[str], fired: Counter[str], seconds: float) -> None:
    console = Console(highlight=False)
    faults = Table("fault", "times", "what it does", title="Faults that happened")
    for name, kind in KINDS.items():
        if fired[name]:
            faults.add_row(name, str(fired[name]), kind.text)
    console.print(faults)
    table = Table("what", "count", title="What became of it")
    rows = {
        "calls": total["calls"],
        "faults": fired.total(),
        "orders in the true books": total["placed"],
        "place: acknowledged": total["place done"],
        "  of these lost and found by the tag": total["lost"] - total["unknown, stands"],
        "place: said not to stand": total["place not done"],
        "place: unknown, it stands": total["unknown, stands"],
        "place: unknown, it does not": total["unknown, not there"],
        "modify: done, not done, unknown": _three(total, "modify"),
        "cancel: done, not done, unknown": _three(total, "cancel"),
        "cancel: another caller's came first": total["cancel overtaken"],
        "modify: not done, or overtaken by another": total["modify overtaken"],
        "seconds": f"{seconds:.0f}",
        **{f"WRONG: {name}": total[name] for name in WRONG},
    }
    for name, value in rows.items():
        table.add_row(name, str(value))
    console.print(table)


def _three(total: Counter[str], call: str) -> str:
    return ", ".join(str(total[f"{call} {said}"]) for said in ("done", "not done", "unknown"))


if __name__ == "__main__":
    sys.exit(main())
