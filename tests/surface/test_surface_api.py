"""The low-level classes (spec/v1.md 1.5): what they check, whom they call for, and what they refuse."""

import base64
import inspect
import json
import threading

import pytest

from ks_compat import api, models
from ks_compat.api_client import ApiClient
from ks_compat.configuration import JSON_SCHEMA_VALIDATION_KEYWORDS, Configuration
from ks_compat.exceptions import ApiException, ApiTypeError, ApiValueError
from ks_compat.ks_api import KSTradeApi
from ks_compat.rest import RESTClientObject

SESSION = ["consumerKey", "sessionToken"]
APP = ["consumerKey", "ip", "appId"]
OPERATIONS = {
    "SessionApi": {
        "session_init": ["userid", *APP],
        "login_with_user_id": APP,
        "generate_session2_fa": ["oneTimeToken", *APP],
        "generate_session2_fa_ott": ["oneTimeToken", *APP],
        "session_logout": ["sessionToken", *APP, "userid"],
    },
    "OrderApi": {
        "place_new_order": [*SESSION, "NewOrder"],
        "modify_order": [*SESSION, "ExistingOrder"],
        "cancel_order": [*SESSION, "orderId"],
    },
    **{
        owner: {
            f"place_new_{short}_order": [*SESSION, f"New{name}Order"],
            f"modify_{short}_order": [*SESSION, f"Existing{name}Order"],
            f"cancel_{short}_order": [*SESSION, "orderId"],
        }
        for owner, name, short in [
            ("NormalOrderApi", "Normal", "normal"),
            ("SuperMultipleOrderApi", "SM", "sm"),
            ("SmartOrderRoutingApi", "SOR", "sor"),
            ("MarginTradingApi", "MTF", "mtf"),
            ("MISOrderApi", "MIS", "mis"),
        ]
    },
    "PositionsApi": dict.fromkeys(["positions", "positions_today", "positions_open", "positions_stocks"], SESSION),
    "ReportsApi": {
        "get_order_reports": SESSION,
        "get_order_report_by_order_id": ["orderId", *SESSION],
        "get_fno_order_detail_by_order_id": ["orderId", *SESSION, "isFNO"],
        "get_trade_report": [],
        "get_trade_report_by_order_id": ["orderId", *SESSION],
        "get_fno_trade_report_by_order_id": ["orderId", *SESSION, "isFNO"],
    },
    "MarginApi": {"margin_required": SESSION, "get_margins": SESSION},
    "QuoteApi": {
        name: [*SESSION, "instrumentTokens"]
        for name in ("get_instruments_details", "get_ltp_quote", "get_market_details_quote", "get_ohlc_quote")
    },
    "HistoricalApi": {"get_resource": ["resource", "input"]},
    "TokenApi": {"token_post": ["authorization"], "revoke_post": ["authorization"]},
}
ALL = [(owner, name, needed) for owner, names in OPERATIONS.items() for name, needed in names.items()]
GONE = [
    (owner, name)
    for owner, name, _ in ALL
    if owner == "TokenApi" or name == "positions" or (owner not in ("OrderApi",) and "modify_" in name)
    or (owner != "OrderApi" and "cancel_" in name)
]  # fmt: skip
SERVED = [(owner, name, needed) for owner, name, needed in ALL if (owner, name) not in GONE]
ORDER = (727, "BUY", 2, 2250.5)
KEPT = {"validity": "GFD", "variety": "REGULAR", "tag": "mine"}


class Spy:
    """Stands where a KSTradeApi stands, and notes what is called."""

    session_token, one_time_token, host, userid = "S", "O", "https://h", "U"

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*args, **kwargs):
            self.calls.append((name, args, kwargs))
            return {"answer": name}

        return call


@pytest.fixture
def spy():
    return Spy()


@pytest.fixture
def api_client(spy):
    with ApiClient() as made:
        made.facade = spy
        yield made


def arguments(needed):
    given = {"sessionToken": "S", "oneTimeToken": "O", "input": base64.urlsafe_b64encode(b'{"a": 1}').decode()}
    return {name: given.get(name, f"the {name}") for name in needed}


@pytest.mark.parametrize(("owner", "name", "needed"), ALL)
def test_parameters(owner, name, needed):
    for method in (name, f"{name}_with_http_info"):
        names = list(inspect.signature(getattr(getattr(api, owner), method)).parameters)
        assert names == ["self", *needed, "kwargs"]


@pytest.mark.parametrize(("owner", "name", "needed"), ALL)
def test_an_unknown_keyword(spy, api_client, owner, name, needed):
    with pytest.raises(ApiTypeError) as caught:
        getattr(getattr(api, owner)(api_client), name)(*arguments(needed).values(), nonsense=1)
    assert str(caught.value) == f"Got an unexpected keyword argument 'nonsense' to method {name}"
    assert spy.calls == []


@pytest.mark.parametrize(("owner", "name", "needed", "absent"), [(*row, absent) for row in ALL for absent in row[2]])
def test_a_required_parameter_that_is_none(spy, api_client, owner, name, needed, absent):
    with pytest.raises(ApiValueError) as caught:
        getattr(getattr(api, owner)(api_client), name)(**{**arguments(needed), absent: None})
    assert str(caught.value) == f"Missing the required parameter `{absent}` when calling `{name}`"
    assert spy.calls == []


def test_a_missing_argument_is_a_type_error(api_client):
    with pytest.raises(TypeError):
        api.OrderApi(api_client).cancel_order("k", "S")


@pytest.mark.parametrize(("owner", "name", "needed"), SERVED)
def test_without_a_client_behind_it(owner, name, needed):
    lonely = getattr(api, owner)()
    assert isinstance(lonely.api_client, ApiClient)
    with pytest.raises(ApiException, match="belongs to no KSTradeApi") as caught:
        getattr(lonely, name)(*arguments(needed).values())
    assert caught.value.status == 0


@pytest.mark.parametrize(("owner", "name"), GONE)
def test_what_v2_or_the_old_client_did_not_use_says_what_to_do(spy, api_client, owner, name):
    with pytest.raises(ApiException, match=rf"{name} is not served on v2\. (Use|Access tokens)"):
        getattr(getattr(api, owner)(api_client), name)(*arguments(OPERATIONS[owner][name]).values())
    assert spy.calls == []


BODIES = {
    "NewNormalOrder": models.NewNormalOrder(*ORDER, **KEPT),
    "NewSMOrder": models.NewSMOrder(*ORDER, **KEPT),
    "NewSOROrder": models.NewSOROrder(*ORDER, **KEPT),
    "NewMTFOrder": models.NewMTFOrder(*ORDER, **KEPT),
    "NewMISOrder": models.NewMISOrder(*ORDER, disclosedQuantity=1, triggerPrice=3, **KEPT),
    "NewOrder": models.NewOrder(*ORDER, product="NORMAL", smartOrderRouting="x", **KEPT),
    "ExistingOrder": models.ExistingOrder(1, 2, 3.5, 4, 5, "GFD"),
}
PLACED = (*ORDER, 0, 0, "mine", "GFD", "REGULAR")
CALLS = {
    "session_logout": ("logout", ()),
    "place_new_order": ("place_order", ("O", *PLACED)),
    "place_new_normal_order": ("place_order", ("N", *PLACED)),
    "place_new_sm_order": ("place_order", ("SM", *PLACED)),
    "place_new_sor_order": ("place_order", ("SOR", *PLACED)),
    "place_new_mtf_order": ("place_order", ("MTF", *PLACED)),
    "place_new_mis_order": ("place_order", ("MIS", *ORDER, 1, 3, "mine", "GFD", "REGULAR")),
    "modify_order": ("modify_order", (1, 3.5, 2, 4, 5, "GFD")),
    "cancel_order": ("cancel_order", ("the orderId",)),
    "positions_today": ("positions", ("TODAYS",)),
    "positions_open": ("positions", ("OPEN",)),
    "positions_stocks": ("positions", ("STOCKS",)),
    "get_order_reports": ("order_report", (None, "")),
    "get_order_report_by_order_id": ("order_report", ("the orderId", "")),
    "get_fno_order_detail_by_order_id": ("order_report", ("the orderId", "the isFNO")),
    "get_trade_report": ("trade_report", (None, "")),
    "get_trade_report_by_order_id": ("trade_report", ("the orderId", "")),
    "get_fno_trade_report_by_order_id": ("trade_report", ("the orderId", "the isFNO")),
    "get_margins": ("margin", ()),
    "get_instruments_details": ("quote", ("the instrumentTokens", None)),
    "get_ltp_quote": ("quote", ("the instrumentTokens", "LTP")),
    "get_market_details_quote": ("quote", ("the instrumentTokens", "DEPTH")),
    "get_ohlc_quote": ("quote", ("the instrumentTokens", "OHLC")),
    "get_resource": ("history", ("the resource", {"a": 1})),
}


@pytest.mark.parametrize(("owner", "name", "needed"), [row for row in SERVED if row[1] in CALLS])
def test_the_call_that_an_operation_is(spy, api_client, owner, name, needed):
    method, args = CALLS[name]
    answer = {"answer": method}
    values = [BODIES.get(key, value) for key, value in arguments(needed).items()]
    made = getattr(api, owner)(api_client)
    assert getattr(made, name)(*values) == answer
    assert getattr(made, f"{name}_with_http_info")(*values) == (answer, 200, {})
    assert [(call[0], call[1]) for call in spy.calls] == [(method, args)] * 2
    extra = {"product": "NORMAL", "smart_order_routing": "x"} if name == "place_new_order" else {}
    assert spy.calls[0][2] == extra
    assert (api_client.last_response.status, json.loads(api_client.last_response.data)) == (200, answer)


def test_every_served_operation_is_tested():
    special = {"session_init", "login_with_user_id", "generate_session2_fa", "generate_session2_fa_ott"}
    assert {name for _, name, _ in SERVED} == {*CALLS, *special, "margin_required"}


def test_the_steps_of_the_login(spy, api_client):
    session = api.SessionApi(api_client)
    init = session.session_init("U", "k", "i", "a")
    assert (init["Success"]["redirect"]["host"], init["Success"]["userid"]) == ("https://h", "U")
    assert spy.calls == []
    session.login_with_user_id("k", "i", "a", UserCredentials=models.UserCredentials("U", "pw"))
    assert spy.calls.pop() == ("login", ("pw",), {})
    inner = {"answer": "session_2fa"}
    details = models.UserDetails("U", "1234")
    assert session.generate_session2_fa("O", "k", "i", "a", UserDetails=details) == {"Success": inner}
    ott = session.generate_session2_fa_ott("O", "k", "i", "a", InlineObject=models.InlineObject("U"))
    assert ott == {"success": inner}


def test_margin_required(spy, api_client):
    rows = [models.OrderInfo(727, 1, 2.5, 3, 4), {"instrumentToken": 728, "quantity": 1}]
    api.MarginApi(api_client).margin_required("k", "S", ReqMargin=models.ReqMargin("BUY", rows))
    name, (side, info), _ = spy.calls[0]
    assert (name, side) == ("margin_required", "BUY")
    assert info[0] == {"instrument_token": 727, "quantity": 1, "price": 2.5, "amount": 3, "trigger_price": 4}
    assert (info[1]["instrument_token"], info[1]["price"]) == (728, None)


def test_a_dict_is_a_body_too(spy, api_client):
    body = {"instrumentToken": 727, "transactionType": "BUY", "quantity": 2, "price": 2250.5, **KEPT}
    api.NormalOrderApi(api_client).place_new_normal_order("k", "S", body)
    assert spy.calls == [("place_order", ("N", *PLACED), {})]


@pytest.mark.parametrize("leg", ["tslo", "bracket", "tslonew", "bracketnew", "gtc", "ctd", "cod"])
def test_an_order_with_a_leg_is_refused_and_not_sent_without_it(spy, api_client, leg):
    orders = api.OrderApi(api_client)
    for call in (
        lambda: orders.place_new_order("k", "S", models.NewOrder(*ORDER, **{leg: models.Tsloplace(1, 2)})),
        lambda: orders.modify_order("k", "S", models.ExistingOrder("1", validity="GFD", **{leg: {"spread": 1}})),
    ):
        with pytest.raises(ApiValueError, match=f"`{leg}` has no equal in v2"):
            call()
    assert spy.calls == []


def test_a_session_of_another_client_is_refused(spy, api_client):
    with pytest.raises(ApiValueError, match="not that of the client") as caught:
        api.OrderApi(api_client).cancel_order("k", "another session", "1")
    assert "another session" not in str(caught.value)
    with pytest.raises(ApiValueError, match="not that of the client"):
        api.SessionApi(api_client).generate_session2_fa("another", "k", "i", "a")
    assert spy.calls == []


def test_keywords_of_every_operation(spy, api_client):
    reports = api.ReportsApi(api_client)
    assert reports.get_trade_report(consumerKey="k", sessionToken="S", _request_timeout=5, _request_auth=None)
    assert reports.get_trade_report_with_http_info(_return_http_data_only=True) == {"answer": "trade_report"}
    with pytest.raises(ApiValueError, match="_preload_content=False is not supported"):
        reports.get_trade_report(_preload_content=False)


def test_async_req(spy, api_client):
    threads = []
    spy.logout = lambda: threads.append(threading.current_thread()) or {"gone": True}
    given = {**arguments(OPERATIONS["SessionApi"]["session_logout"]), "async_req": True}
    session = api.SessionApi(api_client)
    assert session.session_logout(**given).get(timeout=10) == {"gone": True}
    assert session.session_logout_with_http_info(**given).get(timeout=10) == ({"gone": True}, 200, {})
    assert threading.main_thread() not in threads
    with pytest.raises(ApiValueError, match="Missing the required parameter"):
        session.session_logout(**{**given, "ip": None})
    failing = api.OrderApi(api_client).cancel_order("k", "another", "1", async_req=True)
    with pytest.raises(ApiValueError, match="not that of the client"):
        failing.get(timeout=10)


def test_input_that_is_no_json(api_client):
    with pytest.raises(ApiValueError, match="`input` is not JSON in base64"):
        api.HistoricalApi(api_client).get_resource("x", "%%%")


# -- on the sandbox


def test_orders_by_the_low_level_classes(bot_client, sandbox):
    orders, session = api.OrderApi(bot_client.api_client), bot_client.session_token
    placed = api.NormalOrderApi(bot_client.api_client).place_new_normal_order(
        "k", session, models.NewNormalOrder(*ORDER, **KEPT)
    )
    number = placed["Success"]["NSE"]["orderId"]
    assert isinstance(number, int)
    orders.modify_order("k", session, models.ExistingOrder(number, 3, 2250.5, 0, 0, "GFD"))
    rows, status, headers = api.ReportsApi(bot_client.api_client).get_order_reports_with_http_info("k", session)
    assert (status, headers) == (200, {})
    assert [(row["orderId"], row["orderQuantity"], row["tag"]) for row in rows["success"]] == [(number, 3, "mine")]
    orders.cancel_order("k", session, number)
    report = api.ReportsApi(bot_client.api_client).get_order_report_by_order_id(number, "k", session)
    assert report["success"][-1]["status"] == "CAN"
    quote = api.QuoteApi(bot_client.api_client).get_ltp_quote("k", session, 727)
    assert quote == bot_client.quote(727, "LTP")


REPORTS = [
    (lambda a, s: api.ReportsApi(a).get_trade_report(consumerKey="k", sessionToken=s), lambda c: c.trade_report()),
    (lambda a, s: api.PositionsApi(a).positions_today("k", s), lambda c: c.positions("TODAYS")),
    (lambda a, s: api.PositionsApi(a).positions_open("k", s), lambda c: c.positions("OPEN")),
    (lambda a, s: api.PositionsApi(a).positions_stocks("k", s), lambda c: c.positions("STOCKS")),
    (lambda a, s: api.MarginApi(a).get_margins("k", s), lambda c: c.margin()),
    (
        lambda a, s: api.MarginApi(a).margin_required(
            "k", s, ReqMargin=models.ReqMargin("BUY", [models.OrderInfo(727, 1, 2250.5, 0, 0)])
        ),
        lambda c: c.margin_required(
            "BUY", [{"instrument_token": 727, "quantity": 1, "price": 2250.5, "amount": 0, "trigger_price": 0}]
        ),
    ),
    (lambda a, s: api.QuoteApi(a).get_market_details_quote("k", s, "727"), lambda c: c.quote("727", "DEPTH")),
]


@pytest.mark.parametrize(("low", "high"), REPORTS)
def test_both_ways_give_the_same_answer(bot_client, sandbox, low, high):
    answer = low(bot_client.api_client, bot_client.session_token)
    sent = [(request.method, request.raw_path) for request in sandbox.requests]
    assert answer == high(bot_client)
    again = [(request.method, request.raw_path) for request in sandbox.requests][len(sent) :]
    assert again
    assert sent[-1] == again[-1]


def test_login_by_the_low_level_classes(account_env, sandbox):
    client = KSTradeApi("t", "u", "k")
    session = api.SessionApi(client.api_client)
    body = session.login_with_user_id("k", "i", "a", UserCredentials=models.UserCredentials("u", "pw"))
    ott = body["Success"]["oneTimeToken"]
    answer = session.generate_session2_fa(ott, "k", "i", "a", UserDetails=models.UserDetails("u", "1"))
    assert answer["Success"]["sessionToken"] == client.session_token
    client._neo.close()


def test_without_a_login(account_env, sandbox):
    client = KSTradeApi("t", "u", "k")
    with pytest.raises(ApiValueError, match="Please invoke 'session_2fa' function first"):
        api.OrderApi(client.api_client).cancel_order("k", "S", "1")
    client._neo.close()
    assert sandbox.requests == []


# -- the rest of the old plumbing


def test_api_client_and_rest_refuse_raw_calls():
    made = ApiClient(Configuration("https://h"), "X-Name", "value")
    made.set_default_header("X-More", "1")
    assert (made.configuration.host, made.default_headers) == ("https://h", {"X-Name": "value", "X-More": "1"})
    with pytest.raises(ApiException, match="have no equal in v2"):
        made.call_api("/orders/1.0/orders", "POST")
    for method in ("GET", "HEAD", "OPTIONS", "DELETE", "POST", "PUT", "PATCH", "request"):
        with pytest.raises(ApiException, match="old API are gone"):
            getattr(RESTClientObject(Configuration()), method)("https://h")


def test_configuration():
    made = Configuration.get_default_copy()
    assert (made.host, made.verify_ssl) == ("https://tradeapi.kotaksecurities.com/apim", True)
    made.access_token = "secret"
    assert "secret" not in repr(made)
    assert "pattern" in JSON_SCHEMA_VALIDATION_KEYWORDS
