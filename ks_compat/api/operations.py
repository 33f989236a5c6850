"""The operations of the old SDK's low-level classes (spec/v1.md 1.5): one table, and what each is for KSTradeApi."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ks_compat.exceptions import ApiValueError

Arguments = dict[str, Any]
Call = Callable[[Any, Arguments], Any]


@dataclass(frozen=True)
class Operation:
    """One operation: its positional parameters, its keyword ones, and the call of KSTradeApi that it is, if any."""

    positional: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    call: Call | None = None
    instead: str = ""
    """What to do, where it has no call."""


_SESSION = ("consumerKey", "sessionToken")
_APP = ("consumerKey", "ip", "appId")
_LEGS = ("tslo", "bracket", "tslonew", "bracketnew", "gtc", "ctd", "cod")


def _order(order_type: str) -> Call:
    def call(client: Any, given: Arguments) -> Any:
        order = _Body(given, "New")
        extra = {"product": order["product"], "smart_order_routing": order["smartOrderRouting"]}
        return client.place_order(
            order_type, order["instrumentToken"], order["transactionType"], order["quantity"], order["price"],
            order["disclosedQuantity"] or 0, order["triggerPrice"] or 0, order["tag"], order["validity"],
            order["variety"], **(extra if order_type == "O" else {}),
        )  # fmt: skip

    return call


def _modify(client: Any, given: Arguments) -> Any:
    order = _Body(given, "Existing")
    return client.modify_order(
        order["orderId"], order["price"], order["quantity"], order["disclosedQuantity"], order["triggerPrice"],
        order["validity"],
    )  # fmt: skip


def _init(client: Any, _given: Arguments) -> Any:
    # Nothing is sent: v2 has no such step, and the client is at its place already.
    from ks_compat.v1 import session_init_answer

    return session_init_answer(client.userid, client.host)


def _login(client: Any, given: Arguments) -> Any:
    return client.login(_Body(given, "UserCredentials")["password"])


def _second_step(envelope: str) -> Call:
    return lambda client, _given: {envelope: client.session_2fa()}


def _margin(client: Any, given: Arguments) -> Any:
    needed = _Body(given, "ReqMargin")
    rows = [_Body({"": row}, "") for row in needed["orderInfo"] or []]
    names = {"instrument_token": "instrumentToken", "trigger_price": "triggerPrice"}
    fields = ("instrument_token", "quantity", "price", "amount", "trigger_price")
    info = [{name: row[names.get(name, name)] for name in fields} for row in rows]
    return client.margin_required(needed["transactionType"], info)


def _history(client: Any, given: Arguments) -> Any:
    try:
        text = str(given["input"])
        asked = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        raise ApiValueError("`input` is not JSON in base64") from None
    return client.history(given["resource"], asked)


def _report(method: str) -> Call:
    return lambda client, given: getattr(client, method)(given.get("orderId"), given.get("isFNO", ""))


def _quote(kind: str | None) -> Operation:
    return Operation((*_SESSION, "instrumentTokens"), (), lambda client, a: client.quote(a["instrumentTokens"], kind))


def _positions(kind: str) -> Operation:
    return Operation(_SESSION, (), lambda client, _given: client.positions(kind))


def _product_orders(name: str, short: str, order_type: str) -> dict[str, Operation]:
    return {
        f"place_new_{short}_order": Operation((*_SESSION, f"New{name}Order"), (), _order(order_type)),
        f"modify_{short}_order": Operation((*_SESSION, f"Existing{name}Order"), instead="Use OrderApi.modify_order."),
        f"cancel_{short}_order": Operation((*_SESSION, "orderId"), instead="Use OrderApi.cancel_order."),
    }


class _Body:
    """The fields of a body: a model, or a dict with JSON names. A field that is not there is None."""

    def __init__(self, given: Arguments, kind: str) -> None:
        self._body = next((value for name, value in given.items() if name.startswith(kind)), None)
        for leg in _LEGS:
            # An order whose stop or target leg is dropped is another order.
            if self[leg] is not None:
                raise ApiValueError(f"`{leg}` has no equal in v2: the order is not sent.")

    def __getitem__(self, name: str) -> Any:
        return self._body.get(name) if isinstance(self._body, dict) else getattr(self._body, name, None)


_TOKEN = "Access tokens of v2 are made in the Neo app (Invest, Trade API): set KS_COMPAT_ACCESS_TOKEN."

OPERATIONS: dict[str, dict[str, Operation]] = {
    "SessionApi": {
        "session_init": Operation(("userid", *_APP), (), _init),
        "login_with_user_id": Operation(_APP, ("UserCredentials",), _login),
        "generate_session2_fa": Operation(("oneTimeToken", *_APP), ("UserDetails",), _second_step("Success")),
        "generate_session2_fa_ott": Operation(("oneTimeToken", *_APP), ("InlineObject",), _second_step("success")),
        "session_logout": Operation(("sessionToken", *_APP, "userid"), (), lambda client, _given: client.logout()),
    },
    "OrderApi": {
        "place_new_order": Operation((*_SESSION, "NewOrder"), (), _order("O")),
        "modify_order": Operation((*_SESSION, "ExistingOrder"), (), _modify),
        "cancel_order": Operation((*_SESSION, "orderId"), (), lambda client, a: client.cancel_order(a["orderId"])),
    },
    "NormalOrderApi": _product_orders("Normal", "normal", "N"),
    "SuperMultipleOrderApi": _product_orders("SM", "sm", "SM"),
    "SmartOrderRoutingApi": _product_orders("SOR", "sor", "SOR"),
    "MarginTradingApi": _product_orders("MTF", "mtf", "MTF"),
    "MISOrderApi": _product_orders("MIS", "mis", "MIS"),
    "PositionsApi": {
        "positions": Operation(_SESSION, instead="Use positions_today, positions_open or positions_stocks."),
        "positions_today": _positions("TODAYS"),
        "positions_open": _positions("OPEN"),
        "positions_stocks": _positions("STOCKS"),
    },
    "ReportsApi": {
        "get_order_reports": Operation(_SESSION, (), _report("order_report")),
        "get_order_report_by_order_id": Operation(("orderId", *_SESSION), (), _report("order_report")),
        "get_fno_order_detail_by_order_id": Operation(("orderId", *_SESSION, "isFNO"), (), _report("order_report")),
        "get_trade_report": Operation((), _SESSION, _report("trade_report")),
        "get_trade_report_by_order_id": Operation(("orderId", *_SESSION), (), _report("trade_report")),
        "get_fno_trade_report_by_order_id": Operation(("orderId", *_SESSION, "isFNO"), (), _report("trade_report")),
    },
    "MarginApi": {
        "margin_required": Operation(_SESSION, ("ReqMargin",), _margin),
        "get_margins": Operation(_SESSION, (), lambda client, _given: client.margin()),
    },
    "QuoteApi": {
        "get_instruments_details": _quote(None),
        "get_ltp_quote": _quote("LTP"),
        "get_market_details_quote": _quote("DEPTH"),
        "get_ohlc_quote": _quote("OHLC"),
    },
    "HistoricalApi": {"get_resource": Operation(("resource", "input"), (), _history)},
    "TokenApi": {
        "token_post": Operation(
            ("authorization",), ("grant_type", "username", "password", "refresh_token"), instead=_TOKEN
        ),
        "revoke_post": Operation(("authorization",), ("token", "token_type_hint"), instead=_TOKEN),
    },
}
