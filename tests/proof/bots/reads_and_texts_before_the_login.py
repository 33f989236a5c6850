"""Reads and session texts before the login, and an order number that is None."""
import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException, ApiValueError

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
nothing = None
try:
    print(client.quote(727)["success"][0]["ltp"])
except ApiValueError as e:
    print(e)
try:
    print(len(client.session_token))
except AttributeError as e:
    print(e)
try:
    print(len(client.one_time_token))
except AttributeError as e:
    print(e)
client.login(password="pw")
client.session_2fa(access_code="1234")
print(client.quote(727)["success"][0]["stk_name"])
try:
    client.cancel_order(nothing)
except ApiValueError as e:
    print(e)
try:
    client.modify_order(nothing, 10, 1, 0, 0, "GFD")
except ValueError as e:
    print(type(e).__name__, e)
try:
    client.place_order(**{"order_type": "N"}, **{"order_type": "N"})
except TypeError as e:
    print(e)
