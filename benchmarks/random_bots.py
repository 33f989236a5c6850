"""Random bots, each run through the drop-in and after the codemod: requests, printed lines and errors must be equal.

    python benchmarks/random_bots.py [--bots 1000] [--seed 0] [--keep FOLDER]

Prints a table, and for each bot that differs its seed and what differs; `--keep` saves those bots. Exit code 1 for any.
"""
# ruff: noqa: T201 - a table; the generator stands with the tests

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "codemod"))

from both_ways import MOMENT, judged
from random_bots import of_seed

from ks_compat.sandbox import Sandbox


def main() -> int:
    """Runs the bots; 1 if one differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--bots", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    os.environ.update(KS_COMPAT_ORDERS_PER_SECOND="0", KS_COMPAT_CALLS_PER_SECOND="0")
    outcomes: Counter[str] = Counter()
    with Sandbox(clock=lambda: MOMENT) as sandbox, tempfile.TemporaryDirectory(prefix="ks-compat-") as scratch:
        for seed in range(arguments.seed, arguments.seed + arguments.bots):
            folder = Path(scratch, str(seed))
            folder.mkdir()
            files = of_seed(seed)
            verdict = judged(files, folder, sandbox)
            outcomes[verdict.outcome] += 1
            if verdict.differences:
                outcomes["differences"] += 1
                print(f"--- seed {seed} ({verdict.outcome})", *verdict.differences, sep="\n", flush=True)
                if arguments.keep is not None:
                    _keep(arguments.keep / str(seed), files, folder)
    names = ("native", "facade", "error", "differences")
    print(f"{'bots':>8}", *(f"{name:>12}" for name in names))
    print(f"{arguments.bots:>8}", *(f"{outcomes[name]:>12}" for name in names))
    return 1 if outcomes["differences"] else 0


def _keep(target: Path, files: dict[str, str], migrated: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (target / name).write_text(text)
        (target / f"{name}.after").write_text((migrated / name).read_text())


if __name__ == "__main__":
    sys.exit(main())
