"""The old order and trade reports (spec/v1.md 3.8, 6); the samples give field sets, types and texts."""

from ks_compat.sandbox.order_state import Fill, OrderState, Status
from ks_compat.sandbox.state import State
from ks_compat.sandbox.v1.numbers import book_number, old_number
from ks_compat.sandbox.v1.wire import Row, expiry, fault, number, timestamp
from ks_compat.sandbox.wire import Call, Reply, json_reply

_NEW = ("NEWF", "Confirmation Pending", "Confirmation pending from Exchange", "Order sent to Exchange")
_OPEN = ("OPN", "", "Open", "Order Confirmed")
_GONE = ("CAN", "Cancelled", "Cancelled Order", "Order Cancelled")
# status, statusInfo, statusMessage, exchangeStatus. Codes are of samples and public code but REJ, which has none.
STATES: dict[Status, tuple[str, str, str, str]] = {
    Status.RECEIVED: _NEW,
    Status.VALIDATING: _NEW,
    Status.SENDING: ("OPF", "Open Pending", "Open pending from Exchange", "Order sent to Exchange"),
    Status.OPEN: _OPEN,
    Status.MODIFIED: _OPEN,
    Status.TRIGGER_PENDING: ("SLO", "", "Stop Loss Open", "Order Confirmed"),
    Status.AMO_RECEIVED: _NEW,
    Status.AMO_MODIFIED: _NEW,
    Status.COMPLETE: ("TRAD", "Traded", "Completely Traded Order", "Order Traded"),
    Status.REJECTED: ("REJ", "Rejected", "Rejected Order", "Order Rejected"),
    Status.CANCELLED: _GONE,
    Status.AMO_CANCELLED: _GONE,
}
# The old history begins with one row for all that comes before the exchange (sample order_report_by_id).
_INSIDE = (Status.VALIDATING, Status.SENDING)
PRODUCTS = {"CNC": "NORMAL", "NRML": "NORMAL", "MIS": "MIS", "MTF": "MTF", "CO": "SUPERMULTIPLE"}
_SIDES = {"B": "BUY", "S": "SELL"}
MARKETS = {"nse": "NN", "bse": "BB"}


def orders(state: State, _call: Call) -> Reply:
    """`GET /reports/1.0/orders`: oldest order first, as the sample has them."""
    return json_reply({"success": [_order_row(state, shown[-1]) for shown in state.book.look()]})


def one_order(state: State, call: Call) -> Reply:
    """`GET /reports/1.0/orders/{orderId}[/{Y|N}]`: one row per state, oldest first."""
    return json_reply({"success": _history(state, call.path["order_id"])})


def trades(state: State, _call: Call) -> Reply:
    """`GET /reports/1.0/trades`: one row per fill, oldest first."""
    state.book.settle()
    rows = [_trade_row(state, place, fill) for place, fill in enumerate(state.book.fills, 1)]
    return json_reply({"success": rows})


def _history(state: State, old: str) -> list[Row]:
    wanted = book_number(old)
    shown = next((each for each in state.book.look() if each[0].number == wanted), [])
    if not shown:
        raise fault(-1, "No Data Found")
    return [
        _history_row(row, version) for version, row in enumerate((row for row in shown if row.status not in _INSIDE), 1)
    ]


def _order_row(state: State, row: OrderState) -> Row:
    ticket, instrument = row.ticket, row.ticket.instrument
    token, kind = state.v1_tokens.token_and_kind(instrument)
    status, info, message, _ = STATES[row.status]
    return {
        "cancelledQuantity": row.cancelled_quantity,
        "disclosedQuantity": ticket.disclosed_quantity,
        "exchange": instrument.exchange_segment[:3].upper(),
        "exchangeOrderId": _exchange_number(row),
        "expiryDate": expiry(instrument.expiry),
        "filledQuantity": row.filled_quantity,
        "instrumentName": instrument.symbol,
        "instrumentToken": token,
        "instrumentType": kind,
        "isFNO": "Y" if instrument.is_derivative else "N",
        "leg": 99 if instrument.is_derivative else 1,
        "marketExchange": MARKETS[instrument.exchange_segment[:3]],
        "marketLot": instrument.lot_size,
        "multiplier": 1,
        "optionType": instrument.option_type if instrument.is_option else "- ",
        "orderId": old_number(row.number),
        "orderQuantity": ticket.quantity,
        "orderTimestamp": timestamp(row.entered_at),
        # The sample's cancelled row still counts its quantity as pending.
        "pendingQuantity": ticket.quantity - row.filled_quantity,
        "price": _price(row),
        "product": PRODUCTS[ticket.product],
        "status": status,
        "statusInfo": row.reject_reason if row.status is Status.REJECTED else info,
        "statusMessage": message,
        "strikePrice": number(instrument.strike),
        "tag": ticket.tag,
        "transactionType": _SIDES[ticket.transaction_type],
        "triggerPrice": number(ticket.trigger_price),
        "validity": "-" if ticket.validity == "DAY" else ticket.validity,
        "variety": "AMO" if ticket.after_market else "REGULAR",
    }


def _history_row(row: OrderState, version: int) -> Row:
    status, info, message, exchange_status = STATES[row.status]
    return {
        "activityTimestamp": timestamp(row.at),
        "disclosedQuantity": row.ticket.disclosed_quantity,
        "exchOrderId": _exchange_number(row),
        "exchTradeId": "-",
        "exchangeStatus": exchange_status,
        "filledQuantity": row.filled_quantity,
        "message": row.reject_reason if row.status is Status.REJECTED else "",
        "orderQuantity": row.ticket.quantity,
        "price": _price(row),
        "status": status,
        "statusInfo": info,
        "statusMessage": message,
        "triggerPrice": number(row.ticket.trigger_price),
        "validity": "Good For Day" if row.ticket.validity == "DAY" else "Immediate or Cancel",
        "version": version,
    }


def _trade_row(state: State, place: int, fill: Fill) -> Row:
    row, instrument = fill.order, fill.order.ticket.instrument
    return {
        "tradeId": place,
        "orderId": old_number(row.number),
        "exchangeTradeId": fill.fill_id,
        "instrumentName": instrument.symbol,
        "instrumentToken": state.v1_tokens.token_and_kind(instrument)[0],
        "exchange": instrument.exchange_segment[:3].upper(),
        "price": number(row.average_price),
        "quantity": row.filled_quantity,
        "transactionType": _SIDES[row.ticket.transaction_type],
        "product": PRODUCTS[row.ticket.product],
        "orderTimestamp": timestamp(row.entered_at),
        "tradeTimestamp": timestamp(row.at),
    }


def _exchange_number(row: OrderState) -> str:
    return "" if row.exchange_at is None else row.exchange_order_id


def _price(row: OrderState) -> int | float:
    """The order's price; of a traded one its average, as the sample's market orders have it."""
    return number(row.average_price if row.status is Status.COMPLETE else row.ticket.price)
