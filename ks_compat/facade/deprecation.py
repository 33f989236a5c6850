"""A quiet voice that says, at each place where a bot still calls the old client, what to call instead.

Silent unless the environment variable ``KS_COMPAT_WARN`` is ``1`` or ``enable()`` was called. Then each place (file and
line) is told once, as a ``KSTradeApiDeprecationWarning`` at the bot's own line.
"""

from __future__ import annotations

import functools
import os
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

Class = TypeVar("Class", bound=type)

REPLACEMENTS = {
    "login": "NeoClient.totp_login()",
    "session_2fa": "NeoClient.totp_validate()",
    "logout": "NeoClient.logout()",
    "place_order": (
        "NeoClient.place_order(instrument_token=..., transaction_type='B', quantity=..., product=CARRY, "
        "order_type='L', price=...)"
    ),
    "modify_order": "NeoClient.modify_order(order_id=..., order_type='L', price=..., quantity=...)",
    "cancel_order": "NeoClient.cancel_order(order_id)",
    "get_order_id": "the attribute order_id of what NeoClient.place_order returns",
    "order_report": "NeoClient.order_report(), with an order_id NeoClient.order_history(order_id)",
    "trade_report": "NeoClient.trade_report(), with an order_id NeoClient.order_history(order_id)",
    "positions": "NeoClient.positions(with_ltp=True), for STOCKS NeoClient.holdings()",
    "margin_required": (
        "NeoClient.margin_required(instrument_token=..., transaction_type='B', quantity=..., product=CARRY, "
        "order_type='L', price=...)"
    ),
    "margin": "NeoClient.limits()",
    "quote": "NeoClient.quotes(instruments, 'all'), or 'ltp', 'depth', 'ohlc'",
    "history": "NeoClient.historical_data(instrument, 'D', from_date, to_date)",
    "subscribe": "NeoClient.quotes(instruments, 'ltp') until streaming is there",
    "unsubscribe": "nothing: NeoClient.quotes needs no subscription",
    "convertObject": "keyword arguments of NeoClient, which need no conversion",
    "convertArray": "keyword arguments of NeoClient, which need no conversion",
    "get_config": "NeoClient.settings",
    "token": "KS_COMPAT_ACCESS_TOKEN, made in the Neo app",
    "revoke": "the Neo app, where access tokens are made and removed",
}
"""Old method: what the native client has in its place."""

_HERE = "ks_compat."
_on = os.environ.get("KS_COMPAT_WARN") == "1"
_told: set[tuple[str, int]] = set()


class KSTradeApiDeprecationWarning(DeprecationWarning):
    """A call of the old client that has a native replacement."""


def enable() -> None:
    """Turns the voice on; each place is told once from here on."""
    global _on
    _on = True
    _told.clear()
    _let_through()


def disable() -> None:
    """Turns the voice off."""
    global _on
    _on = False


def announced(kind: Class) -> Class:
    """Class decorator: its methods that have a native replacement say so when they are called."""
    for name in REPLACEMENTS:
        method = getattr(kind, name, None)
        if isinstance(method, types.FunctionType):
            setattr(kind, name, _announcing(name, method))
    return kind


def _announcing(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        if _on:
            _tell(name, sys._getframe(1))
        return method(*args, **kwargs)

    return call


def _tell(name: str, caller: types.FrameType) -> None:
    place = (caller.f_code.co_filename, caller.f_lineno)
    module = str(caller.f_globals.get("__name__", ""))
    if place in _told or module.startswith(_HERE):
        return
    _told.add(place)
    path = place[0] if not place[0].startswith("<") else "YOUR_BOT.py"
    warnings.warn(
        f"KSTradeApi.{name} is the old API: use {REPLACEMENTS[name]}; `ks-compat migrate {path}` shows the change.",
        KSTradeApiDeprecationWarning,
        stacklevel=3,
    )


def _let_through() -> None:
    # Python hides deprecations outside __main__; whoever gave -W or PYTHONWARNINGS has decided otherwise.
    if not sys.warnoptions:
        warnings.simplefilter("always", KSTradeApiDeprecationWarning)


if _on:
    _let_through()
