"""Orders as the order book and their history show them (spec/v2.md 2.7, 2.8)."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from ks_compat.native.results import Instrumented
from ks_compat.native.values import Number, Text, Time, Whole


class _OrderState(Instrumented):
    """What an order book row and a row of an order's history have in common."""

    order_id: Text = Field("", alias="nOrdNo")
    status: Text = Field("", alias="ordSt")
    """``open``, ``trigger pending``, ``complete``, ``cancelled``, ``rejected`` ... (spec/v2.md 6.5)."""
    rejection: Text = Field("", alias="rejRsn")
    transaction_type: Text = Field("", alias="trnsTp")
    """``B`` or ``S``."""
    order_type: Text = Field("", alias="prcTp")
    """``L``, ``MKT``, ``SL`` or ``SL-M``."""
    quantity: Whole = Field(0, alias="qty")
    filled_quantity: Whole = Field(0, alias="fldQty")
    price: Number = Field(Decimal(0), alias="prc")
    trigger_price: Number = Field(Decimal(0), alias="trgPrc")
    average_price: Number = Field(Decimal(0), alias="avgPrc")
    wire_tag: Text = Field("", alias="GuiOrdId")
    """The tag as it was sent; unique per order."""
    tag: str = ""
    """The caller's own tag, as far as it is known."""
    generation: Text = Field("", alias="ordGenTp")

    @property
    def is_amo(self) -> bool:
        """Whether this is an after-market order."""
        return self.generation == "AMO" or "after market" in self.status


class Order(_OrderState):
    """One order of the order book (spec/v2.md 2.7)."""

    exchange_order_id: Text = Field("", alias="exOrdId")
    validity: Text = Field("", alias="vldt")
    pending_quantity: Whole = Field(0, alias="unFldSz")
    cancelled_quantity: Whole = Field(0, alias="cnlQty")
    disclosed_quantity: Whole = Field(0, alias="dscQty")
    instrument_type: Text = Field("", alias="it")
    order_time: Time = Field(None, alias="ordDtTm")


class OrderEvent(_OrderState):
    """One state of an order (spec/v2.md 2.8)."""

    version: int = 0
    """1 for the first state."""
    exchange_order_id: Text = Field("", alias="exchOrdId")
    validity: Text = Field("", alias="ordDur")
    disclosed_quantity: Whole = Field(0, alias="dclQty")
    exchange_time: Time = Field(None, alias="exchTmstp")
    event_time: Time = Field(None, alias="flDtTm")
