"""Mutation check: faults planted in the translation, one at a time, and the proof test that catches each.

    python benchmarks/mutations.py [--only WORD] [--jobs N]

Works in a copy of the tree. The proof has to pass there first. Exits 1 where a fault survives, 2 where one cannot be
planted (its line has changed) or the proof fails without any.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).parent.parent
COPIED = ("ks_compat", "codemods", "tests", "pyproject.toml", "MIGRATION.md")
PROOF = ["tests/proof/test_four_ways.py"]
V1, NATIVE, CODEMOD = "ks_compat/v1", "ks_compat/native", "codemods/ks_codemods"


@dataclass(frozen=True)
class Fault:
    """One fault: ``old`` stands once in ``file`` and becomes ``new``."""

    name: str
    file: str
    old: str
    new: str


FAULTS = (
    Fault("wrong product: MIS goes as CNC", f"{V1}/arguments.py", '"MIS": "MIS"', '"MIS": "CNC"'),
    Fault("wrong product: N in derivatives goes as MIS", f"{NATIVE}/requests.py", 'else "NRML"', 'else "MIS"'),
    Fault("price in place of trigger", f"{NATIVE}/requests.py", '"tp": self.trigger_price,\n            "ts"',
          '"tp": self.price,\n            "ts"'),
    Fault("SL and SL-M swapped", f"{V1}/arguments.py", '(True, True): "SL", (False, True): "SL-M"',
          '(True, True): "SL-M", (False, True): "SL"'),
    Fault("AMO flag lost", f"{V1}/arguments.py", '"AMO": "YES"', '"AMO": "NO"'),
    Fault("AMO forgotten on modify", f"{NATIVE}/order_calls.py",
          'order_id=number, amo=amo or self._amo(number), **terms',
          'order_id=number, amo=amo or "NO", **terms'),
    Fault("IOC lost", f"{V1}/arguments.py", '"IOC": "IOC"', '"IOC": "DAY"'),
    Fault("sides swapped", f"{V1}/arguments.py", '{"BUY": "B", "SELL": "S"}', '{"BUY": "S", "SELL": "B"}'),
    Fault("disclosed quantity lost", f"{V1}/arguments.py", '"disclosed_quantity": disclosed_quantity,\n        "tag"',
          '"disclosed_quantity": 0,\n        "tag"'),
    Fault("quantity as a number in jData", f"{NATIVE}/wire.py", "    if None not in fields.values() and",
          '    if "qt" in fields:\n        fields = {**fields, "qt": int(fields["qt"])}\n'
          '        return b"jData=" + quote_plus(json.dumps(fields)).encode("ascii")\n'
          "    if None not in fields.values() and"),
    Fault("jData in compact JSON", f"{NATIVE}/wire.py", "'%2C+'.join(", "'%2C'.join("),
    Fault("a key left out: tag not sent", f"{NATIVE}/requests.py", '            "ig": self.tag,\n', ""),
    Fault("a key in small letters", f"{NATIVE}/report_calls.py", '{"nOrdNo": order_number', '{"nordno": order_number'),
    Fault("order source changed", f"{NATIVE}/requests.py", '"ig": self.tag,\n            "os": "NEOTRADEAPI"',
          '"ig": self.tag,\n            "os": "KSCOMPAT"'),
    Fault("wrong segment", f"{NATIVE}/order_calls.py", "return found.exchange_segment, found.trading_symbol, found",
          'return found.exchange_segment.replace("bse", "nse"), found.trading_symbol, found'),
    Fault("wrong endpoint for modify", f"{NATIVE}/endpoints.py", '"quick/order/vr/modify"', '"quick/order/modify"'),
    Fault("a header too many", f"{NATIVE}/calls.py", '("User-Agent", "ks-compat"),',
          '("User-Agent", "ks-compat"),\n    ("X-Client", "ks-compat"),'),
    Fault("header order", f"{NATIVE}/calls.py", '(*extra, ("Sid", trade.sid), ("Auth", trade.token), key)',
          '(*extra, ("Auth", trade.token), ("Sid", trade.sid), key)'),
    Fault("neo-fin-key missing", f"{NATIVE}/calls.py", '("Auth", trade.token), key)', '("Auth", trade.token))'),
    Fault("Authorization left on orders", f"{NATIVE}/calls.py", "with_token = auth", "with_token = True or auth"),
    Fault("float repr: 2250.0 for 2250", f"{NATIVE}/wire.py", "return plain(decimal(name, value))",
          "return str(float(decimal(name, value)))"),
    Fault("float noise sent", f"{NATIVE}/wire.py",
          "return near if _WIDE.subtract(number, near).copy_abs() <= _NOISE else number", "return number"),
    Fault("off the tick is rounded, not refused", f"{NATIVE}/increments.py",
          "if not ticks or abs(_EXACT.subtract(number, nearest)) >= _NOISE:", "if not ticks:"),
    Fault("login field misnamed", f"{NATIVE}/session_calls.py", '"mobileNumber": settings', '"mobile": settings'),
    Fault("quote filter wrong", f"{V1}/calls.py", '"LTP": ("ltp", answers', '"LTP": ("all", answers'),
    Fault("several tokens split wrongly", f"{V1}/arguments.py", 'instrument_token.split("-")',
          'instrument_token.split("-")[:1]'),
    Fault("positions OPEN and TODAYS swapped", f"{V1}/calls.py",
          '{"TODAYS": answers.todays_positions_answer, "OPEN": answers.open_positions_answer}',
          '{"OPEN": answers.todays_positions_answer, "TODAYS": answers.open_positions_answer}'),
    Fault("the book for an order's history", f"{V1}/calls.py",
          "answers.order_book_answer(client.order_report())\n    return answers.order_history_answer("
          "client.order_history(order_id))",
          "answers.order_book_answer(client.order_report())\n    return answers.order_book_answer("
          "client.order_report(order_id))"),
    Fault("margin of shares in derivatives too", f"{V1}/calls.py", 'if segment.endswith("_cm") else None',
          'if segment else None'),
    Fault("dates of history swapped", f"{V1}/calls.py", '"D", wanted.first, wanted.last',
          '"D", wanted.first, wanted.first'),
    Fault("order number as text, not int", f"{V1}/order_shapes.py",
          '"int"),\n    "orderQuantity": From("quantity"),\n    "orderTimestamp"',
          '"str"),\n    "orderQuantity": From("quantity"),\n    "orderTimestamp"'),
    Fault("codemod: validity table wrong", f"{CODEMOD}/edits/orders.py", '_looked_up("validity", VALIDITIES, dynamic)',
          '_looked_up("validity", {**VALIDITIES, "IOC": "DAY"}, dynamic)'),
    Fault("codemod: argument order of modify", f"{CODEMOD}/methods.py", '("order_id", "price", "quantity",',
          '("order_id", "quantity", "price",'),
    Fault("codemod: trigger dropped", f"{CODEMOD}/edits/orders.py",
          "return [] if UNKNOWN in in_source else [context.layout.keyword(arg, name)]", "return []"),
    Fault("codemod: default tag lost", f"{CODEMOD}/edits/orders.py",
          'items.append(context.layout.keyword(None, "tag", context.layout.text("string")))', "pass"),
    Fault("codemod: OHLC asked as depth", f"{CODEMOD}/edits/rewrites.py", '"OHLC": ("ohlc", "ohlc")',
          '"OHLC": ("depth", "ohlc")'),
    Fault("codemod: OPEN shown as TODAYS", f"{CODEMOD}/edits/rewrites.py", '"OPEN": "open_positions"',
          '"OPEN": "todays_positions"'),
    Fault("codemod: session code sent on", f"{CODEMOD}/edits/rewrites.py",
          "return Rewrite(native, (context.layout.emptied(), *effects), answer)", "return Rewrite(native, (), answer)"),
)  # fmt: skip


def tree(folder: Path) -> Path:
    """A copy of the tree in ``folder``."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
        else:
            shutil.copy(source, folder / name)
    return folder


def proof(folder: Path) -> tuple[int, str]:
    """Runs the proof up to its first failure; pytest's exit code, and the test that failed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KS_COMPAT_")}
    path = os.pathsep.join([str(folder), str(folder / "codemods")])
    environment |= {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-x", "-q", "-p", "no:cacheprovider", *PROOF],
        cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip
    failed = re.search(r"^(?:FAILED|ERROR) \S*?(?:::)?(test_.*?\]|\S+)(?: - |$)", done.stdout, re.MULTILINE)
    return done.returncode, failed[1] if failed else done.stdout.strip().splitlines()[-1]


def caught(fault: Fault) -> str:
    """The test that catches ``fault``; empty where none does.

    Raises LookupError where it cannot be planted, RuntimeError where the proof does not run with it: no test caught it.
    """
    with tempfile.TemporaryDirectory(prefix="ks-mutation-") as name:
        file = tree(Path(name)) / fault.file
        text = file.read_text("utf-8")
        if text.count(fault.old) != 1:
            raise LookupError(f"{fault.name!r} is out of date: {fault.file} has changed")
        file.write_text(text.replace(fault.old, fault.new), "utf-8")
        code, failed = proof(Path(name))
        if code not in (0, 1):
            raise RuntimeError(f"{fault.name!r}: pytest did not run the proof (exit {code}): {failed}")
        return failed if code else ""


def main() -> int:
    """Plants all faults; prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="the faults whose name holds this word")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    asked = parser.parse_args()
    faults = [fault for fault in FAULTS if asked.only in fault.name]
    begin = time.monotonic()
    told = partial(Console(soft_wrap=True).print, markup=False, highlight=False)
    for fault in faults:
        found = (ROOT / fault.file).read_text("utf-8").count(fault.old)
        if found != 1:
            told(f"{fault.name!r} is out of date: {fault.file} holds {fault.old!r} {found} times")
            return 2
    with tempfile.TemporaryDirectory(prefix="ks-mutation-") as name:
        code, failed = proof(tree(Path(name)))
    if code:
        told(f"the proof fails without a fault: {failed}")
        return 2
    told(f"without a fault the proof passes ({time.monotonic() - begin:.0f} s)\n")
    told("| fault | caught by |\n|---|---|")
    survivors = 0
    with ThreadPoolExecutor(asked.jobs) as pool:
        for fault, test in zip(faults, pool.map(caught, faults), strict=True):
            survivors += not test
            told(f"| {fault.name} | {test.replace('|', chr(92) + '|') or 'NOTHING'} |")
    told(f"\n{len(faults) - survivors} of {len(faults)} faults are caught ({time.monotonic() - begin:.0f} s)")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
