"""The old answers about margins, key by key (spec/v1.md 6). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ks_compat.v1.tables import Constant, From, Row, Shape, row_of

MARGIN_REQUIRED_ROW: Row = {
    "instrumentToken": From("instrument_token", "int"),
    "mtf": From("mtf", "order_margin"),
    "normal": From("normal", "order_margin"),
    "superMultiple": Constant(0),
}
"""v2 has no super multiple orders."""

FUNDS_ROW: Row = {
    "additionalOptionBrokerage": Constant(0),
    "availableCashBalance": From("", "cash_balance"),
    "clientGroupLimit": Constant(0),
    "debtorFlag": Constant(0),
    "dtv": Constant(0),
    "dtvBTSTSell": Constant(0),
    "initialMargin": From("span_margin", "rupees"),
    "marginAvailable": From("net", "rupees"),
    "marginUtilised": From("margin_used", "rupees"),
    "mfLien": Constant(0),
    "mtm": From("unrealized_mtom", "rupees"),
    "nriPinsBalance": Constant(0),
    "optionPremium": From("premium", "rupees"),
    "realizedPL": From("realized_mtom", "rupees"),
    "securityMargin": From("collateral", "rupees"),
    "totalMargin": From("", "total_margin"),
}
"""One block of funds. v2 keeps one purse for all segments, so every block tells the same."""

MIS_ROW: Row = {"misCutOff": Constant(0), "misPnl": Constant(0), "refreshTime": Constant(15)}
"""v2 tells nothing of intraday cut-offs; the values are those of the old sample."""

MARGIN_REQUIRED = Shape("Success", MARGIN_REQUIRED_ROW)


_TRADED = {"futures": FUNDS_ROW, "options": FUNDS_ROW}
MARGIN_LAYOUT: Mapping[str, list[tuple[str, Mapping[str, Row]]]] = {
    "commodities": [],
    "currency": [("NSE", _TRADED)],
    "derivatives": [("NSE", _TRADED), ("BSE", _TRADED)],
    "equity": [("NSE,BSE", {"cash": FUNDS_ROW, "mis": MIS_ROW, "mtf": FUNDS_ROW})],
}
"""The old ``margin()`` answer inside its envelope: segment, in each the exchanges with their blocks of funds."""


def margin_blocks(limits: Any) -> Mapping[str, list[dict[str, Any]]]:
    """What the old ``margin()`` answer holds inside its envelope."""
    return {
        segment: [
            {"exchange": exchange, **{name: row_of(table, limits) for name, table in blocks.items()}}
            for exchange, blocks in exchanges
        ]
        for segment, exchanges in MARGIN_LAYOUT.items()
    }
