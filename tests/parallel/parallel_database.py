"""The databases of a record: a file, and a PostgreSQL server of the test's own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


class Postgres:
    """A server on a free port of this machine. It refuses to run as root, so it runs as the user postgres there."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        where = found[-1].parent if found else Path(shutil.which("initdb") or "/nowhere").parent
        if not (where / "initdb").exists():
            pytest.skip("PostgreSQL is not installed")
        self._bin, self._user = where, "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="ks-postgres-"))
        if self._user:
            shutil.chown(self._folder, self._user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._run("initdb", "-U", "bot", "--auth=trust", "-E", "UTF8", "--no-sync")
        self.start()

    def _run(self, command: str, *arguments: str) -> None:
        data = str(self._folder / "data")
        line = [str(self._bin / command), "-D", data, *arguments]
        # pg_ctl hands its own output on to the server, which would keep a pipe open.
        done = subprocess.run(
            line, user=self._user, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, timeout=60
        )
        assert done.returncode == 0, line

    def start(self) -> None:
        options = f"-p {self.port} -k {self._folder} -h 127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self._folder / "log"), "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def sql(self, *statements: str) -> list[tuple[object, ...]]:
        import psycopg

        with psycopg.connect(f"host=127.0.0.1 port={self.port} user=bot dbname=postgres", autocommit=True) as db:
            for statement in statements:
                cursor = db.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def fresh(self, name: str = "run") -> str:
        """The URL of an empty database, with a password that must not be seen anywhere."""
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        return f"postgresql://bot:hunter2@127.0.0.1:{self.port}/{name}"

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh record in each of the two databases."""
    if request.param == "sqlite":
        return str(tmp_path / "records" / "run.sqlite")
    return request.getfixturevalue("postgres").fresh()
