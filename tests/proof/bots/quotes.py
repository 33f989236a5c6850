"""Quotes."""
import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException, ApiValueError

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")
print(client.quote(instrument_token='727-1374'))
for q in client.quote('727-754')['success']:
    print(q['stk_name'], q['ltp'], float(q['open_price']), q['wtoken'])
last = client.quote(727)['success'][-1]
print(last['BD_last_traded_time'], len(client.quote(727)['success']))
