"""A bot as users wrote it: buys, protects the position with a stop loss, trails it, reports."""
import os

from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException

client = ks_api.KSTradeApi(access_token = os.getenv("ACCESS_TOKEN"), userid = os.getenv("USERID"), \
                consumer_key = "consumer_key", ip = "127.0.0.1", app_id = "", consumer_secret = "consumer_secret")
client.login(password = "password")
client.session_2fa(access_code = "1234")

ACC = 727  # instrument token out of the old daily file

quote = client.quote(instrument_token = ACC)
ltp = float(quote['success'][0]['ltp'])
print(quote['success'][0]['stk_name'], "trades at", ltp)

order = client.place_order(order_type = "MIS", instrument_token = ACC, transaction_type = "BUY", quantity = 2, \
                price = 0, disclosed_quantity = 0, trigger_price = 0, tag = "demo", validity = "GFD", variety = "REGULAR")
print("bought, order", order['Success']['NSE']['orderId'])

trigger = ltp - 20
stop = client.place_order(order_type = "MIS", instrument_token = ACC, transaction_type = "SELL", quantity = 2, \
                price = trigger - 1, trigger_price = trigger, tag = "stop")
stop_id = stop['Success']['NSE']['orderId']

# Trail the stop by five rupees
client.modify_order(order_id = stop_id, price = trigger + 4, quantity = 2, disclosed_quantity = 0, \
                trigger_price = trigger + 5, validity = "GFD")
history = client.order_report(order_id = stop_id)['success']
print("stop is", history[-1]['status'], "at", history[-1]['triggerPrice'])

for position in client.positions(position_type = "TODAYS")['Success']:
    print("holding", position['netTrdQtyLot'], position['symbol'])

client.cancel_order(order_id = stop_id)
try:
    client.cancel_order(order_id = stop_id)
except ApiException as e:
    print("refused:", e.reason)

for row in client.order_report()['success']:
    print(row['orderId'], row['transactionType'], row['orderQuantity'], row['status'])
client.logout()
