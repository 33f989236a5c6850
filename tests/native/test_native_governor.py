"""The rate governor: never more than the limit, in one process and in a fleet, and never a hang on Redis."""

import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

import pytest
from pydantic import SecretStr

from ks_compat.native import ConfigurationError, NeoClient, NotSent, Settings, fleet, governor
from ks_compat.native.endpoints import HISTORICAL, ORDER_BOOK, PLACE_ORDER

SAFE_URL = "redis://127.0.0.1:1"


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(governor, "time", made)
    monkeypatch.setattr(governor, "_windows", {})
    return made


def governed(**settings):
    return governor.Governor(Settings(ucc="AB123", **settings))


def most_in_a_second(moments):
    moments = sorted(moments)
    return max(sum(first <= moment < first + 1 for moment in moments) for first in moments)


@pytest.fixture
def redis_port():
    """A real Redis of this test's own."""
    server = shutil.which("redis-server")
    if server is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs redis-server: apt-get install redis-server")
        pytest.skip("redis-server is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"],
        stdout=subprocess.DEVNULL,
    )
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.02)
    yield port
    running.kill()
    running.wait()


# -- in memory


@pytest.mark.parametrize("rate", [1, 3, 8])
def test_no_second_holds_more_orders_than_the_limit(clean_env, clock, rate):
    limit, sent = governed(orders_per_second=rate), []
    for number in range(5 * rate):
        clock.now += 0.01 * (number % 7)
        limit.wait(PLACE_ORDER, "AB123")
        sent.append(clock.now)
    assert most_in_a_second(sent) == rate


def test_what_is_under_the_limit_does_not_wait(clean_env, clock):
    limit = governed(orders_per_second=4)
    for _ in range(20):
        limit.wait(PLACE_ORDER, "AB123")
        clock.now += 0.25
    assert clock.slept == []


def test_orders_and_other_calls_have_a_window_each(clean_env, clock):
    limit = governed(orders_per_second=2, calls_per_second=3)
    for endpoint in (PLACE_ORDER, ORDER_BOOK, PLACE_ORDER, ORDER_BOOK, ORDER_BOOK):
        limit.wait(endpoint, "AB123")
    assert clock.slept == []
    limit.wait(ORDER_BOOK, "AB123")
    assert clock.slept == [1]


def test_historical_data_has_a_limit_of_its_own_within_that_of_calls(clean_env, clock):
    limit = governed(calls_per_second=8)
    for _ in range(governor.HISTORY_PER_SECOND):
        limit.wait(HISTORICAL, "AB123")
    limit.wait(ORDER_BOOK, "AB123")
    assert clock.slept == []
    limit.wait(HISTORICAL, "AB123")
    assert clock.slept == [1]


def test_the_clients_of_an_account_share_a_limit_and_accounts_do_not(clean_env, clock):
    for _ in range(2):
        governed(orders_per_second=2).wait(PLACE_ORDER, "AB123")
    governed(orders_per_second=2).wait(PLACE_ORDER, "CD456")
    assert clock.slept == []
    governed(orders_per_second=2).wait(PLACE_ORDER, "ab123")
    assert clock.slept == [1]


def test_zero_is_no_limit(clean_env, clock):
    limit = governed(orders_per_second=0, calls_per_second=0)
    for endpoint in (PLACE_ORDER, HISTORICAL) * 100:
        limit.wait(endpoint, "AB123")
    assert clock.slept == []


def test_a_wait_has_an_end_and_nothing_is_sent_then(clean_env, clock, monkeypatch):
    monkeypatch.setattr(clock, "sleep", lambda seconds: None)  # as many threads at once
    limit = governed(orders_per_second=1)
    for _ in range(1 + int(governor.LONGEST_WAIT)):
        limit.wait(PLACE_ORDER, "AB123")
    with pytest.raises(NotSent, match=r"limit of 1 a second .* Nothing was sent.*KS_COMPAT_ORDERS_PER_SECOND"):
        limit.wait(PLACE_ORDER, "AB123")


def test_threads_share_a_window(clean_env, monkeypatch):
    monkeypatch.setattr(governor, "_windows", {})
    limit, before, after = governed(orders_per_second=5), [], []

    def order():
        before.append(time.monotonic())
        limit.wait(PLACE_ORDER, "AB123")
        after.append(time.monotonic())

    threads = [threading.Thread(target=order) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The sixth turn lies a second behind the first, whatever the machine does in between.
    assert sorted(after)[5] - min(before) >= 1
    assert sorted(after)[10] - min(before) >= 2


def test_a_client_stays_under_its_limit_on_the_wire(account_env, sandbox, monkeypatch):
    monkeypatch.setattr(governor, "_windows", {})
    account_env.setenv("KS_COMPAT_CALLS_PER_SECOND", "3")
    with NeoClient() as client:
        begun = time.monotonic()
        client.totp_login()
        client.totp_validate()
        for _ in range(5):
            client.order_report()
    # Two calls for the login and five: the last has its turn in the third second.
    assert len(sandbox.requests) == 7
    assert time.monotonic() - begun >= 2


def test_the_defaults_are_those_of_the_documents(monkeypatch):
    for name in ("KS_COMPAT_ORDERS_PER_SECOND", "KS_COMPAT_CALLS_PER_SECOND"):
        monkeypatch.delenv(name, raising=False)
    found = Settings()
    assert (found.orders_per_second, found.calls_per_second, found.rate_limit_url) == (8, 8, None)


@pytest.mark.parametrize("name", ["ORDERS", "CALLS"])
@pytest.mark.parametrize("value", ["-1", "many", "1.5"])
def test_a_limit_that_is_none_is_refused(clean_env, name, value):
    clean_env.setenv(f"KS_COMPAT_{name}_PER_SECOND", value)
    with pytest.raises(ConfigurationError, match=f"KS_COMPAT_{name}_PER_SECOND"):
        NeoClient()


def test_limits_is_loaded_for_redis_only(clean_env):
    code = "import sys; from ks_compat import NeoClient; NeoClient(); print('limits' in sys.modules)"
    found = {}
    for url in ("", SAFE_URL):
        environment = {**os.environ, "KS_COMPAT_RATE_LIMIT_URL": url, "KS_COMPAT_ORDERS_PER_SECOND": "8"}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        found[url] = done.stdout.strip()
    assert found == {"": "False", SAFE_URL: "True"}


# -- in Redis

CLIENT = """
import sys, time
from ks_compat.native import Settings, governor
from ks_compat.native.endpoints import PLACE_ORDER
limit = governor.Governor(Settings(ucc="AB123", orders_per_second=4, rate_limit_url=sys.argv[1]))
for _ in range(6):
    before = time.time()
    limit.wait(PLACE_ORDER, "AB123")
    print(before, time.time(), flush=True)
"""


def test_two_processes_share_one_limit(clean_env, redis_port):
    command = [sys.executable, "-c", CLIENT, f"redis://127.0.0.1:{redis_port}"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    lines, errors = [], []
    for process in running:
        out, error = process.communicate(timeout=60)
        lines += [tuple(map(float, line.split())) for line in out.splitlines()]
        errors.append(error)
    assert errors == ["", ""]
    before, after = (sorted(column) for column in zip(*lines, strict=True))
    assert len(before) == 12
    # Each turn lies between its two times, so of any five turns the last is a second after the first.
    assert all(after[number + 4] - before[number] >= 1 for number in range(8))
    # In one process alone four would have gone at once, and again a second later.
    assert after[-1] - before[0] >= 2


def test_the_keys_in_redis_do_not_name_the_account(clean_env, redis_port):
    import redis

    governed(orders_per_second=4, rate_limit_url=f"redis://127.0.0.1:{redis_port}").wait(PLACE_ORDER, "AB123")
    with redis.Redis(port=redis_port) as client:
        keys = client.keys()
    assert len(keys) == 1
    assert b"AB123" not in keys[0]


@pytest.fixture
def silent_server():
    """Takes connections and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(20)
        yield listening.getsockname()[1]


@pytest.fixture
def dead_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize("kind", ["silent_server", "dead_port"])
def test_without_redis_the_limit_in_memory_holds_and_one_line_says_so(clean_env, kind, request, caplog, monkeypatch):
    url = f"redis://:the-password@127.0.0.1:{request.getfixturevalue(kind)}"
    limit = governed(orders_per_second=3, rate_limit_url=url)
    monkeypatch.setattr(governor, "_windows", {})
    slept = []
    monkeypatch.setattr(governor, "time", Clock())
    monkeypatch.setattr(governor.time, "slept", slept)
    with caplog.at_level(logging.WARNING, "ks_compat"):
        for _ in range(4):
            limit.wait(PLACE_ORDER, "AB123")
    assert len(slept) == 1
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Redis does not answer" in caplog.text
    assert "the-password" not in caplog.text


def test_redis_is_asked_again_after_a_while(clean_env, redis_port, dead_port, monkeypatch):
    asked = fleet.Fleet(SecretStr(f"redis://127.0.0.1:{redis_port}"))
    hits = []
    hit = asked._limiter.hit
    monkeypatch.setattr(asked._limiter, "hit", lambda *given: hits.append(given) or _fail())
    asked.wait("k", 3)
    asked.wait("k", 3)
    assert len(hits) == 1
    monkeypatch.setattr(asked._limiter, "hit", lambda *given: hits.append(given) or hit(*given))
    monkeypatch.setattr(asked, "_silent_until", 0.0)
    asked.wait("k", 3)
    assert len(hits) == 2
    assert time.monotonic() >= asked._silent_until


def _fail():
    raise ConnectionResetError


@pytest.mark.parametrize("url", ["http://h:1", "secret-thing", "redis:/x", "redis://h:notaport/secret-thing"])
def test_an_url_that_is_none_is_refused_and_not_shown(clean_env, url):
    clean_env.setenv("KS_COMPAT_RATE_LIMIT_URL", url)
    clean_env.setenv("KS_COMPAT_ORDERS_PER_SECOND", "8")
    with pytest.raises(ConfigurationError, match="KS_COMPAT_RATE_LIMIT_URL: is not redis://") as caught:
        NeoClient()
    assert "secret-thing" not in str(caught.value)


def test_the_url_does_not_show(clean_env):
    settings = Settings(rate_limit_url="redis://:the-password@h:1")
    assert "the-password" not in repr(settings)


def test_without_the_package_redis_the_way_out_is_named(clean_env, monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'ks-compat\[fleet\]'"):
        governed(rate_limit_url=SAFE_URL, orders_per_second=8)
