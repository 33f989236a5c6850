"""Writes: each is sent by one side, with one call; and an order goes on living on the side that placed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from ks_compat.instruments.clock import ist_date
from ks_compat.parallel.beside import Beside
from ks_compat.parallel.books import numbers, shows
from ks_compat.parallel.calling import OTHER, Call, Caller
from ks_compat.parallel.choose import in_share, rupees
from ks_compat.parallel.control import Control
from ks_compat.parallel.judge import Answer
from ks_compat.parallel.observation import OwnedOrder
from ks_compat.parallel.phases import PHASES, Side
from ks_compat.parallel.plan import Plan
from ks_compat.parallel.recording import Recorder
from ks_compat.parallel.sides import OneSide, within


class Orders:
    """Places, modifies and cancels orders, and knows whose they are."""

    def __init__(
        self,
        sides: Mapping[Side, OneSide],
        plan: Plan,
        record: Recorder,
        control: Control,
        beside: Beside,
        *,
        account: str,
        now: Callable[[], float],
    ) -> None:
        self._sides, self._plan, self._record, self._control = sides, plan, record, control
        self._beside, self._account, self._now = beside, account, now
        self._caller = Caller(sides)

    def write(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any], arguments: Mapping[str, Any]) -> Any:
        """Sends an order call by one side. ``arguments``: the same by their old names.

        All that may fail before the call ends on the legacy side (a new order) or on the owner's (the others); from the
        call on there is no other side.
        """
        phase = self._control.name(method)
        if method == "place_order":
            side, note = self._chosen(phase, arguments)
        else:
            side, note = self.owner(arguments.get("order_id")), ""
        self._sides[side].ensure(self._plan.time_limit)
        call = Call(method, phase, side, args, kwargs, arguments, note)
        call.freeze()
        return self._caller.timed(call, self._sides[side], self._sent)

    def _sent(self, call: Call, answer: Answer) -> None:
        if call.method == "place_order" and answer.error is None:
            with suppress(Exception):
                self._own(call, numbers(answer.value))
        self._beside.sent(call, answer)

    def _own(self, call: Call, found: list[str]) -> None:
        given = call.arguments
        worth = rupees(given, self._beside.prices.last(given.get("instrument_token"))) or Decimal(0)
        token, tag = str(given.get("instrument_token", "")), str(given.get("tag") or "")
        for number in found:
            self._record.own(OwnedOrder(number, call.side, self._now(), token, tag, _units(given), worth))

    # -- the side that a new order goes to -----------------------------------------------------------------------------

    def _chosen(self, name: str, arguments: Mapping[str, Any]) -> tuple[Side, str]:
        """Legacy where the choosing fails, since nothing is sent yet; and why, if that is not as usual."""
        phase, candidate = PHASES[name], self._sides["candidate"]
        try:
            if phase.primary == "candidate":
                # In ``done`` there may be no legacy side any more.
                if candidate.ensure(self._plan.time_limit) or not phase.compares:
                    return "candidate", ""
                return "legacy", "the candidate is not logged in"
            if not phase.shares:
                return "legacy", ""
            return self._shared(candidate, arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is, the order must go out
            return "legacy", f"choosing failed: {type(error).__name__}"

    def _shared(self, candidate: OneSide, arguments: Mapping[str, Any]) -> tuple[Side, str]:
        canary, today = self._plan.canary, ist_date(self._now())
        if not in_share(canary, self._account, today, arguments):
            return "legacy", ""
        if not candidate.ready:
            candidate.begin()
            return "legacy", "the candidate is not logged in"
        worth = rupees(arguments, self._beside.prices.last(arguments.get("instrument_token")))
        if worth is None:
            return "legacy", "what the order is worth is not known"
        if not self._record.reserve(worth, orders=canary.orders, limit=canary.rupees):
            return "legacy", "the canary's limits are reached, or the record cannot be"
        return "candidate", ""

    # -- who owns an order ---------------------------------------------------------------------------------------------

    def owner(self, order_id: Any) -> Side:
        """The side that an order lives on; of one that nobody has noted, the side whose book alone shows it.

        Where both do (real v1 and v2 have one account), or none, the primary; while the record is lost too the one that
        it was, since that is where orders are.
        """
        name = self._control.last_known("place_order")
        primary = PHASES[name].primary
        with suppress(Exception):
            number = str(order_id).strip()
            known = self._record.owner(number)
            if known is not None:
                return known.side
            if self._may_be_elsewhere(name, OTHER[primary]) and not self._shown(primary, number):
                return OTHER[primary] if self._shown(OTHER[primary], number) else primary
        return primary

    def _may_be_elsewhere(self, phase: str, other: Side) -> bool:
        # A kill between acknowledgement and note, or a lost record, leaves an order without an owner.
        moved = not self._record.current or self._record.phase("place_order") is not None
        return other == "legacy" or PHASES[phase].shares or moved or bool(self._record.owned_today(other))

    def _shown(self, name: Side, number: str) -> bool:
        """Whether a book shows an order; raises where it cannot be read: then nothing is known."""
        side, limit = self._sides[name], self._plan.time_limit
        answer = within(limit, lambda: side.read("order_report", (), {}, limit))
        if answer.error is not None:
            raise LookupError(name)
        return shows(answer.value, number)


def _units(arguments: Mapping[str, Any]) -> int:
    try:
        return int(arguments.get("quantity") or 0)
    except (TypeError, ValueError, OverflowError):
        return 0
