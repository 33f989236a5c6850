"""The old rows of orders and trades, key by key (spec/v1.md 6). Pure."""

from __future__ import annotations

from ks_compat.v1.tables import Constant, From, Row, Shape

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
    "exchTradeId": Constant("-"),  # v2's history names no trade; trade_report() does
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

TRADE_ROW: Row = {
    "tradeId": From("trade_id", "trade_number"),
    "orderId": From("order_id", "int"),
    "exchangeTradeId": From("trade_id"),
    "instrumentName": From("symbol"),
    "instrumentToken": From("instrument_token"),
    "exchange": From("", "exchange"),
    "price": From("price", "number"),
    "quantity": From("quantity"),
    "transactionType": From("", "old_side"),
    "product": From("", "old_product"),
    "orderTimestamp": From("", "trade_order_time"),
    "tradeTimestamp": From("", "trade_time"),
}
"""v2 has one trade number, the exchange's; it stands under both names."""

ORDER_BOOK = Shape("success", ORDER_ROW, read_often=True)
ORDER_HISTORY = Shape("success", EVENT_ROW)
TRADE_BOOK = Shape("success", TRADE_ROW)
