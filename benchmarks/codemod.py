"""How fast `ks-compat migrate` is, beside `python -m libcst.tool codemod` with qualified names, in one run.

    python benchmarks/codemod.py [--files 2000] [--bots 20] [--sample 60] [--large]

Makes a tree of files out of this Python's site-packages and standard library with some bots strewn in, and runs both
commands on it as processes, imports included. `--large`: 100,000 files with ten bots, ours alone. Exit code 1 if a goal
is missed.
"""
# ruff: noqa: T201 - a table

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand
from libcst.metadata import QualifiedNameProvider

TIMES_FASTER, SECONDS, LARGE_SECONDS = 50, 2.0, 60.0
BOT = """\
import os
from ks_api_client import ks_api

client = ks_api.KSTradeApi(os.environ["ACCESS_TOKEN"], os.environ["USERID"], "key", "127.0.0.1", "app")
client.login(password=os.environ["PASSWORD"])
client.session_2fa()
for token in (727, 754):
    ack = client.place_order(order_type="N", instrument_token=token, transaction_type="BUY", quantity=1, price=0)
    print(ack["Success"]["NSE"]["orderId"])
for order in client.order_report()["success"]:
    print(order["orderId"], order["status"])
"""


class RenameClient(VisitorBasedCodemodCommand):
    """What libcst's documentation shows: a rename that asks for the qualified name of every call."""

    METADATA_DEPENDENCIES = (QualifiedNameProvider,)
    DESCRIPTION = "Renames KSTradeApi by its qualified name."

    def __init__(self, context: CodemodContext) -> None:
        """Takes libcst's context."""
        super().__init__(context)

    def leave_Call(self, original_node, updated_node):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, N802
        """Renames the call."""
        names = self.get_metadata(QualifiedNameProvider, original_node.func, set())
        if any(name.name == "ks_api_client.ks_api.KSTradeApi" for name in names):
            import libcst

            return updated_node.with_changes(func=libcst.Name("NeoClient"))
        return updated_node


def make(folder: Path, files: int, bots: int) -> int:
    """Fills ``folder``; returns the bytes."""
    places = (sysconfig.get_path("purelib"), sysconfig.get_path("stdlib"))
    pool = [path for place in places for path in sorted(Path(place).rglob("*.py")) if "ks_" not in str(path)]
    dice, size = random.Random(7), 0
    taken = [content for path in dice.sample(pool, len(pool)) if b"ks_api" not in (content := path.read_bytes())]
    for number in range(files - bots):
        target = folder / f"p{number // 50:04}" / f"m{number:06}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        content = taken[number % len(taken)]
        target.write_bytes(content)
        size += len(content)
    for number in range(bots):
        target = folder / f"p{dice.randrange(max(1, files // 50)):04}" / f"my_bot_{number}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(BOT)
    return size


def timed(command: list[str], folder: Path, **environment: str) -> float:
    """Seconds of the wall clock. Raises RuntimeError where the command fails."""
    begin = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-2000:])
    return time.perf_counter() - begin


def ours(folder: Path, files: int, bots: int) -> float:
    """Seconds of `ks-compat migrate --write`; checks what it wrote."""
    command = [str(Path(sys.executable).with_name("ks-compat")), "migrate", "--write", "."]
    seconds = timed(command, folder)
    moved = sum(b"NeoClient(" in path.read_bytes() for path in folder.rglob("my_bot_*.py"))
    if moved != bots:
        raise RuntimeError(f"only {moved} of {bots} bots were moved")
    print(f"{'ks-compat migrate --write':42} {files:>8,} files {seconds:9.2f} s {files / seconds:10,.0f} files/s")
    return seconds


def theirs(folder: Path, files: int) -> float:
    """Seconds of libcst's tool on the same tree."""
    command = [sys.executable, "-m", "libcst.tool", "codemod", "-x", "codemod.RenameClient", "--no-format", "."]
    seconds = timed(command, folder, PYTHONPATH=str(Path(__file__).parent))
    print(f"{'libcst.tool, qualified names':42} {files:>8,} files {seconds:9.2f} s {files / seconds:10,.1f} files/s")
    return seconds


def goal(name: str, reached: bool) -> bool:
    """Prints one goal."""
    print(f"{'PASS' if reached else 'FAIL'}  {name}")
    return reached


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--bots", type=int, default=20)
    parser.add_argument("--sample", type=int, default=0, help="give libcst's tool this many files only (it is slow)")
    parser.add_argument("--large", action="store_true", help="100,000 files with ten bots, ours alone")
    options = parser.parse_args()
    files, bots = (100_000, 10) if options.large else (options.files, options.bots)
    with tempfile.TemporaryDirectory() as home:
        tree = Path(home, "tree")
        size = make(tree, files, bots)
        print(f"{files:,} files, {size / 1e6:.0f} MB, {bots} of them bots, {os.cpu_count()} cores")
        if options.large:
            return 0 if goal(f"under {LARGE_SECONDS:.0f} s", ours(tree, files, bots) < LARGE_SECONDS) else 1
        few = options.sample or files
        other = Path(home, "sample")
        if options.sample:
            make(other, few, max(1, bots * few // files))
        else:
            shutil.copytree(tree, other)
        mine = ours(tree, files, bots)
        ratio = (theirs(other, few) / few) / (mine / files)
        reached = [
            goal(f"at least {TIMES_FASTER} times faster: {ratio:.0f}", ratio >= TIMES_FASTER),
            goal(f"about {SECONDS:.0f} s (up to {SECONDS * 1.25} s): {mine:.2f} s", mine <= SECONDS * 1.25),
        ]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    raise SystemExit(main())
