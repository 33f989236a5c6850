"""The stage of ``ks-compat demo parallel``: one sandbox with both APIs, both clients, and the parallel client."""

from __future__ import annotations

import contextlib
import logging
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomlkit

from ks_compat.demo.old_client import KSTradeApi as OldClient
from ks_compat.demo.parallel_count import Counted, counted
from ks_compat.instruments.clock import ist_date
from ks_compat.native import NeoClient
from ks_compat.native.settings import Settings
from ks_compat.parallel import ParallelKSTradeApi, Plan
from ks_compat.parallel.choose import in_share
from ks_compat.sandbox import Sandbox

PLAN = Path(__file__).parent / "parallel_plan.toml"
PRICES = {727: 2_250.0, 754: 2_390.0, 1250: 980.0, 1374: 1_510.0, 1550: 3_440.0, 1839: 1_480.0, 8658: 9.2}
"""Old tokens, and prices a little below the sandbox's market: the orders stay open."""
PATIENCE = 10.0
"""Seconds to wait for what happens in the background."""
_DAY = 86_400.0


class Stage:
    """Everything of one play, and what was sent by it."""

    def __init__(self, sandbox: Sandbox, client: ParallelKSTradeApi, account: str, plan: Plan) -> None:
        self.sandbox, self.client, self.account, self.plan = sandbox, client, account, plan
        self.days = 0
        self.warnings: list[str] = []
        self.tags: list[str] = []
        self.numbers: dict[str, str] = {}
        self.errors: dict[str, Exception] = {}

    def now(self) -> float:
        """The clock of the run, in Unix seconds; ``days`` may have been added."""
        return time.time() + self.days * _DAY

    def log_in(self) -> None:
        """What the bot does in the morning."""
        self.client.login(password=self.sandbox.account.v1.password)
        self.client.session_2fa(access_code=self.sandbox.account.v1.access_code)

    def place(self, token: int, price: float, **more: Any) -> str:
        """One order of the bot; returns its tag. A refusal is kept in ``errors``."""
        tag = f"T{len(self.tags) + 1:03d}"
        self.tags.append(tag)
        try:
            answer = self.client.place_order("N", token, "BUY", 1, price, tag=tag, **more)
        except Exception as error:  # noqa: BLE001 - a bot catches what it may
            self.errors[tag] = error
        else:
            self.numbers[tag] = self.client.get_order_id(answer)
        return tag

    def settle(self) -> None:
        """Waits until all that was begun is compared and kept."""
        self.client.parallel.settle(PATIENCE)

    def counted(self) -> Counted:
        """What arrived at the sandbox."""
        return counted(self.sandbox.requests)

    def advance(self, *methods: str, wait: bool = True) -> list[str]:
        """A person moves methods on, and waits until the bot has followed. Returns the new phases.

        Raises ``ramp.Refused`` at a closed gate.
        """
        from ks_compat.parallel import ramp

        self.settle()
        store = self.client.parallel.record.store  # type: ignore[attr-defined]
        phases = [ramp.advance(store, self.plan, name, by="you", now=self.now()).phase for name in methods]
        if wait:
            self.follow(dict(zip(methods, phases, strict=True)))
        return phases

    def rollback(self, method: str, to: str, *, wait: bool = True) -> None:
        """A person moves a method back."""
        from ks_compat.parallel import ramp

        self.settle()
        store = self.client.parallel.record.store  # type: ignore[attr-defined]
        ramp.rollback(store, self.plan, method, to, by="you", now=self.now())
        if wait:
            self.follow({method: to})

    def follow(self, phases: dict[str, str]) -> None:
        """Waits until the running bot has taken the phases over, which it does about once a second."""
        end = time.monotonic() + PATIENCE
        control = self.client.parallel.control
        while any(control.name(method) != phase for method, phase in phases.items()):
            if time.monotonic() > end:
                raise TimeoutError(f"the client did not follow to {phases}")
            time.sleep(0.02)


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Builds the stage in a folder that goes with it. No account, no network, no settings of this machine."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ks-compat-demo-")))
        sandbox = stack.enter_context(Sandbox())
        plan = Plan.of({**tomlkit.parse(PLAN.read_text("utf-8")).unwrap(), "record": str(folder / "parallel.sqlite")})
        legacy = _old_client(sandbox)
        stack.callback(legacy.close)
        neo = stack.enter_context(NeoClient(settings=_settings(sandbox, folder)))
        made: list[Stage] = []
        name = _account(plan, sandbox.account.ucc)
        client = ParallelKSTradeApi(legacy, neo, plan, account=name, now=lambda: made[0].now() if made else time.time())
        stack.callback(client.parallel.close)
        made.append(Stage(sandbox, client, name, plan))
        stack.enter_context(_heard(made[0].warnings))
        yield made[0]


def _account(plan: Plan, ucc: str) -> str:
    """A name for the account. With few instruments a share holds none or all of them on some days, and there is no
    story then; the name decides which, as the day does.
    """
    days = [ist_date(time.time() + day * _DAY) for day in range(2)]

    def some(name: str) -> bool:
        shared = [
            sum(in_share(plan.canary, name, day, {"instrument_token": token}) for token in PRICES) for day in days
        ]
        return all(1 < number < len(PRICES) - 1 for number in shared)

    return next(name for name in (ucc, *(f"{ucc}-{number}" for number in range(1000))) if some(name))


def _old_client(sandbox: Sandbox) -> OldClient:
    given: dict[str, Any] = sandbox.v1_arguments()
    return OldClient(**given)


def _settings(sandbox: Sandbox, folder: Path) -> Settings:
    start = "KS_COMPAT_"
    given = {name.removeprefix(start).lower(): text for name, text in sandbox.environment().items()
             if name.startswith(start)}  # fmt: skip
    return Settings(**given, totp=None, home=folder, orders_per_second=0, calls_per_second=0)


@contextlib.contextmanager
def _heard(warnings: list[str]) -> Iterator[None]:
    """Takes what the run tells a person, for the story."""
    log = logging.getLogger("ks_compat.parallel")
    handler = logging.Handler()
    handler.emit = lambda record: warnings.append(record.getMessage())  # type: ignore[method-assign]
    log.addHandler(handler)
    passed, log.propagate = log.propagate, False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.propagate = passed
