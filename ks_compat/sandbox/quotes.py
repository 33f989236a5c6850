"""Quotes: `GET /script-details/1.0/quotes/neosymbol/{list}/{filter}` (spec/v2.md 2.14, sample quotes_all.json)."""

from decimal import Decimal

from ks_compat.sandbox.master import Instrument, Price
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Reply, json_reply, not_ok

Quote = dict[str, object]

_IDENTITY = ("exchange_token", "display_symbol", "exchange")
_PRICE_RANGE = ("low_price_range", "high_price_range")
_YEAR = ("year_high", "year_low")
# Filter in lower case -> fields beside the identity; None is every field. Both spellings of the sources are taken.
# The payloads are inferred, like the samples quotes_*_inferred.json.
FILTERS: dict[str, tuple[str, ...] | None] = {
    "all": None,
    "ltp": ("lstup_time", "ltp"),
    "ohlc": ("ohlc",),
    "depth": ("depth",),
    "market_depth": ("depth",),
    "oi": ("open_int",),
    "circuit_limits": _PRICE_RANGE,
    "52w": _YEAR,
    "scrip_details": ("lstup_time", "open_int", *_PRICE_RANGE, *_YEAR),
}


def quotes(state: State, call: Call) -> Reply:
    """Answer an array with an object per instrument found, in the order asked; none found is 1009 with HTTP 200."""
    wanted = call.path["filter"].lower()
    found = [quote for item in call.path["instruments"].split(",") if (quote := _quote(state, item))]
    if wanted not in FILTERS or not found:
        raise not_ok(1009, "Invalid instrument/code")
    return json_reply([_filtered(quote, FILTERS[wanted]) for quote in found])


def _filtered(quote: Quote, fields: tuple[str, ...] | None) -> Quote:
    return quote if fields is None else {name: quote[name] for name in (*_IDENTITY, *fields) if name in quote}


def _quote(state: State, item: str) -> Quote | None:
    exchange_segment, _, token = item.partition("|")
    price = state.master.quoted(exchange_segment, token)
    if price is None:
        return None
    instrument = state.master.by_token.get((price.exchange_segment, price.token))
    at = str(int(state.clock()))
    if price.quote_name or instrument is None:
        return {**_identity(price, token, f"{price.quote_name}-IN"), **_moves(price, at), "ohlc": _ohlc(price)}
    return {
        **_identity(price, token, instrument.trading_symbol),
        **_moves(price, at),
        **_volumes(price),
        **_limits(price, instrument),
        "ohlc": _ohlc(price),
        "depth": depth(price, instrument),
    }


def four(value: Decimal) -> str:
    """Write a price with four decimals."""
    return f"{value:.4f}"


def _identity(price: Price, token: str, display_symbol: str) -> Quote:
    return dict(zip(_IDENTITY, (token, display_symbol, price.exchange_segment), strict=True))


def _moves(price: Price, at: str) -> Quote:
    change = price.ltp - price.close
    per_cent = (change * 100 / price.close).quantize(Decimal("0.01"))
    return {"lstup_time": at, "ltp": four(price.ltp), "change": four(change), "per_change": four(per_cent)}


def _volumes(price: Price) -> Quote:
    return {
        "last_traded_quantity": str(price.volume // 1000),
        "total_buy": str(price.volume // 30),
        "total_sell": str(price.volume // 20),
        "last_volume": str(price.volume),
        "avg_cost": four((price.high + price.low + price.ltp) / 3),
        "open_int": str(price.open_interest),
    }


def _limits(price: Price, instrument: Instrument) -> Quote:
    return {
        "low_price_range": four(instrument.low_price_range),
        "high_price_range": four(instrument.high_price_range),
        "year_high": f"{price.year_high:.2f}",
        "year_low": f"{price.year_low:.2f}",
    }


def _ohlc(price: Price) -> Quote:
    return {name: four(getattr(price, name)) for name in ("open", "high", "low", "close")}


def depth(price: Price, instrument: Instrument) -> Quote:
    """Return five levels of each side around the last price."""
    sides = {"buy": (Decimal(-1), 0), "sell": (Decimal(1), 1)}
    return {
        side: [
            {
                "price": four(price.ltp + direction * instrument.tick_size * (level + first)),
                "quantity": str(instrument.lot_size * (level + 1) * 10),
                "orders": str(level + 1),
            }
            for level in range(5)
        ]
        for side, (direction, first) in sides.items()
    }
