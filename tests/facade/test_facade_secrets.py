"""Money rule 5: no secret in anything that a program prints, whatever fails."""

import socket
import traceback

import pytest

from ks_compat.exceptions import ApiException
from ks_compat.ks_api import KSTradeApi

LIMIT = {"order_type": "N", "instrument_token": 727, "transaction_type": "BUY", "quantity": 2, "price": 2250.5}
OLD = {
    "access_token": "old-access-token",
    "userid": "OLDID",
    "consumer_key": "old-key",
    "consumer_secret": "old-secret",
}
PASSWORD = "old-password"


@pytest.fixture
def client(account_env):
    made = KSTradeApi(**OLD)
    yield made
    made._neo.close()


def with_login(client):
    client.login(PASSWORD)
    client.session_2fa("4321")
    return client


@pytest.fixture
def logged_in(client):
    return with_login(client)


def secrets_of(sandbox):
    account = sandbox.account
    return [
        account.access_token,
        account.mobile_number,
        account.mobile_number.removeprefix("+91"),
        account.mpin,
        account.totp_secret,
        PASSWORD,
        *(value for name, value in OLD.items() if name != "userid"),
        *sandbox.issued,
    ]


def shown_by(error):
    return f"{error} {error!r} {vars(error)} {''.join(traceback.format_exception(error))}"


def test_the_client_shows_no_secret(logged_in, sandbox):
    shown = f"{logged_in!r} {logged_in}"
    assert [secret for secret in secrets_of(sandbox) if secret in shown] == []


FAILURES = {
    "unknown token": lambda client: client.place_order(**{**LIMIT, "instrument_token": 999999}),
    "wrong word": lambda client: client.place_order(**{**LIMIT, "order_type": "x"}),
    "wrong price": lambda client: client.place_order(**{**LIMIT, "price": "x"}),
    "refused cancellation": lambda client: client.cancel_order(1),
    "refused modification": lambda client: client.modify_order(1, 1, 1, 0, 0, "GFD"),
    "no order number": lambda client: client.order_report("x"),
    "wrong kind of quote": lambda client: client.quote(727, "x"),
    "foreign session": lambda client: setattr(client, "session_token", client.one_time_token),
    "foreign login": lambda client: setattr(client, "one_time_token", client.session_token),
    "after logout": lambda client: (client.logout(), client.order_report()),
}


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
def test_a_failed_call_shows_no_secret(logged_in, sandbox, fail):
    with pytest.raises((ApiException, ValueError, TypeError)) as caught:
        fail(logged_in)
    assert [secret for secret in secrets_of(sandbox) if secret in shown_by(caught.value)] == []


def test_an_expired_session_shows_no_secret(logged_in, sandbox):
    secrets = secrets_of(sandbox)
    sandbox.reset()
    with pytest.raises(ApiException, match="Invalid session") as caught:
        logged_in.place_order(**LIMIT)
    assert [secret for secret in secrets if secret in shown_by(caught.value)] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOTP", "000000"),
        ("MPIN", "010101"),
        ("MOBILE_NUMBER", "+918888800000"),
        ("ACCESS_TOKEN", "wrong-access-token"),
    ],
)
def test_a_refused_login_shows_no_secret(account_env, sandbox, name, value):
    account_env.setenv(f"KS_COMPAT_{name}", value)
    client = KSTradeApi(**OLD)
    with pytest.raises(ApiException, match="Invalid") as caught:
        with_login(client)
    client._neo.close()
    assert [secret for secret in [value, *secrets_of(sandbox)] if secret in shown_by(caught.value)] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOTP", "98765"),
        ("TOTP_SECRET", "NOT1BASE32AT8ALL"),
        ("MPIN", "98765"),
        ("MOBILE_NUMBER", "98765"),
        ("ACCESS_TOKEN", "Bearer 98765"),
        ("LOGIN_URL", "http://98765.example.com"),
    ],
)
def test_a_malformed_setting_is_not_shown(account_env, name, value):
    account_env.setenv(f"KS_COMPAT_{name}", value)
    with pytest.raises(ValueError, match=f"KS_COMPAT_{name}") as caught:
        KSTradeApi(**OLD)
    assert value not in shown_by(caught.value)


def test_a_server_that_is_not_there_shows_no_secret(account_env, sandbox):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        account_env.setenv("KS_COMPAT_LOGIN_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        client = KSTradeApi(**OLD)
        with pytest.raises(ApiException, match="no connection") as caught:
            client.login(PASSWORD)
    client._neo.close()
    assert caught.value.status == 0
    assert [secret for secret in secrets_of(sandbox) if secret in shown_by(caught.value)] == []
