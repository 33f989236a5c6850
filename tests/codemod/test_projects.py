# ruff: noqa: C408, E501 - one call for each project, file names as keywords
"""Clients that reach several functions, classes and files."""

import textwrap

import pytest
from ks_codemods import migrate

HEAD = "from ks_api_client import ks_api\nc = ks_api.KSTradeApi(T, U, 'k')\n"
NATIVE = "from ks_compat import NeoClient, v1\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"


@pytest.fixture
def run(tmp_path):
    def run(**texts):
        for name, text in texts.items():
            path = tmp_path.joinpath(*name.split("__")).with_suffix(".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(textwrap.dedent(text))
        report = migrate([tmp_path], write=True)
        assert not migrate([tmp_path]).left_to_do
        return {file.path.stem: file for file in report.files}

    return run


NATIVE_PROJECTS = {
    "from_import": dict(login=HEAD, main="from login import client\n".replace("client", "c") + "c.quote(1)\n"),
    "from_import_alias": dict(login=HEAD, main="from login import c as k\nk.quote(1)\n"),
    "factory_elsewhere": dict(
        login="from ks_api_client import ks_api\ndef new():\n    return ks_api.KSTradeApi(T, U, 'k')\n",
        main="from login import new\nk = new()\nk.quote(1)\n",
    ),
    "factory_of_a_module": dict(
        login="from ks_api_client import ks_api\ndef new():\n    k = ks_api.KSTradeApi(T, U, 'k')\n    return k\n",
        main="import login\ndef f():\n    k = login.new()\n    k.quote(1)\n",
    ),
    "parameter": dict(main=HEAD + "def f(client, x=1):\n    client.quote(x)\nf(c)\nf(client=c, x=2)\n"),
    "parameter_elsewhere": dict(main=HEAD + "from helper import f\nf(1, c)\n", helper="def f(x, k):\n    k.quote(x)\n"),
    "constructor_argument": dict(
        main=HEAD + "class Bot:\n    def __init__(self, k):\n        self.k = k\n    def go(self):\n        self.k.quote(1)\nBot(c).go()\n"
    ),
    "global_statement": dict(
        main="from ks_api_client import ks_api\nc = None\ndef f():\n    global c\n    c = ks_api.KSTradeApi(T, U, 'k')\ndef g():\n    c.quote(1)\n"
    ),
    "class_attribute": dict(
        main="from ks_api_client import ks_api\nclass A:\n    c = ks_api.KSTradeApi(T, U, 'k')\n    def f(self):\n        self.c.quote(1)\nA.c.quote(1)\n"
    ),
    "inherited": dict(
        main="from ks_api_client import ks_api\nclass A:\n    def __init__(self):\n        self.c = ks_api.KSTradeApi(T, U, 'k')\nclass B(A):\n    def f(self):\n        self.c.quote(1)\n"
    ),
    "closure": dict(main="from ks_api_client import ks_api\ndef f():\n    c = ks_api.KSTradeApi(T, U, 'k')\n    def g():\n        c.quote(1)\n    g()\n"),
    "package": dict(pkg____init__="", pkg__login=HEAD, pkg__main="from .login import c\nc.quote(1)\n"),
    "default": dict(main=HEAD + "def f(k=None):\n    k.quote(1)\nf(c)\n"),
    "star_import": dict(login=HEAD, main="from lib import *\nfrom login import *\nc.quote(1)\n"),
    "same_attribute_of_another_class": dict(
        main="from ks_api_client import ks_api\nimport pymongo\nclass A:\n    def __init__(self):\n        self.c = ks_api.KSTradeApi(T, U, 'k')\n        self.c.quote(1)\nclass M:\n    def __init__(self):\n        self.c = pymongo.MongoClient()\n        self.c.quote(1)\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("texts", NATIVE_PROJECTS.values(), ids=NATIVE_PROJECTS)
def test_native(run, texts):
    files = run(**texts)
    assert {file.outcome for file in files.values()} - {"untouched"} == {"native"}
    assert any(".quotes(" in file.after for file in files.values())


HELD_PROJECTS = {
    "foreign_star_import_after_ours": dict(login=HEAD, main="from login import *\nfrom lib import *\nc.quote(1)\n"),
    "set_elsewhere": dict(login=HEAD + "c.quote(1)\n", main="import login\nlogin.c = other()\n"),
    "module_passed_on": dict(login=HEAD + "c.quote(1)\n", main="import login\nuse(login)\n"),
    "module_by_name": dict(login=HEAD, main="import importlib\nimportlib.import_module('login').c.margin()\n"),
    "patched_by_text": dict(login=HEAD, main="from unittest import mock\nwith mock.patch('login.c'): pass\n"),
    "attribute_of_a_stranger": dict(
        bot="from ks_api_client import ks_api\nclass A:\n    def __init__(self):\n        self.kk = ks_api.KSTradeApi(T, U, 'k')\n",
        other="def f(x):\n    send(x.kk)\n",
    ),
    "attribute_by_name": dict(
        bot="from ks_api_client import ks_api\nclass A:\n    def __init__(self):\n        self.kk = ks_api.KSTradeApi(T, U, 'k')\n    def f(self):\n        getattr(self, 'kk').margin()\n"
    ),
    "attribute_set_from_outside": dict(
        bot="from ks_api_client import ks_api\nclass A:\n    def __init__(self):\n        self.kk = ks_api.KSTradeApi(T, U, 'k')\n",
        other="from bot import A\na = A()\na.kk = 5\n",
    ),
    "foreign_base": dict(
        bot="from ks_api_client import ks_api\nfrom lib import Base\nclass A(Base):\n    def __init__(self):\n        self.kk = ks_api.KSTradeApi(T, U, 'k')\n"
    ),
    "several_bases": dict(
        bot="from ks_api_client import ks_api\nclass A:\n    def __init__(self):\n        self.kk = ks_api.KSTradeApi(T, U, 'k')\nclass M:\n    def go(self):\n        send(self.kk)\nclass B(A, M): pass\n"
    ),
    "bound_by_a_star_import": dict(login=HEAD + "c.quote(1)\nfrom config import *\n", config="c = 5\n"),
    "decorated_class": dict(
        bot="from ks_api_client import ks_api\n@dataclass\nclass A:\n    kk = ks_api.KSTradeApi(T, U, 'k')\n"
    ),
    "other_file_passes_it_on": dict(login=HEAD + "c.quote(1)\n", main="from login import c\nregister(c)\n"),
    "another_broker_elsewhere": dict(
        main=HEAD + "from helper import f\nf(c)\n", helper="from kite import K\ndef f(k):\n    k.quote(1)\nf(K())\n"
    ),
    "file_that_cannot_be_read": dict(login=HEAD + "c.quote(1)\n", main="import login\nlogin.c.margin(\n"),
}  # fmt: skip


@pytest.mark.parametrize("texts", HELD_PROJECTS.values(), ids=HELD_PROJECTS)
def test_held(tmp_path, texts):
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)
    report = migrate([tmp_path], write=True)
    written = "".join(path.read_text() for path in tmp_path.iterdir())
    assert "NeoClient" not in written
    assert "quotes(" not in written
    assert "ks_api_client" not in written
    readable = [file for file in report.files if file.outcome != "error"]
    assert {site.outcome for file in readable for site in file.sites} == {"facade"}
    assert not any(file.changed for file in migrate([tmp_path]).files)


def test_the_reason_names_file_and_line(run):
    files = run(login=HEAD, main="from login import c\n\nregister(c)\n")
    (site,) = files["login"].sites
    assert site.message.endswith("main.py:3: c is passed to register")
    assert (site.code, site.line, site.column) == ("KS202", 2, 5)


def test_a_result_read_from_another_file_keeps_its_old_shape(run):
    files = run(bot=HEAD + "q = c.quote(1)\nx = q['success'][0]['ltp']\n", other="from bot import q\nprint(q)\n")
    assert files["bot"].after == NATIVE + "q = v1.quote_answer(c.quotes(1))\nx = q['success'][0]['ltp']\n"
    assert files["other"].outcome == "untouched"
