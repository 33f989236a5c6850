"""The old order calls: a placement per product, one modify, one cancel (spec/v1.md 1.3, 3.4 to 3.6, 4.3)."""

import json
from dataclasses import replace
from decimal import Decimal

from ks_compat.sandbox.order_state import OrderState, Status
from ks_compat.sandbox.state import State
from ks_compat.sandbox.ticket import Ticket
from ks_compat.sandbox.v1.numbers import book_number, old_number
from ks_compat.sandbox.v1.tokens import Known
from ks_compat.sandbox.v1.wire import (
    Body,
    Row,
    body_of,
    decimal_of,
    fault,
    invalid,
    not_found,
    number,
    whole_of,
    word_of,
)
from ks_compat.sandbox.wire import Call, Refused, Reply, json_reply

_CARRY = ""
# Path of a placement (or `product` of the general one) -> v2's product; "" is the segment's own way to carry forward.
_PATHS = {"normal": _CARRY, "sor": _CARRY, "mis": "MIS", "mtf": "MTF", "supermultiple": "CO"}
_PRODUCTS = {"NORMAL": _CARRY, "SOR": _CARRY, "MTF": "MTF", "SUPERMULTIPLE": "CO"}
_DAY_ONLY = ("sor", "supermultiple")
_VALIDITIES = {"GFD": "DAY", "IOC": "IOC"}
_VARIETIES = ("REGULAR", "AMO", "SQUAREOFF")
# Kind of order by (price above 0, trigger above 0): the old API had no other argument for it (spec/v1.md 3.4).
KINDS = {(False, False): "MKT", (True, False): "L", (True, True): "SL", (False, True): "SL-M"}


def place(state: State, call: Call) -> Reply:
    """`POST /orders/1.0/order/{product}` and `POST /orders/1.0/orders`. A rejection is the answer, at once."""
    given = body_of(call)
    path = call.path.get("product", "")
    if path and path not in _PATHS:
        raise Refused(not_found())
    known = state.v1_tokens.get(whole_of(given, "instrumentToken"))
    if known is None or known.instrument is None:
        raise fault(-1, "Invalid Instrument Token")
    book_no = _booked(state, _ticket(given, path, known), call)
    now = state.book.orders[book_no].now
    if now.status is Status.REJECTED:
        raise _rejected(now, old_number(book_no))
    message = f"Your Order has been Placed and Forwarded to the Exchange: {old_number(book_no)}."
    answer = {known.exchange: _terms(old_number(book_no), message, given)}
    if path == "sor" or given.get("product") == "SOR":
        unused = {"message": "", "orderId": 0, "price": 0, "quantity": 0, "tag": ""}
        answer = {exchange: answer.get(exchange, unused) for exchange in ("BSE", "NSE")}
    return json_reply({"Success": answer})


def modify(state: State, call: Call) -> Reply:
    """`PUT /orders/1.0/orders`: new terms of any order; a field that is absent stays as it was."""
    given = body_of(call)
    before = _order(state, given.get("orderId"), 999113)
    changed = _changed(before.ticket, given)
    try:
        state.book.modify(before.number, before.ticket.after_market, lambda _: changed, call.fate)
    except Refused as refused:
        raise fault(999113, _text(refused)) from None
    old = old_number(before.number)
    message = f"Your Order has been Modified Successfully for Order No : {old}"
    shown = {"price": changed.price, "quantity": changed.quantity}
    return json_reply({"Success": {_exchange(before): _terms(old, message, shown)}})


def cancel(state: State, call: Call) -> Reply:
    """`DELETE /orders/1.0/orders/{orderId}`."""
    before = _order(state, call.path["order_id"], 5055)
    try:
        state.book.cancel(before.number, before.ticket.after_market, call.fate)
    except Refused as refused:
        raise fault(5055, _text(refused)) from None
    old, instrument = old_number(before.number), before.ticket.instrument
    named = f"{instrument.symbol} {instrument.series or instrument.instrument_type} {_exchange(before)}"
    message = f"Your Order for {named} has been Cancelled Successfully for Order No : {old}"
    return json_reply({"Success": {_exchange(before): _terms(old, message, {})}})


def order_of(state: State, old: object) -> OrderState | None:
    """Return the order of an old number."""
    order = state.book.orders.get(book_number(old))
    return None if order is None else order.now


def _booked(state: State, ticket: Ticket, call: Call) -> str:
    try:
        return state.book.place(ticket, call.fate, unique=False)
    except Refused as refused:
        raise fault(-1, _text(refused)) from None


def _ticket(given: Body, path: str, known: Known) -> Ticket:
    assert known.instrument is not None
    product = _PATHS[path] if path else _PRODUCTS[word_of(given, "product", tuple(_PRODUCTS))]
    price, trigger = decimal_of(given, "price"), decimal_of(given, "triggerPrice")
    quantity = whole_of(given, "quantity")
    if not quantity:
        raise fault(-1, "Quantity should be greater than zero")
    variety = word_of(given, "variety", _VARIETIES[:1] if path == "sor" else _VARIETIES)
    return Ticket(
        instrument=known.instrument,
        transaction_type=word_of(given, "transactionType", ("BUY", "SELL"))[0],
        product=product or ("NRML" if known.instrument.is_derivative else "CNC"),
        price_type=KINDS[price > 0, trigger > 0],
        validity=_VALIDITIES[word_of(given, "validity", ("GFD",) if path in _DAY_ONLY else tuple(_VALIDITIES))],
        price=price,
        trigger_price=trigger,
        quantity=quantity,
        disclosed_quantity=whole_of(given, "disclosedQuantity"),
        after_market=variety == "AMO",
        tag=str(given.get("tag") or ""),
        order_source="KSTRADEAPI",
    )


def _changed(ticket: Ticket, given: Body) -> Ticket:
    price = decimal_of(given, "price") if "price" in given else ticket.price
    trigger = decimal_of(given, "triggerPrice") if "triggerPrice" in given else ticket.trigger_price
    quantity = whole_of(given, "quantity") if "quantity" in given else ticket.quantity
    if not quantity:
        raise invalid("quantity")
    return replace(
        ticket,
        price=price,
        trigger_price=trigger,
        price_type=KINDS[price > 0, trigger > 0],
        quantity=quantity,
        disclosed_quantity=whole_of(given, "disclosedQuantity"),
        validity=_VALIDITIES[word_of(given, "validity", tuple(_VALIDITIES))],
    )


def _order(state: State, old: object, code: int) -> OrderState:
    found = order_of(state, old)
    if found is None:
        raise fault(code, "Order not found")
    return found


def _exchange(order: OrderState) -> str:
    return order.ticket.instrument.exchange_segment[:3].upper()


def _terms(old: int, message: str, given: Body) -> Row:
    return {
        "message": message,
        "orderId": old,
        "price": number(decimal_of(given, "price")),
        "quantity": number(Decimal(whole_of(given, "quantity"))),
        "tag": str(given.get("tag") or ""),
    }


def _rejected(order: OrderState, old: int) -> Refused:
    """Refuse with the reason that the book has; a fault of a placement may carry the number (spec/v1.md 6)."""
    short = order.reject_reason.startswith("RMS:Margin")
    refused = fault(999108, "Insufficient Margin.") if short else fault(-1, order.reject_reason)
    content = json.loads(refused.reply.body)
    content["fault"]["orderId"] = old
    return Refused(json_reply(content))


def _text(refused: Refused) -> str:
    """What v2 would say, in the old envelope: the risk check behind both is one."""
    content = json.loads(refused.reply.body)
    return str(content.get("errMsg") or content)
