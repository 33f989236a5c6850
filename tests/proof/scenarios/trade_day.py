"""A day: logs in, looks at a price, buys, sells at a limit, lets an after-market order go, reads all books."""
import os
from ks_api_client import ks_api

client = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="ck",
                           ip="127.0.0.1", app_id="a")
client.login(password="pw")
client.session_2fa(access_code="1234")

quote = client.quote(instrument_token=727)
print(quote['success'][0]['stk_name'], quote['success'][0]['ltp'])
bought = client.place_order(order_type="N", instrument_token=727, transaction_type="BUY", quantity=5, price=0)
print("bought", bought['Success']['NSE']['orderId'])
sold = client.place_order(order_type="N", instrument_token=727, transaction_type="SELL", quantity=5, price=2400.05,
                          disclosed_quantity=0, trigger_price=0, tag="target", validity="GFD", variety="REGULAR")
order_id = sold['Success']['NSE']['orderId']
client.modify_order(order_id=order_id, price=2390.1, quantity=5, disclosed_quantity=0, trigger_price=0, validity="GFD")
amo = client.place_order(order_type="N", instrument_token=1374, transaction_type="BUY", quantity=1, price=1400, variety="AMO")
client.cancel_order(order_id=amo['Success']['NSE']['orderId'])
for row in client.order_report()['success']:
    print(row['orderId'], row['instrumentName'], row['transactionType'], row['orderQuantity'], row['price'], row['status'])
for trade in client.trade_report()['success']:
    print(trade['instrumentName'], trade['quantity'])
for position in client.positions(position_type="TODAYS")['Success']:
    print(position['symbol'], position['netTrdQtyLot'])
client.logout()
