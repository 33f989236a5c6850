"""The pictures of a report, as SVG: outcomes over time, and how long both sides take. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement

from ks_compat.instruments.clock import IST
from ks_compat.parallel.standing import Standing

KINDS = {
    "agreed": ("matched", "explained"),
    "unexplained": ("unexplained",),
    "failed": ("failed", "late", "unknown"),
    "dropped": ("dropped",),
    "sent": ("sent",),
}
"""What is drawn in one colour (a class of the style sheet), and the outcomes in it."""
_KIND_OF = {outcome: kind for kind, outcomes in KINDS.items() for outcome in outcomes}
_WIDTHS = (10, 60, 300, 900, 3600, 4 * 3600, 86_400, 7 * 86_400, 30 * 86_400)
_BARS = 40
_WIDE, _LEFT, _TEXT = 400, 44, 13
_HIGH, _ROW = 150, 52


def over_time(seen: Sequence[tuple[float, str, str]]) -> list[tuple[float, Counter[str]]]:
    """Sums by kind in equal stretches of time (their starts, Unix seconds), at most about forty; empty ones too."""
    if not seen:
        return []
    first, last = min(at for at, *_ in seen), max(at for at, *_ in seen)
    width = next((each for each in _WIDTHS if (last - first) / each <= _BARS), (last - first) / _BARS)
    start = first - first % width
    found: list[tuple[float, Counter[str]]] = [
        (start + n * width, Counter()) for n in range(int((last - start) // width) + 1)
    ]
    for at, _, outcome in seen:
        found[int((at - start) // width)][1][_KIND_OF.get(outcome, "failed")] += 1
    return found


def time_picture(stretches: Sequence[tuple[float, Counter[str]]], label: str) -> Element:
    """Stacked bars. One that is there is always at least a line high: one difference in a thousand is to be seen."""
    picture = _picture(_HIGH + 34, label)
    most = max((sum(sums.values()) for _, sums in stretches), default=0) or 1
    room = _WIDE - _LEFT - 4
    step = room / max(len(stretches), 1)
    for text, y in ((str(most), _TEXT), ("0", _HIGH + 4)):
        _text(picture, text, _LEFT - 6, y, "end")
    for n, (_, sums) in enumerate(stretches):
        bottom = float(_HIGH)
        for kind in reversed(KINDS):
            if sums[kind]:
                high = max(2.0, sums[kind] / most * (_HIGH - 12))
                bottom -= high
                _bar(picture, _LEFT + n * step, bottom, max(1.0, step - 1), high, kind)
    _line(picture, _LEFT, _HIGH, _WIDE - 4, _HIGH)
    if stretches:
        _text(picture, when(stretches[0][0]), _LEFT, _HIGH + 18)
        if len(stretches) > 1:
            _text(picture, when(stretches[-1][0]), _WIDE - 4, _HIGH + 18, "end")
    return picture


def latency_picture(methods: Sequence[Standing], label: str) -> Element:
    """Two bars a method: from nothing to p50 in full colour, on to p95 in a light one."""
    measured = [each for each in methods if each.ever.legacy.calls or each.ever.candidate.calls]
    picture = _picture(_ROW * max(len(measured), 1), label)
    most = max((side.p95 or 0 for each in measured for side in (each.ever.legacy, each.ever.candidate)), default=0) or 1
    for n, each in enumerate(measured):
        _text(picture, each.method, 0, n * _ROW + _TEXT)
        for m, (name, side) in enumerate((("legacy", each.ever.legacy), ("candidate", each.ever.candidate))):
            if side.p50 is None or side.p95 is None:
                continue
            y, room = n * _ROW + 19 + m * 15, _WIDE - 110
            _bar(picture, 0, y, max(1.0, side.p95 / most * room), 12, f"{name} wide")
            _bar(picture, 0, y, max(1.0, side.p50 / most * room), 12, name)
            _text(picture, f"{ms(side.p50)} / {ms(side.p95)}", side.p95 / most * room + 5, y + 11)
    return picture


def when(at: float) -> str:
    """A time in India, to the minute."""
    return datetime.fromtimestamp(at, IST).strftime("%d %b %H:%M")


def ms(value: float | None) -> str:
    """Milliseconds, whole from 10 on; empty for None."""
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def _picture(high: float, label: str) -> Element:
    picture = Element("svg", {"viewBox": f"0 0 {_WIDE} {high:g}", "role": "img", "xmlns": "http://www.w3.org/2000/svg"})
    SubElement(picture, "title").text = label
    return picture


def _text(picture: Element, text: str, x: float, y: float, anchor: str = "start") -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor}
    SubElement(picture, "text", place).text = text


def _bar(picture: Element, x: float, y: float, wide: float, high: float, kind: str) -> None:
    size = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{wide:.1f}", "height": f"{high:.1f}"}
    SubElement(picture, "rect", {**size, "class": kind})


def _line(picture: Element, x1: float, y1: float, x2: float, y2: float) -> None:
    SubElement(picture, "line", {"x1": f"{x1:g}", "y1": f"{y1:g}", "x2": f"{x2:g}", "y2": f"{y2:g}"})
