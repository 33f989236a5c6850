"""The table of old calls, read from ``calls/*.toml``: one file for each method of ``KSTradeApi``; data, not code."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import tomlkit

CALLS = Path(__file__).with_name("calls")


@dataclass(frozen=True)
class Row:
    """One old call. ``v1`` is its source; ``native`` and ``official`` the same intent, written out.

    ``given`` names what was done before (``_given.toml``); ``bare``: without a login; ``cold``: without a scrip master.
    ``endpoints`` are patterns of ``METHOD path``, one for each request that the call sends. ``error`` and
    ``native_error`` are how it ends (class and text; class), ``printed`` is what the old line prints. ``codemod`` are
    the codes of its sites; ``held`` says why the codemod leaves the client on the drop-in. ``no_native`` and
    ``no_official`` say why there is no such way, ``unsupported`` why v2 has no equal.
    """

    method: str
    name: str
    v1: str = ""
    native: str = ""
    official: str = ""
    given: str = "nothing"
    bare: bool = False
    cold: bool = False
    endpoints: tuple[str, ...] = ()
    sends_nothing: bool = False
    error: str = ""
    native_error: str = ""
    printed: str = ""
    codemod: tuple[str, ...] = ("KS101",)
    held: str = ""
    no_native: str = ""
    no_official: str = ""
    unsupported: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """``place_order: a market order``."""
        return f"{self.method}: {self.name}"


@dataclass(frozen=True)
class Method:
    """One file: an old method, what the drop-in does, what the codemod makes of it, its rows."""

    name: str
    facade: str
    rewritten: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Difference:
    """A known difference to the official SDK's requests, by field; ``paths``, ``ours`` and ``theirs`` are patterns."""

    name: str
    where: str
    why: str
    keys: tuple[str, ...] = ("",)
    paths: str = ".*"
    ours: str = ".*"
    theirs: str = ".*"


@dataclass(frozen=True)
class SeedRow:
    """One line of the migration guide's change log (seed 000), and the rows of the table that prove it."""

    category: str
    api: str
    old: str
    new: str
    to_do: str
    here: str
    rows: tuple[str, ...] = ()
    path: str = ""
    """The path of the new endpoint, as it must arrive."""
    without: tuple[str, ...] = ()
    """Headers that must not be sent."""
    plain_token: bool = False
    """Whether Authorization must be the plain token: no Bearer."""


def _read(name: str) -> Any:
    return tomlkit.parse((CALLS / name).read_text("utf-8")).unwrap()


def _made(kind: Any, values: dict[str, Any]) -> Any:
    known = {field.name for field in fields(kind)}
    unknown = {*values} - known
    if unknown:
        raise ValueError(f"{values}: no field {unknown}")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def _method(file: Path) -> Method:
    document = _read(file.name)
    defaults = document.get("every_row", {})
    rows = tuple(
        _made(Row, {"method": file.stem, "name": name, **defaults, **row}) for name, row in document["rows"].items()
    )
    return Method(file.stem, document["facade"], document["rewritten"], rows)


_FIRST = ("place_order", "modify_order", "cancel_order")
"""What can lose money comes first, here and on the page."""
METHODS_OF_TABLE = tuple(
    _method(CALLS / f"{name}.toml")
    for name in (*_FIRST, *sorted({file.stem for file in CALLS.glob("[!_]*.toml")} - {*_FIRST}))
)
ROWS = tuple(row for method in METHODS_OF_TABLE for row in method.rows)
GIVEN: dict[str, dict[str, str]] = {"nothing": {"v1": "", "native": "", "official": ""}, **_read("_given.toml")}
DIFFERENCES = tuple(_made(Difference, {"name": name, **known}) for name, known in _read("_differences.toml").items())
HEADERS: list[tuple[str, list[str]]] = [(kind["path"], kind["headers"]) for kind in _read("_headers.toml")["kinds"]]
"""Path, and the headers of a request to it in their order (spec/v2.md 1.2, 1.3, 1.6)."""
SEED = tuple(_made(SeedRow, row) for row in _read("_seed_000.toml")["rows"])
