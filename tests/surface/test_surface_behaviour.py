"""The recorded behaviour of version 1.1.0: each row is met, or is named here with the reason why not."""

import json
from pathlib import Path

import pytest

from ks_compat import exceptions, models
from ks_compat.exceptions import ApiException
from ks_compat.ks_api import KSTradeApi

ROWS = json.loads(
    (Path(__file__).parent.parent / "samples" / "v1" / "behaviour_surface.json").read_text(encoding="utf-8")
)

SENDS_NOTHING = "the constructor sends nothing: v2 has no session init, no fail-over and no server-given host"
DECIDED = {
    "ctor host=None type": SENDS_NOTHING,
    "ctor trailing slash host": SENDS_NOTHING,
    "ctor 401 fault": SENDS_NOTHING,
    "ctor 200 without Success": SENDS_NOTHING,
    "ctor 200 Success without redirect": SENDS_NOTHING,
    "ctor 200 with fault": SENDS_NOTHING,
    "ctor connection refused": SENDS_NOTHING,
    "ctor bad host no scheme": SENDS_NOTHING,
    "ctor https host, unresolvable": SENDS_NOTHING,
    "pool": "there is no urllib3 pool; connections are the HTTP client's",
    "get_config": "TLS certificates are always verified (spec/v1.md 9, row 4)",
    "no session: token": "v2 has no OAuth call; None would look like success (row 24)",
    "no session: revoke": "v2 has no OAuth call; None would look like success (row 24)",
}

GIVEN = {"access_token": "T", "userid": "U", "consumer_key": "C", "ip": "1.1.1.1", "app_id": "A"}


@pytest.fixture
def client_of(clean_env):
    clients = []

    def make(**changes):
        clients.append(KSTradeApi(**{**GIVEN, "host": "http://127.0.0.1:35053/apim", **changes}))
        return clients[-1]

    yield make
    for client in clients:
        client._neo.close()


def config(client):
    made = client.get_config("http://p:1", "u", "w")
    return made.host, made.verify_ssl, made.proxy_headers, made.proxy


CONVERTED = {"instrument_token": 1, "trigger_price": 2, "a__b": 3, "_x": 4, "myURL_value": 5, "already": 6}
CALLS = {
    "ctor no args": lambda make: KSTradeApi(),
    **{
        f"ctor {name}={value!r}": lambda make, name=name, value=value: make(**{name: value})
        for name in ("access_token", "userid", "consumer_key")
        for value in ("", None)
    },
    "ctor ip=None": lambda make: make(ip=None).ip,
    "ctor app_id=None": lambda make: repr(make(app_id=None).app_id),
    "ctor ip=''": lambda make: repr(make(ip="").ip),
    "ctor userid=123": lambda make: make(userid=123).userid,
    "ctor positional": lambda make: KSTradeApi("T", "U", "C", "1.2.3.4", "A", "http://127.0.0.1:1/apim").ip,
    "convertObject": lambda make: make().convertObject(CONVERTED),
    "convertArray": lambda make: make().convertArray([{"a_b": 1}]),
    "get_config": lambda make: config(make()),
    "no session: token": lambda make: make().token("g", "u", "p", "r"),
    "no session: revoke": lambda make: make().revoke("t", "h"),
}
MODELS = {
    "N": models.NewNormalOrder,
    "SM": models.NewSMOrder,
    "SOR": models.NewSOROrder,
    "MTF": models.NewMTFOrder,
    "MIS": models.NewMISOrder,
    "O": models.NewOrder,
}


def model_row(key):
    """``SM validity=IOC`` and the like: the checks of the model that the order was put into."""
    kind, _, change = key.partition(" ")
    field, _, value = change.partition("=")
    return MODELS[kind], {"transaction_type": "transactionType"}.get(field, field), value


MODEL_ROWS = [key for key in ROWS if key.split(" ")[0] in MODELS]
OTHER_MODEL_ROWS = {
    "modify validity=DAY": lambda: models.ExistingOrder("1", validity="DAY"),
    "margin_required bad side": lambda: models.ReqMargin("X"),
}


def raised_as(row, error):
    module, _, name = row["raised"].rpartition(".")
    wanted = getattr(exceptions, name) if module.startswith("ks_api_client") else __builtins__[name]
    return type(error) is wanted and str(error) == row["str"]


@pytest.mark.parametrize("key", [key for key in CALLS if key not in DECIDED])
def test_a_row_is_met(client_of, key):
    row = ROWS[key]
    if "raised" in row:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - compared below
            CALLS[key](client_of)
        assert raised_as(row, caught.value), repr(caught.value)
    else:
        assert repr(CALLS[key](client_of)) == row["ret"]


@pytest.mark.parametrize("key", MODEL_ROWS)
def test_a_row_of_the_model_checks_is_met(key):
    made, field, value = model_row(key)
    if "raised" in ROWS[key]:
        with pytest.raises(ValueError) as caught:  # noqa: PT011 - compared below
            made(**{field: value})
        assert raised_as(ROWS[key], caught.value), repr(caught.value)
    else:
        assert getattr(made(**{field: value}), field) == value


@pytest.mark.parametrize("key", OTHER_MODEL_ROWS)
def test_a_row_of_another_model_is_met(key):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - compared below
        OTHER_MODEL_ROWS[key]()
    assert raised_as(ROWS[key], caught.value), repr(caught.value)


def test_the_user_agent(client_of):
    assert client_of().api_client.user_agent == ROWS["ua"]


def test_get_config_differs_by_its_verification_only(client_of):
    host, verify, headers, proxy = config(client_of())
    assert verify is True
    assert repr((host, False, headers, proxy)) == ROWS["get_config"]["ret"]


@pytest.mark.parametrize("key", ["no session: token", "no session: revoke"])
def test_oauth_is_refused(client_of, key):
    with pytest.raises(ApiException, match="v2 has no OAuth call"):
        CALLS[key](client_of)


@pytest.mark.parametrize("host", [None, "http://127.0.0.1:1/apim/", "nosuch.invalid", "https://nosuch.invalid"])
def test_no_host_is_asked(client_of, host):
    assert client_of(host=host).userid == "U"


def test_every_row_is_met_or_decided():
    assert set(ROWS) == {*CALLS, *DECIDED, *MODEL_ROWS, *OTHER_MODEL_ROWS, "ua"}
