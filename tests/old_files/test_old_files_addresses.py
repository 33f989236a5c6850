"""Which addresses are those of the old instrument files, and which are nobody's business here."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ks_compat.old_files.addresses import asked, of_day

FOLDER = "https://preferred.kotaksecurities.com/security/production"


@pytest.mark.parametrize(
    ("url", "what"),
    [
        (f"{FOLDER}/TradeApiInstruments_Cash_16_12_2021.txt", "cash"),
        (f"{FOLDER}/TradeApiInstruments_CASH_16_12_2021.txt", "cash"),
        (f"{FOLDER}/TradeApiInstruments_FNO_01_01_2031.txt", "fno"),
        (f"{FOLDER}/tradeapiinstruments_fno_1_1_2031.TXT", "fno"),
        (f"{FOLDER}/TradeApiInstruments_FNO_01_01_2031.txt?x=1", "fno"),
        ("http://Preferred.KotakSecurities.com:80/security/production/TradeApiInstruments_FNO_01_01_2031.txt", "fno"),
        ("https://tradeapi.kotaksecurities.com/apim/scripmaster/1.1/filename", "names"),
        ("https://sbx.kotaksecurities.com/apim/scripmaster/1.1/filename?a=b", "names"),
        ("https://kotaksecurities.com/scripmaster/1.1/filename", "names"),
    ],
)
def test_an_old_address_means_a_file(url: str, what: str) -> None:
    assert asked(url) == what


@pytest.mark.parametrize(
    "url",
    [
        FOLDER,
        f"{FOLDER}/TradeApiInstruments_Cash.txt",
        f"{FOLDER}/TradeApiInstruments_Currency_16_12_2021.txt",
        f"{FOLDER}/old/TradeApiInstruments_Cash_16_12_2021.txt",
        f"{FOLDER}/TradeApiInstruments_Cash_16_12_2021.txt.gz",
        "https://mis.kotaksecurities.com/security/production/TradeApiInstruments_Cash_16_12_2021.txt",
        "https://preferred.kotaksecurities.com.example.org/security/production/TradeApiInstruments_Cash_16_12_2021.txt",
        "https://example.org/scripmaster/1.1/filename",
        "https://evilkotaksecurities.com/scripmaster/1.1/filename",
        "https://tradeapi.kotaksecurities.com/apim/scripmaster/1.1/filenames",
        "https://tradeapi.kotaksecurities.com/apim/session/1.0/session/login/userid",
        "ftp://preferred.kotaksecurities.com/security/production/TradeApiInstruments_Cash_16_12_2021.txt",
        "/security/production/TradeApiInstruments_Cash_16_12_2021.txt",
        "https://[nonsense",
        "",
    ],
)
def test_any_other_address_means_nothing(url: str) -> None:
    assert asked(url) is None


def test_the_list_of_files_names_addresses_that_are_answered() -> None:
    files = of_day(date(2026, 3, 5))["Success"]

    assert {kind: asked(url) for kind, url in files.items()} == {"cash": "cash", "fno": "fno"}
    assert all(re.search(r"_05_03_2026\.txt$", url) for url in files.values())
