"""Positions out of today's fills: spec/v2.md 2.10, sample positions.json."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from decimal import Decimal

from ks_compat.sandbox import timefmt
from ks_compat.sandbox.master import Instrument
from ks_compat.sandbox.order_state import Fill
from ks_compat.sandbox.row_constants import Row
from ks_compat.sandbox.rows import rupees


@dataclass
class Position:
    """Today's buys and sells of one instrument under one product: units and rupees by transaction type (B, S)."""

    instrument: Instrument
    product: str
    at: float = 0.0
    sequence: int = 0
    quantity: dict[str, int] = field(default_factory=lambda: {"B": 0, "S": 0})
    amount: dict[str, Decimal] = field(default_factory=lambda: {"B": Decimal(0), "S": Decimal(0)})

    def add(self, fill: Fill) -> None:
        """Count one more fill."""
        state = fill.order
        side = state.ticket.transaction_type
        self.quantity[side] += state.filled_quantity
        self.amount[side] += state.filled_quantity * state.average_price
        self.at, self.sequence = state.at, state.sequence


class Positions:
    """The positions of one IST day, one per (segment, trading symbol, product), oldest first; kept as fills come."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._counted = 0
        self._positions: dict[tuple[str, str, str], Position] = {}

    def of(self, fills: Sequence[Fill], now: float) -> list[Position]:
        """Return the positions of the day of `now`; `fills` only ever grows."""
        today = timefmt.in_ist(now).date()
        if today != self._day:
            self._day, self._counted, self._positions = today, 0, {}
        for fill in fills[self._counted :]:
            if timefmt.in_ist(fill.order.at).date() == today:
                ticket = fill.order.ticket
                key = (ticket.instrument.exchange_segment, ticket.instrument.trading_symbol, ticket.product)
                self._positions.setdefault(key, Position(ticket.instrument, ticket.product)).add(fill)
        self._counted = len(fills)
        return list(self._positions.values())


def position_row(position: Position, client_code: str) -> Row:
    """Return the row of `GET /quick/user/positions`; quantities are strings there, unlike in the order book."""
    instrument = position.instrument
    return {
        "actId": client_code,
        "brdLtQty": instrument.lot_size,
        "cfBuyAmt": "0.00",
        "cfSellAmt": "0.00",
        "cfBuyQty": "0",
        "cfSellQty": "0",
        "exSeg": instrument.exchange_segment,
        "buyAmt": rupees(position.amount["B"]),
        "sellAmt": rupees(position.amount["S"]),
        "flBuyQty": str(position.quantity["B"]),
        "flSellQty": str(position.quantity["S"]),
        "prod": position.product,
        "series": instrument.series,
        "tok": instrument.token,
        "trdSym": instrument.trading_symbol,
        "optTp": instrument.option_type or "XX",
        "stkPrc": rupees(instrument.strike),
        "type": instrument.instrument_type,
        "sym": instrument.symbol,
        "sqrFlg": "Y",
        "posFlg": "true",
        "lotSz": str(instrument.lot_size),
        "multiplier": "1",
        "precision": "2",
        "prcNum": "1",
        "prcDen": "1",
        "hsUpTm": timefmt.slashed(position.at),
        "expDt": timefmt.expiry_text(instrument.expiry) if instrument.expiry else "NA",
        "exp": _midnight_utc(instrument.expiry) if instrument.expiry else "--",
        "genNum": "1",
        "genDen": "1",
        "dscQty": "",
        "upldPrc": "0.00",
        "updRecvTm": int(position.at) * 1_000_000_000 + position.sequence,
    }


def _midnight_utc(expiry: date) -> str:
    # The sample's `exp` is 00:00 UTC of its expDt.
    return str(int(datetime(expiry.year, expiry.month, expiry.day, tzinfo=timezone.utc).timestamp()))
