"""The old quotes and margins (spec/v1.md 3.9, 3.10, 6)."""

from decimal import Decimal

from ks_compat.sandbox import funds
from ks_compat.sandbox.quotes import depth, four
from ks_compat.sandbox.state import State
from ks_compat.sandbox.ticket import Ticket
from ks_compat.sandbox.v1.orders import KINDS
from ks_compat.sandbox.v1.tokens import Known
from ks_compat.sandbox.v1.wire import (
    Row,
    body_of,
    decimal_of,
    fault,
    invalid,
    not_found,
    number,
    slashed,
    whole_of,
    word_of,
)
from ks_compat.sandbox.wire import Call, Reply, json_reply

_SUPER_MULTIPLE = Decimal("0.2")


def quote(state: State, call: Call) -> Reply:
    """`GET /quotes/v1.0/instruments/{tokens}`: all values are texts."""
    return json_reply({"success": [_quote(state, known) for known in _asked(state, call)]})


def ltp(state: State, call: Call) -> Reply:
    """`GET /quotes/v1.0/ltp/instruments/{tokens}`."""
    rows = [{**_names(known), "lastPrice": four(known.price.ltp)} for known in _asked(state, call)]
    return json_reply({"success": rows})


def ohlc(state: State, call: Call) -> Reply:
    """`GET /quotes/v1.0/ohlc/instruments/{tokens}`; the wrapping is assumed (spec/v1.md 6)."""
    names = ("open", "high", "low", "close")
    rows = [
        {**_names(known), **{name: four(getattr(known.price, name)) for name in names}} for known in _asked(state, call)
    ]
    return json_reply({"success": rows})


def market_depth(state: State, call: Call) -> Reply:
    """`GET /quotes/v1.0/depth/instruments/{tokens}`: a dict, unlike the other quotes."""
    empty = dict.fromkeys(("price", "quantity", "orders"), "0")
    levels = [
        {"buy": [empty] * 5, "sell": [empty] * 5} if known.instrument is None else depth(known.price, known.instrument)
        for known in _asked(state, call)
    ]
    return json_reply({"success": {"depth": levels}})


def margin(state: State, _call: Call) -> Reply:
    """`GET /margin/1.0/margin`: one purse behind every block."""
    blocked = state.book.blocked()
    cash, used = state.switches.cash, round(funds.total(blocked), 2)
    derivatives = funds.total(row for row in blocked if row.instrument.is_derivative)
    block = {
        **dict.fromkeys(_FUNDS, 0),
        "availableCashBalance": number(cash),
        "initialMargin": number(round(derivatives, 2)),
        "marginAvailable": number(cash - used),
        "marginUtilised": number(used),
        "totalMargin": number(cash),
    }
    traded = {"futures": block, "options": block}
    equity = {
        "cash": block,
        "exchange": "NSE,BSE",
        "mis": {"misCutOff": 0, "misPnl": 0, "refreshTime": 15},
        "mtf": block,
    }
    return json_reply(
        {
            "Success": {
                "commodities": [],
                "currency": [{"exchange": "NSE", **traded}],
                "derivatives": [{"exchange": exchange, **traded} for exchange in ("NSE", "BSE")],
                "equity": [equity],
            }
        }
    )


def margin_required(state: State, call: Call) -> Reply:
    """`POST /margin/1.0/margin/required`: what each leg needs under each product."""
    given = body_of(call)
    side, legs = word_of(given, "transactionType", ("BUY", "SELL")), given.get("orderInfo")
    if not isinstance(legs, list) or not all(isinstance(leg, dict) for leg in legs):
        raise invalid("orderInfo")
    return json_reply({"Success": [_needed(state, side, leg) for leg in legs]})


def history(_state: State, _call: Call) -> Reply:
    """`GET /trade/1.0.0/equity/{resource}/i/{input}`: never existed (spec/v1.md 3.11)."""
    return not_found()


_FUNDS = (
    "additionalOptionBrokerage", "availableCashBalance", "clientGroupLimit", "debtorFlag", "dtv", "dtvBTSTSell",
    "initialMargin", "marginAvailable", "marginUtilised", "mfLien", "mtm", "nriPinsBalance", "optionPremium",
    "realizedPL", "securityMargin", "totalMargin",
)  # fmt: skip


def _asked(state: State, call: Call) -> list[Known]:
    tokens = call.path["tokens"].split("-")
    found = [known for token in tokens if token.isdecimal() and (known := state.v1_tokens.get(int(token)))]
    if not found:
        raise fault(-1, "Invalid Instrument Token")
    return found


def _names(known: Known) -> Row:
    return {"instrumentName": known.name, "instrumentToken": str(known.token)}


def _quote(state: State, known: Known) -> Row:
    price = known.price
    change = price.ltp - price.close
    return {
        "wtoken": str(known.token),
        "ltp": four(price.ltp),
        # The sample's change is a hundredth of it, with binary noise, and its share is a fraction.
        "lv_net_chg": str(float(change) / 100),
        "lv_net_chg_perc": f"{change / price.close:.6f}",
        "open_price": four(price.open),
        "closing_price": four(price.close),
        "high_price": four(price.high),
        "low_price": four(price.low),
        "average_trade_price": four((price.high + price.low + price.ltp) / 3),
        "last_trade_qty": str(price.volume // 1000),
        "BD_last_traded_time": slashed(state.clock()),
        "OI": str(price.open_interest),
        "BD_TTQ": str(price.volume),
        "market_exchange": known.exchange,
        "stk_name": known.name,
        "display_segment": "EQ",
        "display_fno_eq": "",
    }


def _needed(state: State, side: str, leg: Row) -> Row:
    known = state.v1_tokens.get(whole_of(leg, "instrumentToken"))
    if known is None or known.instrument is None:
        raise fault(-1, "Invalid Instrument Token")
    derivative = known.instrument.is_derivative
    normal = _margin(state, known, side, leg, "NRML" if derivative else "CNC")
    return {
        "instrumentToken": known.token,
        "mtf": 0 if derivative else number(round(_margin(state, known, side, leg, "MTF"), 2)),
        "normal": number(round(normal, 2)),
        "superMultiple": number(round(normal * _SUPER_MULTIPLE, 2)),
    }


def _margin(state: State, known: Known, side: str, leg: Row, product: str) -> Decimal:
    assert known.instrument is not None
    price, trigger = decimal_of(leg, "price"), decimal_of(leg, "triggerPrice")
    ticket = Ticket(
        instrument=known.instrument,
        transaction_type=side[0],
        product=product,
        price_type=KINDS[price > 0, trigger > 0],
        validity="DAY",
        price=price,
        trigger_price=trigger,
        quantity=whole_of(leg, "quantity"),
        disclosed_quantity=0,
        after_market=False,
        tag="",
        order_source="",
    )
    return max(Decimal(0), funds.total(state.book.blocked(ticket)) - funds.total(state.book.blocked()))
