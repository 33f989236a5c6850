"""Where each call of the bot goes. The primary is called in the caller's thread and its answer is the bot's, unchanged;
what is done beside it (``beside``) cannot raise here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ks_compat.exceptions import ApiException
from ks_compat.ks_api import KSTradeApi
from ks_compat.parallel.beside import Beside
from ks_compat.parallel.books import is_book, merged, shows_all
from ks_compat.parallel.calling import OTHER, Call, Caller
from ks_compat.parallel.control import Control
from ks_compat.parallel.orders import Orders
from ks_compat.parallel.phases import COMPARED, KINDS, PHASES, Side
from ks_compat.parallel.plan import Plan
from ks_compat.parallel.recording import Recorder
from ks_compat.parallel.sides import LoginCall, OneSide, candidate_login, legacy_login, within
from ks_compat.parallel.writes import Writes

_BOOKS = ("order_report", "trade_report")
_SIGNATURES = {
    method: inspect.signature(getattr(KSTradeApi, method)) for method in KINDS if hasattr(KSTradeApi, method)
}


class Dispatch:
    """Calls of one bot, by kind."""

    def __init__(
        self,
        sides: Mapping[Side, OneSide],
        plan: Plan,
        record: Recorder,
        control: Control,
        beside: Beside,
        writes: Writes,
        *,
        account: str,
        now: Callable[[], float],
    ) -> None:
        self._sides, self._plan, self._record, self._control, self._beside = sides, plan, record, control, beside
        self._caller, self._writes = Caller(sides), writes
        self._orders = Orders(sides, plan, record, control, beside, account=account, now=now)
        self._login_calls: list[LoginCall] = []
        self.session = sides[control.phase("login").primary]
        """The side that the bot's login and attributes belong to; it changes with a login only."""
        if self.session.ready:
            self.resumed()

    def call(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Does what ``method`` of the old client does, on the side or sides that it is to be done on."""
        kind = KINDS[method]
        if kind == "session":
            return self._session(method, args, kwargs)
        if kind == "read":
            return self._read(method, args, kwargs)
        if kind == "write":
            with self._writes.under_way():
                return self._orders.write(method, args, kwargs, _bound(method, args, kwargs))
        return self._caller.on(self.session, method, args, kwargs)

    # -- session -------------------------------------------------------------------------------------------------------

    def _session(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if method == "login":
            self.session = self._sides[self._control.phase("login").primary]
            self._login_calls = []
        self._login_calls.append((method, args, kwargs))
        value = self._caller.on(self.session, method, args, kwargs)
        with suppress(Exception):
            if method == "session_2fa":
                self.resumed(anew=True)
            elif method == "logout":
                self._log_out()
        return value

    def resumed(self, *, anew: bool = False) -> None:
        """The session's side has a session: the other one gets one of its own.

        The candidate at once, in the background; the legacy side when a call first needs it, since nobody knows then
        which methods the bot uses: those it never calls stay in shadow, and nothing may hang on the old API in the end.
        ``anew``: also where it has one already.
        """
        other = self._sides[OTHER[self.session.name]]
        self.session.will_log_in(None, ready=True)
        keep = other.ready and not anew
        if other.name == "candidate":
            other.will_log_in(candidate_login(other.client), ready=keep)
        elif self._login_calls:
            other.will_log_in(legacy_login(other.client, self._login_calls), ready=keep)
        if other.name == "candidate" and self._candidate_used():
            other.begin()

    def _log_out(self) -> None:
        other = self._sides[OTHER[self.session.name]]
        was_there = other.ready
        for side in self._sides.values():
            side.will_log_in(None)
        if was_there:
            self._beside.log_out(other)

    def _candidate_used(self) -> bool:
        phases = [self._control.phase(method) for method in COMPARED]
        return any(p.compares or p.rehearses or p.shares or p.primary == "candidate" for p in phases)

    # -- reads ---------------------------------------------------------------------------------------------------------

    def _read(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        name = self._control.name(method)
        given = _bound(method, args, kwargs) if method in _BOOKS else {}
        number = given.get("order_id")
        side = self._sides[PHASES[name].primary if number is None else self._orders.owner(number)]
        if side is not self.session and not side.ensure(self._plan.time_limit):
            side = self._without(side, name, number)
        call = Call(method, name, side.name, args, kwargs, given)
        if PHASES[name].compares or (method == "quote" and self._control.phase("place_order").shares):
            call.freeze()
            call.mark = self._writes.mark()
        value = self._caller.timed(call, side, self._beside.read)
        return self._whole(method, side, value) if method in _BOOKS and number is None else value

    def _without(self, side: OneSide, phase: str, number: Any) -> OneSide:
        """Who answers for a side that cannot log in: nobody, where the order lives there or the other has ended."""
        replaceable = number is None and side.name == "candidate" and PHASES[phase].compares
        return self._sides["legacy"] if replaceable else side

    def _whole(self, method: str, side: OneSide, value: Any) -> Any:
        """The book with the orders of today that the other side placed. An error of that side is the bot's to know: a
        book that lacks orders, and does not say so, is worse.
        """
        other, limit = self._sides[OTHER[side.name]], self._plan.time_limit
        owned = {order.order_id for order in self._record.owned_today(other.name)}
        if not owned or not is_book(value) or (method == "order_report" and shows_all(value, owned)):
            return value
        answer = within(limit, lambda: other.read(method, (), {}, limit))
        if answer.error is None and is_book(answer.value):
            return merged(value, answer.value, owned)
        if isinstance(answer.error, Exception) and not isinstance(answer.error, TimeoutError):
            raise self._caller.bots(answer.error)
        why = answer.error or "an answer that is no book"
        text = f"{method}: the {other.name} side has orders of today, and its book could not be read ({why!r:.80})."
        raise self._caller.bots(ApiException(status=0, reason=text)) from answer.error


def _bound(method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments by their old names; empty where they do not fit (the client says so itself)."""
    try:
        bound = _SIGNATURES[method].bind(None, *args, **kwargs)
    except TypeError:
        return {}
    bound.apply_defaults()
    return {name: value for name, value in bound.arguments.items() if name != "self"}
