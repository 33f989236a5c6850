"""Candles: `GET /market-data/1.0/historical/details` (spec/v2.md 2.18); made up, and always the same."""

import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby

from ks_compat.sandbox import timefmt
from ks_compat.sandbox.master import Price
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Reply, historical_fault, json_reply

# Interval -> minutes of a candle (none for a day and a week), and the days one request may span.
_INTERVALS: dict[str, tuple[int, int]] = {
    "1min": (1, 30),
    "3min": (3, 30),
    "5min": (5, 30),
    "10min": (10, 60),
    "15min": (15, 60),
    "30min": (30, 90),
    "60min": (60, 90),
    "D": (0, 180),
    "W": (0, 180),
}
_OPEN = time(9, 15, tzinfo=timefmt.IST)
_SESSION_MINUTES = 375
_SATURDAY = 5

_Minute = tuple[datetime, int, int, int, int, int]
"""Start, then open, high, low, close in paise, then volume."""


def historical(state: State, call: Call) -> Reply:
    """Answer candles of trading days, Monday to Friday, up to now; the session is 9:15 to 15:30."""
    interval = call.query.get("interval", "")
    if interval not in _INTERVALS:
        raise historical_fault("Invalid interval value")
    segment, _, token = call.query.get("neosymbol", "").partition("|")
    price = state.master.quoted(segment, token)
    if price is None:
        raise historical_fault("Invalid neosymbol")
    minutes, span = _INTERVALS[interval]
    first, last = _date(call, "fromdate"), _date(call, "todate")
    if first > last:
        raise historical_fault("Invalid date range")
    if (last - first).days > span:
        raise historical_fault(f"Date range exceeds {span} days for interval {interval}")
    now = timefmt.in_ist(state.clock())
    grouped = groupby(_minutes(price, first, min(last, now.date()), now), lambda row: _start(row[0], interval, minutes))
    candles = [_candle(price, start, list(rows)) for start, rows in grouped]
    if not candles:
        raise historical_fault("No data found")
    return json_reply({"status": "success", "interval": interval, "data": {"candles": candles}})


def _date(call: Call, name: str) -> date:
    text = call.query.get(name, "")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise historical_fault(f"Invalid {name}") from None
    # Python 3.11 reads more forms than YYYY-MM-DD.
    if found.isoformat() != text:
        raise historical_fault(f"Invalid {name}")
    return found


def _minutes(price: Price, first: date, last: date, now: datetime) -> Iterator[_Minute]:
    """Yield every minute of the sessions; longer candles are made of these, so all intervals agree."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() >= _SATURDAY:
            continue
        middle = int(price.ltp * 100) * (10_000 + _noise(price, day, -1) % 401 - 200) // 10_000
        before = _level(price, day, 0, middle)
        for minute in range(_SESSION_MINUTES):
            start = datetime.combine(day, _OPEN) + timedelta(minutes=minute)
            if start >= now:
                return
            after, noise = _level(price, day, minute + 1, middle), _noise(price, day, -2 - minute)
            reach = max(1, middle // 5_000)
            high, low = max(before, after) + noise % reach, max(1, min(before, after) - noise // 997 % reach)
            yield start, before, high, low, after, noise % (price.volume // 100 + 1)
            before = after


def _level(price: Price, day: date, minute: int, middle: int) -> int:
    """Return the price at a minute in paise, within half a per cent of the day's middle."""
    return max(1, middle * (20_000 + _noise(price, day, minute) % 201 - 100) // 20_000)


def _noise(price: Price, day: date, number: int) -> int:
    return zlib.crc32(f"{price.exchange_segment}|{price.token}|{day.toordinal()}|{number}".encode())


def _start(minute: datetime, interval: str, minutes: int) -> datetime:
    if minutes:
        opened = datetime.combine(minute.date(), _OPEN)
        passed = int((minute - opened).total_seconds()) // 60
        return opened + timedelta(minutes=passed - passed % minutes)
    midnight = minute.replace(hour=0, minute=0)
    return midnight - timedelta(days=midnight.weekday()) if interval == "W" else midnight


def _candle(price: Price, start: datetime, rows: list[_Minute]) -> list[object]:
    paise = (rows[0][1], max(row[2] for row in rows), min(row[3] for row in rows), rows[-1][4])
    volume = sum(row[5] for row in rows)
    return [timefmt.candle(start), *(value / 100 for value in paise), volume, price.open_interest]
