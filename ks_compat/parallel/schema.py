"""The tables of a record, and the way to its database: a SQLite file, or PostgreSQL."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from ks_compat.parallel.plan import PlanError

PREFIX = "ks_parallel_1_"
"""The number is that of the shape of the tables: two versions can use one database side by side."""
_LEAST_CONNECT = 2
"""Seconds; libpq takes no less."""
_METADATA = MetaData()
_Id = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *columns: Any) -> Table:
    return Table(PREFIX + name, _METADATA, *columns)


OBSERVATION = _table(
    "observation",
    Column("id", _Id, primary_key=True),
    Column("account", String(12), nullable=False),
    Column("at", Double, nullable=False),
    Column("method", String(40), nullable=False),
    Column("phase", String(12), nullable=False),
    Column("side", String(12), nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("primary_ms", Double),
    Column("other_ms", Double),
    Column("note", Text, nullable=False),
    Column("noise", Boolean, nullable=False),
    Column("differences", Text, nullable=False),
    Index(f"{PREFIX}by_account", "account", "id"),
)
COUNTER = _table(
    "counter",
    *(Column(name, String(160), primary_key=True) for name in ("account", "day", "method", "phase")),
    Column("stay", Integer, primary_key=True, autoincrement=False),
    *(Column(name, String(160), primary_key=True) for name in ("kind", "name")),
    Column("number", BigInteger, nullable=False),
)
"""Sums of observations by IST day, method, phase and stay (the number of the transition into the phase). They outlive
the observations: a gate counts days, and a busy bot fills the record in one.
"""
TRANSITION = _table(
    "transition",
    Column("account", String(12), primary_key=True),
    Column("method", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("phase", String(12), nullable=False),
    Column("since", Double, nullable=False),
    Column("who", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("tripped", Boolean, nullable=False),
)
"""Every change of a phase; the highest number is in force. Whoever moves on from an older one collides."""
ORDER = _table(
    "order",
    Column("id", _Id, primary_key=True),
    Column("account", String(12), nullable=False),
    Column("day", String(10), nullable=False),
    Column("order_id", String(80), nullable=False),
    Column("side", String(12), nullable=False),
    Column("at", Double, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("tag", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("rupees", String(40), nullable=False),
    UniqueConstraint("account", "day", "order_id"),
)
SPENT = _table(
    "spent",
    Column("account", String(12), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("orders", Integer, nullable=False),
    Column("units", BigInteger, nullable=False),
)
"""What the canary has used up of a day's caps; ``units`` are hundredths of a paisa, so that a sum is exact."""


class RecordError(PlanError):
    """A record that cannot be used or reached. The text holds no password.

    ``refused``: it was reached, and does not take these values; there is no use in trying again. ``gone``: its file is
    no more the one that was read.
    """

    def __init__(self, message: str, *, refused: bool = False, gone: bool = False) -> None:
        super().__init__(message)
        self.refused, self.gone = refused, gone


def account_key(account: str) -> str:
    """How an account (UCC) stands in a record: a short hash. It keeps a UCC out of sight; it is no secret."""
    return hashlib.sha256(f"ks-compat parallel {account}".encode()).hexdigest()[:12]


def engine_of(address: str | Path, wait: float) -> Engine:
    """The engine for a file or a URL. Nothing is opened yet. Raises RecordError.

    ``wait`` (seconds) bounds how long a statement waits for other processes; connecting may take two seconds.
    """
    url = _url(address)
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(url, wait)
        return create_engine(url, hide_parameters=True, pool_size=2, connect_args=_postgresql(wait))
    except ImportError:
        raise RecordError('A record in PostgreSQL needs its driver: pip install "ks-compat[fleet]".') from None


def create_tables(engine: Engine) -> None:
    """Makes what is missing: the folder, the file (for its owner's eyes only), the tables. Raises what they raise."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file:
        Path(file).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite gives its -wal and -shm files the same rights.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    _METADATA.create_all(engine)


def _url(address: str | Path) -> URL:
    text = str(address)
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        url = make_url(text.replace("postgres://", "postgresql://", 1) if text.startswith("postgres:") else text)
        name = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        name = ""
    if name not in ("sqlite", "postgresql") or (name == "sqlite" and not url.database):
        raise RecordError("The record must be a file, or a URL: postgresql+psycopg://USER:PASSWORD@HOST/DATABASE.")
    return url.set(drivername="postgresql+psycopg") if name == "postgresql" else url


def _sqlite(url: URL, wait: float) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": wait})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        # WAL: readers do not wait for the writer. NORMAL: a killed process loses nothing, a power cut the last moment.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


def _postgresql(wait: float) -> dict[str, Any]:
    ms = int(wait * 1000)
    return {
        "connect_timeout": _LEAST_CONNECT,
        "tcp_user_timeout": max(ms, 1000),
        "application_name": "ks-compat parallel",
        "options": f"-c statement_timeout={ms} -c lock_timeout={ms}",
    }
