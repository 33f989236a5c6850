"""The record of the orders that were this account's own, so that a restarted program knows them.

One file per account and day under ``KS_COMPAT_HOME/orders``, written before an order leaves: its time, its wire tag,
the caller's tag; and once it is acknowledged the order number, since a modification may rewrite the tag in the order
book (field-notes P2f). Each line is one append, so that several processes can write at once and a kill cannot tear it.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import logging
import os
import re
import weakref
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ks_compat import locks
from ks_compat.native import ambient
from ks_compat.native.values import IST

if TYPE_CHECKING:
    from ks_compat.native.order_results import Order

KEPT_DAYS = 7
"""An after-market order of a long weekend's eve stands in the order book of the next trading day."""

_FILE = re.compile(r"[0-9a-f]{16}-(\d{4}-\d\d-\d\d)\.jsonl")
_JSON = json.JSONEncoder()
_HALF_HOUR = 1800
"""Seconds. Days of India begin on a half hour of UTC."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OwnOrder:
    """An order that this account's programs sent, or were about to send, from this machine."""

    tag: str | None
    """The caller's own tag."""
    wire_tag: str
    """The unique tag that was sent (``ig``)."""
    time: datetime
    """When it was about to be sent (IST)."""
    order_id: str | None
    """The order number; None where no acknowledgement came, and the order book does not show the tag."""
    order: Order | None = None
    """Its row of today's order book; None where the book does not show it: not placed, or not there yet."""


class OwnRecord:
    """One account's record. Safe to use from several threads and processes.

    An order is never held up by it: where the folder cannot be written, that is logged once, and the order goes out.
    """

    def __init__(self, home: Path, account: str) -> None:
        """``account`` tells the accounts apart; the file names show a hash of it only."""
        self._folder = home / "orders"
        self._key = hashlib.sha256(account.upper().encode()).hexdigest()[:16]
        self._day: date | None = None
        self._writing: date | None = None
        """The day whose folder is there and tidy, and whose file is open."""
        self._file: _File | None = None
        self._opening = locks.lock()
        self._paths: list[Path] = []
        self._told = False
        self._read_all: date | None = None
        self._read: dict[Path, int] = {}
        self._orders: dict[str, OwnOrder] = {}
        self._by_number: dict[str, str] = {}
        self.entries = 0
        """How often something was noted: while it stays the same, ``tag_of`` gives what it gave."""

    def sending(self, wire_tag: str, tag: str | None) -> None:
        """Notes an order that is about to be sent."""
        moment = ambient.now()
        self._append([moment, wire_tag, tag])
        self._note(OwnOrder(tag, wire_tag, datetime.fromtimestamp(moment, IST), None))

    def acknowledged(self, wire_tag: str, order_id: str) -> None:
        """Notes the number of an order that was noted before."""
        self._append([wire_tag, order_id])
        self._take([wire_tag, order_id])

    def tag_of(self, wire_tag: str, order_id: str) -> str | None:
        """The caller's tag of an order, by wire tag or number, as far as ``refresh`` has read; else None."""
        own = self._orders.get(wire_tag) or self._orders.get(self._by_number.get(order_id, ""))
        return own.tag if own else None

    def all(self) -> list[OwnOrder]:
        """The orders of the last days, oldest first; ``order`` is not filled in."""
        self.refresh()
        return sorted(self._orders.values(), key=lambda own: own.time)

    def refresh(self) -> None:
        """Reads what was written since the last time, by any process."""
        today = _today()
        files = self._files(today)
        # Once read, nobody writes to the file of an earlier day any more; about midnight somebody may.
        for path in files if self._read_all != today else files[-2:]:
            self._read_on(path)
        self._read_all = today

    def _read_on(self, path: Path) -> None:
        start = self._read.get(path, 0)
        try:
            size = path.stat().st_size
            if size == start:
                return
            if size < start:  # removed, and begun again by another process
                start = 0
            with path.open("rb") as file:
                file.seek(start)
                written = file.read()
        except OSError:
            return
        # A line without its end is still being written.
        whole = written[: written.rfind(b"\n") + 1]
        for line in whole.split(b"\n"):
            # A line that a full disk cut short is skipped.
            with contextlib.suppress(ValueError, TypeError, LookupError, OverflowError, OSError):
                self._take(json.loads(line))
        self._read[path] = start + len(whole)

    def _take(self, entry: Any) -> None:
        if len(entry) == 3:
            moment, wire_tag, tag = entry
            if wire_tag not in self._orders:
                self._note(OwnOrder(tag, wire_tag, datetime.fromtimestamp(moment, IST), None))
        elif entry[0] in self._orders:
            wire_tag, number = entry
            known = self._orders[wire_tag]
            self._by_number[number] = wire_tag
            self._note(OwnOrder(known.tag, wire_tag, known.time, number))

    def _note(self, own: OwnOrder) -> None:
        self._orders[own.wire_tag] = own
        self.entries += 1

    def _append(self, entry: list[Any]) -> None:
        # The line before may have been cut short: this one begins on its own.
        line = f"\n[{', '.join(map(_json, entry))}]\n".encode()
        try:
            opened = self._todays_file()
            os.write(opened.handle, line)
        except OSError as error:
            self._writing = None  # perhaps the disk is full, or the folder was removed
            if not self._told:
                self._told = True
                _log.warning("Own orders are not recorded in %s (%s); they are sent all the same.", self._folder, error)

    def _todays_file(self) -> _File:
        today = _today()
        with self._opening:
            if self._file is None or today != self._writing or self._file.is_gone():
                self._writing = None
                self._folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._folder.mkdir(exist_ok=True, mode=0o700)
                self._tidy(today)
                self._file = _File(self._files(today)[-1])
                self._writing = today
            return self._file

    def _files(self, today: date) -> list[Path]:
        """The files of the kept days, today's last."""
        if today != self._day:
            days = [today - timedelta(back) for back in reversed(range(KEPT_DAYS))]
            self._paths = [self._folder / f"{self._key}-{day}.jsonl" for day in days]
            self._day = today
        return self._paths

    def _tidy(self, today: date) -> None:
        oldest = today - timedelta(KEPT_DAYS - 1)
        # Lists first: other threads add to both.
        for own in [own for own in list(self._orders.values()) if own.time.date() < oldest]:
            self._orders.pop(own.wire_tag, None)
            self._by_number.pop(own.order_id or "", None)
        for path in self._folder.iterdir():
            match = _FILE.fullmatch(path.name)
            if match and match[1] < oldest.isoformat():
                with contextlib.suppress(OSError):  # another process may be first
                    path.unlink()


class _File:
    """A file that is open for appending, as long as anybody uses it."""

    def __init__(self, path: Path) -> None:
        self.handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        # Not at the interpreter's exit, where orders may still be sent: another file, or a connection, would get the
        # number, and the next line would be written there.
        weakref.finalize(self, os.close, self.handle).atexit = False

    def is_gone(self) -> bool:
        """Whether it was removed: what is written to it goes with it."""
        return not os.fstat(self.handle).st_nlink


def _json(value: Any) -> str:
    # The encoder is quick with single texts only.
    return "null" if value is None else repr(value) if type(value) is float else _JSON.encode(value)


def _today() -> date:
    return _day(int(ambient.now() // _HALF_HOUR))


@functools.lru_cache(8)
def _day(half_hours: int) -> date:
    return datetime.fromtimestamp(half_hours * _HALF_HOUR, IST).date()
