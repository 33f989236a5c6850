"""An index is not for sale but has a quote."""
import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException, ApiValueError

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")
print(client.quote(11721, 'LTP')['success'][0]['lastPrice'])
try:
    client.place_order(order_type="N", instrument_token=11721, transaction_type="BUY", quantity=1, price=0)
except Exception as e:
    print(e)
