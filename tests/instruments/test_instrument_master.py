"""The daily scrip master: refreshed once a day, read by column name, the last good one kept (instruments.md 2, 7)."""

import logging
import os
import sys
import threading
from datetime import date, timedelta

import pytest
from instrument_fakes import COLUMNS, TODAY, NoNetwork, Source, at, contract, master_csv, seconds_1970, share

from ks_compat.instruments import MasterUnavailable, UnknownInstrument

SHARES = [share(str(n), f"S{n}", "EQ", f"INE{n:03}A01011") for n in range(1, 101)]
GOOD = master_csv(*SHARES)
YESTERDAY = TODAY - timedelta(days=1)


def names(make):
    return sorted(path.name for path in make.folder.iterdir() if path.suffix != ".lock")


def test_nothing_is_touched_before_the_first_lookup(make, tmp_path):
    make(NoNetwork(), tmp_path / "absent.txt")
    assert list(tmp_path.iterdir()) == []


def test_one_download_a_day_shared_by_processes(make):
    source = Source(nse_cm=GOOD, bse_cm=GOOD.replace(b"nse_cm", b"bse_cm"))
    book = make(source)
    for _ in range(3):
        book.by_symbol("nse_cm", "7")
    assert source.downloads == ["nse_cm"]
    assert make(NoNetwork()).by_symbol("nse_cm", "7").name == "S7"
    book.by_symbol("bse_cm", "7")
    assert source.downloads == ["nse_cm", "bse_cm"]


def test_the_day_turns_at_eight_in_india_when_the_files_are_out(make):
    source = Source(nse_cm=GOOD)
    book = make(source)
    for hour, downloads in ((8, 1), (23, 1), (24 + 7, 1), (24 + 8, 2)):
        make.clock[0] = at(TODAY, 0) + hour * 3600
        book.by_symbol("nse_cm", "7")
        assert len(source.downloads) == downloads, hour
    assert names(make) == ["nse_cm-2025-12-29.sqlite", "nse_cm-2025-12-30.sqlite"]


def test_only_the_last_few_files_stay(make):
    book = make(Source(nse_cm=GOOD))
    for day in range(6):
        make.clock[0] = at(TODAY + timedelta(days=day))
        book.by_symbol("nse_cm", "7")
    assert names(make) == [f"nse_cm-{date(2026, 1, day)}.sqlite" for day in (1, 2, 3)]


def test_what_a_killed_process_left_is_removed_later(make):
    make.folder.mkdir(parents=True)
    old, fresh = make.folder / "nse_cm-old.tmp", make.folder / "nse_cm-new.tmp"
    for path in (old, fresh):
        path.touch()
    os.utime(old, (0, 0))
    make(Source(nse_cm=GOOD)).by_symbol("nse_cm", "7")
    assert not old.exists()
    assert fresh.exists()


def test_names_added_columns_quotes_and_bad_rows(make, caplog):
    columns = ["CASEligible", *reversed(COLUMNS), "new"]
    message = 'under "ASM", stage\n2'
    body = master_csv(
        share("1", "M&M", "EQ", "INE101A01026", surveillanceMessage=message, pDesc="MAHINDRA, MAHINDRA"),
        share("x", "BAD", "EQ", "INE102A01026"),
        share("3", "BAD", "EQ", "INE103A01026", dTickSize="nan"),
        share("4", "BAD", "EQ", "INE103A01026", segment="bse_cm"),
        share("5", "NOFREEZE", "EQ", "INE105A01026", lFreezeQty="?", dTickSize="-1", lLotSize="-1"),
        columns=columns,
    )
    book = make(Source(nse_cm=body.replace(b"\n5,", b"\nshort,row\n5,")))
    assert book.by_trading_symbol("nse_cm", "M&M-EQ").description == "MAHINDRA, MAHINDRA"
    plain = book.by_symbol("nse_cm", "5")
    assert (plain.freeze_quantity, plain.tick_size, plain.lot_size) == (None, None, 1)
    assert "3 rows of the scrip master of nse_cm could not be read" in caplog.text


def test_windows_line_ends_byte_order_mark_and_foreign_bytes(make):
    body = b"\xef\xbb\xbf" + master_csv(share("1", "ACC", "EQ", "INE012A01025", pDesc="CAF\u00c9\u2028X")).replace(
        b"\n", b"\r\n"
    ).replace("\u00c9".encode(), b"\xc9")
    assert make(Source(nse_cm=body)).by_symbol("nse_cm", "1").trading_symbol == "ACC-EQ"


BAD = {
    "header only": (master_csv(), "holds no instruments"),
    "empty": (b"", "is empty"),
    "HTML": (b"<html><body>Forbidden</body></html>", "came as something else, such as an error page"),
    "a column missing": (GOOD.replace(b"pISIN", b"pIsinCode"), "has no column pISIN"),
    "NUL bytes": (GOOD.replace(b"S50,", b'"\0' + b"x" * 200_000), ""),
    "cut inside a row": (GOOD[:-40], "ends inside a row"),
    "shrunk": (master_csv(*SHARES[:69]), "holds only 69 instruments after 100 on 2025-12-28"),
    "an HTTP error": (OSError("503"), "failed (OSError: 503)"),
}


@pytest.mark.parametrize(("body", "words"), BAD.values(), ids=BAD)
def test_a_bad_download_keeps_the_last_good_master(make, caplog, body, words):
    make.clock[0] = at(YESTERDAY)
    source = Source(nse_cm=GOOD)
    book = make(source)
    book.by_symbol("nse_cm", "7")
    make.clock[0] = at(TODAY)
    source.bodies["nse_cm"] = body
    with caplog.at_level(logging.WARNING):
        assert book.by_symbol("nse_cm", "7").name == "S7"
    assert "of 2025-12-28 is used" in caplog.text
    assert words in caplog.text
    book.by_symbol("nse_cm", "7")
    assert len(source.downloads) == 2  # not tried again today
    assert names(make) == ["nse_cm-2025-12-28.sqlite"]


@pytest.mark.parametrize(("body", "words"), [BAD[name] for name in BAD if name != "shrunk"])
def test_a_bad_download_with_nothing_kept_is_an_error_and_tried_again(make, body, words):
    source = Source(nse_cm=body)
    book = make(source)
    with pytest.raises(MasterUnavailable) as caught:
        book.by_symbol("nse_cm", "7")
    assert words in str(caught.value)
    assert caught.value.segment == "nse_cm"
    assert names(make) == []
    source.bodies["nse_cm"] = GOOD
    assert book.by_symbol("nse_cm", "7").name == "S7"


def test_a_little_shrinking_is_life_and_so_is_a_week_of_it(make):
    source = Source(nse_cm=GOOD)
    book = make(source)
    book.by_symbol("nse_cm", "7")
    for days, rows in ((1, 71), (8, 71), (9, 20), (17, 20)):
        make.clock[0] = at(TODAY + timedelta(days=days))
        source.bodies["nse_cm"] = master_csv(*SHARES[:rows])
        book.by_symbol("nse_cm", "7")
    assert names(make)[-1] == "nse_cm-2026-01-15.sqlite"
    with pytest.raises(UnknownInstrument):
        book.by_symbol("nse_cm", "30")


def test_a_segment_that_is_not_listed(make):
    with pytest.raises(MasterUnavailable, match=r"Kotak lists no file nse_cm-v1\.csv today"):
        make(Source(nse_fo=GOOD)).by_symbol("nse_cm", "7")


@pytest.mark.parametrize("damage", [b"not a database", b""])
def test_a_damaged_index_is_built_again(make, damage):
    make.folder.mkdir(parents=True)
    (make.folder / "nse_cm-2025-12-29.sqlite").write_bytes(damage)
    source = Source(nse_cm=GOOD)
    assert make(source).by_symbol("nse_cm", "7").name == "S7"
    assert source.downloads == ["nse_cm"]


def test_a_home_that_cannot_be_written(make, tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(MasterUnavailable, match="cannot be written"):
        make(Source(nse_cm=GOOD)).by_symbol("nse_cm", "7")


def test_threads_share_one_download(make):
    source = Source(nse_cm=GOOD)
    book = make(source)
    assert _at_once(8, lambda: book.by_symbol("nse_cm", "7").name) == ["S7"] * 8
    assert source.downloads == ["nse_cm"]


class Slow(Source):
    """A download that waits for `go`; `begun` says that it has begun."""

    def __init__(self, **bodies):
        super().__init__(**bodies)
        self.begun, self.go = threading.Event(), threading.Event()

    def download(self, url):
        self.begun.set()
        assert self.go.wait(20)
        yield from super().download(url)


def test_the_second_waits_for_the_first_and_uses_its_file(make):
    first, second = Slow(nse_cm=GOOD), Source(nse_cm=GOOD)
    found = []
    threads = [
        threading.Thread(target=lambda s=s: found.append(make(s).by_symbol("nse_cm", "7").name))
        for s in (first, second)
    ]
    threads[0].start()
    assert first.begun.wait(20)
    threads[1].start()
    threads[1].join(0.3)
    assert threads[1].is_alive()
    first.go.set()
    for thread in threads:
        thread.join()
    assert found == ["S7", "S7"]
    assert (first.downloads, second.downloads) == (["nse_cm"], [])


def test_the_wait_for_another_is_bounded_and_neither_breaks_the_other(make, monkeypatch):
    monkeypatch.setattr("ks_compat.instruments.once.WAIT_SECONDS", 0.2)
    first = Slow(nse_cm=GOOD)
    found = []
    thread = threading.Thread(target=lambda: found.append(make(first).by_symbol("nse_cm", "7").name))
    thread.start()
    assert first.begun.wait(20)
    second = Source(nse_cm=GOOD)
    assert make(second).by_symbol("nse_cm", "8").name == "S8"  # while the first one still hangs
    assert second.downloads == ["nse_cm"]
    first.go.set()
    thread.join()
    assert found == ["S7"]
    assert names(make) == ["nse_cm-2025-12-29.sqlite"]


def test_one_that_fails_leaves_it_to_the_next(make):
    bad, good = Slow(nse_cm=OSError("503")), Source(nse_cm=GOOD)
    failed, found = [], []

    def first():
        with pytest.raises(MasterUnavailable):
            make(bad).by_symbol("nse_cm", "7")
        failed.append(True)

    threads = [
        threading.Thread(target=first),
        threading.Thread(target=lambda: found.append(make(good).by_symbol("nse_cm", "7").name)),
    ]
    threads[0].start()
    assert bad.begun.wait(20)
    threads[1].start()
    bad.go.set()
    for thread in threads:
        thread.join()
    assert (failed, found) == ([True], ["S7"])


def _at_once(count, work):
    results = []
    threads = [threading.Thread(target=lambda: results.append(work())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_closed_book_opens_again(make):
    book = make(Source(nse_cm=GOOD))
    book.by_symbol("nse_cm", "7")
    book.close()
    assert book.by_symbol("nse_cm", "8").name == "S8"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_files_are_private(make):
    make(Source(nse_cm=GOOD)).by_symbol("nse_cm", "7")
    assert make.folder.stat().st_mode & 0o777 == make.folder.parent.stat().st_mode & 0o777 == 0o700
    assert (make.folder / "nse_cm-2025-12-29.sqlite").stat().st_mode & 0o777 == 0o600


def test_contracts_of_all_segments(make):
    expiry = date(2026, 1, 30)
    cde = contract("9", "USDINR26JANFUT", "USDINR", expiry, "FUTCUR", segment="cde_fo", lPrecision="4", dTickSize="25")
    bodies = {
        "nse_fo": master_csv(
            contract("1", "NIFTY26JAN26000PE", "NIFTY", expiry, "OPTIDX", "pe", "2.6e+06",
                     pScripRefKey="NIFTY30JAN2626000.00PE"),
            contract("2", "OLD23D0720100CE", "OLD", expiry, "OPTIDX", "CE", "2010000.0", pScripRefKey="OLD26JUN230CE"),
            contract("3", "UNIX", "UNIX", expiry, lExpiryDate=str(seconds_1970(expiry))),
            contract("4", "LONGGONE", "LONGGONE", TODAY - timedelta(days=8)),
            contract("5", "WRONGKEY", "WRONGKEY", expiry, pScripRefKey="WRONGKEY29JAN26FUT"),
            contract("6", "NOSTRIKE", "NOSTRIKE", expiry, "OPTIDX", "CE"),
            contract("7", "NOLOT", "NOLOT", expiry, lLotSize="-1"),
        ),
        "bse_fo": master_csv(contract("1135463", "SENSEX26JANFUT", "SENSEX", expiry, segment="bse_fo")),
        "mcx_fo": master_csv(
            contract("578787", "GOLDM30JAN26148500CE", "GOLDM", expiry, "OPTFUT", "CE", "1.485e+07", "mcx_fo")
        ),
        "cde_fo": master_csv(cde),
    }  # fmt: skip
    book = make(Source(**bodies))
    put = book.by_symbol("nse_fo", "1")
    assert (put.option_type, str(put.strike), put.expiry, put.freeze_quantity) == ("PE", "26000", expiry, 1801)
    assert str(book.by_symbol("nse_fo", "2").strike) == "20100"
    assert book.by_symbol("nse_fo", "3").expiry == expiry
    for symbol in "4567":
        with pytest.raises(UnknownInstrument):
            book.by_symbol("nse_fo", symbol)
    assert book.by_symbol("bse_fo", "1135463").expiry == expiry
    gold = book.by_symbol("mcx_fo", "578787")
    assert (gold.expiry, str(gold.strike), gold.exchange) == (expiry, "148500", "MCX")
    assert str(book.by_symbol("cde_fo", "9").tick_size) == "0.0025"
