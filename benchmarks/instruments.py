"""The instrument index against the broker's own SDK on one master of 200,000 contracts, in one run.

    python benchmarks/instruments.py [--rows 200000] [--json]

Each figure comes from a process of its own. The SDK's search reads a file that is made here, so nothing is downloaded.
The exit code is 1 where a goal is missed. Seconds are wall time, so run it on a machine that does nothing else.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

HEADER = (
    "pSymbol,pGroup,pExchSeg,pInstType,pSymbolName,pTrdSymbol,pOptionType,pScripRefKey,pISIN,pAssetCode,pSubGroup,"
    "pCombinedSymbol,pDesc,pAmcCode,pContractId,dTickSize ,lLotSize,lExpiryDate ,lMultiplier ,lPrecision,"
    "dStrikePrice;,pExchange,pInstName,pExpiryDate,pIssueDate,pMaturityDate,pListingDate,pNoDelStartDate,pNoDelEndDate,"
    "pBookClsStartDate,pBookClsEndDate,pRecordDate,pCreditRating,pReAdminDate,pExpulsionDate,pLocalUpdateTime,"
    "pDeliveryUnits,pPriceUnits,pLastTradingDate,pTenderPeridEndDate,pTenderPeridStartDate,pSellVarMargin,"
    "pBuyVarMargin,pInstrumentInfo,pRemarksText,pSegment,pNav,pNavDate,pMfAmt,pSipSecurity,pFaceValue,pTrdUnits,"
    "pExerciseStartDate,pExerciseEndDate,pElmMargin,pVarMargin,pTotProposedLimitValue,pScripBasePrice,pSettlementType,"
    "pCurrectionTime,iPermittedToTrade,iBoardLotQty ,iMaxOrderSize ,iLotSize,dOpenInterest ,dHighPriceRange ,"
    "dLowPriceRange ,dPriceNum   ,dGenDen,dGenNum,dPriceQuatation ,dIssuerate ,dPriceDen,dWarningQty ,dIssueCapital ,"
    "dExposureMargin ,dMinRedemptionQty ,lFreezeQty,CASEligible"
)
IST = timezone(timedelta(hours=5, minutes=30))
TODAY = datetime.now(IST).date()
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
URL = "https://lapi.example/transformed/nse_fo.csv"
LOOKUPS = 5000


class Goal(NamedTuple):
    """One promise: what is measured, the most it may be, and how a figure is shown."""

    name: str
    most: float
    unit: str


GOALS = {
    "build_s": Goal("build the index", 4.0, "s"),
    "build_mb": Goal("build, peak memory", 64.0, "MB"),
    "lookup_us": Goal("look up by name, expiry, strike and type (median)", 25.0, "us"),
    "token_us": Goal("look up by token (median)", 25.0, "us"),
    "lookup_mb": Goal("look-ups, memory over the bare process", 32.0, "MB"),
    "open_ms": Goal("open the index of today", 10.0, "ms"),
}


class FileSource:
    """The master as the client would serve it, out of a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def file_urls(self) -> list[str]:
        """Return the one address."""
        return [URL]

    def download(self, url: str) -> Iterator[bytes]:  # noqa: ARG002 - there is only one
        """Return the file in the chunks of a network read."""
        with self._path.open("rb") as file:
            while chunk := file.read(65536):
                yield chunk


def contract(number: int) -> tuple[int, str, date, int, str]:
    """Return (symbol, name, expiry, strike in paise, CE/PE) of a made contract."""
    pair, underlying = divmod(number // 2, 250)
    step, month = divmod(pair, 4)
    day = TODAY + timedelta(days=7 + 28 * month)
    return 35000 + number, f"UNDER{underlying:03}", day, 100_000 + 1250 * step, ("CE", "PE")[number % 2]


def write_master(path: Path, rows: int) -> None:
    """Write a master with the 79 genuine columns."""
    columns = [name.strip().rstrip(";") for name in HEADER.split(",")]
    filled = dict.fromkeys(columns, "0") | {"pGroup": "XX", "pExchSeg": "nse_fo", "pInstType": "OPTSTK", "pISIN": ""}
    filled |= {"dTickSize": "5", "lLotSize": "75", "lMultiplier": "-1", "lPrecision": "2", "pExchange": "NSE"}
    filled |= {"pDesc": "", "pAssetCode": "26000", "lFreezeQty": "1801", "pSegment": "FO", "CASEligible": "false"}
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(HEADER + "\n")
        table = csv.DictWriter(file, columns, lineterminator="\n")
        for symbol, name, day, paise, kind in map(contract, range(rows)):
            month, strike = MONTHS[day.month - 1], paise / 100
            seconds = int((datetime(day.year, day.month, day.day, 14, 30) - datetime(1980, 1, 1)).total_seconds())
            key = f"{name}{day.day:02}{month}{day.year % 100}"
            table.writerow(
                filled
                | {"pSymbol": symbol, "pSymbolName": name, "pOptionType": kind, "dStrikePrice": f"{paise:.6g}"}
                | {"pTrdSymbol": f"{key}{strike:g}{kind}", "pScripRefKey": f"{key}{strike:.2f}{kind}"}
                | {"lExpiryDate": seconds, "pExpiryDate": seconds, "pInstName": "OPTSTK"}
            )


def memory_mb() -> float:
    """Return the most memory that this process ever used, in MB."""
    # Linux carries the parent's peak over into ru_maxrss of a child; VmHWM starts anew.
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build(home: Path, master: Path) -> dict[str, float]:
    """Build the index of the day."""
    from ks_compat.instruments import Instruments

    with Instruments(home, FileSource(master)) as book:
        start = time.perf_counter()
        ((_, _, rows),) = book.sync(["nse_fo"])
        return {"build_s": time.perf_counter() - start, "build_mb": memory_mb(), "rows": rows}


def look_up(home: Path, master: Path) -> dict[str, float]:
    """Open the index and look contracts up, each once, in no order: no cache helps."""
    from ks_compat.instruments import Instruments, synthetic

    base = memory_mb()
    with Instruments(home, FileSource(master)) as book:
        start = time.perf_counter()
        ((_, _, rows),) = book.sync(["nse_fo"])
        opened = time.perf_counter() - start
        wanted = [contract(number) for number in random.Random(1).sample(range(int(rows)), LOOKUPS)]
        index = book._master.index("nse_fo")  # what every step of the old tokens' join asks
        combos = [(name, day, Decimal(paise) / 100, kind) for _, name, day, paise, kind in wanted]
        found = [_microseconds(lambda combo=combo: index.options(*combo)) for combo in combos]
        assert all(len(result) == 1 for _, result in found)
        tokens = [synthetic.encode("nse_fo", str(symbol)) for symbol, *_ in wanted]
        for _ in book._ledger.numbers((result[0] for _, result in found), str(TODAY)):
            pass  # the bot was given its numbers before
        by_token = [_microseconds(lambda token=token: book.by_token(token))[0] for token in tokens]
        return {
            "open_ms": opened * 1e3,
            "lookup_us": _median([took for took, _ in found]),
            "token_us": _median(by_token),
            "lookup_mb": memory_mb() - base,
        }


def official(master: Path, rows: int) -> dict[str, float]:
    """Search one contract with the SDK, twice, out of its own cache file of today."""
    from neo_api_client.services.scrip_search import ScripSearch
    from neo_api_client.utils import scrip_cache

    scrip_cache.write_csv("nse_fo", master.read_bytes())
    _, name, day, paise, kind = contract(rows // 2)
    base, times = memory_mb(), []
    for _ in range(2):
        start = time.perf_counter()
        found = ScripSearch(_Offline()).scrip_search(
            symbol=name.lower(), exchange_segment="nse_fo", expiry=f"{day.day:02}{MONTHS[day.month - 1]}{day.year}",
            option_type=kind, strike_price=f"{paise / 100:g}", ignore_50multiple=True,
        )  # fmt: skip
        times.append(time.perf_counter() - start)
        assert len(found) == 1, found
    return {"first_s": times[0], "again_s": times[1], "peak_mb": memory_mb(), "over_mb": memory_mb() - base}


class _Offline:
    """What the SDK's search wants of its client where the file is cached."""

    class configuration:  # noqa: N801 - the SDK's name
        consumer_key = "none"

    rest_client = None


def _microseconds(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return (time.perf_counter() - start) * 1e6, result


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _apart(step: str, folder: Path, rows: int) -> dict[str, float]:
    """Run one step in a process of its own and return its figures."""
    environment = {**os.environ, "NEO_SCRIP_CACHE_DIR": str(folder / "sdk")}
    command = [sys.executable, __file__, "--rows", str(rows), "--step", step, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"The step {step} failed:\n{done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> int:
    """Run all steps and print the table; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--step", choices=("build", "look_up", "official"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        master = given.folder / "nse_fo.csv"
        steps = {"build": build, "look_up": look_up}
        done = official(master, given.rows) if given.step == "official" else steps[given.step](given.folder, master)
        print(json.dumps(done))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_master(folder / "nse_fo.csv", given.rows)
        ours = _apart("build", folder, given.rows) | _apart("look_up", folder, given.rows)
        theirs = _apart("official", folder, given.rows)
    passed = {name: ours[name] <= goal.most for name, goal in GOALS.items()}
    if given.json:
        print(json.dumps({"rows": given.rows, "ks_compat": ours, "official": theirs, "passed": passed}))
    else:
        _show(given.rows, ours, theirs, passed)
    return 0 if all(passed.values()) else 1


def _show(rows: int, ours: dict[str, float], theirs: dict[str, float], passed: dict[str, bool]) -> None:
    print(f"A master of {rows} contracts, {int(ours['rows'])} of them read\n")
    print(f"{'ks-compat':52} {'figure':>10} {'goal':>10}")
    for name, goal in GOALS.items():
        figure, most = f"{ours[name]:.2f} {goal.unit}", f"{goal.most:g} {goal.unit}"
        print(f"{goal.name:52} {figure:>10} {most:>10}  {'PASS' if passed[name] else 'FAIL'}")
    print(f"\n{'official SDK: search_scrip for one contract':52} {'figure':>10}")
    for text, figure in (
        ("first search, the file cached", f"{theirs['first_s']:.2f} s"),
        ("the same again", f"{theirs['again_s']:.2f} s"),
        ("peak memory", f"{theirs['peak_mb']:.0f} MB"),
    ):
        print(f"{text:52} {figure:>10}")


if __name__ == "__main__":
    sys.exit(main())
