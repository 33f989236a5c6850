"""The old API's instruments: its own two files, and which instrument of the sandbox each row means."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ks_compat.sandbox.master import V1_CASH_FILE, V1_FNO_FILE, Instrument, Master, Price

_SEGMENTS = {("NSE", "FO"): "nse_fo", ("NSE", "CASH"): "nse_cm", ("NSE", "-"): "nse_cm", ("BSE", "CASH"): "bse_cm"}
_UNKNOWN_KIND = {"CE": "OI", "PE": "OI", "XX": "FI"}


@dataclass(frozen=True)
class Known:
    """A row of the old files: its token, names and type (`EQ`, `OI`, `IN` for an index), and its market.

    `instrument` is None for an index, which takes no orders.
    """

    token: int
    name: str
    kind: str
    exchange: str
    price: Price
    instrument: Instrument | None


class V1Tokens:
    """Both ways between old tokens and instruments."""

    def __init__(self, master: Master) -> None:
        rows = (_known(row, master) for path in (V1_CASH_FILE, V1_FNO_FILE) for row in _rows(path))
        self._by_token = {known.token: known for known in rows if known is not None}
        self._by_instrument = {
            (known.instrument.exchange_segment, known.instrument.token): known
            for known in self._by_token.values()
            if known.instrument is not None
        }

    def get(self, token: int) -> Known | None:
        """Return what a token means, or None: unknown, or no longer traded."""
        return self._by_token.get(token)

    def token_and_kind(self, instrument: Instrument) -> tuple[int, str]:
        """Return the old token and instrument type; token 0 where the old files never had the instrument."""
        known = self._by_instrument.get((instrument.exchange_segment, instrument.token))
        if known is None:
            return 0, _UNKNOWN_KIND.get(instrument.option_type, instrument.series)
        return known.token, known.kind


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="|")


def _known(row: dict[str, str], master: Master) -> Known | None:
    token, kind = int(row["instrumentToken"]), row["instrumentType"]
    if kind == "IN":
        price = master.quoted("nse_cm", row["name"])
        return None if price is None else Known(token, row["instrumentName"], kind, row["exchange"], price, None)
    instrument = _instrument(row, master)
    if instrument is None:
        return None
    return Known(token, row["instrumentName"], kind, row["exchange"], master.price(instrument), instrument)


def _instrument(row: dict[str, str], master: Master) -> Instrument | None:
    segment = _SEGMENTS[row["exchange"], row["segment"]]
    found = master.by_token.get((segment, row["exchangeToken"]))
    if found is not None and found.symbol == row["instrumentName"]:
        return found
    # The exchange's number was given to another company, or the company got another one.
    moved = (each for each in master.by_token.values() if each.exchange_segment == segment and not each.is_index)
    return next((each for each in moved if each.symbol == row["instrumentName"]), None)
