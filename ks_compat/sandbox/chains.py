"""Expiries and option chain: `GET /market-data/1.0/watchlist/*` (spec/v2.md 2.16, 2.17)."""

from datetime import date
from decimal import Decimal

from ks_compat.sandbox import timefmt
from ks_compat.sandbox.master import Instrument, Price
from ks_compat.sandbox.row_constants import Row
from ks_compat.sandbox.rows import rupees
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Refused, Reply, json_reply, not_ok

_DEFAULT_STRIKES = 40


def expiries(state: State, call: Call) -> Reply:
    """`GET .../expiries?exchange=&underlying=[&instrument_type=]`: ISO dates, nearest first."""
    found = {instrument.expiry for instrument in _listed(state, call)}
    return json_reply(
        {
            "exchange": call.query["exchange"],
            "underlying": call.query["underlying"],
            "expiries": sorted(expiry.isoformat() for expiry in found if expiry),
        }
    )


def option_chain(state: State, call: Call) -> Reply:
    """`GET .../option-chain`: long names in option rows, short ones in futures rows, as the official samples have."""
    listed, wanted = _listed(state, call), call.query.get("expiry", "")
    count = call.query.get("count", str(_DEFAULT_STRIKES))
    if not count.isdecimal() or int(count) == 0 or int(count) % 10:
        raise _unknown()
    futures = not listed[0].is_option
    expiry = None if futures and not wanted else wanted or min(_iso(row.expiry) for row in listed)
    rows = [row for row in listed if expiry in (None, _iso(row.expiry))]
    if not rows:
        raise _unknown()
    common: Row = {
        "mktLot": str(rows[0].lot_size),
        "multiplier": "1",
        "unlSymbol": rows[0].symbol,
        "exSeg": rows[0].exchange_segment,
        "expiryDt": _shown(rows[0].expiry) if expiry else None,
    }
    chain: dict[str, list[Row]] = {"call": [], "put": [], "fut": []}
    if futures:
        chain["fut"] = [_future(row, state.master.price(row)) for row in sorted(rows, key=lambda row: _iso(row.expiry))]
    else:
        spot = state.master.spot(rows[0])
        strikes = sorted({row.strike for row in rows}, key=lambda strike: abs(strike - spot))[: int(count)]
        for row in sorted((row for row in rows if row.strike in strikes), key=lambda row: row.strike):
            side = "call" if row.option_type == "CE" else "put"
            chain[side].append(_option(row, state.master.price(row), spot, strikes[0]))
    return json_reply({"common_data": common, **chain})


def _listed(state: State, call: Call) -> list[Instrument]:
    """Return the unexpired instruments a call names, one at least."""
    options = {"option": True, "fut": False}.get(call.query.get("instrument_type", "option"))
    today = timefmt.in_ist(state.clock()).date()
    listed = [
        row
        for row in state.master.by_symbol.values()
        if (row.exchange_segment, row.symbol) == (call.query.get("exchange"), call.query.get("underlying"))
        and row.expiry is not None
        and row.expiry >= today
        and row.is_option is options
    ]
    if not listed:
        raise _unknown()
    return listed


def _unknown() -> Refused:
    return not_ok(1009, "Invalid instrument/code")


def _option(row: Instrument, price: Price, spot: Decimal, nearest: Decimal) -> Row:
    interest = _interest(price)
    in_the_money = row.strike < spot if row.option_type == "CE" else row.strike > spot
    return {
        "instrument": {
            "neoSymbol": f"{row.exchange_segment}|{row.token}",
            "symbol": row.trading_symbol,
            "optionType": row.option_type,
            "strikePrice": f"{row.strike.normalize():f}",
            "moneyness": "ATM" if row.strike == nearest else "ITM" if in_the_money else "OTM",
        },
        "quote": {
            "ltp": rupees(price.ltp),
            "open": rupees(price.open),
            "high": rupees(price.high),
            "low": rupees(price.low),
            "prevClose": rupees(price.close),
            "close": None,
            "volume": price.volume,
        },
        "openInterest": dict(zip(("current", "previous", "change", "changePct"), interest, strict=True)),
    }


def _future(row: Instrument, price: Price) -> Row:
    return {
        "inst": {
            "neoSymbol": f"{row.exchange_segment}|{row.token}",
            "symbol": row.trading_symbol,
            "expiryDt": _shown(row.expiry),
        },
        "quote": {
            "ltp": rupees(price.ltp),
            "o": rupees(price.open),
            "h": rupees(price.high),
            "l": rupees(price.low),
            "c": rupees(price.close),
            "pc": rupees(price.close),
            "vol": price.volume,
        },
        "oi": dict(zip(("cur", "prev", "chg", "chgPct"), _interest(price), strict=True)),
    }


def _interest(price: Price) -> tuple[int, int, int, float]:
    """Return open interest now, yesterday, the change and its per cent; yesterday's is made up."""
    before = price.open_interest - price.open_interest // 11
    change = price.open_interest - before
    return price.open_interest, before, change, round(100 * change / before, 2) if before else 0.0


def _iso(expiry: date | None) -> str:
    return expiry.isoformat() if expiry else ""


def _shown(expiry: date | None) -> str:
    return timefmt.dashed_expiry(expiry) if expiry else ""
