"""`ks-compat demo parallel` ends well, its count can find a doubled order, and the old client speaks the old wire."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ks_compat.cli import parallel
from ks_compat.demo.old_client import KSTradeApi as OldClient
from ks_compat.demo.parallel_count import counted
from ks_compat.exceptions import ApiException, ApiValueError
from ks_compat.parallel import Plan, setup
from ks_compat.parallel.phases import PHASES, next_phase

COMMAND = str(Path(sys.executable).with_name("ks-compat"))
ROOT = Path(__file__).parent.parent.parent
COMMON = ["accept", "user-agent", "authorization", "content-type"]


@pytest.fixture
def old(sandbox):
    client = OldClient(**sandbox.v1_arguments())
    yield client
    client.close()


@pytest.fixture
def logged_in(old, sandbox):
    old.login(sandbox.account.v1.password)
    old.session_2fa(sandbox.account.v1.access_code)
    return old


def test_the_demo_plays_the_whole_ramp_and_doubles_nothing(tmp_path):
    done = subprocess.run([COMMAND, "demo", "parallel"], capture_output=True, text=True, cwd=tmp_path, timeout=120)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith("orders doubled: 0")
    told = ["Shadow", "mismatch", "Rehearse", "Canary", "Tripwire", "Lead", "Done", "safe to remove ks_api_client"]
    places = [done.stdout.index(word) for word in told]
    assert places == sorted(places)
    assert "NOT " not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_demo_is_refused():
    done = subprocess.run([COMMAND, "demo", "nothing"], capture_output=True, text=True, timeout=60)

    assert done.returncode == 2
    assert "ks-compat demo parallel" in done.stderr


def test_the_count_finds_an_order_that_went_to_both(logged_in, neo, sandbox):
    logged_in.place_order("N", 727, "BUY", 1, 2250, tag="twice")
    logged_in.place_order("N", 727, "BUY", 1, 2250, tag="once")
    neo.place_order(
        exchange_segment="nse_cm", trading_symbol="ACC-EQ", transaction_type="B", quantity=1, price=2250,
        order_type="L", product="CNC", tag="twice",
    )  # fmt: skip
    found = counted(sandbox.requests)

    assert found.doubled(["twice", "once"]) == ["twice"]
    assert sorted(found.apis_of("twice")) == ["v1", "v2"]
    assert (found.total("v1"), found.total("v2")) == (2, 1)


def test_the_walk_through_has_a_plan_that_loads(tmp_path):
    text = (ROOT / "MIGRATION.md").read_text("utf-8").partition("## The phased parallel run: a walk-through")[2]
    plan = tmp_path / "plan.toml"
    plan.write_text(text.partition("```toml\n")[2].partition("```")[0], "utf-8")
    loaded = Plan.load(plan)

    assert loaded.start("place_order") == "shadow"
    assert {(known.method, known.field) for known in loaded.known} > {("trade_report", "success[].tradeId")}


def test_the_short_section_names_the_commands_that_there_are():
    text = (ROOT / "README.md").read_text("utf-8").partition("### Or move over step by step")[2].partition("###")[0]
    names = {command.name or command.callback.__name__ for command in parallel.app.registered_commands}

    assert "ks-compat run --parallel plan.toml" in text
    assert setup.PLAN_VARIABLE in text
    assert set(re.findall(r"ks-compat parallel (\w+)", text)) == {"status", "advance"} <= names
    # Two steps lead to the first phase in which the candidate sends.
    first = next_phase("place_order", Plan().start("place_order"))
    assert not PHASES[first].shares
    assert PHASES[next_phase("place_order", first)].shares


# -- the old client on the wire (spec/v1.md 4.2, 4.3) ------------------------------------------------------------------


def sent(sandbox):
    """The last request: method, path, header names but for those that the HTTP library adds, body."""
    last = sandbox.requests[-1]
    own = [name.decode() for name, _ in last.headers]
    names = [name for name in own if name not in ("host", "accept-encoding", "connection", "content-length")]
    return last.method, last.raw_path.decode(), sorted(names), last.body.decode()


SESSION = sorted([*COMMON, "consumerkey", "sessiontoken"])
ORDER = (
    '{"instrumentToken": 727, "transactionType": "BUY", "quantity": 1, "price": 0, "validity": "GFD", '
    '"variety": "REGULAR", "disclosedQuantity": 0, "triggerPrice": 0, "tag": "string"}'
)
CALLS = [
    (("place_order", "N", 727, "BUY", 1, 0), "POST", "/orders/1.0/order/normal", ORDER),
    (("place_order", "MIS", 727, "BUY", 1, 0), "POST", "/orders/1.0/order/mis", ORDER),
    (("positions", "OPEN"), "GET", "/positions/1.0/positions/open", ""),
    (("order_report",), "GET", "/reports/1.0/orders", ""),
    (("trade_report",), "GET", "/reports/1.0/trades", ""),
    (("margin",), "GET", "/margin/1.0/margin", ""),
    (("quote", "727-1374", "LTP"), "GET", "/quotes/v1.0/ltp/instruments/727-1374", ""),
    (
        ("margin_required", "BUY", [{"instrument_token": 727, "quantity": 1, "trigger_price": 0}]),
        "POST",
        "/margin/1.0/margin/required",
        '{"transactionType": "BUY", "orderInfo": [{"instrumentToken": 727, "quantity": 1, "triggerPrice": 0}]}',
    ),
]


@pytest.mark.parametrize(("call", "method", "path", "body"), CALLS, ids=[path for _, _, path, _ in CALLS])
def test_the_old_client_sends_what_the_old_one_sent(logged_in, sandbox, call, method, path, body):
    getattr(logged_in, call[0])(*call[1:])

    assert sent(sandbox) == (method, f"/apim{path}", SESSION, body)


def test_the_old_clients_orders_live_and_its_faults_are_exceptions(logged_in):
    number = logged_in.get_order_id(logged_in.place_order("N", 727, "BUY", 1, 2250))
    logged_in.modify_order(number, 2251, 2, 0, 0, "GFD")
    logged_in.cancel_order(number)
    (row,) = logged_in.order_report()["success"]
    assert (row["status"], row["orderQuantity"], row["price"]) == ("CAN", 2, 2251)

    with pytest.raises(ApiException) as refused:
        logged_in.cancel_order(number)
    assert (refused.value.status, json.loads(refused.value.body)["fault"]["code"]) == (5055, 5055)
    logged_in.logout()
    with pytest.raises(ApiException) as over:
        logged_in.margin()
    assert (over.value.status, over.value.reason) == (403, "Forbidden")


def test_the_old_client_checks_before_it_sends(old, sandbox):
    before = len(sandbox.requests)
    with pytest.raises(ApiValueError, match="Please invoke 'session_2fa' function first"):
        old.place_order("N", 727, "BUY", 1, 0)
    old.session_token = "resumed"
    with pytest.raises(ValueError, match="Invalid value for `transactionType`"):
        old.place_order("N", 727, "buy", 1, 0)
    with pytest.raises(TypeError, match="Provided order type is invalid"):
        old.place_order("X", 727, "BUY", 1, 0)
    with pytest.raises(ApiValueError, match="Product can be supplied only"):
        old.place_order("N", 727, "BUY", 1, 0, product="NORMAL")

    assert len(sandbox.requests) == before
