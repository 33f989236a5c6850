"""Positions."""
import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException, ApiValueError

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")
client.place_order(order_type="N", instrument_token=727, transaction_type="BUY", quantity=1, price=0)
client.place_order(order_type='MIS', instrument_token=754,
    transaction_type='SELL', quantity=2, price=0)
print(client.positions('TODAYS'))
print({p['symbol']: p['netTrdQtyLot'] for p in client.positions(position_type='OPEN')['Success']})
