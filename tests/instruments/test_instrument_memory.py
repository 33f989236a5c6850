"""Pins, pairs learned from holdings, and the numbers that were given out: kept, checked, shared by processes."""

import os
import sqlite3
import subprocess
import sys
import textwrap
from datetime import date, timedelta
from pathlib import Path

import pytest
from instrument_fakes import TODAY, NoNetwork, Source, at, contract, master_csv, share, v1_cash, v1_file

from ks_compat.instruments import InstrumentError, UnknownInstrument
from ks_compat.instruments.ledger import Ledger
from ks_compat.instruments.memory import Memory

EXPIRY = date(2026, 1, 27)
INDEX = {**share("26000", "NIFTY", "", ""), "pTrdSymbol": "NIFTY"}
NSE = master_csv(
    INDEX,
    share("22", "ACC", "EQ", "INE012A01025"),
    share("7759", "ABAN", "BE", "INE421A01028"),
    share("5025", "AETHER", "EQ", "INE0BWX01014"),
    share("301", "FUND", "EQ", "INF204KC1AB2"),
)
BSE = master_csv(share("500410", "ACC", "A", "INE012A01025", "bse_cm"))
NFO = master_csv(
    contract("35001", "NIFTY26JANFUT", "NIFTY", EXPIRY),
    contract("35009", "NIFTY25DECFUT", "NIFTY", TODAY - timedelta(days=1)),
)


@pytest.fixture
def source():
    return Source(nse_cm=NSE, bse_cm=BSE, nse_fo=NFO)


def later(make, source, days=8, **bodies):
    """So much later that a shorter master is believed, with other masters."""
    make.clock[0] += days * 86400
    source.bodies.update(bodies)
    return make(source)


# -- pins


def test_a_pin_is_the_first_proof_and_lasts(make, source, tmp_path):
    old = v1_file(tmp_path / "c.txt", v1_cash(727, "ABAN", "BE", "INE421A01028", 7759))
    book = make(source, old)
    assert book.resolve(727).how == "exchange token"
    assert book.pin("727", "nse_cm", "ACC-EQ").symbol == "22"
    for pinned in (book, make(source, old), later(make, source)):
        found = pinned.resolve(727)
        assert (found.instrument.trading_symbol, found.how) == ("ACC-EQ", "pin")
        assert pinned.quote_key(727) == "nse_cm|22"
        assert pinned.token_of("nse_cm", "22") == 727
    (pin,) = book.pins()
    assert (pin.token, pin.exchange_segment, pin.trading_symbol, pin.day) == (727, "nse_cm", "ACC-EQ", TODAY)
    book.pin(727, "nse_cm", "AETHER-EQ")
    assert book.by_token(727).name == "AETHER"
    assert book.unpin(727) is True
    assert book.unpin(727) is False
    assert book.pins() == []
    assert book.by_token(727).name == "ABAN"


@pytest.mark.parametrize(
    ("token", "segment", "symbol", "words"),
    [
        (727, "nse_cm", "NIFTY", "NIFTY is an index"),
        (727, "nse_cm", "ACC", "has no trading symbol 'ACC'"),
        (727, "nyse", "ACC-EQ", "not an exchange segment"),
        (727, "nse_fo", "NIFTY25DECFUT", "expired on 2025-12-28"),
        (1_010_000_022, "nse_cm", "ACC-EQ", "cannot be pinned: it is a synthetic number"),
        (1_110_000_022, "nse_cm", "ACC-EQ", "cannot be pinned: it is a synthetic number"),
        (11721, "nse_cm", "ACC-EQ", "cannot be pinned: it is an index of the old API"),
        ("x", "nse_cm", "ACC-EQ", "is not an instrument token"),
    ],
)
def test_what_cannot_be_pinned(make, source, token, segment, symbol, words):
    book = make(source)
    with pytest.raises(InstrumentError, match=words):
        book.pin(token, segment, symbol)
    assert book.pins() == []


def test_a_pin_follows_its_share_and_nothing_else(make, source):
    book = make(source)
    book.pin(1, "nse_cm", "ACC-EQ")
    book.pin(2, "nse_cm", "FUND-EQ")
    book.pin(3, "nse_fo", "NIFTY26JANFUT")
    split = master_csv(share("22", "ACC", "EQ", "INE012A01033"), share("301", "OTHER", "EQ", "INF204KC1AB3"))
    book = later(make, source, nse_cm=split, nse_fo=master_csv(contract("35001", "ITC26JANFUT", "ITC", EXPIRY)))
    assert book.by_token(1).isin == "INE012A01033"
    for token, what in ((2, "pinned to FUND-EQ"), (3, "pinned to NIFTY26JANFUT")):
        with pytest.raises(UnknownInstrument, match=f"{what}, but today's scrip master does not list that any more"):
            book.by_token(token)
    book = later(make, source, days=9, nse_cm=master_csv(share("99", "ACC", "BE", "INE012A01025")))
    assert book.by_token(1).trading_symbol == "ACC-BE"


# -- learned pairs


def test_holdings_teach_and_the_next_process_knows(make, source):
    book = make(source)
    with pytest.raises(UnknownInstrument):
        book.by_token(955)
    book.learn([(955, "nse_cm", "22", "INE012A01025"), (728, "bse_cm", "500410", "INE012A01025")])
    for each in (book, make(source)):
        found = each.resolve(955)
        assert (found.instrument.trading_symbol, found.how) == ("ACC-EQ", "learned")
        assert each.by_token(728).exchange_segment == "bse_cm"
        assert each.token_of("nse_cm", "22") == 955


@pytest.mark.parametrize(
    "row",
    [
        (955, "nse_fo", "35001", "INE012A01025"),
        (955, "", "22", "INE012A01025"),
        (955, "nse_cm", "", "INE012A01025"),
        (0, "nse_cm", "22", "INE012A01025"),
        (11721, "nse_cm", "22", "INE012A01025"),
        (1_010_005_025, "nse_cm", "22", "INE012A01025"),
    ],
)
def test_what_is_not_learned(make, source, row):
    book = make(source)
    book.learn([row])
    assert not (make.folder / "memory.sqlite").exists()


def test_a_learned_pair_does_not_outlive_a_change_of_issuer(make, source):
    make(source).learn([(955, "nse_cm", "22", "INE012A01025"), (956, "nse_cm", "7759", "INE421A01010")])
    assert make(source).by_token(956).trading_symbol == "ABAN-BE"  # a new ISIN of the same share
    book = later(make, source, nse_cm=master_csv(share("22", "OTHER", "EQ", "INE999A01025")))
    with pytest.raises(UnknownInstrument, match=r"was nse_cm 22 \(ISIN INE012A01025\) in your holdings"):
        book.by_token(955)
    assert book.token_of("nse_cm", "22") == 1_010_000_022


def test_a_pair_without_an_isin_is_proven_by_the_master_of_its_day_only(make, source):
    make(source).learn([(955, "nse_cm", "22", ""), (956, "nse_cm", "7759", ""), (957, "nse_cm", "12345", "")])
    book = make(source)
    assert book.resolve(955).how == "learned"
    with pytest.raises(UnknownInstrument, match="957 cannot be resolved"):
        book.by_token(957)
    book.learn([(955, "nse_cm", "22", "")])  # again without an ISIN: what is known stays
    book = later(make, source)
    assert book.resolve(955).how == "learned"
    with pytest.raises(UnknownInstrument, match="956 cannot be resolved"):
        book.by_token(956)  # was never asked for on its day
    book.learn([(956, "nse_cm", "7759", "")])  # the master of this day is here: stamped at once
    assert later(make, source, days=1).resolve(956).how == "learned"


def test_holdings_and_an_old_file_that_disagree_prove_nothing(make, source, tmp_path):
    old = v1_file(
        tmp_path / "c.txt",
        v1_cash(5025, "BIRLATYRES", "EQ", "INE0AEJ01013", 5025),
        v1_cash(727, "ACC", "EQ", "INE012A01025", 22),
    )
    book = make(source, old)
    book.learn([(5025, "nse_cm", "5025", "INE0BWX01014"), (727, "bse_cm", "500410", "INE012A01025")])
    with pytest.raises(UnknownInstrument, match=r"BIRLATYRES-EQ .* but your holdings show it for nse_cm 5025"):
        book.by_token(5025)
    assert book.token_of("nse_cm", "5025") == 1_010_005_025
    # The same share at the other exchange: the bot's own file says where it trades.
    assert (book.by_token(727).exchange_segment, book.resolve(727).how) == ("nse_cm", "exchange token")
    book.pin(5025, "nse_cm", "AETHER-EQ")
    assert book.by_token(5025).name == "AETHER"


# -- the ledger


def test_a_number_seen_once_never_means_another_contract(make, source):
    book = make(source)
    assert book.by_token(1_020_035_001).trading_symbol == "NIFTY26JANFUT"
    reused = master_csv(contract("35001", "ITC26FEBFUT", "ITC", date(2026, 2, 24), "FUTSTK"))
    book = later(make, source, days=30, nse_fo=reused)
    words = "was NIFTY26JANFUT 2026-01-27 when it was first seen on 2025-12-29; .* now belongs to ITC26FEBFUT"
    for ask in (book.by_token, book.quote_key):
        with pytest.raises(UnknownInstrument, match=words):
            ask(1_020_035_001)
    own = book.token_of("nse_fo", "35001")
    assert own == 1_110_000_001
    for each in (book, make(source)):
        assert each.by_token(own).trading_symbol == "ITC26FEBFUT"
        assert each.token_of("nse_fo", "35001") == own
    tomorrow = make(NoNetwork())
    make.clock[0] += 86400
    assert tomorrow.token_of("nse_fo", "35001") == own  # its master is not here yet, but the contract lives
    again = master_csv(contract("35001", "ACC26MARFUT", "ACC", date(2026, 3, 31), "FUTSTK"))
    book = later(make, source, days=30, nse_fo=again)
    assert book.token_of("nse_fo", "35001") == 1_020_035_001  # nothing known: refused below, should an order use it
    book.by_symbol("nse_fo", "35001")
    assert book.token_of("nse_fo", "35001") == own + 1
    for number in (own, 1_020_035_001):
        with pytest.raises(UnknownInstrument, match="now belongs to ACC26MARFUT"):
            book.by_token(number)


def test_a_number_given_out_by_a_report_is_kept_too(make, source):
    book = make(source)
    book.by_symbol("nse_fo", "35001")
    assert book.token_of("nse_fo", "35001") == 1_020_035_001
    book = later(make, source, nse_fo=master_csv(contract("35001", "ITC26FEBFUT", "ITC", date(2026, 2, 24))))
    with pytest.raises(UnknownInstrument, match="was NIFTY26JANFUT"):
        book.by_token(1_020_035_001)


def test_a_share_keeps_its_number_through_a_split_and_loses_it_to_another_issuer(make, source):
    assert make(source).by_token(1_010_000_022).name == "ACC"
    assert later(make, source, nse_cm=master_csv(share("22", "ACC", "EQ", "INE012A01033"))).by_token(1_010_000_022)
    book = later(make, source, nse_cm=master_csv(share("22", "ELSE", "EQ", "INE777A01033")))
    with pytest.raises(UnknownInstrument, match="now belongs to ELSE-EQ"):
        book.by_token(1_010_000_022)


def test_a_number_of_another_machine_is_refused(make, source):
    with pytest.raises(UnknownInstrument, match="was not given out on this machine"):
        make(source).by_token(1_110_000_001)


def test_several_of_one_number_in_one_batch_get_numbers_of_their_own(make, source, tmp_path):
    book = make(source)
    first = book.by_symbol("nse_fo", "35001")
    others = [
        type(first)(**{name: getattr(first, name) for name in first.__slots__} | {"trading_symbol": f"X{n}"})
        for n in range(3)
    ]
    ledger = Ledger(Memory(tmp_path))
    numbers = [number for _, number in ledger.numbers([first, *others, first], "2025-12-29")]
    assert numbers == [1_020_035_001, 1_110_000_001, 1_110_000_002, 1_110_000_003, 1_020_035_001]
    assert [number for _, number in ledger.numbers(others, "2025-12-30")] == numbers[1:4]


# -- the file


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_file_is_private_and_made_with_the_first_entry(make, source):
    book = make(source)
    book.by_symbol("nse_cm", "22")
    assert not (make.folder / "memory.sqlite").exists()
    book.pin(727, "nse_cm", "ACC-EQ")
    kept = [path for path in make.folder.iterdir() if path.name.startswith("memory.sqlite")]
    assert kept
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


def test_another_process_s_pin_is_seen_at_once(make, source):
    here, there = make(source), make(source)
    here.pin(1, "nse_cm", "ACC-EQ")
    assert there.by_token(1).name == "ACC"
    here.pin(1, "nse_cm", "AETHER-EQ")
    assert there.by_token(1).name == "AETHER"
    here.unpin(1)
    with pytest.raises(UnknownInstrument):
        there.by_token(1)


@pytest.mark.parametrize("content", [b"no database at all" * 100, "other version"])
def test_a_damaged_file_is_named_and_nothing_is_resolved_past_it(make, source, content):
    make.folder.mkdir(parents=True)
    path = make.folder / "memory.sqlite"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        db = sqlite3.connect(path)
        db.execute("PRAGMA user_version=99")
        db.close()
    book = make(source)
    for ask in (lambda: book.by_token(727), lambda: book.by_token(1_020_035_001), book.pins):
        with pytest.raises(InstrumentError, match=r"memory\.sqlite.*move it away") as caught:
            ask()
        assert not isinstance(caught.value, UnknownInstrument)


def test_a_disk_that_takes_no_entry_stops_no_proven_order(make, source, caplog, monkeypatch):
    book = make(source)

    def full(_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Memory, "_opened", lambda self, make: full(self) if make else None)
    assert book.by_token(1_020_035_001).trading_symbol == "NIFTY26JANFUT"
    assert "database or disk is full" in caplog.text


WORKER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    sys.path.insert(0, sys.argv[3])
    from instrument_fakes import Source, at
    from test_instrument_memory import BSE, NFO, NSE
    from ks_compat.instruments import Instruments

    class Counted(Source):
        def download(self, url):
            with open(sys.argv[2], "a") as log:
                log.write(url + "\\n")
            for chunk in super().download(url):
                time.sleep(0.02)
                yield chunk

    with Instruments(Path(sys.argv[1]), Counted(nse_cm=NSE, bse_cm=BSE, nse_fo=NFO), now=lambda: at()) as book:
        number = int(sys.argv[4])
        book.pin(number, "nse_cm", "ACC-EQ")
        book.learn([(10_000 + number, "nse_cm", "22", "INE012A01025")])
        print(book.by_token(number).trading_symbol, book.by_token(1_020_035_001).trading_symbol, book.v1_file("fno"))
    """
)


def test_bots_that_start_at_once_share_one_download_and_lose_no_entry(make, tmp_path):
    log = tmp_path / "downloads.txt"
    command = [sys.executable, "-c", WORKER, str(tmp_path / "home"), str(log), str(Path(__file__).parent)]
    running = [
        subprocess.Popen([*command, str(n)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in range(1, 5)
    ]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    assert {out.rsplit(" ", 1)[0] for out, _ in said} == {"ACC-EQ NIFTY26JANFUT"}
    assert len({out.split()[-1] for out, _ in said}) == 1
    assert len(log.read_text().split()) == 2  # nse_cm and nse_fo, once each
    book = make(NoNetwork())
    assert [pin.token for pin in book.pins()] == [1, 2, 3, 4]
    assert {book.resolve(10_000 + n).how for n in range(1, 5)} == {"learned"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_has_a_connection_of_its_own(make, source):
    book = make(source)
    book.pin(1, "nse_cm", "ACC-EQ")
    parents = book._memory._db
    child = os.fork()
    if child == 0:
        code = 1
        try:
            book.pin(2, "nse_cm", "AETHER-EQ")
            code = int(book._memory._db is parents)
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert [pin.token for pin in book.pins()] == [1, 2]
    book.pin(3, "nse_cm", "ACC-EQ")
    assert make(source).by_token(3).name == "ACC"
    assert make.clock[0] == at()
