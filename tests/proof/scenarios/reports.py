"""Reads all that can be read without an order: what a first recording against the live service is for."""
import os
from ks_api_client import ks_api

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")
orders = client.order_report()['success']
trades = client.trade_report()['success']
positions = client.positions(position_type="TODAYS")['Success']
print(orders, trades, positions)
quote = client.quote(instrument_token=727)['success'][0]
print(quote['stk_name'], quote['ltp'])
client.logout()
