"""What the calls of the native client return: the base of all results, and what an order needs.

Results are frozen; fields that they do not name stay in ``model_extra``. The others are in ``order_results``,
``account_results`` and ``market_results``: a program waits only for those that it uses.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from ks_compat.native.errors import AnswerNotUnderstood
from ks_compat.native.models import built
from ks_compat.native.values import Day, Number, Text, Whole


class Result(BaseModel):
    """Base of all results."""

    # Built on first use: an order needs one of these twenty.
    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True, defer_build=True)


class OrderAck(Result):
    """The acknowledgement of place, modify or cancel (spec/v2.md 2.3).

    Accepted by the API, **not** yet by RMS or exchange: a rejection shows later, in the order book.
    """

    order_id: str
    """The order number, 15 digits."""
    exchange_segment: str = ""
    """``nse_cm``; empty where the client has not seen the order before."""
    quantity: int = 0
    price: Decimal = Decimal(0)
    """Rupees; 0 for a market order."""
    tag: str | None = None
    """The caller's own tag."""
    wire_tag: str = ""
    """The unique tag that was sent (``ig``), which the order book shows as ``GuiOrdId``."""

    @property
    def exchange(self) -> str:
        """``NSE``, ``BSE``, ``MCX``."""
        return self.exchange_segment.split("_")[0].upper()

    def on(self, exchange: str) -> OrderAck:
        """This acknowledgement, if the order stands on ``exchange``; KeyError otherwise."""
        if exchange != self.exchange:
            raise KeyError(exchange)
        return self


class Instrumented(Result):
    """A row about an instrument."""

    exchange_segment: Text = Field("", alias="exSeg")
    trading_symbol: Text = Field("", alias="trdSym")
    symbol: Text = Field("", alias="sym")
    token: Text = Field("", alias="tok")
    """The exchange token (``pSymbol``)."""
    series: Text = ""
    option_type: Text = Field("", alias="optTp")
    """``CE`` or ``PE``; empty otherwise."""
    strike_price: Number = Field(Decimal(0), alias="stkPrc")
    """Rupees."""
    expiry: Day = Field(None, alias="expDt")
    product: Text = Field("", alias="prod")
    lot_size: Whole = Field(0, alias="lotSz")
    """Units."""
    multiplier: Number = Decimal(1)

    @property
    def quote_key(self) -> str:
        """How quotes name this instrument: ``nse_cm|22``."""
        return f"{self.exchange_segment}|{self.token}"

    _token_of: Callable[[Instrumented], int] | None = PrivateAttr(None)

    @property
    def instrument_token(self) -> int:
        """The number that the caller's program knows this instrument by (``ks_compat.instruments``)."""
        # Not by its name: pydantic looks in three places for a private attribute.
        token_of = (self.__pydantic_private__ or {}).get("_token_of")
        if token_of is None:
            raise LookupError("This row did not come from a client.")
        number: int = token_of(self)
        return number


def parsed(model: type[Result], row: dict[str, Any], **more: Any) -> Any:
    """``row`` as a ``model``; ``more`` are fields that the row itself does not hold. Raises AnswerNotUnderstood."""
    try:
        return built(model).model_validate({**row, **more})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        if first["type"] == "missing":
            # The input is the whole row then, which is not shown.
            problem = f"no {where}"
        else:
            shown = first["input"] if isinstance(first["input"], (str, int, float)) else type(first["input"])
            problem = f"a {where} that is not understood: {shown!r}"
        raise AnswerNotUnderstood(200, f"A row of the answer has {problem}.", status=200, body="") from None
