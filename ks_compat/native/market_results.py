"""What market data calls return: quotes, option chains and candles (spec/v2.md 2.14, 2.17, 2.18)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import Field, model_validator

from ks_compat.native.results import Result
from ks_compat.native.values import IST, Day, MaybeWhole, Moment, Number, Price, Text, Whole

# Two vocabularies are published for the same rows (spec/v2.md 2.17).
_GROUPS: dict[str, dict[str, str]] = {
    "instrument": {
        "neoSymbol": "neo_symbol",
        "optionType": "option_type",
        "optType": "option_type",
        "strikePrice": "strike_price",
        "strkPrc": "strike_price",
        "exp": "expiry",
        "expiryDt": "expiry",
    },
    "quote": {
        "o": "open",
        "h": "high",
        "l": "low",
        "c": "close",
        "pc": "previous_close",
        "prevClose": "previous_close",
        "vol": "volume",
    },
    "openInterest": {
        "current": "open_interest",
        "cur": "open_interest",
        "previous": "previous_open_interest",
        "prev": "previous_open_interest",
        "change": "open_interest_change",
        "chg": "open_interest_change",
        "changePct": "open_interest_change_percent",
        "chgPct": "open_interest_change_percent",
    },
}
_SHORT = {"inst": "instrument", "oi": "openInterest"}


class ChainRow(Result):
    """One contract of a chain. Prices are rupees, and None where there is none; quantities are units."""

    neo_symbol: str
    """How quotes name it: ``nse_fo|71472``."""
    symbol: Text = ""
    """The trading symbol."""
    option_type: Text = ""
    """``CE`` or ``PE``; empty for a future."""
    strike_price: Number = Decimal(0)
    expiry: Day = None
    moneyness: Text = ""
    """``ITM``, ``ATM`` or ``OTM``, where the server says."""
    ltp: Price = None
    open: Price = None
    high: Price = None
    low: Price = None
    previous_close: Price = None
    close: Price = None
    volume: MaybeWhole = None
    open_interest: MaybeWhole = None
    previous_open_interest: MaybeWhole = None
    open_interest_change: MaybeWhole = None
    open_interest_change_percent: Number = Decimal(0)

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, row: Any) -> Any:
        if not isinstance(row, dict):
            return row
        flat: dict[str, Any] = {}
        for name, value in row.items():
            names = _GROUPS.get(_SHORT.get(str(name), str(name)))
            if names is None or not isinstance(value, dict):
                flat[name] = value
            else:
                flat |= {names.get(str(key), str(key)): found for key, found in value.items()}
        return flat


class OptionChain(Result):
    """The contracts on one underlying (spec/v2.md 2.17)."""

    exchange_segment: Text = Field("", alias="exSeg")
    underlying: Text = Field("", alias="unlSymbol")
    expiry: Day = Field(None, alias="expiryDt")
    """None for futures, whose rows have one each."""
    lot_size: Whole = Field(0, alias="mktLot")
    """Units."""
    multiplier: Number = Decimal(1)
    calls: tuple[ChainRow, ...] = ()
    puts: tuple[ChainRow, ...] = ()
    futures: tuple[ChainRow, ...] = ()


class Candle(Result):
    """One candle: prices in rupees, volume in units."""

    time: Moment
    """The start of the interval (IST)."""
    open: Number
    high: Number
    low: Number
    close: Number
    volume: Whole
    open_interest: MaybeWhole = None
    """None where the server gives none."""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, row: Any) -> Any:
        # The server sends a list of six or seven.
        if isinstance(row, dict) and "row" in row:
            return dict(zip(cls.model_fields, row["row"], strict=False))
        return row


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
