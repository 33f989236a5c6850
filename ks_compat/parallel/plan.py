"""The plan of a parallel run: a TOML file, checked as a whole when it is loaded. See MIGRATION.md for an example."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from tomlkit.exceptions import TOMLKitError

from ks_compat.comparison import Rules, Tolerance
from ks_compat.parallel.phases import COMPARED, KINDS, PHASES, READ_PHASES

PhaseName = Literal["off", "shadow", "rehearse", "canary", "lead", "done"]
_Share = Annotated[float, Field(ge=0, le=1)]
_Count = Annotated[int, Field(ge=0)]
_Seconds = Annotated[float, Field(gt=0, le=600)]
_Rupees = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class PlanError(ValueError):
    """A plan that cannot be used: the text names the place in the file and what is wrong there."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Canary(_Part):
    """Which new orders go to the candidate in phase ``canary``. All limits are for one account and IST day."""

    share: _Share = 0.1
    by: Literal["instrument", "tag"] = "instrument"
    """An instrument (or tag) stays on its side for the day: the share is one of instruments, not of orders."""
    orders: _Count = 10
    rupees: _Rupees = Decimal(100_000)
    """The sum of quantity times price; a market order counts at the last price the run has seen, and stays on the
    legacy side where there is none."""


class Gate(_Part):
    """What a method must have shown in its present phase before it may go on."""

    matched: _Count = 100
    """Calls that matched, or differed only as known; of orders in ``shadow``, where nothing is compared, calls."""
    unexplained: _Count = 0
    """Calls that differed otherwise, at most."""
    error_rate: _Share = 0.01
    """Share of calls in which the candidate alone failed, or took longer than its limit, at most."""
    latency_ratio: Annotated[float, Field(gt=0)] = 2.0
    """The candidate's p95 over the primary's, at most."""
    sessions: _Count = 3
    """IST days with at least one call."""


class Tripwire(_Part):
    """What puts a method back at once."""

    errors: Annotated[int, Field(ge=1)] = 5
    seconds: _Seconds = 60.0
    """So many errors of the candidate in so many seconds."""
    critical: tuple[str, ...] = (
        "Success[].netTrdQtyLot",
        "success[].orderQuantity",
        "success[].filledQuantity",
        "success[].transactionType",
        "success[].status",
        "place_order.instrument_token",
        "place_order.transaction_type",
        "place_order.quantity",
    )
    """Fields in which one unexplained difference is enough."""


class Known(_Part):
    """A difference that is understood: ``field`` as in a report (``success[].marketLot``), until the date, included."""

    method: str
    field: str
    reason: Annotated[str, Field(min_length=3)]
    until: date


class ToleranceRule(_Part):
    """How far a field may lie apart. One of ``anything``, ``relative``, ``absolute`` and ``seconds`` at least."""

    method: str
    field: str
    anything: bool = False
    relative: Annotated[Decimal, Field(ge=0, le=1)] | None = None
    absolute: Annotated[Decimal, Field(ge=0)] | None = None
    seconds: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _something(self) -> ToleranceRule:
        if not self.anything and self.relative is None and self.absolute is None and self.seconds is None:
            raise ValueError("give one of anything, relative, absolute, seconds")
        return self

    @property
    def tolerance(self) -> Tolerance:
        """As the comparison takes it."""
        return Tolerance(self.anything, self.relative, self.absolute, self.seconds)


class Methods(_Part):
    """The phase that each method starts in."""

    phase: PhaseName = "shadow"
    methods: dict[str, PhaseName] = {}

    @field_validator("methods")
    @classmethod
    def _known_methods(cls, given: dict[str, PhaseName]) -> dict[str, PhaseName]:
        for method, phase in given.items():
            if method not in (*COMPARED, "login"):
                raise ValueError(
                    f"there is no method {method!r} with a phase; there are {', '.join(COMPARED)} and login"
                )
            if KINDS[method] != "write" and phase not in READ_PHASES:
                raise ValueError(f"{method} is no write: its phases are {', '.join(READ_PHASES)}")
        return given


class Plan(Methods):
    """A whole plan. Everything has a default: an empty file is a plan in which every read is compared."""

    version: Literal[1] = 1
    legacy: str = "ks_api_client.ks_api:KSTradeApi"
    """The class of the legacy client, for ``ks-compat run --parallel``."""
    record: str | None = None
    """A file, or a URL of SQLAlchemy (``postgresql+psycopg://...``); default: ``parallel.sqlite`` in KS_COMPAT_HOME."""
    automatic: bool = False
    """Go on without a human command when a gate opens."""
    time_limit: _Seconds = 10.0
    """How long the candidate may take for one comparison, in seconds."""
    workers: Annotated[int, Field(ge=1, le=16)] = 2
    queue: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Comparisons that wait at most; those beyond are dropped and counted."""
    noise: _Share = 0.05
    """Share of compared reads that are asked of the primary twice, to see how much it differs from itself."""
    keep: Annotated[int, Field(ge=100)] = 100_000
    """Observations kept in the record."""
    canary: Canary = Canary()
    gate: Gate = Gate()
    tripwire: Tripwire = Tripwire()
    known: tuple[Known, ...] = ()
    tolerance: tuple[ToleranceRule, ...] = ()
    accounts: dict[str, Methods] = {}
    """Other phases for single accounts, by UCC (the old ``userid``)."""

    @classmethod
    def load(cls, path: Path) -> Plan:
        """Reads and checks a plan. Raises PlanError that names the file and the place."""
        try:
            return cls.of(tomlkit.parse(Path(path).read_text("utf-8")).unwrap())
        except OSError as error:
            raise PlanError(f"The plan {path} cannot be read: {error.strerror}.") from None
        except PlanError as error:
            raise PlanError(f"The plan {path}: {error}") from None
        except (TOMLKitError, UnicodeDecodeError) as error:
            raise PlanError(f"The plan {path} is not TOML: {error}.") from None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Plan:
        """Checks a plan that is a mapping. Raises PlanError."""
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            # The values are left out: a record's URL holds a password.
            faults = error.errors(include_input=False, include_url=False)
            told = (f"{'.'.join(map(str, fault['loc'])) or 'the plan'}: {fault['msg']}" for fault in faults)
            raise PlanError("; ".join(told).replace("Value error, ", "")) from None

    def start(self, method: str, account: str = "") -> PhaseName:
        """The phase that ``method`` starts in; of those that a read does not have, the one before it."""
        own = self.accounts.get(account)
        for methods in (own, self):
            if methods is not None and method in methods.methods:
                return methods.methods[method]
        phase = (own or self).phase
        if KINDS[method] != "write" and phase not in READ_PHASES:
            return "shadow"
        return phase

    def rules(self, method: str) -> Rules:
        """How answers of ``method`` are compared: the tolerances of the plan over those of ``TOLERANCES``."""
        given = {rule.field: rule.tolerance for rule in self.tolerance if rule.method == method}
        return Rules(keys=KEYS.get(method, {}), tolerances={**TOLERANCES.get(method, {}), **given})

    def reason(self, method: str, field: str, today: date) -> str | None:
        """Why a difference is known, or None."""
        fits = (k for k in self.known if (k.method, k.field) == (method, field) and today <= k.until)
        return next((known.reason for known in fits), None)


_MOVING = Tolerance(relative=Decimal("0.02"))
_CLOCK = Tolerance(seconds=5)
_NAME = Tolerance(anything=True)
_ROWS = ("exchangeOrderId", "orderId")
KEYS: dict[str, dict[str, tuple[str, ...]]] = {
    "order_report": {"success": _ROWS},
    "trade_report": {"success": ("exchangeTradeId", "tradeId", "exchTradeId")},
    "positions": {"Success": ("instrumentToken",)},
    "quote": {"success": ("wtoken", "instrumentToken")},
    "margin_required": {"Success": ("instrumentToken",)},
    "history": {"success": ("date",)},
}
"""The fields that name a row (spec/v1.md 6)."""
TOLERANCES: dict[str, dict[str, Tolerance]] = {
    # Each API numbers orders in its own way; the exchange's numbers say which row is which.
    "order_report": {
        "success[].orderTimestamp": _CLOCK,
        "success[].activityTimestamp": _CLOCK,
        "success[].orderId": _NAME,
    },
    "trade_report": {
        "success[].orderTimestamp": _CLOCK,
        "success[].tradeTimestamp": _CLOCK,
        "success[].orderId": _NAME,
    },
    "positions": {"Success[].lastPrice": _MOVING, "Success[].netChange": _NAME, "Success[].percentChange": _NAME},
    "quote": {
        **{
            f"success[].{name}": _MOVING
            for name in ("ltp", "lastPrice", "average_trade_price", "high_price", "low_price")
        },
        **{f"success[].{name}": _MOVING for name in ("high", "low", "close", "upper_ckt_limit", "lower_ckt_limit")},
        **{f"success[].{name}": _NAME for name in ("lv_net_chg", "lv_net_chg_perc", "last_trade_qty")},
        "success[].BD_last_traded_time": _CLOCK,
        "success[].BD_TTQ": _MOVING,
        "success[].OI": _MOVING,
        "success.depth[].buy[].price": _MOVING,
        "success.depth[].sell[].price": _MOVING,
        **{f"success.depth[].{side}[].{name}": _NAME for side in ("buy", "sell") for name in ("quantity", "orders")},
    },
}
"""What moves between two looks at a market; a plan may say otherwise."""

assert set(PHASES) == set(PhaseName.__args__)  # type: ignore[attr-defined]
