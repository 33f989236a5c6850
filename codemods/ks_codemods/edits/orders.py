"""The native form of order calls. The tables of ``ks_compat.v1.arguments`` say what each old value means.

Values that stand in the source are translated there; simple ones that are known at run time only are given to the
function of ``ks_compat.v1`` that the facade uses too; anything else goes whole through ``v1.place_order(...)``.
"""

from __future__ import annotations

from typing import Any

import libcst as cst

from ks_codemods.naming.calls import UNKNOWN, V1, Item, is_simple, literal
from ks_codemods.naming.scopes import dotted_name
from ks_codemods.reading.splices import Part, Region, Splice
from ks_codemods.rewriting import Context, Rewrite
from ks_compat import v1
from ks_compat.v1.arguments import ORDER_TYPES, SIDES, VALIDITIES, VARIETIES

AT_RUN_TIME = {"place_order": "place", "modify_order": "modify", "cancel_order": "cancel"}
"""Methods whose arguments ``ks_compat.v1`` can translate at run time, and the kind of their results."""
_LITERAL_ORDER_TYPES = {"N", "MIS", "MTF"}  # SOR warns, O and SM are refused: at run time, as on the facade


class _NotHere(Exception):
    """The call cannot be translated in the source."""


def at_run_time(context: Context, method: str) -> Rewrite:
    """``c.place_order(**v1.place_order(<the old arguments>))``."""
    start, end = context.layout.region()
    splice = Splice(start, end, (f"**{V1}.{method}(", Region(start, end), ")"))
    return Rewrite(method, (splice,), AT_RUN_TIME[method], at_run_time=True)


def place_order(context: Context) -> Rewrite:
    """The native ``place_order``."""
    return _translated(context, "place_order", {**_COMMON, **_PLACE_ONLY})


def modify_order(context: Context) -> Rewrite:
    """The native ``modify_order``."""
    return _translated(context, "modify_order", _COMMON)


def _translated(context: Context, method: str, table: dict[str, Any]) -> Rewrite:
    try:
        if any(isinstance(arg.value, cst.NamedExpr) for arg in context.bound.values()):
            raise _NotHere
        items = [item for name, arg in context.bound.items() for item in table.get(name, _refused)(context, name, arg)]
        _check_effects(context, items)
    except _NotHere:
        return at_run_time(context, method)
    if method == "place_order" and "tag" not in context.bound:
        # What the old SDK sent where it was given none.
        items.append(context.layout.keyword(None, "tag", context.layout.text("string")))
    return Rewrite(method, (context.layout.splice(items),), AT_RUN_TIME[method])


def _check_effects(context: Context, items: list[Item]) -> None:
    """Calls stay where they are and happen once; but a translation that raises, or moves, cannot stand beside one."""
    if all(is_simple(arg.value) for arg in context.bound.values()):
        return
    if any(isinstance(part, str) and V1 in part for item in items for part in item.parts):
        raise _NotHere


def _refused(*_: object) -> list[Item]:
    raise _NotHere


def _kept(context: Context, name: str, arg: cst.Arg) -> list[Item]:
    return [context.layout.keyword(arg, name)]


def _looked_up(native: str, table: dict[str, str], dynamic: str = "") -> Any:
    """A value out of a table; one that is known at run time only by the function ``dynamic``, if there is one."""

    def item(context: Context, _: str, arg: cst.Arg) -> list[Item]:
        value = literal(context.source, arg)
        if isinstance(value, str) and value in table:
            quote = context.source.code(arg.value).strip("( ")[0]
            quote = quote if quote in "'\"" else context.layout.quote
            return [context.layout.keyword(arg, native, f"{quote}{table[value]}{quote}")]
        if value is not UNKNOWN or not dynamic or not is_simple(arg.value):
            raise _NotHere
        return [context.layout.keyword(arg, native, f"{V1}.{dynamic}(", context.layout.value(arg), ")")]

    return item


def _order_type_is_literal(context: Context) -> bool:
    return literal(context.source, context.bound.get("order_type")) in _LITERAL_ORDER_TYPES


def _validity(context: Context, name: str, arg: cst.Arg) -> list[Item]:
    value = literal(context.source, arg)
    if value == "GFD" or "order_id" in context.bound or _order_type_is_literal(context):
        dynamic = "native_validity" if "order_id" in context.bound else ""
        return list(_looked_up("validity", VALIDITIES, dynamic)(context, name, arg))
    raise _NotHere


def _variety(context: Context, name: str, arg: cst.Arg) -> list[Item]:
    if literal(context.source, arg) == "REGULAR" or _order_type_is_literal(context):
        return list(_looked_up("amo", VARIETIES)(context, name, arg))
    raise _NotHere


def _price(context: Context, _: str, arg: cst.Arg) -> list[Item]:
    trigger = context.bound.get("trigger_price")
    values = literal(context.source, arg), literal(context.source, trigger, 0)
    if UNKNOWN not in values:
        kind = _kind_of_order(*values)
        return [
            context.layout.keyword(arg, "order_type", context.layout.text(kind)),
            context.layout.keyword(arg, "price"),
        ]
    if not is_simple(arg.value) or (trigger is not None and not is_simple(trigger.value)):
        raise _NotHere
    parts: list[Part] = [f"**{V1}.pricing(", *context.layout.keyword(arg, "price").parts]
    if trigger is not None:
        parts += [", ", *context.layout.keyword(trigger, "trigger_price").parts]
    return [Item((*parts, ")"), arg)]


def _trigger_price(context: Context, name: str, arg: cst.Arg) -> list[Item]:
    in_source = literal(context.source, arg), literal(context.source, context.bound["price"])
    return [] if UNKNOWN in in_source else [context.layout.keyword(arg, name)]


def _kind_of_order(price: Any, trigger: Any) -> str:
    try:
        return str(v1.pricing(price, trigger)["order_type"])
    except ValueError as error:
        raise _NotHere from error


def _tag(context: Context, name: str, arg: cst.Arg) -> list[Item]:
    # The old dialect makes a text of any tag; only what certainly is one already may go as it stands.
    value, node = literal(context.source, arg), arg.value
    is_text = isinstance(value, str) or value is None or isinstance(node, cst.FormattedString)
    if not is_text and not (isinstance(node, cst.Call) and dotted_name(node.func) == "str"):
        raise _NotHere
    return _kept(context, name, arg)


_COMMON = {
    "order_id": _kept,
    "price": _price,
    "quantity": _kept,
    "disclosed_quantity": _kept,
    "trigger_price": _trigger_price,
    "validity": _validity,
}
_PLACE_ONLY = {
    "order_type": _looked_up("product", {name: ORDER_TYPES[name] for name in _LITERAL_ORDER_TYPES}, "native_product"),
    "instrument_token": _kept,
    "transaction_type": _looked_up("transaction_type", SIDES, "native_side"),
    "tag": _tag,
    "variety": _variety,
}
