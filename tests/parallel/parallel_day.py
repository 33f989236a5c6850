"""A day of a run, as a bot would have noted it."""

from __future__ import annotations

from pathlib import Path

from ks_compat.parallel.observation import Noted, Observation, OwnedOrder
from ks_compat.parallel.phases import Side
from ks_compat.parallel.record import Record

NINE = 1_784_000_700.0  # 2026-07-14 09:15 IST
EVIL = "<script>alert(1)</script>&\"'\x1b[31m"


def seen(
    method: str = "positions",
    outcome: str = "matched",
    *,
    phase: str = "shadow",
    side: Side = "legacy",
    at: float = NINE,
    ms: tuple[float | None, float | None] = (80.0, 110.0),
    fields: tuple[str, ...] = (),
    noise: bool = False,
) -> Observation:
    differences = tuple(Noted(f"{name} of {EVIL}", name, "value", "1", EVIL) for name in fields)
    return Observation(method, phase, side, outcome, at, *ms, differences, "", noise)  # type: ignore[arg-type]


def play(address: str | Path, account: str = "ABC12") -> None:
    """Three days: reads are compared, a difference is found, an order method trips."""
    record = Record(address, account=account, now=lambda: NINE)
    for day in range(3):
        for n in range(120):
            at = NINE + day * 86_400 + n * 180
            record.observe(seen(at=at, ms=(80 + n % 7, 110 + n % 11)))
            record.observe(seen("order_report", at=at, ms=(150 + n % 30, 90 + n % 9)))
            if n % 3 == 0:
                record.observe(seen("quote", at=at, ms=(40, 60)))
        record.observe(
            seen("order_report", "unexplained", at=NINE + day * 86_400, fields=("success[].price" + "x" * 90,))
        )
        record.observe(seen("quote", "failed", at=NINE + day * 86_400 + 600, ms=(40, None)))
    record.set_phase("place_order", "canary", by="asha")
    assert record.flush(20)
    record.observe(seen("place_order", "unknown", phase="canary", side="candidate", at=NINE + 200_000, ms=(120, None)))
    record.set_phase(
        "place_order", "rehearse", by="tripwire", reason=f"the outcome of an order is unknown {EVIL}", tripped=True
    )
    record.own(OwnedOrder("260714000001", "legacy", NINE))
    assert record.flush(20)
    record.close()
