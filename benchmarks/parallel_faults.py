"""Random days of a parallel run, with failures of the candidate, of both servers and of the record, and with kills.

    python benchmarks/parallel_faults.py [--days 100] [--steps 40] [--kills 10] [--seed 8]

Every write must be sent by one side, once: counted in the clients and on the wire of both APIs of the sandbox. The bot
must get what its side said. Ends with 1 where one of it does not hold.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "parallel"))

from parallel_chaos import METHODS, MOODS, READS, SANDBOX_FAULTS, TOKENS, World, quiet
from test_parallel_kill import killed

from ks_compat.demo.parallel_count import counted
from ks_compat.parallel.phases import ORDER
from ks_compat.sandbox import Sandbox


def step(world: World, chance: random.Random) -> None:
    """One random thing, orders more often than others."""
    what = chance.choices(
        ("place", "change", "read", "mood", "phase", "fault", "restart", "record", "login"),
        (30, 12, 15, 12, 15, 8, 3, 2, 3),
    )[0]
    if what == "place":
        world.place(chance.choice(sorted(TOKENS)))
    elif what == "change":
        world.change(chance.randrange(50), chance.choice(("modify", "cancel")))
    elif what == "read":
        world.read(*chance.choice(READS))
    elif what == "mood":
        world.mood(chance.choice(MOODS))
    elif what == "phase":
        world.phase(chance.choice((*METHODS, *["place_order"] * 8)), chance.randrange(6))
    elif what == "fault":
        world.fault(chance.choice(("legacy", "candidate")), chance.choice(SANDBOX_FAULTS))
    elif what == "restart":
        world.restart()
    elif what == "record":
        world.broken_record()
    else:
        world.log_in()


def days(sandbox: Sandbox, number: int, steps: int, seed: int, total: Counter[str]) -> None:
    """Plays so many days, each with a broker and a record of its own."""
    for day in range(number):
        chance = random.Random(seed * 100_000 + day)
        with tempfile.TemporaryDirectory() as folder:
            world = World(sandbox, Path(folder))
            try:
                for _ in range(steps):
                    step(world, chance)
            finally:
                world.close()
        seen = counted(sandbox.requests)
        total.update(
            calls=world.calls,
            orders=len(world.tags),
            faults=sum(world.faults.values()),
            v1=sum(seen.apis_of(tag) == ["v1"] for tag in world.tags),
            v2=sum(seen.apis_of(tag) == ["v2"] for tag in world.tags),
            nowhere=sum(not seen.apis_of(tag) for tag in world.tags),
            doubled=len(seen.doubled(world.tags)),
        )


def kills(sandbox: Sandbox, number: int, seed: int, total: Counter[str]) -> None:
    """Kills so many bots in the middle of an order."""
    chance = random.Random(seed)
    for round_ in range(number):
        sandbox.reset()
        with tempfile.TemporaryDirectory() as folder:
            phase = ORDER[1:][round_ % 5]
            tags = killed(sandbox, Path(folder), phase, 0, chance.randrange(1, 8), chance.random() * 0.01)
        time.sleep(0.2)
        seen = counted(sandbox.requests)
        lost = [tag for tag, acknowledged in tags.items() if acknowledged and not seen.apis_of(tag)]
        total.update(
            kills=1,
            orders=len(tags),
            calls=len(tags),
            v1=sum(seen.apis_of(tag) == ["v1"] for tag in tags),
            v2=sum(seen.apis_of(tag) == ["v2"] for tag in tags),
            nowhere=sum(not seen.apis_of(tag) for tag in tags),
            doubled=len(seen.doubled(tags)),
            lost=len(lost),
        )


_TOLD = {
    "calls": "calls of the bot",
    "faults": "faults",
    "kills": "kills",
    "orders": "new orders",
    "v1": "arrived at v1 alone",
    "v2": "arrived at v2 alone",
    "nowhere": "arrived nowhere",
    "lost": "acknowledged, and arrived nowhere",
    "doubled": "doubled",
}


def main() -> int:
    """Plays, prints the figures, and says whether all holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("days", 100), ("steps", 40), ("kills", 10), ("seed", 8)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    total: Counter[str] = Counter(doubled=0, lost=0, kills=0)
    start = time.monotonic()
    with quiet(), Sandbox() as sandbox:
        days(sandbox, given.days, given.steps, given.seed, total)
        kills(sandbox, given.kills, given.seed, total)
    table = Table("what", "times", title=f"{given.days} days, seed {given.seed}, {time.monotonic() - start:.0f} s")
    for name, text in _TOLD.items():
        table.add_row(text, f"{total[name]:,}")
    holds = not total["doubled"] and not total["lost"]
    console = Console()
    console.print(table)
    console.print("PASS" if holds else "FAIL")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
