"""Search: exact names, prefixes, ranges, plain text; in the official SDK's manner; and the day's files as a whole."""

from datetime import date
from decimal import Decimal

import pytest
from instrument_fakes import TODAY, Source, contract, master_csv, share

from ks_compat.instruments import InstrumentError, MasterUnavailable, UnknownInstrument, terms
from ks_compat.native import InstrumentRefused, InvalidRequest

JAN, FEB = date(2026, 1, 27), date(2026, 2, 24)


def option(symbol, name, expiry, strike, kind, stock="OPTIDX"):
    month = {1: "JAN", 2: "FEB"}[expiry.month]
    paise = f"{Decimal(strike) * 100:.1f}"
    return contract(symbol, f"{name}26{month}{strike}{kind}", name, expiry, stock, kind, paise)


NFO = master_csv(
    option("1", "NIFTY", FEB, "24000", "CE"),
    option("2", "NIFTY", JAN, "24000", "PE"),
    option("3", "NIFTY", JAN, "24000", "CE"),
    option("4", "NIFTY", JAN, "9500", "CE"),
    contract("5", "NIFTY26JANFUT", "NIFTY", JAN),
    contract("6", "NIFTYNXT5026JANFUT", "NIFTYNXT50", JAN),
    option("7", "ITC", JAN, "182.5", "CE", "OPTSTK"),
    option("8", "ITC", JAN, "182", "CE", "OPTSTK"),
    option("9", "ITC", JAN, "183", "PE", "OPTSTK"),
)
NSE = master_csv(
    share("22", "ACC", "EQ", "INE012A01025", pDesc="ACC LIMITED"),
    share("122", "ACC", "BL", "INE012A01025", pDesc="ACC LIMITED"),
    share("23", "ACCELYA", "EQ", "INE793A01012", pDesc="ACCELYA SOLN INDIA LTD"),
    share("24", "ZACC", "EQ", "INE793Z01012", pDesc="Z 100%_ACC"),
    share("25", "M&M", "EQ", "INE101A01026", pDesc="MAHINDRA & MAHINDRA"),
    share("1660", "ITC", "EQ", "INE154A01025", pDesc="ITC LTD"),
)


@pytest.fixture
def book(make):
    return make(Source(nse_cm=NSE, nse_fo=NFO))


@pytest.mark.parametrize(
    ("wanted", "symbols"),
    [
        ({"name": "NIFTY"}, "54321"),
        ({"prefix": "NIFTY"}, "543216"),
        ({"contains": "fty"}, "543216"),
        ({"contains": "T%"}, ""),
        ({"name": "nifty"}, ""),
        ({"name": "NIFTY", "expiry": JAN}, "5432"),
        ({"name": "NIFTY", "expiry": (date(2026, 1, 28), FEB)}, "1"),
        ({"name": "NIFTY", "strike": 24000, "expiry": JAN}, "32"),
        ({"name": "NIFTY", "strike": (9000, "24000"), "option_type": "ce"}, "431"),
        ({"name": "NIFTY", "option_type": "FUT"}, "5"),
        ({"name": "NIFTY", "expiry": JAN, "option_type": "PE,FUT"}, "52"),
        ({"name": "ITC", "strike": Decimal("182.5")}, "7"),
        ({"name": "ITC", "strike": "182.50"}, "7"),
        ({"name": "ITC", "strike": ("182.1", "183")}, "79"),
        ({"strike": (9500, 24000), "limit": 2}, "43"),
        ({"limit": 0}, ""),
    ],
)
def test_search(book, wanted, symbols):
    found = sorted(book.search("nse_fo", **wanted), key=lambda each: symbols.find(each.symbol))
    assert "".join(each.symbol for each in found) == symbols


def test_the_order_of_a_search(book):
    # by name, expiry, futures first, strike as a number (9500 before 24000), CE before PE
    assert [each.symbol for each in book.search("nse_fo")] == ["8", "7", "9", "5", "4", "3", "2", "1", "6"]
    assert [each.trading_symbol for each in book.search("nse_cm", name="ACC")] == ["ACC-EQ", "ACC-BL"]
    assert [each.series for each in book.search("nse_cm", name="ACC", series="BL")] == ["BL"]


@pytest.mark.parametrize("strike", ["x", "nan", (1, "inf"), "0.0000001", "1e30"])
def test_a_strike_that_is_none(book, strike):
    with pytest.raises(InstrumentError, match="is not a strike in rupees"):
        book.search("nse_fo", strike=strike)


@pytest.mark.parametrize(
    ("text", "trading_symbols"),
    [
        ("acc", ["ACC-EQ", "ACC-BL", "ACCELYA-EQ", "ZACC-EQ"]),
        ("mahindra", ["M&M-EQ"]),
        ("100%_", ["ZACC-EQ"]),
        ("nifty 24000 pe", ["NIFTY26JAN24000PE"]),
        ("itc", ["ITC-EQ", "ITC26JAN182CE", "ITC26JAN182.5CE", "ITC26JAN183PE"]),
        ("nobody", []),
        ("  ", []),
        ("'; DROP TABLE instrument", []),
    ],
)
def test_find(book, text, trading_symbols):
    assert [each.trading_symbol for each in book.find(text)] == trading_symbols


def test_find_has_a_limit_and_looks_where_it_has_been(make):
    source = Source(nse_cm=NSE, nse_fo=NFO, bse_cm=master_csv(share("500410", "ACC", "A", "INE012A01025", "bse_cm")))
    book = make(source)
    assert len(book.find("nifty", limit=3)) == 3
    assert {each.exchange for each in book.find("acc")} == {"NSE"}
    book.by_symbol("bse_cm", "500410")
    assert {each.exchange for each in book.find("acc")} == {"NSE", "BSE"}


# -- sync


def test_sync_tells_what_is_here_and_leaves_out_what_is_not(make, caplog):
    source = Source(nse_cm=NSE, nse_fo=NFO, bse_cm=OSError("503"))
    book = make(source)
    assert book.sync() == [("nse_cm", TODAY, 6), ("nse_fo", TODAY, 9)]
    assert "bse_cm failed (OSError: 503). bse_cm is left out" in caplog.text
    assert "lists no file mcx_fo.csv today. mcx_fo is left out" in caplog.text
    assert source.downloads == ["nse_cm", "nse_fo", "bse_cm"]
    book.sync()
    assert source.downloads == ["nse_cm", "nse_fo", "bse_cm"]  # not asked for again at once
    make.clock[0] += 1000
    source.bodies["bse_cm"] = master_csv(share("500410", "ACC", "A", "INE012A01025", "bse_cm"))
    assert ("bse_cm", TODAY, 1) in book.sync()
    assert book.sync(["nse_fo"]) == [("nse_fo", TODAY, 9)]
    with pytest.raises(UnknownInstrument, match="not an exchange segment"):
        book.sync(["nyse"])


@pytest.mark.parametrize("missing", ["nse_cm", "nse_fo"])
def test_sync_without_nse_is_an_error(make, missing):
    bodies = {"nse_cm": NSE, "nse_fo": NFO}
    del bodies[missing]
    with pytest.raises(MasterUnavailable) as caught:
        make(Source(**bodies)).sync()
    assert caught.value.segment == missing


def test_progress_is_told_while_it_downloads(tmp_path, make):
    from ks_compat.instruments import Instruments

    told = []
    source = Source(nse_cm=NSE, nse_fo=NFO)
    with Instruments(tmp_path, source, now=lambda: make.clock[0], progress=lambda *each: told.append(each)) as book:
        book.sync(["nse_cm"])
        assert told == [("nse_cm", min(done, len(NSE))) for done in range(97, len(NSE) + 97, 97)]
        told.clear()
        book.sync(["nse_cm"])
        assert told == []


# -- in the manner of the official SDK


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("01MAY2023", (date(2023, 5, 1), date(2023, 5, 1))),
        ("1may23", (date(2023, 5, 1), date(2023, 5, 1))),
        ("01MAY2023-31MAY2023", (date(2023, 5, 1), date(2023, 5, 31))),
        ("202402", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2023-05-01", (date(2023, 5, 1), date(2023, 5, 1))),
        (JAN, (JAN, JAN)),
    ],
)
def test_expiries_as_the_sdk_takes_them(text, expected):
    assert terms.expiries(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("18000", ("18000", "18000")),
        (18000, ("18000", "18000")),
        (182.5, ("182.5", "182.5")),
        ("182.5 - 190", ("182.5", "190")),
        (">182.5", ("182.5", "1000000000")),
        ("<=182.5", ("0", "182.5")),
    ],
)
def test_strikes_as_the_sdk_takes_them(text, expected):
    assert terms.strikes(text) == (expected and tuple(map(Decimal, expected)))


@pytest.mark.parametrize("text", ["31FEB2023", "MAY", "01MAY2023-01APR2023", "01MAY2023-02MAY2023-03MAY2023", "202313"])
def test_what_is_no_expiry(text):
    with pytest.raises(InstrumentError, match="is not an expiry"):
        terms.expiries(text)


@pytest.mark.parametrize("text", ["x", "190-182", ">", "1-2-3", "-5", "nan"])
def test_what_is_no_strike(text):
    with pytest.raises(InstrumentError, match="is not a strike"):
        terms.strikes(text)


def symbols(found):
    return [each.trading_symbol for each in found]


def test_search_scrip_on_the_sandbox(neo):
    calls = neo.search_scrip("NFO", "nifty", "18DEC2029", "CE", "24000-24100", prefix="NIFTY")
    assert symbols(calls)[0] == "NIFTY29D1824000CE"
    assert [each.strike for each in calls] == sorted(each.strike for each in calls)
    assert {(each.option_type, each.expiry) for each in calls} == {("CE", date(2029, 12, 18))}
    assert symbols(neo.search_scrip("nse_cm", "relianc", series="EQ")) == ["RELIANCE-EQ"]
    assert symbols(neo.search_scrip("NSE", name="ACC", series="EQ", limit=1)) == ["ACC-EQ"]
    assert neo.search_scrip("nse_cm", "no such name") == []
    for wrong in ({"expiry": "soon"}, {"strike_price": "x"}, {"option_type": "CALL"}):
        with pytest.raises(InvalidRequest):
            neo.search_scrip("nse_fo", **wrong)
    for segment in ("", "nyse"):
        with pytest.raises(InstrumentRefused, match="is not an exchange segment"):
            neo.search_scrip(segment)


def test_holdings_of_the_sandbox_teach_the_old_numbers(account_env, neo):
    account_env.delenv("KS_COMPAT_V1_INSTRUMENTS", raising=False)
    held = [each for each in neo.holdings() if each.v1_token]
    assert held
    from ks_compat.native import NeoClient

    with NeoClient() as later:  # another run of the bot, without any old file
        later.totp_login()
        later.totp_validate()
        for each in held:
            found = later.instruments.resolve(each.v1_token)
            assert (found.how, found.instrument.symbol) == ("learned", each.token)


def test_holdings_come_even_where_nothing_can_be_kept(neo, caplog):
    neo.settings.home.mkdir(parents=True, exist_ok=True)
    (neo.settings.home / "instruments").write_text("in the way")
    assert neo.holdings()
    assert "The old numbers of the holdings are not kept" in caplog.text
