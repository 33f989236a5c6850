"""Holdings as the old API's ``positions("STOCKS")`` had them: each with its quote (spec/v1.md 6). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ks_compat.v1.formats import number
from ks_compat.v1.instruments import MARKETS

if TYPE_CHECKING:
    from ks_compat.native import Holding, Quote


@dataclass(frozen=True)
class Stock:
    """A holding, and what the market says of it; None where no quote was to be had."""

    holding: Holding
    instrument_token: int
    quote: Quote | None = None


def stock_rows(
    holdings: Iterable[Holding], quotes: Iterable[Quote], number_of: Callable[[Holding], int]
) -> list[Stock]:
    """The holdings, each with its old number and its quote."""
    found = {f"{quote.exchange_segment}|{quote.exchange_token}": quote for quote in quotes}
    return [Stock(holding, number_of(holding), found.get(holding.quote_key)) for holding in holdings]


def stock_last_price(stock: Stock) -> int | float | None:
    """Last traded price; without a quote the closing price that v2 values the holding with, None where it has none."""
    price = stock.quote.ltp if stock.quote is not None else None
    price = price or stock.holding.closing_price
    return number(price) if price else None


def stock_change(stock: Stock) -> int | float:
    """Rupees since yesterday's close; 0 without a quote."""
    return number(stock.quote.change) if stock.quote is not None else 0


def stock_change_percent(stock: Stock) -> int | float:
    """Percent since yesterday's close; 0 without a quote.

    The old documents' sample has a fraction (0.1) here, real answers of 2022 have percent (39.79): percent it is.
    """
    return number(stock.quote.percent_change) if stock.quote is not None else 0


def stock_name(stock: Stock) -> str:
    """``ACC-EQ``."""
    return f"{stock.holding.symbol}-{stock_segment(stock)}"


def stock_segment(stock: Stock) -> str:
    """The series; ``EQ`` where v2 does not tell it."""
    return stock.holding.series or "EQ"


def stock_market(stock: Stock) -> str:
    """``NN`` for NSE, ``BB`` for BSE."""
    exchange = stock.holding.exchange_segment.split("_")[0].upper()
    return MARKETS.get(exchange, exchange)


def stock_lot(stock: Stock) -> int:
    """Shares come in lots of 1, also where v2 says nothing."""
    return stock.holding.market_lot or 1
