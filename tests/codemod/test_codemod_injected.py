# ruff: noqa: E501 - one line for each case
"""Clients that come from elsewhere: reported where the arguments tell, never rewritten, and not for other brokers."""

from __future__ import annotations

from pathlib import Path

import pytest
from ks_codemods import injected, migrate
from ks_codemods.reading import files

LOGIN = "from ks_api_client import ks_api\nc = ks_api.KSTradeApi(T, U, 'k')\nc.logout()\n"
ORDER = "place_order(order_type='N', instrument_token=t, transaction_type='BUY', quantity=1, price=0)"

TOLD = {
    "parameter": f"def buy(client):\n    return client.{ORDER}\n",
    "parameter_with_none": f"def buy(client=None):\n    return client.{ORDER}\n",
    "undefined_global": f"def buy():\n    return client.{ORDER}\n",
    "attribute_given_by_a_parameter": f"class Bot:\n    def __init__(self, kt):\n        self.kt = kt\n    def buy(self):\n        self.kt.{ORDER}\n",
    "positional": "def buy(k):\n    k.place_order('MIS', 754, 'SELL', 1, 0)\n",
    "second_step": "def log_in(k):\n    k.session_2fa(access_code=x)\n",
    "positions": "def held(k):\n    return k.positions('TODAYS')\n",
    "report": "def state(k, i):\n    return k.order_report(order_id=i)\n",
    "quote": "def ask(k, t):\n    return k.quote(instrument_token=t)\n",
    "modify": "def change(k):\n    k.modify_order(order_id=1, price=1, quantity=1, disclosed_quantity=0, trigger_price=0, validity='GFD')\n",
}
NOT_TOLD = {
    "kite": "def buy(k):\n    k.place_order(variety='regular', exchange='NSE', tradingsymbol='X', transaction_type='BUY', quantity=1, order_type='MARKET', product='MIS')\n",
    "by_name_alone": "def buy(client):\n    client.place_order(**params)\n    client.login()\n    client.positions()\n    client.order_report()\n",
    "mongo": f"import pymongo\nclient = pymongo.MongoClient()\ndef f():\n    client.{ORDER}\n",
    "native_order": "def buy(k):\n    k.place_order(instrument_token=1, transaction_type='B', quantity=1, order_type='MKT', price=0)\n",
    "native_order_with_product": "def buy(k, o):\n    k.place_order(product='MIS', instrument_token=1, transaction_type='B', quantity=1, order_type=o, price=0)\n",
    "neo_wrapper": "def ask(k):\n    k.quote(instrument_token=1, quote_type='ltp')\n",
    "wrapper_of_the_project": f"class Broker:\n    def place_order(self, **x): pass\ndef buy(broker):\n    broker.{ORDER}\n",
    "created_here": f"class Paper(Base): pass\nk = Paper()\nk.{ORDER}\n",
    "foreign_call": f"breeze = BreezeConnect()\ndef f(k=breeze):\n    k.{ORDER}\n",
}


@pytest.mark.parametrize("text", TOLD.values(), ids=TOLD)
def test_told_and_left(text: str, tmp_path: Path) -> None:
    (tmp_path / "login.py").write_text(LOGIN)
    bot = tmp_path / "bot.py"
    bot.write_text(text)
    report = migrate([tmp_path], write=True)
    assert [(s.code, s.outcome) for f in report.files if f.path == bot for s in f.sites] == [("KS307", "flagged")]
    assert bot.read_text() == text
    assert "NeoClient" in (tmp_path / "login.py").read_text()


@pytest.mark.parametrize("text", NOT_TOLD.values(), ids=NOT_TOLD)
def test_others_are_not_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "login.py").write_text(LOGIN)
    bot = tmp_path / "bot.py"
    bot.write_text(text)
    report = migrate([tmp_path], write=True)
    assert [s for f in report.files if f.path == bot for s in f.sites] == []


@pytest.mark.parametrize("text", TOLD.values(), ids=TOLD)
def test_nothing_is_told_without_the_old_package(text: str, tmp_path: Path) -> None:
    bot = tmp_path / "bot.py"
    bot.write_text(text)
    assert [s for f in migrate([tmp_path]).files for s in f.sites] == []


def test_a_client_that_is_seen_is_no_injected_one(tmp_path: Path) -> None:
    (tmp_path / "login.py").write_text(LOGIN)
    bot = tmp_path / "bot.py"
    bot.write_text(f"from login import c\ndef buy(k, t):\n    k.{ORDER}\nbuy(c, 754)\n")
    (file,) = [f for f in migrate([tmp_path]).files if f.path == bot]
    assert {s.outcome for s in file.sites} == {"native"}


@pytest.mark.parametrize("method", sorted(injected.KNOWN_BY))
@pytest.mark.parametrize(
    "call", ["c.{}(transaction_type='TODAYS')", "(c\n  .{}\n (position_type=1))", "c.\\\n{} \\\n(instrument_token=1)"]
)
def test_every_call_that_is_known_by_its_arguments_is_worth_a_parse(method: str, call: str) -> None:
    assert files.may_be_injected(call.format(method).encode())


def test_a_list_of_words_is_not_worth_a_parse() -> None:
    assert not files.may_be_injected(b"WORDS = ['session_2fa', 'place_order', 'TODAYS']\nquote('place_order')\n")
