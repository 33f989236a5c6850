"""Today's scrip masters: each downloaded once a day, indexed, and the last good one kept (instruments.md 2.1, 7)."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from ks_compat.locks import lock

from .clock import business_date
from .errors import MAKE_ROOM, MasterUnavailable, UnknownInstrument
from .index import Index, write_index
from .once import one_process
from .parse import MasterReader
from .segments import SEGMENTS, Segment, segment_named

KEPT_DAYS = 3
LEAST_SHARE = 0.7
# A list that stays short for a week has really become short: an old one must not rule for ever.
SHRINK_MEMORY = timedelta(days=7)
_STALE_TEMPORARY_SECONDS = 3600.0
_LEFT_OUT_SECONDS = 900.0
_log = logging.getLogger(__name__)
Progress = Callable[[str, int], None]
"""Called with the segment and the bytes so far while its master downloads."""


class MasterSource(Protocol):
    """Where the scrip masters come from: the v2 client, or a test."""

    def file_urls(self) -> list[str]:
        """Return the URLs of the day's files ("filesPaths" of the scrip master endpoint), in any order."""
        ...

    def download(self, url: str) -> Iterator[bytes]:
        """Return the body of one file in chunks; raise on any HTTP or network error."""
        ...


class Master:
    """The index of each segment for today, fetched when it is first asked for. Safe to use from several threads."""

    def __init__(
        self,
        home: Path,
        source: MasterSource,
        now: Callable[[], float] = time.time,
        progress: Progress | None = None,
    ) -> None:
        self._home = home
        self._folder = home / "instruments"
        self._source = source
        self._now = now
        self._progress = progress
        self._serving: dict[str, tuple[date, Index]] = {}
        self._left_out_until: dict[str, float] = {}
        self._locks = {name: lock() for name in SEGMENTS}

    def index(self, exchange_segment: str) -> Index:
        """Return today's index of a segment, downloading the master at most once per process and day.

        Raises `UnknownInstrument` for a segment without a scrip master, and `MasterUnavailable` when the download is
        of no use and no earlier master is kept; a later call then tries again.
        """
        segment = segment_named(exchange_segment)
        if not segment.file_name:
            raise UnknownInstrument(f"There is no scrip master of {segment.name}.", exchange_segment)
        with self._locks[segment.name]:
            found = self._local(segment)
            if found is None:
                found = self._fetch(segment, business_date(self._now()))
            return found

    def local_index(self, exchange_segment: str) -> Index | None:
        """Return today's index of a segment if it is here already; never touches the network."""
        segment = segment_named(exchange_segment)
        with self._locks[segment.name]:
            return self._local(segment)

    def available(self, segments: Iterable[str], needed: Iterable[str]) -> Iterator[Index]:
        """Yield the index of each segment; one that cannot be had is logged and left out, unless it is needed.

        Raises as `index` does, `MasterUnavailable` for the needed ones only. What was left out is not asked for again
        for a quarter of an hour: most accounts that lack a segment lack it for ever.
        """
        must = set(needed)
        for name in segments:
            if name not in must and self._now() < self._left_out_until.get(name, 0):
                continue
            try:
                yield self.index(name)
            except MasterUnavailable as exc:
                if name in must:
                    raise
                self._left_out_until[name] = self._now() + _LEFT_OUT_SECONDS
                _log.warning("%s %s is left out.", exc, name)

    def close(self) -> None:
        """Close the database files; a later lookup opens them again."""
        while self._serving:
            with suppress(KeyError):
                self._serving.popitem()[1][1].close()

    def _local(self, segment: Segment) -> Index | None:
        today = business_date(self._now())
        served_on, index = self._serving.get(segment.name, (None, None))
        if served_on == today:
            return index
        index = self._open(segment, today)
        if index is not None:
            self._serving[segment.name] = (today, index)
        return index

    def _fetch(self, segment: Segment, today: date) -> Index:
        self._make_folder(segment)
        here = self._path(segment, today).is_file
        with one_process(self._folder / f".{segment.name}.lock", here):
            index = self._open(segment, today)  # another process was first
            if index is None:
                index = self._fetched(segment, today)
        self._serving[segment.name] = (today, index)
        self._tidy(segment)
        return index

    def _fetched(self, segment: Segment, today: date) -> Index:
        last_good = self._last_good(segment)
        try:
            self._build(segment, today, last_good)
            index = self._open(segment, today)
            if index is None:
                raise MasterUnavailable(f"The new index of {segment.name} cannot be opened.", segment.name)
        except MasterUnavailable as exc:
            if last_good is None:
                raise
            _log.warning("%s The scrip master of %s of %s is used.", exc, segment.name, last_good.day)
            return last_good
        return index

    def _make_folder(self, segment: Segment) -> None:
        try:
            self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._folder.mkdir(exist_ok=True, mode=0o700)
        except OSError as exc:
            raise self._unwritable(exc, segment) from exc

    def _unwritable(self, exc: OSError, segment: Segment) -> MasterUnavailable:
        return MasterUnavailable(
            f"The folder {self._folder} cannot be written ({exc.strerror}). {MAKE_ROOM}", segment.name
        )

    def _build(self, segment: Segment, today: date, last_good: Index | None) -> None:
        """Download and index the master under a name of its own, then give it its real name in one step."""
        try:
            handle, name = tempfile.mkstemp(".tmp", f"{segment.name}-", self._folder)  # private: mode 0600
            os.close(handle)
        except OSError as exc:
            raise self._unwritable(exc, segment) from exc
        temporary = Path(name)
        try:
            self._download(segment, today, temporary, last_good)
            temporary.replace(self._path(segment, today))
        except MasterUnavailable:
            raise
        except Exception as exc:
            what = f"{type(exc).__name__}: {exc}"
            raise MasterUnavailable(f"The scrip master of {segment.name} failed ({what}).", segment.name) from exc
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _download(self, segment: Segment, today: date, path: Path, last_good: Index | None) -> None:
        chunks = self._source.download(self._url(segment))
        try:
            reader = MasterReader(self._watched(chunks, segment), segment, today)
            count = write_index(path, reader)
        finally:
            # Stop an unfinished transfer now rather than when it is collected.
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        if reader.skipped:
            _log.warning("%d rows of the scrip master of %s could not be read.", reader.skipped, segment.name)
        flaw = _flaw(count, reader.truncated, today, last_good)
        if flaw:
            raise MasterUnavailable(f"The downloaded scrip master of {segment.name} {flaw}.", segment.name)

    def _watched(self, chunks: Iterator[bytes], segment: Segment) -> Iterator[bytes]:
        done = 0
        for chunk in chunks:
            done += len(chunk)
            if self._progress is not None:
                self._progress(segment.name, done)
            yield chunk

    def _url(self, segment: Segment) -> str:
        for url in self._source.file_urls():
            if urlsplit(url).path.rpartition("/")[2] == segment.file_name:
                return url
        raise MasterUnavailable(f"Kotak lists no file {segment.file_name} today.", segment.name)

    def _path(self, segment: Segment, day: date) -> Path:
        return self._folder / f"{segment.name}-{day.isoformat()}.sqlite"

    def _open(self, segment: Segment, day: date) -> Index | None:
        path = self._path(segment, day)
        if not path.is_file():
            return None
        try:
            return Index(path, segment.name, day)
        except sqlite3.Error:  # cut short by a crash, or of another version: as good as absent
            return None

    def _days(self, segment: Segment) -> list[date]:
        """Return the dates of the kept files, newest first."""
        pattern = re.compile(rf"{segment.name}-(\d{{4}}-\d\d-\d\d)\.sqlite")
        try:
            names = [path.name for path in self._folder.iterdir()]
        except OSError:
            return []
        days = []
        for match in filter(None, map(pattern.fullmatch, names)):
            with suppress(ValueError):
                days.append(date.fromisoformat(match[1]))
        return sorted(days, reverse=True)

    def _last_good(self, segment: Segment) -> Index | None:
        return next(filter(None, (self._open(segment, day) for day in self._days(segment))), None)

    def _tidy(self, segment: Segment) -> None:
        """Remove all but the newest few files, and what a killed process left."""
        for day in self._days(segment)[KEPT_DAYS:]:
            with suppress(OSError):  # another process may be first, or still reading it (Windows)
                self._path(segment, day).unlink()
        for leftover in self._folder.glob(f"{segment.name}-*.tmp"):
            with suppress(OSError):
                if time.time() - leftover.stat().st_mtime > _STALE_TEMPORARY_SECONDS:
                    leftover.unlink()


def _flaw(count: int, truncated: bool, today: date, last_good: Index | None) -> str:
    """Say what is wrong with a download as a whole; "" if nothing is."""
    if not count:
        return "holds no instruments"
    if truncated:
        return "ends inside a row"
    if last_good and today - last_good.day <= SHRINK_MEMORY and count < last_good.rows * LEAST_SHARE:
        return f"holds only {count} instruments after {last_good.rows} on {last_good.day}"
    return ""
