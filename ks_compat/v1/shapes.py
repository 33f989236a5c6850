"""The old answers, one table for each shape: old key, where it comes from, how it is converted (spec/v1.md 6). Pure.

Facade and codemod read the same tables: the facade builds the old rows with them; the codemod turns a subscript of an
old row into the attribute and the conversion that stand beside its key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ks_compat.v1 import formats, instruments, positions, states

BUILTINS: Mapping[str, Callable[[Any], Any]] = {"int": int, "float": float, "str": str}


@dataclass(frozen=True)
class From:
    """An old key's value: ``convert`` of the native result's ``attribute`` (of the whole row, where it is empty)."""

    attribute: str = ""
    convert: str = ""
    """A builtin (``int``, ``float``, ``str``), a function that ``ks_compat.v1`` exports, or nothing."""

    def value(self, row: Any) -> Any:
        """The old value out of a native row."""
        found = row
        for name in self.attribute.split(".") if self.attribute else ():
            found = getattr(found, name)
        return _function(self.convert)(found) if self.convert else found


@dataclass(frozen=True)
class Constant:
    """An old key that v2 has no source for, and what stands there instead."""

    constant: Any

    def value(self, row: Any) -> Any:  # noqa: ARG002 - the same call as From.value
        """The constant."""
        return self.constant


Row = Mapping[str, From | Constant]


@dataclass(frozen=True)
class Shape:
    """An old answer: the key of its envelope, and its rows."""

    envelope: str
    row: Row

    def build(self, rows: list[Any]) -> dict[str, list[dict[str, Any]]]:
        """The old answer of native rows."""
        return {self.envelope: [row_of(self.row, row) for row in rows]}


def row_of(table: Row, native: Any) -> dict[str, Any]:
    """One old row."""
    return {key: source.value(native) for key, source in table.items()}


def _function(name: str) -> Callable[[Any], Any]:
    if name in BUILTINS:
        return BUILTINS[name]
    for module in (formats, states, instruments, positions):
        if hasattr(module, name):
            return getattr(module, name)  # type: ignore[no-any-return]
    raise LookupError(name)


ORDER_ROW: Row = {
    "cancelledQuantity": From("cancelled_quantity"),
    "disclosedQuantity": From("disclosed_quantity"),
    "exchange": From("", "exchange"),
    "exchangeOrderId": From("exchange_order_id"),
    "expiryDate": From("expiry", "expiry"),
    "filledQuantity": From("filled_quantity"),
    "instrumentName": From("symbol"),
    "instrumentToken": From("instrument_token"),
    "instrumentType": From("", "instrument_type"),
    "isFNO": From("", "is_fno"),
    "leg": Constant(1),
    "marketExchange": From("", "market"),
    "marketLot": From("lot_size"),
    "multiplier": From("multiplier", "number"),
    "optionType": From("option_type", "option_type"),
    "orderId": From("order_id", "int"),
    "orderQuantity": From("quantity"),
    "orderTimestamp": From("order_time", "timestamp"),
    "pendingQuantity": From("pending_quantity"),
    "price": From("", "order_price"),
    "product": From("", "old_product"),
    "status": From("", "status"),
    "statusInfo": From("", "status_info"),
    "statusMessage": From("", "status_message"),
    "strikePrice": From("strike_price", "number"),
    "tag": From("tag"),
    "transactionType": From("", "old_side"),
    "triggerPrice": From("trigger_price", "number"),
    "validity": From("", "order_validity"),
    "variety": From("", "old_variety"),
}

EVENT_ROW: Row = {
    "activityTimestamp": From("event_time", "timestamp"),
    "disclosedQuantity": From("disclosed_quantity"),
    "exchOrderId": From("exchange_order_id"),
    "exchTradeId": Constant("-"),
    "exchangeStatus": From("", "exchange_status"),
    "filledQuantity": From("filled_quantity"),
    "message": From("rejection"),
    "orderQuantity": From("quantity"),
    "price": From("", "order_price"),
    "status": From("", "status"),
    "statusInfo": From("", "status_info"),
    "statusMessage": From("", "status_message"),
    "triggerPrice": From("trigger_price", "number"),
    "validity": From("", "event_validity"),
    "version": From("version"),
}

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

_POSITION_ROW: Row = {
    "denominator": Constant(1),
    "deliveryStatus": From("", "delivery_status"),
    "exchange": From("", "market"),
    "expiryDate": From("expiry", "expiry"),
    "grossUtilization": Constant(0),
    "instrumentName": From("", "position_name"),
    "instrumentToken": From("instrument_token"),
    "lastPrice": From("", "last_price"),
    "marginType": Constant("N"),
    "marketLot": From("lot_size"),
    "multiplier": From("multiplier", "number"),
    "netChange": Constant(0),
    "optionType": From("option_type", "option_type"),
    "percentChange": Constant(0),
    "realizedPL": From("", "realized_pl"),
    "segment": From("", "instrument_type"),
    "strikePrice": From("strike_price", "number"),
    "symbol": From("symbol"),
    "averageStockPrice": From("", "average_stock_price"),
    "netTrdValue": From("", "net_trade_value"),
    "qtyUnit": Constant(""),
    "rbiRefRate": Constant(1),
    **dict.fromkeys(
        [
            "exposureMargin",
            "exposureMarginTotal",
            "maxCODQty",
            "normalSqOffQty",
            "premium",
            "spanMargin",
            "spanMarginTotal",
            "spreadTotal",
            "buyOpenQtyLot",
            "sellOpenQtyLot",
        ],
        Constant(0),
    ),
}
"""v2 positions have no margins, no pending quantities and no change of the day: those keys hold 0."""

TODAYS_ROW: Row = {
    **_POSITION_ROW,
    "actualNetTrdValue": From("", "net_trade_value"),
    "buyOpenVal": Constant(0),
    "buyTradedQtyLot": From("todays_buy_quantity"),
    "buyTradedVal": From("todays_buy_amount", "number"),
    "buyTrdAvg": From("", "buy_trade_average"),
    "netTrdQtyLot": From("", "todays_net"),
    "sellOpenVal": Constant(0),
    "sellTradedQtyLot": From("todays_sell_quantity"),
    "sellTradedVal": From("todays_sell_amount", "number"),
    "sellTrdAvg": From("", "sell_trade_average"),
    "totalStock": Constant(0),
}

OPEN_ROW: Row = {
    **_POSITION_ROW,
    "netTrdQtyLot": From("net_quantity"),
    **dict.fromkeys(
        [
            "actualMTM",
            "actualPNL",
            "bnstCredit",
            "buyOpenValue",
            "delStockPrice",
            "fnoBnstCredit",
            "fnoPremium",
            "hairCut",
            "holdStock",
            "openingStockValue",
            "previousMTMTrades",
            "sellOpenValue",
            "stockBalance",
        ],
        Constant(0),
    ),
    "maxSingleOrderQty": Constant(-1),
    "maxSingleOrderValue": Constant(-1),
    "multiple": Constant(1),
    "multipleType": Constant(2),
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

ORDER_BOOK = Shape("success", ORDER_ROW)
ORDER_HISTORY = Shape("success", EVENT_ROW)
QUOTES = Shape("success", QUOTE_ROW)
LTP_QUOTES = Shape("success", LTP_ROW)
OHLC_QUOTES = Shape("success", OHLC_ROW)
TODAYS_POSITIONS = Shape("Success", TODAYS_ROW)
OPEN_POSITIONS = Shape("Success", OPEN_ROW)
