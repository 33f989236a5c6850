"""One process at a time: the others wait for its work instead of doing it again."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

WAIT_SECONDS = 60.0
_PAUSE_SECONDS = 0.05


@contextmanager
def one_process(lock_file: Path, done: Callable[[], bool]) -> Iterator[None]:
    """Hold the lock while inside, or go in without it: when `done()` says so, or after `WAIT_SECONDS`.

    The lock is sqlite's own on an empty file: it works on every system, and the system frees it when its holder dies.
    Where a file system knows no locks nobody waits, and the work is done twice, which does no harm.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    with closing(sqlite3.connect(lock_file, timeout=0, isolation_level=None)) as db:
        while not _taken(db) and not done() and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)
        try:
            yield
        finally:
            with suppress(sqlite3.Error):  # never taken
                db.execute("ROLLBACK")


def _taken(db: sqlite3.Connection) -> bool:
    try:
        db.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as exc:
        return "locked" not in str(exc)  # no locks here: go in
    return True
