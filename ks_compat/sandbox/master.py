"""The sandbox's own small scrip master and its prices: spec/v2.md 2.15 and spec/instruments.md 2.2 to 2.5."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from ks_compat.sandbox.timefmt import IST

DATA = Path(__file__).parent / "data"
V1_CASH_FILE = DATA / "TradeApiInstruments_Cash_sandbox.txt"
"""The old API's cash file for this master (spec/instruments.md 1.2)."""
V1_FNO_FILE = DATA / "TradeApiInstruments_FNO_sandbox.txt"
"""The old API's F&O file for this master (spec/instruments.md 1.3)."""
MASTER_FILES = {"nse_cm": "nse_cm-v1.csv", "bse_cm": "bse_cm-v1.csv", "nse_fo": "nse_fo.csv"}
EPOCH_1980_IST = 315513000
"""Unix seconds of 1980-01-01 00:00 IST, the zero of nse_fo expiries (spec/instruments.md 2.5)."""

_PAISE = Decimal(100)


@dataclass(frozen=True)
class Instrument:
    """One master row, normalised: prices in rupees, quantities in units; `expiry` and `strike` for derivatives only.

    `underlying_token` names the NSE cash instrument below a derivative.
    """

    exchange_segment: str
    token: str
    symbol: str
    name: str
    trading_symbol: str
    series: str
    instrument_type: str
    option_type: str
    tick_size: Decimal
    lot_size: int
    strike: Decimal
    expiry: date | None
    underlying_token: str
    low_price_range: Decimal
    high_price_range: Decimal

    @property
    def is_index(self) -> bool:
        """Whether the row is an index, which has no tick and takes no orders."""
        return self.tick_size < 0

    @property
    def is_derivative(self) -> bool:
        """Whether the instrument expires."""
        return self.expiry is not None

    @property
    def is_option(self) -> bool:
        """Whether the instrument has a strike."""
        return self.option_type in {"CE", "PE"}


@dataclass(frozen=True)
class Price:
    """The market of one instrument, in rupees; `close` is the previous close, volumes are units."""

    exchange_segment: str
    token: str
    quote_name: str
    ltp: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    year_high: Decimal
    year_low: Decimal
    volume: int
    open_interest: int


class Master:
    """Instruments by (segment, trading symbol), prices by (segment, token or index name)."""

    def __init__(self) -> None:
        rows = [_instrument(row) for name in MASTER_FILES.values() for row in _rows(name)]
        self.by_symbol = {(row.exchange_segment, row.trading_symbol): row for row in rows}
        self.by_token = {(row.exchange_segment, row.token): row for row in rows}
        prices = [_price(row) for row in _rows("prices.csv")]
        self._v1_tokens = {(row["exchange"], row["exchangeToken"]): int(row["instrumentToken"]) for row in _v1_cash()}
        self._prices = {(row.exchange_segment, row.token): row for row in prices}
        self._indices = {(row.exchange_segment, row.quote_name): row for row in prices if row.quote_name}

    def tradable(self, exchange_segment: str, trading_symbol: str) -> Instrument | None:
        """Return the instrument an order names, or None; an index is not tradable."""
        found = self.by_symbol.get((exchange_segment, trading_symbol))
        return None if found is None or found.is_index else found

    def price(self, instrument: Instrument) -> Price:
        """Return the market of an instrument of this master."""
        return self._prices[instrument.exchange_segment, instrument.token]

    def quoted(self, exchange_segment: str, token: str) -> Price | None:
        """Return the market of a token, or of an index by its exact name (spec/v2.md 2.14), or None."""
        return self._indices.get((exchange_segment, token)) or self._prices.get((exchange_segment, token))

    def v1_token(self, instrument: Instrument) -> int:
        """Return the old API's token of a cash instrument, 0 where its file has none."""
        return self._v1_tokens.get((instrument.exchange_segment[:3].upper(), instrument.token), 0)

    def spot(self, instrument: Instrument) -> Decimal:
        """Return the last price of what a derivative derives from."""
        return self._prices["nse_cm", instrument.underlying_token].ltp


def _v1_cash() -> Iterator[dict[str, str]]:
    with V1_CASH_FILE.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="|")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            # The served header has trailing blanks and one semicolon in its names.
            yield {key.strip().rstrip(";"): value for key, value in row.items()}


def _instrument(row: dict[str, str]) -> Instrument:
    strike = Decimal(row["dStrikePrice"])
    return Instrument(
        exchange_segment=row["pExchSeg"],
        token=row["pSymbol"],
        symbol=row["pSymbolName"],
        name=row["pDesc"],
        trading_symbol=row["pTrdSymbol"],
        series=row["pGroup"],
        instrument_type=row["pInstType"],
        option_type=row["pOptionType"],
        tick_size=Decimal(row["dTickSize"]) / _PAISE,
        lot_size=int(row["lLotSize"]),
        strike=Decimal(0) if strike < 0 else strike / _PAISE,
        expiry=_expiry(int(row["lExpiryDate"])),
        underlying_token=row["pAssetCode"],
        low_price_range=Decimal(row["dLowPriceRange"]) / _PAISE,
        high_price_range=Decimal(row["dHighPriceRange"]) / _PAISE,
    )


def _expiry(raw: int) -> date | None:
    return None if raw < 0 else datetime.fromtimestamp(raw + EPOCH_1980_IST, IST).date()


def _price(row: dict[str, str]) -> Price:
    rupees = ("ltp", "open", "high", "low", "close", "year_high", "year_low")
    return Price(
        exchange_segment=row["exchange_segment"],
        token=row["token"],
        quote_name=row["quote_name"],
        volume=int(row["volume"]),
        open_interest=int(row["open_interest"]),
        **{name: Decimal(row[name]) for name in rupees},
    )
