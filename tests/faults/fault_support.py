"""What the fault tests share: the calls of both clients, and what may come out of them."""

from datetime import date

from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.ks_api import KSTradeApi
from ks_compat.native import NeoClient, NeoError
from ks_compat.native.errors import NotDone, OrderOutcomeUnknown

LOOKS = (0.0, 0.02, 0.05, 0.1)
"""The client's patience with the order book, in seconds, for tests."""
DAY = date(2026, 11, 20)
OLD_ARGUMENTS = {"access_token": "the old API's token", "userid": "OLDID", "consumer_key": "key"}


def native():
    return NeoClient()


def facade():
    return KSTradeApi(**OLD_ARGUMENTS)


def close(client):
    getattr(client, "_neo", client).close()


def log_in(client):
    if isinstance(client, KSTradeApi):
        client.login("the old password")
        client.session_2fa("1234")
    else:
        client.totp_login()
        client.totp_validate()
    return client


def place(client, tag, price=2250.5):
    """The order number of an order for two ACC."""
    if isinstance(client, KSTradeApi):
        answer = client.place_order("N", 727, "BUY", 2, price, tag=tag)
        return str(answer["Success"]["NSE"]["orderId"])
    ack = client.place_order(
        exchange_segment="nse_cm", trading_symbol="ACC-EQ", transaction_type="B", quantity=2, product="CNC",
        order_type="L", price=price, tag=tag,
    )  # fmt: skip
    return ack.order_id


def modify(client, number, price):
    if isinstance(client, KSTradeApi):
        return client.modify_order(number, price, 2, 0, 0, "GFD")
    return client.modify_order(number, quantity=2, order_type="L", price=price)


def cancel(client, number):
    return client.cancel_order(number)


NATIVE_READS = {
    "order_report": ("order_report", lambda client, _number: client.order_report()),
    "one_order": ("one_order", lambda client, number: client.order_report(number)),
    "order_history": ("order_history", lambda client, number: client.order_history(number)),
    "trade_report": ("trade_report", lambda client, _number: client.trade_report()),
    "positions": ("positions", lambda client, _number: client.positions()),
    "holdings": ("holdings", lambda client, _number: client.holdings()),
    "limits": ("limits", lambda client, _number: client.limits()),
    "margin_required": (
        "margin_required",
        lambda client, _number: client.margin_required(
            instrument_token=727, transaction_type="B", quantity=2, product="CNC",
            order_type="L", price=2250.5,
        ),
    ),
    "quotes": ("quotes", lambda client, _number: client.quotes(["nse_cm|22"])),
    "scrip_master": ("scrip_master", lambda client, _number: client.scrip_master()),
    "expiries": ("expiries", lambda client, _number: client.expiries("nse_fo", "NIFTY")),
    "historical_data": (
        "historical_data", lambda client, _number: client.historical_data("nse_cm|22", "D", DAY, DAY)
    ),
    "whatsmyip": ("whatsmyip", lambda client, _number: client.whatsmyip().ip),
}  # fmt: skip
FACADE_READS = {
    "order_report()": ("order_report", lambda client, _number: client.order_report()),
    "order_report(order_id)": ("order_history", lambda client, number: client.order_report(order_id=number)),
    "trade_report()": ("trade_report", lambda client, _number: client.trade_report()),
    "positions(TODAYS)": ("positions", lambda client, _number: client.positions("TODAYS")),
    "positions(STOCKS)": ("holdings", lambda client, _number: client.positions("STOCKS")),
    "margin()": ("limits", lambda client, _number: client.margin()),
    "margin_required()": (
        "margin_required",
        lambda client, _number: client.margin_required(
            "BUY", [{"instrument_token": 727, "quantity": 2, "price": 2250.5, "trigger_price": 0}]
        ),
    ),
    "quote(LTP)": ("quotes", lambda client, _number: client.quote(727, "LTP")),
    "history()": (
        "historical_data",
        lambda client, _number: client.history(
            "historicalprices",
            {"exchange": "NSE", "cocode": "727", "fromdate": DAY.isoformat(), "todate": DAY.isoformat()},
        ),
    ),
}
READS = {native: NATIVE_READS, facade: FACADE_READS}
"""Maker of a client -> read -> (the sandbox's endpoint behind it, the call)."""


def outcome(call, *arguments):
    """What a call gave: (result, None), or (None, the native error that it ended with). Others are not caught."""
    try:
        return call(*arguments), None
    except NeoError as error:
        return None, error
    except (ApiException, ApiValueError) as error:
        if not isinstance(error.__cause__, NeoError):
            raise AssertionError(f"{error!r} does not say what it stands for") from error
        return None, error.__cause__


def verdict(error):
    """done, not done, unknown: the three things that an order call may say. KeyError for a fourth."""
    if error is None:
        return "done"
    if isinstance(error, NotDone):
        return "not done"
    return {OrderOutcomeUnknown: "unknown"}[type(error)]


def rows_of(sandbox, head):
    """The true book's rows whose tag has this head."""
    return [row for row in sandbox.orders if row["GuiOrdId"].rpartition("-")[0] == head]


def row_of(sandbox, number):
    (row,) = [row for row in sandbox.orders if row["nOrdNo"] == number]
    return row
