"""The session ends in the middle of the day; the bot logs in again."""
import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")

print(len(client.positions(position_type="TODAYS")['Success']))
try:
    print(len(client.order_report()['success']))
except ApiException as e:
    print("refused", e.status)
    client.login(password="pw")
    client.session_2fa(access_code="1234")
print(len(client.order_report()['success']))
