import csv
import io
import os
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from ks_compat.sandbox import V1_CASH_FILE, V1_FNO_FILE, PublicUrls, Sandbox

QUOTES = "/script-details/1.0/quotes/neosymbol/"
PATHS = "/script-details/1.0/masterscrip/file-paths"
IST = timezone(timedelta(hours=5, minutes=30))
HEADER_78 = (
    "pSymbol,pGroup,pExchSeg,pInstType,pSymbolName,pTrdSymbol,pOptionType,pScripRefKey,pISIN,pAssetCode,pSubGroup,"
    "pCombinedSymbol,pDesc,pAmcCode,pContractId,dTickSize ,lLotSize,lExpiryDate ,lMultiplier ,lPrecision,dStrikePrice;,"
    "pExchange,pInstName,pExpiryDate,pIssueDate,pMaturityDate,pListingDate,pNoDelStartDate,pNoDelEndDate,"
    "pBookClsStartDate,pBookClsEndDate,pRecordDate,pCreditRating,pReAdminDate,pExpulsionDate,pLocalUpdateTime,"
    "pDeliveryUnits,pPriceUnits,pLastTradingDate,pTenderPeridEndDate,pTenderPeridStartDate,pSellVarMargin,pBuyVarMargin,"
    "pInstrumentInfo,pRemarksText,pSegment,pNav,pNavDate,pMfAmt,pSipSecurity,pFaceValue,pTrdUnits,pExerciseStartDate,"
    "pExerciseEndDate,pElmMargin,pVarMargin,pTotProposedLimitValue,pScripBasePrice,pSettlementType,pCurrectionTime,"
    "iPermittedToTrade,iBoardLotQty ,iMaxOrderSize ,iLotSize,dOpenInterest ,dHighPriceRange ,dLowPriceRange ,"
    "dPriceNum   ,dGenDen,dGenNum,dPriceQuatation ,dIssuerate ,dPriceDen,dWarningQty ,dIssueCapital ,dExposureMargin ,"
    "dMinRedemptionQty ,lFreezeQty"
)
FORMS = {
    "all": "quotes_all",
    "ltp": "quotes_ltp_inferred",
    "ohlc": "quotes_ohlc_inferred",
    "depth": "quotes_depth_inferred",
    "market_depth": "quotes_depth_inferred",
    "oi": "quotes_oi_inferred",
    "circuit_limits": "quotes_circuit_limits_inferred",
    "52W": "quotes_52w_inferred",
    "52w": "quotes_52w_inferred",
}


def shape(value):
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else type(value)


def files(caller):
    urls = caller.market(PATHS).json()["data"]["filesPaths"]
    return {url.rsplit("/", 1)[1]: url for url in urls}


def rows(caller, name):
    text = caller.http.get(files(caller)[name]).content.decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(("wanted", "name"), FORMS.items())
def test_each_filter_answers_the_fields_of_its_sample(visitor, sample, wanted, name):
    answer = visitor.market(f"{QUOTES}nse_cm|22/{wanted}").json()
    assert shape(answer) == shape(sample(name))


def test_an_index_is_asked_by_its_exact_name(visitor, sample):
    nifty, bank, sensex = visitor.market(f"{QUOTES}nse_cm|Nifty 50,nse_cm|Nifty Bank,bse_cm|SENSEX/all").json()
    assert shape(nifty) == shape(bank) == shape(sensex) == shape(sample("quotes_index")[0])
    assert (nifty["exchange_token"], nifty["display_symbol"], nifty["ltp"]) == ("Nifty 50", "Nifty 50-IN", "24050.6500")
    assert visitor.market(f"{QUOTES}nse_cm|NIFTY 50/ltp").json()["stCode"] == 1009


def test_scrip_details_and_change(visitor):
    (details,) = visitor.market(f"{QUOTES}nse_fo|61013/scrip_details").json()
    assert details["display_symbol"] == "NIFTY30JANFUT"
    (quote,) = visitor.market(f"{QUOTES}nse_cm|22/all").json()
    assert (quote["ltp"], quote["ohlc"]["close"], quote["change"]) == ("2274.0000", "2247.5000", "26.5000")
    assert quote["per_change"] == "1.1800"
    assert quote["lstup_time"] == str(int(visitor.clock()))


def test_bar_may_be_encoded_and_the_found_ones_are_answered(visitor, sample):
    plain = visitor.market(f"{QUOTES}nse_cm|22,nse_cm|999999,bse_cm|500325/ltp")
    encoded = visitor.market(f"{QUOTES}nse_cm%7C22,bse_cm%7C500325/ltp")
    assert [row["exchange_token"] for row in plain.json()] == ["22", "500325"]
    assert encoded.json() == plain.json()
    missing = visitor.market(f"{QUOTES}nse_cm|999999/ltp")
    refused = sample("quotes_error_invalid_instrument")
    assert missing.status_code == 200
    assert missing.json() == {**refused, "errMsg": refused["emsg"]}
    assert visitor.market(f"{QUOTES}nse_cm|22/everything").json()["stCode"] == 1009


def test_file_paths_name_todays_files_in_ist(visitor, sample):
    visitor.clock.now = datetime(2026, 11, 24, 0, 10, tzinfo=IST).timestamp()
    answer = visitor.market(PATHS).json()["data"]
    expected = sample("scrip_master_file_paths")["data"]
    local = visitor.sandbox.url
    assert answer["baseFolder"] == f"{local}/wso2-scripmaster/v1/prod"
    like = [path.replace("https://lapi.kotaksecurities.com", local) for path in expected["filesPaths"]]
    assert answer["filesPaths"] == [path.replace("2026-07-14", "2026-11-24") for path in like]


def test_every_master_file_is_served_without_auth_and_with_the_odd_header(visitor):
    for name, url in files(visitor).items():
        answer = visitor.http.get(url)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/csv")
        header = answer.text.split("\n", 1)[0]
        assert header.rpartition(",")[0] == HEADER_78
        assert header.rpartition(",")[2] == ("surveillanceMessage" if "_cm" in name else "CASEligible")
    assert visitor.http.get(files(visitor)["nse_fo.csv"].replace("2026-11-23", "2026-11-22")).status_code == 404


def test_the_master_is_sound(visitor):
    cash, derivatives = rows(visitor, "nse_cm-v1.csv"), rows(visitor, "nse_fo.csv")
    assert {("22", "ACC-EQ"), ("3273", "SRF-EQ"), ("2885", "RELIANCE-EQ"), ("26000", "NIFTY")} <= {
        (row["pSymbol"], row["pTrdSymbol"]) for row in cash
    }
    for row in derivatives:
        expiry = datetime.fromtimestamp(int(row["lExpiryDate "]) + 315513000, IST)
        assert (expiry.hour, expiry.minute) == (14, 30)
        # The dated key says the same day (spec/instruments.md 2.5).
        assert row["pScripRefKey"].startswith(row["pSymbolName"] + expiry.strftime("%d%b%y").upper())
    for row in cash + derivatives + rows(visitor, "bse_cm-v1.csv"):
        tick = Decimal(row["dTickSize "])
        if tick > 0:
            (quote,) = visitor.market(f"{QUOTES}{row['pExchSeg']}|{row['pSymbol']}/all").json()
            prices = [quote["ltp"], *quote["ohlc"].values(), *(level["price"] for level in quote["depth"]["buy"])]
            assert all(Decimal(price) * 100 % tick == 0 for price in prices), row["pTrdSymbol"]


def test_the_v1_files_hold_the_cases_a_join_must_tell_apart(sandbox, visitor):
    path = Path(sandbox.environment()["KS_COMPAT_V1_INSTRUMENTS"].split(os.pathsep)[0])
    text = path.read_bytes().decode("ascii")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert text.count("\n") == text.count("\r\n") == len(lines)
    assert lines[0].endswith("|exchangeToken|OptionType")
    assert all(line.count("|") == 14 and line.endswith("|- ") for line in lines[1:])
    old = {fields[0]: fields for fields in (line.split("|") for line in lines[1:])}
    known = {"727": "22", "754": "3273", "1374": "1594", "1839": "2885", "1838": "500325", "11721": "0", "11717": "0"}
    assert {token: old[token][13] for token in known} == known
    new = {row["pSymbol"]: row for row in rows(visitor, "nse_cm-v1.csv")}
    moved, recycled = old["413"], old["5025"]
    assert moved[13] not in new
    assert [row["pTrdSymbol"] for row in new.values() if row["pISIN"] == moved[11]] == ["ABAN-BE"]
    assert new[recycled[13]]["pISIN"][:7] != recycled[11][:7]
    assert path == V1_CASH_FILE
    fno = V1_FNO_FILE.read_bytes().decode("ascii").split("\r\n")
    assert fno[0].endswith("|exchangeToken|optionType")
    assert "15003|NIFTY||119.5|18DEC29|24050|0.050000|65|OI|FO|NSE||1|61003|CE" in fno


def test_public_urls_stand_in_answers(clock, caller_of):
    with Sandbox(clock=clock, public_urls=PublicUrls(), base_path="/gw/xyz") as sandbox:
        caller = caller_of(sandbox)
        data = caller.step2(caller.step1().json()["data"]).json()["data"]
        assert data["baseUrl"] == "https://cis.kotaksecurities.com/gw/xyz"
        listed = caller.market(PATHS).json()["data"]
        assert all(url.startswith("https://lapi.kotaksecurities.com/wso2-scripmaster/") for url in listed["filesPaths"])
