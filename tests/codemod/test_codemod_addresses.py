# ruff: noqa: E501 - one line for each case
"""Old addresses in the source: what is rewritten, what is reported, and that both ways give the same lines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ks_codemods import migrate

FOLDER = "https://preferred.kotaksecurities.com/security/production"
HEAD = "import datetime\nimport pandas as pd\nimport requests\nimport urllib.request\nfrom datetime import date\n"
URL = f"'{FOLDER}/TradeApiInstruments_FNO_16_12_2021.txt'"
LIST = "'https://tradeapi.kotaksecurities.com/apim/scripmaster/1.1/filename'"
IMPORT = "from ks_compat.instruments import v1_file\n"
COPY = "from shutil import copyfile\n"


@pytest.fixture
def run(tmp_path):
    def run(before, **options):
        bot = tmp_path / "bot.py"
        bot.write_text(before)
        report = migrate([bot], write=True, **options)
        again = migrate([bot], **options)
        assert not again.left_to_do
        return report.files[0]

    return run


REWRITTEN = {
    "literal": (f"x = pd.read_csv({URL}, sep='|')", 'x = pd.read_csv(v1_file("fno"), sep=\'|\')'),
    "concatenated": (f"d = date.today()\nx = pd.read_csv('{FOLDER}/TradeApiInstruments_Cash_' + d.strftime('%d_%m_%Y') + '.txt')", 'd = date.today()\nx = pd.read_csv(v1_file("cash"))'),
    "f_string": (f"x = pd.read_csv(f'{FOLDER}/TradeApiInstruments_CASH_{{date.today():%d_%m_%Y}}.txt')", 'x = pd.read_csv(v1_file("cash"))'),
    "f_string_of_parts": (f"d, m, y = '01', '02', 2031\nx = pd.read_csv(f'{FOLDER}/TradeApiInstruments_fno_{{d}}_{{m}}_{{y}}.txt')", 'd, m, y = \'01\', \'02\', 2031\nx = pd.read_csv(v1_file("fno"))'),
    "format": (f"x = pd.read_csv('{FOLDER}/TradeApiInstruments_{{}}_{{}}.txt'.format('FNO', date.today()))", 'x = pd.read_csv(v1_file("fno"))'),
    "format_named": (f"x = pd.read_csv('{FOLDER}/TradeApiInstruments_{{kind}}_{{day}}.txt'.format(day=date.today(), kind='FNO'))", 'x = pd.read_csv(v1_file("fno"))'),
    "percent": (f"x = pd.read_csv('{FOLDER}/TradeApiInstruments_FNO_%s.txt' % str(date.today()))", 'x = pd.read_csv(v1_file("fno"))'),
    "percent_of_two": (f"x = pd.read_csv('{FOLDER}/TradeApiInstruments_%s_%s.txt' % ('Cash', date.today()))", 'x = pd.read_csv(v1_file("cash"))'),
    "strftime": (f"x = pd.read_csv(datetime.datetime.now().strftime('{FOLDER}/TradeApiInstruments_FNO_%d_%m_%Y.txt'))", 'x = pd.read_csv(v1_file("fno"))'),
    "name": (f"url = {URL}\nx = pd.read_csv(url)", f'url = {URL}\nx = pd.read_csv(v1_file("fno"))'),
    "name_in_a_function": (f"def load():\n    url = {URL}\n    return pd.read_csv(url)", f'def load():\n    url = {URL}\n    return pd.read_csv(v1_file("fno"))'),
    "names_of_parts": (f"BASE = '{FOLDER}/'\nDAY = date.today()\nx = pd.read_csv(BASE + 'TradeApiInstruments_FNO_' + str(DAY) + '.txt')", f'BASE = \'{FOLDER}/\'\nDAY = date.today()\nx = pd.read_csv(v1_file("fno"))'),
    "keyword": (f"x = pd.read_csv(filepath_or_buffer={URL}, sep='|')", 'x = pd.read_csv(filepath_or_buffer=v1_file("fno"), sep=\'|\')'),
    "read_table": (f"x = pd.read_table({URL}, sep='|')", 'x = pd.read_table(v1_file("fno"), sep=\'|\')'),
    "text": (f"x = requests.get({URL}, timeout=5).text", 'x = v1_file("fno").read_bytes().decode("latin-1")'),
    "content": (f"x = requests.get({URL}).content", 'x = v1_file("fno").read_bytes()'),
    "read": (f"x = urllib.request.urlopen({URL}).read()", 'x = v1_file("fno").read_bytes()'),
    "in_a_broad_try": (f"try:\n    x = pd.read_csv({URL})\nexcept Exception:\n    x = None", 'try:\n    x = pd.read_csv(v1_file("fno"))\nexcept Exception:\n    x = None'),
    "list": (f"x = pd.read_csv(requests.get({LIST}, headers=h).json()['Success']['fno'], sep='|')", 'x = pd.read_csv({"Success": {"fno": v1_file("fno")}}[\'Success\'][\'fno\'], sep=\'|\')'),
    "list_in_a_name": (f"res = requests.get({LIST}).json()\nx = pd.read_csv(res['Success']['fno'])\ny = pd.read_csv(res['Success']['cash'])", 'res = {"Success": {"cash": v1_file("cash"), "fno": v1_file("fno")}}\nx = pd.read_csv(res[\'Success\'][\'fno\'])\ny = pd.read_csv(res[\'Success\'][\'cash\'])'),
    "list_through_names": ("HOST = 'https://tradeapi.kotaksecurities.com/apim'\nr = requests.get(HOST + '/scripmaster/1.1/filename')\nfiles = r.json()['Success']\nurl = files['cash']\nx = pd.read_csv(url)", 'HOST = \'https://tradeapi.kotaksecurities.com/apim\'\nr = {"Success": {"cash": v1_file("cash")}}\nfiles = r[\'Success\']\nurl = files[\'cash\']\nx = pd.read_csv(url)'),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), REWRITTEN.values(), ids=REWRITTEN)
def test_a_download_becomes_the_generated_file(run, before, after):
    file = run(f"{HEAD}{before}\n")
    assert file.after == f"{HEAD}{IMPORT}{after}\n"
    assert [(site.code, site.outcome) for site in file.sites] == [("KS108", "native")]


def test_a_retrieved_file_is_copied(run):
    file = run(f"{HEAD}urllib.request.urlretrieve({URL}, 'fno.txt')\n")
    assert file.after == f"{HEAD}{COPY}{IMPORT}copyfile(v1_file(\"fno\"), 'fno.txt')\n"


def test_names_that_are_taken_are_not_shadowed(run):
    file = run(f"{HEAD}v1_file = copyfile = 1\nurllib.request.urlretrieve({URL}, 'fno.txt')\n")
    assert "from shutil import copyfile as ks_copyfile\n" in file.after
    assert "from ks_compat.instruments import v1_file as ks_v1_file\n" in file.after
    assert "ks_copyfile(ks_v1_file(\"fno\"), 'fno.txt')" in file.after


LEFT = {
    "kind_at_run_time": (f"def load(kind):\n    return pd.read_csv(f'{FOLDER}/TradeApiInstruments_{{kind}}_16_12_2021.txt')", "not certain"),
    "name_given_twice": (f"url = {URL}\nif x: url = url.replace('FNO', 'Cash')\npd.read_csv(url)", ""),
    "name_set_from_elsewhere": (f"import bot\nurl = {URL}\nbot.url = 'other'\npd.read_csv(url)", ""),
    "end_at_run_time": (f"def load(end):\n    return pd.read_csv('{FOLDER}/TradeApiInstruments_FNO_16_12_2021' + end)", "not certain"),
    "no_such_file": (f"pd.read_csv('{FOLDER}/TradeApiInstruments_Currency_16_12_2021.txt')", "not certain"),
    "status_read": (f"r = requests.get({URL})\nif r.status_code == 200: pass", "more than the content"),
    "response_kept": (f"r = requests.get({URL})\nopen('x', 'wb').write(r.content)", "more than the content"),
    "result_of_retrieve": (f"name, headers = urllib.request.urlretrieve({URL}, 'x')", "more than the content"),
    "progress_of_retrieve": (f"urllib.request.urlretrieve({URL}, 'x', print)", "more than the content"),
    "effect_in_the_address": (f"pd.read_csv('{FOLDER}/TradeApiInstruments_FNO_' + ask() + '.txt')", "more than give a text"),
    "effect_beside_it": (f"pd.read_csv({URL}, sep=ask())", "more than give a value"),
    "error_by_its_class": (f"try:\n    pd.read_csv({URL})\nexcept urllib.error.HTTPError:\n    pass", "urllib.error.HTTPError"),
    "in_an_f_string": (f"print(f\"{{len(pd.read_csv({URL}))}}\")", "f-string"),
    "storage_options": (f"pd.read_csv({URL}, storage_options={{}})", "more than the content"),
    "a_library_that_is_not_known": (f"wget.download({URL})", ""),
    "own_module_called_pandas": (f"pd = Mine()\npd.read_csv({URL})", ""),
    "list_of_files": ("r = requests.get('https://tradeapi.kotaksecurities.com/apim/scripmaster/1.1/filename')", "list of files"),
    "list_printed": ("r = requests.get('https://tradeapi.kotaksecurities.com/apim/scripmaster/1.1/filename').json()\nprint(r)\npd.read_csv(r['Success']['fno'])", "list of files"),
    "list_url_fetched": ("r = requests.get('https://tradeapi.kotaksecurities.com/apim/scripmaster/1.1/filename').json()\nrequests.get(r['Success']['fno'])", "list of files"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "why"), LEFT.values(), ids=LEFT)
def test_what_is_not_proven_is_reported_and_left(run, before, why):
    head = HEAD.replace("import pandas as pd\n", "") if "Mine()" in before else HEAD
    file = run(f"{head}{before}\n")
    assert not file.changed
    assert {site.code for site in file.sites} == {"KS305"}
    assert why in file.sites[0].message
    assert "`ks-compat run` answers it, else use v1_file" in file.sites[0].message


RAW = {
    "https://tradeapi.kotaksecurities.com/apim/session/1.0/session/login/userid": "tradeApiLogin",
    "https://ctradeapi.kotaksecurities.com/apim/session/1.0/session/2FA/accesscode": "tradeApiValidate",
    "https://sbx.kotaksecurities.com/apim/orders/1.0/order/normal": "quick/order/rule/ms/place",
    "https://tradeapi.kotaksecurities.com/apim/reports/1.0/orders": "quick/user/orders",
    "https://tradeapi.kotaksecurities.com/apim/reports/1.0/trades": "quick/user/trades",
    "https://tradeapi.kotaksecurities.com/apim/positions/1.0/positions/todays": "quick/user/positions",
    "https://tradeapi.kotaksecurities.com/apim/margin/1.0/margin": "quick/user/limits",
    "https://tradeapi.kotaksecurities.com/apim/margin/1.0/margin/required": "quick/user/check-margin",
    "https://tradeapi.kotaksecurities.com/apim/quotes/v1.0/instruments/727": "script-details/1.0/quotes/",
    "https://wstreamer.kotaksecurities.com/feed": "ks_compat.streaming",
    "https://tradeapi.kotaksecurities.com/token": "Neo app",
    "https://tradeapi.kotaksecurities.com/apim": "baseUrl",
}


@pytest.mark.parametrize(("url", "instead"), RAW.items(), ids=[url.split("/", 3)[3] for url in RAW])
def test_another_raw_call_is_reported_with_what_v2_has(run, url, instead):
    file = run(f"import requests\nprint(requests.get('{url}').json())\n")
    assert not file.changed
    (site,) = file.sites
    assert (site.code, site.outcome, site.line) == ("KS306", "flagged", 2)
    assert instead in site.message.partition("v2 has")[2]


def test_a_path_beside_its_host_is_reported_too(run):
    file = run(
        "import requests\nHOST = 'https://tradeapi.kotaksecurities.com/apim'\nrequests.get(HOST + '/reports/1.0/orders')\n"
    )
    assert [(site.line, site.code) for site in file.sites] == [(2, "KS306"), (3, "KS306")]


def test_the_host_of_a_client_is_no_raw_call(run):
    host = "https://tradeapi.kotaksecurities.com/apim"
    for before in (f"host='{host}'", "host=HOST"):
        file = run(
            f"from ks_api_client import ks_api\nHOST = '{host}'\nc = ks_api.KSTradeApi('t', 'u', 'k', {before})\nc.logout()\n"
        )
        assert "KS306" not in {site.code for site in file.sites}
        assert file.outcome == "native"


def test_a_docstring_and_the_new_hosts_are_nobodys_business(run):
    file = run(f'"""Reads {URL}."""\nLOGIN = "https://mis.kotaksecurities.com/login/1.0/tradeApiLogin"\n')
    assert (file.sites, file.changed) == ([], False)


@pytest.mark.parametrize("client", ["c.logout()", "register(c)"], ids=["native", "held"])
def test_beside_a_client_that_goes_native_or_stays(run, client):
    file = run(
        f"{HEAD}from ks_api_client import ks_api\nc = ks_api.KSTradeApi('t', 'u', 'k')\nx = pd.read_csv({URL})\n{client}\n"
    )
    assert 'x = pd.read_csv(v1_file("fno"))' in file.after
    assert ("NeoClient(" in file.after) == (client == "c.logout()")


def test_an_ignored_code_is_not_rewritten(run):
    file = run(f"{HEAD}x = pd.read_csv({URL})\n", ignored=["KS108"])
    assert not file.changed
    assert [site.code for site in file.sites] == ["KS305"]


BOT = f"""\
import datetime, urllib.request
import pandas as pd
import requests
from urllib.request import urlopen
FOLDER = "{FOLDER}/"
day = datetime.datetime.now().strftime("%d_%m_%Y")
fno = pd.read_csv(FOLDER + "TradeApiInstruments_FNO_" + day + ".txt", sep="|")
cash = pd.read_csv(f"{{FOLDER}}TradeApiInstruments_Cash_{{day}}.txt", delimiter="|", low_memory=False)
text = requests.get(FOLDER + "TradeApiInstruments_fno_%s.txt" % day, timeout=5).text
content = requests.get("{{}}TradeApiInstruments_CASH_{{}}.txt".format(FOLDER, day)).content
read = urlopen(datetime.date.today().strftime(FOLDER + "TradeApiInstruments_FNO_%d_%m_%Y.txt")).read()
urllib.request.urlretrieve(FOLDER + "TradeApiInstruments_FNO_" + day + ".txt", "fno.txt")
kept = open("fno.txt", newline="").read()
files = requests.get("https://tradeapi.kotaksecurities.com/apim/scripmaster/1.1/filename", headers={{"a": "b"}})
found = files.json()
listed = pd.read_csv(found["Success"]["fno"], sep="|")
print(listed.to_csv())
print(fno.to_csv(), cash.to_csv(), repr(text), content, read, repr(kept))
"""


def test_both_ways_print_the_same(account_env, tmp_path):
    command = Path(sys.executable).with_name("ks-compat")
    bot = tmp_path / "bot.py"
    bot.write_text(BOT)

    def printed(*before):
        return subprocess.run(
            [*before, bot], cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, timeout=60, check=True
        ).stdout  # fmt: skip

    under_run = printed(command, "run")
    (file,) = migrate([bot], write=True).files
    assert [site.code for site in file.sites] == ["KS108"] * 7
    assert printed(sys.executable) == under_run
    assert printed(command, "run") == under_run
    assert under_run.count("NIFTY") > 10
