"""A side that is wrong."""
import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException, ApiValueError

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")
for side in ('BUY', 'Buy'):
    try:
        client.place_order(order_type='N', instrument_token=727, transaction_type=side, quantity=1, price=0)
    except Exception as e:
        print(type(e).__name__, e)
