"""Native results in the exact old shape: what the facade returns, and what rewritten code uses where a result escapes
to where its use is not understood (printed, stored, returned to other code). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ks_compat.v1 import shapes
from ks_compat.v1.formats import number
from ks_compat.v1.instruments import exchange
from ks_compat.v1.margins import LegMargin
from ks_compat.v1.positions import open_positions, todays_positions
from ks_compat.v1.stocks import Stock, stock_rows

if TYPE_CHECKING:
    from ks_compat.native import (
        Candle,
        Holding,
        Limits,
        Order,
        OrderAck,
        OrderEvent,
        Position,
        Quote,
        Trade,
    )

Answer = dict[str, Any]
SIDES = ("buy", "sell")


def place_answer(ack: OrderAck) -> Answer:
    """The old ``place_order`` answer: keyed by exchange, ``orderId`` an int."""
    message = f"Your Order has been Placed and Forwarded to the Exchange: {ack.order_id}."
    return _order_answer(ack, message)


def modify_answer(ack: OrderAck) -> Answer:
    """The old ``modify_order`` answer."""
    return _order_answer(ack, f"Your Order has been Modified Successfully for Order No : {ack.order_id}")


def cancel_answer(ack: OrderAck) -> Answer:
    """The old ``cancel_order`` answer."""
    return _order_answer(ack, f"Your Order has been Cancelled Successfully for Order No : {ack.order_id}")


def _order_answer(ack: OrderAck, message: str) -> Answer:
    fields = {
        "message": message,
        "orderId": int(ack.order_id),
        "price": number(ack.price),
        "quantity": ack.quantity,
        "tag": ack.tag or "",
    }
    return {"Success": {exchange(ack): fields}}


def order_book_answer(rows: list[Order]) -> Answer:
    """The old ``order_report()`` answer."""
    return shapes.ORDER_BOOK.build(rows)


def order_history_answer(rows: list[OrderEvent]) -> Answer:
    """The old ``order_report(order_id)`` answer: the order's states, oldest first."""
    return shapes.ORDER_HISTORY.build(rows)


def todays_positions_answer(rows: Iterable[Position]) -> Answer:
    """The old ``positions("TODAYS")`` answer."""
    return shapes.TODAYS_POSITIONS.build(todays_positions(rows))


def open_positions_answer(rows: Iterable[Position]) -> Answer:
    """The old ``positions("OPEN")`` answer."""
    return shapes.OPEN_POSITIONS.build(open_positions(rows))


def stocks_answer(holdings: Iterable[Holding], quotes: Iterable[Quote], number_of: Callable[[Holding], int]) -> Answer:
    """The old ``positions("STOCKS")`` answer, of holdings, what the market says of them, and their old numbers."""
    return stock_answer(stock_rows(holdings, quotes, number_of))


def stock_answer(rows: list[Stock]) -> Answer:
    """The old ``positions("STOCKS")`` answer, of holdings that stand beside their quotes already."""
    return shapes.STOCKS.build(rows)


def trade_book_answer(trades: list[Trade]) -> Answer:
    """The old ``trade_report()`` answer, one row for each fill."""
    return shapes.TRADE_BOOK.build(trades)


def margin_required_answer(legs: list[LegMargin]) -> Answer:
    """The old ``margin_required`` answer, one row for each leg."""
    return shapes.MARGIN_REQUIRED.build(legs)


def margin_answer(limits: Limits) -> Answer:
    """The old ``margin()`` answer."""
    return {"Success": dict(shapes.margin_blocks(limits))}


def history_answer(candles: Iterable[Candle]) -> Answer:
    """A ``history`` answer of daily candles. The old shape was never published; this one is ours (spec/v1.md 11)."""
    return {
        "success": [
            {
                "date": f"{candle.time:%Y-%m-%d}",
                **{name: number(getattr(candle, name)) for name in ("open", "high", "low", "close")},
                "volume": candle.volume,
            }
            for candle in candles
        ]
    }


def quote_answer(quotes: list[Quote]) -> Answer:
    """The old ``quote(token)`` answer; all values are texts."""
    return shapes.QUOTES.build(quotes)


def ltp_answer(quotes: list[Quote]) -> Answer:
    """The old ``quote(token, "LTP")`` answer."""
    return shapes.LTP_QUOTES.build(quotes)


def ohlc_answer(quotes: list[Quote]) -> Answer:
    """The old ``quote(token, "OHLC")`` answer."""
    return shapes.OHLC_QUOTES.build(quotes)


def depth_answer(quotes: list[Quote]) -> Answer:
    """The old ``quote(token, "DEPTH")`` answer: under ``success`` stands a dict, not a list (spec/v1.md 9, row 2)."""

    def levels(quote: Quote, side: str) -> list[Answer]:
        return [shapes.row_of(shapes.LEVEL_ROW, level) for level in getattr(quote.depth, side)]

    return {"success": {"depth": [{side: levels(quote, side) for side in SIDES} for quote in quotes]}}
