"""Takes the session of another process up: no login, the same day's order changed and cancelled."""
import json, os
from ks_api_client import ks_api

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
with open(os.environ["SESSION_FILE"]) as file:
    saved = json.load(file)
client.one_time_token = saved["ott"]
client.session_token = saved["st"]
client.modify_order(order_id=saved["order"], price=2210, quantity=1, disclosed_quantity=0, trigger_price=0, validity="GFD")
client.cancel_order(order_id=saved["order"])
print([row['status'] for row in client.order_report(order_id=saved["order"])['success']][-1])
