"""Old arguments as native ones: spec/v1.md 3.4, 3.5, 3.10."""

from decimal import Context, Decimal, localcontext

import pytest

from ks_compat import v1
from ks_compat.exceptions import ApiValueError

BAD_ORDER_TYPE = (
    "Provided order type is invalid, use either of O(Order), N(Normal Order), SM(Super Multiple Order), "
    "SOR(Smart Order Routing), MTF(Margin Tading Facility) or MIS"
)
PRODUCT_WITHOUT_O = "Product can be supplied only if Order Type value is 'O'"
O_WITHOUT_PRODUCT = "Please pass product paramater with order_type = 'O' OR change order_type"
BAD_SIDE = "Invalid value for `transactionType` (buy), must be one of ['BUY', 'SELL']"
BAD_VALIDITY = "Invalid value for `validity` (DAY), must be one of ['GFD', 'IOC']"
BAD_VARIETY = "Invalid value for `variety` (BO), must be one of ['REGULAR', 'AMO', 'SQUAREOFF']"
BAD_PRODUCT = (
    "Invalid value for `product` (MIS), must be one of ['NORMAL', 'SUPERMULTIPLE', 'SUPERMULTIPLEOPTION', 'MTF', "
    "'SOR', 'TSLONEW', 'BRACKETNEW', 'TSLO', 'BRACKET', 'GTC', 'COD', 'CONVERT']"
)
ORDER = {"order_type": "N", "instrument_token": 727, "transaction_type": "BUY", "quantity": 2, "price": 2250.5}


def test_the_defaults_of_an_order():
    assert v1.place_order("N", 727, "BUY", 2, 2250.5) == {
        "product": "CARRY",
        "instrument_token": 727,
        "transaction_type": "B",
        "quantity": 2,
        "validity": "DAY",
        "amo": "NO",
        "order_type": "L",
        "price": 2250.5,
        "trigger_price": 0,
        "disclosed_quantity": 0,
        "tag": "string",
    }


@pytest.mark.parametrize(
    ("old", "native"),
    [
        ({"order_type": "N"}, {"product": "CARRY"}),
        ({"order_type": "MIS"}, {"product": "MIS"}),
        ({"order_type": "MTF"}, {"product": "MTF"}),
        ({"order_type": "O", "product": "NORMAL"}, {"product": "CARRY"}),
        ({"order_type": "O", "product": "MTF"}, {"product": "MTF"}),
        ({"order_type": "N", "product": ""}, {"product": "CARRY"}),
        ({"transaction_type": "SELL"}, {"transaction_type": "S"}),
        ({"validity": "IOC"}, {"validity": "IOC"}),
        ({"variety": "AMO"}, {"amo": "YES"}),
        ({"price": 0}, {"order_type": "MKT"}),
        ({"trigger_price": 2240}, {"order_type": "SL", "trigger_price": 2240}),
        ({"price": 0, "trigger_price": 2240}, {"order_type": "SL-M"}),
        ({"tag": None}, {"tag": None}),
        ({"tag": 7}, {"tag": "7"}),
        ({"disclosed_quantity": 1}, {"disclosed_quantity": 1}),
        ({"smart_order_routing": "Y"}, {"product": "CARRY"}),
        ({"instrument_token": "727"}, {"instrument_token": "727"}),
    ],
)
def test_an_argument_of_an_order(old, native):
    arguments = v1.place_order(**{**ORDER, **old})
    assert {name: arguments[name] for name in native} == native


@pytest.mark.parametrize("terms", [{"order_type": "SOR"}, {"order_type": "O", "product": "SOR"}])
def test_smart_order_routing_goes_to_the_tokens_exchange_with_a_warning(terms):
    with pytest.warns(UserWarning, match="no smart order routing"):
        assert v1.place_order(**{**ORDER, **terms})["product"] == "CARRY"


@pytest.mark.parametrize(
    ("terms", "kind", "text"),
    [
        ({"order_type": "n"}, TypeError, BAD_ORDER_TYPE),
        ({"order_type": "CNC"}, TypeError, BAD_ORDER_TYPE),
        ({"order_type": ""}, TypeError, BAD_ORDER_TYPE),
        ({"order_type": None}, TypeError, BAD_ORDER_TYPE),
        ({"order_type": "N", "product": "NORMAL"}, ApiValueError, PRODUCT_WITHOUT_O),
        ({"order_type": "x", "product": "NORMAL"}, ApiValueError, PRODUCT_WITHOUT_O),
        ({"order_type": "O"}, ApiValueError, O_WITHOUT_PRODUCT),
        ({"order_type": "O", "product": ""}, ApiValueError, O_WITHOUT_PRODUCT),
        ({"order_type": "O", "product": "MIS"}, ValueError, BAD_PRODUCT),
        ({"transaction_type": "buy"}, ValueError, BAD_SIDE),
        ({"validity": "DAY"}, ValueError, BAD_VALIDITY),
        ({"variety": "BO"}, ValueError, BAD_VARIETY),
    ],
)
def test_a_wrong_word_is_refused_as_the_old_sdk_did(terms, kind, text):
    with pytest.raises(kind) as caught:
        v1.place_order(**{**ORDER, **terms})
    assert (type(caught.value), str(caught.value)) == (kind, text)


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ({"validity": "IOC"}, "Invalid value for `validity` (IOC), must be one of ['GFD']"),
        ({"variety": "AMO"}, "Invalid value for `variety` (AMO), must be one of ['REGULAR']"),
    ],
)
@pytest.mark.filterwarnings("ignore:v2 has no smart order routing")
def test_smart_order_routing_took_fewer_words(terms, text):
    with pytest.raises(ValueError, match=r".") as caught:
        v1.place_order(**{**ORDER, "order_type": "SOR", **terms})
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"order_type": "O", "product": "MIS", "transaction_type": "buy", "validity": "DAY"}, BAD_SIDE),
        ({"order_type": "O", "product": "MIS", "validity": "DAY", "variety": "BO"}, BAD_PRODUCT),
        ({"validity": "DAY", "variety": "BO", "price": "x"}, BAD_VALIDITY),
        ({"variety": "BO", "price": "x"}, BAD_VARIETY),
        ({"order_type": "x", "transaction_type": "buy"}, BAD_ORDER_TYPE),
    ],
)
def test_the_first_wrong_word_is_the_one_reported(wrong, text):
    with pytest.raises((ValueError, TypeError)) as caught:
        v1.place_order(**{**ORDER, **wrong})
    assert str(caught.value) == text


@pytest.mark.parametrize(
    "terms",
    [
        {"order_type": "SM"},
        *({"order_type": "O", "product": product} for product in ["SUPERMULTIPLE", "BRACKET", "TSLO", "GTC", "COD"]),
        {"variety": "SQUAREOFF"},
    ],
)
def test_what_v2_has_no_equal_for_is_refused_by_name(terms):
    with pytest.raises(ApiValueError, match=f"has no .*{list(terms.values())[-1]}"):
        v1.place_order(**{**ORDER, **terms})


@pytest.mark.parametrize("zero", [0, 0.0, "0", "0.0", Decimal("0.00")])
@pytest.mark.parametrize("some", [2250.5, 5, "2250.50", Decimal("0.05"), 0.1 + 0.2])
def test_price_and_trigger_give_the_order_type(zero, some):
    table = {(zero, zero): "MKT", (some, zero): "L", (some, some): "SL", (zero, some): "SL-M"}
    for (price, trigger), order_type in table.items():
        with localcontext(Context(prec=2)):  # the program's own business
            found = v1.pricing(price, trigger)
        assert found == {"order_type": order_type, "price": price, "trigger_price": trigger}


@pytest.mark.parametrize("wrong", [-1, None, "", "market", "1e3", float("nan"), True])
@pytest.mark.parametrize("name", ["price", "trigger_price"])
def test_a_price_that_is_no_number_is_refused_by_name(name, wrong):
    with pytest.raises(ApiValueError, match=f"^{name} must be a plain number"):
        v1.pricing(**{"price": 1, "trigger_price": 1, name: wrong})


def test_a_modification_gives_the_price_before_the_quantity():
    assert v1.modify_order(261122000000001, 2251, 3, 1, 0, "GFD") == {
        "order_id": 261122000000001,
        "order_type": "L",
        "price": 2251,
        "trigger_price": 0,
        "quantity": 3,
        "disclosed_quantity": 1,
        "validity": "DAY",
    }


@pytest.mark.parametrize(
    ("order_id", "validity", "text"),
    [
        (None, None, "Invalid value for `orderId`, must not be `None`"),
        (1, None, "Invalid value for `validity`, must not be `None`"),
        (1, "DAY", BAD_VALIDITY),
    ],
)
def test_a_wrong_modification_is_refused_as_the_old_sdk_did(order_id, validity, text):
    with pytest.raises(ValueError, match=r".") as caught:
        v1.modify_order(order_id, 1, 1, 0, 0, validity)
    assert (type(caught.value), str(caught.value)) == (ValueError, text)


@pytest.mark.parametrize(
    ("given", "tokens"),
    [(727, [727]), ("727", ["727"]), ("727-1374", ["727", "1374"]), (" 727 - 1374 ", ["727", "1374"])],
)
def test_tokens(given, tokens):
    assert v1.tokens(given) == tokens


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ({"validity": "IOC"}, "Invalid value for `validity` (IOC), must be one of ['GFD']"),
        ({"variety": "X"}, "Invalid value for `variety` (X), must be one of ['REGULAR', 'AMO', 'SQUAREOFF']"),
    ],
)
def test_wrong_words_are_told_before_what_v2_lacks(terms, text):
    with pytest.raises(ValueError, match="Invalid value") as caught:
        v1.place_order("SM", 727, "BUY", 1, 0, **terms)
    assert (type(caught.value), str(caught.value)) == (ValueError, text)
