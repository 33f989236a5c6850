"""The join measured on genuine files (instruments.md 3), where they are at hand."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from instrument_fakes import at, v1_file

from ks_compat.instruments import UnknownInstrument
from ks_compat.instruments.expiry import guarded_expiry, reference_expiry
from ks_compat.instruments.segments import SEGMENTS

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
FIELDS = DATA / "v2_fo_sample_fields.tsv"
CASH = DATA / "v1_TradeApiInstruments_Cash_2022-10.txt"
GENUINE_FIELDS = list(csv.DictReader(FIELDS.read_text().splitlines() if FIELDS.is_file() else [], delimiter="\t"))
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the genuine files are not here")


class GenuineSource:
    def __init__(self, name, path):
        self.name, self.path = name, path

    def file_urls(self):
        return [f"https://lapi.example/prod/2025-12-29/transformed-v1/{self.name}"]

    def download(self, url):
        with self.path.open("rb") as file:
            yield from iter(lambda: file.read(65536), b"")


def test_old_nse_shares_on_a_master_three_years_later(make, caplog):
    book = make(GenuineSource("nse_cm-v1.csv", DATA / "v2_nse_cm-v1_2025-12.csv"), CASH)
    rows = [line.split("|") for line in CASH.read_text("ascii").splitlines()]
    rows = [row for row in rows if row[8] == "EQ" and row[10] == "NSE"]
    how = Counter()
    for row in rows:
        try:
            found = book.resolve(row[0])
        except UnknownInstrument as exc:
            how["no longer listed" in str(exc)] += 1
            continue
        how[found.how] += 1
        assert found.instrument.isin[:7] == row[11][:7]
        assert found.instrument.series != "BL"
    assert len(rows) == 1798
    assert how == {"exchange token": 1649, "isin": 72, True: 77}
    assert "could not be read" not in caplog.text


def test_the_old_file_of_a_genuine_master(make):
    book = make(GenuineSource("nse_cm-v1.csv", DATA / "v2_nse_cm-v1_2025-12.csv"), CASH)
    rows = [line.split("|") for line in book.v1_file("cash").read_text("ascii").splitlines()[1:]]
    old = {row[0]: row for row in (line.split("|") for line in CASH.read_text("ascii").splitlines())}
    kinds = Counter(row[8] for row in rows)
    assert (len(rows), kinds["EQ"], kinds["BE"], kinds["IN"], kinds["BL"], kinds["SG"]) == (3831, 2382, 110, 10, 0, 0)
    assert {len(row) for row in rows} == {15}
    assert len({row[0] for row in rows}) == len(rows)
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    known = 0
    for row in rows:
        if row[8] == "IN":
            assert book.quote_key(row[0]) == f"nse_cm|{row[2]}"
            continue
        found = book.by_token(row[0])
        assert (found.symbol, found.name, found.series, found.isin) == (row[13], row[1], row[8], row[11])
        assert book.token_of("nse_cm", found.symbol) == int(row[0])
        if int(row[0]) < 1_000_000_000:
            known += 1
            assert old[row[0]][11][:7] == row[11][:7]  # the issuer that the old API's number stood for
    assert known > 2100


@pytest.mark.parametrize("row", GENUINE_FIELDS)
def test_genuine_contracts_expire_when_they_really_did(row):
    segment, expiry = SEGMENTS[row["pExchSeg"]], date.fromisoformat(row["real_expiry"])
    if row["lExpiryDate"]:
        assert guarded_expiry(int(row["lExpiryDate"]), segment, expiry) == expiry
    if re.search(r"\d\.\d\d[CP]E$|FUT$", row["pScripRefKey"]):
        assert reference_expiry(row["pScripRefKey"], row["pSymbolName"]) == expiry


def test_every_old_index_is_refused_for_orders(make):
    book = make(GenuineSource("nse_cm-v1.csv", DATA / "v2_nse_cm-v1_2025-12.csv"), CASH)
    tokens = [line.split("|")[0] for line in CASH.read_text("ascii").splitlines() if line.split("|")[8] == "IN"]
    assert len(tokens) == 19
    for token in tokens:
        with pytest.raises(UnknownInstrument, match="cannot be bought or sold"):
            book.by_token(token)


def test_old_contracts_have_expired(make):
    book = make(GenuineSource("none", DATA), DATA / "v1_TradeApiInstruments_FNO_sample.txt")
    for token in (15380, 21272, 15130):
        with pytest.raises(UnknownInstrument, match=r"BANKNIFTY .* expired on 2021-"):
            book.by_token(token)


def test_a_genuine_option_and_its_join(make, tmp_path):
    row = "7|NIFTY||1|22SEP26|21000|0.050000|65|OI|FO|NSE||1|43238|PE"
    header = (DATA / "v1_TradeApiInstruments_FNO_sample.txt").read_text("ascii").splitlines()[0]
    make.clock[0] = at(date(2026, 8, 28))
    source = GenuineSource("nse_fo.csv", DATA / "v2_nse_fo_2026-08-28_sample.csv")
    book = make(source, v1_file(tmp_path / "fno.txt", row, header=header))
    put = book.by_token(7)
    assert (put.trading_symbol, put.symbol, put.expiry) == ("NIFTY2692221000PE", "56526", date(2026, 9, 22))
    assert (str(put.strike), str(put.tick_size), put.lot_size, put.freeze_quantity) == ("21000", "0.05", 65, 1801)
