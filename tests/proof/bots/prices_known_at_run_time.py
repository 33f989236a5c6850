"""Prices known at run time."""
import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException, ApiValueError

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")
for price, trigger in ((0, 0), (2250.5, 0), (2290, 2280.0), (0, 2280), ('2250.50', '0'), (0.1 + 2250.2, 0)):
    client.place_order(order_type='MIS', instrument_token=1374, transaction_type='SELL', quantity=2, price=price,
                       trigger_price=trigger)
for row in client.order_report()['success']:
    print(row['orderId'], row['price'], row['triggerPrice'], row['status'], row['product'], row['instrumentToken'])
