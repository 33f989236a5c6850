"""An order book that is read again gives what reading it anew gives, whatever was read before."""

import gc
import json
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from loopback import Reply

from ks_compat.exceptions import ApiValueError
from ks_compat.ks_api import KSTradeApi
from ks_compat.native import NeoError, Session, answers
from ks_compat.native.again import Again
from ks_compat.native.answers import Answer
from ks_compat.native.own_orders import OwnRecord

BOM = b"\xef\xbb\xbf"
BOOK = "/quick/user/orders"
CELLS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([1, 1.0, True, "1", 10**30]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)
ROWS = st.dictionaries(st.sampled_from(["nOrdNo", "qty", "ordSt", "é"]), CELLS, max_size=3)
DATA = st.lists(ROWS, max_size=5) | ROWS | st.lists(CELLS, max_size=2)
AROUND = st.sampled_from(
    [
        {"stat": "Ok", "stCode": 200},
        {},
        {"stat": "Not_Ok", "stCode": 5203, "errMsg": "No Data"},
        {"stat": "Not_Ok", "stCode": 1041, "errMsg": "Bad"},
        {"error": [{"code": "10020", "message": "Invalid"}]},
        {"status": "failure"},
        {"stat": "Ok", "data": None},
    ]
)
DOCUMENTS = st.builds(lambda around, data: {"data": data, **around}, AROUND, DATA) | AROUND | DATA
SPOILS = st.just(lambda body: body) | st.builds(
    lambda place, piece: lambda body: body[: place % (len(body) + 1)] + piece + body[place % (len(body) + 1) :],
    st.integers(0, 200),
    st.sampled_from(
        [b"\xff", b"\x01", b'"', b"}", b",", b"[", b" ", b"\\", b"\\ud800", b"NaN", b"1e999", b"\xef\xbb\xbf"]
    ),
)
BODIES = st.builds(
    lambda document, dumps, spoil: spoil(json.dumps(document, **dumps).encode("utf-8", "surrogatepass")),
    DOCUMENTS,
    st.sampled_from([{}, {"separators": (",", ":")}, {"indent": 1}, {"ensure_ascii": False}]),
    SPOILS,
)
ANSWERS = st.builds(Answer, st.sampled_from([200, 200, 200, 200, 401, 429, 500]), st.just({}), BODIES)


def outcome(read):
    try:
        return read()
    except NeoError as error:
        return type(error), str(error), error.__dict__


def read(again, answer, noted=None, holds=lambda _: True):
    return again.read(answer, lambda rows: list(map(repr, rows)), noted=noted, holds=holds)


def body(*rows, **around):
    return Answer(200, {}, json.dumps({"stat": "Ok", "data": list(rows), **around}).encode())


@settings(max_examples=400)
@given(st.lists(ANSWERS, min_size=1, max_size=4))
@example([Answer(200, {}, b'{"data": [{"a": 1}, {"a": 1}]}'), Answer(200, {}, b'{"data": [{"a": true}, {"a": 1.0}]}')])
@example([Answer(200, {}, b'{"data": [{"a": "\xff"}]}')])
@example([Answer(200, {}, b"[" * 100_000)])
@example([Answer(200, {}, b'{"data": [' + b"[" * 100_000)])
@example([Answer(200, {}, '{"data": [{"a": 1}]}'.encode("utf-16"))])
def test_every_answer_is_read_as_if_it_were_the_first(found):
    again = Again()
    for answer in found:
        anew = outcome(lambda answer=answer: list(map(repr, answers.rows(answer))))
        for _ in range(2):
            assert outcome(lambda answer=answer: read(again, answer)) == anew


def test_only_new_and_changed_rows_are_made():
    again, made = Again(), []

    def make(rows):
        made.extend(row["n"] for row in rows)
        return [object() for _ in rows]

    def look(*rows):
        return again.read(body(*rows), make, noted=None, holds=lambda _: True)

    one, two = look({"n": 1}, {"n": 2})
    same, changed, new = look({"n": 1}, {"n": 2, "qty": 5}, {"n": 3})
    assert (made, same) == ([1, 2, 2, 3], one)
    assert len({one, two, changed, new}) == 4
    assert look({"n": 3}, {"n": 1}) == [new, one]
    look({"n": 2, "qty": 5})
    assert made == [1, 2, 2, 3, 2]  # a row that had left the book


def test_a_result_that_no_longer_holds_is_made_again():
    again, answer = Again(), body({"n": 1}, {"n": 2})

    def look(noted, holds):
        return again.read(answer, lambda rows: [object() for _ in rows], noted=noted, holds=holds)

    one, two = look(1, None)
    assert look(1, None) == [one, two]  # nothing was noted: nobody is asked
    other, same = look(2, lambda result: result is not one)
    assert other is not one
    assert same is two
    assert look(2, None) == [other, two]


def test_what_has_left_the_report_is_let_go():
    again = Again()

    class Result:
        pass

    def look(*rows):
        return again.read(body(*rows), lambda rows: [Result() for _ in rows], noted=None, holds=lambda _: True)

    gone = weakref.ref(look({"n": 1}, {"n": 2})[0])
    look({"n": 2})
    gc.collect()
    assert gone() is None


def test_a_failure_forgets_nothing():
    again = Again()
    (first,) = again.read(body({"n": 1}), lambda rows: [object()] * len(rows), noted=None, holds=None)
    with pytest.raises(NeoError):
        read(again, Answer(502, {}, b"<html>"))
    with pytest.raises(ZeroDivisionError):
        again.read(body({"n": 1}, {"n": 2}), lambda _: 1 / 0, noted=None, holds=None)
    assert again.read(body({"n": 1}), lambda _: [], noted=None, holds=None) == [first]


def test_threads_see_whole_books():
    again = Again()

    def look(number):
        rows = [{"n": n, "by": number if n % 7 == 0 else 0} for n in range(200)]
        return read(again, body(*rows)) == list(map(repr, rows))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(look, range(200)))


@pytest.fixture
def book(server_of, client_of, sample, tmp_path):
    """A client, and the rows of its order book, which a test changes."""
    row = sample("v2/orders")["data"][0]
    rows = [{**row, "nOrdNo": f"25112200000000{number}", "GuiOrdId": f"mine-{number}"} for number in range(4)]
    server = server_of({BOOK: lambda _: Reply(json.dumps({"stat": "Ok", "stCode": 200, "data": rows}).encode())})
    return client_of(server.url, home=tmp_path / "home"), rows


def test_the_client_gives_the_same_order_as_long_as_it_stands_the_same(book):
    client, rows = book
    before = client.order_report()
    rows[1] = {**rows[1], "fldQty": 1, "ordSt": "complete"}
    rows.append({**rows[0], "nOrdNo": "251122000000009"})
    after = client.order_report()
    assert [order.status for order in after] == ["open", "complete", "open", "open", "open"]
    assert [old is new for old, new in zip(before, after, strict=False)] == [True, False, True, True]
    assert before[1].status == "open"


def test_a_tag_that_another_process_notes_later_is_seen(book):
    client, rows = book
    client.order_report()
    account = f"{client.settings.login_url} "
    code = (
        "import sys; from pathlib import Path; from ks_compat.native.own_orders import OwnRecord\n"
        "own = OwnRecord(Path(sys.argv[1]), sys.argv[2])\n"
        "own.sending('mine-2', 'the whole of the tag'); own.acknowledged('mine-2', sys.argv[3])"
    )
    subprocess.run([sys.executable, "-c", code, client.settings.home, account, rows[2]["nOrdNo"]], check=True)
    assert [order.tag for order in client.order_report()] == ["mine-0", "mine-1", "the whole of the tag", "mine-3"]


def test_the_accounts_of_one_client_are_not_mixed_up(book):
    client, _ = book
    OwnRecord(client.settings.home, f"{client.settings.login_url} TWO").sending("mine-2", "of the second account")
    assert client.order_report()[2].tag == "mine-2"
    session = Session("trade", "trade-token", "trade-sid", client.settings.login_url, ucc="TWO")
    client.session_token = session.dump()
    assert client.order_report()[2].tag == "of the second account"


def test_an_unchanged_row_of_an_after_market_order_still_says_so(book):
    client, rows = book
    rows[3] |= {"ordGenTp": "AMO"}
    client.order_report()
    assert (client._amo(rows[3]["nOrdNo"]), client._amo(rows[0]["nOrdNo"])) == ("YES", "NO")
    client.order_report()
    assert client._segment_of(rows[3]["nOrdNo"]) == "nse_cm"


def test_a_facade_over_a_client_that_has_read_rows_raises_the_old_errors(server_of, client_of):
    row = {"nOrdNo": "1", "exSeg": "nse_fo", "trdSym": "NOBODY26NOVFUT", "ordSt": "open"}
    files = "/script-details/1.0/masterscrip/file-paths"
    neo = client_of(server_of({BOOK: {"stat": "Ok", "data": [row]}, files: Reply(b"{}", 404)}).url)
    assert neo.order_report()
    with pytest.raises(ApiValueError, match="nse_fo"):
        KSTradeApi.over(neo).order_report()
