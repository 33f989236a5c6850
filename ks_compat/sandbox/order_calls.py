"""The order endpoints: place, modify, cancel, and the retired exits (spec/v2.md 2.3 to 2.6)."""

from ks_compat.sandbox import jdata, ticket
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Reply, json_reply, not_ok


def place(state: State, call: Call) -> Reply:
    """`POST /quick/order/rule/ms/place`: an acknowledgement; what becomes of the order stands in the book."""
    given = jdata.read(call, required=ticket.PLACE_REQUIRED, nullable=ticket.PLACE_NULLABLE)
    number = state.book.place(ticket.placed(state.master, given), call.fate)
    return json_reply({"nOrdNo": number, "stat": "Ok", "stCode": 200})


def modify(state: State, call: Call) -> Reply:
    """`POST /quick/order/vr/modify`: fields that are absent stay as they were."""
    given = jdata.read(call, required=("no",), nullable=ticket.MODIFY_NULLABLE)
    state.book.modify(given["no"], _after_market(given), lambda before: ticket.modified(before, given), call.fate)
    return _acknowledged(given["no"])


def cancel(state: State, call: Call) -> Reply:
    """`POST /quick/order/cancel`."""
    given = jdata.read(call, required=("on",), nullable=("ts",))
    state.book.cancel(given["on"], _after_market(given), call.fate)
    return _acknowledged(given["on"])


def exit_cover(state: State, call: Call) -> Reply:
    """`POST /quick/order/co/exit`: retired with the cover order."""
    return _exit(state, call, "CO", "Cover")


def exit_bracket(state: State, call: Call) -> Reply:
    """`POST /quick/order/bo/exit`: retired with the bracket order."""
    return _exit(state, call, "BO", "Bracket")


def _exit(state: State, call: Call, product: str, name: str) -> Reply:
    """Cancel an order of the product; a placement takes neither product, so there is none but one a test put there."""
    given = jdata.read(call, required=("on",), nullable=("ts",))
    order = state.book.orders.get(given["on"])
    if order is None or order.now.ticket.product != product:
        raise not_ok(1006, f"{name} orders are discontinued since 1 Apr 2026.")
    state.book.cancel(given["on"], _after_market(given))
    return _acknowledged(given["on"])


def _after_market(given: jdata.Fields) -> bool:
    flag = given.get("am", "NO")
    if flag not in ("YES", "NO"):
        raise jdata.invalid_request("am")
    return flag == "YES"


def _acknowledged(number: str) -> Reply:
    return json_reply({"stat": "Ok", "nOrdNo": number, "stCode": 200})
