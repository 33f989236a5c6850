"""Under `ks-compat run`, and there only, the old addresses give today's files to every library that old bots use."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ks_compat.instruments.v1_files import HEADER

FNO = "https://preferred.kotaksecurities.com/security/production/TradeApiInstruments_FNO_16_12_2021.txt"
CASH = "https://preferred.kotaksecurities.com/security/production/TradeApiInstruments_CASH_01_02_2031.txt"
SEEN_TOKEN = "15003"
"""NIFTY 24050 CE of the sandbox, by the old files that its settings name."""

WAYS = {
    "requests": "import requests; r = requests.get(URL); r.raise_for_status(); text = r.text",
    "requests without verification": """
        import requests, warnings
        warnings.simplefilter("error")
        text = requests.get(URL, verify=False, timeout=5).content.decode()
    """,
    "a session, by chunks": """
        import requests
        with requests.Session() as s, s.get(URL, stream=True) as r:
            assert int(r.headers["Content-Length"]) > 500, r.headers
            text = b"".join(r.iter_content(100)).decode()
    """,
    "a session, by lines": """
        import requests
        r = requests.Session().get(URL, stream=True)
        text = "\\r\\n".join(line.decode() for line in r.iter_lines())
    """,
    "raw of requests": """
        import requests, shutil, io
        into = io.BytesIO()
        shutil.copyfileobj(requests.get(URL, stream=True).raw, into)
        text = into.getvalue().decode()
    """,
    "urlopen": "import urllib.request; text = urllib.request.urlopen(URL).read().decode()",
    "urlopen of a Request, by lines": """
        from urllib.request import Request, urlopen
        with urlopen(Request(URL, headers={"User-Agent": "Mozilla"}), timeout=5) as response:
            assert (response.status, response.geturl(), response.msg) == (200, URL, "OK")
            text = "".join(line.decode() for line in response)
    """,
    "an opener of the bot's own": """
        import urllib.request
        text = urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open(URL).read().decode()
    """,
    "urlretrieve": """
        from urllib.request import urlretrieve
        name, headers = urlretrieve(URL, "copy.txt")
        text = open(name, newline="").read()
    """,
    "urllib3": "import urllib3; text = urllib3.PoolManager().request('GET', URL).data.decode()",
    "urllib3, streamed": """
        import urllib3
        response = urllib3.PoolManager().request("GET", URL, preload_content=False)
        text = b"".join(response.stream(64)).decode()
        response.release_conn()
    """,
    "urllib3, a pool": """
        import urllib3
        from urllib.parse import urlsplit
        pool = urllib3.connection_from_url(URL)
        text = pool.urlopen("GET", urlsplit(URL).path).data.decode()
    """,
    "pandas": "import pandas as pd; text = pd.read_csv(URL, sep='|').to_csv(sep='|', index=False)",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_library_is_given_todays_file(way, run_bot, sandbox):
    done = run_bot(f"URL = {FNO!r}\n{textwrap.dedent(WAYS[way])}\nprint(text)")

    lines = done.stdout.splitlines()
    assert lines[0] == HEADER.replace("OptionType", "optionType")
    assert any(line.startswith(f"{SEEN_TOKEN}|NIFTY|") for line in lines)
    assert done.stderr == ""


def test_what_is_answered_is_the_file_to_the_byte(run_bot):
    done = run_bot(f"""
        import requests, urllib.request
        from ks_compat.instruments import v1_file
        whole = v1_file("cash").read_bytes()
        other = urllib.request.urlopen({CASH!r}).read()
        r = requests.get({CASH!r})
        print(r.status_code, r.reason, r.headers["content-type"], r.url == {CASH!r}, r.history)
        print(r.content == whole == other, int(r.headers["Content-Length"]) == len(whole))
        print(b"\\r\\n" in whole, whole.count(b"|") % 14, len(whole) > 500)
    """)

    assert done.stdout == "200 OK text/plain True []\nTrue True\nTrue 0 True\n"


def test_head_gives_the_length_and_no_body(run_bot):
    done = run_bot(f"""
        import requests, urllib3
        from urllib.request import Request, urlopen
        whole = str(len(requests.get({CASH!r}).content))
        r = requests.head({CASH!r})
        print(r.headers["Content-Length"] == whole, r.content)
        r = urlopen(Request({CASH!r}, method="HEAD"))
        print(r.headers["Content-Length"] == whole, r.read())
    """)

    assert done.stdout == "True b''\nTrue b''\n"


def test_the_list_of_files_leads_to_them(run_bot):
    done = run_bot("""
        import requests, pandas as pd
        from ks_api_client import ks_api
        client = ks_api.KSTradeApi("token", "user", "key", "127.0.0.1", "app")
        client.login(password="p")
        client.session_2fa(access_code="1")
        headers = {"accept": "application/json", "consumerKey": "key", "Authorization": "Bearer token"}
        names = requests.get(client.host + "/scripmaster/1.1/filename", headers=headers).json()
        fno = pd.read_csv(names["Success"]["fno"], sep="|")
        cash = pd.read_csv(names["Success"]["cash"], sep="|")
        row = fno[(fno.instrumentName == "NIFTY") & (fno.strike == 24050) & (fno.optionType == "CE")]
        acc = cash[(cash.instrumentName == "ACC") & (cash.instrumentType == "EQ") & (cash.exchange == "NSE")]
        print(row.instrumentToken.iloc[0], acc.instrumentToken.values[0])
    """)

    assert done.stdout == f"{SEEN_TOKEN} 727\n"


def test_nothing_goes_out_for_an_old_address_though_a_proxy_is_set(run_bot, other_server):
    proxies = {"HTTPS_PROXY": other_server.url, "HTTP_PROXY": other_server.url, "NO_PROXY": "127.0.0.1"}
    done = run_bot(
        f"""
        import requests, urllib.request, urllib3
        for url in ({FNO!r}, {FNO.replace("https", "http")!r}):
            print(len(requests.get(url).text), len(urllib.request.urlopen(url).read()))
            proxy = urllib3.ProxyManager({other_server.url!r})
            print(len(proxy.request("GET", url).data))
        """,
        **proxies,
    )

    assert len(set(done.stdout.split())) == 1
    assert other_server.lines == []


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://preferred.kotaksecurities.com/security/else.txt", "CONNECT preferred.kotaksecurities.com:443"),
        ("https://tradeapi.kotaksecurities.com/apim/orders", "CONNECT tradeapi.kotaksecurities.com:443"),
        ("http://preferred.kotaksecurities.com/", "GET http://preferred.kotaksecurities.com/"),
        ("http://example.org/scripmaster/1.1/filename", "GET http://example.org/scripmaster/1.1/filename"),
    ],
)  # fmt: skip
def test_every_other_address_goes_where_it_went(url, seen, run_bot, other_server):
    script = f"""
        import requests, urllib.request
        for get in (requests.get, urllib.request.urlopen):
            try:
                print(getattr(get({url!r}), "status_code", 200))
            except OSError as error:
                print(type(error).__name__)
    """
    proxies = {"HTTPS_PROXY": other_server.url, "HTTP_PROXY": other_server.url, "NO_PROXY": "127.0.0.1"}
    ours = run_bot(script, **proxies)
    lines, other_server.lines = other_server.lines, []
    pythons = run_bot(script, sys.executable, **proxies)

    assert set(lines) == {seen}
    assert lines == other_server.lines
    assert ours.stdout == pythons.stdout


def test_another_server_is_reached_as_ever(run_bot, other_server):
    done = run_bot(f"""
        import requests, urllib.request, urllib3
        url = {other_server.url!r} + "/security/production/TradeApiInstruments_FNO_16_12_2021.txt"
        print(requests.get(url).text, requests.post(url, data=b"x").text, sep=", ")
        print(urllib.request.urlopen(url).read().decode(), end=", ")
        print(urllib3.PoolManager().request("GET", url).data.decode())
    """)

    assert done.stdout == "from the other server, from the other server\n" * 2
    assert [line.split()[0] for line in other_server.lines] == ["GET", "POST", "GET", "GET"]


def test_only_reading_is_answered(run_bot, other_server):
    run_bot(
        f"""
        import requests
        try:
            requests.post({FNO!r}, data=b"x")
        except requests.RequestException:
            pass
        """,
        HTTPS_PROXY=other_server.url,
        NO_PROXY="127.0.0.1",
    )

    assert other_server.lines == ["CONNECT preferred.kotaksecurities.com:443"]


def test_a_swapped_import_answers_no_address(run_bot, other_server):
    done = run_bot(
        f"""
        import requests, ks_compat.ks_api, ks_compat.instruments
        try:
            requests.get({FNO!r})
        except requests.RequestException as error:
            print(type(error).__name__)
        """,
        sys.executable,
        HTTPS_PROXY=other_server.url,
        NO_PROXY="127.0.0.1",
    )

    assert done.stdout == "ProxyError\n"
    assert other_server.lines == ["CONNECT preferred.kotaksecurities.com:443"]


def test_a_bot_that_downloads_nothing_loads_nothing_for_it(run_bot):
    done = run_bot("""
        import sys
        heavy = {"urllib3", "requests", "urllib.request", "http.client", "ks_compat.native", "ks_compat.instruments"}
        print(sorted(heavy & set(sys.modules)))
    """)

    assert done.stdout == "[]\n"


def test_a_file_that_cannot_be_made_is_forbidden_and_stderr_says_why_once(run_bot):
    done = run_bot(
        f"""
        import requests, urllib.request, urllib.error
        for url in ({FNO!r}, {FNO.replace("16_", "15_")!r}):
            r = requests.get(url)
            print(r.status_code, r.text, "Forbidden" in r.text)
        try:
            urllib.request.urlopen({FNO!r})
        except urllib.error.HTTPError as error:
            print(error.code, error.reason, error.read())
        """,
        KS_COMPAT_ACCESS_TOKEN="",
    )

    assert done.stdout == "403 Forbidden True\n403 Forbidden True\n403 Forbidden b'Forbidden'\n"
    assert done.stderr.count("was told 403") == 1
    assert "KS_COMPAT_ACCESS_TOKEN: is not set. It is the plain token" in done.stderr
    assert "ks-compat instruments sync" in done.stderr


def test_a_bot_that_steps_back_day_by_day_asks_the_servers_once(run_bot, sandbox):
    sandbox.faults.add("scrip_master", "not_ok", times=0)
    done = run_bot(
        """
        import requests
        for day in range(10, 30):
            url = f"https://preferred.kotaksecurities.com/security/production/TradeApiInstruments_FNO_{day}_01_2026.txt"
            print(requests.get(url).status_code)
        """,
        KS_COMPAT_MPIN="999999",
    )

    assert set(done.stdout.split()) == {"403"}
    assert sandbox.login_attempts == ["tradeApiLogin: ok", "tradeApiValidate: wrong mpin"]
    assert sum(seen.raw_path.endswith(b"/file-paths") for seen in sandbox.requests) == 1


def test_a_file_that_is_missing_before_the_login_is_there_after_it(run_bot):
    done = run_bot(
        f"""
        import os, requests
        from ks_api_client import ks_api
        print(requests.get({FNO!r}).status_code)
        client = ks_api.KSTradeApi(os.environ["ACCESS_TOKEN"], "user", "key", "127.0.0.1", "app")
        client.login(password="p")
        client.session_2fa(access_code="1")
        print(requests.get({FNO!r}).status_code)
        """,
        KS_COMPAT_ACCESS_TOKEN="",
    )

    assert done.stdout == "403\n200\n"


def test_the_source_of_a_wrapped_library_can_still_be_read(run_bot):
    done = run_bot("""
        import inspect, urllib.request, urllib3.connectionpool
        for module in (urllib.request, urllib3.connectionpool):
            print(module.__spec__.name, len(inspect.getsource(module)) > 1000, bool(module.__loader__))
    """)

    assert done.stdout == "urllib.request True True\nurllib3.connectionpool True True\n"


@pytest.mark.parametrize("variable", ["file", "address"])
def test_the_straddle_bot_sells_by_the_files_or_by_their_old_addresses(variable, account_env, sandbox, tmp_path):
    command = Path(sys.executable).with_name("ks-compat")
    environment = {**os.environ, "V1_FNO_FILE": FNO, "V1_CASH_FILE": CASH}
    if variable == "file":
        files = subprocess.run(
            [command, "instruments", "export-v1", tmp_path / "old"], capture_output=True, text=True, check=True,
            env=environment, timeout=60,
        ).stdout.split()[1:]  # fmt: skip
        environment |= dict(zip(("V1_CASH_FILE", "V1_FNO_FILE"), files, strict=True))
    bot = Path(__file__).parent.parent / "bots" / "b03_straddle.py"
    done = subprocess.run([command, "run", bot], capture_output=True, text=True, env=environment, timeout=60)

    assert done.stderr == ""
    assert done.stdout.splitlines() == ["18DEC29 24050 ['CE', 'PE']", "NIFTY SELL 65", "NIFTY SELL 65"]
    placed = [seen for seen in sandbox.requests if seen.raw_path.endswith(b"/ms/place")]
    assert len(placed) == 2
