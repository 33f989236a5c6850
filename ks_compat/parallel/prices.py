"""The last prices that the bot has seen: what a market order may cost is reckoned by them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from ks_compat.parallel.calling import Call

_PRICES = ("ltp", "lastPrice")


class Prices:
    """The last price (rupees) of each instrument that a quote of this run told."""

    def __init__(self) -> None:
        """None is known yet."""
        self._found: dict[str, Decimal] = {}

    def last(self, token: Any) -> Decimal | None:
        """The last price (rupees) that a quote told of an instrument in this run."""
        return self._found.get(str(token))

    def learn(self, call: Call, value: Any) -> None:
        """Takes the price out of the answer to a call, if it is a quote."""
        # A row's ``wtoken`` is not proven to be the number that was asked for: only what was asked for alone counts.
        rows = value.get("success") if call.method == "quote" and isinstance(value, dict) else None
        asked = str(call.args[0] if call.args else call.kwargs.get("instrument_token"))
        if isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], dict) and asked.isdecimal():
            for price in _PRICES:
                self._keep(asked, rows[0].get(price))

    def _keep(self, token: str, text: Any) -> None:
        try:
            price = Decimal(str(text))
        except InvalidOperation:
            return
        if price.is_finite() and price > 0:
            self._found[token] = price
