"""Indices: v1 gave them numbers, v2 quotes know them by exact, case-sensitive names (instruments.md 4)."""

from __future__ import annotations

from typing import NamedTuple

from . import synthetic


class IndexName(NamedTuple):
    """An index: the v1 exchange, name and number (None: unknown), the v2 segment and name, its pSymbol ("": none)."""

    exchange: str
    v1_name: str
    v1_token: int | None
    segment: str
    v2_name: str
    symbol: str


# Only ever add at the end: the place of an index without a pSymbol is in its synthetic number.
INDICES = (
    IndexName("NSE", "NIFTY 50", 11721, "nse_cm", "Nifty 50", "26000"),
    IndexName("NSE", "NIFTY BANK", 11717, "nse_cm", "Nifty Bank", "26009"),
    IndexName("NSE", "FINNIFTY", None, "nse_cm", "Nifty Fin Service", "26037"),
    IndexName("NSE", "MIDCPNIFTY", None, "nse_cm", "NIFTY MID SELECT", "26074"),
    IndexName("NSE", "INDIA VIX", 11702, "nse_cm", "INDIA VIX", ""),
    IndexName("NSE", "NIFTY 100", 11723, "nse_cm", "Nifty 100", ""),
    IndexName("NSE", "NIFTY NEXT 50", 11724, "nse_cm", "Nifty Next 50", ""),
    IndexName("NSE", "NIFTY IT", 11722, "nse_cm", "Nifty IT", ""),
    IndexName("NSE", "NIFTY PSE", 11704, "nse_cm", "Nifty PSE", ""),
    IndexName("NSE", "NIFTY CPSE", 15494, "nse_cm", "Nifty CPSE", ""),
    IndexName("BSE", "SENSEX", 11699, "bse_cm", "SENSEX", ""),
)
BY_V1_NAME = {(index.exchange, index.v1_name): index for index in INDICES}
BY_V1_TOKEN = {index.v1_token: index for index in INDICES if index.v1_token is not None}
BY_SYMBOL = {(index.segment, index.symbol): index for index in INDICES if index.symbol}


def index_number(index: IndexName) -> int:
    """Return the synthetic number of an index (instruments.md 6)."""
    if index.symbol:
        return synthetic.encode(index.segment, index.symbol)
    return synthetic.encode_index(index.segment, INDICES.index(index))


BY_SYNTHETIC = {index_number(index): index for index in INDICES}
