"""What login gives."""
import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException, ApiValueError

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
print(sorted(client.login('pw')['Success']))
print(client.session_2fa()['userId'])
print(client.logout())
