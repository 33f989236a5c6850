"""A program for the broker's own SDK, unmodified; it prints what every REST method returned, as JSON.

Its hosts are constants, so the production names are led to the sandbox here, below TLS; the SDK notices nothing. Run in
a directory of its own: the SDK writes logs into the working directory, and caches into the home directory.
"""

import json
import os
import sys
from datetime import date, timedelta

import httpcore
import pyotp

PORT = int(sys.argv[1])
ACCOUNT = json.loads(os.environ["SANDBOX_ACCOUNT"])
NSE = {"exchange_segment": "nse_cm", "product": "CNC", "validity": "DAY", "trading_symbol": "ACC-EQ"}
NIFTY = {
    "exchange_segment": "nse_fo",
    "product": "NRML",
    "validity": "DAY",
    "trading_symbol": "NIFTY29D1824050CE",
    "order_type": "MKT",
    "price": "0",
    "quantity": "65",
}
QUOTE_TYPES = ("all", "depth", "market_depth", "ohlc", "ltp", "oi", "circuit_limits", "scrip_details", "52w", "52W")
connect = httpcore.SyncBackend.connect_tcp
results = {}


def connect_tcp(self, host, port, *args, **kwargs):
    if not host.endswith(".kotaksecurities.com") or port != 443:
        raise SystemExit(f"the SDK asked for {host}:{port}")
    return connect(self, "127.0.0.1", PORT, *args, **kwargs)


def note(name, result):
    results[name] = result
    return result


def login(client):
    code = pyotp.TOTP(ACCOUNT["totp_secret"]).now()
    who = {"mobile_number": ACCOUNT["mobile_number"], "ucc": ACCOUNT["ucc"]}
    note("totp_login refused", client.totp_login(**who, totp="000000" if code != "000000" else "000001"))
    note("totp_login", client.totp_login(**who, totp=code))
    note("totp_validate refused", client.totp_validate(mpin="000000"))
    note("totp_validate", client.totp_validate(mpin=ACCOUNT["mpin"]))


def orders(client):
    def place(name, **terms):
        return note(f"place {name}", client.place_order(**{**NSE, "transaction_type": "B", "quantity": "2", **terms}))

    limit = place("L", order_type="L", price="2250.5", tag="strat-7/α M&M")["nOrdNo"]
    place("same tag", order_type="L", price="2250.5", tag="strat-7/α M&M")
    filled = place("MKT", order_type="MKT", price="0", trigger_price=None)["nOrdNo"]
    place("SL", order_type="SL", price="2290", trigger_price="2280")
    place("SL-M", order_type="SL-M", price="0", trigger_price="2280")
    place("SL without trigger", order_type="SL", price="2290", trigger_price=None)
    place("IOC", order_type="L", price="2250", validity="IOC")
    amo = place("AMO", order_type="L", price="2250", amo="YES")["nOrdNo"]
    place("option", **NIFTY)
    rejected = place("rejected", order_type="L", price="2250.51")["nOrdNo"]
    terms = {"order_type": "L", "validity": "DAY", "quantity": "3"}
    note("modify_order", client.modify_order(order_id=limit, price="2251", **terms))
    note("modify_order complete", client.modify_order(order_id=filled, price="2251", **terms))
    note("order_report", client.order_report())
    note("order_report by id", client.order_report(order_id=limit))
    note("order_report rejected", client.order_report(order_id=rejected))
    note("order_history", client.order_history(order_id=limit))
    note("cancel_order", client.cancel_order(order_id=limit))
    note("cancel_order again", client.cancel_order(order_id=limit))
    note("cancel_order AMO", client.cancel_order(order_id=amo, amo="YES"))


def account(client):
    note("trade_report", client.trade_report())
    note("positions", client.positions())
    note("holdings", client.holdings())
    note("limits", client.limits())
    asked = {
        "exchange_segment": "nse_cm",
        "price": "2250.5",
        "order_type": "L",
        "product": "CNC",
        "instrument_token": "22",
    }
    note("margin_required", client.margin_required(**asked, quantity="2", transaction_type="B"))
    note("margin_required short", client.margin_required(**asked, quantity="9999", transaction_type="B"))
    note("whatsmyip", client.whatsmyip())


def market(client, when):
    tokens = [
        {"exchange_segment": "nse_cm", "instrument_token": "22"},
        {"exchange_segment": "nse_cm", "instrument_token": "Nifty 50"},
        {"exchange_segment": "nse_fo", "instrument_token": "61013"},
    ]
    for kind in QUOTE_TYPES:
        note(f"quotes {kind} {when}", client.quotes(instrument_tokens=tokens, quote_type=kind))
    note(
        f"quotes unknown {when}", client.quotes(instrument_tokens=[{"exchange_segment": "x", "instrument_token": "1"}])
    )
    note(f"scrip_master {when}", client.scrip_master())
    note(f"scrip_master nse_cm {when}", client.scrip_master(exchange_segment="nse_cm"))
    note(f"search_scrip {when}", client.search_scrip(exchange_segment="nse_cm", symbol="reliance"))
    found = client.search_scrip("nse_fo", "NIFTY", expiry="18DEC2029", option_type="CE", strike_price="24000-24100")
    note(f"search_scrip option {when}", found)
    note(f"expiries {when}", client.expiries("nse_fo", "NIFTY"))
    note(f"option_chain {when}", client.option_chain("nse_fo", "NIFTY", expiry="2030-01-29", count=10))
    note(f"option_chain fut {when}", client.option_chain("nse_fo", "NIFTY", instrument_type="fut"))
    # A week wherever it starts: five trading days.
    first, last = (date.today() - timedelta(days=back) for back in (10, 4))
    dates = {"from_date": first.isoformat(), "to_date": last.isoformat()}
    note(f"historical_data {when}", client.historical_data("nse_cm|22", "D", **dates))
    note(f"historical_data interval {when}", client.historical_data("nse_cm|22", "2min", **dates))


def main():
    httpcore.SyncBackend.connect_tcp = connect_tcp
    from neo_api_client import NeoAPI

    client = NeoAPI(consumer_key=ACCOUNT["access_token"])
    market(client, "before the login")
    login(client)
    note("order_report empty", client.order_report())
    note("positions empty", client.positions())
    orders(client)
    account(client)
    market(client, "after the login")
    note("base_url", client.configuration.base_url)
    note("logout", client.logout())
    note("order_report logged out", client.order_report())
    client.api_client.rest_client.close()
    # An SDK method hands errors back as exception objects; repr lets the test see them.
    sys.stdout.write(json.dumps(results, default=repr))


main()
