"""The model classes of the old SDK (spec/v1.md 1.3): one table. ``models.new_order`` and the like are there too."""

from __future__ import annotations

from ks_compat.models.model import Model, model
from ks_compat.old_modules import answer_submodules

_BOTH, _VALIDITIES = ("GFD", "IOC"), ("GFD",)
_SIDE = {"transactionType": ("BUY", "SELL")}
_VARIETY = {"variety": ("REGULAR", "AMO", "SQUAREOFF")}
_PRODUCTS = (
    "NORMAL", "SUPERMULTIPLE", "SUPERMULTIPLEOPTION", "MTF", "SOR", "TSLONEW", "BRACKETNEW", "TSLO", "BRACKET", "GTC",
    "COD", "CONVERT",
)  # fmt: skip
_TERMS = {"validity": "str", "variety": "str", "disclosedQuantity": "int", "triggerPrice": "float"}
_HEAD = {"instrumentToken": "int", "transactionType": "str", "quantity": "int", "price": "float"}
_NEW = {**_HEAD, **_TERMS, "tag": "str"}
_CHANGE = {
    "orderId": "str",
    "quantity": "int",
    "price": "float",
    "disclosedQuantity": "int",
    "triggerPrice": "float",
    "validity": "str",
}
_LEGS = ("tslo", "bracket", "tslonew", "bracketnew", "gtc", "ctd", "cod")
_LEG_MODELS = ("Tslo", "Bracket", "Tslo", "Bracket", "Gtc", "Ctd", "Cod")


def _legs(end: str) -> dict[str, str]:
    return {leg: f"{name}{end}" for leg, name in zip(_LEGS, _LEG_MODELS, strict=True)}


def _new(
    name: str, validities: tuple[str, ...] = _BOTH, varieties: tuple[str, ...] = _VARIETY["variety"]
) -> type[Model]:
    return model(name, _NEW, enums={**_SIDE, "validity": validities, "variety": varieties})


def _existing(name: str, *legs: dict[str, str]) -> type[Model]:
    fields = {**_CHANGE, **{leg: kind for more in legs for leg, kind in more.items()}}
    return model(name, fields, enums={"validity": _BOTH}, required=("orderId", "validity"))


NewNormalOrder = _new("NewNormalOrder")
NewMTFOrder = _new("NewMTFOrder")
NewMISOrder = _new("NewMISOrder")
NewSMOrder = _new("NewSMOrder", _VALIDITIES)
NewSOROrder = _new("NewSOROrder", _VALIDITIES, ("REGULAR",))
NewOrder = model(
    "NewOrder",
    {**_HEAD, "product": "str", **_TERMS, **_legs("place"), "tag": "str", "smartOrderRouting": "str"},
    enums={**_SIDE, "product": _PRODUCTS, "validity": _BOTH, **_VARIETY},
)
ExistingOrder = _existing("ExistingOrder", _legs("modify"))
ExistingNormalOrder = _existing("ExistingNormalOrder")
ExistingSMOrder = _existing("ExistingSMOrder")
ExistingMTFOrder = _existing("ExistingMTFOrder")
ExistingMISOrder = _existing("ExistingMISOrder")
ExistingSOROrder = model("ExistingSOROrder", _CHANGE, enums={"validity": _VALIDITIES}, required=("orderId",))

ReqMargin = model("ReqMargin", {"transactionType": "str", "orderInfo": "list[OrderInfo]"}, enums=_SIDE)
OrderInfo = model(
    "OrderInfo",
    {"instrumentToken": "int", "quantity": "int", "price": "float", "amount": "int", "triggerPrice": "float"},
)
UserCredentials = model("UserCredentials", {"userid": "str", "password": "str"})
UserDetails = model("UserDetails", {"userid": "str", "accessCode": "str"})
Fault = model("Fault", {"code": "int", "message": "str", "description": "str"})

_BRACKET = {"Spread": "float", "trailingPrice": "float", "bookProfit": "float", "bookDisclosedQty": "int"}
_TSLO = {"spread": "float", "trailingPrice": "float"}
Bracketplace = model("Bracketplace", _BRACKET)
Bracketmodify = model("Bracketmodify", {"orderIndicator": "int", **_BRACKET})
Tsloplace = model("Tsloplace", _TSLO)
Tslomodify = model("Tslomodify", {"orderIndicator": "int", **_TSLO})
Gtcplace = model("Gtcplace", {"closeDate": "str"})
Gtcmodify = model("Gtcmodify", {"gtcOrderNo": "str"})
Ctdplace = model("Ctdplace", {"ConvertQuantity": "int"})
Ctdmodify = model("Ctdmodify", {"ConvertQuantity": "int"})
Codplace = model("Codplace", {"squareOffFlag": "int"})
Codmodify = model("Codmodify", {"orderNo": "str"})

InlineObject = model("InlineObject", {"userid": "str"})
MarginDet = model("MarginDet", {"instrumentToken": "int", "normal": "float", "supermultiple": "float", "mtf": "float"})
_TEXTS = (
    "exchange", "exchangeOrderId", "expiryDate", "instrumentName", "instrumentType", "isFNO", "marketExchange",
    "optionType", "orderTimestamp", "product", "status", "statusInfo", "statusMessage", "tag", "transactionType",
    "validity", "variety",
)  # fmt: skip
_NUMBERS = (
    "cancelledQuantity", "disclosedQuantity", "filledQuantity", "instrumentToken", "leg", "marketLot", "multiplier",
    "orderId", "orderQuantity", "pendingQuantity", "price", "strikePrice", "triggerPrice",
)  # fmt: skip
Orders = model("Orders", dict(sorted([*((name, "str") for name in _TEXTS), *((name, "float") for name in _NUMBERS)])))
"""A row of the order report. The old class checked words that real rows do not hold; this one checks nothing."""

MODELS = {name: made for name, made in globals().items() if isinstance(made, type) and made.__module__ == __name__}
answer_submodules(__name__, MODELS)
