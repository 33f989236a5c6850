"""No byte of a request changes unseen, and what changed is told by its name, with both values and types."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ks_compat.comparison import WireRequest, compare
from ks_compat.comparison.decoding import decoded

CASSETTES = Path(__file__).parent.parent.parent / "cassettes"


def requests_of(file: Path) -> list[WireRequest]:
    interactions = yaml.safe_load(file.read_text("utf-8"))["interactions"]
    return [
        WireRequest(
            request["method"],
            request["uri"].encode(),
            tuple((name.encode(), value.encode()) for name, values in request["headers"].items() for value in values),
            (request["body"] or "").encode(),
        )
        for request in (interaction["request"] for interaction in interactions)
    ]


RECORDED = {file.parent.name: requests_of(file) for file in sorted(CASSETTES.glob("*/facade.yaml"))}
PARTS = ["method", "target", "body", "header name", "header value"]


def edited(raw: bytes, edit: str, at: int, byte: int) -> bytes:
    if edit == "insert":
        return raw[: at % (len(raw) + 1)] + bytes([byte]) + raw[at % (len(raw) + 1) :]
    at %= len(raw)
    if edit == "delete":
        return raw[:at] + raw[at + 1 :]
    return raw[:at] + bytes([raw[at] ^ (byte or 1)]) + raw[at + 1 :]


@st.composite
def changed_requests(draw: st.DrawFn) -> tuple[WireRequest, WireRequest]:
    """A recorded request, and the same with one byte changed, deleted or inserted anywhere."""
    one = draw(st.sampled_from(RECORDED[draw(st.sampled_from(sorted(RECORDED)))]))
    part, edit = draw(st.sampled_from(PARTS)), draw(st.sampled_from(["change", "delete", "insert"]))
    at, byte = draw(st.integers(0, 100_000)), draw(st.integers(0, 255))
    if part == "method":
        return one, replace(one, method=edited(one.method.encode(), edit, at, byte).decode("latin-1"))
    if part in ("target", "body"):
        raw = getattr(one, part)
        return one, replace(one, **{part: edited(raw, edit if raw else "insert", at, byte)})
    headers = list(one.headers)
    place = draw(st.integers(0, len(headers) - 1))
    name, value = headers[place]
    if part == "header name":
        headers[place] = (edited(name, edit, at, byte), value)
    else:
        headers[place] = (name, edited(value, edit if value else "insert", at, byte))
    return one, replace(one, headers=tuple(headers))


@given(changed_requests())
@settings(max_examples=2000, deadline=None)
def test_one_byte_changed_deleted_or_inserted_anywhere_is_found(pair: tuple[WireRequest, WireRequest]) -> None:
    one, other = pair

    assert compare([one], [one]) == []
    (difference, *_) = compare([one], [other])
    assert (difference.left, difference.types[0]) != (difference.right, difference.types[1])


@pytest.mark.parametrize("scenario", RECORDED)
def test_every_byte_of_every_recorded_request_counts(scenario: str) -> None:
    for request in dict.fromkeys(RECORDED[scenario]):
        for part in ("target", "body"):
            raw = getattr(request, part)
            for at in range(len(raw)):
                for edit in ("change", "delete", "insert"):
                    assert compare([request], [replace(request, **{part: edited(raw, edit, at, 1)})])
        for place in range(len(request.headers)):
            assert compare(
                [request], [replace(request, headers=request.headers[:place] + request.headers[place + 1 :])]
            )


@pytest.mark.parametrize("scenario", RECORDED)
def test_a_missing_extra_or_moved_request_is_found(scenario: str) -> None:
    recorded = RECORDED[scenario]

    assert compare(recorded, recorded[:-1])
    assert compare(recorded, [*recorded, recorded[-1]])
    assert compare(recorded, [recorded[1], recorded[0], *recorded[2:]])


leaves = st.none() | st.booleans() | st.integers() | st.text()
anything = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def told(left: bytes, right: bytes) -> list[str]:
    pair = [WireRequest("POST", b"/", (), body) for body in (left, right)]
    return [str(difference).removeprefix("request 1, ") for difference in compare(pair[:1], pair[1:])]


def jdata(text: str) -> bytes:
    return b"jData=" + quote_plus(text).encode()


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (b"a=1&a=2", b"a=1&a=3", ["body field a[1]: '2' (str) / '3' (str)"]),
        (b"a=1&b=", b"a=1", ["body field b: '' (str) / missing"]),
        (b'{"a": null}', b"{}", ["body field a: null / missing"]),
        (b'{"a": 1}', b'{"a": true}', ["body field a: 1 (int) / True (bool)"]),
        (b'{"a": 1}', b'{"a": 1.0}', ["body field a: 1 (int) / 1.0 (float)"]),
        (b'{"a": [{"pr": "1"}]}', b'{"a": [{"pr": "2"}]}', ["body field a[0].pr: '1' (str) / '2' (str)"]),
        (b'{"a": 1, "a": 2}', b'{"a": 1, "a": 3}', ["body field a (again): 2 (int) / 3 (int)"]),
        (b'{"a": {}}', b'{"a": []}', ["body field a: {} (dict) / [] (list)"]),
        (jdata('{"l": [{"qt": "1"}]}'), jdata('{"l": [{"qt": 1}]}'), ["body field l[0].qt: '1' (str) / 1 (int)"]),
        (jdata("{}") + b"&sId=x", jdata("{}") + b"&sId=y", ["body field form.sId: 'x' (str) / 'y' (str)"]),
        (b'{"a": "1"}', b'{"a":"1"}', ["body: b'{\"a\": \"1\"}' (bytes) / b'{\"a\":\"1\"}' (bytes)"]),
        (b'{"a": 1e2}', b'{"a": 100.0}', ["body: b'{\"a\": 1e2}' (bytes) / b'{\"a\": 100.0}' (bytes)"]),
        (b"\xff", b"\xfe", ["body: b'\\xff' (bytes) / b'\\xfe' (bytes)"]),
    ],
)  # fmt: skip
def test_what_differs_is_told_by_its_field(left: bytes, right: bytes, expected: list[str]) -> None:
    assert told(left, right) == expected


@given(anything)
def test_any_json_is_explained_without_an_error(value: Any) -> None:
    body = json.dumps({"x": value}).encode()
    assert decoded(body)
    assert told(body, body) == []


def test_json_nested_beyond_reason_is_told_whole() -> None:
    deep = b"[" * 100_000

    assert told(deep, deep + b"]")[0].startswith("body: ")
