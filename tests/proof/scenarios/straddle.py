"""Sells the straddle nearest to the spot, out of the old F&O instrument file, and puts a stop over each leg."""
import os
from ks_api_client import ks_api

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")

with open(os.environ["KS_COMPAT_V1_INSTRUMENTS"].split(os.pathsep)[1]) as file:
    names = file.readline().strip().split("|")
    rows = [dict(zip(names, line.strip().split("|"))) for line in file]
options = [row for row in rows if row["instrumentName"] == "NIFTY" and row["optionType"] in ("CE", "PE")]
expiry = options[0]["expiry"]
for kind in ("CE", "PE"):
    leg = [row for row in options if row["expiry"] == expiry and row["optionType"] == kind and float(row["strike"]) == 24050][0]
    token, lot = int(leg["instrumentToken"]), int(leg["lotSize"])
    client.place_order(order_type="N", instrument_token=token, transaction_type="SELL", quantity=lot, price=0, validity="IOC")
    stop = client.place_order(order_type="N", instrument_token=token, transaction_type="BUY", quantity=lot,
                              price=905, trigger_price=900, tag="stop" + kind)
    print(kind, lot, list(stop['Success'].values())[0]['orderId'])
for row in client.order_report()['success']:
    print(row['instrumentName'], row['optionType'], row['transactionType'], row['orderQuantity'], row['status'])
