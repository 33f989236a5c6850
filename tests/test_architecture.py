"""The house of DESIGN.md: which room may import which, and what an import may load."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

OLD_NAMES = {"exceptions", "settings", "configuration", "rest", "api_client", "models", "api"}
"""The modules that old code imports, beside ``ks_api``."""

MAY_IMPORT = {
    "exceptions": set(),
    "locks": set(),
    "instruments": {"locks"},
    "native": {"instruments", "locks"},
    "v1": {"native", "exceptions"},
    "settings": set(),
    "configuration": set(),
    "rest": {"exceptions"},
    "api_client": {"configuration", "exceptions", "rest"},
    "facade": {"v1", "native", "exceptions", "settings", "configuration", "api_client"},
    "old_modules": set(),
    "models": {"old_modules"},
    "api": {"v1", "old_modules", "api_client", "exceptions", "rest"},
    "ks_api": {"v1", "native", "exceptions", "configuration", "facade"},
    "ks_codemods": {"old_files", "v1"},
    "old_files": {"native", "instruments"},
    "runner": {"old_files", "parallel"},
    "sandbox": set(),
    "comparison": set(),
    "parallel": {"comparison", "exceptions", "instruments", "ks_api", "native", "v1"},
    "parity": {"comparison", "ks_codemods", "native", "runner", "sandbox"},
    "demo": {"exceptions", "instruments", "ks_codemods", "native", "parallel", "parity", "sandbox"},
    "cli": {
        "comparison",
        "demo",
        "instruments",
        "ks_codemods",
        "native",
        "old_files",
        "parallel",
        "parity",
        "runner",
        "sandbox",
    },
    "__init__": {"exceptions", "native"},
}

CODEMOD_ORDER = ("reading", "naming", "reporting", "old_hosts", "writing", "analysis", "edits")
"""The rooms of the codemod: each imports only those before it, and the modules beside them that import no room."""


def modules() -> Iterator[tuple[str, Path]]:
    for file in sorted((ROOT / "ks_compat").rglob("*.py")):
        if "bots" not in file.parts:
            yield file.relative_to(ROOT / "ks_compat").parts[0].removesuffix(".py"), file
    for file in sorted((ROOT / "codemods" / "ks_codemods").rglob("*.py")):
        yield "ks_codemods", file


def imported_rooms(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    rooms = {name.split(".")[1] for name in names if name.startswith("ks_compat.")}
    return rooms | {"ks_codemods" for name in names if name.split(".")[0] == "ks_codemods"}


def test_imports_run_one_way() -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {room}"
        for home, file in modules()
        for room in imported_rooms(file) - {home} - MAY_IMPORT[home]
    ]

    assert wrong == []


def test_the_rooms_of_the_codemod_stand_in_order() -> None:
    home = ROOT / "codemods" / "ks_codemods"
    wrong = []
    for place, room in enumerate(CODEMOD_ORDER):
        for file in (home / room).glob("*.py"):
            found = set(re.findall(r"ks_codemods\.(\w+)", file.read_text())) & set(CODEMOD_ORDER)
            wrong += [f"{room}/{file.name} imports {other}" for other in found - set(CODEMOD_ORDER[: place + 1])]

    assert wrong == []
    assert {path.parent.name for path in home.glob("*/__init__.py")} == set(CODEMOD_ORDER)


def test_every_old_module_is_a_room_of_its_own() -> None:
    assert OLD_NAMES < set(MAY_IMPORT) == {home for home, _ in modules()}


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.split(".")[0] for name in done.stdout.split()} | set(done.stdout.split())


@pytest.mark.parametrize(
    "statement", ["import ks_compat", "from ks_compat import ks_api", "from ks_compat import NeoClient"]
)
def test_a_bot_loads_no_codemod_command_line_or_sandbox(statement: str) -> None:
    # rich is not among them: httpx loads it where it is installed.
    heavy = {"libcst", "typer", "starlette", "uvicorn", "ks_codemods", "ks_compat.sandbox", "pandas", "numpy"}

    assert loaded_by(statement) & heavy == set()


def test_the_package_itself_loads_nothing_heavy() -> None:
    assert loaded_by("import ks_compat") & {"httpx", "pydantic", "ks_compat.native", "ks_compat.v1"} == set()
