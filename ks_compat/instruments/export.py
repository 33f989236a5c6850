"""The daily instrument files of the old API, made out of today's masters (instruments.md 5)."""

from __future__ import annotations

import hashlib
import heapq
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from . import v1_format
from .errors import MAKE_ROOM, InstrumentError, UnknownInstrument
from .index import SCHEMA_VERSION, Index
from .indices import INDICES, IndexName, index_number
from .instrument import Instrument
from .ledger import Ledger
from .master import Master
from .memory import Memory
from .resolver import Resolver
from .v1_files import V1Files
from .way_back import WayBack

KINDS = ("cash", "fno")
_SEGMENTS = {"cash": ("nse_cm", "bse_cm"), "fno": ("nse_fo",)}
_MORE_SEGMENTS = {"cash": ("nse_cm", "bse_cm"), "fno": ("nse_fo", "bse_fo", "mcx_fo", "cde_fo")}
# Block-deal twins have the name and the ISIN of the share itself: a look-up by name alone would find them.
_NEVER = ("BL",)
_NOT_OF_OLD = ("SG", "GS", "TB", "MF", "N0")
_CASH_ORDER = "name, series != 'EQ', series != 'BE', series, length(symbol), symbol"
_FNO_ORDER = "name, expiry, strike, option_type, length(symbol), symbol"  # futures have no strike: NULL comes first
_OLD_SECONDS = 3 * 86400.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Exporter:
    """What the files are made out of; `today` is the date in India."""

    master: Master
    resolver: Resolver
    way_back: WayBack
    ledger: Ledger
    memory: Memory
    v1: V1Files
    today: date

    def lines(self, kind: str, everything: bool) -> Iterator[str]:
        """Yield the rows of a file, one by one."""
        segments = (_MORE_SEGMENTS if everything else _SEGMENTS)[kind]
        indices = list(self.master.available(segments, [segments[0]]))
        known = self.way_back.known(index.segment for index in indices)
        rows = self._cash(indices, known, everything) if kind == "cash" else self._contracts(indices, known)
        left_out = 0
        for line in rows:
            if line:
                yield line
            else:
                left_out += 1
        if left_out:
            _log.warning("%d instruments are not in the old %s file: no number leads to them.", left_out, kind)

    def state(self, kind: str) -> str:
        """Return a text that changes with everything that the file depends on."""
        indices = self.master.available(_SEGMENTS[kind], [_SEGMENTS[kind][0]])
        remembered: list[object] = [self.memory.pins()]
        if kind == "cash":  # holdings are shares
            learned = self.memory.learned().values()
            remembered.append([(each.token, each.exchange_segment, each.symbol) for each in learned])
        parts = (SCHEMA_VERSION, [(each.segment, each.day, each.rows) for each in indices], remembered, self.v1.state())
        return hashlib.sha256(repr((self.today, parts)).encode()).hexdigest()[:16]

    def _cash(self, indices: list[Index], known: dict[tuple[str, str], int], everything: bool) -> Iterator[str]:
        dropped = _NEVER if everything else _NEVER + _NOT_OF_OLD
        listed = ", ".join(f"'{series}'" for series in dropped)
        # An index row has neither series nor ISIN; the table of indices writes those.
        condition = f"series NOT IN ({listed}) AND NOT (series = '' AND isin = '')"
        for index in indices:
            shares = index.each(condition, _CASH_ORDER)
            rows = ((each.name, self._cash_line(each, number)) for each, number in self._numbered(index, shares, known))
            names = ((each.v1_name, self._index_line(each)) for each in _of(index.segment))
            yield from (line for _, line in heapq.merge(names, rows, key=lambda row: row[0]))

    def _contracts(self, indices: list[Index], known: dict[tuple[str, str], int]) -> Iterator[str]:
        condition = f"expiry >= '{self.today.isoformat()}'"
        for index in indices:
            for each, number in self._numbered(index, index.each(condition, _FNO_ORDER), known):
                yield v1_format.contract_row(each, number) if number else ""

    def _numbered(
        self, index: Index, instruments: Iterator[Instrument], known: dict[tuple[str, str], int]
    ) -> Iterator[tuple[Instrument, int | None]]:
        """Yield each instrument with a number that leads back to it, None for one that has none."""
        twice = index.listed_twice()
        for each, number in self.ledger.numbers(instruments, self.today.isoformat()):
            yield each, None if each.symbol in twice else known.get((index.segment, each.symbol), number)

    def _cash_line(self, instrument: Instrument, number: int | None) -> str:
        return v1_format.cash_row(instrument, number) if number else ""

    def _index_line(self, index: IndexName) -> str:
        for number in (index.v1_token, index_number(index)):
            with suppress(UnknownInstrument):
                if number is not None and self.resolver.index_behind(number) == index:
                    return v1_format.index_row(index, number)
        return ""


def write(exporter: Exporter, kind: str, folder: Path, day: date, *, everything: bool = False) -> Path:
    """Write one file under a name of its own, then give it its real name in one step; return its path."""
    path = folder / v1_format.file_name(kind, day)
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(".tmp", f"{path.name}.", folder)
    try:
        with os.fdopen(handle, "w", encoding="ascii", newline="") as file:
            file.write((v1_format.CASH_HEADER if kind == "cash" else v1_format.FNO_HEADER) + v1_format.LINE_END)
            file.writelines(line + v1_format.LINE_END for line in exporter.lines(kind, everything))
        Path(temporary).replace(path)
    finally:
        with suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
    return path


def cached(exporter: Exporter, kind: str, folder: Path, day: date) -> Path:
    """Return today's file of a kind, made if need be.

    Each state of masters, pins and old files has a folder of its own: a file whose numbers have got another meaning
    since is never given out, and one that a bot still reads is not written over. Raises `InstrumentError` where it
    cannot be kept.
    """
    wanted = str(kind).lower()
    if wanted not in KINDS:
        raise InstrumentError(f"There is no old instrument file {kind!r}: ask for 'cash' or 'fno'.")
    home = folder / f"{wanted}-{exporter.state(wanted)}"
    path = home / v1_format.file_name(wanted, day)
    if not path.is_file():
        try:
            write(exporter, wanted, home, day)
        except OSError as exc:
            raise InstrumentError(f"The file {path} cannot be written ({exc.strerror}). {MAKE_ROOM}") from exc
        _tidy(folder, home)
    return path


def _of(segment: str) -> list[IndexName]:
    return sorted((each for each in INDICES if each.segment == segment), key=lambda each: each.v1_name)


def _tidy(folder: Path, keep: Path) -> None:
    for old in folder.iterdir():
        with suppress(OSError):
            if old != keep and time.time() - old.stat().st_mtime > _OLD_SECONDS:
                shutil.rmtree(old)
