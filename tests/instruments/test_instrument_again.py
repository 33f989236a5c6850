"""What was proven once is not proven again, until anything that it stands on is another."""

import pytest
from instrument_fakes import Source, master_csv, share, v1_cash, v1_file

from ks_compat.instruments import UnknownInstrument
from ks_compat.instruments.index import Index

ACC = share("22", "ACC", "EQ", "INE012A01025")
ABAN = share("7759", "ABAN", "EQ", "INE421A01028")
NFO = master_csv()


@pytest.fixture
def source():
    return Source(nse_cm=master_csv(ACC, ABAN), nse_fo=NFO)


@pytest.fixture
def book(make, source, tmp_path):
    made = make(source, v1_file(tmp_path / "c.txt", v1_cash(727, "ACC", "EQ", "INE012A01025", 22)))
    assert made.by_token(727).symbol == "22"
    return made


def test_the_master_is_asked_once(book, monkeypatch):
    monkeypatch.setattr(Index, "_select", None)
    assert book.by_token(727).symbol == "22"


@pytest.mark.parametrize("other", [False, True], ids=["by this process", "by another"])
def test_a_pin_and_its_end_count_at_once(book, make, source, other):
    writer = make(source) if other else book
    writer.pin(727, "nse_cm", "ABAN-EQ")
    assert book.by_token(727).symbol == "7759"
    writer.unpin(727)
    assert book.by_token(727).symbol == "22"


def test_holdings_that_contradict_count_at_once(book):
    book.learn([(727, "nse_cm", "7759", "INE421A01028")])
    with pytest.raises(UnknownInstrument, match="your holdings show"):
        book.by_token(727)


def test_the_next_days_master_counts(book, make, source):
    make.clock[0] += 86_400
    source.bodies["nse_cm"] = master_csv(share("23", "ACC", "EQ", "INE012A01025"), ABAN)
    assert book.by_token(727).symbol == "23"
