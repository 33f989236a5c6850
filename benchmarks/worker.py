"""One client of the benchmark, in a process of its own.

``worker.py KIND URL`` places one order and prints a line, so that the parent can time the start; then it reads commands
from standard input, one a line, and prints one JSON value for each: ``orders N`` (a list of [wall, CPU] seconds),
``book FILE`` (a list of [json.loads, facade] CPU seconds), ``rss`` (MiB).
Imports are inside the functions: what a client loads is part of what is measured.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TERMS = {
    "exchange_segment": "nse_cm",
    "trading_symbol": "ACC-EQ",
    "product": "CNC",
    "order_type": "L",
    "transaction_type": "B",
    "validity": "DAY",
}
TOKEN = 727
"""ACC in the sandbox's old instrument file."""


def official(url: str) -> Callable[[], Any]:
    """The broker's own SDK, as it comes."""
    from neo_api_client import NeoAPI

    client = NeoAPI(consumer_key="app-token")
    client.configuration.edit_token, client.configuration.edit_sid = "trade-token", "trade-sid"
    client.configuration.base_url = url
    return lambda: client.place_order(price="2250.5", quantity="2", tag=None, **TERMS)


def plain(url: str) -> Callable[[], Any]:
    """``httpx.Client.post``, as one writes it."""
    import httpx

    client = httpx.Client()
    headers = {"Accept": "application/json", "Sid": "trade-sid", "Auth": "trade-token", "neo-fin-key": "neotradeapi"}
    fields = {
        "am": "NO", "dq": "0", "es": "nse_cm", "mp": "0", "pc": "CNC", "pr": "2250.5", "pt": "L", "qt": "2",
        "rt": "DAY", "tp": "0", "ts": "ACC-EQ", "tt": "B", "ig": "-0123456789", "os": "NEOTRADEAPI",
    }  # fmt: skip
    return lambda: client.post(
        f"{url}/quick/order/rule/ms/place", data={"jData": json.dumps(fields)}, headers=headers
    ).json()


def native(url: str) -> Callable[[], Any]:
    """``NeoClient``."""
    from ks_compat import NeoClient

    client = NeoClient()
    client.session_token = session(url)
    return lambda: client.place_order(price="2250.5", quantity=2, **TERMS)


def facade(url: str) -> Callable[[], Any]:
    """``KSTradeApi``: an old token, resolved by proof."""
    client = old_client()
    client.session_token = session(url)
    return lambda: client.place_order("N", TOKEN, "BUY", 2, 2250.5)


def old_client() -> Any:
    """``KSTradeApi`` before the login."""
    from ks_compat import ks_api

    return ks_api.KSTradeApi(access_token="app-token", userid="AB123", consumer_key="key")


def session(url: str) -> str:
    """The trade session of a login at ``url`` as one text."""
    from ks_compat.native.session import Session

    return Session("trade", "trade-token", "trade-sid", url).dump()


KINDS = {kind.__name__: kind for kind in (official, plain, native, facade)}


def orders(place: Callable[[], Any], count: int) -> list[tuple[float, float]]:
    """[wall, CPU] seconds of ``count`` orders."""
    found = []
    for _ in range(count):
        wall, cpu = time.perf_counter(), time.process_time()
        place()
        found.append((time.perf_counter() - wall, time.process_time() - cpu))
    return found


def book(url: str, file: str) -> list[tuple[float, float]]:
    """CPU seconds of ``json.loads`` and of a facade for the order books in ``file`` (one a line), read one after the
    other, from their bytes to the list."""
    from ks_compat.native.answers import Answer

    client = old_client()
    client.session_token = session(url)
    found = []
    for body in Path(file).read_bytes().splitlines():
        client._neo._http.exchange = lambda _, body=body: Answer(200, {}, body)
        start = time.process_time()
        json.loads(body)
        middle = time.process_time()
        assert len(client.order_report()["success"]) == 500
        found.append((middle - start, time.process_time() - middle))
    return found[1:]


def resident() -> float:
    """The memory of this process in MiB: what is resident now."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def main() -> None:
    """Obeys the parent."""
    _, kind, url = sys.argv
    place = KINDS[kind](url)
    print(json.dumps(place(), default=str), flush=True)  # noqa: T201
    for line in sys.stdin:
        command, *rest = line.split()
        answer: Any = {
            "orders": lambda rest=rest: orders(place, int(rest[0])),
            "book": lambda rest=rest: book(url, rest[0]),
            "rss": resident,
        }[command]()
        print(json.dumps(answer), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
