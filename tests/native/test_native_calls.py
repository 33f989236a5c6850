"""What the calls send: method, path, query, headers and body; and what they refuse to send."""

import json
from datetime import date, datetime
from urllib.parse import parse_qs

import pytest
from loopback import Reply

from ks_compat.native import CARRY, AnswerNotUnderstood, InvalidRequest, NeoClient, NotLoggedIn, Refused, Settings
from ks_compat.native.values import IST

ORDER = "250122000612876"
DAY = date(2026, 8, 20)
SESSION = {"Sid": "trade-sid", "Auth": "trade-token", "neo-fin-key": "neotradeapi"}
TOKEN = {"Authorization": "app-token"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BRACKET = dict.fromkeys(("slAbsOrTks", "slVal", "sqrOffAbsOrTks", "sqrOffVal", "trailSL", "tSLTks"))
MARGIN = {
    "exSeg": "nse_fo", "prc": "24000.5", "prcTp": "L", "prod": "NRML", "qty": "65", "tok": "71472", "trnsTp": "S",
    "trgPrc": "0", "brkName": "KOTAK", "brnchId": "ONLINE", **BRACKET,
}  # fmt: skip
ASKED = {
    "transaction_type": "S",
    "quantity": 65,
    "product": CARRY,
    "order_type": "L",
    "price": 24000.50,
    "exchange_segment": "nse_fo",
    "token": 71472,
}
WATCHLIST = "/market-data/1.0/watchlist"
CANDLES = "/market-data/1.0/historical/details"

REQUESTS = {
    "trade_report": (lambda c: c.trade_report(), "GET", "/quick/user/trades", SESSION, None),
    "order_report": (lambda c: c.order_report(), "GET", "/quick/user/orders", SESSION, None),
    "one_order": (lambda c: c.order_report(int(ORDER)), "GET", f"/quick/user/orders/{ORDER}", SESSION, None),
    "holdings": (lambda c: c.holdings(), "GET", "/portfolio/v1/holdings", SESSION, None),
    "whatsmyip": (lambda c: c.whatsmyip(), "GET", "/login/1.0/get-client-ip", {**TOKEN, **SESSION}, None),
    "limits": (
        lambda c: c.limits(),
        "POST",
        "/quick/user/limits",
        {**SESSION, **FORM},
        {"seg": "ALL", "exch": "ALL", "prod": "ALL"},
    ),
    "some_limits": (
        lambda c: c.limits("FO", "NSE", "NRML"),
        "POST",
        "/quick/user/limits",
        {**SESSION, **FORM},
        {"seg": "FO", "exch": "NSE", "prod": "NRML"},
    ),
    "margin": (lambda c: c.margin_required(**ASKED), "POST", "/quick/user/check-margin", {**SESSION, **FORM}, MARGIN),
    "margin_in_cash": (
        lambda c: c.margin_required(**{**ASKED, "exchange_segment": "bse_cm", "token": "500325", "trigger_price": "1"}),
        "POST",
        "/quick/user/check-margin",
        {**SESSION, **FORM},
        {**MARGIN, "exSeg": "bse_cm", "tok": "500325", "prod": "CNC", "trgPrc": "1"},
    ),
    "exit_cover": (
        lambda c: c.exit_cover_order(ORDER),
        "POST",
        "/quick/order/co/exit",
        {**SESSION, **FORM},
        {"on": ORDER, "am": "NO"},
    ),
    "exit_bracket": (
        lambda c: c.exit_bracket_order(ORDER),
        "POST",
        "/quick/order/bo/exit",
        {**SESSION, **FORM},
        {"on": ORDER, "am": "NO"},
    ),
    "expiries": (
        lambda c: c.expiries("nse_fo", "M&M"),
        "GET",
        f"{WATCHLIST}/expiries?exchange=nse_fo&underlying=M%26M&instrument_type=option",
        TOKEN,
        None,
    ),
    "chain": (
        lambda c: c.option_chain("mcx_fo", "CRUDEOIL"),
        "GET",
        f"{WATCHLIST}/option-chain?exchange=mcx_fo&underlying=CRUDEOIL&instrument_type=option&count=40",
        TOKEN,
        None,
    ),
    "futures": (
        lambda c: c.option_chain("bse_fo", "SENSEX", DAY, "fut", 10),
        "GET",
        f"{WATCHLIST}/option-chain?exchange=bse_fo&underlying=SENSEX&expiry=2026-08-20&instrument_type=fut&count=10",
        TOKEN,
        None,
    ),
    "candles": (
        lambda c: c.historical_data("nse_cm|Nifty 50", "D", DAY, DAY),
        "GET",
        f"{CANDLES}?neosymbol=nse_cm%7CNifty%2050&interval=D&fromdate=2026-08-20&todate=2026-08-20",
        TOKEN,
        None,
    ),
}
ACCOUNT_HEADERS = {"authorization", "sid", "auth", "neo-fin-key", "content-type", "cookie"}


@pytest.fixture
def answering(server_of, client_of):
    """A client that is logged in to a server which gives every request one reply, and that server."""

    def make(found, **settings):
        class Everything(dict):
            def __missing__(self, path):
                return found

        server = server_of(Everything())
        return client_of(server.url, **settings), server

    return make


@pytest.fixture
def refusing(answering):
    return lambda **settings: answering({"stat": "Not_Ok", "stCode": 1, "errMsg": "no"}, **settings)


@pytest.mark.parametrize("name", REQUESTS)
def test_a_call_sends_one_request(refusing, name):
    call, method, path, headers, body = REQUESTS[name]
    client, server = refusing()
    with pytest.raises(Refused):
        call(client)
    (seen,) = server.seen
    assert (seen.method, seen.path) == (method, path)
    found = {name.lower(): value for name, value in seen.headers.items() if name.lower() in ACCOUNT_HEADERS}
    assert found == {name.lower(): value for name, value in headers.items()}
    if body is None:
        assert seen.body == b""
    else:
        sent = json.loads(parse_qs(seen.body.decode())["jData"][0])
        assert (sent, list(sent)) == (body, list(body))


def test_what_is_null_stays_null_on_the_wire(refusing):
    client, server = refusing()
    with pytest.raises(Refused):
        client.margin_required(**ASKED)
    assert server.seen[0].body.endswith(b"%22tSLTks%22%3A+null%7D")


@pytest.mark.parametrize("name", ["trade_report", "holdings", "limits", "margin", "exit_cover", "one_order"])
def test_a_setting_adds_the_access_token_to_reports(refusing, name):
    client, server = refusing(authorization_on_orders=True)
    with pytest.raises(Refused):
        REQUESTS[name][0](client)
    assert server.seen[0].headers["Authorization"] == "app-token"


@pytest.mark.parametrize("name", [name for name, row in REQUESTS.items() if row[3] is not TOKEN])
def test_a_call_about_the_account_needs_a_login(clean_env, server_of, name):
    server = server_of({})
    with NeoClient(settings=Settings(access_token="t", login_url=server.url)) as client, pytest.raises(NotLoggedIn):
        REQUESTS[name][0](client)
    assert server.seen == []


@pytest.mark.parametrize(
    ("path", "call"),
    [
        (
            f"{WATCHLIST}/expiries?exchange=nse_fo&underlying=X&instrument_type=fut",
            lambda c: c.expiries("nse_fo", "X", "fut"),
        ),
        (
            f"{CANDLES}?neosymbol=nse_cm%7C1&interval=W&fromdate=2026-08-20&todate=2026-08-20",
            lambda c: c.historical_data("nse_cm|1", "W", DAY, DAY),
        ),
    ],
)
def test_market_data_needs_no_login(clean_env, server_of, path, call):
    server = server_of({path: {"expiries": [], "data": {"candles": []}}})
    with NeoClient(settings=Settings(access_token="t", login_url=server.url)) as client:
        assert call(client) == []


REFUSED_HERE = {
    "segment of limits": lambda c: c.limits(segment="MCX"),
    "exchange of limits": lambda c: c.limits(exchange="MCX"),
    "product of limits": lambda c: c.limits(product="MTF"),
    "no instrument": lambda c: c.margin_required(**{**ASKED, "token": None}),
    "two instruments": lambda c: c.margin_required(**ASKED, instrument_token=1),
    "token of margin": lambda c: c.margin_required(**{**ASKED, "token": "0"}),
    "token that is a symbol": lambda c: c.margin_required(**{**ASKED, "token": "ACC-EQ"}),
    "token that is a truth": lambda c: c.margin_required(**{**ASKED, "token": True}),
    "side": lambda c: c.margin_required(**{**ASKED, "transaction_type": "BUY"}),
    "quantity": lambda c: c.margin_required(**{**ASKED, "quantity": 0}),
    "price": lambda c: c.margin_required(**{**ASKED, "price": "nan"}),
    "order of the book": lambda c: c.order_report("../limits"),
    "order to exit": lambda c: c.exit_cover_order("1/2"),
    "bracket order to exit": lambda c: c.exit_bracket_order(None),
    "segment of expiries": lambda c: c.expiries("nse_cm", "ACC"),
    "underlying": lambda c: c.expiries("nse_fo", " "),
    "instrument type": lambda c: c.expiries("nse_fo", "NIFTY", "future"),
    "count": lambda c: c.option_chain("nse_fo", "NIFTY", count=15),
    "count of none": lambda c: c.option_chain("nse_fo", "NIFTY", count=0),
    "expiry as text": lambda c: c.option_chain("nse_fo", "NIFTY", "2026-08-20"),
    "expiry as time": lambda c: c.option_chain("nse_fo", "NIFTY", datetime(2026, 8, 20, tzinfo=IST)),
    "interval": lambda c: c.historical_data("nse_cm|1", "2min", DAY, DAY),
    "days backwards": lambda c: c.historical_data("nse_cm|1", "D", DAY, date(2026, 8, 19)),
    "day as text": lambda c: c.historical_data("nse_cm|1", "D", "2026-08-20", DAY),
}


@pytest.mark.parametrize("name", REFUSED_HERE)
def test_what_cannot_be_sent_is_refused_here(refusing, name):
    client, server = refusing()
    with pytest.raises(InvalidRequest):
        REFUSED_HERE[name](client)
    assert server.seen == []


NOT_UNDERSTOOD = {
    "limits without a net amount": (lambda c: c.limits(), {"stat": "Ok", "MarginUsed": "1"}),
    "limits in a list": (lambda c: c.limits(), [{"Net": "1"}]),
    "margin without its amounts": (lambda c: c.margin_required(**ASKED), {"stat": "Ok", "avlCash": "1"}),
    "a trade without a quantity": (
        lambda c: c.trade_report(),
        {"data": [{"nOrdNo": "1", "trnsTp": "B", "avgPrc": "1"}]},
    ),
    "a holding without a quantity": (lambda c: c.holdings(), {"data": [{"symbol": "ACC"}]}),
    "holdings that are none": (lambda c: c.holdings(), {"stat": "Ok"}),
    "no address": (lambda c: c.whatsmyip(), {"data": [], "stCode": 1000}),
    "an address without a time": (lambda c: c.whatsmyip(), {"data": [{"ip": "1.2.3.4", "time": "now"}]}),
    "no expiries": (lambda c: c.expiries("nse_fo", "X"), {"exchange": "nse_fo"}),
    "expiries that are no list": (lambda c: c.expiries("nse_fo", "X"), {"expiries": "2026-06-25"}),
    "expiries that are no dates": (lambda c: c.expiries("nse_fo", "X"), {"expiries": ["25-JUN-2026"]}),
    "no chain": (lambda c: c.option_chain("nse_fo", "X"), {"call": []}),
    "a chain of texts": (lambda c: c.option_chain("nse_fo", "X"), {"common_data": {}, "call": ["x"]}),
    "a chain that is a text": (lambda c: c.option_chain("nse_fo", "X"), {"common_data": {}, "call": "x"}),
    "a contract without a name": (lambda c: c.option_chain("nse_fo", "X"), {"common_data": {}, "call": [{"oi": {}}]}),
    "no candles": (lambda c: c.historical_data("nse_cm|1", "D", DAY, DAY), {"status": "success", "data": {}}),
    "a short candle": (
        lambda c: c.historical_data("nse_cm|1", "D", DAY, DAY),
        {"data": {"candles": [["2026-08-20T09:15:00+0530", 1, 2, 3, 4]]}},
    ),
    "a candle without a time": (
        lambda c: c.historical_data("nse_cm|1", "D", DAY, DAY),
        {"data": {"candles": [["soon", 1, 2, 3, 4, 5]]}},
    ),
}


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_an_answer_of_another_shape_is_not_understood(answering, name):
    call, document = NOT_UNDERSTOOD[name]
    with pytest.raises(AnswerNotUnderstood):
        call(answering(document)[0])


def test_a_row_that_lacks_something_is_not_shown(answering):
    client, _ = answering({"data": [{"symbol": "my shares"}]})
    with pytest.raises(AnswerNotUnderstood, match="no quantity") as caught:
        client.holdings()
    assert "my shares" not in str(caught.value)


@pytest.mark.parametrize(("seventh", "interest"), [([], None), ([None], None), ([0], 0), (["7"], 7)])
def test_a_candle_may_lack_its_open_interest(answering, seventh, interest):
    client, _ = answering({"data": {"candles": [["2026-08-20T09:15:00+0530", "1", 2, 0.5, 1.25, 5, *seventh]]}})
    (candle,) = client.historical_data("nse_cm|1", "D", DAY, DAY)
    assert (candle.open, candle.close, candle.volume, candle.open_interest) == (1, 1.25, 5, interest)


@pytest.mark.parametrize("text", ["No data found", "Data not available as the Market has not yet opened"])
def test_days_without_candles_are_an_empty_list(answering, text):
    reply = Reply(json.dumps({"status": "ERROR", "fault": {"code": 400, "message": text}}).encode(), 400)
    assert answering(reply)[0].historical_data("nse_cm|1", "D", DAY, DAY) == []


def test_one_order_may_come_without_a_list(answering, sample):
    row = sample("v2/orders")["data"][0]
    (order,) = answering({"stat": "Ok", "data": row})[0].order_report(ORDER)
    assert order.order_id == ORDER


def test_the_order_that_was_read_is_known_as_an_after_market_order(server_of, client_of, sample):
    row = {**sample("v2/orders")["data"][0], "ordGenTp": "AMO"}
    path = f"/quick/user/orders/{ORDER}"
    server = server_of({path: {"data": [row]}, "/quick/order/co/exit": {"stat": "Ok", "nOrdNo": ORDER}})
    client = client_of(server.url)
    client.order_report(ORDER)
    assert client.exit_cover_order(ORDER).exchange == "NSE"
    assert json.loads(parse_qs(server.seen[1].body.decode())["jData"][0]) == {"on": ORDER, "am": "YES"}


@pytest.mark.parametrize(("call", "path"), [("exit_cover_order", "co"), ("exit_bracket_order", "bo")])
@pytest.mark.parametrize("status", ["cancelled", "open"])
def test_an_exit_is_sent_once_and_its_lost_answer_is_looked_up(
    server_of, client_of, clean_env, sample, call, path, status
):
    clean_env.setattr("ks_compat.native.orders.LOOKS", (0, 0))
    row = {**sample("v2/orders")["data"][0], "ordSt": status}
    server = server_of({f"/quick/order/{path}/exit": None, "/quick/user/orders": {"data": [row]}})
    client = client_of(server.url)
    if status == "cancelled":
        assert getattr(client, call)(ORDER).order_id == ORDER
    else:
        with pytest.raises(Exception, match="answer to the exit of order"):
            getattr(client, call)(ORDER)
    assert server.paths.count(f"/quick/order/{path}/exit") == 1


# -- quotes in chunks


def quotes_server(server_of, unknown=(), code=1009):
    """A server that knows every instrument but ``unknown``, as the real one: an answer of none is a refusal."""

    def answer(seen):
        keys = [key for key in seen.path.split("/")[5].split(",") if key not in unknown]
        if not keys:
            return {"stat": "Not_Ok", "emsg": "Invalid instrument/code", "stCode": code}
        rows = [dict(zip(("exchange", "exchange_token"), key.split("|"), strict=True), ltp="1") for key in keys]
        return rows[::-1]

    class Everything(dict):
        def __missing__(self, path):
            return answer

    return server_of(Everything())


KEYS = [f"nse_cm|{number}" for number in range(1, 61)]


@pytest.mark.parametrize(
    ("quote_type", "needed"), [("all", "ltp"), ("ltp", "ltp"), ("ohlc", "ohlc"), ("depth", "depth")]
)
@pytest.mark.parametrize("nothing", [None, "", "--", {}])
def test_a_quote_without_what_was_asked_for_is_no_quote_and_never_0(server_of, client_of, quote_type, needed, nothing):
    row = {"exchange": "nse_cm", "exchange_token": "22", "ltp": "1", needed: nothing}
    server = server_of({f"/script-details/1.0/quotes/neosymbol/nse_cm|22/{quote_type}": [row]})
    with pytest.raises(AnswerNotUnderstood, match=f"has no {needed}"):
        client_of(server.url).quotes("nse_cm|22", quote_type)


def asked_for(quotes):
    return [f"{quote.exchange_segment}|{quote.exchange_token}" for quote in quotes]


@pytest.mark.parametrize(("count", "chunks"), [(1, [1]), (25, [25]), (26, [25, 1]), (60, [25, 25, 10])])
def test_quotes_are_asked_for_25_at_once_and_keep_their_order(server_of, client_of, count, chunks):
    server = quotes_server(server_of)
    found = client_of(server.url).quotes(KEYS[:count], "ltp")
    assert asked_for(found) == KEYS[:count]
    assert [path.count("nse_cm|") for path in server.paths] == chunks
    assert all(path.endswith("/ltp") for path in server.paths)


def test_a_chunk_of_unknown_instruments_is_left_out(server_of, client_of):
    server = quotes_server(server_of, unknown=KEYS[25:50])
    assert asked_for(client_of(server.url).quotes(KEYS)) == KEYS[:25] + KEYS[50:]


def test_nothing_but_unknown_instruments_is_a_refusal(server_of, client_of):
    server = quotes_server(server_of, unknown=KEYS)
    with pytest.raises(Refused, match="Invalid instrument/code"):
        client_of(server.url).quotes(KEYS)
    assert len(server.seen) == 3


def test_any_other_refusal_of_a_chunk_is_told(server_of, client_of):
    server = quotes_server(server_of, unknown=KEYS[25:50], code=1005)
    with pytest.raises(Refused) as caught:
        client_of(server.url).quotes(KEYS)
    assert caught.value.code == 1005
