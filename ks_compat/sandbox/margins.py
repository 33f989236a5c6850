"""Money: limits and check-margin, in strings of rupees (spec/v2.md 2.12, 2.13)."""

from collections.abc import Collection
from decimal import Decimal

from ks_compat.sandbox import funds, jdata, ticket
from ks_compat.sandbox.limit_constants import LIMITS
from ks_compat.sandbox.rows import rupees
from ks_compat.sandbox.state import State
from ks_compat.sandbox.ticket import Ticket
from ks_compat.sandbox.wire import Call, Reply, json_reply, not_ok

_SCOPES = {
    "seg": frozenset({"CASH", "CUR", "FO", "ALL"}),
    "exch": frozenset({"NSE", "BSE", "ALL"}),
    "prod": frozenset({"CNC", "MIS", "NRML", "ALL"}),
}
_MARGIN_REQUIRED = ("exSeg", "prc", "prcTp", "prod", "qty", "tok", "trnsTp")
# Broker and branch have become optional, the stops and square-offs are leftovers of bracket orders.
_MARGIN_NULLABLE = (
    *("trgPrc", "brkName", "brnchId"),
    *("slAbsOrTks", "slVal", "sqrOffAbsOrTks", "sqrOffVal", "trailSL", "tSLTks"),
)
_MARGIN_CODES = {"prod": "pc", "prcTp": "pt", "trnsTp": "tt"}


def limits(state: State, call: Call) -> Reply:
    """`POST /quick/user/limits`: flat; the whole account, whatever part of it was asked for."""
    given = jdata.read(call, required=tuple(_SCOPES))
    for name, values in _SCOPES.items():
        _check(given, name, values)
    blocked, cash = state.book.blocked(), state.switches.cash
    used = funds.total(blocked)
    by_segment = {
        (derivative, product): funds.total(
            row for row in blocked if (row.instrument.is_derivative, row.product) == (derivative, product)
        )
        for derivative in (False, True)
        for product in ("NRML", "MIS", "CNC", "MTF")
    }
    derivatives = by_segment[True, "NRML"] + by_segment[True, "MIS"]
    moving = {
        "CollateralValue": rupees(cash),
        "MarginUsed": rupees(used),
        "MarginUsedPrsnt": rupees(used),
        "Net": rupees(cash - used),
        "MarginWarningPrcntPrsnt": f"{used * 100 / cash if cash else 0:.6f}",
        "MarginScripBasketPrsnt": rupees(used - derivatives),
        "MrgnScrpBsktNrmlPrsnt": rupees(by_segment[False, "NRML"]),
        "MrgnScrpBsktMisPrsnt": rupees(by_segment[False, "MIS"]),
        "MrgnScrpBsktCncPrsnt": rupees(by_segment[False, "CNC"]),
        "SpanMarginPrsnt": rupees(derivatives),
        "FoSpanrgnNrmlPrsnt": rupees(by_segment[True, "NRML"]),
        "FoSpanrgnMisPrsnt": rupees(by_segment[True, "MIS"]),
        "TimeStamp": str(int(state.clock() * 1000)),
    }
    return json_reply({**LIMITS, **moving})


def check_margin(state: State, call: Call) -> Reply:
    """`POST /quick/user/check-margin`: one order; a shortage is `stat` Ok all the same."""
    asked = _asked(state, jdata.read(call, required=_MARGIN_REQUIRED, nullable=_MARGIN_NULLABLE))
    cash, used = state.switches.cash, funds.total(state.book.blocked())
    order = max(Decimal(0), funds.total(state.book.blocked(asked)) - used)
    short = order > 0 and used + order > cash
    return json_reply(
        {
            "avlCash": _six(cash),
            "totMrgnUsd": _six(used + order),
            "mrgnUsd": _six(used),
            "ordMrgn": _six(order),
            "rmsVldtd": "NOT_OK" if short else "OK",
            "reqdMrgn": _six(used + order if short else Decimal(0)),
            "avlMrgn": _six(cash if short else Decimal(0)),
            "insufFund": _six(used + order - cash if short else Decimal(0)),
            "stat": "Ok",
            "stCode": 200,
        }
    )


def _asked(state: State, given: jdata.Fields) -> Ticket:
    for name, code in _MARGIN_CODES.items():
        _check(given, name, ticket.DOMAINS[code])
    instrument = state.master.by_token.get((given["exSeg"], given["tok"]))
    if instrument is None or instrument.is_index:
        raise not_ok(1007, "invalid symbol")
    return Ticket(
        instrument=instrument,
        transaction_type=given["trnsTp"],
        product=given["prod"],
        price_type=given["prcTp"],
        validity="DAY",
        # A price of 0 may be asked with every order type; it is valued at the last price.
        price=jdata.price("price", given["prc"]),
        trigger_price=jdata.price("trigger price", given.get("trgPrc") or "0"),
        quantity=jdata.quantity(given["qty"]),
        disclosed_quantity=0,
        after_market=False,
        tag="",
        order_source="",
    )


def _check(given: jdata.Fields, name: str, values: Collection[str]) -> None:
    if given[name] not in values:
        raise jdata.invalid_request(name)


def _six(value: Decimal) -> str:
    return f"{value:.6f}"
