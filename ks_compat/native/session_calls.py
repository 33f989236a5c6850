"""The calls that log in and out (spec/v2.md 1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ks_compat.native import answers, endpoints
from ks_compat.native.base import Base, public
from ks_compat.native.endpoints import Endpoint
from ks_compat.native.errors import NeoError, NoAnswer, NotSent, RateLimited, ServerFailed, SessionExpired
from ks_compat.native.results import parsed
from ks_compat.native.session import Session
from ks_compat.native.settings import Settings
from ks_compat.native.totp import TotpSource, code, fresh

if TYPE_CHECKING:
    from ks_compat.native.account_results import ClientAddress

T = TypeVar("T")


class SessionCalls(Base):
    """Login, logout, going on in another process, and logging in again for a report."""

    @public
    def totp_login(self, mobile_number: str | None = None, ucc: str | None = None, totp: TotpSource = None) -> Session:
        """First step of the login: TOTP (``POST tradeApiLogin``, spec/v2.md 1.2). Sent once, whatever the answer.

        Returns the view session. Raises ConfigurationError for what is missing, LoginRefused.
        """
        return self._log_in(mobile_number, ucc, totp if totp is not None else self._totp)

    @public
    def totp_validate(self, mpin: str | None = None) -> Session:
        """Second step: MPIN (``POST tradeApiValidate``, spec/v2.md 1.3). Sent once, whatever the answer.

        Returns the trade session, whose ``base_url`` all later calls use. Raises NotLoggedIn, LoginRefused.
        """
        return self._validate(mpin)

    @public
    def logout(self) -> None:
        """Forgets the sessions. Nothing is sent: v2 has no logout that is known to work (spec/v2.md 1.9)."""
        self._credentials.need_trade()
        self._credentials.view = self._credentials.trade = None

    @public
    def whatsmyip(self) -> ClientAddress:
        """The address that the server sees this machine under (``GET login/1.0/get-client-ip``, spec/v2.md 1.8).

        This is the address to register for orders. Needs a finished login.
        """
        from ks_compat.native.account_results import ClientAddress

        rows = self._rows(endpoints.CLIENT_IP)
        found: ClientAddress = parsed(ClientAddress, rows[0] if rows else {})
        return found

    @property
    def logged_in(self) -> bool:
        """Whether a trade session is held. Whether the server still knows it shows with the next call."""
        return self._credentials.trade is not None

    @property
    @public
    def session_token(self) -> str:
        """The trade session as one opaque text, to go on with in another process; assign it there. Keep it secret."""
        return self._credentials.need_trade().dump()

    @session_token.setter
    @public
    def session_token(self, text: str) -> None:
        self._credentials.trade = Session.load(text, "trade")

    @property
    @public
    def view_token(self) -> str:
        """The view session as one opaque text; assign it in another process. Keep it secret."""
        return self._credentials.need_view().dump()

    @view_token.setter
    @public
    def view_token(self, text: str) -> None:
        self._credentials.view = Session.load(text, "view")

    def _log_in(self, mobile_number: str | None, ucc: str | None, totp: TotpSource) -> Session:
        settings = Settings.load(mobile_number=mobile_number) if mobile_number else self._settings
        fields = {
            "mobileNumber": settings.need("mobile_number"),
            "ucc": ucc or self._settings.need("ucc"),
            "totp": code(totp, self._settings),
        }
        data = answers.session_data(self._exchange(endpoints.TOTP_LOGIN, fields))
        self._credentials.view = Session.from_data("view", data)
        return self._credentials.view

    def _validate(self, mpin: str | None) -> Session:
        self._credentials.need_view()
        fields = {"mpin": mpin or self._settings.need("mpin")}
        data = answers.session_data(self._exchange(endpoints.TOTP_VALIDATE, fields))
        self._credentials.trade = Session.from_data("trade", data)
        return self._credentials.trade

    # -- reading -------------------------------------------------------------------------------------------------------

    def _rows(
        self, endpoint: Endpoint, fields: Mapping[str, str] | None = None, path: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        return self._read(endpoint, answers.rows, fields, path)

    def _read(
        self,
        endpoint: Endpoint,
        meaning: Callable[[answers.Answer], T],
        fields: Mapping[str, str | None] | None = None,
        path: Mapping[str, str] | None = None,
    ) -> T:
        return self._renewing(lambda: meaning(self._exchange(endpoint, fields, path)))

    def _renewing(self, read: Callable[[], T]) -> T:
        # For reports only: an order is never repeated (money rule 1).
        used = self._credentials.trade
        try:
            return read()
        except SessionExpired:
            if not self._settings.relogin or used is None or not self._renewed(used):
                raise
        try:
            return read()
        except SessionExpired:
            # A login for every report would throw the account's other sessions out, for nothing.
            self._relogin_failed = True
            raise

    def _renewed(self, used: Session) -> bool:
        """Whether there is now another session than ``used``: of a login here, or of another thread's."""
        with self._relogin_lock:
            if self._credentials.trade is not used:
                return self._credentials.trade is not None
            totp = fresh(self._totp, self._settings)
            if self._relogin_failed or totp is None or not self._settings.has("access_token", "mobile_number", "mpin"):
                return False
            try:
                # The account of the session, whatever the settings say.
                self._log_in(None, used.ucc or None, totp)
                self._validate(None)
            except (NoAnswer, NotSent, RateLimited, ServerFailed):
                raise
            except NeoError:
                self._relogin_failed = True
                raise
            return True
