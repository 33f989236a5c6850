"""Not_Ok with code 1005 for a report, then for an order."""
import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")

try:
    print(client.positions(position_type="TODAYS"))
except ApiException as e:
    print("refused", e.status, e.reason)
try:
    client.place_order(order_type="N", instrument_token=727, transaction_type="BUY", quantity=1, price=0, tag="first")
except ApiException as e:
    print("refused", e.status, e.reason)
print(len(client.order_report()['success']))
