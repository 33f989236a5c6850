"""Expiries, option chains and candles (spec/v2.md 2.16 to 2.18)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ks_compat.native import answers, endpoints
from ks_compat.native.base import public
from ks_compat.native.market_calls import MarketCalls
from ks_compat.native.results import parsed

if TYPE_CHECKING:
    from ks_compat.native.market_results import Candle, OptionChain

# What only these calls need is imported in them: a program that trades does not wait for it.
_SIDES = {"calls": "call", "puts": "put", "futures": "fut"}


class DerivativesCalls(MarketCalls):
    """Market data of whole chains and of the past. Needs the access token only, no login."""

    @public
    def expiries(self, exchange_segment: str, underlying: str, instrument_type: str = "option") -> list[date]:
        """The expiry dates on an underlying, as the server orders them.

        ``GET market-data/1.0/watchlist/expiries``, spec/v2.md 2.16.

        Args:
            exchange_segment: ``nse_fo``, ``bse_fo`` or ``mcx_fo``.
            underlying: ``NIFTY``, ``RELIANCE``, ``CRUDEOIL`` ...
            instrument_type: ``option`` or ``fut``.
        """
        from pydantic import TypeAdapter, ValidationError

        from ks_compat.native.report_requests import ExpiriesRequest
        from ks_compat.native.values import IsoDay

        asked = ExpiriesRequest.of(
            exchange_segment=exchange_segment, underlying=underlying, instrument_type=instrument_type
        )
        answer = self._exchange(endpoints.EXPIRIES, query=asked.fields())
        try:
            days: TypeAdapter[list[date]] = TypeAdapter(list[IsoDay])
            return days.validate_python(answers.listed(answer, "expiries"))
        except ValidationError:
            raise answers.not_understood(answer) from None

    @public
    def option_chain(
        self,
        exchange_segment: str,
        underlying: str,
        expiry: date | None = None,
        instrument_type: str = "option",
        count: int = 40,
    ) -> OptionChain:
        """The contracts on an underlying, with their quotes.

        ``GET market-data/1.0/watchlist/option-chain``, spec/v2.md 2.17.

        Args:
            exchange_segment: ``nse_fo``, ``bse_fo`` or ``mcx_fo``.
            underlying: ``NIFTY``, ``RELIANCE``, ``CRUDEOIL`` ...
            expiry: None for the nearest.
            instrument_type: ``option`` or ``fut``.
            count: how many rows, a multiple of 10.

        Raises Refused (1009) for an unknown underlying.
        """
        from ks_compat.native.report_requests import ChainRequest

        asked = ChainRequest.of(
            exchange_segment=exchange_segment,
            underlying=underlying,
            expiry=expiry,
            instrument_type=instrument_type,
            count=count,
        )
        return _chain(self._exchange(endpoints.OPTION_CHAIN, query=asked.fields()))

    @public
    def historical_data(self, instrument: int | str, interval: str, from_date: date, to_date: date) -> list[Candle]:
        """Candles, as the server orders them; empty when there are none.

        ``GET market-data/1.0/historical/details``, spec/v2.md 2.18.

        Args:
            instrument: ``nse_cm|1333`` (segment and exchange token), or a number that ``ks_compat.instruments`` can
                prove; in ``nse_cm``, ``bse_cm``, ``nse_fo`` and ``bse_fo``.
            interval: ``1min``, ``3min``, ``5min``, ``10min``, ``15min``, ``30min``, ``60min``, ``D`` or ``W``.
            from_date, to_date: the first and the last day.

        One call reaches over 30 days (1, 3, 5 minutes), 60 (10, 15), 90 (30, 60) or 180 (D, W) by the documents; the
        server decides. It refuses more than about 5 calls a second or 50 a minute, for hours at worst: RateLimited.
        """
        from ks_compat.native.market_results import Candle
        from ks_compat.native.report_requests import CandlesRequest

        asked = CandlesRequest.of(
            neo_symbol=self._quote_key(instrument), interval=interval, from_date=from_date, to_date=to_date
        )
        return [
            parsed(Candle, {"row": row})
            for row in answers.candles(self._exchange(endpoints.HISTORICAL, query=asked.fields()))
        ]


def _chain(answer: answers.Answer) -> OptionChain:
    from ks_compat.native.market_results import OptionChain

    document, common = answers.fields(answer), answers.member(answer, "common_data")
    sides = {name: document.get(side) or [] for name, side in _SIDES.items()}
    if not isinstance(common, dict) or not all(
        isinstance(side, list) and all(isinstance(row, dict) for row in side) for side in sides.values()
    ):
        raise answers.not_understood(answer)
    # Rows in the long words name no expiry of their own.
    rows = {name: [{"expiry": common.get("expiryDt"), **row} for row in side] for name, side in sides.items()}
    found: OptionChain = parsed(OptionChain, common, **rows)
    return found
