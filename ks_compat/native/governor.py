"""The rate governor: calls of one account stay under the limits per second (spec/v2.md 6.10), or wait.

Orders (place, modify, cancel, exit) and all other calls have a window each, a second long and moving; historical data a
third, tighter one. Logging in is a call, not an order; files of instruments are not counted. All clients of an account
in this process share the windows; with ``KS_COMPAT_RATE_LIMIT_URL`` all processes and machines of the account do, in
Redis, by the library ``limits``. There the clocks of the machines count: keep them by NTP.

In memory the windows are ours: ``limits`` starts a thread for an order after a pause (370 us) and takes 50 to 100 ms to
import; this takes about 1 us. Redis is a convenience, an order is not: one that fails or is slow is left alone for a
while, told of once, and the windows in memory hold alone.

What a 429 says in Retry-After is told in ``RateLimited.retry_after`` and binds nobody here: an exit order must not be
held back because a report was refused.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from typing import TYPE_CHECKING

from ks_compat import locks
from ks_compat.native.endpoints import HISTORICAL, Endpoint
from ks_compat.native.errors import NotSent

if TYPE_CHECKING:
    from ks_compat.native.settings import Settings

LONGEST_WAIT = 30.0
"""Seconds. A call that would have to wait longer is not sent."""
HISTORY_PER_SECOND = 2
_PERIOD = 1.0


class Window:
    """At most ``rate`` calls in any second. Safe to use from several threads."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._lock = locks.lock()
        self._turns: deque[float] = deque(maxlen=rate)

    def reserve(self) -> float:
        """Seconds until the turn that is now the caller's. Raises NotSent where it would be too long."""
        with self._lock:
            now = turn = time.monotonic()
            if len(self._turns) == self.rate:
                turn = max(now, self._turns[0] + _PERIOD)
            if turn - now > LONGEST_WAIT:
                raise too_many(self.rate)
            self._turns.append(turn)
        return turn - now


_windows: dict[tuple[str, str, int], Window] = {}
_windows_lock = locks.lock()


class Governor:
    """The limits that one client is under."""

    def __init__(self, settings: Settings) -> None:
        """Raises ConfigurationError where ``rate_limit_url`` is set and the package redis is missing."""
        orders, calls = settings.orders_per_second, settings.calls_per_second
        self._rates = {"orders": orders, "calls": calls, "history": min(HISTORY_PER_SECOND, calls)}
        self._own: dict[tuple[str, str], Window] = {}
        self._fleet = None
        if settings.rate_limit_url is not None and any(self._rates.values()):
            from ks_compat.native.fleet import Fleet

            self._fleet = Fleet(settings.rate_limit_url)

    def wait(self, endpoint: Endpoint, account: str) -> None:
        """Waits for the call's turn; ``account`` is the UCC. Raises NotSent if that would take too long."""
        self._wait("orders" if endpoint.is_order else "calls", account)
        if endpoint is HISTORICAL:
            self._wait("history", account)

    def _wait(self, kind: str, account: str) -> None:
        rate = self._rates[kind]
        if not rate:
            return
        window = self._own.get((account, kind))
        if window is None:
            window = self._own[account, kind] = _shared(hashed(account), kind, rate)
        delay = window.reserve()
        if delay > 0:
            time.sleep(delay)
        if self._fleet is not None:
            self._fleet.wait(f"{hashed(account)}/{kind}", rate)


def hashed(account: str) -> str:
    """How ``account`` is named where others may look."""
    return hashlib.sha256(account.upper().encode()).hexdigest()[:16]


def too_many(rate: int) -> NotSent:
    """The error of a call that would have to wait too long."""
    return NotSent(
        f"More calls wait than the limit of {rate} a second lets through in {LONGEST_WAIT:g} s. Nothing was sent. "
        "Send fewer, or see KS_COMPAT_ORDERS_PER_SECOND and KS_COMPAT_CALLS_PER_SECOND."
    )


def _shared(account: str, kind: str, rate: int) -> Window:
    with _windows_lock:
        return _windows.setdefault((account, kind, rate), Window(rate))
