"""``ks-compat parity`` as users run it: real commands, on bots of their own kind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LOGIN = '''
import os, sys, time
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException
password = "hunter2-{}".format("x")
client = ks_api.KSTradeApi(access_token="live-old-token-9931", userid="MYUSER77", consumer_key="my-consumer-key-55",
                           ip="127.0.0.1", app_id="a", consumer_secret="tops3cret!!")
client.login(password="hunter2-real")
client.session_2fa(access_code="8642")
'''  # fmt: skip
ORDER = """
order = client.place_order(order_type="N", instrument_token=727, transaction_type="BUY", quantity=1, price=0)
print("placed", order['Success']['NSE']['orderId'])
"""


def parity(
    tmp_path: Path, text: str, *arguments: str, options: tuple[str, ...] = (), stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    bot = tmp_path / "mine" / "bot.py"
    bot.parent.mkdir(exist_ok=True)
    bot.write_text(text, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ks-compat")), "parity", *options, str(bot), *arguments]
    before = sorted(bot.parent.rglob("*")), bot.read_bytes()
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        input=stdin,
        timeout=120,
        env={**os.environ, **environment},
    )
    # Nothing of the user's is written.
    assert (sorted(bot.parent.rglob("*")), bot.read_bytes()) == before
    return done


def parity_json(tmp_path: Path, text: str, *arguments: str, stdin: str = "", **environment: str) -> dict[str, Any]:
    done = parity(tmp_path, text, *arguments, options=("--json",), stdin=stdin, **environment)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == ["same", "different", "unproven"].index(found["verdict"])
    return found


def test_a_bot_that_goes_native_is_the_same(tmp_path: Path) -> None:
    done = parity(tmp_path, LOGIN + ORDER)

    assert done.returncode == 0, done.stderr
    assert "The same: 5 requests and 1 printed lines; the migrated form is native." in done.stdout
    assert "POST /quick/order/rule/ms/place tt=B qt=1 ts=ACC-EQ" in done.stdout
    assert "DIFFERENT" not in done.stdout


def test_the_json_has_the_documented_keys(tmp_path: Path) -> None:
    found = parity_json(tmp_path, LOGIN + ORDER)

    assert list(found) == [
        "version", "bot", "verdict", "message", "on_facade", "requests", "differences", "lines", "facade", "native",
    ]  # fmt: skip
    assert found["verdict"] == "same"
    assert found["requests"][-1] == {
        "place": 5, "facade": "POST /quick/order/rule/ms/place", "native": "POST /quick/order/rule/ms/place",
        "same": True,
    }  # fmt: skip
    assert found["facade"] == found["native"] == {"exit_code": 0, "error": None, "refused": []}


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    tell = "print('hunter2-real', 'tops3cret!!', os.environ['MY_API_TOKEN'])\n"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "creds.py").write_text("MPIN = '440077'\n")
    text = LOGIN + ORDER + tell + "import creds\nprint(creds.MPIN)\nprint('MYUSER77')\n"

    done = parity(tmp_path, text, options=("--json",), MY_API_TOKEN="env-secret-1234")
    table = parity(tmp_path, text, MY_API_TOKEN="env-secret-1234")

    assert "placed" in done.stdout
    assert "placed" in table.stdout
    secrets = (
        "hunter2-real",
        "tops3cret!!",
        "env-secret-1234",
        "440077",
        "MYUSER77",
        "live-old-token-9931",
        "my-consumer",
    )
    assert [s for s in secrets if s in done.stdout + done.stderr + table.stdout + table.stderr] == []


# sys.argv and stdin reach the bot in both forms; a module beside it is migrated with it.
def test_arguments_stdin_files_and_modules_reach_both_forms(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "broker.py").write_text(LOGIN, encoding="utf-8")
    (tmp_path / "mine" / "plan.txt").write_text("727\n", encoding="utf-8")
    text = """
import sys
import broker
quantity = int(sys.argv[1])
token = int(open("plan.txt").read())
order = broker.client.place_order(order_type="N", instrument_token=token, transaction_type=input(), quantity=quantity,
                                  price=0)
print(order['Success']['NSE']['orderId'])
open("log.txt", "a").write("x")
print(len(open("log.txt").read()))
"""
    found = parity_json(tmp_path, text, "3", stdin="BUY\n")

    assert found["verdict"] == "same", found
    assert [line["facade"] for line in found["lines"]][1:] == ["1"]
    assert not (tmp_path / "mine" / "log.txt").exists()


def test_a_bot_that_stays_on_the_drop_in_is_told_with_its_line(tmp_path: Path) -> None:
    text = LOGIN + "clients = [client]\nprint(getattr(clients[0], sys.argv[1])()['success'])\n"

    found = parity_json(tmp_path, text, "order_report")
    table = parity(tmp_path, text, "order_report")

    assert found["verdict"] == "same"
    assert {"path", "line", "code", "message"} == found["on_facade"][0].keys()
    assert found["on_facade"][0]["path"] == "bot.py"
    assert "the migrated form stays on the drop-in" in table.stdout
    assert "bot.py:" in table.stdout


def test_another_request_and_another_line_are_different(tmp_path: Path) -> None:
    # A bot that asks which client it has sends and prints other things once it is migrated.
    text = LOGIN + "old = 'ks_api_client' in sys.modules\nquantity = 1 if old else 2\n" + ORDER.replace(
        "quantity=1", "quantity=quantity"
    ) + "print('old' if old else 'new')\n"  # fmt: skip

    found = parity_json(tmp_path, text)
    table = parity(tmp_path, text)

    assert found["verdict"] == "different"
    (difference, *_) = [one for one in found["differences"] if one["what"] == "body field qt"]
    assert difference == {
        "place": 5, "what": "body field qt", "facade": "1", "native": "2", "types": ["str", "str"]
    }  # fmt: skip
    assert found["lines"][1] == {"place": 2, "facade": "old", "native": "new", "verdict": "different"}
    assert table.returncode == 1
    assert "request 5, body field qt: '1' (str) / '2' (str)" in table.stdout
    assert "DIFFERENT: 1 places in requests, 1 printed lines." in table.stdout


def test_nothing_but_the_sandbox_is_reached(tmp_path: Path) -> None:
    text = LOGIN + ORDER + """
import socket, subprocess
listener = socket.create_server(("127.0.0.1", 0))
for what in (
    lambda: socket.create_connection(("192.0.2.1", 443), 5),
    lambda: socket.getaddrinfo("api.example.com", 443),
    lambda: socket.create_connection(listener.getsockname(), 5),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
    lambda: subprocess.run([sys.executable, "-c", "pass"]),
    lambda: os.system("true"),
):
    try:
        what()
        print("reached")
    except OSError as error:
        print(type(error).__name__)
"""  # fmt: skip

    found = parity_json(tmp_path, text)

    assert [line["facade"] for line in found["lines"]][1:] == ["ConnectionRefusedError"] * 6
    refused = found["native"]["refused"]
    assert {"192.0.2.1:443", "api.example.com:443", "192.0.2.1:53"} < set(refused)
    assert "another program (subprocess.Popen)" in refused


def test_the_users_own_credentials_and_proxies_do_not_reach_the_bot(tmp_path: Path) -> None:
    text = LOGIN + "print(sorted(n for n in os.environ if 'proxy' in n.lower()), os.environ.get('KS_COMPAT_RELOGIN'))\n"

    found = parity_json(
        tmp_path, text, KS_COMPAT_MPIN="999999", KS_COMPAT_RELOGIN="1", HTTPS_PROXY="http://192.0.2.1:3128",
        KS_COMPAT_LOGIN_URL="https://mis.kotaksecurities.com",
    )  # fmt: skip

    assert found["lines"][0]["native"] == "['NO_PROXY'] None"
    assert found["verdict"] == "same"


def test_digits_that_move_from_run_to_run_are_excused_and_words_are_not(tmp_path: Path) -> None:
    steady = parity_json(tmp_path, LOGIN + ORDER + "print('at', time.time_ns())\n")
    old = "'ks_api_client' in sys.modules"
    text = f"print('at', time.time_ns(), {old})\nprint('count', 1 if {old} else 2)\n"
    words = parity_json(tmp_path, LOGIN + ORDER + text)

    assert (steady["verdict"], steady["lines"][1]["verdict"]) == ("same", "unsteady")
    assert words["verdict"] == "different"
    # The second of them has the same digits in both runs of the drop-in.
    assert [line["verdict"] for line in words["lines"]] == ["same", "different", "different"]


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("print('hello')\n", (), "no file in the folder of bot.py uses ks_api_client"),
        (LOGIN + "quantity = time.time_ns() % 1000 + 1\n" + ORDER.replace("quantity=1", "quantity=quantity"), (),
         "it sends other requests each time"),
        (LOGIN + "time.sleep(60)\n", ("--timeout", "3"), "it did not end within 3 s"),
        ("from ks_api_client import ks_api\ndef broken(:\n", (), "bot.py: KS9"),
    ],
    ids=["no old code", "dice", "endless", "no python"],
)  # fmt: skip
def test_what_cannot_be_compared_is_told_and_exits_2(
    tmp_path: Path, text: str, options: tuple[str, ...], told: str
) -> None:
    done = parity(tmp_path, text, options=options)

    assert done.returncode == 2
    assert told in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("more", "told"),
    [("raise ValueError('no')\n", "both forms ended with ValueError: no"), ("print(input())\n", "EOFError")],
)
def test_a_bot_that_fails_in_both_forms_proves_nothing(tmp_path: Path, more: str, told: str) -> None:
    found = parity_json(tmp_path, LOGIN + more)

    assert found["verdict"] == "unproven"
    assert told in found["message"]


def test_a_bot_that_sends_nothing_proves_nothing(tmp_path: Path) -> None:
    found = parity_json(tmp_path, LOGIN.split("client.login")[0])

    assert (found["verdict"], found["message"]) == ("unproven", "it sent nothing")


def test_a_missing_file_exits_2(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("ks-compat")), "parity", str(tmp_path / "none.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "there is no file" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pty")
def test_in_a_terminal_it_is_coloured_and_the_bot_has_no_stdin(tmp_path: Path) -> None:
    import pty

    bot = tmp_path / "bot.py"
    bot.write_text(LOGIN + ORDER + "print(repr(sys.stdin.read()))\n", encoding="utf-8")
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("ks-compat")), "parity", str(bot)],
        stdin=follower, stdout=follower, stderr=follower,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"},
    )  # fmt: skip
    os.close(follower)
    shown = b""
    while True:
        try:
            more = os.read(leader, 4096)
        except OSError:  # Linux says so where the other end is closed
            break
        if not more:
            break
        shown += more
    os.close(leader)

    assert process.wait() == 0
    assert b"\x1b[32msame" in shown
    assert "─".encode() in shown
    assert b"The same: 5 requests and 2 printed lines" in shown
