"""The native form of each old call: one function for each method, in one table."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from ks_codemods import orders
from ks_codemods.calls import NEO, UNKNOWN, V1, Item, Layout, bind, is_droppable, literal
from ks_codemods.methods import CONSTRUCTOR, SUPPORTED
from ks_codemods.project import Module
from ks_codemods.rewriting import Context, Rewrite


def rewrite(module: Module, call: cst.Call, method: str) -> Rewrite:
    """The rewrite of a call; ``refusal`` says where there is none."""
    signature = CONSTRUCTOR if method == "KSTradeApi" else SUPPORTED[method]
    bound = bind(call, signature)
    context = Context(module.source, call, bound or {}, Layout(module.source, call))
    if bound is None:
        if method in orders.AT_RUN_TIME:
            return orders.at_run_time(context, method)
        return Rewrite(refusal=f"the arguments of {method}() cannot be told, or are wrong")
    return _REWRITES[method](context)


def _constructor(context: Context) -> Rewrite:
    items: list[Item] = []
    for name in ("access_token", "userid"):
        if literal(context.source, context.bound.get(name), None) in (None, ""):
            # The drop-in looks it up in the old places: settings_file, the environment, ks_compat.settings.
            return Rewrite(refusal=f"KSTradeApi is not given {name}")
    for name, arg in context.bound.items():
        if name == "access_token":
            items.append(context.layout.keyword(arg, "access_token"))
        elif name == "userid":
            items.append(context.layout.keyword(arg, "ucc"))
        elif name.startswith("proxy_") and literal(context.source, arg) not in (None, ""):
            return Rewrite(refusal=f"KSTradeApi is given {name}")
        elif not is_droppable(arg.value):
            return Rewrite(refusal=f"the argument {name} of KSTradeApi does more than give a value")
    items.append(context.layout.keyword(None, "raise_as", f"{V1}.old_error"))
    return Rewrite(NEO, (context.layout.splice(items),))


def _login_step(native: str, answer: str) -> Callable[[Context], Rewrite]:
    def step(context: Context) -> Rewrite:
        # What the old login needed is not known to v2 and must not travel anywhere.
        if not all(is_droppable(arg.value) for arg in context.bound.values()):
            return Rewrite(refusal=f"the argument of {native}'s old form does more than give a value")
        return Rewrite(native, (context.layout.emptied(),), answer)

    return step


def _logout(_: Context) -> Rewrite:
    return Rewrite("logout", (), "logout")


def _order_report(context: Context) -> Rewrite:
    order_id, is_fno = context.bound.get("order_id"), context.bound.get("is_fno")
    if is_fno is not None and literal(context.source, is_fno) is UNKNOWN:
        return Rewrite(refusal="is_fno is not a literal")
    if literal(context.source, order_id, None) is None:
        return Rewrite("order_report", (context.layout.emptied(),), "order_book")
    assert order_id is not None
    # With an order id of None the old call gave the whole book. A name that may be None at run time is taken for an
    # order's number all the same: ``order_history(None)`` raises before anything is sent, it never gives the book.
    return Rewrite("order_history", (context.layout.splice([context.layout.kept(order_id)]),), "order_history")


def _positions(context: Context) -> Rewrite:
    wanted = literal(context.source, context.bound["position_type"])
    views = {"TODAYS": "todays_positions", "OPEN": "open_positions"}
    if not isinstance(wanted, str) or wanted not in views:
        return Rewrite(refusal='positions() is asked for something else than the literal "TODAYS" or "OPEN"')
    # The old rows held the last price; the drop-in asks for it too, whether or not it is read.
    return Rewrite("positions", (context.layout.emptied("with_ltp=True"),), views[wanted])


def _quote(context: Context) -> Rewrite:
    kind = literal(context.source, context.bound.get("quote_type"), None)
    if kind is not None and kind != "LTP":
        return Rewrite(refusal="quote() is asked for another type than LTP or none")
    token = context.bound["instrument_token"]
    value = literal(context.source, token)
    plain = (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and value.isdecimal())
    region = context.layout.value(token)
    items = [Item((region,) if plain else (f"{V1}.tokens(", region, ")"), token)]
    if kind == "LTP":
        items.append(Item(('"ltp"',), context.bound["quote_type"]))
    return Rewrite("quotes", (context.layout.splice(items),), "ltp" if kind == "LTP" else "quote")


def _cancel_order(_: Context) -> Rewrite:
    return Rewrite("cancel_order", (), "cancel")


_REWRITES: dict[str, Callable[[Context], Rewrite]] = {
    "KSTradeApi": _constructor,
    "login": _login_step("totp_login", "login"),
    "session_2fa": _login_step("totp_validate", "session"),
    "logout": _logout,
    "place_order": orders.place_order,
    "modify_order": orders.modify_order,
    "cancel_order": _cancel_order,
    "order_report": _order_report,
    "positions": _positions,
    "quote": _quote,
}
