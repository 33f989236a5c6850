"""The old ``history`` call: which keys it wants, and what of it v2's candles can answer (spec/v1.md 3.11). Pure."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, NamedTuple

from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.v1.formats import MONTHS

FIELDS = {
    "historicalprices": ("exchange", "cocode", "fromdate", "todate"),
    "historicalprices-unadjusted": ("exchange", "co_code", "date"),
    "NSEFNO_HistoricalContinuousChart": ("symbol", "expiry type"),
    "LiveorEODHistorical": ("exchange", "co_code", "period", "cnt"),
}
"""Resource: exactly the keys that the old SDK demanded."""

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d)")
_NAMED = re.compile(r"(\d{1,2})[- ]?([A-Za-z]{3})[- ]?(\d{4})")


class Prices(NamedTuple):
    """Daily prices that are wanted: an old instrument token, its exchange, first and last day."""

    token: int
    exchange: str
    first: date
    last: date


def history_request(resource: Any, json_input: Any) -> Prices:
    """What an old ``history`` call asks for, where v2 can answer it.

    Raises what the old SDK raised for wrong keys (ApiValueError), and ApiException for what v2 cannot answer.
    """
    if resource is None:
        raise ApiValueError("Missing the required parameter `resource` when calling `get_resource`")
    fields = FIELDS.get(resource) if isinstance(resource, str) else None
    if fields is not None and set(json_input.keys()) != set(fields):
        raise ApiValueError(f"{','.join(fields)} fields are required.")
    if resource != "historicalprices":
        raise no_history(f"It has nothing like the resource {resource!r}.")
    token = re.fullmatch(r"\d{1,12}", str(json_input["cocode"]), re.ASCII)
    if token is None:
        raise no_history("cocode must be an instrument token: v2 knows no company codes.")
    first, last = (_day(name, json_input[name]) for name in ("fromdate", "todate"))
    if first > last:
        raise no_history("fromdate is after todate.")
    return Prices(int(token[0]), str(json_input["exchange"]).upper(), first, last)


def no_history(why: str) -> ApiException:
    """The old 404 of the history service, which never existed, with what to do now."""
    return ApiException(
        status=404,
        reason=f"The Kotak Neo v2 API cannot answer this history call. {why} Use NeoClient.historical_data instead.",
    )


def _day(name: str, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    try:
        if iso := _ISO.fullmatch(text):
            year, month, day = (int(part) for part in iso.groups() if part)
            return date(year, month, day)
        if named := _NAMED.fullmatch(text):
            return date(int(named[3]), MONTHS.index(named[2].title()) + 1, int(named[1]))
    except ValueError:
        pass
    # 01/02/2021 is a day in January or in February: never guessed.
    raise no_history(f"{name} must be written 2021-01-27 or 27-Jan-2021, got {value!r}.")
