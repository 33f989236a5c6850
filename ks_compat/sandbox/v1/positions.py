"""The old positions: three views with three key sets (spec/v1.md 6; samples positions_*)."""

from decimal import Decimal
from typing import cast

from ks_compat.sandbox import holdings as held
from ks_compat.sandbox.funds import Blocked
from ks_compat.sandbox.master import Instrument
from ks_compat.sandbox.positions import Position
from ks_compat.sandbox.state import State
from ks_compat.sandbox.v1.reports import MARKETS
from ks_compat.sandbox.v1.wire import Row, expiry, number
from ks_compat.sandbox.wire import Call, Reply, json_reply

_INTRADAY = 12
_NOTHING = dict.fromkeys(("exposureMargin", "exposureMarginTotal", "maxCODQty", "normalSqOffQty"), 0)
_NO_SPAN = dict.fromkeys(("spanMargin", "spanMarginTotal", "spreadTotal"), 0)
_NO_STOCK = dict.fromkeys(
    ("actualMTM", "actualPNL", "bnstCredit", "delStockPrice", "fnoBnstCredit", "fnoPremium", "hairCut", "holdStock",
     "openingStockValue", "previousMTMTrades"),
    0,
)  # fmt: skip
_NO_LIMIT = {"maxSingleOrderQty": -1, "maxSingleOrderValue": -1}


def todays(state: State, _call: Call) -> Reply:
    """`GET /positions/1.0/positions/todays`: what was traded today."""
    return _answer([_todays_row(state, position) for position in state.book.positions()])


def open_positions(state: State, _call: Call) -> Reply:
    """`GET /positions/1.0/positions/open`: what is not flat."""
    return _answer([_open_row(state, position) for position in state.book.positions() if _net(position)])


def stocks(state: State, call: Call) -> Reply:
    """`GET /positions/1.0/positions/stocks`: what the account holds."""
    import json

    rows = json.loads(held.holdings(state, call).body, parse_float=Decimal)["data"]
    return _answer([_stock_row(state, row) for row in rows])


def _answer(rows: list[Row]) -> Reply:
    # The samples have their keys in alphabetical order, whatever the view.
    return json_reply({"Success": [dict(sorted(row.items(), key=lambda item: item[0].lower())) for row in rows]})


def _todays_row(state: State, position: Position) -> Row:
    bought, sold = position.quantity["B"], position.quantity["S"]
    row = {
        **_row(state, position),
        "actualNetTrdValue": _value(position),
        "buyOpenVal": number(_waiting(state, position, "B")[1]),
        "buyTradedQtyLot": bought,
        "buyTradedVal": number(position.amount["B"]),
        "buyTrdAvg": number(_average(position, "B")),
        "sellOpenVal": number(_waiting(state, position, "S")[1]),
        "sellTradedQtyLot": sold,
        "sellTradedVal": number(position.amount["S"]),
        "sellTrdAvg": number(_average(position, "S")),
        "totalStock": 0,
    }
    return {**row, **_NO_LIMIT} if position.instrument.is_derivative else row


def _open_row(state: State, position: Position) -> Row:
    return {
        **_row(state, position),
        **_NO_STOCK,
        **_NO_LIMIT,
        "buyOpenValue": number(_waiting(state, position, "B")[1]),
        "sellOpenValue": number(_waiting(state, position, "S")[1]),
        "multiple": 5 if position.product == "MIS" else 1,
        "multipleType": 2,
        "stockBalance": 0,
    }


def _row(state: State, position: Position) -> Row:
    """What both views of positions have."""
    instrument = position.instrument
    kind = state.v1_tokens.token_and_kind(instrument)[1]
    matched = min(position.quantity.values())
    profit = matched * (_average(position, "S") - _average(position, "B"))
    blocked = _blocked(state, position)
    return {
        **_NOTHING,
        **_NO_SPAN,
        **_market(state, instrument),
        "averageStockPrice": number(_average(position, "B" if _net(position) > 0 else "S") if _net(position) else 0),
        "buyOpenQtyLot": _waiting(state, position, "B")[0],
        "sellOpenQtyLot": _waiting(state, position, "S")[0],
        "deliveryStatus": _INTRADAY if position.product == "MIS" else 0,
        "expiryDate": expiry(instrument.expiry),
        "grossUtilization": number(round(blocked.margin, 2)) if blocked else 0,
        "instrumentName": _name(instrument, kind),
        "marginType": "R" if position.product == "MIS" else "N",
        "marketLot": instrument.lot_size,
        "netTrdQtyLot": _net(position),
        "netTrdValue": _value(position),
        "optionType": instrument.option_type if instrument.is_option else "- ",
        "premium": number(position.amount["S"] - position.amount["B"]) if instrument.is_option else 0,
        "qtyUnit": "",
        "rbiRefRate": 1,
        "realizedPL": number(profit),
        "segment": kind,
        "strikePrice": number(instrument.strike),
        "symbol": instrument.symbol,
    }


def _stock_row(state: State, holding: Row) -> Row:
    instrument = state.master.by_token[holding["exchangeSegment"], holding["exchangeIdentifier"]]
    return {
        **_NO_STOCK,
        **_NO_LIMIT,
        **_market(state, instrument),
        **dict.fromkeys(("buyOpenQtyLot", "buyOpenValue", "sellOpenQtyLot", "sellOpenValue", "premium"), 0),
        **dict.fromkeys(("netTrdQtyLot", "netTrdValue", "realizedPL", "rbiRefRate", "strikePrice"), 0),
        "averageStockPrice": number(cast(Decimal, holding["averagePrice"])),
        "deliveryStatus": 2,
        "expiryDate": "-",
        "instrumentName": f"{instrument.symbol}-EQ",
        "marketLot": instrument.lot_size,
        "mfHairCut": 0,
        "multiple": 1,
        "multipleType": 2,
        "optionType": "- ",
        "qtyUnit": "",
        "securityValuation": 0,
        "securityValuationMTF": 0,
        "segment": "EQ",
        "stockBalance": holding["quantity"],
        "symbol": instrument.symbol,
    }


def _market(state: State, instrument: Instrument) -> Row:
    price = state.master.price(instrument)
    change = price.ltp - price.close
    return {
        "denominator": 1,
        "exchange": MARKETS[instrument.exchange_segment[:3]],
        "instrumentToken": state.v1_tokens.token_and_kind(instrument)[0],
        "lastPrice": number(price.ltp),
        "multiplier": 1,
        "netChange": number(change),
        "percentChange": number(round(change * 100 / price.close, 2)),
    }


def _name(instrument: Instrument, kind: str) -> str:
    """`ACC-EQ`; `NIFTY-OI-28APR22-16400.00-PE`."""
    if not instrument.is_derivative:
        return f"{instrument.symbol}-{kind}"
    name = f"{instrument.symbol}-{kind}-{expiry(instrument.expiry)}"
    return f"{name}-{instrument.strike:.2f}-{instrument.option_type}" if instrument.is_option else name


def _net(position: Position) -> int:
    return position.quantity["B"] - position.quantity["S"]


def _average(position: Position, side: str) -> Decimal:
    quantity = position.quantity[side]
    return round(position.amount[side] / quantity, 4) if quantity else Decimal(0)


def _value(position: Position) -> int | float:
    net = _net(position)
    return number(net * _average(position, "B" if net > 0 else "S")) if net else 0


def _blocked(state: State, position: Position) -> Blocked | None:
    found = (row for row in state.book.blocked() if row.instrument is position.instrument)
    return next((row for row in found if row.product == position.product), None)


def _waiting(state: State, position: Position, side: str) -> tuple[int, Decimal]:
    blocked = _blocked(state, position)
    return (blocked.waiting[side], blocked.waiting_amount[side]) if blocked else (0, Decimal(0))
