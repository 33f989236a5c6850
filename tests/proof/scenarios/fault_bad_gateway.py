"""A gateway's HTML page (502) in place of a report, then of an order's acknowledgement."""
import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")

try:
    print(len(client.order_report()['success']))
except ApiException as e:
    print("refused", e.status)
try:
    print(client.place_order(order_type="N", instrument_token=727, transaction_type="BUY", quantity=1, price=0, tag="first")['Success']['NSE']['orderId'])
except ApiException as e:
    print("refused", e.status)
print([row['orderId'] for row in client.order_report()['success']])
