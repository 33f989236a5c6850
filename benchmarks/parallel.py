"""What a call costs through the parallel client, against the primary alone, in one run, on loopback (issue 8).

``python benchmarks/parallel.py [--rounds N]``. The server (the sandbox) is a process of its own. The primary speaks
the old wire, the candidate is the facade on v2, and in ``lead`` they change places; the record is a file. Calls
alternate between the primary alone and the parallel client, and what runs beside is let end before the next call is
timed: a bot looks at the market, it does not spin. A call after such a pause is slower than one after another call, and
each client has as many of both: a figure is the mean of both medians, since the median of two heaps jumps. The last
table has no such pause, and no goal: two clients share one interpreter there. Prints each goal with its figure; the
exit code is 1 if one is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dotenv import dotenv_values

ROWS = 500
TOKEN = 727
ORDER = ("N", TOKEN, "BUY", 1, 2250.5)
GOAL = 1.1
SLOW = 0.05


class Case(NamedTuple):
    """A call, and the phase that it is made in."""

    name: str
    call: Callable[[Any], Any]
    phase: str


class Slowed:
    """The other side, if it takes 50 ms longer for everything."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._neo = getattr(client, "_neo", None)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found):
            return found

        def late(*args: Any, **kwargs: Any) -> Any:
            time.sleep(SLOW)
            return found(*args, **kwargs)

        return late


CASES = (
    Case("quote", lambda client: client.quote(TOKEN), "shadow"),
    Case("order book, 500 rows", lambda client: client.order_report(), "shadow"),
    Case("quote, lead", lambda client: client.quote(TOKEN), "lead"),
    Case("order book, 500 rows, lead", lambda client: client.order_report(), "lead"),
    Case("place_order, shadow", lambda client: client.place_order(*ORDER), "shadow"),
    Case("place_order, rehearse", lambda client: client.place_order(*ORDER), "rehearse"),
)

TABLES = (
    ("the other side as it is", False, True),
    ("the other side slowed by 50 ms", True, True),
    ("no pause between calls (no goal)", False, False),
)


def main() -> int:
    """Runs everything; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    passed = True
    _say(f"{'':34}{'alone':>10}{'parallel':>10}{'ratio':>8}   (median, ms; {rounds} rounds)")
    for title, slowed, pause in TABLES:
        _say(title)
        # A server for each: the book has 500 rows whenever it is read.
        with tempfile.TemporaryDirectory() as home, server(Path(home)) as environment:
            os.environ.update(environment, KS_COMPAT_HOME=home, NO_PROXY="*")
            os.environ.update(KS_COMPAT_ORDERS_PER_SECOND="0", KS_COMPAT_CALLS_PER_SECOND="0")
            alone = old_client()
            log_in(alone)
            for _ in range(ROWS):
                alone.place_order(*ORDER)
            for case in CASES:
                passed &= measured(case, alone, slowed, pause, rounds)
    _say("PASS" if passed else "FAIL")
    return 0 if passed else 1


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - what it is for


def measured(case: Case, alone: Any, slowed: bool, pause: bool, rounds: int) -> bool:
    """Prints one line; whether its goal is met."""
    from ks_compat.ks_api import KSTradeApi
    from ks_compat.parallel import ParallelKSTradeApi, Plan

    facade, alone_v2 = (KSTradeApi(access_token="old", userid="SBX01", consumer_key="key") for _ in range(2))
    old, lead = old_client(), case.phase == "lead"
    methods = ("order_report", "quote") if lead else ("place_order", "modify_order", "cancel_order")
    sides = [old, facade]
    if slowed:
        sides[not lead] = Slowed(sides[not lead])
    both = ParallelKSTradeApi(*sides, Plan.of({"noise": 0, "methods": dict.fromkeys(methods, case.phase)}))
    log_in(both)
    if lead:
        log_in(alone := alone_v2)
    for client in (alone, both):
        case.call(client)
    both.parallel.settle(30)
    times: dict[tuple[bool, bool], list[float]] = {(a, b): [] for a in (False, True) for b in (False, True)}
    rested = True
    for number in range(rounds * 2):
        parallel = (number + number // 2) % 2 == 1  # each is first as often as second
        client = both if parallel else alone
        begun = time.perf_counter()
        case.call(client)
        times[parallel, rested].append((time.perf_counter() - begun) * 1000)
        rested = parallel
        if pause and parallel:
            both.parallel.settle(10)
    both.parallel.close()
    heaps = {which: statistics.median(found) for which, found in times.items()}
    one, other = ((heaps[which, False] + heaps[which, True]) / 2 for which in (False, True))
    verdict = ("PASS" if other / one <= GOAL else "FAIL") if pause else ""
    _say(f"  {case.name:32}{one:10.3f}{other:10.3f}{other / one:8.3f}   {verdict}")
    old.close()
    for client in (facade, alone_v2):
        client._neo.close()
    return verdict != "FAIL"


def old_client() -> Any:
    """A client on the old wire."""
    from ks_compat.demo.old_client import KSTradeApi
    from ks_compat.sandbox.account import Account

    old = Account().v1
    return KSTradeApi(
        access_token=old.access_token,
        userid=os.environ["KS_COMPAT_UCC"],
        consumer_key=old.consumer_key,
        host=f"{os.environ['KS_COMPAT_LOGIN_URL']}/apim",
    )


def log_in(client: Any) -> None:
    """Both steps."""
    from ks_compat.sandbox.account import Account

    old = Account().v1
    client.login(password=old.password)
    client.session_2fa(old.access_code)


@contextlib.contextmanager
def server(home: Path) -> Iterator[dict[str, str]]:
    """The sandbox in a process of its own, and the settings for it."""
    file = home / "env"
    command = [str(Path(sys.executable).with_name("ks-compat")), "sandbox", "--port", "0", "--env-file", str(file)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while (process.poll() is None and not file.exists()) or "KS_COMPAT_V1_INSTRUMENTS" not in file.read_text():
            time.sleep(0.05)
        time.sleep(0.2)
        yield {name: value or "" for name, value in dotenv_values(file).items()}
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
