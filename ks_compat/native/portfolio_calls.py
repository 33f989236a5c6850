"""What the account owns, what it may spend, and what an order would need (spec/v2.md 2.11 to 2.13)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from ks_compat.native import answers, endpoints
from ks_compat.native.base import public
from ks_compat.native.errors import InvalidRequest
from ks_compat.native.market_calls import MarketCalls, refusing
from ks_compat.native.requests import CARRY, carried_product
from ks_compat.native.results import parsed

if TYPE_CHECKING:
    from ks_compat.native.account_results import Holding, Limits, Margin

# What only these calls need is imported in them: a program that trades does not wait for it.
_log = logging.getLogger(__name__)


class PortfolioCalls(MarketCalls):
    """Holdings, limits, margin."""

    @public
    def holdings(self) -> list[Holding]:
        """The shares in the demat account, if any (``GET portfolio/v1/holdings``, spec/v2.md 2.11).

        They still tell the old API's numbers, which are kept in ``KS_COMPAT_HOME`` as a proof for ``instruments``.
        """
        from ks_compat.native.account_results import Holding

        found: list[Holding] = [parsed(Holding, row) for row in self._rows(endpoints.HOLDINGS)]
        self._learn(found)
        return found

    @public
    def limits(self, segment: str = "ALL", exchange: str = "ALL", product: str = "ALL") -> Limits:
        """The account's funds (``POST quick/user/limits``, spec/v2.md 2.12), in rupees.

        Args:
            segment: ``ALL``, ``CASH``, ``FO`` or ``CUR``.
            exchange: ``ALL``, ``NSE`` or ``BSE``.
            product: ``ALL``, ``CNC``, ``MIS`` or ``NRML``.
        """
        from ks_compat.native.account_results import Limits
        from ks_compat.native.report_requests import LimitsRequest

        asked = LimitsRequest.of(segment=segment, exchange=exchange, product=product)
        found: Limits = parsed(Limits, self._read(endpoints.LIMITS, answers.fields, asked.fields()))
        return found

    @public
    def margin_required(
        self,
        *,
        transaction_type: str,
        quantity: Any,
        product: str,
        order_type: str,
        price: Any = 0,
        trigger_price: Any = 0,
        exchange_segment: str | None = None,
        token: int | str | None = None,
        instrument_token: int | str | None = None,
    ) -> Margin:
        """What an order would need (``POST quick/user/check-margin``, spec/v2.md 2.13). No order is placed.

        Args:
            transaction_type: ``B`` or ``S``.
            quantity: units, not lots.
            product: ``CNC``, ``NRML``, ``MIS``, ``MTF``; or ``CARRY``, as ``place_order`` takes it.
            order_type: ``MKT``, ``L``, ``SL``, ``SL-M``.
            price, trigger_price: rupees; 0 is taken for every order type.
            exchange_segment: ``nse_cm`` ..., with ``token``: the exchange token (``pSymbol``).
            instrument_token: a number that ``ks_compat.instruments`` can prove, instead of the two.

        A shortage is an answer, not an error: see ``Margin.is_sufficient``.
        """
        from ks_compat.native.account_results import Margin
        from ks_compat.native.report_requests import MarginRequest

        self._credentials.need_trade()
        segment, symbol = self._exchange_token(exchange_segment, token, instrument_token)
        asked = MarginRequest.of(
            exchange_segment=segment,
            token=symbol,
            transaction_type=transaction_type,
            quantity=quantity,
            product=carried_product(segment) if product == CARRY else product,
            order_type=order_type,
            price=price,
            trigger_price=trigger_price,
        )
        found: Margin = parsed(Margin, self._read(endpoints.CHECK_MARGIN, answers.fields, asked.fields()))
        return found

    def _learn(self, holdings: list[Holding]) -> None:
        from ks_compat.instruments import InstrumentError

        try:
            self.instruments.learn(
                (each.v1_token, each.exchange_segment, each.token, each.isin) for each in holdings if each.v1_token
            )
        except InstrumentError as error:
            # The holdings are right all the same.
            _log.warning("The old numbers of the holdings are not kept: %s", error)

    def _exchange_token(
        self, segment: str | None, token: int | str | None, number: int | str | None
    ) -> tuple[str, int | str]:
        if number is None and segment and token is not None:
            return segment, token
        if number is None or segment or token is not None:
            raise InvalidRequest("Give exchange_segment and token, or instrument_token.")
        with refusing():
            found = self.instruments.by_token(number)
        return found.exchange_segment, found.symbol
