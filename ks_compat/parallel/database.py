"""The way to a record's database for one account, and what can go wrong on it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from ks_compat.parallel.counting import clean
from ks_compat.parallel.schema import RecordError, account_key, create_tables, engine_of

LONGEST = 80
"""Characters kept of a text, where nothing else is said."""
_PREPARE = 3.0
_AT_ONCE = ("locked", "already exists", "duplicate key")


class Database:
    """The part of a database that belongs to one account. Every method raises RecordError where the database fails."""

    def __init__(self, address: str | Path, account: str, *, key: str | None = None, wait: float = 2.0) -> None:
        """Opens nothing yet. ``key``: the account as the record has it, instead of ``account``. ``wait``: see
        ``engine_of``.
        """
        self.key = key or account_key(account)
        self._engine = engine_of(address, wait)
        self._using = threading.RLock()
        self._file: tuple[int, int] | None = None
        self._insert: Any = sqlite_insert if self._engine.dialect.name == "sqlite" else postgresql_insert

    def prepare(self) -> None:
        """Makes the tables where they are missing; several processes may do so at once."""
        end = time.monotonic() + _PREPARE
        while True:
            try:
                with self._reached(fresh=True):
                    create_tables(self._engine)
                    self._file = self._found()
                return
            except RecordError as error:
                # Another process may be making them at this moment.
                if time.monotonic() > end or not any(word in str(error) for word in _AT_ONCE):
                    raise
                time.sleep(0.05)

    def before_fork(self) -> None:
        """Closes the connections, once they are not used: SQLite's idea of who holds which lock must not be inherited,
        or parent and child write over each other.
        """
        if self._using.acquire(timeout=_PREPARE):
            self._engine.dispose()

    def after_fork(self, *, child: bool) -> None:
        """Lets the connections be opened again; the child has a lock of its own."""
        if child:
            self._using = threading.RLock()
            self._engine.dispose(close=False)
        else:
            with suppress(RuntimeError):  # it was not had in time
                self._using.release()

    def close(self) -> None:
        """Closes the connections."""
        self._engine.dispose()

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with self._reached(), self._engine.begin() as db:
            yield db

    @contextmanager
    def _reached(self, *, fresh: bool = False) -> Iterator[None]:
        try:
            with self._using:
                if not fresh:
                    self._still_there()
                yield
        except (DataError, IntegrityError, ArithmeticError, ValueError) as error:
            raise RecordError(self._told(error), refused=True) from None
        except (SQLAlchemyError, OSError) as error:
            raise RecordError(self._told(error), gone=isinstance(error, FileNotFoundError)) from None

    def _still_there(self) -> None:
        """Raises where a file was removed or replaced: SQLite would go on in the old one, which nobody else reads."""
        found = self._found()
        if self._file is None and found is not None:
            self._file = found
        if found != self._file or (found is None and self._engine.dialect.name == "sqlite"):
            self._file = None
            self._engine.dispose()
            raise FileNotFoundError("the file was removed or replaced")

    def _found(self) -> tuple[int, int] | None:
        if self._engine.dialect.name != "sqlite":
            return None
        try:
            found = Path(self._engine.url.database or "").stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _told(self, error: Exception) -> str:
        # The text of SQLAlchemy repeats the statement; that of the driver has no password, but may have many lines.
        cause = getattr(error, "orig", None) or error
        first = next(iter(str(cause).splitlines()), "") or type(cause).__name__
        where = self._engine.url.render_as_string(hide_password=True)
        return f"The record {where} cannot be used: {first}"


def short(value: str, longest: int = LONGEST) -> str:
    """A text as it is kept."""
    return clean(value, longest)
