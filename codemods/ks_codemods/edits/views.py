"""Old values and what stands behind them natively: one view for each, made from the tables of ``ks_compat.v1``.

A **view** says of an expression what it was in the old program and what may be done with it. Its native value is
something else: behind the old answer ``{"success": [...]}`` stands the native list, behind an old row the native
object, behind all levels of an old margin answer the one ``Limits``. A **step** leads from one view to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ks_codemods.naming.calls import V1
from ks_compat.v1 import shapes

_MAY_BE_NONE = {"instrument_token"}
"""Attributes of which ``float(x)`` and ``float(str(x))`` do not fail alike."""


@dataclass(frozen=True)
class Step:
    """From one native value to the next: the text before and after it, and the view of what comes out.

    Without a view a plain value comes out, of the old type: whatever is done with it is right.
    """

    before: str = ""
    after: str = ""
    view: View | None = None
    is_text_of_number: bool = False
    """Whether ``before`` and ``after`` only make a text of a number, which ``float()`` undoes."""


@dataclass(frozen=True, eq=False)
class View:
    """What an expression was in the old program."""


@dataclass(frozen=True, eq=False)
class Keys(View):
    """A dict. ``steps``: keys that are understood; ``present``: keys that it certainly has."""

    steps: Mapping[str, Step]
    present: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Rows(View):
    """A list, natively one too."""

    row: View


@dataclass(frozen=True, eq=False)
class Exchanges(View):
    """The one-key dict of an order answer, its key the exchange."""

    placed: View


@dataclass(frozen=True, eq=False)
class Blocks(View):
    """A list that v2 keeps as one value: its elements by their places."""

    elements: tuple[View, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of result: what gives it its old shape (empty: it has it), its view, and what makes the native list."""

    answer: str = ""
    view: View | None = field(default=None)
    native: str = ""


def _envelope(key: str, inner: View) -> Keys:
    return Keys({key: Step(view=inner)}, frozenset({key}))


def _step(source: shapes.From) -> Step:
    after = f".{source.attribute}" if source.attribute else ""
    if not source.convert:
        return Step("", after)
    function = source.convert if source.convert in shapes.BUILTINS else f"{V1}.{source.convert}"
    is_text = source.convert == "str" and source.attribute not in _MAY_BE_NONE
    return Step(f"{function}(", f"{after})", is_text_of_number=is_text)


def _row(table: shapes.Row) -> Keys:
    # A constant is nothing that v2 tells: code that reads one keeps the old shape.
    known = {key: _step(source) for key, source in table.items() if isinstance(source, shapes.From)}
    return Keys(known, frozenset(table))


def _listed(shape: shapes.Shape) -> Keys:
    return _envelope(shape.envelope, Rows(_row(shape.row)))


def _margin() -> Keys:
    segments = {
        segment: Blocks(
            tuple(
                Keys({name: Step(view=_row(table)) for name, table in blocks.items()}, frozenset({"exchange", *blocks}))
                for _, blocks in exchanges
            )
        )
        for segment, exchanges in shapes.MARGIN_LAYOUT.items()
    }
    inner = Keys({segment: Step(view=view) for segment, view in segments.items()}, frozenset(segments))
    return _envelope("Success", inner)


_PLACED = Keys(
    {
        "orderId": Step("int(", ".order_id)"),
        "price": Step(f"{V1}.number(", ".price)"),
        "quantity": Step("", ".quantity"),
    },
    frozenset({"message", "orderId", "price", "quantity", "tag"}),
)
_LOGIN = Keys({"userid": Step("", ".ucc"), "oneTimeToken": Step("", ".dump()")})
_SESSION = Keys({"userId": Step("", ".ucc"), "clientCode": Step("", ".ucc"), "sessionToken": Step("", ".dump()")})

KINDS = {
    "old": Kind(),
    "login": Kind("login_answer", _envelope("Success", _LOGIN)),
    "session": Kind("session_answer", _SESSION),
    "logout": Kind("logout_answer"),
    "place": Kind("place_answer", _envelope("Success", Exchanges(_PLACED))),
    # Of an order that another process placed the exchange is not known: the old answer says NSE then.
    "modify": Kind("modify_answer"),
    "cancel": Kind("cancel_answer"),
    "order_book": Kind("order_book_answer", _listed(shapes.ORDER_BOOK)),
    "order_history": Kind("order_history_answer", _listed(shapes.ORDER_HISTORY)),
    # The numbers of trades may have to be looked up in the scrip master, at the call and not later.
    "trades": Kind("trade_book_answer"),
    "todays_positions": Kind("todays_positions_answer", _listed(shapes.TODAYS_POSITIONS), "todays_positions"),
    "open_positions": Kind("open_positions_answer", _listed(shapes.OPEN_POSITIONS), "open_positions"),
    "stocks": Kind("stock_answer", _listed(shapes.STOCKS)),
    "quote": Kind("quote_answer", _listed(shapes.QUOTES)),
    "ltp": Kind("ltp_answer", _listed(shapes.LTP_QUOTES)),
    "ohlc": Kind("ohlc_answer", _listed(shapes.OHLC_QUOTES)),
    "depth": Kind("depth_answer"),
    "margin": Kind("margin_answer", _margin()),
    "margin_required": Kind("margin_required_answer", _listed(shapes.MARGIN_REQUIRED)),
}
