"""One row of the v2 scrip master."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .segments import segment_named


def issue_of(isin: str) -> str:
    """Return the part of an ISIN that outlives a split: issuer and kind of a company's shares (INE012A01...).

    Elsewhere the whole ISIN counts: a company has many bonds, a house many funds, the state a lot of paper.
    """
    return isin[:9] if isin.startswith(("INE", "IN9")) and isin[7:9] == "01" else isin


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument as the v2 scrip master lists it (instruments.md 2.4), with amounts in rupees and sizes in units.

    `symbol` (pSymbol) is what quotes use, `trading_symbol` (pTrdSymbol) what orders use. `expiry` is the IST date;
    `expiry`, `strike`, `tick_size` and `freeze_quantity` are None where the instrument has none.
    """

    exchange_segment: str
    symbol: str
    trading_symbol: str
    name: str
    series: str
    isin: str
    instrument_type: str
    option_type: str
    expiry: date | None
    strike: Decimal | None
    tick_size: Decimal | None
    lot_size: int
    freeze_quantity: int | None
    description: str

    @property
    def exchange(self) -> str:
        """The exchange: "NSE", "BSE", "MCX" ..."""
        return segment_named(self.exchange_segment).exchange

    @property
    def is_derivative(self) -> bool:
        """Whether this is a future or an option."""
        return segment_named(self.exchange_segment).derivative

    @property
    def is_index(self) -> bool:
        """Whether this is an index row of a cash master: it has a price, but nothing to buy."""
        return not (self.is_derivative or self.series or self.isin)

    @property
    def identity(self) -> str:
        """What this is, whatever its number: the contract and its expiry; in cash the issue behind the ISIN."""
        if self.expiry is not None:
            return f"{self.trading_symbol} {self.expiry.isoformat()}"
        return issue_of(self.isin) or self.trading_symbol
