"""Waits for an order: asks for its report again and again, then for the book, the trades and the positions."""
import os
import time
from ks_api_client import ks_api

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")

order = client.place_order(order_type="MIS", instrument_token=754, transaction_type="BUY", quantity=3, price=0)
order_id = order['Success']['NSE']['orderId']
for look in range(5):
    status = client.order_report(order_id=order_id)['success'][-1]['status']
    print(look, status)
    if status == "TRAD":
        break
    time.sleep(0.01)
print([row['orderId'] == order_id for row in client.order_report()['success']])
print([trade['quantity'] for trade in client.trade_report()['success']])
print([position['symbol'] for position in client.positions(position_type="OPEN")['Success']])
