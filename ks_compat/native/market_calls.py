"""Market data, and the instruments behind it (spec/v2.md 2.14, 2.15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ks_compat.native import ambient, answers, endpoints
from ks_compat.native.base import public
from ks_compat.native.errors import AnswerNotUnderstood, InstrumentRefused, InvalidRequest, NeoError, Refused
from ks_compat.native.results import parsed
from ks_compat.native.session_calls import SessionCalls
from ks_compat.native.settings import safe_url

if TYPE_CHECKING:
    from ks_compat.instruments import Instrument, Instruments
    from ks_compat.native.market_results import Quote


_UNKNOWN_INSTRUMENT = 1009
_QUOTES_AT_ONCE = 25
"""50 by the documents, but 50 were refused (spec/v2.md 2.14)."""
_OPTION_TYPES = {"CE", "PE", "FUT", "XX"}


_NEEDED = {"all": "ltp", "ltp": "ltp", "ohlc": "ohlc", "depth": "depth"}
"""Quote type: the field without which it is no quote. Prices of 0 in its place would look like a crash."""


class MarketCalls(SessionCalls):
    """Quotes, the scrip master, and numbers that lead to instruments."""

    @public
    def quotes(self, instruments: int | str | Sequence[int | str], quote_type: str = "all") -> list[Quote]:
        """Quotes (``GET script-details/1.0/quotes/neosymbol/...``), in the order asked; unknown ones are left out.

        Args:
            instruments: one or several of: a number that ``ks_compat.instruments`` can prove, or ``nse_cm|22``
                (segment and exchange token; an index by its name, ``nse_cm|Nifty 50``). Any number of them: the server
                is asked for 25 at once.
            quote_type: ``all``, ``ltp``, ``ohlc``, ``depth``, ``oi``, ``circuit_limits``, ``scrip_details``, ``52W``.

        Raises Refused when none of them is known to the server, AnswerNotUnderstood when what was asked for is missing.
        """
        if getattr(self._raise_as, "login_first", False):
            self._credentials.need_trade()
        asked = [instruments] if isinstance(instruments, (int, str)) else list(instruments)
        if not asked:
            raise InvalidRequest("quotes needs at least one instrument.")
        return self._quotes(asked, quote_type)

    @public
    def scrip_master(self) -> list[str]:
        """The URLs of today's scrip master files (``GET script-details/1.0/masterscrip/file-paths``)."""
        return self._scrip_master()

    @public
    def search_scrip(
        self,
        exchange_segment: str,
        symbol: str = "",
        expiry: str | date = "",
        option_type: str = "",
        strike_price: str | Decimal | float = "",
        *,
        name: str | None = None,
        prefix: str | None = None,
        series: str | None = None,
        limit: int | None = None,
    ) -> list[Instrument]:
        """The instruments that fit everything given, by strike; empty where none does (spec/v2.md 2.15).

        A search in today's scrip master on this machine; nothing is sent, but to fetch that once a day.

        Args:
            exchange_segment: ``nse_cm`` ..., or ``NSE``, ``BSE``, ``NFO``, ``BFO``, ``MCX``.
            symbol: a part of the name (``pSymbolName``), in any case. Plain text: the SDK takes a regular expression.
            expiry: ``01MAY2023``, ``01MAY2023-31MAY2023``, ``202305`` (the month), a date.
            option_type: ``CE``, ``PE``, ``FUT``; several joined by commas.
            strike_price: rupees: ``18000``, ``182.5-190``, ``>18000``, ``<18000``; the ends are included.
            name, prefix: the exact name; how it begins. Both faster than ``symbol``.
            series: ``EQ`` ... limit: the most rows.

        Raises InvalidRequest for an expiry, a strike or an option type that is none, InstrumentRefused for a segment
        that is none or whose master cannot be had.
        """
        from ks_compat.instruments import InstrumentError, terms

        kinds = option_type.upper().replace(" ", "")
        if kinds and not set(kinds.split(",")) <= _OPTION_TYPES:
            raise InvalidRequest(f"option_type {option_type!r} is none of CE, PE, FUT, or several joined by commas.")
        try:
            expiries, strikes = terms.expiries(expiry), terms.strikes(strike_price)
        except InstrumentError as error:
            raise InvalidRequest(str(error)) from error
        with refusing():
            found = self.instruments.search(
                terms.ALIASES.get(exchange_segment, exchange_segment), contains=symbol.strip() or None, name=name,
                prefix=prefix, expiry=expiries, strike=strikes, option_type=kinds or None, series=series,
            )  # fmt: skip
        return sorted(found, key=lambda each: each.strike or 0)[:limit]

    @property
    def instruments(self) -> Instruments:
        """The instruments that this account can trade: today's scrip master, and the numbers that lead into it."""
        if self._instruments is None:
            from ks_compat.instruments import Instruments

            self._instruments = Instruments(
                self._settings.home, _Master(self), self._settings.v1_instruments, now=ambient.now
            )
        return self._instruments

    def _quotes(self, asked: Sequence[int | str], quote_type: str) -> list[Quote]:
        keys = [self._quote_key(item) for item in asked]
        found: list[Quote] = []
        refusals: list[Refused] = []
        chunks = [slice(start, start + _QUOTES_AT_ONCE) for start in range(0, len(keys), _QUOTES_AT_ONCE)]
        for chunk in chunks:
            path = {"instruments": ",".join(keys[chunk]), "quote_type": quote_type}
            try:
                rows = answers.rows(self._exchange(endpoints.QUOTES, path=path))
            except Refused as refusal:
                # Nothing in this chunk is known to the server; one unknown instrument it just leaves out.
                if refusal.code != _UNKNOWN_INSTRUMENT:
                    raise
                refusals.append(refusal)
            else:
                needed = _NEEDED.get(quote_type)
                if needed is not None and not all(_holds(row, needed) for row in rows):
                    raise AnswerNotUnderstood(200, f"A quote of the answer has no {needed}.", status=200, body="")
                found += _in_order(rows, keys[chunk], asked[chunk])
        if len(refusals) == len(chunks) and refusals:
            raise refusals[0]
        return found

    def _last_prices(self, keys: list[str]) -> dict[str, Decimal]:
        try:
            quotes = self._quotes(keys, "ltp")
        except NeoError:
            # Positions are worth more than their prices; who reads a price finds None.
            return {}
        return {f"{quote.exchange_segment}|{quote.exchange_token}": quote.ltp for quote in quotes}

    def _scrip_master(self) -> list[str]:
        paths = answers.listed(self._exchange(endpoints.SCRIP_MASTER), "data", "filesPaths")
        return [str(path) for path in paths]

    def _instrument(self, segment: str | None, symbol: str | None, token: int | str | None) -> tuple[str, str]:
        if token is None and segment and symbol:
            return segment, symbol
        if token is None or segment or symbol:
            raise InvalidRequest("Give exchange_segment and trading_symbol, or instrument_token.")
        with refusing():
            found = self.instruments.by_token(token)
        return found.exchange_segment, found.trading_symbol

    def _quote_key(self, item: int | str) -> str:
        if isinstance(item, str) and "|" in item:
            return item
        with refusing():
            return self.instruments.quote_key(item)


class refusing:  # noqa: N801 - reads as the context manager that it is
    """Turns the errors of the instruments room into InstrumentRefused."""

    def __enter__(self) -> None:
        """Nothing to do: a generator in its place would cost an order a microsecond."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raises InstrumentRefused from an InstrumentError; lets all else through."""
        if error is None:
            return
        from ks_compat.instruments import InstrumentError

        if isinstance(error, InstrumentError):
            raise InstrumentRefused(str(error)) from error


class _Master:
    """Where the instruments room gets the scrip master from."""

    def __init__(self, client: MarketCalls) -> None:
        self._client = client

    def file_urls(self) -> list[str]:
        return self._client._scrip_master()

    def download(self, url: str) -> Iterator[bytes]:
        # Over plain http somebody on the way could swap one instrument for another.
        return self._client._http.download(safe_url(url))


def _holds(row: dict[str, Any], name: str) -> bool:
    return row.get(name) not in (None, "", "-", "--", "NA", {})


def _in_order(rows: list[dict[str, Any]], keys: list[str], asked: Sequence[int | str]) -> Iterator[Quote]:
    from ks_compat.native.market_results import Quote

    found = {f"{row.get('exchange')}|{row.get('exchange_token')}": row for row in rows}
    by_name = {str(row.get("display_symbol", "")).upper(): row for row in rows}
    for key, item in zip(keys, asked, strict=True):
        # An index is asked for by name; its row may give a number instead (spec/v2.md 2.14).
        row = found.get(key) or by_name.get(f"{key.split('|')[1].upper()}-IN")
        if row is not None:
            number = None if isinstance(item, str) and "|" in item else int(item)
            yield parsed(Quote, row, instrument_token=number)
