"""Rows of the account's books as results, each with the caller's own tag and the number it knows the instrument by."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ks_compat.native import results, tags
from ks_compat.native.base import public
from ks_compat.native.market_calls import MarketCalls, refusing
from ks_compat.native.own_orders import OwnRecord

if TYPE_CHECKING:
    from ks_compat.native.order_results import Order
    from ks_compat.native.reading import Reader

_UNSEEN = (None, False)
_head = functools.lru_cache(10_000)(tags.head)


@functools.cache
def _orders() -> Reader:
    from ks_compat.native.order_results import Order
    from ks_compat.native.reading import Reader

    return Reader(Order, "tag")


@functools.cache
def events() -> Reader:
    """What reads the rows of an order's history."""
    from ks_compat.native.order_results import OrderEvent
    from ks_compat.native.reading import Reader

    return Reader(OrderEvent, "tag", "version")


class BookRows(MarketCalls):
    """Reads rows. What they tell about orders is remembered: their instrument, whether AMO."""

    def _order(self, row: dict[str, Any]) -> Order:
        return self._orders([row])[0]

    def _refreshed(self) -> OwnRecord:
        """Brings up to date what rows are read with; before each report."""
        own = self._own
        own.refresh()
        self._numbers.forget()
        return own

    @property
    def _own(self) -> OwnRecord:
        """The record of the account that is logged in."""
        trade = self._credentials.trade
        # The address too: what was tried on a sandbox is no order of the account.
        account = f"{self._settings.login_url} {(trade and trade.ucc) or self._settings.ucc or ''}"
        found = self._records.get(account)
        return found or self._records.setdefault(account, OwnRecord(self._settings.home, account))

    @functools.cached_property
    def _numbers(self) -> _Numbers:
        return _Numbers(self)

    def _orders(self, rows: list[dict[str, Any]]) -> list[Order]:
        found: list[Order] = self._states(_orders(), rows, itertools.repeat({}))
        self._ordered.update(
            ((each.order_id, each.exchange_segment, each.trading_symbol), each.token) for each in found
        )
        return found

    def _states(self, reader: Reader, rows: list[dict[str, Any]], more: Iterable[dict[str, Any]]) -> list[Any]:
        """The rows as results, each with its own tag; ``more`` holds what else a row does not say itself."""
        own, known, symbols, found = self._own, self._known, self._symbols, []
        private = {"_token_of": self._numbers}
        for row, fields in zip(rows, more, strict=False):
            tag = _tag(own, row)
            result = reader.read(row, private.copy(), tag=tag, **fields)
            number, segment, amo = result.order_id, result.exchange_segment, result.is_amo
            before = known.get(number, _UNSEEN)
            if amo or segment != before[0]:
                # Later rows of an after-market order need not say so again.
                known[number] = (segment, amo or before[1])
            symbols[number] = result.trading_symbol
            found.append(result)
        return found

    def _row(self, model: type[results.Result], row: dict[str, Any]) -> Any:
        result = results.parsed(model, row, tag=_tag(self._own, row))
        result._token_of = self._numbers
        return result

    @public
    def _token_of(self, row: Any) -> int:
        token, name, series = row.token, row.symbol, row.series
        if not token and hasattr(row, "trade_id"):
            # v2's trades name no exchange token, its orders do: no look-up in the scrip master is needed then.
            token = self._ordered.get((row.order_id, row.exchange_segment, row.trading_symbol), "")
        with refusing():
            if not token:
                # Trades name no token; their trading symbol is exact.
                found = self.instruments.by_trading_symbol(row.exchange_segment, row.trading_symbol)
                token, name, series = found.symbol, found.name, found.series
            return self.instruments.token_of(row.exchange_segment, token, name=name, series=series)


class _Numbers:
    """The old numbers of rows: between two reports each instrument's is worked out once, when it is first asked for."""

    def __init__(self, client: BookRows) -> None:
        self._client = client
        self._found: dict[tuple[str, str, str, str], int] = {}

    def forget(self) -> None:
        """What was worked out is: a number may have been pinned, or used by the program, since."""
        self._found = {}

    def __call__(self, row: Any) -> int:
        key = (row.exchange_segment, row.token, row.symbol, row.series)
        found = self._found.get(key)
        if found is None:
            found = self._client._token_of(row)
            if row.token:  # trades name none: there the trading symbol counts
                self._found[key] = found
        return found

    def __deepcopy__(self, memo: object) -> _Numbers:
        return self

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        # A client does not go into another process, nor its tokens: a row there is one without a client.
        return type(None), ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Numbers) and other._client is self._client

    def __hash__(self) -> int:
        return hash(id(self._client))


def _tag(own: OwnRecord, row: dict[str, Any]) -> str:
    """The caller's tag of an order, as far as it is known."""
    wire_tag, number = str(row.get("GuiOrdId") or ""), str(row.get("nOrdNo") or "")
    tag = own.tag_of(wire_tag, number)
    return _head(wire_tag) if tag is None else tag
