"""Dates, synthetic numbers, and the way back from a v2 row to the bot's own number."""

from datetime import date

import pytest
from instrument_fakes import FNO_HEADER, NoNetwork, Source, at, contract, master_csv, share, v1_cash, v1_file, v1_fno

from ks_compat.instruments import Instrument, InstrumentError, Instruments, UnknownInstrument, synthetic
from ks_compat.instruments.expiry import expiry_date, guarded_expiry, reference_expiry, v1_expiry
from ks_compat.instruments.segments import BASE_1970, BASE_1980, SEGMENTS


@pytest.mark.parametrize(
    ("raw", "base", "expected"),
    [
        (1376145000, BASE_1980, date(2023, 8, 10)),
        (1386426600, BASE_1980, date(2023, 12, 7)),
        (1388241000, BASE_1980, date(2023, 12, 28)),
        (1448548200, BASE_1980, date(2025, 11, 25)),
        (1456410600, BASE_1980, date(2026, 2, 24)),
        (1467297000, BASE_1980, date(2026, 6, 30)),
        (1472135400, BASE_1980, date(2026, 8, 25)),
        (1474554600, BASE_1980, date(2026, 9, 22)),
        (1778803199, BASE_1970, date(2026, 5, 14)),
        (1790380799, BASE_1970, date(2026, 9, 25)),
    ],
)
def test_expiry_vectors(raw, base, expected):
    assert expiry_date(raw, base) == expected
    for segment in ("nse_fo", "mcx_fo"):  # the guard finds the right zero from either side
        assert guarded_expiry(raw, SEGMENTS[segment], expected) == expected


def test_the_guard_refuses_what_fits_neither_zero():
    for raw in (0, -1, 10**18, 1474554600):
        assert guarded_expiry(raw, SEGMENTS["nse_fo"], date(2060, 1, 1)) is None


def test_written_dates():
    assert v1_expiry("16DEC21") == date(2021, 12, 16)
    assert [v1_expiry(text) for text in ("0", "-", "", "31FEB22", "1DEC21")] == [None] * 5
    assert reference_expiry("RELIANCE25NOV25FUT", "RELIANCE") == date(2025, 11, 25)
    assert reference_expiry("INFY30JUN26660.00PE", "INFY") == date(2026, 6, 30)
    # keys of 2023 are trading symbols: "26JUN23" is no date here
    assert reference_expiry("FEDERALBNK26JUN230CE", "FEDERALBNK") is None
    assert reference_expiry("NIFTY23D0720100CE", "NIFTY") is None
    assert reference_expiry("", "NIFTY") is None


def test_synthetic_numbers_go_there_and_back():
    assert synthetic.encode("nse_cm", "22") == 1_010_000_022
    assert synthetic.encode("ncd_co", "9899999") == 1_109_899_999
    for name in SEGMENTS:
        number = synthetic.encode(name, "1135463")
        assert synthetic.is_synthetic(number)
        assert number < 2**31
        segment, symbol = synthetic.decode(number)
        assert (segment.name, symbol) == (name, "1135463")
    assert not any(map(synthetic.is_synthetic, (215_535, 1_009_999_999, 1_110_000_000)))


@pytest.mark.parametrize("symbol", ["9900000", "0", "", "Nifty 50", "-1"])
def test_what_has_no_synthetic_number(symbol):
    with pytest.raises(InstrumentError, match="does not fit"):
        synthetic.encode("nse_cm", symbol)


MASTER = master_csv(
    share("22", "ACC", "EQ", "INE012A01025"),
    share("7759", "ABAN", "BE", "INE421A01028"),
    share("5025", "AETHER", "EQ", "INE0BWX01014"),
)
EXPIRY = date(2026, 1, 27)
NFO = master_csv(contract("35002", "NIFTY26JAN26000CE", "NIFTY", EXPIRY, "OPTIDX", "CE", "2.6e+06"))


@pytest.fixture
def files(tmp_path):
    cash = (
        v1_cash(727, "ACC", "EQ", "INE012A01025", 22),
        v1_cash(10, "ABAN", "EQ", "INE421A01028", 10),
        v1_cash(99, "BIRLATYRES", "EQ", "INE0AEJ01013", 5025),
        v1_cash(728, "ACC", "EQ", "INE012A01025", 500410, "BSE"),
    )
    fno = v1_fno(72, "NIFTY", "27JAN26", "26000", "OI", "CE")
    return v1_file(tmp_path / "c.txt", *cash), v1_file(tmp_path / "f.txt", fno, header=FNO_HEADER)


def test_the_way_back_without_a_master_needs_name_and_series(make, files):
    book = make(NoNetwork(), *files)
    assert book.token_of("nse_cm", "22", name="ACC", series="EQ") == 727
    assert book.token_of("bse_cm", "500410", name="ACC", series="EQ") == 728
    assert book.token_of("nse_cm", "22") == 1_010_000_022
    assert book.token_of("nse_cm", "22", name="ACC", series="BL") == 1_010_000_022
    assert book.token_of("nse_cm", "5025", name="AETHER", series="EQ") == 1_010_005_025  # recycled
    assert book.token_of("nse_fo", "43238", name="NIFTY", series="OI") == 1_020_043_238  # reused every few weeks


def test_the_way_back_is_the_proven_join_where_todays_master_is_here(make, files):
    make(Source(nse_cm=MASTER, nse_fo=NFO), *files).by_symbol("nse_cm", "22")
    book = make(NoNetwork(), *files)  # another process of the same day
    assert book.token_of("nse_cm", "22") == 727
    assert book.token_of("nse_cm", "7759") == 10
    assert book.token_of("nse_cm", "5025", name="AETHER", series="EQ") == 1_010_005_025
    assert book.token_of("nse_fo", "35002") == 1_020_035_002  # its master is not here
    make(Source(nse_fo=NFO)).by_symbol("nse_fo", "35002")
    assert book.token_of("nse_fo", "35002") == 72


def test_the_number_the_bot_used_goes_before_all_others(make, files):
    book = make(Source(nse_cm=MASTER, nse_fo=NFO), *files)
    book.by_token(1_010_000_022)
    assert book.token_of("nse_cm", "22", name="ACC", series="EQ") == 1_010_000_022
    book.by_token(727)
    book.by_token(72)
    make.clock[0] = at(date(2026, 1, 27))
    assert (book.token_of("nse_cm", "22"), book.token_of("nse_fo", "35002")) == (727, 72)
    make.clock[0] = at(date(2026, 1, 28))  # the contract is over: its exchange number may come back as another one
    assert (book.token_of("nse_cm", "22"), book.token_of("nse_fo", "35002")) == (727, 1_020_035_002)


def test_the_way_back_refuses_what_it_cannot_number(make, tmp_path):
    with pytest.raises(UnknownInstrument, match="not an exchange segment"):
        make(NoNetwork()).token_of("nyse", "22")
    with pytest.raises(InstrumentError, match="No such file"):
        make(NoNetwork(), tmp_path / "absent.txt").token_of("nse_cm", "22", name="ACC", series="EQ")


def test_public_names():
    import ks_compat.instruments as room

    assert Instrument.__module__.startswith(room.__name__)
    assert Instruments in [getattr(room, name) for name in room.__all__]
