"""What can go wrong with an instrument.

InstrumentError
├── UnknownInstrument    no proven instrument stands behind the number or the name
└── MasterUnavailable    the scrip master of a segment could not be had, and no earlier one is kept
"""

from __future__ import annotations

MAKE_ROOM = "Make room or give access, or set KS_COMPAT_HOME to another folder."
"""The way out where something cannot be kept."""


class InstrumentError(Exception):
    """Base of all instrument errors; raised itself for instrument files and settings that cannot be used."""


class UnknownInstrument(InstrumentError, LookupError):
    """No instrument is proven for what was asked; `token` is what was asked, as it was given."""

    def __init__(self, message: str, token: object = None) -> None:
        super().__init__(message, token)
        self.token = token

    def __str__(self) -> str:
        return str(self.args[0])


class MasterUnavailable(InstrumentError):
    """The scrip master of `segment` cannot be used; the cause is chained where there is one."""

    def __init__(self, message: str, segment: str = "") -> None:
        super().__init__(message, segment)
        self.segment = segment

    def __str__(self) -> str:
        return str(self.args[0])
