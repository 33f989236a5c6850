"""The old API in the sandbox: shapes as the published samples, one account and one book with v2, checks, faults."""

import json
from pathlib import Path

import httpx
import pytest

SAMPLES = Path(__file__).parent.parent / "samples" / "v1"
PLACE = {
    "instrumentToken": 727,
    "transactionType": "BUY",
    "quantity": 2,
    "price": 2250.5,
    "validity": "GFD",
    "variety": "REGULAR",
    "disclosedQuantity": 0,
    "triggerPrice": 0,
    "tag": "mine",
}


class Old:
    """A bare caller of the old wire: it knows paths and headers, and nothing of ks_compat."""

    def __init__(self, sandbox, http):
        self.sandbox, self.http = sandbox, http
        old = sandbox.account.v1
        self.base = sandbox.url + "/apim"
        self.headers = {
            "Authorization": f"Bearer {old.access_token}",
            "consumerKey": old.consumer_key,
            "Content-Type": "application/json",
        }

    def send(self, method, path, body=None, **headers):
        content = None if body is None else json.dumps(body)
        return self.http.request(method, self.base + path, headers={**self.headers, **headers}, content=content)

    def login(self):
        old, ucc = self.sandbox.account.v1, self.sandbox.account.ucc
        first = self.send("POST", "/session/1.0/session/login/userid", {"userid": ucc, "password": old.password})
        token = first.json()["Success"]["oneTimeToken"]
        code = {"userid": ucc, "accessCode": old.access_code}
        second = self.send("POST", "/session/1.0/session/2FA/accesscode", code, oneTimeToken=token)
        self.headers["sessionToken"] = second.json()["Success"]["sessionToken"]
        return self

    def get(self, path):
        return self.send("GET", path).json()

    def place(self, product="normal", **changes):
        return self.send("POST", f"/orders/1.0/order/{product}", {**PLACE, **changes}).json()

    def number(self, product="normal", **changes):
        return self.place(product, **changes)["Success"]["NSE"]["orderId"]

    def row(self, number):
        (row,) = (row for row in self.get("/reports/1.0/orders")["success"] if row["orderId"] == number)
        return row


@pytest.fixture
def stranger(sandbox):
    with httpx.Client(trust_env=False) as http:
        yield Old(sandbox, http)


@pytest.fixture
def old(stranger):
    return stranger.login()


@pytest.fixture
def old_sample():
    return lambda name: json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def shape(value):
    """Keys and types; an int may stand where a float does, as 1801 does for 1801.0."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def fault(answer):
    assert answer.keys() == {"fault"}
    assert {"code", "message", "description"} <= answer["fault"].keys()
    return answer["fault"]["code"]


# -- session -----------------------------------------------------------------------------------------------------------


def test_the_session_calls_answer_like_the_samples(stranger, old_sample):
    init = stranger.send("GET", "/session/1.0/session/init", userid="SBX01", ip="127.0.0.1", appId="").json()
    assert shape(init) == shape(old_sample("session_init_public"))
    assert init["Success"]["redirect"]["host"] == stranger.base

    old, ucc = stranger.sandbox.account.v1, stranger.sandbox.account.ucc
    login = stranger.send("POST", "/session/1.0/session/login/userid", {"userid": ucc, "password": old.password})
    assert shape(login.json()) == shape(old_sample("login"))

    token = login.json()["Success"]["oneTimeToken"]
    second = stranger.send("POST", "/session/1.0/session/2FA/oneTimeToken", {"userid": ucc}, oneTimeToken=token).json()
    assert shape(second["success"]) == shape(old_sample("session_2fa"))

    stranger.headers["sessionToken"] = second["success"]["sessionToken"]
    assert stranger.send("DELETE", "/session/1.0/session/logout").json() == old_sample("logout")
    assert stranger.send("GET", "/margin/1.0/margin").status_code == 403


def test_a_one_time_token_serves_once(stranger):
    old, ucc = stranger.sandbox.account.v1, stranger.sandbox.account.ucc
    login = stranger.send("POST", "/session/1.0/session/login/userid", {"userid": ucc, "password": old.password})
    token = login.json()["Success"]["oneTimeToken"]
    path, code = "/session/1.0/session/2FA/accesscode", {"userid": ucc, "accessCode": old.access_code}

    assert [stranger.send("POST", path, code, oneTimeToken=token).status_code for _ in range(2)] == [200, 401]


def test_bad_tries_lock_the_account(stranger, old_sample):
    path, ucc = "/session/1.0/session/login/userid", stranger.sandbox.account.ucc
    answers = [stranger.send("POST", path, {"userid": ucc, "password": "wrong"}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [403]
    assert answers[-1].json() == old_sample("error_account_locked_public")
    right = {"userid": ucc, "password": stranger.sandbox.account.v1.password}
    assert stranger.send("POST", path, right).status_code == 403


@pytest.mark.parametrize(
    ("header", "wrong", "status", "code"),
    [
        ("Authorization", "the bare token", 401, 900901),
        ("consumerKey", "another", 403, 999003),
        ("sessionToken", "another", 403, 403),
    ],
)
def test_every_token_is_checked(old, header, wrong, status, code):
    answer = old.send("GET", "/reports/1.0/orders", **{header: wrong})

    assert (answer.status_code, fault(answer.json())) == (status, code)


def test_a_session_of_v2_is_no_session_of_the_old_api(old, trader):
    answer = old.send("GET", "/reports/1.0/orders", sessionToken=trader.session["Auth"])

    assert answer.status_code == 403


# -- orders ------------------------------------------------------------------------------------------------------------


def test_the_order_calls_answer_like_the_samples(old, old_sample):
    placed = old.place()
    number = placed["Success"]["NSE"]["orderId"]
    assert shape(placed) == shape(old_sample("place_order"))
    assert placed["Success"]["NSE"]["message"].endswith(f"{number}.")
    assert len(str(number)) == 13

    terms = {"orderId": number, "quantity": 3, "price": 2200, "disclosedQuantity": 0, "triggerPrice": 0}
    modified = old.send("PUT", "/orders/1.0/orders", {**terms, "validity": "GFD"}).json()
    assert shape(modified) == shape(old_sample("modify_order"))
    assert (old.row(number)["orderQuantity"], old.row(number)["price"]) == (3, 2200)

    cancelled = old.send("DELETE", f"/orders/1.0/orders/{number}").json()
    assert shape(cancelled) == shape(old_sample("cancel_order"))
    assert (old.row(number)["status"], old.row(number)["cancelledQuantity"]) == ("CAN", 3)


def test_a_smart_order_answers_for_both_exchanges(old, old_sample):
    answer = old.place("sor", price=0)

    assert shape(answer) == shape(old_sample("place_order_sor"))
    assert answer["Success"]["BSE"]["orderId"] == 0


@pytest.mark.parametrize(
    ("path", "product", "general"),
    [
        ("normal", "NORMAL", {}),
        ("mis", "MIS", {}),
        ("mtf", "MTF", {}),
        ("supermultiple", "SUPERMULTIPLE", {}),
        ("sor", "NORMAL", {}),
        (None, "MTF", {"product": "MTF"}),
    ],
)
def test_each_path_places_its_product(old, path, product, general):
    where = f"/orders/1.0/order/{path}" if path else "/orders/1.0/orders"
    answer = old.send("POST", where, {**PLACE, **general}).json()

    assert old.row(answer["Success"]["NSE"]["orderId"])["product"] == product


@pytest.mark.parametrize(
    ("price", "trigger", "wire"), [(0, 0, "L"), (2250.5, 0, "L"), (2300, 2290, "SL"), (0, 2290, "SL-M")]
)
def test_price_and_trigger_make_the_kind_of_order_that_v2_shows(old, trader, price, trigger, wire):
    """A market order is a protected limit order in v2's book (spec/v2.md 6.1)."""
    old.number(price=price, triggerPrice=trigger)

    (row,) = trader.get("/quick/user/orders").json()["data"]
    assert (row["prcTp"], row["trgPrc"]) == (wire, f"{trigger:.2f}")


def test_both_apis_trade_one_account(old, trader):
    trader.place(ts="ACC-EQ", ig="v2-tag")
    number = old.number(tag="v1-tag")

    assert [row["tag"] for row in old.get("/reports/1.0/orders")["success"]] == ["v2-tag", "v1-tag"]
    rows = trader.get("/quick/user/orders").json()["data"]
    assert [row["GuiOrdId"] for row in rows] == ["v1-tag", "v2-tag"]
    assert old.row(number)["exchangeOrderId"] == rows[0]["exOrdId"]
    assert str(number) != rows[0]["nOrdNo"]


def test_a_tag_may_be_used_twice_in_the_old_api(old):
    assert old.number(tag="string") != old.number(tag="string")


def test_a_rejection_is_a_fault_with_http_200(old, old_sample):
    answer = old.send("POST", "/orders/1.0/order/normal", {**PLACE, "quantity": 100_000})

    expected = old_sample("error_order_fault_public")["fault"]
    assert answer.status_code == 200
    assert {**answer.json()["fault"], **expected} == answer.json()["fault"]
    assert old.row(answer.json()["fault"]["orderId"])["status"] == "REJ"


@pytest.mark.parametrize(
    "changes",
    [{"instrumentToken": 1}, {"instrumentToken": 11721}, {"quantity": 0}, {"price": 2250.51}],
)
def test_an_order_that_cannot_be_is_refused(old, changes):
    assert fault(old.place(**changes)) == -1


@pytest.mark.parametrize(
    ("product", "changes"),
    [
        ("normal", {"transactionType": "buy"}),
        ("normal", {"validity": "DAY"}),
        ("sor", {"validity": "IOC"}),
        ("normal", {"quantity": "two"}),
        ("normal", {"price": float("nan")}),
    ],
)
def test_a_request_that_cannot_be_read_is_http_400(old, product, changes):
    answer = old.send("POST", f"/orders/1.0/order/{product}", {**PLACE, **changes})

    assert (answer.status_code, old.get("/reports/1.0/orders")) == (400, {"success": []})


@pytest.mark.parametrize(("method", "code"), [("PUT", 999113), ("DELETE", 5055)])
def test_an_order_that_is_done_cannot_be_changed(old, method, code):
    number = old.number(price=0)
    path = "/orders/1.0/orders" if method == "PUT" else f"/orders/1.0/orders/{number}"
    body = {"orderId": number, "quantity": 1, "price": 1, "validity": "GFD"} if method == "PUT" else None

    assert fault(old.send(method, path, body).json()) == code


def test_an_order_number_of_v2_is_no_number_of_the_old_api(old, trader):
    number = trader.place(ts="ACC-EQ", ig=None)

    assert fault(old.send("DELETE", f"/orders/1.0/orders/{number}").json()) == 5055
    assert trader.row(number)["ordSt"] == "open"


# -- reports -----------------------------------------------------------------------------------------------------------


def test_the_order_book_is_like_the_sample(old, old_sample):
    traded, option, cancelled = (
        old.number("mis", instrumentToken=token, quantity=quantity, price=price)
        for token, quantity, price in ((727, 1, 0), (15002, 65, 0), (727, 1, 2200))
    )
    old.send("DELETE", f"/orders/1.0/orders/{cancelled}")
    rows, samples = old.get("/reports/1.0/orders")["success"], old_sample("order_report_public")["success"]

    assert [row["orderId"] for row in rows] == [traded, option, cancelled]
    same = (
        "exchange",
        "filledQuantity",
        "instrumentType",
        "isFNO",
        "leg",
        "marketExchange",
        "multiplier",
        "optionType",
    )
    states = ("product", "status", "statusInfo", "statusMessage", "validity", "variety", "cancelledQuantity")
    for row, sample in zip(rows, samples, strict=True):
        assert list(row) == list(sample)
        assert shape(row) == shape(sample)
        names = set(same + states) - ({"filledQuantity"} if row["isFNO"] == "Y" else set())
        assert {name: row[name] for name in names} == {name: sample[name] for name in names}
    assert rows[0]["price"] == 2274
    assert rows[0]["orderTimestamp"] == "Nov 23 2026 10:15:30:000AM"
    assert rows[1]["expiryDate"] == "18DEC29"
    assert rows[2]["pendingQuantity"] == 1


def test_the_history_of_an_order_is_like_the_sample(old, old_sample):
    number = old.number()
    rows, samples = old.get(f"/reports/1.0/orders/{number}")["success"], old_sample("order_report_by_id")["success"]

    told = ("status", "statusInfo", "statusMessage", "exchangeStatus", "exchTradeId", "validity", "version", "message")
    for row, sample in zip(rows, samples, strict=True):
        assert shape(row) == shape(sample)
        assert {name: row[name] for name in told} == {name: sample[name] for name in told}
    assert old.get(f"/reports/1.0/orders/{number}/N")["success"] == rows
    assert old.get(f"/reports/1.0/trades/{number}")["success"] == rows


def test_the_trades_are_like_the_sample(old, old_sample):
    number = old.number("mis", price=0)
    old.number()
    (row,) = old.get("/reports/1.0/trades")["success"]

    assert shape(row) == shape(old_sample("trade_report_public")["success"][0])
    assert (row["orderId"], row["price"], row["quantity"], row["transactionType"]) == (number, 2274, 2, "BUY")


def test_positions_have_the_three_key_sets_of_the_samples(old, old_sample):
    old.number(price=0)
    old.number("mis", instrumentToken=15002, quantity=65, price=0)
    old.number("mis", instrumentToken=15002, quantity=65, price=0, transactionType="SELL")

    todays, flat = old.get("/positions/1.0/positions/todays")["Success"]
    assert shape(todays) == shape(old_sample("positions_todays")["Success"][0])
    assert shape(flat) == shape(old_sample("positions_todays_public")["Success"][0])
    assert (flat["netTrdQtyLot"], flat["deliveryStatus"], flat["marginType"]) == (0, 12, "R")
    assert flat["instrumentName"] == "NIFTY-OI-18DEC29-24000.00-PE"
    (row,) = old.get("/positions/1.0/positions/open")["Success"]
    assert shape(row) == shape(old_sample("positions_open")["Success"][0])
    assert (row["averageStockPrice"], row["netTrdQtyLot"], row["netTrdValue"]) == (2274, 2, 4548)
    stocks = old.get("/positions/1.0/positions/stocks")["Success"]
    assert shape(stocks[0]) == shape(old_sample("positions_stocks")["Success"][0])
    assert [(each["symbol"], each["stockBalance"]) for each in stocks] == [("INFY", 10), ("RELIANCE", 5)]


# -- money and market --------------------------------------------------------------------------------------------------


def test_margins_are_like_the_samples_and_true(old, old_sample):
    before = old.get("/margin/1.0/margin")
    assert shape(before) == shape(old_sample("margin"))
    legs = [{"instrumentToken": 727, "quantity": 2, "price": 0, "amount": 0, "triggerPrice": 0}]
    needed = old.send("POST", "/margin/1.0/margin/required", {"transactionType": "BUY", "orderInfo": legs}).json()
    assert shape(needed) == shape(old_sample("margin_required"))
    assert needed["Success"] == [{"instrumentToken": 727, "mtf": 2274, "normal": 4548, "superMultiple": 909.6}]

    old.number(price=0)
    after = old.get("/margin/1.0/margin")
    cash = [answer["Success"]["equity"][0]["cash"]["marginAvailable"] for answer in (before, after)]
    assert cash[0] - cash[1] == 4548


@pytest.mark.parametrize(
    ("kind", "sample", "told"),
    [
        ("", "quote", '"ltp": "2274.0000"'),
        ("ltp/", "quote_ltp_public", '"lastPrice": "2274.0000"'),
        ("ohlc/", "quote_ohlc_public", '"close": "2247.5000"'),
        ("depth/", "quote_depth_public", '"price": "2273.9500"'),
    ],
)
def test_quotes_are_like_the_samples(old, old_sample, kind, sample, told):
    answer = old.get(f"/quotes/v1.0/{kind}instruments/727")

    assert shape(answer) == shape(old_sample(sample))
    assert told in json.dumps(answer)


def test_several_tokens_are_quoted_and_unknown_ones_left_out(old):
    rows = old.get("/quotes/v1.0/ltp/instruments/727-1-15001-11721")["success"]

    assert [row["instrumentToken"] for row in rows] == ["727", "15001", "11721"]
    assert fault(old.get("/quotes/v1.0/ltp/instruments/1")) == -1


def test_history_never_existed(old):
    answer = old.send("GET", "/trade/1.0.0/equity/historicalprices/i/e30%3D")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/xml")
    assert answer.text.startswith("<am:fault")


# -- on purpose --------------------------------------------------------------------------------------------------------


def test_faults_go_on_the_old_endpoints_alone(old, trader):
    old.sandbox.faults.add("v1_reads", "unavailable_before", times=0)

    assert old.send("GET", "/reports/1.0/orders").status_code == 503
    assert trader.get("/quick/user/orders").json()["stCode"] == 5203


@pytest.mark.parametrize(("kind", "booked"), [("drop_before", 0), ("drop_after", 1), ("v1_refused", 0)])
def test_an_old_order_call_can_fail_before_and_after_it_was_accepted(old, kind, booked):
    old.sandbox.faults.add("v1_orders", kind)
    if kind == "v1_refused":
        assert fault(old.place()) == 999007
    else:
        with pytest.raises(httpx.RemoteProtocolError):
            old.place()

    assert len(old.sandbox.orders) == booked


def test_an_old_session_can_expire(old):
    old.sandbox.faults.add("v1_margin", "v1_session_expired")

    assert [old.send("GET", "/margin/1.0/margin").status_code for _ in range(2)] == [403, 403]
    assert old.login().send("GET", "/margin/1.0/margin").status_code == 200


def test_a_planted_answer_is_wrong_until_it_is_taken_back(old, trader):
    def wrong(answer):
        answer["success"][0]["lastPrice"] = "1.0000"
        return answer

    old.sandbox.plant("v1_quote", wrong)
    path = "/quotes/v1.0/ltp/instruments/727"
    assert old.get(path)["success"][0]["lastPrice"] == "1.0000"
    old.sandbox.plant("v1_quote", None)
    assert old.get(path)["success"][0]["lastPrice"] == "2274.0000"


def test_a_reset_forgets_old_sessions_orders_and_plants(old):
    old.number()
    old.sandbox.plant("v1_order_report", lambda answer: {"success": "planted"})
    old.sandbox.reset()

    assert old.send("GET", "/reports/1.0/orders").status_code == 403
    assert old.login().get("/reports/1.0/orders") == {"success": []}


def test_the_sandbox_shows_no_old_secret(old):
    secrets = [old.sandbox.account.v1.password, old.sandbox.account.v1.access_token, old.headers["sessionToken"]]

    shown = repr(old.sandbox.account) + repr(old.sandbox.requests)
    assert [secret for secret in secrets if secret in shown] == []
