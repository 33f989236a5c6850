"""Times as the v2 servers write them: spec/v2.md 6.7. All are IST, which has no daylight saving."""

from datetime import date, datetime, timedelta, timezone

IST = timezone(timedelta(hours=5, minutes=30), "IST")

# English month names by hand: strftime's follow the machine's locale, the servers' do not.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def in_ist(epoch: float) -> datetime:
    """Return the IST wall clock of Unix seconds."""
    return datetime.fromtimestamp(epoch, IST)


def day(epoch: float) -> str:
    """Write the IST day as `22-Jan-2025` (flDt)."""
    when = in_ist(epoch)
    return f"{when.day:02d}-{_MONTHS[when.month - 1]}-{when.year:04d}"


def day_and_time(epoch: float) -> str:
    """Write the IST time as `22-Jan-2025 14:28:01` (ordDtTm, exTm, exchTmstp)."""
    return f"{day(epoch)} {time_of_day(epoch)}"


def time_of_day(epoch: float) -> str:
    """Write the IST time of day as `14:28:16` (flTm)."""
    return in_ist(epoch).strftime("%H:%M:%S")


def slashed(epoch: float) -> str:
    """Write the IST time as `2025/01/22 14:28:01` (hsUpTm)."""
    return in_ist(epoch).strftime("%Y/%m/%d %H:%M:%S")


def order_day(epoch: float) -> str:
    """Write the IST day as `250122`, the head of an order number."""
    return in_ist(epoch).strftime("%y%m%d")


def dashed_expiry(expiry: date) -> str:
    """Write an expiry as `28-JUL-2026` (expiryDt)."""
    return f"{expiry.day:02d}-{_MONTHS[expiry.month - 1].upper()}-{expiry.year:04d}"


def to_the_millisecond(epoch: float) -> str:
    """Write the IST time as `2026-07-07 12:07:34.440` (time of get-client-ip)."""
    return in_ist(epoch).isoformat(" ", "milliseconds")[:23]


def candle(when: datetime) -> str:
    """Write the start of a candle as `2026-08-20T09:15:00+0530`."""
    return when.strftime("%Y-%m-%dT%H:%M:%S%z")


def expiry_text(expiry: date) -> str:
    """Write an expiry as `28 Jul, 2026` (expDt)."""
    return f"{expiry.day:02d} {_MONTHS[expiry.month - 1]}, {expiry.year:04d}"
