"""The fast way of reading a row gives what pydantic gives, whatever stands in the row."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ks_compat.native import AnswerNotUnderstood, Order, OrderEvent, wire
from ks_compat.native.reading import Reader
from ks_compat.native.results import parsed

KINDS = {"orders": (Order, {"tag": "mine"}), "order_history": (OrderEvent, {"tag": "mine", "version": 2})}
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers(), max_size=1),
    st.sampled_from(["--", "NA", "XX", " - ", "1", "1.0", "1e3", "-5", "0.05", "1,5", "nan", "28 Jul, 2026",
                     "22-Jan-2025 14:28:01", "22-Jan-2025 25:28:01", "31-Feb-2025 10:00:00", "AMO", 1, 1.0, True]),
)  # fmt: skip


@pytest.fixture(params=KINDS)
def kind(request, sample):
    model, more = KINDS[request.param]
    return model, sample(f"v2/{request.param}")["data"][0], more


@pytest.fixture
def reader(kind):
    return Reader(kind[0], *kind[2])


def outcome(read):
    try:
        made = read()
    except AnswerNotUnderstood as error:
        return str(error)
    return repr(made), made.model_dump(), sorted(made.model_fields_set), [*map(type, made.__dict__.values())]


def same(kind, reader, row):
    model, _, more = kind
    slowly = outcome(lambda: parsed(model, row, **more))
    for _ in range(2):  # the second time out of what is remembered
        assert repr(outcome(lambda: reader.read(row, {"_token_of": None}, **more))) == repr(slowly)


def test_any_cell(kind, reader):
    @given(st.dictionaries(st.sampled_from(sorted(kind[1])), CELLS, max_size=4))
    def check(cells):
        same(kind, reader, {**kind[1], **cells})

    check()


def test_any_keys(kind, reader):
    names = sorted({*kind[1], *kind[0].model_fields} - set(kind[2]))

    @given(st.sets(st.sampled_from(names), max_size=3), st.dictionaries(st.sampled_from(names), CELLS, max_size=2))
    def check(gone, cells):
        same(kind, reader, {key: value for key, value in {**kind[1], **cells}.items() if key not in gone})

    check()


@pytest.mark.parametrize(("first", "then"), [(1, True), (True, 1), ("1", 1.0), (1.0, "1"), (0, False)])
def test_what_is_remembered_of_one_kind_of_value_is_not_given_for_another(kind, reader, first, then):
    for value in (first, then):
        same(kind, reader, {**kind[1], "prc": value, "qty": value, "fldQty": value})


def test_the_row_itself_is_left_as_it_was(kind, reader):
    before = copy.deepcopy(kind[1])
    made = reader.read(kind[1], {"_token_of": None}, **kind[2])
    assert made.model_extra
    assert kind[1] == before


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
def test_a_copy_is_the_same(kind, reader, copied):
    model, row, more = kind
    made = copied(reader.read(row, {"_token_of": None}, **more))
    assert made == parsed(model, row, **more)
    assert made.model_copy(update={"tag": "other"}).tag == "other"
    with pytest.raises(ValueError, match="frozen"):
        made.tag = "other"


@given(st.recursive(CELLS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)))
def test_long_answers_are_decoded_as_short_ones(value):
    text = json.dumps([value, "x" * 5000])
    assert repr(wire.decoded(text.encode())) == repr(json.loads(text))


@pytest.mark.parametrize("text", ['"\\ud800"', "1" * 40, "1.7976931348623157e309", "-0", '{"a": 1, "a": 2}'])
def test_long_answers_with_odd_cells_are_decoded_as_short_ones(text):
    whole = f'[{text}, "{"x" * 5000}"]'
    assert repr(wire.decoded(whole.encode())) == repr(json.loads(whole))


def test_a_long_answer_that_is_no_json_is_told_so():
    with pytest.raises(ValueError, match="Expecting"):
        wire.decoded(b"<" * 5000)
