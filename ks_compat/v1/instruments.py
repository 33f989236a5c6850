"""How the old API spoke of instruments, sides and products in its rows. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ks_compat.v1.formats import expiry, number, timestamp

if TYPE_CHECKING:
    from ks_compat.native import Order, OrderAck, OrderEvent, Position, Quote, Trade

    _Row = Order | OrderEvent | Position | Trade

EXCHANGES = {"nse_cm": "NSE", "nse_fo": "NSE", "bse_cm": "BSE", "bse_fo": "BSE", "mcx_fo": "MCX", "cde_fo": "NSE-FX"}
"""v2 exchange segment: the key of an old order answer. Currency was ``NSE-FX`` (idioms 4)."""
MARKETS = {"NSE": "NN", "BSE": "BB"}
"""The old ``marketExchange``. NN is in every sample; BB has none."""
INSTRUMENT_TYPES = {"OPTIDX": "OI", "FUTIDX": "FI", "OPTSTK": "OS", "FUTSTK": "FS"}
OLD_SIDES = {"B": "BUY", "S": "SELL"}
OLD_PRODUCTS = {"CNC": "NORMAL", "NRML": "NORMAL", "MIS": "MIS", "MTF": "MTF"}
OLD_ORDER_VALIDITIES = {"DAY": "-", "IOC": "IOC"}
"""An order row of a day order says ``-`` (sample order_report_public)."""
OLD_EVENT_VALIDITIES = {"DAY": "Good For Day", "IOC": "Immediate or Cancel"}
MIS_DELIVERY_STATUS = 12
"""What users' code takes for an intraday position (spec/v1.md 6)."""


def exchange(row: _Row | OrderAck | Quote) -> str:
    """``NSE``, ``BSE``, ``MCX``; ``NSE`` where the segment is not known (an order of another session: MIGRATION.md)."""
    return EXCHANGES.get(row.exchange_segment, "NSE")


def market(row: _Row) -> str:
    """``NN`` for NSE."""
    return MARKETS.get(exchange(row), exchange(row))


def is_fno(row: _Row) -> str:
    """``Y`` for derivatives, else ``N``."""
    return "Y" if row.exchange_segment.endswith("_fo") else "N"


def instrument_type(row: Order | Position) -> str:
    """``EQ`` and the other series in cash; ``OI``, ``FI``, ``OS``, ``FS`` for derivatives."""
    return INSTRUMENT_TYPES.get(row.instrument_type, row.series or row.instrument_type)


def trade_number(trade_id: str) -> int | str:
    """The old ``tradeId``: v2's trade number as an int, or as it stands where it is no number."""
    return int(trade_id) if trade_id.isascii() and trade_id.isdecimal() else trade_id


def trade_order_time(row: Trade) -> str:
    """The old ``orderTimestamp`` of a trade: the exchange's time, where ``tradeTimestamp`` is that of the fill."""
    return timestamp(row.exchange_time or row.fill_time)


def trade_time(row: Trade) -> str:
    """The old ``tradeTimestamp``: when it was filled."""
    return timestamp(row.fill_time or row.exchange_time)


def position_name(row: Position) -> str:
    """``ACC-EQ``; ``NIFTY-OI-28APR22-16400.00-PE``."""
    kind = instrument_type(row)
    if is_fno(row) == "N":
        return f"{row.symbol}-{kind}"
    parts = [row.symbol, kind, expiry(row.expiry)]
    return "-".join([*parts, f"{row.strike_price:.2f}", row.option_type] if row.option_type else parts)


def old_side(row: Order | Trade) -> str:
    """``BUY`` or ``SELL``."""
    return OLD_SIDES.get(row.transaction_type, row.transaction_type)


def old_product(row: _Row) -> str:
    """``NORMAL``, ``MIS``, ``MTF``."""
    return OLD_PRODUCTS.get(row.product, row.product)


def old_variety(row: Order) -> str:
    """``AMO`` or ``REGULAR``."""
    return "AMO" if row.is_amo else "REGULAR"


def order_price(row: Order | OrderEvent) -> int | float:
    """The price of an order; of a traded one its average, as the old rows of market orders had it (sample
    order_report_public). v2's own price of a market order is its protection limit (spec/v2.md 6.1)."""
    traded = row.status in ("complete", "traded") and row.average_price
    return number(row.average_price if traded else row.price)


def order_validity(row: Order) -> str:
    """The old ``validity`` of an order row."""
    return OLD_ORDER_VALIDITIES.get(row.validity, row.validity)


def event_validity(row: OrderEvent) -> str:
    """The old ``validity`` of a history row."""
    return OLD_EVENT_VALIDITIES.get(row.validity, row.validity)


def delivery_status(row: Position) -> int:
    """12 for an intraday position, else 0."""
    return MIS_DELIVERY_STATUS if row.product == "MIS" else 0
