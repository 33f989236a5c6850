"""Faults on demand: which are waiting for which call, and how often each one happened."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ks_compat.sandbox.fates import Fate
from ks_compat.sandbox.fault_kinds import EVERY, GROUPS, KINDS, Kind

_FORM = "ENDPOINT:FAULT[:TIMES][:SECONDS], as place_order:drop_after:1:2 (or :2looks, where a fault counts looks)"


class UnknownFault(ValueError):
    """A fault or endpoint that is not there, or that do not go together; the text lists what there is."""


@dataclass
class Waiting:
    """A fault that waits for its calls. `left` is None where it happens every time."""

    endpoints: frozenset[str]
    endpoint: str
    fault: str
    left: int | None
    seconds: float
    looks: int = 0


@dataclass(frozen=True)
class Firing:
    """A fault that happens to one call now."""

    kind: Kind
    seconds: float
    fate: Fate | None
    era: int


@dataclass
class Faults:
    """The faults of one sandbox; safe to use from any thread. None by default.

    Where several wait for the same call, the one that was added first happens.
    """

    _waiting: list[Waiting] = field(default_factory=list)
    _fired: Counter[tuple[str, str]] = field(default_factory=Counter)
    _under_way: int = 0
    _era: int = 0
    _lock: threading.Condition = field(default_factory=threading.Condition)

    def add(self, endpoint: str, fault: str, *, times: int = 1, seconds: float | None = None, looks: int = 0) -> None:
        """Put a fault on the next `times` calls of an endpoint, on every one where `times` is 0.

        `endpoint` is a name of `ks_compat.sandbox.endpoints`, or a group: all, orders, reads, login, and v1, v1_orders,
        v1_reads of the old API. `seconds`: None for the fault's own; `looks` counts reads of the order reports instead.
        Raises UnknownFault.
        """
        kind, endpoints = _kind(fault), _endpoints(endpoint)
        unfit = endpoints - kind.on
        if unfit:
            raise UnknownFault(f"{fault} cannot be put on {_names(unfit)}; it goes on {_names(kind.on)}.")
        if times < 0 or looks < 0 or (seconds is not None and not 0 <= seconds <= 3600):
            raise UnknownFault("times and looks are 0 or more, seconds 0 to 3600.")
        if looks and kind.turn is None:
            raise UnknownFault(f"{fault} does not count looks.")
        wait = kind.seconds if seconds is None else seconds
        with self._lock:
            self._waiting.append(Waiting(endpoints, endpoint, fault, times or None, wait, looks))

    def add_text(self, text: str) -> None:
        """Put the fault of a text `ENDPOINT:FAULT[:TIMES][:SECONDS]`, e.g. `place_order:drop_after:2`."""
        endpoint, _, rest = text.partition(":")
        fault, *numbers = rest.split(":")
        try:
            times = int(numbers[0]) if numbers else 1
            last = numbers[1] if len(numbers) > 1 else ""
            looks = int(last.removesuffix("looks")) if last.endswith("looks") else 0
            seconds = float(last) if last and not looks else None
        except ValueError:
            raise UnknownFault(f"{text!r} is not {_FORM}.") from None
        if not fault or len(numbers) > 2:
            raise UnknownFault(f"{text!r} is not {_FORM}. {_all_faults()}")
        self.add(endpoint, fault, times=times, seconds=seconds, looks=looks)

    def clear(self) -> None:
        """Forget the faults that wait; the counts of those that happened stay."""
        with self._lock:
            self._waiting.clear()

    def forget(self) -> None:
        """Forget the counts too, and what is still under way."""
        with self._lock:
            self._era += 1
            self._under_way = 0
            self._waiting.clear()
            self._fired.clear()

    def fire(self, endpoint: str) -> Firing | None:
        """Return the fault that happens to a call of `endpoint` now, and count it; None where there is none."""
        with self._lock:
            found = next((waiting for waiting in self._waiting if endpoint in waiting.endpoints), None)
            if found is None:
                return None
            if found.left is not None:
                found.left -= 1
                if not found.left:
                    self._waiting.remove(found)
            self._fired[endpoint, found.fault] += 1
            self._under_way += 1
            era = self._era
        kind = KINDS[found.fault]
        fate = None if kind.turn is None else Fate(kind.turn, found.seconds, found.looks)
        return Firing(kind, found.seconds, fate, era)

    def over(self, firing: Firing) -> None:
        """Note that a call which a fault happened to has its answer, or never will."""
        with self._lock:
            if firing.era == self._era:
                self._under_way -= 1
            self._lock.notify_all()

    def quiet(self, timeout: float) -> bool:
        """Wait until no fault is under way, for a caller who has left neither; False after `timeout` seconds."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._under_way, timeout)

    @property
    def fired(self) -> Mapping[tuple[str, str], int]:
        """(Endpoint, fault) -> how often it happened since the last reset."""
        with self._lock:
            return Counter(self._fired)

    def shown(self) -> dict[str, Any]:
        """The answer of `GET /sandbox/faults`: what waits (`left` null: every time) and what happened."""
        with self._lock:
            waiting = [
                {name: value for name, value in vars(row).items() if name != "endpoints"} for row in self._waiting
            ]
            fired = [
                {"endpoint": endpoint, "fault": fault, "times": times}
                for (endpoint, fault), times in self._fired.items()
            ]
        return {"waiting": waiting, "fired": fired}


def _kind(fault: str) -> Kind:
    if fault not in KINDS:
        raise UnknownFault(f"there is no fault {fault!r}. {_all_faults()}")
    return KINDS[fault]


def _all_faults() -> str:
    return "There are:" + "".join(f"\n  {name:<20} {kind.text}" for name, kind in KINDS.items())


def _endpoints(name: str) -> frozenset[str]:
    if name in GROUPS:
        return GROUPS[name]
    if name not in EVERY:
        raise UnknownFault(f"there is no endpoint {name!r}. There are {_names(EVERY)}; groups {_names(GROUPS)}.")
    return frozenset({name})


def _names(names: object) -> str:
    return ", ".join(sorted(names))  # type: ignore[call-overload]
