import re

import pytest


def test_both_steps_answer_every_field_of_the_samples(visitor, sample):
    view = visitor.step1().json()["data"]
    trade = visitor.step2(view).json()["data"]
    for given, name, kind in ((view, "tradeApiLogin", "View"), (trade, "tradeApiValidate", "Trade")):
        expected = sample(name)["data"]
        assert given.keys() == expected.keys()
        assert {key: type(value) for key, value in given.items()} == {k: type(v) for k, v in expected.items()}
        assert given["kType"] == kind
    assert trade["baseUrl"] == visitor.sandbox.url


def test_tokens_are_opaque_and_listed_as_issued(visitor):
    view = visitor.step1().json()["data"]
    trade = visitor.step2(view).json()["data"]
    assert re.fullmatch(r"view-[0-9a-f]{32}", view["token"])
    assert re.fullmatch(r"trade-[0-9a-f]{32}", trade["token"])
    assert visitor.sandbox.issued == {
        view["token"]: "view token",
        view["sid"]: "view sid",
        trade["token"]: "trade token",
        trade["sid"]: "trade sid",
    }


@pytest.mark.parametrize(
    "changes", [{"mobileNumber": "+910000000000"}, {"ucc": "OTHER"}, {"totp": "000000"}, {"mobileNumber": "9999999999"}]
)
def test_wrong_credentials_are_401(visitor, sample, changes):
    answer = visitor.step1(**changes)
    assert (answer.status_code, answer.json()) == (401, sample("tradeApiLogin_error_invalid_credentials"))
    assert visitor.sandbox.login_attempts == [f"tradeApiLogin: wrong {next(iter(changes))}"]


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
def test_totp_window_is_one_step_around_the_sandbox_clock(visitor, steps, status):
    assert visitor.step1(totp=visitor.code(visitor.clock() + 30 * steps)).status_code == status


@pytest.mark.parametrize(("field", "shown"), [("mobileNumber", "MobileNumber"), ("ucc", "Ucc"), ("totp", "Totp")])
@pytest.mark.parametrize("value", [..., "", None])
def test_missing_login_field(visitor, field, shown, value):
    answer = visitor.step1(**{field: value})
    assert answer.status_code == 400
    assert answer.json() == {"error": [{"code": "400", "message": f"Missing required field '{shown}'"}]}


def test_a_totp_as_a_number_is_422(visitor):
    assert visitor.step1(totp=123456).status_code == 422


def test_a_body_that_is_no_json_object_is_400(visitor):
    answer = visitor.http.post(visitor.sandbox.url + "/login/1.0/tradeApiLogin", headers=visitor.app, content=b"[]")
    assert answer.status_code == 400


@pytest.mark.parametrize("prefix", ["Bearer ", "x"])
def test_only_the_plain_access_token_is_taken(visitor, prefix):
    headers = {**visitor.app, "Authorization": prefix + visitor.app["Authorization"]}
    assert visitor.step1(headers).status_code == 401
    assert visitor.sandbox.login_attempts == ["tradeApiLogin: wrong access token"]


def test_neo_fin_key_is_required_on_both_steps(visitor):
    only_token = {"Authorization": visitor.app["Authorization"]}
    missing = {"error": [{"code": "400", "message": "Missing required field 'NeoFinKey'"}]}
    assert visitor.step1(only_token).json() == missing
    view = visitor.step1().json()["data"]
    assert visitor.step2(view, **{"neo-fin-key": ""}).json() == missing
    assert visitor.step1({**only_token, "neo-fin-key": "other"}).status_code == 401


def test_validate_without_the_view_pair(visitor, sample):
    answer = visitor.step2(None)
    assert (answer.status_code, answer.json()) == (400, sample("tradeApiValidate_error_missing_header"))


def test_validate_with_a_wrong_or_mixed_pair(visitor):
    first, second = (visitor.step1().json()["data"] for _ in range(2))
    assert visitor.step2({"token": first["token"], "sid": second["sid"]}).status_code == 401
    assert visitor.step2({"token": "view-0", "sid": first["sid"]}).status_code == 401
    trade = visitor.step2(first).json()["data"]
    assert visitor.step2(trade).status_code == 401


def test_wrong_and_missing_mpin(visitor, sample):
    view = visitor.step1().json()["data"]
    wrong, missing = visitor.step2(view, mpin="000000"), visitor.step2(view, mpin=...)
    assert (wrong.status_code, wrong.json()) == (401, sample("tradeApiValidate_error_invalid_mpin"))
    assert missing.json() == {"error": [{"code": "400", "message": "Missing required field 'Mpin'"}]}
    assert visitor.sandbox.login_attempts[1:] == ["tradeApiValidate: wrong mpin", "tradeApiValidate: missing mpin"]


SESSION_CALLS = [
    ("POST", "/quick/order/rule/ms/place"),
    ("POST", "/quick/order/vr/modify"),
    ("POST", "/quick/order/cancel"),
    ("POST", "/quick/order/history"),
    ("GET", "/quick/user/orders"),
    ("GET", "/quick/user/orders/261123000000001"),
    ("GET", "/quick/user/trades"),
    ("GET", "/quick/user/positions"),
    ("GET", "/portfolio/v2/positions"),
    ("GET", "/portfolio/v1/holdings"),
    ("POST", "/quick/order/co/exit"),
    ("POST", "/quick/order/bo/exit"),
    ("POST", "/quick/user/limits"),
    ("POST", "/quick/user/check-margin"),
    ("GET", "/login/1.0/get-client-ip"),
    ("POST", "/apim/login/2.0/logout"),
]


@pytest.mark.parametrize(("method", "path"), SESSION_CALLS)
def test_session_calls_need_the_trade_pair(trader, sample, method, path):
    view = trader.step1().json()["data"]
    url = trader.sandbox.url + path
    for headers in ({}, trader.app, {**trader.session, "Sid": view["sid"]}, {**trader.session, "Auth": "trade-0"}):
        answer = trader.http.request(method, url, headers=headers)
        assert answer.status_code == 403
        assert answer.json() == {
            "stat": "Not_Ok",
            "emsg": "Invalid session",
            "errMsg": "Invalid session",
            "stCode": 1003,
        }
    answer = trader.http.request(method, url, headers={"Auth": view["token"], "Sid": view["sid"]})
    assert answer.json() == sample("error_invalid_access_type")


@pytest.mark.parametrize(
    "path", ["/script-details/1.0/quotes/neosymbol/nse_cm|22/ltp", "/script-details/1.0/masterscrip/file-paths"]
)
def test_market_data_needs_the_access_token_alone(trader, path):
    assert trader.market(path).status_code == 200
    for wrong in ("", "Bearer " + trader.app["Authorization"], trader.session["Auth"]):
        assert trader.get(path, {**trader.session, "Authorization": wrong}).status_code == 401


def test_an_account_shows_no_secret(sandbox):
    account = sandbox.account
    for secret in (account.access_token, account.mobile_number, account.mpin, account.totp_secret):
        assert secret not in repr(account)
