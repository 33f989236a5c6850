"""A write made ready for a side that does not send it: translated and checked, and compared in meaning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ks_compat import v1
from ks_compat.comparison import compare_values
from ks_compat.native import NeoClient
from ks_compat.parallel.judge import Verdict
from ks_compat.parallel.masking import told
from ks_compat.parallel.meaning import of_native, of_old
from ks_compat.parallel.observation import Noted
from ks_compat.parallel.phases import Side

_OLD_TYPES = (str, int, float, list, tuple, dict, date, type(None))
"""What the old SDK could send; anything else was an AttributeError (spec/v1.md 3.4)."""


def rehearse(neo: NeoClient, method: str, arguments: Mapping[str, Any], sender: Side) -> Verdict:
    """Prepares the v2 request of an order call that ``sender`` sent, and says whether it means the same. Sends nothing.

    A preparation that is refused is a difference: the other side would not have taken what this one took. Where v2 was
    the sender, what the old SDK would have refused is one too: its words (the translation has the same checks) and
    types of arguments.
    """
    if sender == "candidate" and not all(isinstance(value, _OLD_TYPES) for value in arguments.values()):
        return Verdict("unexplained", (Noted(method, method, "value", "accepted", "AttributeError"),))
    try:
        request = _PREPARED[method](neo, dict(arguments))
    except Exception as refusal:  # noqa: BLE001 - whatever refuses it, the class is the finding
        return Verdict("unexplained", (Noted(method, method, "value", "accepted", type(refusal).__name__),))
    found = compare_values(of_old(method, arguments), of_native(request, lambda *name: _token(neo, *name)))
    if not found:
        return Verdict("matched")
    noted = (Noted(d.path, d.field, d.kind, told(d.field, d.left), told(d.field, d.right)) for d in found)
    return Verdict("unexplained", tuple(noted))


def _place(neo: NeoClient, arguments: dict[str, Any]) -> Any:
    # SOR is N with a warning, which is the sender's to give; warnings.catch_warnings would change the bot's filters.
    plain = {"order_type": {"SOR": "N"}, "product": {"SOR": "NORMAL"}}
    for name, other in plain.items():
        if arguments.get(name) in other:
            arguments[name] = other[arguments[name]]
    return neo.prepare_order(**v1.place_order(**arguments))


def _modify(neo: NeoClient, arguments: dict[str, Any]) -> Any:
    native = v1.modify_order(**arguments)
    return neo.prepare_modify(native.pop("order_id"), **native)


def _cancel(neo: NeoClient, arguments: dict[str, Any]) -> Any:
    return neo.prepare_cancel(**v1.cancel_order(**arguments))


_PREPARED = {"place_order": _place, "modify_order": _modify, "cancel_order": _cancel}


def _token(neo: NeoClient, exchange_segment: str, trading_symbol: str) -> int:
    found = neo.instruments.by_trading_symbol(exchange_segment, trading_symbol)
    return neo.instruments.token_of(exchange_segment, found.symbol)
