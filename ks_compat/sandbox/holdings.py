"""Holdings: `GET /portfolio/v1/holdings` (spec/v2.md 2.11, sample holdings_full.json)."""

from decimal import Decimal

from ks_compat.sandbox.master import Instrument
from ks_compat.sandbox.row_constants import Row
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Reply, json_reply

# Trading symbol -> quantity and average price. Orders of today move what can be sold, not what is held.
_HELD = {"INFY-EQ": (10, Decimal("1450.25")), "RELIANCE-EQ": (5, Decimal("1380.6"))}


def holdings(state: State, _call: Call) -> Reply:
    """Answer `data` alone: no stat and no stCode, and the numbers are JSON numbers."""
    sold = {
        position.instrument.token: position.quantity["S"] - position.quantity["B"]
        for position in state.book.positions()
        if position.product == "CNC" and position.instrument.exchange_segment == "nse_cm"
    }
    rows = []
    for symbol, (quantity, average) in _HELD.items():
        instrument = state.master.by_symbol["nse_cm", symbol]
        sellable = min(quantity, max(0, quantity - sold.get(instrument.token, 0)))
        rows.append(_row(state, instrument, quantity, sellable, average))
    return json_reply({"data": rows})


def _row(state: State, instrument: Instrument, quantity: int, sellable: int, average: Decimal) -> Row:
    close = state.master.price(instrument).close
    return {
        "instrumentType": "Equity",
        "sector": "",
        "instrumentToken": state.master.v1_token(instrument),
        "commonScripCode": instrument.symbol,
        "instrumentName": instrument.name,
        "quantity": quantity,
        "averagePrice": float(average),
        "holdingCost": float(quantity * average),
        "closingPrice": float(close),
        "mktValue": float(quantity * close),
        "scripId": "",
        "isAlternateScrip": "",
        "unrealisedGainLoss": float(quantity * (close - average)),
        "sqGainLoss": 0.0,
        "delGainLoss": 0.0,
        "subTotal": 0,
        "prevDayLtp": 0,
        "subType": "EQ",
        "instrumentStatus": "ACTV",
        "marketLot": instrument.lot_size,
        "expiryDate": "",
        "optType": "",
        "strikePrice": "0.00",
        "symbol": instrument.symbol,
        "displaySymbol": instrument.symbol,
        "exchangeSegment": instrument.exchange_segment,
        "series": instrument.series,
        "exchangeIdentifier": instrument.token,
        "sellableQuantity": sellable,
        "securityType": "EQ",
        "securitySubType": "EQ",
        "logoUrl": "",
        "cmotCode": "",
    }
