"""Instruments: the daily v2 scrip master, and old v1 tokens resolved to it by proof, never by guess.

Of ks_compat this room imports nothing but its locks; facts and sections cited here are those of spec/instruments.md.
"""

import importlib
from pathlib import Path

from .book import Instruments
from .errors import InstrumentError, MasterUnavailable, UnknownInstrument
from .instrument import Instrument
from .master import MasterSource
from .memory import Pin
from .resolve import Resolution

__all__ = [
    "Instrument",
    "InstrumentError",
    "Instruments",
    "MasterSource",
    "MasterUnavailable",
    "Pin",
    "Resolution",
    "UnknownInstrument",
    "v1_file",
]


def v1_file(kind: str) -> Path:
    """Return today's instrument file of the old API, "cash" or "fno" (`ks_compat.old_files.files.v1_file`)."""
    # By name and late: that room stands on this one and on the client.
    path: Path = importlib.import_module("ks_compat.old_files.files").v1_file(kind)
    return path
