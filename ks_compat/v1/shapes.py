"""The old answers as tables, one for each shape (spec/v1.md 6): see ``tables`` for what a table is. Pure."""

from ks_compat.v1.margin_shapes import (
    FUNDS_ROW,
    MARGIN_LAYOUT,
    MARGIN_REQUIRED,
    MARGIN_REQUIRED_ROW,
    MIS_ROW,
    margin_blocks,
)
from ks_compat.v1.order_shapes import EVENT_ROW, ORDER_BOOK, ORDER_HISTORY, ORDER_ROW, TRADE_BOOK, TRADE_ROW
from ks_compat.v1.position_shapes import (
    OPEN_POSITIONS,
    OPEN_ROW,
    STOCK_ROW,
    STOCKS,
    TODAYS_POSITIONS,
    TODAYS_ROW,
)
from ks_compat.v1.quote_shapes import (
    LEVEL_ROW,
    LTP_QUOTES,
    LTP_ROW,
    OHLC_QUOTES,
    OHLC_ROW,
    QUOTE_ROW,
    QUOTES,
)
from ks_compat.v1.tables import BUILTINS, Constant, From, Row, Shape, row_of

__all__ = [
    "BUILTINS",
    "EVENT_ROW",
    "FUNDS_ROW",
    "LEVEL_ROW",
    "LTP_QUOTES",
    "LTP_ROW",
    "MARGIN_LAYOUT",
    "MARGIN_REQUIRED",
    "MARGIN_REQUIRED_ROW",
    "MIS_ROW",
    "OHLC_QUOTES",
    "OHLC_ROW",
    "OPEN_POSITIONS",
    "OPEN_ROW",
    "ORDER_BOOK",
    "ORDER_HISTORY",
    "ORDER_ROW",
    "QUOTES",
    "QUOTE_ROW",
    "STOCKS",
    "STOCK_ROW",
    "TODAYS_POSITIONS",
    "TODAYS_ROW",
    "TRADE_BOOK",
    "TRADE_ROW",
    "Constant",
    "From",
    "Row",
    "Shape",
    "margin_blocks",
    "row_of",
]
