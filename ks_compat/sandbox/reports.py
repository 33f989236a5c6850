"""The report endpoints: order book, one order, history, trades, positions (spec/v2.md 2.7 to 2.10)."""

from ks_compat.sandbox import jdata
from ks_compat.sandbox.order_state import OrderState
from ks_compat.sandbox.positions import position_row
from ks_compat.sandbox.row_constants import Row
from ks_compat.sandbox.rows import history_row, order_row, rupees, trade_row
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Reply, json_reply, no_data


def order_book(state: State, _call: Call) -> Reply:
    """`GET /quick/user/orders`: newest order first."""
    return _report([order_row(shown[-1]) for shown in reversed(state.book.look())], "Ok")


def one_order(state: State, call: Call) -> Reply:
    """`GET /quick/user/orders/{nOrdNo}`: the book's envelope with one row."""
    shown = _look_at(state, call.path["order_number"])
    return _report([order_row(shown[-1])] if shown else [], "Ok")


def order_history(state: State, call: Call) -> Reply:
    """`POST /quick/order/history`: one row per state, newest first."""
    given = jdata.read(call, required=("nOrdNo",))
    return _report([history_row(row) for row in reversed(_look_at(state, given["nOrdNo"]))], "Ok")


def trades(state: State, _call: Call) -> Reply:
    """`GET /quick/user/trades`: one row per fill, oldest first."""
    state.book.settle()
    return _report([trade_row(fill) for fill in state.book.fills], "ok")


def positions(state: State, _call: Call) -> Reply:
    """`GET /quick/user/positions`."""
    found = state.book.positions()
    return _report([position_row(position, state.account.ucc) for position in found], "ok")


def positions_with_ltp(state: State, _call: Call) -> Reply:
    """`GET /portfolio/v2/positions`: the same rows with the last traded price."""
    found = state.book.positions()
    rows: list[Row] = [
        {**position_row(position, state.account.ucc), "ltp": rupees(state.master.price(position.instrument).ltp)}
        for position in found
    ]
    return _report(rows, "ok")


def _look_at(state: State, number: str) -> list[OrderState]:
    return next((shown for shown in state.book.look() if shown[0].number == number), [])


def _report(rows: list[Row], stat: str) -> Reply:
    if not rows:
        raise no_data()
    return json_reply({"stat": stat, "stCode": 200, "data": rows})
