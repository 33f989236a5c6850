"""What the calls that read take, checked before anything is sent (spec/v2.md 2.12, 2.13, 2.16 to 2.18)."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator
from typing_extensions import Self

from ks_compat.native.requests import ExchangeSegment, Name, OrderType, Price, Product, Request, TransactionType, Units

Interval = Literal["1min", "3min", "5min", "10min", "15min", "30min", "60min", "D", "W"]


def _token(value: Any) -> str:
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"0*[1-9][0-9]*", text):
        raise ValueError(f"must be an exchange token (a whole number above 0), got {value!r}")
    return text


def _day(value: Any) -> date:
    # A datetime is a date too, but which day it means depends on its zone.
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError(f"must be a datetime.date, got {value!r}")
    return value


Day = Annotated[date, BeforeValidator(_day)]


class LimitsRequest(Request):
    """Which limits to show."""

    segment: Literal["ALL", "CASH", "FO", "CUR"]
    exchange: Literal["ALL", "NSE", "BSE"]
    product: Literal["ALL", "CNC", "MIS", "NRML"]

    def fields(self) -> dict[str, str | None]:
        """The jData fields of spec/v2.md 2.12."""
        return {"seg": self.segment, "exch": self.exchange, "prod": self.product}


class MarginRequest(Request):
    """The order whose margin is asked for."""

    exchange_segment: ExchangeSegment
    token: Annotated[str, BeforeValidator(_token)]
    transaction_type: TransactionType
    quantity: Units
    product: Product
    order_type: OrderType
    price: Price
    trigger_price: Price

    def fields(self) -> dict[str, str | None]:
        """The jData fields, in the order of spec/v2.md 2.13; the bracket fields are null, as the SDK sends them."""
        bracket = ("slAbsOrTks", "slVal", "sqrOffAbsOrTks", "sqrOffVal", "trailSL", "tSLTks")
        return {
            "exSeg": self.exchange_segment,
            "prc": self.price,
            "prcTp": self.order_type,
            "prod": self.product,
            "qty": self.quantity,
            "tok": self.token,
            "trnsTp": self.transaction_type,
            "trgPrc": self.trigger_price,
            "brkName": "KOTAK",
            "brnchId": "ONLINE",
            **dict.fromkeys(bracket),
        }


class ExpiriesRequest(Request):
    """The underlying whose expiries are asked for."""

    exchange_segment: Literal["nse_fo", "bse_fo", "mcx_fo"]
    underlying: Name
    instrument_type: Literal["option", "fut"]

    def fields(self) -> dict[str, str | None]:
        """The query of spec/v2.md 2.16."""
        return {
            "exchange": self.exchange_segment,
            "underlying": self.underlying,
            "instrument_type": self.instrument_type,
        }


class ChainRequest(ExpiriesRequest):
    """The chain that is asked for."""

    expiry: Day | None
    count: int

    @model_validator(mode="after")
    def _count_is_of_tens(self) -> Self:
        if self.count < 10 or self.count % 10:
            raise ValueError(f"count must be a multiple of 10, got {self.count}")
        return self

    def fields(self) -> dict[str, str | None]:
        """The query of spec/v2.md 2.17."""
        return {
            "exchange": self.exchange_segment,
            "underlying": self.underlying,
            "expiry": self.expiry.isoformat() if self.expiry else None,
            "instrument_type": self.instrument_type,
            "count": str(self.count),
        }


class CandlesRequest(Request):
    """The candles that are asked for."""

    neo_symbol: Name
    interval: Interval
    from_date: Day
    to_date: Day

    @model_validator(mode="after")
    def _days_run_forward(self) -> Self:
        if self.to_date < self.from_date:
            raise ValueError(f"to_date must not be before from_date, got {self.from_date} to {self.to_date}")
        return self

    def fields(self) -> dict[str, str | None]:
        """The query of spec/v2.md 2.18, whose names are lower-case."""
        return {
            "neosymbol": self.neo_symbol,
            "interval": self.interval,
            "fromdate": self.from_date.isoformat(),
            "todate": self.to_date.isoformat(),
        }
