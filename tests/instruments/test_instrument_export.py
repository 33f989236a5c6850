"""The old files made out of today's masters: byte for byte, in order, and each number in them leads back."""

import io
import os
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from instrument_fakes import (
    CASH_HEADER,
    COLUMN_LINE,
    FNO_HEADER,
    TODAY,
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

from ks_compat.instruments import InstrumentError, Instruments, MasterUnavailable, UnknownInstrument
from ks_compat.instruments import v1_file as given_path

DEC, JAN, FEB = date(2025, 12, 30), date(2026, 1, 27), date(2026, 2, 24)
NAMED = {"pTrdSymbol": "NIFTY", "pDesc": "NIFTY", "dTickSize": "-1"}

NSE = master_csv(
    {**share("26000", "NIFTY", "", ""), **NAMED},
    share("130", "ACC", "BL", "INE012A01025"),
    share("23", "ACC", "N1", "INE012A07022", pDesc="SEC NCD|8%\r\nSR II", lLotSize="10"),
    share("22", "ACC", "EQ", "INE012A01025", pDesc="ACC LIMITED"),
    share("7759", "ABAN", "BE", "INE421A01028", dTickSize="1"),
    share("40", "TREASURY", "TB", "IN0020250001"),
    share("41", "STATE", "SG", "IN1020250001"),
    share("42", "NATFLOAT", "NA", "INE906B07CB9"),
    share("601", "TWICE", "EQ", "INE601A01011"),
    share("601", "TWICE2", "EQ", "INE602A01011"),
    share("9900001", "TOOBIG", "EQ", "INE603A01011"),
    share("022", "ZEROED", "EQ", "INE604A01011"),
    share("42", "NATFLOAT", "NA", "INE906B07CB9"),
    share("50", "CAFÉ", "SM", "INE605A01011", lLotSize="1200"),
)
BSE = master_csv(
    share("500410", "ACC", "A", "INE012A01025", "bse_cm"),
    share("511111", "TRADE", "T", "INE778A01018", "bse_cm"),
    share("951111", "DEBT", "F", "INE778A07018", "bse_cm"),
)
NFO = master_csv(
    contract("35006", "NIFTY26FEBFUT", "NIFTY", FEB, dTickSize="10"),
    contract("35004", "NIFTY26JAN24000PE", "NIFTY", JAN, "OPTIDX", "PE", "2.4e+06"),
    contract("35003", "NIFTY26JAN24000CE", "NIFTY", JAN, "OPTIDX", "CE", "2.4e+06"),
    contract("35002", "NIFTY26JAN9500CE", "NIFTY", JAN, "OPTIDX", "CE", "950000"),
    contract("35005", "NIFTY26JANFUT", "NIFTY", JAN),
    contract("35001", "NIFTY25D3024000CE", "NIFTY", DEC, "OPTIDX", "CE", "2.4e+06"),
    contract("35007", "ITC26JAN182.5CE", "ITC", JAN, "OPTSTK", "CE", "18250.0"),
    contract("35008", "ITC26JANFUT", "ITC", JAN, "FUTSTK"),
    contract("35009", "OLD25DECFUT", "OLD", TODAY - timedelta(days=1), "FUTSTK"),
)
BFO = master_csv(contract("821536", "SENSEX26JANFUT", "SENSEX", JAN, segment="bse_fo"))
OLD_CASH = (
    v1_cash(727, "ACC", "EQ", "INE012A01025", 22),
    v1_cash(10, "ABAN", "EQ", "INE421A01028", 10),
    v1_cash(11, "ABAN", "BE", "INE421A01028", 7759),
    v1_cash(601, "TWICE", "EQ", "INE601A01011", 601),
    v1_cash(728, "ACC", "EQ", "INE012A01025", 500410, "BSE"),
)
OLD_FNO = (v1_fno(72, "NIFTY", "27JAN26", "24000", "OI", "CE"), v1_fno(73, "NIFTY", "30DEC21", "24000", "OI", "CE"))


@pytest.fixture
def source():
    return Source(nse_cm=NSE, bse_cm=BSE, nse_fo=NFO)


@pytest.fixture
def book(make, source, tmp_path):
    cash = v1_file(tmp_path / "c_10_10_2022.txt", *OLD_CASH)
    return make(source, cash, v1_file(tmp_path / "f_10_10_2022.txt", *OLD_FNO, header=FNO_HEADER))


def lines(path):
    text = path.read_bytes().decode("ascii")
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n") == text.count("\r")
    return text.split("\r\n")[:-1]


def test_the_cash_file_to_the_byte(book, tmp_path, caplog):
    cash, fno = book.export_v1(tmp_path / "out", date(2026, 1, 5))
    assert (cash.name, fno.name) == (
        "TradeApiInstruments_Cash_05_01_2026.txt",
        "TradeApiInstruments_FNO_05_01_2026.txt",
    )
    assert sorted(path.name for path in cash.parent.iterdir()) == [cash.name, fno.name]
    assert lines(cash) == [
        CASH_HEADER,
        "11|ABAN|ABAN LTD|0|0|0|0.010000|1|BE|CASH|NSE|INE421A01028|1|7759|- ",
        "727|ACC|ACC LIMITED|0|0|0|0.050000|1|EQ|CASH|NSE|INE012A01025|1|22|- ",
        "1010000023|ACC|SEC NCD 8%  SR II|0|0|0|0.050000|10|N1|-|NSE|INE012A07022|1|23|- ",
        "1010000050|CAF?|CAF? LTD|0|0|0|0.050000|1200|SM|-|NSE|INE605A01011|1|50|- ",
        "1010026037|FINNIFTY|Nifty Fin Service|0|0|0|0.050000|1|IN|-|NSE||1|0|- ",
        "11702|INDIA VIX|INDIA VIX|0|0|0|0.050000|1|IN|-|NSE||1|0|- ",
        "1010026074|MIDCPNIFTY|NIFTY MID SELECT|0|0|0|0.050000|1|IN|-|NSE||1|0|- ",
        "1010000042|NATFLOAT|NATFLOAT LTD|0|0|0|0.050000|1|NA|-|NSE|INE906B07CB9|1|42|- ",
        "11723|NIFTY 100|Nifty 100|0|0|0|0.050000|1|IN|-|NSE||1|0|- ",
        "11721|NIFTY 50|Nifty 50|0|0|0|0.050000|1|IN|-|NSE||1|0|- ",
        "11717|NIFTY BANK|Nifty Bank|0|0|0|0.050000|1|IN|-|NSE||1|0|- ",
        "15494|NIFTY CPSE|Nifty CPSE|0|0|0|0.050000|1|IN|-|NSE||1|0|- ",
        "11722|NIFTY IT|Nifty IT|0|0|0|0.050000|1|IN|-|NSE||1|0|- ",
        "11724|NIFTY NEXT 50|Nifty Next 50|0|0|0|0.050000|1|IN|-|NSE||1|0|- ",
        "11704|NIFTY PSE|Nifty PSE|0|0|0|0.050000|1|IN|-|NSE||1|0|- ",
        "728|ACC|ACC LTD|0|0|0|0.050000|1|EQ|CASH|BSE|INE012A01025|1|500410|- ",
        "1050951111|DEBT|DEBT LTD|0|0|0|0.050000|1|ZZ|-|BSE|INE778A07018|1|951111|- ",
        "11699|SENSEX|SENSEX|0|0|0|0.050000|1|IN|-|BSE||1|0|- ",
        "1050511111|TRADE|TRADE LTD|0|0|0|0.050000|1|BE|CASH|BSE|INE778A01018|1|511111|- ",
    ]
    assert "4 instruments are not in the old cash file: no number leads to them" in caplog.text


def test_the_fno_file_to_the_byte(book, tmp_path):
    assert lines(book.export_v1(tmp_path)[1]) == [
        FNO_HEADER,
        "1020035008|ITC||0|27JAN26|0|0.050000|65|FS|FO|NSE||1|35008|XX",
        "1020035007|ITC||0|27JAN26|182.5|0.050000|65|OS|FO|NSE||1|35007|CE",
        "1020035001|NIFTY||0|30DEC25|24000|0.050000|65|OI|FO|NSE||1|35001|CE",
        "1020035005|NIFTY||0|27JAN26|0|0.050000|65|FI|FO|NSE||1|35005|XX",
        "1020035002|NIFTY||0|27JAN26|9500|0.050000|65|OI|FO|NSE||1|35002|CE",
        "72|NIFTY||0|27JAN26|24000|0.050000|65|OI|FO|NSE||1|35003|CE",
        "1020035004|NIFTY||0|27JAN26|24000|0.050000|65|OI|FO|NSE||1|35004|PE",
        "1020035006|NIFTY||0|24FEB26|0|0.100000|65|FI|FO|NSE||1|35006|XX",
    ]


def test_everything_adds_what_the_old_files_never_listed(make, source, tmp_path):
    source.bodies["bse_fo"] = BFO
    cash, fno = make(source).export_v1(tmp_path, everything=True)
    series = Counter(line.split("|")[8] for line in lines(cash))
    assert (series["TB"], series["SG"], series["BL"]) == (1, 1, 0)
    assert "1060821536|SENSEX||0|27JAN26|0|0.050000|65|FI|FO|BSE||1|821536|XX" in lines(fno)


def test_every_number_leads_back_and_stands_once(book, tmp_path):
    cash, fno = book.export_v1(tmp_path)
    rows = [line.split("|") for path in (cash, fno) for line in lines(path)[1:]]
    assert len({row[0] for row in rows}) == len(rows)
    for row in rows:
        if row[8] == "IN":
            assert book.quote_key(row[0]).endswith(f"|{row[2]}")
        else:
            found = book.by_token(row[0])
            assert (found.exchange, found.symbol, found.isin) == (row[10], row[13], row[11])
            assert book.token_of(found.exchange_segment, found.symbol) == int(row[0])


def test_numbers_of_an_index_that_the_bot_s_own_file_uses_otherwise(make, source, tmp_path):
    old = v1_file(tmp_path / "c.txt", v1_cash(11702, "ACC", "EQ", "INE012A01025", 22))
    rows = {line.split("|")[1]: line.split("|")[0] for line in lines(make(source, old).v1_file("cash"))}
    assert rows["INDIA VIX"] == "1019900004"
    book = make(source, old)
    assert book.quote_key(1_019_900_004) == "nse_cm|INDIA VIX"
    with pytest.raises(UnknownInstrument):
        book.by_token(1_019_900_004)


def test_pins_and_holdings_go_before_the_old_file(book, tmp_path):
    book.pin(5, "nse_fo", "NIFTY26JANFUT")
    book.pin(727, "nse_cm", "ABAN-BE")
    book.learn([(955, "nse_cm", "22", "INE012A01025")])
    cash, fno = (lines(path) for path in book.export_v1(tmp_path))
    tokens = {line.split("|")[13] + line.split("|")[10]: line.split("|")[0] for line in cash + fno}
    assert (tokens["35005NSE"], tokens["7759NSE"], tokens["22NSE"]) == ("5", "727", "955")


# -- the path that bots are given


def test_a_file_is_made_once_a_day_and_shared(make, book, source):
    for kind in ("cash", "Cash", "CASH"):
        assert book.v1_file(kind).name == "TradeApiInstruments_Cash_29_12_2025.txt"
    path = book.v1_file("FNO")
    before = path.stat().st_mtime_ns
    assert book.v1_file("fno") == path
    assert path.stat().st_mtime_ns == before
    make.clock[0] = at(TODAY + timedelta(days=1))
    tomorrow = book.v1_file("fno")
    assert tomorrow.name == "TradeApiInstruments_FNO_30_12_2025.txt"
    assert path.is_file()  # a bot may still be reading it
    for old in path.parent.parent.iterdir():
        os.utime(old, (0, 0))
    make.clock[0] = at(TODAY + timedelta(days=2))
    book.v1_file("fno")
    assert not path.exists()
    for wrong in ("equity", "", None):
        with pytest.raises(InstrumentError, match="ask for 'cash' or 'fno'"):
            book.v1_file(wrong)


def test_a_file_whose_numbers_got_another_meaning_is_never_given_out(make, book):
    path = book.v1_file("cash")
    book.pin(727, "nse_cm", "ABAN-BE")
    again = book.v1_file("cash")
    assert again != path
    assert any(line.startswith("727|ABAN|") for line in lines(again))
    assert not any(line.startswith("727|ACC|") for line in lines(again))
    book.unpin(727)
    assert book.v1_file("cash") == path


def test_a_segment_that_the_account_lacks_is_left_out_but_nse_is_needed(make, source, tmp_path, caplog):
    del source.bodies["bse_cm"]
    rows = lines(make(source).v1_file("cash"))
    assert {line.split("|")[10] for line in rows[1:]} == {"NSE"}
    assert "lists no file bse_cm-v1.csv today. bse_cm is left out" in caplog.text
    del source.bodies["nse_fo"]
    with pytest.raises(MasterUnavailable, match=r"nse_fo\.csv"):
        make(source).export_v1(tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["TradeApiInstruments_Cash_29_12_2025.txt"]


def test_another_process_needs_no_network_for_it(make, book, source):
    path = book.v1_file("fno")
    assert make(NoNetwork(), *book._v1._paths).v1_file("fno") == path


def test_the_file_is_itself_an_old_file(make, source, tmp_path):
    """Somebody may archive it and name it in KS_COMPAT_V1_INSTRUMENTS."""
    paths = make(source).export_v1(tmp_path / "out")
    book = make(source, *paths)
    for line in lines(paths[1])[1:]:
        assert book.by_token(line.split("|")[0]).symbol == line.split("|")[13]
    assert book.quote_key(11721) == "nse_cm|Nifty 50"


# -- the pandas look-ups of old bots (idioms 6)


@pytest.fixture
def frames(book, tmp_path):
    pandas = pytest.importorskip("pandas")
    return [pandas.read_csv(path, sep="|") for path in book.export_v1(tmp_path)]


def test_pandas_look_ups_of_shares(frames):
    cash, _ = frames
    assert str(cash.instrumentToken.dtype) == "int64"
    named = cash[(cash.instrumentName == "ACC") & (cash.instrumentType == "EQ") & (cash.exchange == "NSE")]
    assert named.instrumentToken.iloc[0] == named[named.segment == "CASH"].instrumentToken.values[0] == 727
    assert cash[cash.instrumentName == "ACC"].instrumentToken.iloc[0] == 727  # no block-deal twin, no bond first
    index = cash[cash.instrumentName.isin(["NIFTY 50", "NIFTY BANK"]) & (cash.instrumentType == "IN")]
    assert (index.instrumentToken.iat[0], index.instrumentToken.iat[1]) == (11721, 11717)
    assert set(cash["OptionType"]) == {"- "}
    # pandas reads the series NA as a gap, as it did in the genuine files; bots that know say keep_default_na=False.
    assert cash[cash.instrumentName == "NATFLOAT"].instrumentType.isna().all()


def test_the_series_na_for_bots_that_read_it(book, tmp_path):
    pandas = pytest.importorskip("pandas")
    cash = pandas.read_csv(book.export_v1(tmp_path)[0], sep="|", keep_default_na=False, index_col="instrumentToken")
    assert cash.loc[1_010_000_042].instrumentType == "NA"


def test_pandas_look_ups_of_contracts(frames):
    pandas = pytest.importorskip("pandas")
    _, fno = frames
    nifty = fno[(fno.instrumentName == "NIFTY") & (fno.segment == "FO")]
    assert nifty.expiry.iat[0] == "30DEC25"
    at_strike = nifty[(nifty.expiry == "27JAN26") & (nifty.strike == 24000)]
    assert list(at_strike.optionType) == ["CE", "PE"]
    assert int(at_strike[at_strike.optionType == "CE"].instrumentToken.iloc[0]) == 72
    assert nifty[(nifty.strike == 24000) & (nifty.optionType == "CE")].instrumentToken.iloc[0] == 1_020_035_001
    assert list(pandas.to_datetime(fno.expiry, format="%d%b%y").dt.date.unique()) == [JAN, DEC, FEB]
    assert fno[(fno.instrumentName == "ITC") & (fno.strike == 182.5)].lotSize.iloc[0] == 65


@pytest.mark.filterwarnings("ignore:Series.__getitem__:FutureWarning")  # pandas 2 on the way to 3; bots did that
def test_pandas_look_ups_by_position(frames):
    cash, fno = frames
    at_place = [cash.iloc[i][0] for i in range(len(cash)) if cash.iloc[i][8] == "EQ" and cash.iloc[i][10] == "NSE"]
    assert at_place == [727]
    assert [fno.iloc[i][13] for i in range(len(fno)) if fno.iloc[i][14] == "CE"] == [35007, 35001, 35002, 35003]


def test_hand_parsing(book, tmp_path):
    text = book.export_v1(tmp_path)[1].read_text()
    keys = {
        i[1] + i[4] + i[5] + i[14].strip(): i[0] for i in (line.split("|") for line in text.split("\n")) if len(i) > 14
    }
    assert keys["NIFTY27JAN2624000CE"] == "72"


# -- inverse, for every row


MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


class Generated:
    """A master of `rows` contracts, made while it is served."""

    def __init__(self, rows):
        self.rows = rows

    def file_urls(self):
        return ["https://lapi.example/nse_fo.csv"]

    def download(self, url):
        columns = [name.strip().rstrip(";") for name in COLUMN_LINE.split(",")]
        text = io.StringIO()
        text.write(COLUMN_LINE + "\n")
        for number in range(self.rows):
            row = self._row(number)
            text.write(",".join(row.get(name, "") for name in columns) + "\n")
            if number % 1000 == 999:
                yield text.getvalue().encode()
                text = io.StringIO()
        yield text.getvalue().encode()

    def _row(self, number):
        series, kind = divmod(number, 3)
        step, underlying = divmod(series, 251)
        strikes, month = divmod(step, 5)
        expiry = JAN + timedelta(days=28 * month)
        paise = 1250 * (strikes + 1) if kind else -1
        option = ("XX", "CE", "PE")[kind]
        seconds = int((datetime(expiry.year, expiry.month, expiry.day, 14, 30) - datetime(1980, 1, 1)).total_seconds())
        # A future at each third row: names of its own keep them apart.
        name = f"U{underlying}" if kind else f"F{series}"
        return {
            "pSymbol": str(35_000 + 7 * number), "pGroup": "XX", "pExchSeg": "nse_fo", "pSymbolName": name,
            "pInstType": "OPTSTK" if kind else "FUTSTK", "pTrdSymbol": f"{name}-{expiry}-{paise}{option}",
            "pOptionType": option, "dTickSize": "5", "lLotSize": "65", "lExpiryDate": str(seconds), "lPrecision": "2",
            "dStrikePrice": f"{paise:.6g}" if kind else "-1.0",
        }  # fmt: skip


def test_export_and_resolution_are_inverse_for_200_000_rows(tmp_path):
    old = v1_file(tmp_path / "f.txt", v1_fno(72, "U0", "27JAN26", "12.5", "OS", "CE"), header=FNO_HEADER)
    with Instruments(tmp_path / "home", Generated(200_000), [old], now=at) as book:
        assert book.sync(["nse_fo"]) == [("nse_fo", TODAY, 200_000)]
        path = book.v1_file("fno")
        seen, kinds = set(), {"XX": "F", "CE": "U", "PE": "U"}
        with path.open(encoding="ascii", newline="") as file:
            next(file)
            for line in file:
                token, name, _, _, expiry, strike, *_, symbol, option = line.rstrip().split("|")
                found = book.by_token(token)
                written = f"{found.expiry.day:02}{MONTHS[found.expiry.month - 1]}{found.expiry.year % 100:02}"
                assert (found.symbol, found.name, written, found.option_type) == (symbol, name, expiry, option)
                assert str(found.strike or 0) == strike
                assert name[0] == kinds[option]
                seen.add(token)
                seen.add(symbol)
        assert len(seen) == 2 * 200_000
        assert book.by_token(72).trading_symbol == "U0-2026-01-27-1250CE"
        assert book.token_of("nse_fo", book.by_token(72).symbol) == 72


ODD = st.text(st.characters(codec="utf-8", exclude_characters='\n\r,"\0', exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.one_of(st.integers(0, 40).map(str), st.sampled_from(["9899999", "9900000", "12345678", "007", "", "x"]))
SHARES = st.builds(
    lambda symbol, name, series, isin, desc, lot, tick: share(
        symbol, name, series, isin, pDesc=desc, lLotSize=lot, dTickSize=tick
    ),
    NUMBERS, ODD, st.sampled_from(["EQ", "BE", "BL", "N1", "SM", ""]),
    st.sampled_from(["", "INE012A01025", "INE012A01033", "INE421A01028", "INF204KC1AB2"]), ODD,
    st.sampled_from(["1", "-1", "100"]), st.sampled_from(["5", "1", "-1", "0.5"]),
)  # fmt: skip
OLD = st.builds(
    lambda token, name, series, isin, number: v1_cash(token, name, series, isin, number),
    st.integers(1, 30), st.sampled_from(["ACC", "ABAN"]), st.sampled_from(["EQ", "BE", "SM"]),
    st.sampled_from(["INE012A01025", "INE421A01028", "INF204KC1AB2"]), st.integers(1, 40),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(SHARES, min_size=1, max_size=30), old=st.lists(OLD, max_size=15))
def test_export_and_resolution_are_inverse_for_odd_rows(tmp_path_factory, rows, old):
    folder = tmp_path_factory.mktemp("odd")
    files = [v1_file(folder / "c.txt", *old)] if old else []
    bse = master_csv(share("500410", "ACC", "A", "INE012A01025", "bse_cm"))
    source = Source(bse_cm=bse, nse_cm=master_csv(share("999999", "SURE", "EQ", "INE999A01011"), *rows))
    with Instruments(folder / "home", source, files, now=at) as book:
        exported = [line.split("|") for line in lines(book.v1_file("cash"))[1:]]
        assert all(len(row) == 15 for row in exported)
        assert len({row[0] for row in exported}) == len(exported)
        assert any(row[13] == "999999" for row in exported)
        for row in exported:
            if row[8] == "IN":
                assert book.quote_key(row[0]).endswith(f"|{row[2]}")
            else:
                found = book.by_token(row[0])
                assert (found.symbol, found.isin) == (row[13], row[11])
                assert found.series == row[8] or found.exchange == "BSE"


# -- the numbers trade


@pytest.mark.parametrize("new_bot", [True, False], ids=["today's numbers only", "numbers of an old file"])
def test_the_numbers_of_the_files_trade_on_the_sandbox(account_env, new_bot):
    pandas = pytest.importorskip("pandas")
    from ks_compat.ks_api import KSTradeApi

    if new_bot:
        account_env.delenv("KS_COMPAT_V1_INSTRUMENTS")
    cash, fno = (pandas.read_csv(given_path(kind), sep="|") for kind in ("Cash", "FNO"))
    assert (cash.instrumentToken.min() < 1_000_000, fno.instrumentToken.min() < 1_000_000) == (True, not new_bot)
    client = KSTradeApi(access_token="old", userid="OLDID", consumer_key="key")
    client.login(password="p")
    client.session_2fa(access_code="1234")
    nifty = fno[(fno.instrumentName == "NIFTY") & (fno.optionType == "CE")]
    call = nifty[nifty.strike == 24050].iloc[0]
    acc = cash[(cash.instrumentName == "ACC") & (cash.instrumentType == "EQ") & (cash.exchange == "NSE")].iloc[0]
    for row, quantity in ((call, int(call.lotSize)), (acc, 1)):
        answer = client.place_order("N", int(row.instrumentToken), "BUY", quantity, 0)
        number = answer["Success"]["NSE"]["orderId"]
        (order,) = [each for each in client.order_report()["success"] if each["orderId"] == number]
        assert order["instrumentToken"] == row.instrumentToken
        assert order["instrumentName"] == row.instrumentName
    client._neo.close()


def test_a_bot_that_swapped_its_import_gets_a_path(neo):
    path = given_path("cash")
    assert path.read_bytes().startswith(CASH_HEADER.encode())
    assert isinstance(path, Path)
