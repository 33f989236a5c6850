"""Small scrip masters and v1 files in the shape of the genuine ones, and a source that serves them."""

import csv
import io
from datetime import date, datetime, timedelta, timezone

IST = timezone(timedelta(hours=5, minutes=30))
TODAY = date(2025, 12, 29)

# A part of the genuine header, odd spellings included (instruments.md 2.2).
COLUMN_LINE = (
    "pSymbol,pGroup,pExchSeg,pInstType,pSymbolName,pTrdSymbol,pOptionType,pScripRefKey,pISIN,pAssetCode,pDesc,"
    "dTickSize ,lLotSize,lExpiryDate ,lPrecision,dStrikePrice;,pExchange,lFreezeQty,surveillanceMessage"
)
COLUMNS = COLUMN_LINE.split(",")

FILES = {
    "nse_cm": "transformed-v1/nse_cm-v1.csv",
    "bse_cm": "transformed-v1/bse_cm-v1.csv",
    "nse_fo": "transformed/nse_fo.csv",
    "bse_fo": "transformed/bse_fo.csv",
    "mcx_fo": "transformed/mcx_fo.csv",
    "cde_fo": "transformed/cde_fo.csv",
}


def at(day=TODAY, hour=10, minute=0):
    """The Unix time of an hour in India."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=IST).timestamp()


def seconds_1980(day):
    return int((datetime(day.year, day.month, day.day, 14, 30) - datetime(1980, 1, 1)).total_seconds())


def seconds_1970(day):
    return int((datetime(day.year, day.month, day.day, 23, 59, 59) - datetime(1970, 1, 1)).total_seconds())


def share(symbol, name, series, isin, segment="nse_cm", **other):
    trading_symbol = f"{name}-{series}" if segment == "nse_cm" else name
    return {
        "pSymbol": symbol, "pGroup": series, "pExchSeg": segment, "pSymbolName": name, "pTrdSymbol": trading_symbol,
        "pISIN": isin, "pDesc": f"{name} LTD", "dTickSize": "5", "lLotSize": "1", "lExpiryDate": "-1",
        "lPrecision": "2", "dStrikePrice": "-1", "lFreezeQty": "1000", **other,
    }  # fmt: skip


def contract(
    symbol, trading_symbol, name, expiry, kind="FUTIDX", option="XX", strike="-1.0", segment="nse_fo", **other
):
    seconds = seconds_1980 if segment in ("nse_fo", "cde_fo") else seconds_1970
    return {
        "pSymbol": symbol, "pGroup": "XX", "pExchSeg": segment, "pInstType": kind, "pSymbolName": name,
        "pTrdSymbol": trading_symbol, "pOptionType": option, "dTickSize": "5", "lLotSize": "65",
        "lExpiryDate": str(seconds(expiry)), "lPrecision": "2", "dStrikePrice": strike, "lFreezeQty": "1801", **other,
    }  # fmt: skip


def master_csv(*rows, columns=COLUMNS):
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(columns)
    for row in rows:
        table.writerow([row.get(name.strip().rstrip(";"), "") for name in columns])
    return out.getvalue().encode()


class Source:
    """Serves `bodies[segment]`: bytes, or an exception to raise. Counts the downloads."""

    def __init__(self, **bodies):
        self.bodies = bodies
        self.downloads = []

    def file_urls(self):
        # Segment names also stand elsewhere in the URL: only the file's own name may be matched.
        return [f"https://lapi.example/nse_fo.csv/nse_cm-v1.csv/prod/2025-12-29/{FILES[s]}" for s in self.bodies]

    def download(self, url):
        segment = next(s for s, name in FILES.items() if url.endswith("/" + name))
        self.downloads.append(segment)
        body = self.bodies[segment]
        if isinstance(body, Exception):
            raise body
        for start in range(0, len(body), 97):  # chunks that end in the middle of rows and characters
            yield body[start : start + 97]


class NoNetwork:
    def file_urls(self):
        raise AssertionError("no network here")

    def download(self, url):
        raise AssertionError("no network here")


CASH_HEADER = (
    "instrumentToken|instrumentName|name|lastPrice|expiry|strike|tickSize|lotSize|instrumentType|segment|exchange|isin|"
    "multiplier|exchangeToken|OptionType"
)
FNO_HEADER = CASH_HEADER.replace("OptionType", "optionType")


def v1_cash(token, name, series, isin, exchange_token, exchange="NSE"):
    segment = "CASH" if series in ("EQ", "BE") else "-"
    return f"{token}|{name}|{name} Ltd|1.5|0|0|0.050000|1|{series}|{segment}|{exchange}|{isin}|1|{exchange_token}|- "


def v1_fno(token, name, expiry, strike, kind, option, segment="FO", exchange="NSE"):
    return f"{token}|{name}||5339.65|{expiry}|{strike}|0.050000|25|{kind}|{segment}|{exchange}||1|43238|{option}"


def v1_file(path, *rows, header=CASH_HEADER, end="\r\n"):
    path.write_bytes(end.join((header, *rows, "")).encode())
    return path
