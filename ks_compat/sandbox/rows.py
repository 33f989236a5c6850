"""Report rows in the JSON the servers write: field sets of the samples orders, order_history and trades.

Types are the servers' own (spec/v2.md 6.8): prices are strings of rupees with two decimals, quantities integers of
units.
"""

from decimal import Decimal

from ks_compat.sandbox import row_constants, timefmt
from ks_compat.sandbox.master import Instrument
from ks_compat.sandbox.order_state import Fill, OrderState
from ks_compat.sandbox.row_constants import Row


def rupees(value: Decimal) -> str:
    """Write a price or amount with two decimals."""
    return f"{value:.2f}"


def order_row(state: OrderState) -> Row:
    """Return the order book row of an order (spec/v2.md 2.7)."""
    ticket, instrument = state.ticket, state.ticket.instrument
    return {
        **row_constants.ORDER,
        **_terms(state),
        **_stamps(state.at, state.sequence),
        "brdLtQty": str(instrument.lot_size),
        "cnlQty": state.cancelled_quantity,
        "dscQty": ticket.disclosed_quantity,
        "exCfmTm": _exchange_time(state),
        "exOrdId": state.exchange_order_id,
        "optTp": instrument.option_type or "- ",
        "ordDtTm": timefmt.day_and_time(state.entered_at),
        "ordEntTm": timefmt.day_and_time(state.entered_at),
        "ordGenTp": "AMO" if ticket.after_market else "NA",
        "stat": state.status.value,
        "tckSz": f"{instrument.tick_size:.4f}",
        "vldt": ticket.validity,
        "hsUpTm": timefmt.slashed(state.at),
        "it": _kind(instrument),
    }


def history_row(state: OrderState) -> Row:
    """Return the history row of one state of an order (spec/v2.md 2.8)."""
    ticket, instrument = state.ticket, state.ticket.instrument
    return {
        **row_constants.HISTORY,
        **_terms(state),
        **_stamps(state.at, state.sequence),
        "brdLtQty": instrument.lot_size,
        "exch": instrument.exchange_segment[:3].upper(),
        "exchTmstp": _exchange_time(state),
        "dclQty": str(ticket.disclosed_quantity),
        "exchOrdId": state.exchange_order_id,
        "ordDur": ticket.validity,
        "flDtTm": timefmt.day_and_time(state.at),
        "ordGenTp": "AMO" if ticket.after_market else "--",
        "scripName": instrument.symbol,
        "optTp": instrument.option_type or "XX",
    }


def trade_row(fill: Fill) -> Row:
    """Return the trade book row of one fill (spec/v2.md 2.9)."""
    state = fill.order
    ticket, instrument = state.ticket, state.ticket.instrument
    stamps = _stamps(state.at, state.sequence)
    return {
        **row_constants.TRADE,
        **_instrument_fields(instrument),
        **stamps,
        "avgPrc": rupees(state.average_price),
        "brdLtQty": instrument.lot_size,
        "exOrdId": state.exchange_order_id,
        "exp": "-",
        "expDt": "NA",
        "exTm": _exchange_time(state),
        "fldQty": state.filled_quantity,
        "flDt": timefmt.day(state.at),
        "flId": fill.fill_id,
        "flTm": timefmt.time_of_day(state.at),
        "nOrdNo": state.number,
        "optTp": instrument.option_type or "- ",
        "ordGenTp": "AMO" if ticket.after_market else "--",
        "prcTp": ticket.price_type,
        "prod": ticket.product,
        "trnsTp": ticket.transaction_type,
        "hsUpTm": timefmt.slashed(state.at),
        "GuiOrdId": ticket.tag,
        "it": _kind(instrument),
    }


def _instrument_fields(instrument: Instrument) -> Row:
    return {
        "exSeg": instrument.exchange_segment,
        "expDt": timefmt.expiry_text(instrument.expiry) if instrument.expiry else "NA",
        "lotSz": str(instrument.lot_size),
        "series": instrument.series,
        "stkPrc": rupees(instrument.strike),
        "sym": instrument.symbol,
        "trdSym": instrument.trading_symbol,
    }


def _terms(state: OrderState) -> Row:
    """Return what order book and history rows have in common."""
    ticket = state.ticket
    return {
        **_instrument_fields(ticket.instrument),
        "avgPrc": rupees(state.average_price),
        "fldQty": state.filled_quantity,
        "nOrdNo": state.number,
        "ordSrc": f"ADMINCPPAPI_{ticket.order_source}",
        "ordSt": state.status.value,
        "prc": rupees(ticket.price),
        "prcTp": ticket.price_type,
        "prod": ticket.product,
        "qty": ticket.quantity,
        "rejRsn": state.reject_reason,
        "tok": ticket.instrument.token,
        "trgPrc": rupees(ticket.trigger_price),
        "trnsTp": ticket.transaction_type,
        "unFldSz": ticket.quantity - state.filled_quantity - state.cancelled_quantity,
        "GuiOrdId": ticket.tag,
    }


def _stamps(at: float, sequence: int) -> Row:
    # The sequence makes nanoseconds unique and rising where the clock of a test stands still.
    return {"boeSec": int(at), "uSec": str(int(at)), "updRecvTm": int(at) * 1_000_000_000 + sequence}


def _exchange_time(state: OrderState) -> str:
    return "--" if state.exchange_at is None else timefmt.day_and_time(state.exchange_at)


def _kind(instrument: Instrument) -> str:
    return instrument.instrument_type or "EQ"
