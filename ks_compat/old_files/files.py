"""``v1_file``: today's instruments as a file of the old API."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ks_compat.instruments import MasterUnavailable
from ks_compat.native import Settings
from ks_compat.native.clients import logged_in
from ks_compat.old_files.source import book, explained


def v1_file(kind: Literal["cash", "fno"]) -> Path:
    """Today's ``TradeApiInstruments_Cash_...txt`` or ``..._FNO_...txt``, made once a day in ``KS_COMPAT_HOME``.

    The tokens in it are those that orders, quotes and feeds take. Where today's index is not there yet, it is
    downloaded by a client of this process that is logged in, or else by the ``KS_COMPAT_*`` settings.

    Args:
        kind: ``cash`` or ``fno``, in any case.

    Raises:
        InstrumentError: the file cannot be made; the text says why, and what to do.
    """
    client = logged_in()
    try:
        with explained():
            if client is not None:
                return client.instruments.v1_file(kind)
            with book(Settings.load()) as instruments:
                return instruments.v1_file(kind)
    except MasterUnavailable as error:
        advice = "Log in first, or set what is missing and try `ks-compat instruments sync`."
        raise MasterUnavailable(f"There is no {kind} instrument file of today. {error} {advice}") from error
