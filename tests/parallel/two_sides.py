"""Clients for both sides: one in memory that can be told how to behave, and how requests of each side are counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ks_compat.parallel import ParallelKSTradeApi, Plan

TOKEN = 727
"""ACC, in the sandbox's old files and its master."""
ORDER: dict[str, Any] = {
    "order_type": "N",
    "instrument_token": TOKEN,
    "transaction_type": "BUY",
    "quantity": 2,
    "price": 2250.5,
}
METHODS = (
    "quote", "positions", "margin", "margin_required", "order_report", "trade_report", "history", "place_order",
    "modify_order", "cancel_order",
)  # fmt: skip


class Side:
    """The old surface in memory. ``does[method]`` replaces what a method does."""

    def __init__(self, first_number: int = 1_000_000, *, logged_in: bool = False) -> None:
        self.userid = "UCC01"
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.does: dict[str, Callable[..., Any]] = {}
        self.book: list[dict[str, Any]] = []
        self._number = first_number
        if logged_in:
            self.session_token = "token"

    def login(self, password: Any = None) -> dict[str, Any]:
        return self._done("login", (password,), {}, lambda *_: {"Success": {"oneTimeToken": "one"}})

    def session_2fa(self, access_code: Any = None) -> dict[str, Any]:
        def finish(*_: Any) -> dict[str, Any]:
            self.session_token = "token"
            return {"sessionToken": "token"}

        return self._done("session_2fa", (access_code,), {}, finish)

    def logout(self) -> dict[str, Any]:
        return self._done("logout", (), {}, lambda: {"Success": {"message": "bye"}})

    def get_order_id(self, order_res: Any) -> str:
        return str(order_res["Success"]["NSE"]["orderId"])

    def count(self, method: str) -> int:
        return sum(name == method for name, *_ in self.calls)

    def _place_order(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._number += 1
        self.book.append({"orderId": self._number, "exchangeOrderId": f"X{self._number}", "status": "OPN"})
        return {"Success": {"NSE": {"message": "placed", "orderId": self._number, "tag": "string"}}}

    def _order_report(self, order_id: Any = None, is_fno: Any = "") -> dict[str, Any]:
        rows = [dict(row) for row in self.book if order_id is None or str(row["orderId"]) == str(order_id)]
        return {"success": rows}

    def _quote(self, token: Any, kind: Any = None) -> dict[str, Any]:
        return {"success": [{"wtoken": "22", "ltp": "2250.0000"}]}

    def _other(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {"Success": {"answered": 1}}

    def _done(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], usual: Callable[..., Any]) -> Any:
        self.calls.append((name, args, kwargs))
        return self.does.get(name, usual)(*args, **kwargs)


def _method(name: str) -> Callable[..., Any]:
    def call(self: Side, *args: Any, **kwargs: Any) -> Any:
        return self._done(name, args, kwargs, getattr(self, f"_{name}", self._other))

    return call


for _name in METHODS:
    setattr(Side, _name, _method(_name))


def plan(place_order: str | None = None, **given: Any) -> Plan:
    """A plan in which nothing is left to chance; ``place_order`` is the phase of all writes."""
    writes = {} if place_order is None else dict.fromkeys(("place_order", "modify_order", "cancel_order"), place_order)
    methods = {**writes, **given.pop("methods", {})}
    return Plan.of({"noise": 0, "time_limit": 5, "methods": methods, "canary": {"share": 1}, **given})


def outcomes(client: ParallelKSTradeApi) -> list[tuple[str, str]]:
    """Method and outcome of all that was noted, in order, once all is noted."""
    assert client.parallel.settle(20)
    return [(seen.method, seen.outcome) for seen in client.parallel.record.seen]  # type: ignore[attr-defined]


def placed(requests: list[Any]) -> int:
    """How many orders a v2 server was sent."""
    return sum(b"/rule/ms/place" in request.raw_path for request in requests)
