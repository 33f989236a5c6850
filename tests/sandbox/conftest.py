"""A sandbox over real HTTP with a clock the test holds, and a bare httpx caller that knows nothing of ks_compat."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pyotp
import pytest

from ks_compat.sandbox import Sandbox

IST = timezone(timedelta(hours=5, minutes=30))
LIMIT = {
    "am": "NO",
    "dq": "0",
    "es": "nse_cm",
    "mp": "0",
    "pc": "CNC",
    "pr": "2250.5",
    "pt": "L",
    "qt": "2",
    "rt": "DAY",
    "tp": "0",
    "ts": "ACC-EQ",
    "tt": "B",
    "ig": None,
    "os": "NEOTRADEAPI",
}


class Clock:
    def __init__(self):
        self.reset()

    def reset(self):
        self.now = datetime(2026, 11, 23, 10, 15, 30, tzinfo=IST).timestamp()

    def __call__(self):
        return self.now


class Caller:
    def __init__(self, sandbox, http, clock):
        self.sandbox, self.http, self.clock = sandbox, http, clock
        self.app = {"Authorization": sandbox.account.access_token, "neo-fin-key": "neotradeapi"}
        self.session = {}
        self.base = sandbox.url

    def code(self, at=None):
        return pyotp.TOTP(self.sandbox.account.totp_secret).at(int(at if at is not None else self.clock()))

    def login_body(self, **changes):
        account = self.sandbox.account
        return {"mobileNumber": account.mobile_number, "ucc": account.ucc, "totp": self.code()} | changes

    def step1(self, headers=None, **changes):
        body = {name: value for name, value in self.login_body(**changes).items() if value is not ...}
        return self.http.post(
            self.sandbox.url + "/login/1.0/tradeApiLogin", headers=self.app if headers is None else headers, json=body
        )

    def step2(self, view, mpin=None, **headers):
        body = {} if mpin is ... else {"mpin": mpin or self.sandbox.account.mpin}
        pair = {"sid": view["sid"], "Auth": view["token"]} if view else {}
        return self.http.post(
            self.sandbox.url + "/login/1.0/tradeApiValidate", headers={**self.app, **pair, **headers}, json=body
        )

    def login(self):
        data = self.step2(self.step1().json()["data"]).json()["data"]
        self.session = {"Auth": data["token"], "Sid": data["sid"]}
        self.base = data["baseUrl"]
        return self

    def get(self, path, headers=None):
        return self.http.get(self.base + path, headers=self.session if headers is None else headers)

    def post(self, path, jdata):
        return self.http.post(self.base + path, headers=self.session, data={"jData": json.dumps(jdata)})

    def place_raw(self, **changes):
        fields = {name: value for name, value in {**LIMIT, **changes}.items() if value is not ...}
        return self.post("/quick/order/rule/ms/place", fields).json()

    def place(self, **changes):
        answer = self.place_raw(**changes)
        assert answer["stat"] == "Ok", answer
        return answer["nOrdNo"]

    def modify(self, number, **fields):
        return self.post("/quick/order/vr/modify", {"no": number, **fields}).json()

    def cancel(self, number, am="NO"):
        return self.post("/quick/order/cancel", {"on": number, "am": am}).json()

    def row(self, number):
        (row,) = self.get(f"/quick/user/orders/{number}").json()["data"]
        return row

    def history(self, number):
        return self.post("/quick/order/history", {"nOrdNo": number}).json()["data"]

    def states(self, number):
        return [row["ordSt"] for row in reversed(self.history(number))]

    def market(self, path):
        return self.get(path, {"Authorization": self.sandbox.account.access_token})


@pytest.fixture
def sample():
    return lambda name: json.loads((Path(__file__).parent / "samples" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def sandbox_clock():
    return Clock()


@pytest.fixture(scope="session")
def running_sandbox(sandbox_clock):
    with Sandbox(clock=sandbox_clock) as running:
        yield running


@pytest.fixture
def clock(sandbox_clock):
    sandbox_clock.reset()
    return sandbox_clock


@pytest.fixture
def caller_of(clock):
    clients = []

    def make(sandbox):
        clients.append(httpx.Client(trust_env=False))
        return Caller(sandbox, clients[-1], clock)

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def sandbox(running_sandbox, clock):
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def visitor(sandbox, caller_of):
    return caller_of(sandbox)


@pytest.fixture
def trader(visitor):
    return visitor.login()
