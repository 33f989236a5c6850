"""The two clients, each with its own session."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ks_compat.parallel.judge import Answer
from ks_compat.parallel.phases import Side

_EXPIRED = (401, 403)
"""What the old API and the facade answer to a session that is over (spec/v1.md 5.2)."""
LoginCall = tuple[str, tuple[Any, ...], dict[str, Any]]


class OneSide:
    """A client, and how it logs in where the bot's own login goes to the other one."""

    def __init__(self, name: Side, client: Any, told: Callable[[str], None]) -> None:
        """``told`` is given one line when a login fails, for a person to see."""
        self.name, self.client, self._told = name, client, told
        self.ready = False
        """Whether its session stands, as far as is known."""
        with suppress(Exception):
            self.ready = bool(getattr(client, "session_token", None))
        self._lock = threading.Lock()
        self._login: Callable[[], None] | None = None
        self._renewal: Callable[[], None] | None = None
        self._ours = False
        self._under_way: threading.Event | None = None

    def will_log_in(self, login: Callable[[], None] | None, *, ready: bool = False) -> None:
        """From now on ``begin`` and ``ensure`` log in so: once, and once more for a session that expired.

        ``ready``: there is a session already, and only a renewal is left. ``login`` None: that is the bot's to do.
        """
        with self._lock:
            self._login, self._renewal = None if ready else login, login
            self._ours, self._under_way, self.ready = login is not None, None, ready

    def begin(self) -> None:
        """Logs in, if that is still to be done, on a thread of its own. A refused login is not tried again."""
        with self._lock:
            login, self._login = self._login, None
            if login is None:
                return
            # Accounts get locked by repeated logins: whatever comes of it, this was the one.
            done = self._under_way = threading.Event()
        try:
            thread = threading.Thread(target=self._log_in, args=(login, done), name="ks-compat-login", daemon=True)
            thread.start()
        except RuntimeError:  # no new thread
            done.set()

    def ensure(self, timeout: float) -> bool:
        """Whether it is logged in; waits for a login that is to be done, at most ``timeout`` seconds. Never raises."""
        if self.ready:
            return True
        self.begin()
        under_way = self._under_way
        if under_way is not None:
            under_way.wait(timeout)
        return self.ready

    def expired(self, error: BaseException | None) -> bool:
        """Whether an error says that the session is over; ``begin`` then logs in again, once.

        Only for a session that was begun here: the bot sees to its own.
        """
        if getattr(error, "status", None) not in _EXPIRED or not self.ready:
            return False
        with self._lock:
            if not self._ours:
                return False
            self._login, self._renewal, self.ready = self._renewal, None, False
        return True

    def read(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any], timeout: float) -> Answer:
        """Asks this side in the caller's thread; a session that is over is renewed once. Never raises, Ctrl-C apart.

        For reads alone: it may send twice.
        """
        self.ensure(timeout)
        answer = self._asked(method, args, kwargs)
        if self.expired(answer.error) and self.ensure(timeout):
            answer = self._asked(method, args, kwargs)
        return answer

    def _asked(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Answer:
        start = time.perf_counter()
        try:
            value = getattr(self.client, method)(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001 - SystemExit of a candidate is its failure, not ours
            return Answer(error=error, ms=(time.perf_counter() - start) * 1000)
        return Answer(value, ms=(time.perf_counter() - start) * 1000)

    def _log_in(self, login: Callable[[], None], done: threading.Event) -> None:
        try:
            login()
        except BaseException as refusal:  # noqa: BLE001 - as above
            self._told(
                f"The {self.name} side could not log in ({type(refusal).__name__}); it is not tried again before the "
                "bot's next login. Everything goes to the other side meanwhile."
            )
        else:
            with self._lock:
                self.ready = self.ready or self._under_way is done  # not, if the bot has logged out meanwhile
        finally:
            done.set()


def candidate_login(client: Any) -> Callable[[], None]:
    """Both steps of a facade's login, out of its own settings."""

    def log_in() -> None:
        client.login(None)
        client.session_2fa()

    return log_in


def legacy_login(client: Any, calls: list[LoginCall]) -> Callable[[], None]:
    """The bot's own login calls, done once more on the legacy client."""
    done = copy.deepcopy(calls)

    def log_in() -> None:
        for method, args, kwargs in done:
            getattr(client, method)(*args, **kwargs)

    return log_in


def within(seconds: float, work: Callable[[], Answer]) -> Answer:
    """``work`` on a thread of its own; a TimeoutError as its answer where it takes longer, and is left behind."""
    found: list[Answer] = []
    thread = threading.Thread(target=lambda: found.append(work()), name="ks-compat-ask", daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else Answer(error=TimeoutError(f"no answer within {seconds:g} seconds"), ms=seconds * 1000)
