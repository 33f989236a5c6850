"""The order endpoints: place, modify, cancel (spec/v2.md 2.3 to 2.5)."""

from ks_compat.sandbox import jdata, ticket
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Reply, json_reply


def place(state: State, call: Call) -> Reply:
    """`POST /quick/order/rule/ms/place`: an acknowledgement; what becomes of the order stands in the book."""
    given = jdata.read(call, required=ticket.PLACE_REQUIRED, nullable=ticket.PLACE_NULLABLE)
    number = state.book.place(ticket.placed(state.master, given))
    return json_reply({"nOrdNo": number, "stat": "Ok", "stCode": 200})


def modify(state: State, call: Call) -> Reply:
    """`POST /quick/order/vr/modify`: fields that are absent stay as they were."""
    given = jdata.read(call, required=("no",), nullable=ticket.MODIFY_NULLABLE)
    state.book.modify(given["no"], _after_market(given), lambda before: ticket.modified(before, given))
    return _acknowledged(given["no"])


def cancel(state: State, call: Call) -> Reply:
    """`POST /quick/order/cancel`."""
    given = jdata.read(call, required=("on",), nullable=("ts",))
    state.book.cancel(given["on"], _after_market(given))
    return _acknowledged(given["on"])


def _after_market(given: jdata.Fields) -> bool:
    flag = given.get("am", "NO")
    if flag not in ("YES", "NO"):
        raise jdata.invalid_request("am")
    return flag == "YES"


def _acknowledged(number: str) -> Reply:
    return json_reply({"stat": "Ok", "nOrdNo": number, "stCode": 200})
