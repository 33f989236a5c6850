"""What the order calls take, checked before anything is sent, and their fields on the wire (spec/v2.md 2.3 to 2.5)."""

from __future__ import annotations

from decimal import Context, localcontext
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError, model_validator
from typing_extensions import Self

from ks_compat.native import wire
from ks_compat.native.errors import InvalidRequest
from ks_compat.native.models import built

ExchangeSegment = Literal["nse_cm", "bse_cm", "nse_fo", "bse_fo", "mcx_fo"]
TransactionType = Literal["B", "S"]
Product = Literal["CNC", "NRML", "MIS", "MTF"]
OrderType = Literal["L", "MKT", "SL", "SL-M"]
Validity = Literal["DAY", "IOC"]
YesNo = Literal["YES", "NO"]

# A program that works with 6 digits (decimal.getcontext().prec) must not have its prices rounded by it (money rule 3).
_EXACT = Context(prec=1000)
_LONGEST = 120
"""Characters; a float as an exact Decimal has up to some 60. What is longer is no number that somebody meant."""

CARRY = "CARRY"
"""A product of ours: what carries a position overnight, ``CNC`` in a cash segment, ``NRML`` in a derivatives one."""


def _short(number: str) -> str:
    if len(number) > _LONGEST:
        raise ValueError(f"must have at most {_LONGEST} digits, got {len(number)}")
    return number


Price = Annotated[str, BeforeValidator(lambda value: _short(wire.price("value", value)))]
Units = Annotated[str, BeforeValidator(lambda value: _short(wire.quantity("value", value, at_least=1)))]
DisclosedUnits = Annotated[str, BeforeValidator(lambda value: _short(wire.quantity("value", value)))]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def carried_product(exchange_segment: str) -> Product:
    """What CARRY stands for in ``exchange_segment``."""
    return "CNC" if exchange_segment.endswith("_cm") else "NRML"


def order_number(value: Any) -> str:
    """An order number as text. Raises InvalidRequest unless it is digits (spec/v2.md 7, row 7)."""
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal()):
        error = InvalidRequest(f"order_id must be an order number (digits), got {value!r}.")
        error.missing = "order_id" if value is None else ""
        raise error
    return text


class Request(BaseModel):
    """Base of all requests."""

    # Built on first use: most programs send one or two of these.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def of(cls, **arguments: Any) -> Self:
        """Checks the arguments. Raises InvalidRequest that names the first one that cannot be sent."""
        try:
            with localcontext(_EXACT):
                return built(cls)(**arguments)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = ".".join(map(str, first["loc"]))
            problem = str(first["msg"]).removeprefix("Value error, ").replace("value must", "must", 1)
            got = f", got {first['input']!r}" if "got" not in problem and name else ""
            raise InvalidRequest(f"{name} {problem}{got}".strip()) from None


class _Priced(Request):
    order_type: OrderType
    price: Price
    trigger_price: Price
    quantity: Units
    disclosed_quantity: DisclosedUnits
    validity: Validity
    amo: YesNo

    @model_validator(mode="after")
    def _prices_fit_order_type(self) -> Self:
        limit, stop = self.order_type in ("L", "SL"), self.order_type in ("SL", "SL-M")
        # A limit order at 0 was filled at a nonsense price by the exchange (field-notes P2b).
        for name, value, wanted in (("price", self.price, limit), ("trigger_price", self.trigger_price, stop)):
            if (value != "0") != wanted:
                how = "greater than 0" if wanted else "0"
                raise ValueError(f"{name} must be {how} for order type {self.order_type}, got {value}")
        return self


class PlaceOrder(_Priced):
    """A new order. Prices are rupees, quantities units (contracts times lot size), not lots."""

    exchange_segment: ExchangeSegment
    trading_symbol: Name
    transaction_type: TransactionType
    product: Product
    tag: str
    """The wire tag, unique per order."""

    @model_validator(mode="after")
    def _validity_fits_segment(self) -> Self:
        if self.exchange_segment == "mcx_fo" and self.validity != "DAY":
            raise ValueError("validity must be DAY in mcx_fo")
        return self

    def fields(self) -> dict[str, str]:
        """The jData fields, in the order of spec/v2.md 2.3."""
        return {
            "am": self.amo,
            "dq": self.disclosed_quantity,
            "es": self.exchange_segment,
            "mp": "0",
            "pc": self.product,
            "pr": self.price,
            "pt": self.order_type,
            "qt": self.quantity,
            "rt": self.validity,
            "tp": self.trigger_price,
            "ts": self.trading_symbol,
            "tt": self.transaction_type,
            "ig": self.tag,
            "os": "NEOTRADEAPI",
        }


class ModifyOrder(_Priced):
    """New terms for an open order. ``quantity`` is the total, in units."""

    order_id: str

    def fields(self) -> dict[str, str]:
        """The jData fields, in the order of spec/v2.md 2.4."""
        return {
            "mp": "0",
            "dq": self.disclosed_quantity,
            "vd": self.validity,
            "pr": self.price,
            "pt": self.order_type,
            "am": self.amo,
            "tp": self.trigger_price,
            "qt": self.quantity,
            "no": self.order_id,
            "os": "NEOTRADEAPI",
        }


class CancelOrder(Request):
    """The order to cancel. An after-market order is cancelled with ``amo="YES"``."""

    order_id: str
    amo: YesNo

    def fields(self) -> dict[str, str]:
        """The jData fields of spec/v2.md 2.5."""
        return {"on": self.order_id, "am": self.amo}


class ExitCoverOrder(CancelOrder):
    """The cover order to exit; fields as of a cancel (spec/v2.md 2.6)."""


class ExitBracketOrder(CancelOrder):
    """The bracket order to exit; fields as of a cancel (spec/v2.md 2.6)."""
