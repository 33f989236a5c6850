"""The old rows of positions and stocks, key by key (spec/v1.md 6). Pure."""

from __future__ import annotations

from ks_compat.v1.tables import Constant, From, Row, Shape


def _sorted(row: Row) -> Row:
    # The old answers had their keys in this order, and it shows where a row is printed.
    return dict(sorted(row.items()))


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

TODAYS_ROW: Row = _sorted(
    {
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
)

OPEN_ROW: Row = _sorted(
    {
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
)

STOCK_ROW: Row = _sorted(
    {
        **dict.fromkeys(
            [
                "actualMTM",
                "actualPNL",
                "bnstCredit",
                "buyOpenQtyLot",
                "buyOpenValue",
                "delStockPrice",
                "fnoBnstCredit",
                "fnoPremium",
                "hairCut",
                "holdStock",
                "mfHairCut",
                "netTrdQtyLot",
                "netTrdValue",
                "openingStockValue",
                "premium",
                "previousMTMTrades",
                "rbiRefRate",
                "realizedPL",
                "securityValuation",
                "securityValuationMTF",
                "sellOpenQtyLot",
                "sellOpenValue",
                "strikePrice",
            ],
            Constant(0),
        ),
        "averageStockPrice": From("holding.average_price", "number"),
        "deliveryStatus": Constant(2),
        "denominator": Constant(1),
        "exchange": From("", "stock_market"),
        "expiryDate": Constant("-"),
        "instrumentName": From("", "stock_name"),
        "instrumentToken": From("instrument_token"),
        "lastPrice": From("", "stock_last_price"),
        "marketLot": From("", "stock_lot"),
        "maxSingleOrderQty": Constant(-1),
        "maxSingleOrderValue": Constant(-1),
        "multiple": Constant(1),
        "multipleType": Constant(2),
        "multiplier": Constant(1),
        "netChange": From("", "stock_change"),
        "optionType": Constant("- "),
        "percentChange": From("", "stock_change_percent"),
        "qtyUnit": Constant(""),
        "segment": From("", "stock_segment"),
        "stockBalance": From("holding.quantity"),
        "symbol": From("holding.symbol"),
    }
)
"""v2 holdings have no haircuts, no open orders, no day's trading: those keys hold 0; an order's limits hold -1."""

TODAYS_POSITIONS = Shape(
    "Success", TODAYS_ROW, derivatives=dict.fromkeys(["maxSingleOrderQty", "maxSingleOrderValue"], Constant(-1))
)
"""Rows of derivatives had two keys more (sample positions_todays_public); v2 tells no limits: -1 is "no limit"."""
OPEN_POSITIONS = Shape("Success", OPEN_ROW)
STOCKS = Shape("Success", STOCK_ROW)
