import socket
import ssl
import statistics
import subprocess
import sys
import threading
import time

import httpx
import pytest
import trustme

from ks_compat.sandbox import Account, Sandbox, SandboxPortInUse

QUOTES = "/script-details/1.0/quotes/neosymbol/"


def test_base_path_is_joined_or_nothing_is_found(clock, caller_of):
    with Sandbox(clock=clock, base_path="gw/xyz/") as sandbox:
        caller = caller_of(sandbox).login()
        assert caller.base == sandbox.url + "/gw/xyz"
        assert caller.row(caller.place())["ordSt"] == "open"
        assert caller.market(f"{QUOTES}nse_cm|22/ltp").status_code == 200
        caller.base = sandbox.url
        assert caller.market(f"{QUOTES}nse_cm|22/ltp").status_code == 200
        assert caller.get("/quick/user/orders").status_code == 404


def test_unknown_paths_and_methods_answer_json(visitor):
    for method, path, status in (("GET", "/nothing", 404), ("GET", "/quick/order/cancel", 405), ("GET", "/", 404)):
        answer = visitor.http.request(method, visitor.sandbox.url + path)
        assert answer.status_code == status
        assert answer.json()["error"][0]["code"] == str(status)
    assert visitor.http.get(visitor.sandbox.url + "/quick/user/orders/").status_code == 404


def test_requests_are_kept_byte_for_byte(visitor):
    visitor.market(f"{QUOTES}nse_cm|22,nse_cm|Nifty%2050/ltp?a=%7C|")
    visitor.http.post(visitor.sandbox.url + "/nothing", headers={"X-Odd": "1"}, content=b"\x00body" * 50_000)
    first, second = visitor.sandbox.requests
    assert (first.method, first.raw_path) == ("GET", f"{QUOTES}nse_cm|22,nse_cm|Nifty%2050/ltp?a=%7C|".encode())
    assert (b"authorization", visitor.sandbox.account.access_token.encode()) in first.headers
    assert (second.method, second.raw_path, second.body) == ("POST", b"/nothing", b"\x00body" * 50_000)
    assert (b"x-odd", b"1") in second.headers
    assert visitor.sandbox.account.access_token not in repr(first)


def test_reset_forgets_all_but_port_and_account(trader):
    trader.place(ig="tag")
    url, account = trader.sandbox.url, trader.sandbox.account
    trader.sandbox.reset()
    assert (trader.sandbox.url, trader.sandbox.account) == (url, account)
    assert (trader.sandbox.requests, trader.sandbox.issued, trader.sandbox.login_attempts) == ([], {}, [])
    assert trader.get("/quick/user/orders").status_code == 403
    trader.login()
    assert trader.get("/quick/user/orders").json()["stCode"] == 5203
    assert trader.place(ig="tag") == "261123000000001"


def test_one_connection_carries_many_requests(visitor):
    seen = set()

    def trace(name, info):
        if name == "connection.connect_tcp.complete":
            seen.add(id(info["return_value"]))

    with httpx.Client(trust_env=False) as client:
        for _ in range(5):
            client.get(visitor.sandbox.url + "/nothing", extensions={"trace": trace})
    assert len(seen) == 1


def test_answers_are_not_held_back_by_nagle(visitor):
    def seconds():
        start = time.perf_counter()
        visitor.http.get(visitor.sandbox.url + "/nothing")
        return time.perf_counter() - start

    # Nagle and delayed acknowledgements together cost 40 ms an answer, once a connection is warm.
    assert statistics.median(seconds() for _ in range(60)) < 0.03


def test_stop_ends_the_thread_while_clients_hold_connections(clock):
    sandbox = Sandbox(clock=clock)
    sandbox.start()
    with httpx.Client(trust_env=False) as client:
        client.get(sandbox.url + "/nothing")
        sandbox.stop()
        assert not [thread for thread in threading.enumerate() if thread.name == f"ks-compat-sandbox-{sandbox.port}"]
        with pytest.raises(httpx.TransportError):
            client.get(sandbox.url + "/nothing")
    sandbox.stop()
    port = sandbox.port
    with sandbox:
        assert sandbox.port == port
        with pytest.raises(RuntimeError):
            sandbox.start()


def test_a_port_in_use_is_said_with_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sandbox = Sandbox(port=port)
        with pytest.raises(SandboxPortInUse, match=rf"port {port} .*--port.*0") as caught:
            sandbox.start()
        assert isinstance(caught.value, OSError)
    with sandbox:
        assert sandbox.port == port


def test_two_sandboxes_never_share_a_port(sandbox):
    with pytest.raises(SandboxPortInUse):
        Sandbox(port=sandbox.port).start()


def test_an_address_that_cannot_be_had_is_named_with_its_port():
    # 203.0.113.1 is nobody's (RFC 5737), so not this machine's either.
    with pytest.raises(OSError, match=r"port 0 of 203\.0\.113\.1 cannot be served \(.+\): choose another with --port"):
        Sandbox(host="203.0.113.1").start()


def test_a_bad_certificate_is_the_callers_error(tmp_path):
    before = threading.active_count()
    with pytest.raises(OSError, match="No such file"):
        Sandbox(ssl_context_files=(str(tmp_path / "no.pem"), str(tmp_path / "no.key"))).start()
    assert threading.active_count() == before


def test_tls(tmp_path):
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with Sandbox(ssl_context_files=(str(certificate), str(key))) as sandbox:
        assert sandbox.url == f"https://127.0.0.1:{sandbox.port}"
        with httpx.Client(verify=context, trust_env=False) as client:
            assert client.get(sandbox.url + "/nothing").status_code == 404


def test_environment_is_what_a_client_and_the_old_bots_read():
    account = Account(ucc="AB123", mpin="445566")
    with Sandbox(account=account) as sandbox:
        environment = sandbox.environment()
        assert environment["KS_COMPAT_LOGIN_URL"] == sandbox.url
        assert (environment["KS_COMPAT_UCC"], environment["USERID"]) == ("AB123", "AB123")
        assert environment["KS_COMPAT_MPIN"] == "445566"
        assert environment["ACCESS_TOKEN"] == environment["KS_COMPAT_ACCESS_TOKEN"] == account.access_token
        assert environment["KS_COMPAT_TOTP_SECRET"] == account.totp_secret
        assert environment["KS_COMPAT_MOBILE_NUMBER"] == account.mobile_number


def test_the_sandbox_shares_no_code_with_the_rest():
    code = (
        "import sys, ks_compat.sandbox;"
        "rest = [m for m in sys.modules if m.startswith('ks_compat.') and not m.startswith('ks_compat.sandbox')];"
        "sys.exit(repr(rest) if any(m.split('.')[1] in ('native', 'v1', 'instruments', 'cli') for m in rest) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
