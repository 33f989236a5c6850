"""What the calls about the account return: positions, trades, holdings, limits, margin, address (spec/v2.md 1.8, 2.9 to
2.13)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import Field, field_validator, model_validator

from ks_compat.native.results import Instrumented, Result
from ks_compat.native.values import EpochTime, MaybeWhole, Moment, Number, Text, Time, Whole


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


class Trade(Instrumented):
    """One fill of the trade book (spec/v2.md 2.9).

    The server leaves ``token`` empty here: ``exchange_segment`` and ``trading_symbol`` say which instrument it is, and
    ``instrument_token`` looks them up in today's scrip master.
    """

    order_id: Text = Field(alias="nOrdNo")
    exchange_order_id: Text = Field("", alias="exOrdId")
    trade_id: Text = Field("", alias="flId")
    """The exchange's number of this fill."""
    transaction_type: Text = Field(alias="trnsTp")
    """``B`` or ``S``."""
    order_type: Text = Field("", alias="prcTp")
    """``L``, ``MKT``, ``SL`` or ``SL-M``."""
    quantity: Whole = Field(alias="fldQty")
    """Units of this fill."""
    price: Number = Field(alias="avgPrc")
    """Rupees."""
    exchange_time: Time = Field(None, alias="exTm")
    fill_time: Time = None
    instrument_type: Text = Field("", alias="it")
    wire_tag: Text = Field("", alias="GuiOrdId")
    tag: str = ""
    """The caller's own tag, as far as it is known."""

    @model_validator(mode="before")
    @classmethod
    def _joined(cls, row: Any) -> Any:
        if not isinstance(row, dict) or "fill_time" in row:
            return row
        return {**row, "fill_time": f"{row.get('flDt') or ''} {row.get('flTm') or ''}"}

    @property
    def time(self) -> datetime | None:
        """The exchange's time of the trade (IST); where it is missing, the time of the fill."""
        return self.exchange_time or self.fill_time

    @property
    def quote_key(self) -> str:
        """How quotes name this instrument; LookupError where the server named no token, as in v2's trades."""
        if not self.token:
            raise LookupError("A trade names no token: look its trading symbol up in client.instruments.")
        return super().quote_key


class Holding(Result):
    """What is held of one share in the demat account (spec/v2.md 2.11)."""

    symbol: Text = ""
    display_symbol: Text = Field("", alias="displaySymbol")
    trading_name: Text = Field("", alias="instrumentName")
    """The long name: ``NIPPON INDIA ETF NIFTY IT``."""
    exchange_segment: Text = Field("", alias="exchangeSegment")
    token: Text = Field("", alias="exchangeIdentifier")
    """The exchange token (``pSymbol``)."""
    v1_token: MaybeWhole = Field(None, alias="instrumentToken")
    """The broker's own number, as the old API used it; None where there is none."""
    instrument_type: Text = Field("", alias="instrumentType")
    """``Equity``."""
    series: Text = ""
    isin: Text = ""
    quantity: Whole
    """Units."""
    sellable_quantity: MaybeWhole = Field(None, alias="sellableQuantity")
    """Units that may be sold today; None where the server does not say."""
    average_price: Number = Field(Decimal(0), alias="averagePrice")
    """Rupees, as all amounts here."""
    holding_cost: Number = Field(Decimal(0), alias="holdingCost")
    market_value: Number = Field(Decimal(0), alias="mktValue")
    closing_price: Number = Field(Decimal(0), alias="closingPrice")
    market_lot: Whole = Field(0, alias="marketLot")

    @property
    def quote_key(self) -> str:
        """How quotes name this instrument: ``nse_cm|22``."""
        return f"{self.exchange_segment}|{self.token}"


class Limits(Result):
    """The account's funds and what uses them, in rupees and unrounded (spec/v2.md 2.12).

    The server gives 88 fields; those without a name here are in ``model_extra`` under the server's names.
    """

    category: Text = Field("", alias="Category")
    net: Number = Field(alias="Net")
    """What is free to trade with."""
    margin_used: Number = Field(Decimal(0), alias="MarginUsed")
    collateral_value: Number = Field(Decimal(0), alias="CollateralValue")
    collateral: Number = Field(Decimal(0), alias="Collateral")
    pay_in: Number = Field(Decimal(0), alias="RmsPayInAmt")
    pay_out: Number = Field(Decimal(0), alias="RmsPayOutAmt")
    adhoc_margin: Number = Field(Decimal(0), alias="AdhocMargin")
    realized_mtom: Number = Field(Decimal(0), alias="RealizedMtomPrsnt")
    unrealized_mtom: Number = Field(Decimal(0), alias="UnrealizedMtomPrsnt")
    span_margin: Number = Field(Decimal(0), alias="SpanMarginPrsnt")
    exposure_margin: Number = Field(Decimal(0), alias="ExposureMarginPrsnt")
    premium: Number = Field(Decimal(0), alias="PremiumPrsnt")
    time: EpochTime = Field(None, alias="TimeStamp")
    """When the server worked this out (IST)."""


class Margin(Result):
    """What an order would need, in rupees (spec/v2.md 2.13)."""

    available_cash: Number = Field(alias="avlCash")
    total_used: Number = Field(Decimal(0), alias="totMrgnUsd")
    """``used`` and ``order_margin`` together."""
    used: Number = Field(Decimal(0), alias="mrgnUsd")
    """What is in use already."""
    order_margin: Number = Field(alias="ordMrgn")
    """What this order needs."""
    required: Number = Field(Decimal(0), alias="reqdMrgn")
    """Filled when the funds are short, as are the next two."""
    available: Number = Field(Decimal(0), alias="avlMrgn")
    shortfall: Number = Field(alias="insufFund")
    validation: Text = Field(alias="rmsVldtd")
    """``OK`` or ``NOT_OK``."""

    @property
    def is_sufficient(self) -> bool:
        """Whether the funds suffice. The call succeeds either way: a shortage is no error of the server's."""
        return self.validation.upper() == "OK" and self.shortfall <= 0


class ClientAddress(Result):
    """The address that the server sees this machine under (spec/v2.md 1.8)."""

    ip: str
    time: Moment
