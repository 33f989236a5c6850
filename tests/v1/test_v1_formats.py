from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ks_compat import v1
from ks_compat.native.values import IST

USERS_FORMAT = "%b %d %Y %I:%M:%S:%f%p"
"""What old programs parse order times with (spec/v1.md 6)."""


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(lambda moment: moment.replace(microsecond=0)))
def test_a_timestamp_is_read_back_by_the_users_parser(moment):
    assert datetime.strptime(v1.timestamp(moment.replace(tzinfo=IST)), USERS_FORMAT) == moment


@pytest.mark.parametrize(
    ("clock", "written"),
    [
        ((0, 0, 0), "12:00:00:000AM"),
        ((0, 30, 1), "12:30:01:000AM"),
        ((10, 24, 4), "10:24:04:000AM"),
        ((11, 59, 59), "11:59:59:000AM"),
        ((12, 0, 0), "12:00:00:000PM"),
        ((12, 43, 28), "12:43:28:000PM"),
        ((23, 59, 59), "11:59:59:000PM"),
    ],
)
def test_a_timestamp_in_both_halves_of_the_day(clock, written):
    assert v1.timestamp(datetime(2022, 4, 25, *clock, tzinfo=IST)) == f"Apr 25 2022 {written}"


def test_a_timestamp_has_milliseconds():
    assert v1.timestamp(datetime(2022, 4, 5, 9, 15, 0, 7999, tzinfo=IST)) == "Apr 5 2022 9:15:00:007AM"


def test_no_time_is_empty():
    assert v1.timestamp(None) == ""


def test_quote_time():
    assert v1.quote_time(datetime(2021, 8, 25, 11, 41, 20, tzinfo=IST)) == "25/08/2021 11:41:20"


@pytest.mark.parametrize(
    ("day", "written"),
    [(date(2022, 4, 28), "28APR22"), (date(2030, 1, 3), "03JAN30"), (date(2100, 9, 9), "09SEP00"), (None, "-")],
)
def test_expiry(day, written):
    assert v1.expiry(day) == written


@pytest.mark.parametrize(("native", "old"), [("CE", "CE"), ("PE", "PE"), ("", "- ")])
def test_option_type(native, old):
    assert v1.option_type(native) == old


@pytest.mark.parametrize(
    ("value", "old"),
    [(Decimal("1801.00"), 1801), (Decimal("51.85"), 51.85), (Decimal("0.00"), 0), (Decimal("-18.00"), -18), (7, 7)],
)
def test_a_number_is_an_int_where_it_is_whole(value, old):
    number = v1.number(value)
    assert (number, type(number)) == (old, type(old))
