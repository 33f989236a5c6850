"""Dates in India: IST is UTC+05:30 all year, so no time zone database is needed."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

IST = timezone(timedelta(hours=5, minutes=30), "IST")
# The day's files are out by about this hour (instruments.md 7); before it "today's" file would be yesterday's.
PUBLISHED_BY = timedelta(hours=8)


def ist_date(epoch: float) -> date:
    """Return the calendar date in India at that Unix time (seconds)."""
    return datetime.fromtimestamp(epoch, IST).date()


def business_date(epoch: float) -> date:
    """Return the date whose scrip master is in force: it turns at 08:00 IST, when the new files are out."""
    return (datetime.fromtimestamp(epoch, IST) - PUBLISHED_BY).date()
