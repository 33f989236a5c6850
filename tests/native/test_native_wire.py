import json
import struct
from decimal import Context, Decimal, Inexact, Rounded, localcontext
from urllib.parse import parse_qs, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ks_compat.native import InvalidRequest
from ks_compat.native.wire import jdata, json_body, path_segment, plain, price, quantity

fields = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters()))
plain_text = st.text("ABCxyz0189_.~-")
rupees = st.integers(0, 10_000_000).map(lambda paise: Decimal(paise) / 100)


class Index:
    """As numpy.int64: a whole number that is no int."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Floating:
    """As numpy.float32: a number that is no float."""

    def __init__(self, value):
        self.value = value

    def __float__(self):
        return self.value


@given(fields)
def test_jdata_is_the_form_encoding_of_the_json(given_fields):
    assert jdata(given_fields) == ("jData=" + quote_plus(json.dumps(given_fields))).encode()


@given(st.dictionaries(plain_text, plain_text))
@example({})
@example({"": ""})
@example({"ts": "ACC-EQ\n"})
@example({"ts": "\u0661"})
@example({"ts": None})
def test_jdata_of_plain_texts_is_the_same_by_the_short_way(given_fields):
    assert jdata(given_fields) == ("jData=" + quote_plus(json.dumps(given_fields))).encode()


@given(fields)
def test_jdata_decodes_to_what_was_given(given_fields):
    (text,) = parse_qs(jdata(given_fields).decode("ascii"))["jData"]
    assert json.loads(text) == given_fields


def test_jdata_of_an_awkward_tag():
    assert jdata({"ig": "strat-7/α M&M"}) == b"jData=%7B%22ig%22%3A+%22strat-7%2F%5Cu03b1+M%26M%22%7D"


def test_json_body_has_the_separators_of_the_official_sdk():
    assert json_body({"mobileNumber": "+91", "ucc": "α"}) == b'{"mobileNumber": "+91", "ucc": "\\u03b1"}'


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("nse_cm|22,nse_cm|1594", "nse_cm|22,nse_cm|1594"),
        ("nse_cm|Nifty 50", "nse_cm|Nifty%2050"),
        ("nse_cm|M&M", "nse_cm|M&M"),
        ("all/../../quick?a#b", "all%2F..%2F..%2Fquick%3Fa%23b"),
    ],
)
def test_path_segment(text, segment):
    assert path_segment(text) == segment


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (0, "0"),
        (0.0, "0"),
        (-0.0, "0"),
        ("0.0", "0"),
        (Decimal("0.00"), "0"),
        (Decimal("0E+3"), "0"),
        (Decimal("-0"), "0"),
        (2250, "2250"),
        (100.0, "100"),
        ("100", "100"),
        (2250.5, "2250.5"),
        ("1499.95", "1499.95"),
        (" 1499.950 ", "1499.95"),
        ("007.50", "7.5"),
        (".5", "0.5"),
        ("5.", "5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("72.8025"), "72.8025"),
        (0.0025, "0.0025"),
        (0.00001, "0.00001"),
        (1e16, "10000000000000000"),
        (10**20, "100000000000000000000"),
        (Index(1801), "1801"),
        (Floating(51.85), "51.85"),
        (0.1 + 0.2, "0.3"),
        (1499.95 * 3, "4499.85"),
        (1.1 * 1.1, "1.21"),
        (2274.1 - 20, "2254.1"),
    ],
)
def test_price(value, sent):
    assert price("price", value) == sent


@given(rupees)
def test_a_price_is_the_same_as_text_decimal_and_float(amount):
    assert price("price", str(amount)) == price("price", amount) == price("price", float(amount))


@pytest.mark.parametrize("value", ["125431.55", 125431.55, Decimal("125431.55"), Floating(125431.55), 1254315.5 / 10])
@pytest.mark.parametrize("theirs", [Context(prec=4), Context(prec=6, traps=[Inexact, Rounded])])
def test_the_programs_own_decimal_context_changes_no_price(theirs, value):
    with localcontext(theirs):
        assert price("price", value) == "125431.55"


@given(rupees)
def test_a_price_keeps_its_value(amount):
    assert Decimal(price("price", float(amount))) == amount


@given(st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=6))
def test_a_price_is_in_its_shortest_plain_form(amount):
    sent = price("price", amount)
    assert sent == "0" or not sent.startswith("00")
    assert set(sent) <= set("0123456789.")
    assert "." not in sent or sent[-1] not in "0."


@given(rupees, rupees)
def test_the_noise_of_a_sum_is_removed(one, other):
    assert Decimal(price("price", float(one) + float(other))) == one + other


@given(rupees, rupees)
@example(Decimal("24050.65"), Decimal("24050.05"))
@example(Decimal("2250.5"), Decimal("2250.45"))
def test_the_noise_of_a_difference_is_removed(one, other):
    high, low = max(one, other), min(one, other)
    assert Decimal(price("price", float(high) - float(low))) == high - low


@pytest.mark.parametrize("value", [1499.951, 0.123456, 2250.0001, Decimal("2250.500000000001")])
def test_what_is_no_noise_is_sent_as_given(value):
    assert Decimal(price("price", value)) == Decimal(repr(value) if isinstance(value, float) else value)


@pytest.mark.parametrize(
    "value",
    [
        -1, -0.05, "-1", Decimal("-0.05"), float("nan"), float("inf"), float("-inf"), Decimal("NaN"), Decimal("sNaN"),
        Decimal("Infinity"), "nan", "inf", "1e3", "1E3", "1_000", "1,499.95", "", " ", ".", "+5", "0x10", "٣", "12a",
        None, True, False, b"12", [], [5], (1,), {}, object(), 1j, Index(-1), Floating(float("nan")),
    ],
)  # fmt: skip
def test_a_price_that_is_no_plain_number_is_refused_by_name(value):
    with pytest.raises(InvalidRequest, match=r"^trigger_price must be a plain number of at least 0, got"):
        price("trigger_price", value)


@pytest.mark.parametrize(
    ("value", "sent"),
    [(1, "1"), ("2", "2"), (65.0, "65"), (Decimal("130"), "130"), (Index(9), "9"), (0, "0"), ("075", "75")],
)
def test_quantity(value, sent):
    assert quantity("quantity", value) == sent


@pytest.mark.parametrize("value", [0.5, "1.5", 64.99, Decimal("2.01")])
def test_a_fraction_of_a_quantity_is_refused(value):
    with pytest.raises(InvalidRequest, match="quantity must be a whole number of units"):
        quantity("quantity", value)


def test_a_quantity_below_the_least_is_refused():
    with pytest.raises(InvalidRequest, match="quantity must be at least 1, got 0"):
        quantity("quantity", 0, at_least=1)


@pytest.mark.parametrize("value", [-1, True, None, "1e3", float("nan")])
def test_a_quantity_that_is_no_number_is_refused(value):
    with pytest.raises(InvalidRequest, match="quantity must be a plain number"):
        quantity("quantity", value)


@pytest.mark.parametrize(
    ("number", "text"), [("0", "0"), ("0.00", "0"), ("10", "10"), ("1E+2", "100"), ("0.10", "0.1")]
)
def test_plain(number, text):
    assert plain(Decimal(number)) == text


class Narrow(Floating):
    """A number as numpy's float32: 24 bits of precision, its text the shortest that gives it back."""

    def __init__(self, value):
        super().__init__(struct.unpack("f", struct.pack("f", float(value)))[0])

    def __eq__(self, other):
        return float(self) == float(other)

    __hash__ = None

    def __str__(self):
        return f"{float(self):.7g}"


@pytest.mark.parametrize("text", ["1499.95", "2250.5", "0.05", "24050.65"])
def test_a_number_of_narrow_precision_is_what_its_text_says(text):
    assert price("price", Narrow(text)) == text
