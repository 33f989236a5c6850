"""Instruments: the daily v2 scrip master, and old v1 tokens resolved to it by proof, never by guess.

This room imports nothing else of ks_compat; facts and sections cited here are those of spec/instruments.md.
"""

from .book import Instruments
from .errors import InstrumentError, MasterUnavailable, UnknownInstrument
from .instrument import Instrument
from .master import MasterSource
from .resolve import Resolution

__all__ = [
    "Instrument",
    "InstrumentError",
    "Instruments",
    "MasterSource",
    "MasterUnavailable",
    "Resolution",
    "UnknownInstrument",
]
