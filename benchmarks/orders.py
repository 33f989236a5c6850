"""What an order costs: ks-compat against the broker's own SDK and plain httpx, in one run, on loopback (issue 5).

``python benchmarks/orders.py [--silence SECONDS] [--rounds N] [--tls]``, with the packages of ``.[test]`` installed.
Every client is a process of its own against one small server; rounds are interleaved, so that a noisy machine is noisy
for all. Prints each goal with its figure; the exit code is 1 if one is missed. Linux (memory is read from /proc).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
KINDS = ("official", "plain", "native", "facade")
OURS = KINDS[2:]
ORDERS = 40
"""Orders of a round."""
STARTS = 9
ROWS = 500
CHANGED, BOOKS = 25, 41
"""Rows that change between two looks into the order book; looks."""


class Line(NamedTuple):
    """A row of the table."""

    what: str
    goal: float
    figure: float
    unit: str = ""

    @property
    def passed(self) -> bool:
        """Whether the goal is met."""
        return self.figure <= self.goal


class Worker:
    """A client in its own process; ``start`` is the time from its start to its first order, in seconds."""

    def __init__(self, kind: str, url: str, environment: dict[str, str]) -> None:
        begun = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), kind, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=environment["HOME"],
        )
        first = self._line()
        self.start = time.perf_counter() - begun
        assert "250720000007242" in first, first

    def ask(self, command: str) -> Any:
        """The answer to a command (see ``worker``)."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        return json.loads(self._line())

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def main() -> int:
    """Runs all; 0 if every goal is met."""
    options = _options()
    with tempfile.TemporaryDirectory() as home, _peer(options.tls, Path(home)) as (url, trust):
        environment = {
            **{name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")},
            **_instruments(Path(home)),
            **trust,
            "HOME": home,
            # All clients from bytecode, as pip installs them: a checkout has none where writing it is turned off.
            "PYTHONPYCACHEPREFIX": str(Path(home, "bytecode")),
            "PYTHONDONTWRITEBYTECODE": "",
            # High enough never to wait: the governor works, and its cost is in the figures.
            "KS_COMPAT_ORDERS_PER_SECOND": "1000000",
            "KS_COMPAT_CALLS_PER_SECOND": "1000000",
        }
        table = [*_starts(url, environment)]
        with contextlib.ExitStack() as running:
            workers = {kind: Worker(kind, url, environment) for kind in KINDS}
            for worker in workers.values():
                running.callback(worker.close)
            table += [Line(f"memory after one order, {kind}", 45, workers[kind].ask("rss"), " MiB") for kind in OURS]
            table += _orders(workers, options.rounds)
            table += _book(workers["facade"], Path(home))
            table += _silence(workers, url, options.silence, trust)
    for line in table:
        _say(
            f"{line.what:58} goal <= {line.goal:<6} {line.figure:8.2f}{line.unit:5} {'PASS' if line.passed else 'FAIL'}"
        )
    return 0 if all(line.passed for line in table) else 1


def _say(*texts: str) -> None:
    print(*texts, flush=True)  # noqa: T201 - what it is for


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--silence", type=float, default=60, help="seconds without a call (default: 60)")
    parser.add_argument("--rounds", type=int, default=30, help=f"rounds of {ORDERS} orders each (default: 30)")
    parser.add_argument("--tls", action="store_true", help="TLS, with a CA made for this run")
    return parser.parse_args()


def _starts(url: str, environment: dict[str, str]) -> Iterator[Line]:
    kinds = ("official", *OURS)
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(STARTS + 1):
        for kind in kinds:
            worker = Worker(kind, url, environment)
            worker.close()
            if number:  # the first fills the caches of the disk
                seconds[kind].append(worker.start)
    median = {kind: statistics.median(seconds[kind]) for kind in kinds}
    _say("process start to first order:", *(f"{kind} {median[kind] * 1e3:.0f} ms" for kind in kinds))
    return (Line(f"start to first order, {kind} / official", 0.33, median[kind] / median["official"]) for kind in OURS)


def _orders(workers: dict[str, Worker], rounds: int) -> list[Line]:
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for kind in KINDS:
        workers[kind].ask(f"orders {ORDERS}")
    for _ in range(rounds):
        for kind in KINDS:
            found[kind] += workers[kind].ask(f"orders {ORDERS}")
    lines = []
    for column, measure in enumerate(("wall", "CPU")):
        for name, cut in (("median", 49), ("p95", 94)):
            value = {kind: statistics.quantiles([row[column] for row in found[kind]], n=100)[cut] for kind in KINDS}
            _say(f"place_order {measure} {name}:", *(f"{kind} {value[kind] * 1e6:.0f} us" for kind in KINDS))
            for kind in OURS:
                what = f"place_order {measure} {name}, {kind}"
                lines.append(Line(f"{what} / official", 0.35, value[kind] / value["official"]))
                lines.append(Line(f"{what} / httpx.post", 0.6, value[kind] / value["plain"]))
    return lines


def _book(worker: Worker, home: Path) -> list[Line]:
    ratio = {}
    for changed in (CHANGED, ROWS):
        books = home / f"books-{changed}.jsonl"
        books.write_bytes(b"\n".join(_order_book(read, changed) for read in range(BOOKS)))
        loads, whole = (statistics.median(column) for column in zip(*worker.ask(f"book {books}"), strict=True))
        ratio[changed] = whole / loads
        _say(
            f"{ROWS}-row order book, {changed} rows changed since the last look: json.loads {loads * 1e3:.1f} ms, "
            f"into the v1 shape {whole * 1e3:.1f} ms ({ratio[changed]:.2f})"
        )
    return [Line(f"{ROWS}-row order book into v1 shape / json.loads", 1.4, ratio[CHANGED])]


def _order_book(read: int, changed: int) -> bytes:
    """The book at the ``read``-th look: since the one before, ``changed`` orders have been filled in part."""
    sample = json.loads((HERE.parent / "tests/samples/v2/orders.json").read_text("utf-8"))["data"][0]
    states = ("open", "complete", "rejected", "cancelled", "trigger pending")
    rows = [
        {
            **sample,
            "nOrdNo": f"2501220006{number:05}",
            "exOrdId": f"11000000595{number:05}",
            "tok": str(10000 + number % 40),
            "sym": f"SHARE{number % 40}",
            "trdSym": f"SHARE{number % 40}-EQ",
            "qty": 100,
            "fldQty": (fills := (read * changed + ROWS - 1 - number) // ROWS),
            "unFldSz": 100 - fills,
            "prc": f"{100 + number * 0.05:.2f}",
            "avgPrc": f"{100 + number * 0.05 - fills * 0.013:.4f}",
            "ordSt": states[number % 5],
            "ordDtTm": f"22-Jan-2025 {9 + number // 100:02}:{number % 60:02}:{number % 59:02}",
            "exCfmTm": f"22-Jan-2025 15:{fills:02}:{number % 59:02}",
            "GuiOrdId": f"strat{number % 10}-{number:010}",
        }
        for number in range(ROWS)
    ]
    return json.dumps({"stat": "Ok", "data": rows, "stCode": 200}).encode()


def _silence(workers: dict[str, Worker], url: str, seconds: float, trust: dict[str, str]) -> list[Line]:
    lines = []
    for kind in OURS:
        workers[kind].ask("orders 1")
    before = _connections(url, trust)
    time.sleep(seconds)
    for kind in OURS:
        workers[kind].ask("orders 1")
        after = _connections(url, trust)
        # Asking is a connection of its own.
        lines.append(Line(f"new connections after {seconds:g} s of silence, {kind}", 0, after - before - 1))
        before = after
    return lines


def _connections(url: str, trust: dict[str, str]) -> int:
    import ssl

    context = ssl.create_default_context(cafile=trust["SSL_CERT_FILE"]) if trust else None
    with urllib.request.urlopen(f"{url}/connections", context=context) as answer:
        return int(answer.read())


def _instruments(home: Path) -> dict[str, str]:
    """An instrument index on the disk, as every bot has one after its first call of the day."""
    from ks_compat.native import NeoClient, Settings
    from ks_compat.sandbox import Sandbox

    with Sandbox() as sandbox:
        environment = sandbox.environment()
        old = environment["KS_COMPAT_V1_INSTRUMENTS"]
        settings = Settings(
            access_token=environment["KS_COMPAT_ACCESS_TOKEN"],  # type: ignore[arg-type]
            login_url=environment["KS_COMPAT_LOGIN_URL"],
            home=home / "cache",
            v1_instruments=[Path(path) for path in old.split(os.pathsep)],
        )
        with NeoClient(settings=settings) as client:
            client.instruments.by_token(727)
    return {"KS_COMPAT_V1_INSTRUMENTS": old, "KS_COMPAT_HOME": str(home / "cache")}


@contextlib.contextmanager
def _peer(tls: bool, home: Path) -> Iterator[tuple[str, dict[str, str]]]:
    files, trust = _certificate(home) if tls else ([], {})
    server = subprocess.Popen(
        [sys.executable, str(HERE / "peer.py"), *files], stdout=subprocess.PIPE, text=True, cwd=home
    )
    assert server.stdout is not None
    try:
        yield f"http{'s' * tls}://127.0.0.1:{server.stdout.readline().strip()}", trust
    finally:
        server.kill()
        server.communicate()


def _certificate(home: Path) -> tuple[list[str], dict[str, str]]:
    import trustme

    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    chain, key, ca = home / "cert.pem", home / "key.pem", home / "ca.pem"
    issued.cert_chain_pems[0].write_to_path(str(chain))
    issued.private_key_pem.write_to_path(str(key))
    authority.cert_pem.write_to_path(str(ca))
    return [str(chain), str(key)], {"SSL_CERT_FILE": str(ca)}


if __name__ == "__main__":
    sys.exit(main())
