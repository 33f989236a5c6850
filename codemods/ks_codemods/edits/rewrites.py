"""The native form of each old call: one function for each method, in one table.

Where the arguments say too little (starred ones, a quote type known at run time only), the call goes whole to the
function of ``ks_compat.v1`` that the drop-in itself uses.
"""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from ks_codemods.edits import orders
from ks_codemods.edits.failing import may_end_in_a_handler, runs_a_property
from ks_codemods.edits.hoisting import hoisted
from ks_codemods.methods import CONSTRUCTOR, SUPPORTED
from ks_codemods.naming.calls import NEO, UNKNOWN, V1, Item, Layout, bind, is_droppable, is_simple, literal
from ks_codemods.naming.certain import is_never_none
from ks_codemods.naming.project import Module
from ks_codemods.reading.splices import Splice
from ks_codemods.rewriting import Context, Rewrite

_WHOLE = {
    "order_report": "old_order_report",
    "trade_report": "old_trade_report",
    "positions": "old_positions",
    "quote": "old_quote",
    "margin_required": "old_margin_required",
    "history": "old_history",
}
"""Old method: the function of ``ks_compat.v1`` that does all of it."""
_QUOTES = {None: ("", "quote"), "LTP": ("ltp", "ltp"), "OHLC": ("ohlc", "ohlc"), "DEPTH": ("depth", "depth")}
"""Old quote type: the native one (empty: the default), and the kind of result."""
_MISSED = "does more than give a value, or an except here waits for it to fail"
_VIEWS = {"TODAYS": "todays_positions", "OPEN": "open_positions"}


def rewrite(module: Module, call: cst.Call, method: str) -> Rewrite:
    """The rewrite of a call; ``refusal`` says where there is none."""
    signature = CONSTRUCTOR if method == "KSTradeApi" else SUPPORTED[method]
    bound = bind(call, signature)
    context = Context(module, call, bound or {}, Layout(module.source, call))
    if bound is None:
        if method in orders.AT_RUN_TIME:
            return orders.at_run_time(context, method)
        if method in _WHOLE:
            return _whole(context, method)
        return Rewrite(refusal=f"the arguments of {method}() cannot be told, or are wrong")
    return _REWRITES[method](context)


def _whole(context: Context, method: str) -> Rewrite:
    return Rewrite("", (context.layout.whole(_WHOLE[method]),), "old", at_run_time=True)


def _without(context: Context, dropped: list[cst.Arg], kept: list[cst.Arg]) -> tuple[Splice, ...] | None:
    """What keeps the effects of arguments that go; None where they cannot be kept in their order."""
    effects = [arg.value for arg in dropped if _is_missed(context, arg)]
    if not effects:
        return ()
    if not is_simple(context.receiver) or any(_is_missed(context, arg) for arg in kept):
        return None
    statement = hoisted(context.source, context.call, effects)
    return (statement,) if statement is not None else None


def _is_missed(context: Context, arg: cst.Arg) -> bool:
    """Whether a program without an argument would do something else: it has an effect, or an ``except`` for it."""
    return (
        not is_droppable(arg.value)
        or runs_a_property(arg.value, context.module.properties)
        or may_end_in_a_handler(context.source, context.call, arg.value)
    )


def _constructor(context: Context) -> Rewrite:
    items: list[Item] = []
    dropped: list[cst.Arg] = []
    for name in ("access_token", "userid", "consumer_key"):
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
        else:
            dropped.append(arg)
    effects = _without(context, dropped, [item.arg for item in items if item.arg is not None])
    if effects is None:
        names = [name for name, arg in context.bound.items() if arg in dropped and _is_missed(context, arg)]
        return Rewrite(refusal=f"the argument {names[0]} of KSTradeApi {_MISSED}")
    items.append(context.layout.keyword(None, "raise_as", f"{V1}.old_error"))
    return Rewrite(NEO, (context.layout.splice(items), *effects))


def _login_step(native: str, answer: str) -> Callable[[Context], Rewrite]:
    def step(context: Context) -> Rewrite:
        # What the old login needed is not known to v2 and must not travel anywhere.
        effects = _without(context, list(context.bound.values()), [])
        if effects is None:
            return Rewrite(refusal=f"the argument of {native}'s old form {_MISSED}")
        return Rewrite(native, (context.layout.emptied(), *effects), answer)

    return step


def _logout(_: Context) -> Rewrite:
    return Rewrite("logout", (), "logout")


def _report(method: str, native: str, kind: str) -> Callable[[Context], Rewrite]:
    def report(context: Context) -> Rewrite:
        order_id, is_fno = context.bound.get("order_id"), context.bound.get("is_fno")
        if is_fno is not None and not is_droppable(is_fno.value):
            return _whole(context, method)
        if literal(context.source, order_id, None) is None:
            return Rewrite(native, (context.layout.emptied(),), kind)
        assert order_id is not None
        if not is_never_none(context.module, order_id.value):
            # With an order id of None the old call gives the whole book.
            return _whole(context, method)
        items = [context.layout.kept(order_id)]
        return Rewrite("order_history", (context.layout.splice(items),), "order_history")

    return report


def _positions(context: Context) -> Rewrite:
    wanted = literal(context.source, context.bound["position_type"])
    if wanted == "STOCKS":
        splice = context.layout.whole("held_stocks")
        receiver = splice.parts[1]
        return Rewrite("", (Splice(splice.start, splice.end, (splice.parts[0], receiver, ")")),), "stocks")
    if not isinstance(wanted, str) or wanted not in _VIEWS:
        return _whole(context, "positions")
    # The old rows held the last price; the drop-in asks for it too, whether or not it is read.
    return Rewrite("positions", (context.layout.emptied("with_ltp=True"),), _VIEWS[wanted])


def _quote(context: Context) -> Rewrite:
    old_kind = literal(context.source, context.bound.get("quote_type"), None)
    if old_kind is UNKNOWN or old_kind not in _QUOTES:
        return _whole(context, "quote")
    native_kind, kind = _QUOTES[old_kind]
    token = context.bound["instrument_token"]
    region, named = context.layout.value(token), f", {context.layout.text(old_kind)}" if old_kind else ""
    items = [Item((region,) if _is_one_token(context, token) else (f"{V1}.tokens(", region, f"{named})"), token)]
    if native_kind:
        items.append(Item((context.layout.text(native_kind),), context.bound["quote_type"]))
    return Rewrite("quotes", (context.layout.splice(items),), kind)


def _is_one_token(context: Context, token: cst.Arg) -> bool:
    value, node = literal(context.source, token), token.value
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and "int" not in context.module.names.bound:
        return node.func.value == "int"
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and value.isdecimal())


def _cancel_order(_: Context) -> Rewrite:
    return Rewrite("cancel_order", (), "cancel")


def _margin(_: Context) -> Rewrite:
    return Rewrite("limits", (), "margin")


def _margin_required(context: Context) -> Rewrite:
    return Rewrite("", (context.layout.whole("margin_legs"),), "margin_required")


def _history(context: Context) -> Rewrite:
    return Rewrite("", (context.layout.whole("old_history"),), "old")


def _get_order_id(context: Context) -> Rewrite:
    if not is_simple(context.receiver):
        return Rewrite(refusal="get_order_id() is called on something that does more than name a client")
    return Rewrite("", (context.layout.whole("old_order_id", with_receiver=False),), "old")


_REWRITES: dict[str, Callable[[Context], Rewrite]] = {
    "KSTradeApi": _constructor,
    "login": _login_step("totp_login", "login"),
    "session_2fa": _login_step("totp_validate", "session"),
    "logout": _logout,
    "place_order": orders.place_order,
    "modify_order": orders.modify_order,
    "cancel_order": _cancel_order,
    "order_report": _report("order_report", "order_report", "order_book"),
    "trade_report": _report("trade_report", "trade_report", "trades"),
    "positions": _positions,
    "quote": _quote,
    "margin": _margin,
    "margin_required": _margin_required,
    "history": _history,
    "get_order_id": _get_order_id,
}
