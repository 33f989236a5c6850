"""What all calls of the native client stand on: settings, sessions, HTTP, and how errors leave."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from ks_compat import locks
from ks_compat.native import answers, calls, clients
from ks_compat.native.calls import Credentials
from ks_compat.native.endpoints import Endpoint
from ks_compat.native.errors import NeoError
from ks_compat.native.governor import Governor
from ks_compat.native.http import Http
from ks_compat.native.settings import Settings
from ks_compat.native.totp import TotpSource

if TYPE_CHECKING:
    from ks_compat.instruments import Instruments
    from ks_compat.native.own_orders import OwnRecord

S = TypeVar("S", bound="Base")
P = ParamSpec("P")
R = TypeVar("R")


def public(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Passes the errors of a method through the client's ``raise_as``."""

    @functools.wraps(method)
    def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except NeoError as error:
            if self._raise_as is None:
                raise
            error.call = method.__name__
            raise self._raise_as(error) from error

    return call


class Base:
    """The state that the calls of one client share."""

    @public
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
        proxy: str | None = None,
    ) -> None:
        """Reads the settings (``Settings.load``); what is given here wins, but for ``access_token`` (see there).

        Args:
            access_token: the plain token of the Neo app; used where ``KS_COMPAT_ACCESS_TOKEN`` is not set.
            ucc: client code. mobile_number: with country code. mpin: six digits.
            totp: a six-digit code, or a function that gives one at login.
            settings: used as they are, instead of all of the above but ``totp``.
            raise_as: every error is passed through this function before it is raised. Where it has a true attribute
                ``login_first``, calls that could do without want a finished login too.
            proxy: ``http(s)://[USER:PASSWORD@]HOST[:PORT]`` for all requests; without it ``HTTPS_PROXY`` and the like
                count.

        Raises:
            ConfigurationError: a setting or the proxy is malformed.
        """
        self._raise_as = raise_as
        self._settings = settings or Settings.load(
            access_token=access_token, ucc=ucc, mobile_number=mobile_number, mpin=mpin
        )
        self._totp = totp
        self._governor = Governor(self._settings)
        self._credentials = Credentials(self._settings)
        self._http = Http(
            connect_timeout=self._settings.connect_timeout, read_timeout=self._settings.read_timeout, proxy=proxy
        )
        weakref.finalize(self, self._http.close)
        self._instruments: Instruments | None = None
        self._relogin_lock = locks.lock()
        self._relogin_failed = False  # refused, or of no use: not tried again by this client
        self._known: dict[str, tuple[str, bool]] = {}  # order number: exchange segment, after-market?
        self._ordered: dict[tuple[str, str, str], str] = {}  # order number, segment, symbol: exchange token
        self._symbols: dict[str, str] = {}  # order number: trading symbol
        self._records: dict[str, OwnRecord] = {}
        clients.register(self)

    @property
    def settings(self) -> Settings:
        """The settings in force; secrets in them do not show."""
        return self._settings

    def _exchange(
        self,
        endpoint: Endpoint,
        fields: Mapping[str, str | None] | None = None,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str | None] | None = None,
    ) -> answers.Answer:
        request = calls.request(self._credentials, endpoint, fields, path, query)
        self._governor.wait(endpoint, self._credentials.account)
        return self._http.exchange(request)
