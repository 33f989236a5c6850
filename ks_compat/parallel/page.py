"""A report as one HTML file that needs nothing else: no script, no font, no network. Pure.

It is built as a tree and never as text, so that nothing in an answer of a server can become markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from ks_compat.parallel.pictures import KINDS, latency_picture, ms, over_time, time_picture, when
from ks_compat.parallel.standing import Standing, Whole
from ks_compat.parallel.store import Kept

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --paper: #fff; --edge: #d1d9e0; --band: #f6f8fa;
  --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; --old: #6639ba; --new: #0969da; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --edge: #3d444d;
  --band: #151b23; --good: #3fb950; --bad: #f85149; --warn: #d29922; --old: #ab7df8; --new: #4493f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper); overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.verdict { padding: .75rem 1rem; border: 1px solid var(--edge); border-left: .4rem solid var(--warn);
  background: var(--band); }
.verdict.safe { border-left-color: var(--good); } .verdict.tripped { border-left-color: var(--bad); }
.verdict p { margin: 0; font-weight: 600; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 2px solid var(--new); }
table { border-collapse: collapse; min-width: 100%; font-size: .9rem; }
th, td { padding: .35rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--edge);
  overflow-wrap: normal; }
td.long { overflow-wrap: anywhere; min-width: 9rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
svg { display: block; width: 100%; max-width: 34rem; height: auto; }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); } svg line { stroke: var(--soft); }
.agreed { fill: var(--good); background: var(--good); } .unexplained { fill: var(--bad); background: var(--bad); }
.failed { fill: var(--warn); background: var(--warn); } .dropped { fill: var(--soft); background: var(--soft); }
.sent { fill: var(--edge); background: var(--edge); }
.legacy { fill: var(--old); background: var(--old); } .candidate { fill: var(--new); background: var(--new); }
.wide { opacity: .35; }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; font-size: .9rem; }
.key span { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem; }
@media (max-width: 40rem) { th, td { padding: .3rem .35rem; } td.long { min-width: 7rem; } }
footer { margin-top: 2rem; color: var(--soft); font-size: .85rem; }
"""
_NUMBERS = (
    *("calls", "matched", "explained", "unexplained", "failed", "dropped", "sent", "noise"),
    *("old p50", "p95", "new p50"),
)
_LAST = 20
_FIELDS = 50


def page(whole: Whole, seen: Sequence[tuple[float, str, str]], last: Sequence[Kept]) -> str:
    """The report. ``seen``: time, method and outcome of the kept calls; ``last``: the newest that did not match."""
    html = Element("html", {"lang": "en"})
    head = SubElement(html, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    SubElement(head, "title").text = "Parallel run of ks_api_client and ks-compat"
    SubElement(head, "style").text = _STYLE
    body = SubElement(SubElement(html, "body"), "main")
    SubElement(body, "h1").text = "Parallel run of ks_api_client and ks-compat"
    _verdict(body, whole)
    _methods(body, whole.methods)
    _gates(body, whole.methods)
    _time(body, seen)
    _latency(body, whole.methods)
    _fields(body, whole.methods)
    _mismatches(body, last)
    _history(body, whole)
    footer = SubElement(body, "footer")
    footer.text = f"Account {whole.account}. Written {when(whole.at)} IST. All times are of India; durations in ms."
    return "<!DOCTYPE html>\n" + tostring(html, encoding="unicode", method="html") + "\n"


def _verdict(body: Element, whole: Whole) -> None:
    kind = "safe" if whole.safe else "tripped" if whole.tripped else "wait"
    box = SubElement(body, "div", {"class": f"verdict {kind}", "role": "status"})
    SubElement(box, "p").text = verdict(whole)
    _list(box, whole.in_the_way)
    if whole.unused:
        SubElement(body, "p").text = f"Watched and never called: {', '.join(whole.unused)}."


def verdict(whole: Whole) -> str:
    """The one line that it all comes to."""
    return "Safe to remove ks_api_client." if whole.safe else "Not yet safe to remove ks_api_client."


def _methods(body: Element, methods: Sequence[Standing]) -> None:
    SubElement(body, "h2").text = "Methods"
    rows = [(each.method, each.phase, *numbers(each)) for each in methods]
    head = ("method", "phase", *_NUMBERS, "p95")
    _table(body, "Each method since it came into its phase", head, rows, right=range(2, len(head)))


def numbers(each: Standing) -> tuple[str, ...]:
    """What a method has shown in its phase: calls by outcome, noise, and p50 and p95 of both sides."""
    shown = each.shown
    noise = shown.noise_rate
    counted = (shown.outcomes.get(name, 0) for name in ("matched", "explained", "unexplained"))
    return (
        *map(str, (shown.calls, *counted, shown.failed, shown.outcomes.get("dropped", 0), shown.sent)),
        "" if noise is None else f"{noise:.1%}",
        *(ms(value) for side in (shown.legacy, shown.candidate) for value in (side.p50, side.p95)),
    )


def _gates(body: Element, methods: Sequence[Standing]) -> None:
    SubElement(body, "h2").text = "Gates"
    rows = [
        (each.method, each.next, "open" if not each.missing else "; ".join(each.missing))
        for each in methods
        if each.next
    ]
    _table(body, "What each method must still show", ("method", "next phase", "missing"), rows, long=(2,))


def _time(body: Element, seen: Sequence[tuple[float, str, str]]) -> None:
    SubElement(body, "h2").text = "Differences over time"
    stretches = over_time(seen)
    sums = {kind: sum(each[kind] for _, each in stretches) for kind in KINDS}
    told = ", ".join(f"{number} {kind}" for kind, number in sums.items())
    body.append(time_picture(stretches, f"Calls over time: {told}"))
    _key(body, {kind: f"{kind} ({number})" for kind, number in sums.items()})
    more = SubElement(body, "details")
    SubElement(more, "summary").text = "The same as a table"
    rows = [(when(at), *(str(each[kind]) for kind in KINDS)) for at, each in stretches if each]
    _table(more, "Calls from each time on", ("from", *KINDS), rows, right=range(1, len(KINDS) + 1))


def _latency(body: Element, methods: Sequence[Standing]) -> None:
    SubElement(body, "h2").text = "How long both take"
    body.append(
        latency_picture(methods, "p50 and p95 in milliseconds of both sides, by method; the numbers stand in it")
    )
    _key(body, {"legacy": "old, p50 / p95 in ms", "candidate": "new, p50 / p95 in ms"})


def _fields(body: Element, methods: Sequence[Standing]) -> None:
    SubElement(body, "h2").text = "Fields that differ for no known reason"
    found = [
        (each.method, name, number, each.shown.noise_fields.get(name, 0), each.shown.is_noise(name))
        for each in methods
        for name, number in each.shown.fields.items()
    ]
    found.sort(key=lambda row: -row[2])
    rows = [(m, name, str(n), str(noise), "yes" if is_noise else "") for m, name, n, noise, is_noise in found[:_FIELDS]]
    head = ("method", "field", "calls", "old against old", "noise")
    _table(body, "In the present phase, the most frequent first", head, rows, right=(2, 3), long=(1,))


def _mismatches(body: Element, last: Sequence[Kept]) -> None:
    SubElement(body, "h2").text = "Last calls that did not match"
    rows = [
        (str(kept.number), when(kept.seen.at), kept.seen.method, kept.seen.outcome, first_words(kept))
        for kept in last[:_LAST]
    ]
    caption = "One in full: ks-compat parallel explain ID"
    _table(body, caption, ("ID", "time", "method", "outcome", "first difference"), rows, right=(0,), long=(4,))


def first_words(kept: Kept) -> str:
    """The first difference that has no known reason, or the note, of an observation."""
    differences = kept.seen.differences
    first = next((each for each in differences if not each.reason), differences[0] if differences else None)
    if first is None:
        return kept.seen.note
    return f"{first.path}: {first.primary or 'nothing'} / {first.candidate or 'nothing'}"


def _history(body: Element, whole: Whole) -> None:
    SubElement(body, "h2").text = "Who moved what, and when"
    steps = sorted(whole.history, key=lambda step: -step.since)
    rows = [(when(step.since), step.method, step.phase, step.by, step.reason) for step in steps]
    _table(body, "Changes of phases, the newest first", ("time", "method", "to", "by", "reason"), rows, long=(4,))


def _table(
    body: Element,
    caption: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    *,
    right: Iterable[int] = (),
    long: Iterable[int] = (),
) -> None:
    if not rows:
        SubElement(body, "p").text = f"{caption}: none."
        return
    # It can be scrolled by keys too, hence the tabindex.
    box = SubElement(body, "div", {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption})
    table = SubElement(box, "table")
    SubElement(table, "caption").text = caption
    kinds = {**dict.fromkeys(right, "number"), **dict.fromkeys(long, "long")}
    line = SubElement(SubElement(table, "thead"), "tr")
    for n, name in enumerate(head):
        SubElement(line, "th", {"scope": "col", "class": kinds.get(n, "")}).text = name
    lines = SubElement(table, "tbody")
    for row in rows:
        line = SubElement(lines, "tr")
        for n, cell in enumerate(row):
            name, scope = ("th", {"scope": "row"}) if n == 0 else ("td", {})
            SubElement(line, name, {**scope, "class": kinds.get(n, "")}).text = _printable(cell or "")


def _list(body: Element, texts: Sequence[str]) -> None:
    if texts:
        made = SubElement(body, "ul")
        for text in texts:
            SubElement(made, "li").text = _printable(text)


def _key(body: Element, kinds: dict[str, str]) -> None:
    made = SubElement(body, "ul", {"class": "key"})
    for kind, text in kinds.items():
        item = SubElement(made, "li")
        SubElement(item, "span", {"class": kind, "aria-hidden": "true"}).tail = text


def _printable(text: str) -> str:
    """Without control characters, which HTML does not allow."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
