"""Old calls that v2 answers with several calls, or with one that depends on the arguments, on a native client.

Facade and rewritten code both use them: ``v1.old_quote(client, token, kind)`` is what ``KSTradeApi.quote`` does. No
other module of the room makes calls; these go through the client that is given, and their errors are that client's
(``raise_as``). Arguments and answers are the old ones (spec/v1.md 3, 6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.native import InstrumentRefused, NeoError, Refused
from ks_compat.native.market_calls import refusing
from ks_compat.v1 import answers
from ks_compat.v1.arguments import margin_required, named_as, native_product, tokens
from ks_compat.v1.history import history_request, no_history
from ks_compat.v1.margins import LegMargin
from ks_compat.v1.stocks import Stock, stock_rows

if TYPE_CHECKING:
    from ks_compat.native import Holding, Margin, NeoClient, Quote

Answer = dict[str, Any]

_QUOTES: dict[str | None, tuple[str, Callable[[list[Quote]], Answer]]] = {
    None: ("all", answers.quote_answer),
    "LTP": ("ltp", answers.ltp_answer),
    "DEPTH": ("depth", answers.depth_answer),
    "OHLC": ("ohlc", answers.ohlc_answer),
}
"""Old quote type: the v2 filter, the answer."""
_POSITIONS = {"TODAYS": answers.todays_positions_answer, "OPEN": answers.open_positions_answer}


def need_session(client: NeoClient) -> None:
    """Raises the old ApiValueError where the login is not finished: the old methods looked at this first."""
    if not client.logged_in:
        raise ApiValueError("Please invoke 'session_2fa' function first")


@named_as("quote")
def old_quote(client: NeoClient, instrument_token: Any, quote_type: str | None = None) -> Answer:
    """The old ``quote``: of one token or several joined by ``-``; all values are texts (spec/v1.md 3.10)."""
    need_session(client)
    if quote_type not in _QUOTES:
        raise TypeError("Provided quote type is invalid, use either of LTP, DEPTH or OHLC")
    filter_name, answer = _QUOTES[quote_type]
    return answer(client.quotes(tokens(instrument_token, quote_type), filter_name))


@named_as("positions")
def old_positions(client: NeoClient, position_type: str) -> Answer:
    """The old ``positions``: ``TODAYS``, ``OPEN`` or ``STOCKS`` (spec/v1.md 3.8)."""
    need_session(client)
    if position_type == "STOCKS":
        return answers.stock_answer(held_stocks(client))
    if position_type not in _POSITIONS:
        raise TypeError("Provided position type is invalid, use either of TODAYS, OPEN or STOCKS")
    return _POSITIONS[position_type](client.positions(with_ltp=True))


@named_as("order_report")
def old_order_report(client: NeoClient, order_id: Any = None, is_fno: Any = "") -> Answer:  # noqa: ARG001
    """The old ``order_report``: the order book, or with ``order_id`` the states of that order, oldest first.

    v2 does not need the hint ``is_fno``.
    """
    need_session(client)
    if order_id is None:
        return answers.order_book_answer(client.order_report())
    return answers.order_history_answer(client.order_history(order_id))


@named_as("trade_report")
def old_trade_report(client: NeoClient, order_id: Any = None, is_fno: Any = "") -> Answer:  # noqa: ARG001
    """The old ``trade_report``: one row for each fill, or with ``order_id`` the states of that order, oldest first."""
    need_session(client)
    if order_id is None:
        return answers.trade_book_answer(client.trade_report())
    return answers.order_history_answer(client.order_history(order_id))


@named_as("margin_required")
def old_margin_required(client: NeoClient, transaction_type: str | None, order_info: Any) -> Answer:
    """The old ``margin_required``: what each leg needs, carried forward and as ``mtf`` (spec/v1.md 3.9)."""
    return answers.margin_required_answer(margin_legs(client, transaction_type, order_info))


def margin_legs(client: NeoClient, transaction_type: str | None, order_info: Any) -> list[LegMargin]:
    """What each leg of an old ``margin_required`` call needs. v2 is asked for one order at a time."""
    need_session(client)
    return [_leg(client, leg) for leg in margin_required(transaction_type, order_info)]


def held_stocks(client: NeoClient) -> list[Stock]:
    """What the old ``positions("STOCKS")`` listed: the holdings, each with its old number and its quote."""
    need_session(client)
    holdings = client.holdings()

    def number_of(holding: Holding) -> int:
        # v2's holdings still tell the old number (spec/instruments.md 2.8).
        return holding.v1_token or client._token_of(holding)

    return stock_rows(holdings, _market_of(client, holdings), number_of)


@named_as("history")
def old_history(client: NeoClient, resource: Any, json_input: Any) -> Answer:
    """The old ``history``: daily prices, where v2 can tell them (spec/v1.md 3.11)."""
    need_session(client)
    wanted = history_request(resource, json_input)
    try:
        with refusing():
            key = client.instruments.quote_key(wanted.token)
    except InstrumentRefused as refusal:
        raise no_history(str(refusal)) from refusal
    if key.split("_")[0].upper() != wanted.exchange:
        raise no_history(f"Instrument {wanted.token} does not trade at {wanted.exchange}.")
    return answers.history_answer(client.historical_data(key, "D", wanted.first, wanted.last))


@named_as("get_order_id")
def old_order_id(order_res: dict[str, Any]) -> str:
    """The old ``get_order_id``: the order number of an order answer, as text (spec/v1.md 3.12)."""
    answer = order_res.get("Success") or order_res.get("success")
    if not answer:
        raise UnboundLocalError("The order answer has neither 'Success' nor 'success'.")
    both = [answer.get(exchange) for exchange in ("NSE", "BSE")]
    if all(both):
        both = [found for found in both if found["orderId"]]
    chosen = next(filter(None, both), answer)
    return str(chosen["orderId"])


def _market_of(client: NeoClient, holdings: list[Holding]) -> list[Quote]:
    try:
        return client.quotes([holding.quote_key for holding in holdings]) if holdings else []
    except (ApiException, ApiValueError, NeoError):
        # Holdings are worth more than their prices.
        return []


def _leg(client: NeoClient, leg: dict[str, Any]) -> LegMargin:
    number = leg["instrument_token"]
    normal = client.margin_required(product=native_product("N"), **leg)
    with refusing():
        segment = client.instruments.by_token(number).exchange_segment
    mtf = _mtf_margin(client, leg) if segment.endswith("_cm") else None
    return LegMargin(number, normal, mtf)


def _mtf_margin(client: NeoClient, leg: dict[str, Any]) -> Margin | None:
    try:
        return client.margin_required(product=native_product("MTF"), **leg)
    except Refused:
        return None
    except ApiException as refusal:
        # The same order was understood without margin trading: this share cannot be had on it.
        if isinstance(refusal.__cause__, Refused):
            return None
        raise
