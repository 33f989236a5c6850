"""The comparison of requests finds every difference and tells it by field."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote_plus

from hypothesis import given
from hypothesis import strategies as st

from ks_compat.comparison import Difference, WireRequest, compare

HEADERS = ((b"host", b"example"), (b"auth", b"t1"), (b"sid", b"s1"))
PLACE = WireRequest("POST", b"/place?a=1", HEADERS, b"jData=" + quote_plus('{"qt": "2", "pr": "0"}').encode())


def place_with(jdata: str) -> WireRequest:
    return replace(PLACE, body=b"jData=" + quote_plus(jdata).encode())


def only(differences: list[Difference]) -> Difference:
    (difference,) = differences
    return difference


requests = st.builds(
    WireRequest,
    method=st.sampled_from(["GET", "POST"]),
    target=st.binary(min_size=1, max_size=20),
    headers=st.lists(st.tuples(st.binary(min_size=1, max_size=5), st.binary(max_size=5)), max_size=4).map(tuple),
    body=st.binary(max_size=30) | st.sampled_from([b'{"a": 1}', b"jData=%7B%22a%22%3A+1%7D", b"jData=%7B%7D"]),
)


@given(st.lists(requests, max_size=4), st.lists(requests, max_size=4))
def test_the_verdict_is_equality(left: list[WireRequest], right: list[WireRequest]) -> None:
    assert (compare(left, right) == []) == (left == right)


@given(st.lists(requests, min_size=1, max_size=4))
def test_a_list_is_the_same_as_itself(same: list[WireRequest]) -> None:
    assert compare(same, list(same)) == []


def test_a_changed_field_is_named_with_both_values() -> None:
    assert only(compare([PLACE], [place_with('{"qt": "3", "pr": "0"}')])) == Difference(1, "body field qt", "2", "3")


def test_a_field_of_another_type_is_told_by_type() -> None:
    assert str(only(compare([PLACE], [place_with('{"qt": 2, "pr": "0"}')]))) == (
        "request 1, body field qt: '2' (str) / 2 (int)"
    )


def test_a_missing_field_is_told() -> None:
    assert "missing" in str(only(compare([PLACE], [place_with('{"qt": "2"}')])))


def test_other_bytes_for_the_same_fields_are_still_different() -> None:
    assert only(compare([PLACE], [place_with('{"pr": "0", "qt": "2"}')])).what == "body"


def test_headers_in_another_order_are_different() -> None:
    assert only(compare([PLACE], [replace(PLACE, headers=HEADERS[::-1])])).what == "order of headers"


def test_a_header_sent_twice_is_different() -> None:
    assert only(compare([PLACE], [replace(PLACE, headers=(*HEADERS, HEADERS[1]))])).what == "header auth"


def test_a_missing_request_is_told_by_its_target() -> None:
    assert only(compare([PLACE], [])) == Difference(1, "request", "POST /place?a=1", None)


def test_tokens_are_compared_by_what_they_are_for() -> None:
    one = PLACE.with_names({"t1": "trade token"})
    other = replace(PLACE, headers=((b"host", b"example"), (b"auth", b"t9"), (b"sid", b"s1")))

    assert compare([one], [other.with_names({"t9": "trade token"})]) == []
    assert compare([one], [other.with_names({"t9": "view token"})]) != []
