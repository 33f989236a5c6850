"""How the old API wrote instruments: the two file formats, row by row (instruments.md 1.2, 1.3, 5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .expiry import MONTHS
from .indices import IndexName
from .instrument import Instrument
from .v1_files import HEADER

CASH_HEADER = HEADER
FNO_HEADER = HEADER.replace("OptionType", "optionType")
LINE_END = "\r\n"
_DEFAULT_TICK = Decimal("0.05")
_KINDS = {"OPTIDX": "OI", "FUTIDX": "FI", "OPTSTK": "OS", "FUTSTK": "FS"}
# The codes of BSE's groups in the old file. Trade for trade was BE there; what is not listed is EQ (instruments.md 5).
_BSE_SERIES = {
    **dict.fromkeys(("T", "XT", "TS", "Z", "ZP", "MT", "P"), "BE"),
    **dict.fromkeys(("F", "FC", "G", "GC"), "ZZ"),
}
_BSE_DEBT = "9"
_BLANKS = str.maketrans(dict.fromkeys("|\r\n", " "))


def file_name(kind: str, day: date) -> str:
    """Return the name of the old file of a day; `kind` is "cash" or "fno"."""
    return f"TradeApiInstruments_{'Cash' if kind == 'cash' else 'FNO'}_{day:%d_%m_%Y}.txt"


def cash_row(instrument: Instrument, token: int) -> str:
    """Return the line of a share, without its end."""
    series = _cash_series(instrument)
    return _row(
        token, _text(instrument.name), _text(instrument.description), "0", "0", instrument,
        series, "CASH" if series in ("EQ", "BE") else "-", "- ",
    )  # fmt: skip


def index_row(index: IndexName, token: int) -> str:
    """Return the line of an index, without its end."""
    fields = (token, index.v1_name, index.v2_name, 0, 0, 0, "0.050000", 1, "IN", "-", index.exchange, "", 1, 0, "- ")
    return "|".join(map(str, fields))


def contract_row(instrument: Instrument, token: int) -> str:
    """Return the line of a future or an option, without its end; the codes beyond NSE and BSE are not known: "-"."""
    option = instrument.option_type if instrument.strike is not None else "XX"
    strike = "0" if instrument.strike is None else format(instrument.strike, "f")
    segment = "FO" if instrument.exchange_segment in ("nse_fo", "bse_fo") else "-"
    kind = _KINDS.get(instrument.instrument_type, "-")
    expiry = old_date(instrument.expiry) if instrument.expiry else "0"
    return _row(token, _text(instrument.name), "", expiry, strike, instrument, kind, segment, option)


def old_date(day: date) -> str:
    """Return a date as the old API wrote it ("16DEC21"), whatever the machine's language is."""
    return f"{day.day:02}{MONTHS[day.month - 1]}{day.year % 100:02}"


def _row(
    token: int,
    name: str,
    long_name: str,
    expiry: str,
    strike: str,
    instrument: Instrument,
    series: str,
    segment: str,
    option: str,
) -> str:
    tick, lot = instrument.tick_size or _DEFAULT_TICK, instrument.lot_size
    isin = instrument.isin if instrument.expiry is None else ""
    return (
        f"{token}|{name}|{long_name}|0|{expiry}|{strike}|{tick:.6f}|{lot}|{series}|{segment}|{instrument.exchange}|"
        f"{isin}|1|{instrument.symbol}|{option}"
    )


def _cash_series(instrument: Instrument) -> str:
    if instrument.exchange_segment == "nse_cm":
        return instrument.series
    if instrument.symbol.startswith(_BSE_DEBT):
        return "ZZ"
    return _BSE_SERIES.get(instrument.series, "EQ")


def _text(text: str) -> str:
    return text.translate(_BLANKS).encode("ascii", "replace").decode("ascii")
