import enum
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ks_compat.native import ambient
from ks_compat.native.tags import LENGTH, head, text, unique


def test_ten_thousand_orders_with_one_tag_have_ten_thousand_wire_tags():
    assert len({unique("string") for _ in range(10_000)}) == 10_000


@given(st.none() | st.text())
def test_a_wire_tag_is_short_and_plain(tag):
    assert re.fullmatch(r"[A-Za-z0-9_.]{0,9}-[0-9a-z]{10}", unique(tag))
    assert len(unique(tag)) <= LENGTH == 20


@given(st.text(st.sampled_from("abcXYZ019_."), max_size=9))
def test_a_short_tag_is_read_back_whole(tag):
    assert head(unique(tag)) == tag


@pytest.mark.parametrize(
    ("tag", "shown"),
    [(None, ""), ("", ""), ("string", "string"), ("my strategy 7", "my_strate"), ("α/β", "_"), ("a-b", "a_b")],
)
def test_the_head_is_what_fits_of_the_tag(tag, shown):
    assert head(unique(tag)) == shown


class Strategy(str, enum.Enum):
    MOMENTUM = "mom"


@pytest.mark.parametrize(("tag", "written"), [(Strategy.MOMENTUM, "mom"), ("mom", "mom"), (7, "7"), (None, None)])
def test_a_tag_is_the_text_that_the_old_sdk_sent(tag, written):
    found = text(tag)
    assert (found, type(found)) == (written, type(written))


def test_an_order_with_a_tag_out_of_an_enum_is_tagged_by_its_value(bot_client):
    placed = bot_client.place_order("N", 727, "BUY", 2, 2250.5, tag=Strategy.MOMENTUM)
    (row,) = bot_client.order_report()["success"]
    assert placed["Success"]["NSE"]["tag"] == row["tag"] == "mom"
    assert bot_client._neo.order_report()[0].wire_tag.startswith("mom-")


@pytest.mark.parametrize("foreign", ["", "string", "strat-7/α M&M", "a-b", "0-123456789", "-ABCDEFGHIJ"])
def test_a_tag_of_another_program_is_given_back_whole(foreign):
    assert head(foreign) == foreign


def test_fixed_tags_are_the_same_in_each_run():
    runs = []
    for _ in range(2):
        with ambient.fixed(0):
            runs.append([unique("a"), unique("a")])
    assert runs[0] == runs[1]
    assert runs[0][0] != runs[0][1]
