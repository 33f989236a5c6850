"""NeoClient: the Kotak Neo v2 API in Python. Knows nothing of the old API."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from ks_compat.native import ambient, answers, calls, endpoints, results, tags
from ks_compat.native.calls import Credentials
from ks_compat.native.errors import InstrumentRefused, InvalidRequest, NeoError, Refused
from ks_compat.native.http import Http
from ks_compat.native.orders import OrderDesk
from ks_compat.native.requests import (
    CARRY,
    CancelOrder,
    ModifyOrder,
    PlaceOrder,
    carried_product,
    order_number,
)
from ks_compat.native.results import Order, OrderAck, OrderEvent, Position, Quote, parsed
from ks_compat.native.session import Session
from ks_compat.native.settings import Settings
from ks_compat.native.totp import TotpSource, code

if TYPE_CHECKING:
    from ks_compat.instruments import Instruments

P = ParamSpec("P")
R = TypeVar("R")


def _public(method: Callable[Concatenate[NeoClient, P], R]) -> Callable[Concatenate[NeoClient, P], R]:
    """Passes errors through the client's ``raise_as``."""

    @functools.wraps(method)
    def call(self: NeoClient, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except NeoError as error:
            if self._raise_as is None:
                raise
            raise self._raise_as(error) from error

    return call


class NeoClient:
    """One account's client of the Kotak Neo v2 API.

    ::

        client = NeoClient()  # settings from KS_COMPAT_* in the environment
        client.totp_login()
        client.totp_validate()
        ack = client.place_order(exchange_segment="nse_cm", trading_symbol="ACC-EQ", transaction_type="B", quantity=2,
                                 product="CNC", order_type="L", price=2250.5)

    Results are typed (``ks_compat.native.results``); errors are raised, never returned (``ks_compat.native.errors``).
    Prices are rupees, quantities units (not lots), times IST. The constructor sends nothing.
    """

    @_public
    def __init__(
        self,
        *,
        access_token: str | None = None,
        ucc: str | None = None,
        mobile_number: str | None = None,
        mpin: str | None = None,
        totp: TotpSource = None,
        settings: Settings | None = None,
        raise_as: Callable[[NeoError], Exception] | None = None,
    ) -> None:
        """Reads the settings (``Settings.load``); what is given here wins, but for ``access_token`` (see there).

        Args:
            access_token: the plain token of the Neo app; used where ``KS_COMPAT_ACCESS_TOKEN`` is not set.
            ucc: client code. mobile_number: with country code. mpin: six digits.
            totp: a six-digit code, or a function that gives one at login.
            settings: used as they are, instead of all of the above but ``totp``.
            raise_as: every error is passed through this function before it is raised.

        Raises:
            ConfigurationError: a setting is malformed.
        """
        self._raise_as = raise_as
        self._settings = settings or Settings.load(
            access_token=access_token, ucc=ucc, mobile_number=mobile_number, mpin=mpin
        )
        self._totp = totp
        self._credentials = Credentials(self._settings)
        self._http = Http(connect_timeout=self._settings.connect_timeout, read_timeout=self._settings.read_timeout)
        weakref.finalize(self, self._http.close)
        self._desk = OrderDesk(self._send_order, self._order_book)
        self._instruments: Instruments | None = None
        self._known: dict[str, tuple[str, bool]] = {}  # order number: exchange segment, after-market?
        self._tags: dict[str, str] = {}  # wire tag: the caller's tag

    # -- session (spec/v2.md 1) ------------------------------------------------------------------------------------

    @_public
    def totp_login(self, mobile_number: str | None = None, ucc: str | None = None, totp: TotpSource = None) -> Session:
        """First step of the login: TOTP (``POST tradeApiLogin``, spec/v2.md 1.2). Sent once, whatever the answer.

        Returns the view session. Raises ConfigurationError for what is missing, LoginRefused.
        """
        settings = Settings.load(mobile_number=mobile_number) if mobile_number else self._settings
        fields = {
            "mobileNumber": settings.need("mobile_number"),
            "ucc": ucc or self._settings.need("ucc"),
            "totp": code(totp if totp is not None else self._totp, self._settings),
        }
        data = answers.session_data(self._exchange(endpoints.TOTP_LOGIN, fields))
        self._credentials.view = Session.from_data("view", data)
        return self._credentials.view

    @_public
    def totp_validate(self, mpin: str | None = None) -> Session:
        """Second step: MPIN (``POST tradeApiValidate``, spec/v2.md 1.3). Sent once, whatever the answer.

        Returns the trade session, whose ``base_url`` all later calls use. Raises NotLoggedIn, LoginRefused.
        """
        self._credentials.need_view()
        fields = {"mpin": mpin or self._settings.need("mpin")}
        data = answers.session_data(self._exchange(endpoints.TOTP_VALIDATE, fields))
        self._credentials.trade = Session.from_data("trade", data)
        return self._credentials.trade

    @_public
    def logout(self) -> None:
        """Forgets the sessions. Nothing is sent: v2 has no logout that is known to work (spec/v2.md 1.9)."""
        self._credentials.need_trade()
        self._credentials.view = self._credentials.trade = None

    @property
    def settings(self) -> Settings:
        """The settings in force; secrets in them do not show."""
        return self._settings

    @property
    def logged_in(self) -> bool:
        """Whether a trade session is held. Whether the server still knows it shows with the next call."""
        return self._credentials.trade is not None

    @property
    @_public
    def session_token(self) -> str:
        """The trade session as one opaque text, to go on with in another process; assign it there. Keep it secret."""
        return self._credentials.need_trade().dump()

    @session_token.setter
    @_public
    def session_token(self, text: str) -> None:
        self._credentials.trade = Session.load(text, "trade")

    @property
    @_public
    def view_token(self) -> str:
        """The view session as one opaque text; assign it in another process. Keep it secret."""
        return self._credentials.need_view().dump()

    @view_token.setter
    @_public
    def view_token(self, text: str) -> None:
        self._credentials.view = Session.load(text, "view")

    # -- orders (spec/v2.md 2.3 to 2.5) ----------------------------------------------------------------------------

    @_public
    def place_order(
        self,
        *,
        transaction_type: str,
        quantity: Any,
        product: str,
        order_type: str,
        price: Any = 0,
        trigger_price: Any = 0,
        exchange_segment: str | None = None,
        trading_symbol: str | None = None,
        instrument_token: int | str | None = None,
        validity: str = "DAY",
        amo: str = "NO",
        disclosed_quantity: Any = 0,
        tag: str | None = None,
    ) -> OrderAck:
        """Places an order, once (``POST quick/order/rule/ms/place``).

        Args:
            transaction_type: ``B`` or ``S``.
            quantity: units, not lots.
            product: ``CNC``, ``NRML``, ``MIS``, ``MTF``; or ``CARRY``: CNC in cash, NRML in derivatives.
            order_type: ``MKT``, ``L``, ``SL``, ``SL-M``.
            price: rupees; 0 for MKT and SL-M.
            trigger_price: rupees; 0 for MKT and L.
            exchange_segment: ``nse_cm``, ``bse_cm``, ``nse_fo``, ``bse_fo``, ``mcx_fo``, with ``trading_symbol``.
            instrument_token: a number that ``ks_compat.instruments`` can prove, instead of the two.
            validity: ``DAY`` or ``IOC``.
            amo: ``YES`` for an after-market order.
            disclosed_quantity: units.
            tag: your own mark; the head of the unique tag that is sent.

        Returns the acknowledgement; a rejection by RMS or exchange shows later, in the order book.
        Raises NotLoggedIn, InvalidRequest, InstrumentRefused, NotSent (nothing left), Refused, OrderOutcomeUnknown.
        """
        self._credentials.need_trade()
        segment, symbol = self._instrument(exchange_segment, trading_symbol, instrument_token)
        order = PlaceOrder.of(
            exchange_segment=segment,
            trading_symbol=symbol,
            transaction_type=transaction_type,
            quantity=quantity,
            product=carried_product(segment) if product == CARRY else product,
            order_type=order_type,
            price=price,
            trigger_price=trigger_price,
            validity=validity,
            amo=amo,
            disclosed_quantity=disclosed_quantity,
            tag=tags.unique(tag),
        )
        if tag is not None:
            self._tags[order.tag] = tag
        number = self._desk.place(order)
        self._known[number] = (segment, order.amo == "YES")
        return OrderAck(
            order_id=number,
            exchange_segment=segment,
            quantity=int(order.quantity),
            price=Decimal(order.price),
            tag=tag,
            wire_tag=order.tag,
        )

    @_public
    def modify_order(
        self,
        order_id: str | int,
        *,
        quantity: Any,
        order_type: str,
        price: Any = 0,
        trigger_price: Any = 0,
        validity: str = "DAY",
        disclosed_quantity: Any = 0,
        amo: str | None = None,
    ) -> OrderAck:
        """Gives an open order new terms (``POST quick/order/vr/modify``). ``quantity`` is the new total, in units.

        ``amo``: None for ``YES`` where this client knows the order as an after-market order, else ``NO``.
        Raises as ``place_order``.
        """
        self._credentials.need_trade()
        number = order_number(order_id)
        order = ModifyOrder.of(
            order_id=number,
            quantity=quantity,
            order_type=order_type,
            price=price,
            trigger_price=trigger_price,
            validity=validity,
            disclosed_quantity=disclosed_quantity,
            amo=amo or self._amo(number),
        )
        self._desk.modify(order)
        return OrderAck(
            order_id=number,
            exchange_segment=self._known.get(number, ("", False))[0],
            quantity=int(order.quantity),
            price=Decimal(order.price),
        )

    @_public
    def cancel_order(self, order_id: str | int, *, amo: str | None = None) -> OrderAck:
        """Cancels an order (``POST quick/order/cancel``). ``amo`` as in ``modify_order``. Raises as ``place_order``."""
        self._credentials.need_trade()
        number = order_number(order_id)
        self._desk.cancel(CancelOrder.of(order_id=number, amo=amo or self._amo(number)))
        return OrderAck(order_id=number, exchange_segment=self._known.get(number, ("", False))[0])

    # -- reports (spec/v2.md 2.7, 2.8, 2.10) -----------------------------------------------------------------------

    @_public
    def order_report(self) -> list[Order]:
        """The order book (``GET quick/user/orders``); empty when there are no orders today."""
        return self._order_book()

    @_public
    def order_history(self, order_id: str | int) -> list[OrderEvent]:
        """The states that an order went through, oldest first (``POST quick/order/history``)."""
        fields = {"nOrdNo": order_number(order_id)}
        found = answers.rows(self._exchange(endpoints.ORDER_HISTORY, fields))
        # The server gives the newest first (spec/v2.md 2.8).
        return [self._row(OrderEvent, row, version=place) for place, row in enumerate(reversed(found), 1)]

    @_public
    def positions(self) -> list[Position]:
        """All positions of the day, carried forward ones included (``GET quick/user/positions``)."""
        answer = self._exchange(endpoints.POSITIONS)
        if answer.status == 404:
            answer = self._exchange(endpoints.POSITIONS_V2)
        return [self._row(Position, row) for row in answers.rows(answer)]

    # -- market data (spec/v2.md 2.14, 2.15) -----------------------------------------------------------------------

    @_public
    def quotes(self, instruments: int | str | Sequence[int | str], quote_type: str = "all") -> list[Quote]:
        """Quotes (``GET script-details/1.0/quotes/neosymbol/...``), in the order asked; unknown ones are left out.

        Args:
            instruments: one or several of: a number that ``ks_compat.instruments`` can prove, or ``nse_cm|22``
                (segment and exchange token; an index by its name, ``nse_cm|Nifty 50``).
            quote_type: ``all``, ``ltp``, ``ohlc``, ``depth``, ``oi``, ``circuit_limits``, ``scrip_details``, ``52W``.

        Raises Refused when none of them is known to the server.
        """
        asked = [instruments] if isinstance(instruments, (int, str)) else list(instruments)
        if not asked:
            raise InvalidRequest("quotes needs at least one instrument.")
        keys = [self._quote_key(item) for item in asked]
        path = {"instruments": ",".join(keys), "quote_type": quote_type}
        rows = answers.rows(self._exchange(endpoints.QUOTES, path=path))
        return list(_in_order(rows, keys, asked))

    @_public
    def scrip_master(self) -> list[str]:
        """The URLs of today's scrip master files (``GET script-details/1.0/masterscrip/file-paths``)."""
        answer = self._exchange(endpoints.SCRIP_MASTER)
        document = answers.payload(answer)
        paths = document.get("data", {}).get("filesPaths") if isinstance(document, dict) else None
        if not isinstance(paths, list):
            raise Refused(answer.status, "The answer lists no files.", status=answer.status, body=answer.text)
        return [str(path) for path in paths]

    @property
    def instruments(self) -> Instruments:
        """The instruments that this account can trade: today's scrip master, and the numbers that lead into it."""
        if self._instruments is None:
            from ks_compat.instruments import Instruments

            self._instruments = Instruments(
                self._settings.home, _Master(self), self._settings.v1_instruments, now=ambient.now
            )
        return self._instruments

    def close(self) -> None:
        """Closes the connections. The sessions stay good."""
        self._http.close()
        if self._instruments is not None:
            self._instruments.close()

    def __enter__(self) -> NeoClient:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<NeoClient {'logged in' if self.logged_in else 'not logged in'}>"

    # -- inside ----------------------------------------------------------------------------------------------------

    def _exchange(
        self,
        endpoint: endpoints.Endpoint,
        fields: dict[str, str] | None = None,
        path: dict[str, str] | None = None,
    ) -> answers.Answer:
        return self._http.exchange(calls.request(self._credentials, endpoint, fields, path))

    def _send_order(self, order: PlaceOrder | ModifyOrder | CancelOrder) -> answers.Answer:
        return self._exchange(_ORDER_ENDPOINTS[type(order)], order.fields())

    def _order_book(self) -> list[Order]:
        return [self._row(Order, row) for row in answers.rows(self._exchange(endpoints.ORDER_BOOK))]

    def _row(self, model: type[results.Result], row: dict[str, Any], **more: Any) -> Any:
        wire_tag = str(row.get("GuiOrdId") or "")
        result = parsed(model, row, tag=self._tags.get(wire_tag, tags.head(wire_tag)), **more)
        result._token_of = self._token_of
        if isinstance(result, (Order, OrderEvent)):
            self._known[result.order_id] = (result.exchange_segment, result.is_amo)
        return result

    @_public
    def _token_of(self, row: Any) -> int:
        with _refusing():
            return self.instruments.token_of(row.exchange_segment, row.token, name=row.symbol, series=row.series)

    def _amo(self, number: str) -> str:
        return "YES" if self._known.get(number, ("", False))[1] else "NO"

    def _instrument(self, segment: str | None, symbol: str | None, token: int | str | None) -> tuple[str, str]:
        if token is None and segment and symbol:
            return segment, symbol
        if token is None or segment or symbol:
            raise InvalidRequest("Give exchange_segment and trading_symbol, or instrument_token.")
        with _refusing():
            found = self.instruments.by_token(token)
        return found.exchange_segment, found.trading_symbol

    def _quote_key(self, item: int | str) -> str:
        if isinstance(item, str) and "|" in item:
            return item
        with _refusing():
            return self.instruments.quote_key(item)


_ORDER_ENDPOINTS: dict[type[Any], endpoints.Endpoint] = {
    PlaceOrder: endpoints.PLACE_ORDER,
    ModifyOrder: endpoints.MODIFY_ORDER,
    CancelOrder: endpoints.CANCEL_ORDER,
}


class _refusing:  # noqa: N801
    """Turns the errors of the instruments room into InstrumentRefused."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        from ks_compat.instruments import InstrumentError

        if isinstance(error, InstrumentError):
            raise InstrumentRefused(str(error)) from error


class _Master:
    """Where the instruments room gets the scrip master from."""

    def __init__(self, client: NeoClient) -> None:
        self._client = client

    def file_urls(self) -> list[str]:
        return NeoClient.scrip_master.__wrapped__(self._client)  # type: ignore[attr-defined, no-any-return]

    def download(self, url: str) -> Iterator[bytes]:
        return self._client._http.download(url)


def _in_order(rows: list[dict[str, Any]], keys: list[str], asked: list[int | str]) -> Iterator[Quote]:
    found = {f"{row.get('exchange')}|{row.get('exchange_token')}": row for row in rows}
    by_name = {str(row.get("display_symbol", "")).upper(): row for row in rows}
    for key, item in zip(keys, asked, strict=True):
        # An index is asked for by name; its row may give a number instead (spec/v2.md 2.14).
        row = found.get(key) or by_name.get(f"{key.split('|')[1].upper()}-IN")
        if row is not None:
            number = None if isinstance(item, str) and "|" in item else int(item)
            yield parsed(Quote, row, instrument_token=number)
