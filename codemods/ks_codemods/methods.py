"""The old client's methods: their signatures (spec/v1.md 3, version 1.1.0)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Signature:
    """Argument names in order; the first ``required`` ones have no default."""

    names: tuple[str, ...]
    required: int


CONSTRUCTOR = Signature(
    (
        "access_token", "userid", "consumer_key", "ip", "app_id", "host", "proxy_url", "proxy_user", "proxy_pass",
        "consumer_secret",
    ),
    0,
)  # fmt: skip
SUPPORTED = {
    "login": Signature(("password",), 1),
    "session_2fa": Signature(("access_code",), 0),
    "logout": Signature((), 0),
    "place_order": Signature(
        (
            "order_type", "instrument_token", "transaction_type", "quantity", "price", "disclosed_quantity",
            "trigger_price", "tag", "validity", "variety", "product", "smart_order_routing",
        ),
        5,
    ),
    "modify_order": Signature(
        ("order_id", "price", "quantity", "disclosed_quantity", "trigger_price", "validity"), 6
    ),
    "cancel_order": Signature(("order_id",), 1),
    "order_report": Signature(("order_id", "is_fno"), 0),
    "positions": Signature(("position_type",), 1),
    "quote": Signature(("instrument_token", "quote_type"), 1),
    "trade_report": Signature(("order_id", "is_fno"), 0),
    "margin": Signature((), 0),
    "margin_required": Signature(("transaction_type", "order_info"), 2),
    "history": Signature(("resource", "json_input"), 2),
    "get_order_id": Signature(("order_res",), 1),
}  # fmt: skip
"""The methods that have a native equal."""
METHODS = (*SUPPORTED, "convertObject", "convertArray", "subscribe", "unsubscribe", "token", "revoke")
"""All methods of the old client."""
SESSION_TEXTS = {"session_token": "session_token", "one_time_token": "view_token"}
"""Old attribute: native attribute."""
