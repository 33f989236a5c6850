"""Old methods as values: what ``client.place_order`` was to code that keeps it, or hands it on, and calls it later."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import TYPE_CHECKING, Any

from ks_compat.v1 import answers, arguments, calls
from ks_compat.v1.calls import Answer, need_session
from ks_compat.v1.session_shapes import login_answer, logout_answer, session_answer

if TYPE_CHECKING:
    from ks_compat.native import NeoClient


def old_method(client: NeoClient, name: str) -> Callable[..., Any]:
    """The old method ``name`` of a native client, bound to it: old arguments in, the old answer out.

    Two of one client and name are equal, and carry the old name, as the old client's bound methods did. Raises KeyError
    for a name that the old client had no method of. Of the calls: what ``KSTradeApi`` raises (``raise_as``).
    """
    return MethodType(_METHODS[name], client)


def _login(client: NeoClient, password: str | None) -> Answer:  # noqa: ARG001 - the old password is never sent
    return login_answer(client.totp_login())


def _session_2fa(client: NeoClient, access_code: Any = None) -> Answer:  # noqa: ARG001 - an old code is no MPIN
    return session_answer(client.totp_validate())


def _logout(client: NeoClient) -> Answer:
    return logout_answer(client.logout())


def _place_order(
    client: NeoClient,
    order_type: str,
    instrument_token: Any,
    transaction_type: str,
    quantity: Any,
    price: Any,
    disclosed_quantity: Any = 0,
    trigger_price: Any = 0,
    tag: str | None = "string",
    validity: str = "GFD",
    variety: str = "REGULAR",
    product: str | None = None,
    smart_order_routing: str | None = None,
) -> Answer:
    need_session(client)
    native = arguments.place_order(
        order_type, instrument_token, transaction_type, quantity, price, disclosed_quantity, trigger_price, tag,
        validity, variety, product, smart_order_routing,
    )  # fmt: skip
    return answers.place_answer(client.place_order(**native))


def _modify_order(
    client: NeoClient,
    order_id: Any,
    price: Any,
    quantity: Any,
    disclosed_quantity: Any,
    trigger_price: Any,
    validity: str,
) -> Answer:
    need_session(client)
    native = arguments.modify_order(order_id, price, quantity, disclosed_quantity, trigger_price, validity)
    return answers.modify_answer(client.modify_order(**native))


def _cancel_order(client: NeoClient, order_id: Any) -> Answer:
    need_session(client)
    return answers.cancel_answer(client.cancel_order(**arguments.cancel_order(order_id)))


def _order_report(client: NeoClient, order_id: Any = None, is_fno: Any = "") -> Answer:
    return calls.old_order_report(client, order_id, is_fno)


def _trade_report(client: NeoClient, order_id: Any = None, is_fno: Any = "") -> Answer:
    return calls.old_trade_report(client, order_id, is_fno)


def _positions(client: NeoClient, position_type: str) -> Answer:
    return calls.old_positions(client, position_type)


def _quote(client: NeoClient, instrument_token: Any, quote_type: str | None = None) -> Answer:
    return calls.old_quote(client, instrument_token, quote_type)


def _margin(client: NeoClient) -> Answer:
    need_session(client)
    return answers.margin_answer(client.limits())


def _margin_required(client: NeoClient, transaction_type: str | None, order_info: Any) -> Answer:
    return calls.old_margin_required(client, transaction_type, order_info)


def _history(client: NeoClient, resource: Any, json_input: Any) -> Answer:
    return calls.old_history(client, resource, json_input)


def _get_order_id(client: NeoClient, order_res: Answer) -> str:  # noqa: ARG001 - a method that needs no client
    return calls.old_order_id(order_res)


_METHODS: dict[str, Callable[..., Any]] = {
    function.__name__.removeprefix("_"): function
    for function in (
        _login, _session_2fa, _logout, _place_order, _modify_order, _cancel_order, _order_report, _trade_report,
        _positions, _quote, _margin, _margin_required, _history, _get_order_id,
    )
}  # fmt: skip
for _name, _function in _METHODS.items():
    # Python's own complaints, and threads, name a function by these.
    _function.__name__, _function.__qualname__ = _name, f"KSTradeApi.{_name}"
