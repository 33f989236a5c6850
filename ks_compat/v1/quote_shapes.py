"""The old rows of quotes, key by key (spec/v1.md 6). All values are texts. Pure."""

from __future__ import annotations

from ks_compat.v1.tables import Constant, From, Row, Shape

QUOTE_ROW: Row = {
    "wtoken": From("instrument_token", "str"),
    "ltp": From("ltp", "str"),
    "lv_net_chg": From("change", "str"),
    "lv_net_chg_perc": From("percent_change", "str"),
    "open_price": From("ohlc.open", "str"),
    "closing_price": From("ohlc.close", "str"),
    "high_price": From("ohlc.high", "str"),
    "low_price": From("ohlc.low", "str"),
    "average_trade_price": From("average_price", "str"),
    "last_trade_qty": From("last_traded_quantity", "str"),
    "BD_last_traded_time": From("time", "quote_time"),
    "OI": From("open_interest", "str"),
    "BD_TTQ": From("volume", "str"),
    "market_exchange": From("", "exchange"),
    "stk_name": From("symbol"),
    "display_segment": Constant("EQ"),
    "display_fno_eq": Constant(""),
}

LTP_ROW: Row = {
    "instrumentName": From("symbol"),
    "instrumentToken": From("instrument_token", "str"),
    "lastPrice": From("ltp", "str"),
}

OHLC_ROW: Row = {
    "instrumentName": From("symbol"),
    "instrumentToken": From("instrument_token", "str"),
    "open": From("ohlc.open", "str"),
    "high": From("ohlc.high", "str"),
    "low": From("ohlc.low", "str"),
    "close": From("ohlc.close", "str"),
}

LEVEL_ROW: Row = {
    "price": From("price", "str"),
    "quantity": From("quantity", "str"),
    "orders": From("orders", "str"),
}

QUOTES = Shape("success", QUOTE_ROW)
LTP_QUOTES = Shape("success", LTP_ROW)
OHLC_QUOTES = Shape("success", OHLC_ROW)
