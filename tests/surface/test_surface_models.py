"""The model classes: fields in order, dicts and texts, and the two kinds of checks (spec/v1.md 1.3)."""

import copy
import pickle
import pprint
from types import SimpleNamespace

import pytest

from ks_compat import models
from ks_compat.exceptions import OpenApiException

NINE = "instrumentToken transactionType quantity price validity variety disclosedQuantity triggerPrice tag"
SIX = "orderId quantity price disclosedQuantity triggerPrice validity"
LEGS = "tslo bracket tslonew bracketnew gtc ctd cod"
FIELDS = {
    "NewNormalOrder": NINE,
    "NewMTFOrder": NINE,
    "NewMISOrder": NINE,
    "NewSMOrder": NINE,
    "NewSOROrder": NINE,
    "NewOrder": "instrumentToken transactionType quantity price product validity variety disclosedQuantity "
    f"triggerPrice {LEGS} tag smartOrderRouting",
    "ExistingOrder": f"{SIX} {LEGS}",
    "ExistingNormalOrder": SIX,
    "ExistingSMOrder": SIX,
    "ExistingMTFOrder": SIX,
    "ExistingMISOrder": SIX,
    "ExistingSOROrder": SIX,
    "ReqMargin": "transactionType orderInfo",
    "OrderInfo": "instrumentToken quantity price amount triggerPrice",
    "UserCredentials": "userid password",
    "UserDetails": "userid accessCode",
    "Fault": "code message description",
    "Bracketplace": "Spread trailingPrice bookProfit bookDisclosedQty",
    "Bracketmodify": "orderIndicator Spread trailingPrice bookProfit bookDisclosedQty",
    "Tsloplace": "spread trailingPrice",
    "Tslomodify": "orderIndicator spread trailingPrice",
    "Gtcplace": "closeDate",
    "Gtcmodify": "gtcOrderNo",
    "Ctdplace": "ConvertQuantity",
    "Ctdmodify": "ConvertQuantity",
    "Codplace": "squareOffFlag",
    "Codmodify": "orderNo",
    "InlineObject": "userid",
    "MarginDet": "instrumentToken normal supermultiple mtf",
}
SIDES, BOTH, GFD = ["BUY", "SELL"], ["GFD", "IOC"], ["GFD"]
VARIETIES = ["REGULAR", "AMO", "SQUAREOFF"]
PRODUCTS = [
    "NORMAL", "SUPERMULTIPLE", "SUPERMULTIPLEOPTION", "MTF", "SOR", "TSLONEW", "BRACKETNEW", "TSLO", "BRACKET", "GTC",
    "COD", "CONVERT",
]  # fmt: skip
USUAL = {"transactionType": SIDES, "validity": BOTH, "variety": VARIETIES}
ENUMS = {
    "NewNormalOrder": USUAL,
    "NewMTFOrder": USUAL,
    "NewMISOrder": USUAL,
    "NewSMOrder": {**USUAL, "validity": GFD},
    "NewSOROrder": {**USUAL, "validity": GFD, "variety": ["REGULAR"]},
    "NewOrder": {**USUAL, "product": PRODUCTS},
    "ExistingOrder": {"validity": BOTH},
    "ExistingNormalOrder": {"validity": BOTH},
    "ExistingSMOrder": {"validity": BOTH},
    "ExistingMTFOrder": {"validity": BOTH},
    "ExistingMISOrder": {"validity": BOTH},
    "ExistingSOROrder": {"validity": GFD},
    "ReqMargin": {"transactionType": SIDES},
}
CHECKS = [(name, field, allowed) for name, enums in ENUMS.items() for field, allowed in enums.items()]
NEEDED = [(name, "orderId") for name in FIELDS if name.startswith("Existing")]
NEEDED += [(name, "validity") for name in FIELDS if name.startswith("Existing") and name != "ExistingSOROrder"]


def good(name):
    values = {field: f"the {field}" for field in FIELDS[name].split()}
    return {**values, **{field: allowed[0] for field, allowed in ENUMS.get(name, {}).items()}}


@pytest.mark.parametrize("name", FIELDS)
def test_fields_in_order(name):
    made, values = getattr(models, name), good(name)
    assert list(made.openapi_types) == FIELDS[name].split()
    assert made.attribute_map == {field: field for field in FIELDS[name].split()}
    assert made(*values.values()).to_dict() == made(**values).to_dict() == values
    assert list(made(**values).to_dict()) == list(values)
    assert made(*values.values(), None).local_vars_configuration is None


@pytest.mark.parametrize("name", FIELDS)
def test_equality_is_by_fields_and_class(name):
    made, values = getattr(models, name), good(name)
    one, other = made(**values), made(**values)
    assert one == other
    assert (one != other) is False
    assert one != values
    free = next(field for field in FIELDS[name].split() if field not in {**ENUMS.get(name, {}), "orderId": 0})
    setattr(other, free, 5)
    assert one != other


def test_the_same_fields_in_another_class_are_not_equal():
    values = good("NewMISOrder")
    assert models.NewMISOrder(**values) != models.NewMTFOrder(**values)


@pytest.mark.parametrize(("name", "field", "allowed"), CHECKS)
def test_a_wrong_word(name, field, allowed):
    made = getattr(models, name)
    text = f"Invalid value for `{field}` (wrong), must be one of {allowed}"
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared whole
        made(**{**good(name), field: "wrong"})
    assert (type(caught.value), str(caught.value)) == (ValueError, text)
    order = made(**good(name))
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        setattr(order, field, "wrong")
    assert (type(caught.value), str(caught.value)) == (ValueError, text)
    assert getattr(order, field) == allowed[0]
    for word in allowed:
        setattr(order, field, word)


@pytest.mark.parametrize(("name", "field"), NEEDED)
def test_what_must_not_be_none(name, field):
    made = getattr(models, name)
    text = f"Invalid value for `{field}`, must not be `None`"
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        made(**{**good(name), field: None})
    assert (type(caught.value), str(caught.value)) == (ValueError, text)
    order = made(**good(name))
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        setattr(order, field, None)
    assert not isinstance(caught.value, OpenApiException)


def test_none_passes_where_it_may():
    assert models.ExistingSOROrder("1").validity is None
    assert set(models.NewOrder().to_dict().values()) == {None}


def test_the_first_wrong_field_is_told():
    with pytest.raises(ValueError, match="`transactionType`"):
        models.NewOrder(transactionType="x", product="x", validity="x", variety="x")
    with pytest.raises(ValueError, match="`product`"):
        models.NewOrder(product="x", validity="x", variety="x")
    with pytest.raises(ValueError, match="`orderId`"):
        models.ExistingOrder(validity="x")


def test_a_configuration_can_switch_the_checks_off():
    order = models.NewOrder(validity="DAY", local_vars_configuration=SimpleNamespace(client_side_validation=False))
    assert order.validity == "DAY"


def test_values_are_not_converted():
    assert models.NewMISOrder("727", quantity=-1.5).to_dict()["instrumentToken"] == "727"


def test_text_is_the_printed_dict_also_of_models_inside():
    margin = models.ReqMargin("BUY", [models.OrderInfo(727, 1, 2.5), {"fault": models.Fault(1)}])
    info = {"instrumentToken": 727, "quantity": 1, "price": 2.5, "amount": None, "triggerPrice": None}
    inner = {"code": 1, "message": None, "description": None}
    assert margin.to_dict() == {"transactionType": "BUY", "orderInfo": [info, {"fault": inner}]}
    assert repr(margin) == str(margin) == margin.to_str() == pprint.pformat(margin.to_dict())


@pytest.mark.parametrize(
    ("made", "secret"), [(models.UserCredentials("U", "pa55"), "pa55"), (models.UserDetails("U", "4321"), "4321")]
)
def test_a_password_does_not_show(made, secret):
    assert secret not in f"{made!r} {made} {made.to_str()}"
    assert secret in made.to_dict().values()


def test_wrong_arguments_are_type_errors():
    for call in (
        lambda: models.InlineObject("u", None, "more"),
        lambda: models.InlineObject("u", userid="u"),
        lambda: models.InlineObject(user="u"),
    ):
        with pytest.raises(TypeError):
            call()


def test_a_model_can_be_copied_and_stored():
    order = models.NewOrder(**good("NewOrder"))
    assert copy.deepcopy(order) == pickle.loads(pickle.dumps(order)) == order


def test_a_row_of_the_order_report(sample):
    row = sample("v1/order_report_public")["success"][0]
    assert models.Orders(**row).to_dict().items() >= row.items()
