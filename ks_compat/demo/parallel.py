"""``ks-compat demo parallel``: two days of a parallel run in a few seconds, told as a story. All figures are the run's.

Both APIs are the sandbox's. The bot is the code below; it knows of one client only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from ks_compat.demo.parallel_stage import PRICES, Stage, stage
from ks_compat.instruments.clock import ist_date
from ks_compat.parallel import ramp
from ks_compat.parallel.choose import in_share
from ks_compat.parallel.standing import standing

_WRITES = ("place_order", "modify_order", "cancel_order")
_OLD = b"/apim/"
_READS = ("quote", "order_report", "positions")


def play_parallel(console: Console | None = None) -> int:
    """Plays the story on ``console``. Returns 0 if it went as told and no order was doubled, else 1."""
    told = _Teller(console or _console())
    with stage() as playing:
        for chapter in (_shadow, _mismatch, _rehearse, _canary, _tripwire, _lead, _done):
            chapter(playing, told)
        _verdict(playing, told)
    return 1 if told.wrong else 0


class _Teller:
    """Prints, and keeps what did not go as told."""

    def __init__(self, console: Console) -> None:
        self.console, self.wrong, self._chapter = console, [], 0  # type: tuple[Console, list[str], int]

    def chapter(self, text: str) -> None:
        self._chapter += 1
        line = "─" if self.console.is_terminal else "-"
        self.console.print()
        self.console.print(Rule(Text(f"{self._chapter}. {text}", "bold"), align="left", characters=line))

    def say(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style))

    def must(self, holds: bool, text: str) -> None:
        """Says what is so; where it is not, the play fails."""
        self.say(f"{'ok ' if holds else 'NOT'} {text}", "green" if holds else "bold red")
        if not holds:
            self.wrong.append(text)

    def table(self, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        table = Table(box=None, pad_edge=False)
        for name in head:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*row)
        self.console.print(table)


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=130)


# -- the chapters ------------------------------------------------------------------------------------------------------


def _shadow(playing: Stage, told: _Teller) -> None:
    told.chapter("Shadow: the old API does the work, v2 is asked beside it")
    playing.log_in()
    # Above the market: it is traded, and there is a position to compare.
    playing.place(727, 2_280.0)
    _round(playing)
    _table(playing, told, _READS)
    known = sorted(
        {(noted.field, noted.reason) for seen in _seen(playing) for noted in seen.differences if noted.reason}
    )
    told.say(f"Differences that the plan knows: {len(known)}")
    for field, reason in known:
        told.say(f"    {field}: {reason}")
    told.must(playing.counted().total("v2") == 0, "no order call reached v2")


def _mismatch(playing: Stage, told: _Teller) -> None:
    told.chapter("A mismatch: from here on v2 quotes ACC 5 % too high (planted)")

    def too_high(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "ltp": f"{float(row['ltp']) * 1.05:.4f}"} for row in rows]

    playing.sandbox.plant("quotes", too_high)
    price = playing.client.quote(727)["success"][0]["ltp"]
    playing.settle()
    playing.sandbox.plant("quotes", None)
    told.must(price == "2274.0000", f"the bot was told {price}, the old API's own price")
    found = [(seen, noted) for seen in _seen(playing) if seen.outcome == "unexplained" for noted in seen.differences]
    for seen, noted in found:
        told.say(f"    {seen.method} {noted.path}: old {noted.primary}, new {noted.candidate}", "yellow")
    told.must(len(found) == 1, f"unexplained differences found: {len(found)}")
    try:
        playing.advance("quote")
        closed = ""
    except ramp.Refused as refused:
        closed = "; ".join(refused.missing)
    told.must("unexplained" in closed, f"the gate of quote stays closed: {closed}")
    playing.rollback("quote", "off", wait=False)
    playing.advance("quote")
    told.say("The cause is mended; you begin the shadow of quote anew: off, shadow.")


def _rehearse(playing: Stage, told: _Teller) -> None:
    told.chapter("Rehearse: each order of the old API is prepared for v2, and not sent there")
    _round(playing)
    told.say(f"You advance {', '.join(_WRITES)}: {playing.advance(*_WRITES)[0]}")
    before = playing.counted().total("v1")
    _round(playing)
    rehearsed = [seen for seen in _seen(playing) if seen.phase == "rehearse"]
    same = sum(seen.outcome == "matched" for seen in rehearsed)
    sent = playing.counted().total("v1") - before
    told.must(same == sent > 0, f"{sent} order calls sent to the old API, {same} prepared for v2 with the same meaning")
    told.must(playing.counted().total("v2") == 0, "no order call reached v2")


def _canary(playing: Stage, told: _Teller) -> None:
    canary = playing.plan.canary
    limits = f"at most {canary.orders} orders and {canary.rupees} rupees a day"
    told.chapter(f"Canary: {canary.share:.0%} of the instruments go to v2, {limits}")
    told.say(f"You advance {', '.join(_WRITES)}: {playing.advance(*_WRITES)[0]}")
    rows = []
    for token, price in PRICES.items():
        tag = playing.place(token, price)
        share = "in the share" if _shares(playing, token) else "-"
        rows.append((tag, str(token), f"{price:.2f}", share, " and ".join(playing.counted().apis_of(tag))))
    told.table(("order", "token", "rupees", "canary", "sent to"), rows)
    playing.settle()
    report = playing.client.order_report()["success"]
    shown = [row["tag"] for row in report]
    told.must(sorted(shown) == sorted(playing.tags), f"the bot's order book shows {len(shown)} orders, each once")
    moved = [row[0] for row in rows if row[4] == "v2"]
    told.must(0 < len(moved) <= canary.orders, f"{len(moved)} of {len(rows)} orders went to v2")
    for tag in moved[:1]:
        playing.client.cancel_order(playing.numbers[tag])
        told.must(
            playing.counted().calls["v2", "cancel", playing.numbers[tag]] == 1,
            f"{tag} was placed on v2, and is cancelled there",
        )


def _tripwire(playing: Stage, told: _Teller) -> None:
    told.chapter("Tripwire: v2 takes an order, and the line dies before it answers (planted)")
    # A new day has new limits, and other instruments in the share.
    playing.days += 1
    playing.settle()
    token = _token(playing, shared=True)
    playing.sandbox.faults.add("place_order", "drop_after")
    playing.sandbox.faults.add("order_report", "session_refused")
    tag = playing.place(token, PRICES[token])
    playing.settle()
    error = playing.errors.get(tag)
    told.say(f"    the bot got {type(error).__name__}: {str(getattr(error, 'reason', ''))[:110]} ...", "yellow")
    told.must(playing.counted().apis_of(tag) == ["v2"], f"{tag} was sent to v2 once, and not again by the old API")
    for line in playing.warnings:
        told.say(f"    {line}", "yellow")
    phase = playing.client.parallel.control.name("place_order")
    told.must(phase == "rehearse", f"place_order fell back by itself: {phase}")
    again = playing.place(token, PRICES[token])
    told.must(playing.counted().apis_of(again) == ["v1"], f"{again}, the next order, went to the old API")
    told.say(f"You look into the order book: {tag} stands there {_standing_orders(playing, tag)} time. You may go on.")


def _lead(playing: Stage, told: _Teller) -> None:
    told.chapter("Lead: v2 does the work, the old API is asked beside it")
    _round(playing)
    told.say(f"You advance place_order: {playing.advance('place_order')[0]}, and say by that that you have looked")
    _round(playing)
    told.say(f"You advance {', '.join(_WRITES + _READS)}: {playing.advance(*_WRITES, *_READS)[0]}")
    before = len(playing.tags)
    _round(playing)
    apis = {api for tag in playing.tags[before:] for api in playing.counted().apis_of(tag)}
    told.must(apis == {"v2"}, f"new orders go to {', '.join(sorted(apis))} alone")
    _table(playing, told, _READS)


def _done(playing: Stage, told: _Teller) -> None:
    told.chapter("Done: the old API is not asked any more")
    _round(playing)
    phases = playing.advance(*_WRITES, *_READS)
    told.say(f"You advance {', '.join(_WRITES + _READS)}: {phases[0]}")
    logins = [playing.advance("login", wait=phase == "done")[0] for phase in ("lead", "done")]
    told.must(logins == ["lead", "done"], f"login follows, last of all: {', '.join(logins)}")
    # The next morning no order of the day lives on the old side.
    playing.days += 1
    playing.log_in()
    before = len(playing.sandbox.requests)
    _round(playing)
    paths = [seen.raw_path for seen in playing.sandbox.requests[before:] if seen.raw_path.startswith(_OLD)]
    asked = [path for path in paths if not path.startswith(_OLD + b"session/")]
    told.must(not asked, f"requests to the old API the next morning, its login apart: {len(asked)}")
    told.say("(It is still logged in to: methods that this bot never calls are in shadow.)")


def _verdict(playing: Stage, told: _Teller) -> None:
    told.chapter("The verdict")
    playing.settle()
    store = playing.client.parallel.record.store  # type: ignore[attr-defined]
    whole = standing(store, playing.plan, playing.now())
    told.say(
        "safe to remove ks_api_client" if whole.safe else f"not yet: {'; '.join(whole.in_the_way)}",
        "bold green" if whole.safe else "bold red",
    )
    told.must(whole.safe, "nothing is in the way of removing the old package")
    counted = playing.counted()
    doubled, lost = counted.doubled(playing.tags), [tag for tag in playing.tags if not counted.apis_of(tag)]
    twice = [tag for tag in playing.tags if _standing_orders(playing, tag) != 1]
    told.say(f"orders of the bot: {len(playing.tags)}; order calls that reached v1: {counted.total('v1')}, "
             f"v2: {counted.total('v2')}")  # fmt: skip
    told.must(not lost and not twice, f"orders lost: {len(lost)}, or not once in the broker's book: {len(twice)}")
    told.must(not doubled, f"orders doubled: {len(doubled)}")


# -- what the chapters share -------------------------------------------------------------------------------------------


def _round(playing: Stage) -> None:
    """The bot's usual work: quotes, orders placed, changed and taken back, the books."""
    client = playing.client
    for token in (_token(playing, shared=False), _token(playing, shared=True)):
        number = playing.numbers.get(playing.place(token, PRICES[token]))
        if number is not None:
            client.modify_order(number, PRICES[token], 2, 0, 0, "GFD")
        client.quote("727-1374", "LTP")
        client.order_report()
        client.positions("TODAYS")
        # What the bot does next would change the book that the other side is just being asked for.
        playing.settle()
        if number is not None:
            client.cancel_order(number)
        playing.settle()


def _token(playing: Stage, *, shared: bool) -> int:
    """An instrument that is (not) in today's share, the cheapest first; any, where there is none."""
    tokens = sorted(PRICES, key=lambda token: PRICES[token])
    return next((token for token in tokens if _shares(playing, token) is shared), tokens[0])


def _shares(playing: Stage, token: int) -> bool:
    return in_share(playing.plan.canary, playing.account, ist_date(playing.now()), {"instrument_token": token})


def _seen(playing: Stage) -> list[Any]:
    record = playing.client.parallel.record
    return [kept.seen for kept in record.observations()]  # type: ignore[attr-defined]


def _table(playing: Stage, told: _Teller, methods: tuple[str, ...]) -> None:
    outcomes = ("matched", "explained", "unexplained", "failed", "late", "dropped", "sent")
    seen = _seen(playing)
    count: Callable[[str, str], str] = lambda method, outcome: str(  # noqa: E731
        sum((each.method, each.outcome) == (method, outcome) for each in seen)
    )
    rows = [
        (method, playing.client.parallel.control.name(method), *(count(method, outcome) for outcome in outcomes))
        for method in methods
    ]
    told.table(("method", "phase", *outcomes), rows)


def _standing_orders(playing: Stage, tag: str) -> int:
    """How often an order stands in the broker's own book, which both APIs share."""
    return sum(str(row["GuiOrdId"]).partition("-")[0] == tag for row in playing.sandbox.orders)
