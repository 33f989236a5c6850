"""The line drops after the order was taken; its acknowledgement is found in the book."""
import os
from ks_api_client import ks_api

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")

print(client.place_order(order_type="N", instrument_token=727, transaction_type="BUY", quantity=1, price=0, tag="first")['Success']['NSE']['orderId'])
print([(row['orderId'], row['status']) for row in client.order_report()['success']])
