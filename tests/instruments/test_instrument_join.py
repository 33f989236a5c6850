"""The join of old tokens to today's instruments (instruments.md 3): each rule, and each refusal with its words."""

from datetime import date
from decimal import Decimal

import pytest
from instrument_fakes import (
    FNO_HEADER,
    NoNetwork,
    Source,
    at,
    contract,
    master_csv,
    share,
    v1_cash,
    v1_file,
    v1_fno,
)

from ks_compat.instruments import InstrumentError, UnknownInstrument

EXPIRY = date(2026, 1, 27)

NSE = master_csv(
    {
        "pSymbol": "26000",
        "pExchSeg": "nse_cm",
        "pSymbolName": "NIFTY",
        "pTrdSymbol": "NIFTY",
        "dTickSize": "-1",
        "lLotSize": "1",
        "lExpiryDate": "-1",
        "lPrecision": "2",
        "dStrikePrice": "-1",
    },
    share("22", "ACC", "EQ", "INE012A01025"),
    share("122", "ACC", "BL", "INE012A01025"),
    share("7759", "ABAN", "BE", "INE421A01028"),
    share("7760", "ABAN", "BL", "INE421A01028"),
    share("5025", "AETHER", "EQ", "INE0BWX01014"),
    share("300", "SPLIT", "EQ", "INE300A01099"),
    share("301", "FUND", "EQ", "INF204KC1AB2"),
    share("302", "SAMECO", "EQ", "INE302A07011"),
    share("303", "BONDCO", "N1", "INE303A07022"),
    share("304", "SGBNEW", "GB", "IN0020160049"),
    share("306", "MOVED", "BL", "INE306A01011"),
    share("307", "MOVED", "BE", "INE306A01011"),
    share("401", "RENUM", "EQ", "INE400A01099"),
    share("402", "OTHERCO", "EQ", "INE999A01099"),
    share("501", "TWICE", "EQ", "INE501A01011"),
    share("502", "TWICEBE", "BE", "INE501A01011"),
    share("601", "LISTED", "EQ", "INE601A01011"),
    share("601", "LISTED2", "EQ", "INE601A01011"),
)
BSE = master_csv(
    share("500325", "RELIANCE", "A", "INE002A01018", "bse_cm"),
    share("500999", "SOMEONE", "B", "INE777A01018", "bse_cm"),
    share("500998", "MOVEDBSE", "B", "INE778A01018", "bse_cm"),
)
NFO = master_csv(
    contract("35001", "NIFTY26JANFUT", "NIFTY", EXPIRY),
    contract("35002", "NIFTY26JAN26000CE", "NIFTY", EXPIRY, "OPTIDX", "CE", "2.6e+06"),
    contract("35003", "NIFTY26JAN26000PE", "NIFTY", EXPIRY, "OPTIDX", "PE", "2.6e+06"),
    contract("35004", "ITC26JAN412.5CE", "ITC", EXPIRY, "OPTSTK", "CE", "41250.0"),
    contract("35005", "ACC26JANFUT", "ACC", EXPIRY, "FUTSTK"),
    contract("35006", "DUP26JANFUT", "DUP", EXPIRY, "FUTSTK"),
    contract("35007", "DUP26JANFUT2", "DUP", EXPIRY, "FUTSTK"),
)
BFO = master_csv(contract("821536", "SENSEX26JANFUT", "SENSEX", EXPIRY, "IF", segment="bse_fo", pInstType="FUTIDX"))
CASH_ROWS = (
    v1_cash(727, "ACC", "EQ", "INE012A01025", 22),
    v1_cash(10, "ABAN", "EQ", "INE421A01028", 10),
    v1_cash(5025, "BIRLATYRES", "EQ", "INE0AEJ01013", 5025),
    v1_cash(30, "SPLIT", "EQ", "INE300A01011", 300),
    v1_cash(31, "OLDFUND", "EQ", "INF204K01AA1", 301),
    v1_cash(32, "SAMECO", "EQ", "INE302A01011", 302),
    v1_cash(33, "BONDCO", "N1", "INE303A07011", 303),
    v1_cash(34, "SGBOLD", "GB", "IN0020150085", 304),
    v1_cash(36, "MOVED", "EQ", "INE306A01011", 306),
    v1_cash(40, "RENUM", "EQ", "INE400A01011", 400),
    v1_cash(41, "OTHERCO", "EQ", "INE400B01011", 9400),
    v1_cash(42, "GONE", "EQ", "INE042A01011", 4242),
    v1_cash(50, "OLDTWICE", "EQ", "INE501A01011", 500),
    v1_cash(43, "NOISIN", "EQ", "", 22),
    v1_cash(61, "LISTED", "EQ", "INE601A01022", 601),
    v1_cash(1838, "RELIANCE", "EQ", "INE002A01018", 500325, "BSE"),
    v1_cash(1840, "SOMEONE", "EQ", "INE888A01018", 500999, "BSE"),
    v1_cash(1841, "MOVEDBSE", "EQ", "INE778A01018", 511111, "BSE"),
    v1_cash(11721, "NIFTY 50", "IN", "", 0),
    v1_cash(11725, "NIFTY MIDCAP 50", "IN", "", 0),
    v1_cash(11699, "SENSEX", "IN", "", 0, "BSE"),
)
FNO_ROWS = (
    v1_fno(71, "NIFTY", "27JAN26", "0", "FI", "XX"),
    v1_fno(72, "NIFTY", "27JAN26", "26000", "OI", "CE"),
    v1_fno(73, "NIFTY", "27JAN26", "26000.00", "OI", "PE"),
    v1_fno(74, "ITC", "27JAN26", "412.5", "OS", "CE"),
    v1_fno(75, "ACC", "27JAN26", "0", "FS", "XX"),
    v1_fno(76, "SENSEX", "27JAN26", "0", "FI", "XX", exchange="BSE"),
    v1_fno(80, "NIFTY", "27JAN26", "26050", "OI", "CE"),
    v1_fno(81, "NIFTY", "28DEC25", "26000", "OI", "CE"),
    v1_fno(82, "DUP", "27JAN26", "0", "FS", "XX"),
    v1_fno(83, "NIFTY", "27JAN26", "26000.001", "OI", "CE"),
    v1_fno(84, "NIFTY", "soon", "26000", "OI", "CE"),
    v1_fno(44597, "CRUDEOIL", "27JAN26", "0", "FC", "XX", "COM", "MCX"),
    v1_fno(44598, "USDINR", "27JAN26", "0", "FC", "XX", "CUR", "NSE"),
)


@pytest.fixture
def book(make, tmp_path):
    cash = v1_file(tmp_path / "TradeApiInstruments_Cash_10_10_2022.txt", *CASH_ROWS)
    fno = v1_file(tmp_path / "TradeApiInstruments_FNO_10_10_2022.txt", *FNO_ROWS, header=FNO_HEADER)
    return make(Source(nse_cm=NSE, bse_cm=BSE, nse_fo=NFO, bse_fo=BFO), cash, fno)


@pytest.mark.parametrize(
    ("token", "segment", "trading_symbol", "how"),
    [
        pytest.param(727, "nse_cm", "ACC-EQ", "exchange token", id="same number, same ISIN"),
        pytest.param(30, "nse_cm", "SPLIT-EQ", "exchange token", id="new ISIN of the same issuer"),
        pytest.param(31, "nse_cm", "FUND-EQ", "exchange token", id="renamed fund of the same house"),
        pytest.param(10, "nse_cm", "ABAN-BE", "isin", id="moved series, block-deal twin left out"),
        pytest.param(36, "nse_cm", "MOVED-BE", "isin", id="number now the block-deal twin"),
        pytest.param(40, "nse_cm", "RENUM-EQ", "name", id="number and ISIN new, name, series and issuer the same"),
        pytest.param(1838, "bse_cm", "RELIANCE", "exchange token", id="BSE scrip code"),
        pytest.param(71, "nse_fo", "NIFTY26JANFUT", "contract", id="index future"),
        pytest.param(72, "nse_fo", "NIFTY26JAN26000CE", "contract", id="call"),
        pytest.param(73, "nse_fo", "NIFTY26JAN26000PE", "contract", id="put"),
        pytest.param(74, "nse_fo", "ITC26JAN412.5CE", "contract", id="strike with paise"),
        pytest.param(75, "nse_fo", "ACC26JANFUT", "contract", id="stock future"),
        pytest.param(76, "bse_fo", "SENSEX26JANFUT", "contract", id="BSE future"),
        pytest.param(1_010_000_022, "nse_cm", "ACC-EQ", "synthetic", id="synthetic cash"),
        pytest.param(1_020_035_002, "nse_fo", "NIFTY26JAN26000CE", "synthetic", id="synthetic option"),
    ],
)
def test_proven(book, token, segment, trading_symbol, how):
    found = book.resolve(token)
    assert (found.instrument.exchange_segment, found.instrument.trading_symbol, found.how) == (
        segment,
        trading_symbol,
        how,
    )
    assert book.by_token(str(token)) == found.instrument
    assert book.quote_key(token) == f"{segment}|{found.instrument.symbol}"
    assert book.token_of(segment, found.instrument.symbol) == token


@pytest.mark.parametrize(
    ("token", "words"),
    [
        pytest.param(5025, "exchange number 5025 now belongs to AETHER-EQ (INE0BWX01014)", id="recycled number"),
        pytest.param(32, "now belongs to SAMECO-EQ (INE302A07011)", id="number now a bond of the same company"),
        pytest.param(33, "now belongs to BONDCO-N1", id="another bond of the same company and series"),
        pytest.param(34, "now belongs to SGBNEW-GB", id="another government bond, whose 'issuer' is the same"),
        pytest.param(41, "no longer listed", id="name taken by another issuer"),
        pytest.param(42, "was NSE GONE-EQ (ISIN INE042A01011), which is no longer listed", id="delisted"),
        pytest.param(
            50,
            "has more than one listing now: TWICE-EQ, TWICEBE-BE",
            id="two live listings of the ISIN, neither proven",
        ),
        pytest.param(43, "whose ISIN the old file does not give", id="no ISIN to prove it"),
        pytest.param(61, "now belongs to LISTED-EQ (INE601A01011), LISTED2-EQ", id="number listed twice"),
        pytest.param(1840, "exchange number 500999 now belongs to SOMEONE (INE777A01018)", id="BSE recycled"),
        pytest.param(1841, "no longer listed", id="BSE has no second way"),
        pytest.param(
            80, "NSE NIFTY OI 27JAN26 26050 CE, which is not in today's scrip master of nse_fo", id="no strike"
        ),
        pytest.param(81, "expired on 2025-12-28", id="expired"),
        pytest.param(82, "stands more than once in today's scrip master", id="two contracts fit"),
        pytest.param(83, "is not in today's scrip master", id="strike finer than a paisa"),
        pytest.param(84, "an expiry that is not a date ('soon')", id="no date"),
        pytest.param(44597, "currency and commodity tokens cannot be joined", id="commodity"),
        pytest.param(44598, "currency and commodity tokens cannot be joined", id="currency"),
        pytest.param(1_010_009_999, "nse_cm symbol 9999, which is not in today's scrip master", id="synthetic, gone"),
    ],
)
def test_refused(book, token, words):
    with pytest.raises(UnknownInstrument) as caught:
        book.by_token(token)
    assert words in str(caught.value)
    assert "ook the instrument up again" in str(caught.value)
    assert caught.value.token == token
    with pytest.raises(UnknownInstrument):
        book.quote_key(token)


@pytest.mark.parametrize(
    ("token", "key"),
    [(11721, "nse_cm|Nifty 50"), ("11699", "bse_cm|SENSEX"), (1_010_026_000, "nse_cm|Nifty 50")],
)
def test_an_index_has_quotes_but_no_orders(book, token, key):
    assert book.quote_key(token) == key
    with pytest.raises(UnknownInstrument, match="it has quotes, but it cannot be bought or sold"):
        book.by_token(token)
    assert book.token_of(*key.split("|")) == int(token)


def test_an_index_without_a_v2_name_has_no_quotes(book):
    with pytest.raises(UnknownInstrument, match="the index NSE NIFTY MIDCAP 50, for which v2 documents no name"):
        book.quote_key(11725)


def test_an_index_number_needs_no_file(make):
    book = make(NoNetwork())
    assert book.quote_key(11717) == "nse_cm|Nifty Bank"
    with pytest.raises(UnknownInstrument, match="is the index NIFTY BANK"):
        book.by_token(11717)


def test_a_contract_ends_at_midnight_in_india_even_on_yesterdays_master(make, book):
    make.clock[0] = at(EXPIRY, 23, 59)
    assert book.by_token(72).expiry == EXPIRY
    make.clock[0] += 120
    for token in (72, 1_020_035_002):
        with pytest.raises(UnknownInstrument, match="expired on 2026-01-27"):
            book.by_token(token)


class NumpyInt:
    def __index__(self):
        return 727


@pytest.mark.parametrize("token", [727, "727", " 727 ", 727.0, NumpyInt()])
def test_tokens_as_bots_write_them(book, token):
    assert book.by_token(token).trading_symbol == "ACC-EQ"


@pytest.mark.parametrize(
    "token", [True, False, -727, 0, 727.5, float("nan"), "abc", "", "727.0", "７２７", "9" * 5000, None]
)
def test_what_is_no_token(book, token):
    for ask in (book.by_token, book.quote_key):
        with pytest.raises(UnknownInstrument, match="is not an instrument token") as caught:
            ask(token)
        assert len(str(caught.value)) < 200
        assert caught.value.token is token


def test_unknown_token_without_and_with_files(make, book):
    with pytest.raises(UnknownInstrument, match=r"424242 is not in any instrument file you gave.*never guessed"):
        book.by_token(424242)
    with pytest.raises(UnknownInstrument, match="no old instrument file is given: set KS_COMPAT_V1_INSTRUMENTS"):
        make(NoNetwork()).by_token(424242)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "is not a v1 instrument file: it is empty"),
        (
            b"instrumentToken,instrumentName\n727,ACC\n",
            "is not a v1 instrument file: its first line should be instrumentToken|instrumentName|name",
        ),
        (b"<html>Forbidden</html>", "is not a v1 instrument file"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(make, tmp_path, content, words):
    path = tmp_path / "old_10_10_2022.txt"
    if content is not None:
        path.write_bytes(content)
    book = make(NoNetwork(), path)
    for ask in (book.by_token, book.quote_key):
        with pytest.raises(InstrumentError) as caught:
            ask(727)
        assert str(path) in str(caught.value)
        assert words in str(caught.value)
        assert not isinstance(caught.value, UnknownInstrument)


def test_by_symbol_and_trading_symbol(book):
    acc = book.by_symbol("nse_cm", "22")
    assert acc == book.by_trading_symbol("nse_cm", "ACC-EQ")
    assert (acc.exchange, acc.is_derivative, acc.tick_size, acc.strike) == ("NSE", False, Decimal("0.05"), None)
    call = book.by_trading_symbol("nse_fo", "ITC26JAN412.5CE")
    assert (call.strike, call.expiry, call.lot_size, call.is_derivative) == (Decimal("412.5"), EXPIRY, 65, True)
    for ask in (
        lambda: book.by_symbol("nse_cm", "9999"),
        lambda: book.by_symbol("nse_cm", "601"),
        lambda: book.by_trading_symbol("nse_cm", "acc-eq"),
        lambda: book.by_symbol("nyse", "22"),
        lambda: book.by_symbol("ncd_co", "22"),
    ):
        with pytest.raises(UnknownInstrument):
            ask()
