"""What was asked for and what was said about it, held against the true book of a sandbox."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

import fault_support
from fault_support import FACADE_READS, NATIVE_READS, log_in, outcome, verdict

from ks_compat.ks_api import KSTradeApi
from ks_compat.native.errors import NotLoggedIn, SessionExpired
from ks_compat.sandbox import KINDS

CALLS = ("place", "modify", "cancel", "book", "history", "trades", "positions", "wait")
ENDPOINTS = {
    "place": "place_order", "modify": "modify_order", "cancel": "cancel_order", "book": "order_report",
    "history": "order_history", "trades": "trade_report", "positions": "positions", "wait": "one_order",
}  # fmt: skip
"""Call -> the sandbox's endpoint behind it."""
FAULTS = {call: [name for name, kind in KINDS.items() if ENDPOINTS[call] in kind.on] for call in CALLS}
_NATIVE = {"book": "order_report", "history": "order_history", "trades": "trade_report", "positions": "positions"}
_FACADE = {
    "book": "order_report()", "history": "order_report(order_id)", "trades": "trade_report()",
    "positions": "positions(TODAYS)",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One call of one client, with the fault that meets it, and the one that meets the look into the book after it."""

    call: str
    fault: str = ""
    book_fault: str = ""
    looks: int = 0
    choice: int = 0


@dataclass
class Ledger:
    """Every order that was intended, every change, and their verdicts. Safe to use from several threads."""

    sandbox: object
    slow: float
    """Seconds that a slow answer takes."""
    placed: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    changes: list[tuple[str, str, Decimal | None, str]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    undocumented: list[str] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _heads: int = 0

    def take(self, client, step):
        """Do one step. Whatever comes out that no document names is kept, not raised."""
        for endpoint, fault in ((ENDPOINTS[step.call], step.fault), ("order_report", step.book_fault)):
            if fault:
                self._spoil(endpoint, fault, step.looks)
        self._count("calls")
        try:
            error = self._do(client, step)
        except Exception as surprise:  # noqa: BLE001 - the point of it
            with self._lock:
                self.undocumented.append(f"{step}: {surprise!r}")
            return
        if isinstance(error, (SessionExpired, NotLoggedIn)):
            outcome(log_in, client)

    def wrong(self):
        """What contradicts the true book: empty where every verdict was true. Waits for what slow calls still do."""
        if not self.sandbox.faults.quiet(30):
            return ["a fault does not end"]
        found = [f"undocumented: {text}" for text in self.undocumented]
        rows = {}
        for row in self.sandbox.orders:
            rows.setdefault(row["GuiOrdId"].rpartition("-")[0], []).append(row)
        for head, (said, number) in self.placed.items():
            mine = [row["nOrdNo"] for row in rows.get(head, [])]
            if len(mine) > 1:
                found.append(f"doubled: {head} is {mine}")
            if said == "done" and number not in mine:
                found.append(f"missing: {head} was acknowledged as {number}, the book has {mine}")
            if said == "not done" and mine:
                found.append(f"denied: {head} was said not to stand, the book has {mine}")
        found += [f"foreign: {head}" for head in rows.keys() - self.placed.keys()]
        return found + [text for change in self.changes for text in self._wrong_change(*change)]

    def _wrong_change(self, call, number, price, said):
        history = self.sandbox._state.book.orders[number].history
        if call == "modify":
            happened = any(state.ticket.price == price for state in history)
        else:
            happened = history[-1].status.value == "cancelled"
        others = [row for row in self.changes if row[:2] == (call, number) and row[2:] != (price, said)]
        if said == "done" and not happened:
            yield f"without effect: the acknowledged {call} of {number}"
        if said != "not done" or not happened:
            return
        if any(row[3] != "not done" for row in others):
            # Several callers changed one order. Another cancellation is what cancelled it; a modification whose answer
            # was lost shows in the book no more once another one came after it.
            self._count(f"{call} overtaken")
        else:
            yield f"denied: the {call} of {number} happened"

    def _do(self, client, step):
        if step.call == "place":
            return self._place(client, step)
        number = self._pick(step)
        if number is None:
            return None
        if step.call in ("modify", "cancel"):
            return self._change(client, step, number)
        neo = getattr(client, "_neo", client)
        if step.call == "wait":
            return outcome(lambda: neo.wait_for(number, timeout=0.2, poll=0.1))[1]
        if isinstance(client, KSTradeApi):
            return outcome(FACADE_READS[_FACADE[step.call]][1], client, number)[1]
        return outcome(NATIVE_READS[_NATIVE[step.call]][1], client, number)[1]

    def _place(self, client, step):
        with self._lock:
            self._heads += 1
            head = f"h{self._heads}"
        # One in three is filled at once.
        number, error = outcome(fault_support.place, client, head, 2300 if step.choice % 3 == 0 else 2250.5)
        said = verdict(error)
        with self._lock:
            self.placed[head] = (said, number)
            if number is not None:
                self.numbers.append(number)
        self._count(f"place {said}")
        return error

    def _change(self, client, step, number):
        price = None
        if step.call == "modify":
            with self._lock:
                self._heads += 1
                price = Decimal("1500") + self._heads % 14000 * Decimal("0.05")
            _, error = outcome(fault_support.modify, client, number, str(price))
        else:
            _, error = outcome(fault_support.cancel, client, number)
        said = verdict(error)
        with self._lock:
            self.changes.append((step.call, number, price, said))
        self._count(f"{step.call} {said}")
        return error

    def _pick(self, step):
        with self._lock:
            return self.numbers[step.choice % len(self.numbers)] if self.numbers else None

    def _spoil(self, endpoint, fault, looks):
        seconds = self.slow if fault.startswith("slow") else 0.05
        self.sandbox.faults.add(endpoint, fault, seconds=seconds, looks=looks if KINDS[fault].turn else 0)

    def _count(self, name):
        with self._lock:
            self.counts[name] += 1
