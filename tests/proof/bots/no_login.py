"""No login."""
import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException, ApiValueError

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
try:
    client.place_order(order_type="N", instrument_token=727, transaction_type="BUY", quantity=1, price=0)
except ApiValueError as e:
    print(e)
try:
    client.session_2fa()
except ApiValueError as e:
    print(e)
