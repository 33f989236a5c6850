"""Old instrument files: which one wins, and what of their shape is tolerated (instruments.md 1)."""

import gzip
import os

import pytest
from instrument_fakes import CASH_HEADER, Source, master_csv, share, v1_cash, v1_file

from ks_compat.instruments import InstrumentError, UnknownInstrument

ACC = v1_cash(727, "ACC", "EQ", "INE012A01025", 22)
ITC = v1_cash(727, "ITC", "EQ", "INE154A01025", 1660)
MASTER = master_csv(share("22", "ACC", "EQ", "INE012A01025"), share("1660", "ITC", "EQ", "INE154A01025"))


def resolved(make, *files):
    return make(Source(nse_cm=MASTER), *files).by_token(727).name


def test_the_newest_file_wins_by_the_date_in_its_name(make, tmp_path):
    new = v1_file(tmp_path / "TradeApiInstruments_CASH_01_11_2022.txt", ACC)
    old = v1_file(tmp_path / "TradeApiInstruments_Cash_30_10_2022.txt", ITC)
    assert resolved(make, new, old) == resolved(make, old, new) == "ACC"


def test_the_newest_file_wins_by_its_own_time_where_the_name_has_no_date(make, tmp_path):
    new, old = v1_file(tmp_path / "a.txt", ACC), v1_file(tmp_path / "b.txt", ITC)
    os.utime(new, (2000, 2000))
    os.utime(old, (1000, 1000))
    assert resolved(make, new, old) == resolved(make, old, new) == "ACC"


def test_an_older_file_adds_what_the_newest_lacks(make, tmp_path):
    new = v1_file(tmp_path / "x_01_11_2022.txt", v1_cash(1, "NEW", "EQ", "INE000A01025", 1))
    assert resolved(make, new, v1_file(tmp_path / "x_30_10_2022.txt", ACC)) == "ACC"


def test_repeated_rows_are_fine_and_contradicting_rows_prove_nothing(make, tmp_path):
    assert resolved(make, v1_file(tmp_path / "same.txt", ACC, ACC)) == "ACC"
    with pytest.raises(UnknownInstrument, match="two different instruments") as caught:
        resolved(make, v1_file(tmp_path / "two.txt", ACC, ITC, ACC))
    assert caught.value.token == 727


@pytest.mark.parametrize(
    ("header", "row", "end"),
    [
        pytest.param(CASH_HEADER, ACC, "\n", id="LF"),
        pytest.param(CASH_HEADER.replace("OptionType", "optionType"), ACC, "\r\n", id="other spelling"),
        pytest.param("\ufeff" + CASH_HEADER, ACC, "\r\n", id="byte order mark"),
        pytest.param(CASH_HEADER + "|nudge", ACC + "|7", "\r\n", id="added column"),
        pytest.param("nudge|" + CASH_HEADER, "7|" + ACC, "\r\n", id="column added in front"),
        pytest.param(CASH_HEADER, ACC + "|", "\r\n", id="trailing delimiter"),
        pytest.param(CASH_HEADER, ACC.replace("ACC Ltd", 'Acc "é'), "\n", id="quote and accent"),
        pytest.param(CASH_HEADER, ACC + "\n", "\n", id="blank line"),
    ],
)
def test_shapes_that_are_read(make, tmp_path, header, row, end):
    assert resolved(make, v1_file(tmp_path / "f.txt", row, header=header, end=end)) == "ACC"


def test_latin_1_and_broken_rows(make, tmp_path, caplog):
    path = tmp_path / "f.txt"
    path.write_bytes(f"{CASH_HEADER}\n{ACC.replace('ACC Ltd', 'Accé')}\nx|y\n".encode("latin-1"))
    assert resolved(make, path) == "ACC"
    assert f"1 rows of the v1 instrument file {path} could not be read" in caplog.text


ACC_FILE = f"{CASH_HEADER}\n{ACC}\n".encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\r\n\r\n", "is empty"),
        (gzip.compress(ACC_FILE, mtime=0), "is compressed: unpack it"),
        (b"PK\x03\x04" + ACC_FILE, "is compressed: unpack it"),
        (ACC_FILE.decode().encode("utf-16"), "is in UTF-16: save it as UTF-8"),
        (b"\n<!DOCTYPE html><html><body>Forbidden", "is a web page"),
        (b"Forbidden", "its first line should be instrumentToken|"),
    ],
)
def test_what_is_no_instrument_file_says_what_it_is(content, why, make, tmp_path):
    path = tmp_path / "old.txt"
    path.write_bytes(content)
    with pytest.raises(InstrumentError, match="KS_COMPAT_V1_INSTRUMENTS") as caught:
        resolved(make, path)
    assert f"{path} (KS_COMPAT_V1_INSTRUMENTS) is not a v1 instrument file: " in str(caught.value)
    assert why in str(caught.value)


def test_a_missing_file_says_how_several_are_joined(make, tmp_path):
    with pytest.raises(
        InstrumentError, match=rf"No such file or directory\); several files are joined by '{os.pathsep}'"
    ):
        resolved(make, tmp_path / "cash.txt,fno.txt")
