"""``KSTradeApi``: the old client, trading on the Kotak Neo v2 API. The drop-in facade (spec/v1.md 2 to 6).

Old arguments in, one native call, the old answer out; both translations are ``ks_compat.v1``'s. The old password,
access code, consumer secret, ip and app id are accepted and never sent; what v2 needs instead comes from
``KS_COMPAT_*``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from typing_extensions import Self

from ks_compat import v1
from ks_compat.configuration import DEFAULT_HOST
from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.facade import deprecation
from ks_compat.facade.calls import OldCalls
from ks_compat.facade.extras import Extras, old_name
from ks_compat.facade.lookup import Lookup
from ks_compat.native import NeoClient

__all__ = ["ApiException", "ApiValueError", "KSTradeApi"]


def __getattr__(name: str) -> Any:
    return old_name(name)


@deprecation.announced
class KSTradeApi(OldCalls, Extras):
    """The client of the old SDK, version 1.1.0, on v2.

    Errors are those of the old SDK: ``ApiException`` for what the server refuses, ``ApiValueError`` for a missing login
    step, a missing setting or an argument that cannot be sent, the built-in ``ValueError`` and ``TypeError`` for wrong
    words. Answers are the old dicts. Unlike the old constructor this one sends nothing.
    """

    _given: NeoClient | None = None

    def __init__(
        self,
        access_token: str | None = None,
        userid: str | None = None,
        consumer_key: str | None = None,
        ip: str | None = None,
        app_id: str | None = "",
        host: str | None = None,
        proxy_url: str | None = None,
        proxy_user: str | None = None,
        proxy_pass: str | None = None,
        consumer_secret: str | None = None,
        hosts: Any = None,  # noqa: ARG002 - of the documents only
    ) -> None:
        """Takes the old arguments.

        One that is None comes from the file that the environment variable ``settings_file`` names, from the
        environment variable of its own name, or from ``ks_compat.settings``, in this order.

        Args:
            access_token: used as v2's access token where ``KS_COMPAT_ACCESS_TOKEN`` is not set.
            userid: used as UCC where ``KS_COMPAT_UCC`` is not set.
            consumer_key, ip, app_id, consumer_secret: kept as attributes, not used.
            host, hosts: not used: the hosts of v2 are ``KS_COMPAT_LOGIN_URL`` and what the login says.
            proxy_url, proxy_user, proxy_pass: the way of all requests, with TLS certificates verified.

        Raises:
            ApiValueError: access token, user id or consumer key are missing; a setting or the proxy is malformed.
        """
        found = Lookup(
            {
                "access_token": access_token,
                "userid": userid,
                "consumer_key": consumer_key,
                "ip": ip,
                "app_id": app_id,
                "proxy_url": proxy_url,
                "proxy_user": proxy_user,
                "proxy_pass": proxy_pass,
                "consumer_secret": consumer_secret,
            }
        )
        self._neo = NeoClient(settings=found.settings(), proxy=found.proxy(), raise_as=v1.old_error)
        self.access_token = found.values["access_token"]
        self.userid = found.values["userid"]
        self.consumer_key = found.values["consumer_key"]
        self.consumer_secret = found.values["consumer_secret"]
        self.ip = found.values["ip"]
        self.app_id = found.values["app_id"]
        self._proxy_url = found.values["proxy_url"]
        self._proxy_user = found.values["proxy_user"]
        self._proxy_pass = found.values["proxy_pass"]
        self.host = host if isinstance(host, str) and host else DEFAULT_HOST

    @classmethod
    def over(cls, neo: NeoClient) -> Self:
        """A facade over a native client: one session for both, and the errors of this one are the old ones."""
        made = cls.__new__(cls)
        # The connections close with the client that was given.
        made._neo, made._given = copy.copy(neo), neo
        made._neo._raise_as = v1.old_error
        for name in ("_numbers", "_again"):  # rows that the other has read raise its errors
            made._neo.__dict__.pop(name, None)
        settings = neo.settings
        made.access_token = settings.need("access_token") if settings.has("access_token") else ""
        made.userid, made.host = settings.ucc or "", DEFAULT_HOST
        made.consumer_key = made.consumer_secret = made.ip = made.app_id = ""
        made._proxy_url = made._proxy_user = made._proxy_pass = ""
        return made

    # -- session -------------------------------------------------------------------------------------------------------

    @property
    def one_time_token(self) -> str:
        """What ``login`` gave, as one opaque text. May be assigned, to go on in another process."""
        return self._attribute("one_time_token", ApiValueError, lambda: self._neo.view_token)

    @one_time_token.setter
    def one_time_token(self, value: str) -> None:
        self._neo.view_token = value

    @property
    def session_token(self) -> str:
        """What ``session_2fa`` gave: everything that another process needs to go on, as one opaque text."""
        return self._attribute("session_token", ApiValueError, lambda: self._neo.session_token)

    @session_token.setter
    def session_token(self, value: str) -> None:
        self._neo.session_token = value

    def login(self, password: str | None) -> dict[str, Any]:  # noqa: ARG002 - the old password is never sent
        """First step: TOTP, with ``KS_COMPAT_MOBILE_NUMBER`` and ``KS_COMPAT_TOTP_SECRET``. ``password`` is not used.

        Returns ``{"Success": {...}}``. Raises ApiException when refused; it is not tried again.
        """
        return v1.login_answer(self._neo.totp_login())

    def session_2fa(self, access_code: Any = None) -> dict[str, Any]:  # noqa: ARG002 - an old code is no MPIN
        """Second step: MPIN, from ``KS_COMPAT_MPIN``. ``access_code`` is not used: it is neither a TOTP nor an MPIN.

        Returns the inner dict with ``sessionToken``. Raises ApiException when refused; it is not tried again.
        """
        return v1.session_answer(self._neo.totp_validate())

    def logout(self) -> dict[str, Any]:
        """Forgets the session (v2 has no logout that is known to work)."""
        return v1.logout_answer(self._neo.logout())

    # -- orders --------------------------------------------------------------------------------------------------------

    def place_order(
        self,
        order_type: str,
        instrument_token: Any,
        transaction_type: str,
        quantity: Any,
        price: Any,
        disclosed_quantity: Any = 0,
        trigger_price: Any = 0,
        tag: str | None = "string",
        validity: str = "GFD",
        variety: str = "REGULAR",
        product: str | None = None,
        smart_order_routing: str | None = None,
    ) -> dict[str, Any]:
        """Places an order, once.

        Args:
            order_type: ``N`` (carry forward), ``MIS``, ``MTF``, ``SOR`` (goes to the token's own exchange), ``O``.
            instrument_token: the old number, resolved by proof or refused (``KS_COMPAT_V1_INSTRUMENTS``).
            transaction_type: ``BUY`` or ``SELL``.
            quantity, disclosed_quantity: units. price, trigger_price: rupees; price 0 is a market order, a trigger
                makes it a stop.
            tag: given back in answers; on the wire it is the head of a unique tag.
            validity: ``GFD`` or ``IOC``. variety: ``REGULAR`` or ``AMO``. product: with ``O`` only.

        Returns ``{"Success": {"NSE": {"message", "orderId" (int), "price", "quantity", "tag"}}}``.
        """
        self._need_session()
        arguments = v1.place_order(
            order_type, instrument_token, transaction_type, quantity, price, disclosed_quantity, trigger_price, tag,
            validity, variety, product, smart_order_routing,
        )  # fmt: skip
        return v1.place_answer(self._neo.place_order(**arguments))

    def modify_order(
        self, order_id: Any, price: Any, quantity: Any, disclosed_quantity: Any, trigger_price: Any, validity: str
    ) -> dict[str, Any]:
        """Gives an open order new terms. Price stands before quantity; quantity is the new total, in units."""
        self._need_session()
        arguments = v1.modify_order(order_id, price, quantity, disclosed_quantity, trigger_price, validity)
        return v1.modify_answer(self._neo.modify_order(**arguments))

    def cancel_order(self, order_id: Any) -> dict[str, Any]:
        """Cancels an order."""
        self._need_session()
        return v1.cancel_answer(self._neo.cancel_order(**v1.cancel_order(order_id)))

    def get_order_id(self, order_res: dict[str, Any]) -> str:
        """The order number of an order answer, as text (spec/v1.md 3.12)."""
        return v1.old_order_id(order_res)

    # -- reports and quotes --------------------------------------------------------------------------------------------

    def order_report(self, order_id: Any = None, is_fno: Any = "") -> dict[str, Any]:
        """The order book, or with ``order_id`` the states of one order, oldest first. The envelope is ``success``."""
        return v1.old_order_report(self._neo, order_id, is_fno)

    def positions(self, position_type: str) -> dict[str, Any]:
        """``TODAYS``: what was traded today; ``OPEN``: what is not flat; ``STOCKS``: what is held.

        The envelope is ``Success``.
        """
        return v1.old_positions(self._neo, position_type)

    def quote(self, instrument_token: Any, quote_type: str | None = None) -> dict[str, Any]:
        """Quotes of one old number, or of several joined by ``-``; ``quote_type`` None, ``LTP``, ``DEPTH`` or ``OHLC``.

        All values are texts. The envelope is ``success``; a list, but for ``DEPTH`` a dict.
        """
        return v1.old_quote(self._neo, instrument_token, quote_type)

    def __repr__(self) -> str:
        return f"<KSTradeApi on {self._neo!r}>"

    @staticmethod
    def _attribute(name: str, absent: type[Exception], read: Callable[[], str]) -> str:
        # Old code asks hasattr(client, "session_token") to see whether it is logged in (spec/v1.md 2.2).
        try:
            return read()
        except absent:
            raise AttributeError(f"'KSTradeApi' object has no attribute '{name}'") from None
