"""Logs in, leaves an order waiting, and writes the session down for another process."""
import json, os
from ks_api_client import ks_api

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")
order = client.place_order(order_type="N", instrument_token=727, transaction_type="BUY", quantity=1, price=2200)
with open(os.environ["SESSION_FILE"], "w") as file:
    json.dump({"ott": client.one_time_token, "st": client.session_token, "order": order['Success']['NSE']['orderId']}, file)
print("waiting", order['Success']['NSE']['orderId'])
