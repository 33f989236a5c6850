"""Proxies: they are used, their credentials do not show, and TLS certificates stay verified (spec/v1.md 2.6)."""

import base64
import http.client
import select
import socket
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
import trustme

from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.ks_api import KSTradeApi
from ks_compat.native import ConfigurationError, NeoClient
from ks_compat.native.proxies import proxy_url
from ks_compat.sandbox import Sandbox

GIVEN = {"access_token": "t", "userid": "u", "consumer_key": "k"}


class Proxy:
    """Forwards plain requests and tunnels CONNECT; notes the targets and the credentials."""

    def __init__(self):
        self.seen = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                proxy.seen.append((self.command, self.path, self.headers.get("Proxy-Authorization")))
                url = urlsplit(self.path)
                target = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                dropped = ("proxy-authorization", "connection", "host", "accept-encoding", "content-length")
                headers = {name: value for name, value in self.headers.items() if name.lower() not in dropped}
                target.request(self.command, url.path, body or None, headers)
                answer = target.getresponse()
                payload = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)
                target.close()

            do_POST = do_GET

            def do_CONNECT(self):
                proxy.seen.append((self.command, self.path, self.headers.get("Proxy-Authorization")))
                host, port = self.path.split(":")
                with socket.create_connection((host, int(port)), timeout=10) as target:
                    self.send_response(200)
                    self.end_headers()
                    ends = {target: self.connection, self.connection: target}
                    while True:
                        for ready in select.select(list(ends), [], [], 10)[0]:
                            data = ready.recv(65536)
                            if not data:
                                self.close_connection = True
                                return
                            ends[ready].sendall(data)

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def proxy():
    made = Proxy()
    yield made
    made.close()


@pytest.fixture
def made():
    clients = []

    def make(**kwargs):
        clients.append(KSTradeApi(**GIVEN, **kwargs))
        return clients[-1]

    yield make
    for client in clients:
        client._neo.close()


@pytest.fixture
def tls(clean_env, tmp_path):
    """A sandbox whose certificate is from a CA that nobody trusts, and the file of that CA."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    certificate, key, ca = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "ca.pem"
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(ca)
    clean_env.delenv("SSL_CERT_FILE", raising=False)
    with Sandbox(ssl_context_files=(str(certificate), str(key))) as sandbox:
        for name, value in sandbox.environment().items():
            clean_env.setenv(name, value)
        sandbox.ca = str(ca)
        yield sandbox


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_all_requests_go_through_the_proxy(account_env, sandbox, proxy, made):
    client = made(proxy_url=proxy.url, proxy_user="me", proxy_pass="p@ss:/w%?")
    client.login("old password")
    client.session_2fa()
    placed = client.place_order("N", 727, "BUY", 2, 2250.5)
    assert placed["Success"]["NSE"]["orderId"]
    assert len(sandbox.requests) == len(proxy.seen)
    assert {path.split("/")[2] for _, path, _ in proxy.seen} == {f"127.0.0.1:{sandbox.port}"}
    assert {given for _, _, given in proxy.seen} == {basic("me", "p@ss:/w%?")}


@pytest.mark.parametrize("source", ["environment", "file"])
def test_a_proxy_of_the_environment_or_the_file_is_used(account_env, sandbox, proxy, made, tmp_path, source):
    if source == "environment":
        account_env.setenv("proxy_url", proxy.url)
    else:
        (tmp_path / "old").write_text(f"proxy_url = {proxy.url}\n")
        account_env.setenv("settings_file", str(tmp_path / "old"))
    made().login("old password")
    assert [given for _, _, given in proxy.seen] == [None]


def test_credentials_without_an_url_are_not_used(account_env, sandbox, made):
    made(proxy_user="me", proxy_pass="secret").login("p")
    assert len(sandbox.requests) == 1


def test_a_dead_proxy_sends_nothing_and_shows_nothing(account_env, sandbox, made):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        client = made(proxy_url=url, proxy_user="me-user", proxy_pass="me-secret")
        with pytest.raises(ApiException) as caught:
            client.login("p")
    shown = f"{client!r} {client._neo!r} {caught.value!r} {''.join(traceback.format_exception(caught.value))}"
    assert "Nothing was sent" in shown
    assert "me-secret" not in shown
    assert "me-user" not in shown
    assert sandbox.requests == []


@pytest.mark.parametrize("through", [False, True])
def test_a_certificate_that_nobody_vouches_for_is_refused(tls, proxy, made, through):
    client = made(**({"proxy_url": proxy.url, "proxy_user": "me", "proxy_pass": "pw"} if through else {}))
    with pytest.raises(ApiException, match="Nothing was sent"):
        client.login("p")
    assert tls.requests == []
    assert [command for command, _, _ in proxy.seen] == ["CONNECT"] * through


@pytest.mark.parametrize("through", [False, True])
def test_the_same_with_its_ca_is_taken(tls, proxy, made, clean_env, through):
    clean_env.setenv("SSL_CERT_FILE", tls.ca)
    client = made(**({"proxy_url": proxy.url, "proxy_user": "me", "proxy_pass": "pw"} if through else {}))
    client.login("p")
    assert "sessionToken" in client.session_2fa()
    assert {(command, given) for command, _, given in proxy.seen} == (
        {("CONNECT", basic("me", "pw"))} if through else set()
    )


@pytest.mark.parametrize("url", ["p:1", "//p:1", "socks5://p:1", "http://", "http://p:x", "http://[p", "secret"])
def test_what_is_no_proxy_is_refused_and_not_shown(clean_env, url):
    with pytest.raises(ApiValueError, match=r"^proxy_url: is not http://HOST:PORT") as caught:
        KSTradeApi(**GIVEN, proxy_url=url, proxy_user="me", proxy_pass="pw")
    assert "secret" not in str(caught.value)
    with pytest.raises(ConfigurationError):
        NeoClient(proxy=url)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (("http://p:1",), "http://p:1"),
        (("https://p/",), "https://p"),
        (("http://a:b@p:1",), "http://a:b@p:1"),
        (("http://a:b@p:1", "me", "x y"), "http://me:x%20y@p:1"),
        (("http://[::1]:1", "é@", ""), "http://%C3%A9%40:@[::1]:1"),
    ],
)
def test_the_address_of_a_proxy(given, wanted):
    assert proxy_url(*given) == wanted
    assert proxy_url(wanted) == wanted


def test_the_native_client_takes_a_proxy(account_env, sandbox, proxy):
    with NeoClient(proxy=proxy.url) as client:
        client.totp_login()
    assert len(proxy.seen) == 1
