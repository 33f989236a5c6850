"""Where today's scrip master comes from for somebody who has no client at hand."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from ks_compat.instruments import InstrumentError, Instruments, MasterUnavailable
from ks_compat.native import ApiError, NeoClient, NeoError, Settings, ambient
from ks_compat.native.http import Http
from ks_compat.native.settings import safe_url

_login_failed = threading.Event()
"""Set for the rest of the process: a bot asks again and again, and a wrong TOTP or MPIN must be sent once."""
_LOGIN = ("access_token", "mobile_number", "ucc", "mpin", "totp_secret")


class Source:
    """The scrip masters by the settings alone; nothing is sent before something is asked for.

    The list of files wants the access token only, at the login host too (spec/v2.md 0, row 19), and a login could end
    the session of a bot that is trading. So one is made only where the list is refused without it, and never with
    ``KS_COMPAT_TOTP``: that code is good once, and the bot's.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._urls: list[str] = []

    def file_urls(self) -> list[str]:
        """The URLs of today's files. Raises NeoError: ConfigurationError for what is missing, ApiError, NoAnswer ..."""
        if not self._urls:
            with NeoClient(settings=self._settings) as client:
                self._urls = _urls(client)
        return self._urls

    def download(self, url: str) -> Iterator[bytes]:
        """The body of ``url`` in chunks. Raises NeoError; ValueError unless it is https or this machine's own."""
        http = Http(connect_timeout=self._settings.connect_timeout, read_timeout=self._settings.read_timeout)
        with contextlib.closing(http):
            # Over plain http somebody on the way could swap one instrument for another.
            yield from http.download(safe_url(url))


def book(settings: Settings, progress: Callable[[str, int], None] | None = None) -> Instruments:
    """Today's instruments by ``settings``: the index in their ``home``, downloaded where it is not there yet.

    ``progress`` is called with a segment and the bytes of it so far. Close it.
    """
    return Instruments(settings.home, Source(settings), settings.v1_instruments, now=ambient.now, progress=progress)


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Makes a missing or wrong setting, and what the servers refused, the text of the error: MasterUnavailable."""
    try:
        yield
    except (InstrumentError, NeoError) as error:
        cause = _cause(error)
        if cause is None:
            raise
        raise MasterUnavailable(str(cause), getattr(error, "segment", "")) from error


def _urls(client: NeoClient) -> list[str]:
    try:
        return client.scrip_master()
    except ApiError:
        if _login_failed.is_set() or not client.settings.has(*_LOGIN):
            raise
    try:
        client.totp_login()
        client.totp_validate()
    except NeoError:
        _login_failed.set()
        raise
    return client.scrip_master()


def _cause(error: BaseException | None) -> NeoError | None:
    while error is not None and not isinstance(error, NeoError):
        error = error.__cause__
    return error
