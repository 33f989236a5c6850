"""What the calls of the native client return. Frozen; fields that are not named here stay in ``model_extra``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator

from ks_compat.native.errors import AnswerNotUnderstood
from ks_compat.native.values import IST, Day, Number, Text, Time, Whole


class Result(BaseModel):
    """Base of all results."""

    # Built on first use: an order needs one of these twenty.
    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True, defer_build=True)


class OrderAck(Result):
    """The acknowledgement of place, modify or cancel (spec/v2.md 2.3).

    Accepted by the API, **not** yet by RMS or exchange: a rejection shows later, in the order book.
    """

    order_id: str
    """The order number, 15 digits."""
    exchange_segment: str = ""
    """``nse_cm``; empty where the client has not seen the order before."""
    quantity: int = 0
    price: Decimal = Decimal(0)
    """Rupees; 0 for a market order."""
    tag: str | None = None
    """The caller's own tag."""
    wire_tag: str = ""
    """The unique tag that was sent (``ig``), which the order book shows as ``GuiOrdId``."""

    @property
    def exchange(self) -> str:
        """``NSE``, ``BSE``, ``MCX``."""
        return self.exchange_segment.split("_")[0].upper()

    def on(self, exchange: str) -> OrderAck:
        """This acknowledgement, if the order stands on ``exchange``; KeyError otherwise."""
        if exchange != self.exchange:
            raise KeyError(exchange)
        return self


class Instrumented(Result):
    """A row about an instrument."""

    exchange_segment: Text = Field("", alias="exSeg")
    trading_symbol: Text = Field("", alias="trdSym")
    symbol: Text = Field("", alias="sym")
    token: Text = Field("", alias="tok")
    """The exchange token (``pSymbol``)."""
    series: Text = ""
    option_type: Text = Field("", alias="optTp")
    """``CE`` or ``PE``; empty otherwise."""
    strike_price: Number = Field(Decimal(0), alias="stkPrc")
    """Rupees."""
    expiry: Day = Field(None, alias="expDt")
    product: Text = Field("", alias="prod")
    lot_size: Whole = Field(0, alias="lotSz")
    """Units."""
    multiplier: Number = Decimal(1)

    @property
    def quote_key(self) -> str:
        """How quotes name this instrument: ``nse_cm|22``."""
        return f"{self.exchange_segment}|{self.token}"

    _token_of: Callable[[Instrumented], int] | None = PrivateAttr(None)

    @property
    def instrument_token(self) -> int:
        """The number that the caller's program knows this instrument by (``ks_compat.instruments``)."""
        # Not by its name: pydantic looks in three places for a private attribute.
        token_of = (self.__pydantic_private__ or {}).get("_token_of")
        if token_of is None:
            raise LookupError("This row did not come from a client.")
        number: int = token_of(self)
        return number


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


class Position(Instrumented):
    """One position: an instrument under a product (spec/v2.md 2.10). Quantities are units, amounts rupees."""

    instrument_type: Text = Field("", alias="type")
    carried_buy_quantity: Whole = Field(0, alias="cfBuyQty")
    carried_sell_quantity: Whole = Field(0, alias="cfSellQty")
    todays_buy_quantity: Whole = Field(0, alias="flBuyQty")
    todays_sell_quantity: Whole = Field(0, alias="flSellQty")
    carried_buy_amount: Number = Field(Decimal(0), alias="cfBuyAmt")
    carried_sell_amount: Number = Field(Decimal(0), alias="cfSellAmt")
    todays_buy_amount: Number = Field(Decimal(0), alias="buyAmt")
    todays_sell_amount: Number = Field(Decimal(0), alias="sellAmt")
    ltp: Decimal | None = None
    """Last traded price; None where it is not known, never 0: a price of 0 would look like a crash."""

    @field_validator("ltp", mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        # The newer path says "0" for what it does not know (spec/v2.md 2.10).
        return None if value in (None, "", "--", "NA") or Decimal(str(value)) == 0 else value

    @property
    def net_quantity(self) -> int:
        """Bought minus sold, carried forward included."""
        bought = self.carried_buy_quantity + self.todays_buy_quantity
        return bought - self.carried_sell_quantity - self.todays_sell_quantity


class Ohlc(Result):
    """Open, high, low and (previous) close."""

    open: Number = Decimal(0)
    high: Number = Decimal(0)
    low: Number = Decimal(0)
    close: Number = Decimal(0)


class Level(Result):
    """One level of the market depth."""

    price: Number = Decimal(0)
    quantity: Whole = 0
    orders: Whole = 0


class Depth(Result):
    """Five levels a side, best first."""

    buy: tuple[Level, ...] = ()
    sell: tuple[Level, ...] = ()


class Quote(Result):
    """One instrument's quote (spec/v2.md 2.14). A quote type other than ``all`` fills some of the fields only."""

    exchange_token: str = ""
    display_symbol: str = ""
    exchange_segment: str = Field("", alias="exchange")
    instrument_token: int | None = None
    """The number that was asked for, where a number was."""
    updated: Whole = Field(0, alias="lstup_time")
    """Seconds since 1970 UTC. Quotes have been seen minutes old (field-notes P6): look at it."""
    ltp: Number = Decimal(0)
    last_traded_quantity: Whole = 0
    total_buy: Whole = 0
    total_sell: Whole = 0
    volume: Whole = Field(0, alias="last_volume")
    average_price: Number = Field(Decimal(0), alias="avg_cost")
    open_interest: Whole = Field(0, alias="open_int")
    change: Number = Decimal(0)
    percent_change: Number = Field(Decimal(0), alias="per_change")
    low_price_range: Number = Decimal(0)
    high_price_range: Number = Decimal(0)
    year_high: Number = Decimal(0)
    year_low: Number = Decimal(0)
    ohlc: Ohlc = Field(default_factory=Ohlc)
    depth: Depth = Field(default_factory=Depth)

    @property
    def symbol(self) -> str:
        """The display symbol without its series: ``HDFCBANK`` of ``HDFCBANK-EQ``."""
        head, _, series = self.display_symbol.rpartition("-")
        # Series have two characters; BAJAJ-AUTO of BSE has no series.
        return head if head and len(series) == 2 else self.display_symbol

    @property
    def time(self) -> datetime:
        """When the quote was last updated (IST)."""
        return datetime.fromtimestamp(self.updated, IST)


def parsed(model: type[Result], row: dict[str, Any], **more: Any) -> Any:
    """``row`` as a ``model``; ``more`` are fields that the row itself does not hold. Raises AnswerNotUnderstood."""
    try:
        return model.model_validate({**row, **more})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        if first["type"] == "missing":
            # The input is the whole row then, which is not shown.
            problem = f"no {where}"
        else:
            shown = first["input"] if isinstance(first["input"], (str, int, float)) else type(first["input"])
            problem = f"a {where} that is not understood: {shown!r}"
        raise AnswerNotUnderstood(200, f"A row of the answer has {problem}.", status=200, body="") from None
