"""The calls that log in and out (spec/v2.md 1)."""

from __future__ import annotations

from ks_compat.native import answers, endpoints
from ks_compat.native.base import Base, public
from ks_compat.native.session import Session
from ks_compat.native.settings import Settings
from ks_compat.native.totp import TotpSource, code


class SessionCalls(Base):
    """Login, logout, and going on in another process."""

    @public
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

    @public
    def totp_validate(self, mpin: str | None = None) -> Session:
        """Second step: MPIN (``POST tradeApiValidate``, spec/v2.md 1.3). Sent once, whatever the answer.

        Returns the trade session, whose ``base_url`` all later calls use. Raises NotLoggedIn, LoginRefused.
        """
        self._credentials.need_view()
        fields = {"mpin": mpin or self._settings.need("mpin")}
        data = answers.session_data(self._exchange(endpoints.TOTP_VALIDATE, fields))
        self._credentials.trade = Session.from_data("trade", data)
        return self._credentials.trade

    @public
    def logout(self) -> None:
        """Forgets the sessions. Nothing is sent: v2 has no logout that is known to work (spec/v2.md 1.9)."""
        self._credentials.need_trade()
        self._credentials.view = self._credentials.trade = None

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
