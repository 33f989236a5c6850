"""Money rule 5, searched for: a full session of both clients under every fault writes no secret anywhere.

Searched are all logs at DEBUG (httpx, httpcore and uvicorn too), warnings, what is printed, every exception with its
whole chain and attributes, the repr of every public object, every file below the home and the working folder, and what
bots print that crash under ``ks-compat run``.
"""

import io
import json
import logging
import os
import re
import stat
import subprocess
import sys
import traceback
import warnings
from pathlib import Path

import fault_support
import pytest
from fault_support import READS, cancel, facade, log_in, modify, native, place

from ks_compat.native import AnswerNotUnderstood, NeoClient
from ks_compat.sandbox import KINDS, Account, Sandbox

COMMAND = Path(sys.executable).with_name("ks-compat")
ACCOUNT = Account(
    access_token="7f3e9a51-2b6c-4d8e-9f10-acce55707e00",
    mobile_number="+918765043219",
    mpin="907153",
    totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
)
PASSWORD = "Old-Pa55word!"
OLD = {"access_token": "old-acce55-token", "userid": "OLDID", "consumer_key": "old-c0nsumer-key"}
OLD |= {"consumer_secret": "old-c0nsumer-secret"}
SLOW_ON = {"totp_login", "place_order", "order_report"}
"""Slow faults all fail alike: these are enough."""
READ_TIMEOUT = 0.3


class Gathered:
    """Everything that a session wrote, by where."""

    def __init__(self):
        self.texts = {}

    def add(self, where, text):
        self.texts[where] = self.texts.get(where, "") + text + "\n"

    def exception(self, where, error):
        self.add(f"exception of {where}", "".join(traceback.format_exception(error)))
        while error is not None:
            self.add(f"exception of {where}", f"{error} {error!r} {error.args} {vars(error)}")
            # The chain that python shows.
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)

    def files(self, folder):
        for path in folder.rglob("*"):
            if path.is_file():
                self.add(f"file {path}", path.read_bytes().decode("utf-8", "replace"))

    def leaks(self, secrets):
        """Where which secret stands; the secret itself is named by its kind."""
        return sorted(
            f"{kind} in {where}" for where, text in self.texts.items() for kind, value in secrets if found(value, text)
        )


def found(value, text):
    # Six digits alone are no code where they are part of a longer number.
    return re.search(rf"(?<!\d){value}(?!\d)", text) if value.isdigit() else value in text


def secrets_of(sandbox, clients):
    account = sandbox.account
    bodies = [json.loads(call.body) for call in sandbox.requests if call.raw_path == b"/login/1.0/tradeApiLogin"]
    sessions = [getattr(client, "_neo", client) for client in clients]
    return [
        ("access token", account.access_token),
        ("mobile number", account.mobile_number.removeprefix("+91")),
        ("MPIN", account.mpin),
        ("TOTP secret", account.totp_secret),
        *(("TOTP", body["totp"]) for body in bodies),
        *((name, value) for value, name in sandbox.issued.items()),
        *(("session", neo.session_token) for neo in sessions),
        *(("view session", neo.view_token) for neo in sessions),
        ("password", PASSWORD),
        *((f"old {name}", value) for name, value in OLD.items() if name != "userid"),
    ]


@pytest.fixture
def sandbox(clean_env, tmp_path):
    clean_env.chdir(tmp_path)
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0.0, 0.01))
    clean_env.setattr(fault_support, "OLD_ARGUMENTS", OLD)
    with Sandbox(account=ACCOUNT) as running:
        # The old bots' variables are left out: the old token of these tests is another one.
        for name, value in running.environment().items():
            if name.startswith("KS_COMPAT_"):
                clean_env.setenv(name, value)
        for name, value in (("READ_TIMEOUT", str(READ_TIMEOUT)), ("ORDERS_PER_SECOND", "0"), ("CALLS_PER_SECOND", "0")):
            clean_env.setenv(f"KS_COMPAT_{name}", value)
        yield running


@pytest.fixture
def gathered(caplog, capfd, tmp_path):
    """What is written from here on; files and prints are read at the end by ``everything``."""
    made = Gathered()
    log = logging.StreamHandler(io.StringIO())
    root = logging.getLogger()
    before = root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)

    def everything():
        made.add("log", log.stream.getvalue())
        out, err = capfd.readouterr()
        made.add("stdout", out)
        made.add("stderr", err)
        made.files(tmp_path)
        return made

    made.everything = everything
    yield made
    root.removeHandler(log)
    root.setLevel(before)
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.NOTSET)


def calls_of(make):
    """Name -> (endpoint, call with a client and an order number)."""
    return {
        "login 1": ("totp_login", lambda client, _number: log_in(client)),
        "login 2": ("totp_validate", lambda client, _number: log_in(client)),
        "place": ("place_order", lambda client, _number: place(client, "s")),
        "modify": ("modify_order", lambda client, number: modify(client, number, 2251.5)),
        "cancel": ("cancel_order", cancel),
        "book of a lost order": ("order_report", lambda client, _number: place(client, "s")),
        **READS[make],
    }


def fits(endpoint, fault):
    return endpoint in KINDS[fault].on and (endpoint in SLOW_ON or not fault.startswith("slow"))


def full_session(sandbox, make, gathered):
    """Every call under every fault; returns the client."""
    client = log_in(make())
    number = place(client, "s")
    for name, (endpoint, call) in calls_of(make).items():
        for fault in filter(lambda fault, endpoint=endpoint: fits(endpoint, fault), KINDS):
            sandbox.faults.add(endpoint, fault, seconds=READ_TIMEOUT * 1.3)
            if name == "book of a lost order":
                sandbox.faults.add("place_order", "drop_after")
            try:
                gathered.add(f"result of {name}", repr(type(call(client, number))))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is searched
                gathered.exception(f"{make.__name__} {name} under {fault}", error)
            sandbox.faults.clear()
            if fault.startswith("session_") or endpoint.startswith("totp"):
                log_in(client)
    return client


def public_objects(client):
    neo = getattr(client, "_neo", client)
    yield from (client, neo, neo.settings, neo._credentials.trade, neo._credentials.view)
    if client is not neo:
        yield from (client.api_client, client.get_config(), client.get_config().__class__)


@pytest.mark.parametrize("make", [native, facade], ids=["native", "facade"])
def test_a_full_session_under_every_fault_writes_no_secret(sandbox, make, gathered, tmp_path):
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        client = full_session(sandbox, make, gathered)
    gathered.add("warnings", "\n".join(str(warning) for warning in warned))
    for shown in public_objects(client):
        gathered.add("repr", f"{shown!r} {shown}")
    everything = gathered.everything()
    assert everything.leaks(secrets_of(sandbox, [client])) == []
    assert sum(sandbox.faults.fired.values()) > 300
    # It was a search through something: the libraries do log, and there are tracebacks and files.
    assert "httpcore" in everything.texts["log"] or "send_request_headers" in everything.texts["log"]
    assert sum(where.startswith("exception") for where in everything.texts) > 200
    state = [path for path in (tmp_path / "home" / "orders").iterdir() if path.is_file()]
    assert state
    assert [path.name for path in state if stat.S_IMODE(path.stat().st_mode) != 0o600] == []
    fault_support.close(client)


@pytest.mark.parametrize("step", ["totp_login", "totp_validate"])
def test_no_exception_that_is_out_of_sight_holds_a_login_answer(sandbox, step):
    sandbox.faults.add(step, "malformed_after")
    client = native()
    with pytest.raises(AnswerNotUnderstood) as caught:
        log_in(client)
    client.close()
    error = caught.value
    while error is not None:
        assert [token for token in sandbox.issued if token in str(vars(error))] == []
        error = error.__cause__ or error.__context__


BOT = """
import logging
from ks_api_client import ks_api
logging.basicConfig(level=logging.DEBUG)
client = ks_api.KSTradeApi(access_token={access_token!r}, userid={userid!r}, consumer_key={consumer_key!r},
                           ip="127.0.0.1", app_id="", consumer_secret={consumer_secret!r})
client.login(password={password!r})
client.session_2fa(access_code="4321")
print(client, repr(client), client.__dict__.keys())
client.place_order(order_type="N", instrument_token=727, transaction_type="BUY", quantity=2, price=2250.5)
client.order_report()
"""
CRASHES = [
    "totp_login:login_200",
    "totp_login:cut_after",
    "totp_validate:malformed_after",
    "totp_validate:bad_gateway_after",
    "place_order:session_expired",
    "place_order:address_unknown",
    "order_report:wrong_type",
    "order_report:malformed_after",
]


@pytest.mark.parametrize("crash", CRASHES)
def test_a_bot_that_crashes_prints_no_secret(sandbox, crash, tmp_path):
    sandbox.faults.add_text(crash)
    bot = tmp_path / "bot.py"
    # What the bot itself says about its secrets is its own: python shows the source lines of a traceback.
    values = {name: f"SECRET[{name!r}]" for name in (*OLD, "password")}
    source = re.sub(r"\{(\w+)!r\}", lambda match: values[match[1]], BOT)
    bot.write_text("import json, os\nSECRET = json.loads(os.environ['BOT_SECRETS'])\n" + source)
    environment = {**os.environ, "BOT_SECRETS": json.dumps({**OLD, "password": PASSWORD})}
    done = subprocess.run(
        [COMMAND, "run", bot], capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60, check=False
    )
    gathered = Gathered()
    gathered.add("stdout", done.stdout)
    gathered.add("stderr", done.stderr)
    gathered.files(tmp_path)
    assert gathered.leaks(secrets_of(sandbox, [])) == []
    if crash != "order_report:wrong_type":
        assert done.returncode == 1
        assert "Traceback" in done.stderr


@pytest.mark.parametrize("where", ["log", "exception", "file"])
def test_the_search_finds_a_planted_leak(sandbox, gathered, monkeypatch, tmp_path, where):
    genuine = NeoClient.order_report

    def leaking(self, *arguments):
        token = self._credentials.trade.token
        if where == "log":
            logging.getLogger("ks_compat.native.http").debug("Auth: %s", token)
        elif where == "file":
            (tmp_path / "state").write_text(token)
        else:
            raise ValueError(f"refused: {token}")
        return genuine(self, *arguments)

    monkeypatch.setattr(NeoClient, "order_report", leaking)
    client = log_in(native())
    try:
        client.order_report()
    except ValueError as error:
        gathered.exception("planted", error)
    assert f"trade token in {where}" in " ".join(gathered.everything().leaks(secrets_of(sandbox, [client])))
    client.close()
