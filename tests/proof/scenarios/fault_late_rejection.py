"""An order is acknowledged, and rejected by the risk check a look later."""
import os
from ks_api_client import ks_api

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")

order_id = client.place_order(order_type="N", instrument_token=727, transaction_type="BUY", quantity=1, price=0, tag="first")['Success']['NSE']['orderId']
for look in range(4):
    row = client.order_report()['success'][0]
    print(row['orderId'] == order_id, row['status'])
