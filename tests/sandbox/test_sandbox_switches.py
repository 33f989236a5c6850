import pytest

from ks_compat.sandbox import Sandbox


@pytest.fixture
def switched(clock, caller_of):
    running = []

    def start(**switches):
        running.append(Sandbox(clock=clock, **switches))
        running[-1].start()
        return caller_of(running[-1])

    yield start
    for sandbox in running:
        sandbox.stop()


def test_login_errors_in_http_200(switched, sample):
    visitor = switched(login_errors="http200")
    totp = {"stCode": 401, "errMsg": "Invalid credentials or TOTP.", "status": "failure"}
    for changes, body in (
        ({"ucc": "OTHER"}, sample("tradeApiLogin_error_body_status_200")),
        ({"totp": "000000"}, totp),
        ({"mobileNumber": "+910000000000"}, totp),
    ):
        answer = visitor.step1(**changes)
        assert (answer.status_code, answer.json()) == (200, body)
    answer = visitor.step2(visitor.step1().json()["data"], mpin="000000")
    assert (answer.status_code, answer.json()) == (200, sample("tradeApiValidate_error_body_status_200"))
    assert visitor.step1(ucc="").status_code == 400
    assert visitor.sandbox.login_attempts[0] == "tradeApiLogin: wrong ucc"


def test_session_errors_as_401(switched, sample):
    visitor = switched(session_errors="401")
    for path in ("/quick/user/orders", "/portfolio/v1/holdings", "/login/1.0/get-client-ip"):
        answer = visitor.get(path)
        assert answer.status_code == 401
        expected = sample("error_invalid_session_token")
        assert answer.json() == {**expected, "emsg": expected["errMsg"]}


def test_strict_authorization_refuses_a_wrong_one_alone(switched):
    trader = switched(strict_authorization=True).login()
    right, wrong = trader.app["Authorization"], "Bearer " + trader.app["Authorization"]
    for sent, status in (({}, 200), ({"Authorization": right}, 200), ({"Authorization": wrong}, 401)):
        assert trader.get("/quick/user/orders", {**trader.session, **sent}).status_code == status


def test_a_wrong_authorization_is_ignored_by_default(trader):
    assert trader.get("/quick/user/orders", {**trader.session, "Authorization": "Bearer x"}).status_code == 200


def test_refused_slm(switched):
    trader = switched(refuse_slm=True).login()
    row = trader.row(trader.place(pt="SL-M", pr="0", tp="2280"))
    assert (row["ordSt"], row["rejRsn"]) == ("rejected", "Market order with Algo Id not allowed")
    stop = trader.place(pt="SL", pr="2290", tp="2280")
    assert trader.modify(stop, pt="SL-M", pr="0")["errMsg"] == "Market order with Algo Id not allowed"
    assert trader.row(stop)["ordSt"] == "trigger pending"
    assert trader.row(trader.place(pt="MKT", pr="0"))["ordSt"] == "complete"
