# ruff: noqa: E501 - one line for each text
"""Calls and their results: the text before, the text after, and both run on the sandbox.

``<P>`` stands for the arguments of a market order, ``<N>`` for their native form.
"""

import builtins

import pytest
from ks_codemods import migrate

from ks_compat.parity import compare, run_on_sandbox
from ks_compat.sandbox import Sandbox

MOMENT = 1795149000.0
HEAD = """import os
from ks_api_client import ks_api
from ks_api_client.exceptions import ApiException, ApiValueError
c = ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="k", ip="i")
c.login(password="pw")
c.session_2fa(access_code="1234")
c.place_order(order_type="N", instrument_token=727, transaction_type="BUY", quantity=1, price=0)
# body
"""
P = "order_type='N', instrument_token=727, transaction_type='BUY', quantity=1, price=0"
N = "product='CARRY', instrument_token=727, transaction_type='B', quantity=1, order_type=\"MKT\", price=0, tag=\"string\""

SITES = {
    "trade_report": (
        'print(c.trade_report())',
        'print(v1.trade_book_answer(c.trade_report()))',
    ),
    "trade_report_of_an_order": (
        "n = c.place_order(<P>)['Success']['NSE']['orderId']\nprint(c.trade_report(order_id=n)['success'][-1]['status'])",
        "n = int(c.place_order(<N>).on('NSE').order_id)\nprint(v1.status(c.order_history(order_id=n)[-1]))",
    ),
    "trades_in_a_loop": (
        "for t in c.trade_report()['success']:\n    print(t['orderId'], t['price'])",
        "for t in v1.trade_book_answer(c.trade_report())['success']:\n    print(t['orderId'], t['price'])",
    ),
    "trades_after_the_book": (
        "print(len(c.order_report()['success']), c.trade_report()['success'][0]['instrumentToken'])",
        "print(len(c.order_report()), v1.trade_book_answer(c.trade_report())['success'][0]['instrumentToken'])",
    ),
    "margin_field": (
        "print(c.margin()['Success']['equity'][0]['cash']['availableCashBalance'])",
        'print(v1.cash_balance(c.limits()))',
    ),
    "margin_kept": (
        "funds = c.margin()\ncash = funds['Success']['equity'][0]['cash']\nprint(cash['marginAvailable'], cash.get('totalMargin'))\nprint(funds['Success']['derivatives'][1]['options']['marginUtilised'])",
        'funds = c.limits()\ncash = funds\nprint(v1.rupees(cash.net), v1.total_margin(cash))\nprint(v1.rupees(funds.margin_used))',
    ),
    "margin_printed": (
        'print(c.margin())',
        'print(v1.margin_answer(c.limits()))',
    ),
    "margin_of_no_block": (
        "try:\n    print(c.margin()['Success']['equity'][1]['cash']['mtm'])\nexcept IndexError as e:\n    print(e)",
        "try:\n    print(v1.margin_answer(c.limits())['Success']['equity'][1]['cash']['mtm'])\nexcept IndexError as e:\n    print(e)",
    ),
    "margin_constant": (
        "print(c.margin()['Success']['equity'][0]['mis']['refreshTime'])",
        "print(v1.margin_answer(c.limits())['Success']['equity'][0]['mis']['refreshTime'])",
    ),
    "margin_required_leg": (
        "legs = [{'instrument_token': 727, 'quantity': 1, 'price': 0}]\nneed = c.margin_required('BUY', legs)\nprint(need['Success'][0]['normal'], [leg['mtf'] for leg in need['Success']])",
        "legs = [{'instrument_token': 727, 'quantity': 1, 'price': 0}]\nneed = v1.margin_legs(c, 'BUY', legs)\nprint(v1.order_margin(need[0].normal), [v1.order_margin(leg.mtf) for leg in need])",
    ),
    "margin_required_printed": (
        "print(c.margin_required(transaction_type='SELL', order_info=[{'instrument_token': 727, 'quantity': 1}]))",
        "print(v1.margin_required_answer(v1.margin_legs(c, transaction_type='SELL', order_info=[{'instrument_token': 727, 'quantity': 1}])))",
    ),
    "margin_required_over_lines": (
        "print(len(c.margin_required(\n    'BUY',  # side\n    [],\n)['Success']))",
        "print(len(v1.margin_legs(c,\n    'BUY',  # side\n    [],\n)))",
    ),
    "history": (
        "try:\n    print(c.history('historicalprices', {'exchange': 'NSE', 'cocode': 727, 'fromdate': '2026-11-02', 'todate': '2026-11-04'}))\nexcept ApiException as e:\n    print(e.status, e.reason)",
        "try:\n    print(v1.old_history(c, 'historicalprices', {'exchange': 'NSE', 'cocode': 727, 'fromdate': '2026-11-02', 'todate': '2026-11-04'}))\nexcept ApiException as e:\n    print(e.status, e.reason)",
    ),
    "history_that_v2_has_not": (
        "try:\n    c.history('LiveorEODHistorical', {'exchange': 'NSE', 'co_code': 1, 'period': 'D', 'cnt': 1})\nexcept ApiException as e:\n    print(e.status, e.reason)",
        "try:\n    v1.old_history(c, 'LiveorEODHistorical', {'exchange': 'NSE', 'co_code': 1, 'period': 'D', 'cnt': 1})\nexcept ApiException as e:\n    print(e.status, e.reason)",
    ),
    "get_order_id": (
        'print(c.get_order_id(c.place_order(<P>)))',
        'print(v1.old_order_id(v1.place_answer(c.place_order(<N>))))',
    ),
    "get_order_id_of_a_name": (
        'r = c.place_order(<P>)\nprint(c.get_order_id(r))',
        'r = v1.place_answer(c.place_order(<N>))\nprint(v1.old_order_id(r))',
    ),
    "quote_ohlc": (
        "q = c.quote(727, quote_type='OHLC')\nprint(q['success'][0]['open'], float(q['success'][0]['low']))",
        'q = c.quotes(727, "ohlc")\nprint(str(q[0].ohlc.open), float(q[0].ohlc.low))',
    ),
    "quote_depth": (
        "print(c.quote(727, 'DEPTH')['success']['depth'][0]['buy'][0]['price'])",
        'print(v1.depth_answer(c.quotes(727, "depth"))[\'success\'][\'depth\'][0][\'buy\'][0][\'price\'])',
    ),
    "quote_type_at_run_time": (
        "for kind in (None, 'LTP', 'OHLC', 'DEPTH', 'X'):\n    try:\n        print(c.quote(727, kind))\n    except TypeError as e:\n        print(e)",
        "for kind in (None, 'LTP', 'OHLC', 'DEPTH', 'X'):\n    try:\n        print(v1.old_quote(c, 727, kind))\n    except TypeError as e:\n        print(e)",
    ),
    "quote_of_an_int": (
        "token = '727'\nprint(c.quote(int(token))['success'][0]['ltp'])",
        "token = '727'\nprint(str(c.quotes(int(token))[0].ltp))",
    ),
    "quote_of_none": (
        "token = None\ntry:\n    c.quote(token, quote_type='LTP')\nexcept ApiValueError as e:\n    print(e)",
        'token = None\ntry:\n    c.quotes(v1.tokens(token, "LTP"), "ltp")\nexcept ApiValueError as e:\n    print(e)',
    ),
    "quote_in_an_f_string": (
        'print(f"{c.quote(727, \'LTP\')[\'success\'][0][\'lastPrice\']} {c.quote(727)[\'success\'][0][\'ltp\']}")',
        'print(f"{str(c.quotes(727, \'ltp\')[0].ltp)} {str(c.quotes(727)[0].ltp)}")',
    ),
    "positions_stocks": (
        "print(c.positions('STOCKS'))",
        'print(v1.stock_answer(v1.held_stocks(c)))',
    ),
    "stocks_in_a_loop": (
        "for s in c.positions(position_type='STOCKS')['Success']:\n    print(s['symbol'], s['stockBalance'], s['lastPrice'], s['instrumentToken'])",
        'for s in v1.held_stocks(c):\n    print(s.holding.symbol, s.holding.quantity, v1.stock_last_price(s), s.instrument_token)',
    ),
    "positions_at_run_time": (
        "for kind in ('TODAYS', 'OPEN', 'STOCKS', 'X'):\n    try:\n        print(len(c.positions(kind)['Success']))\n    except TypeError as e:\n        print(e)",
        "for kind in ('TODAYS', 'OPEN', 'STOCKS', 'X'):\n    try:\n        print(len(v1.old_positions(c, kind)['Success']))\n    except TypeError as e:\n        print(e)",
    ),
    "order_report_that_may_be_of_all": (
        "def report(order_id=None):\n    return c.order_report(order_id=order_id)\nprint(report()['success'][0]['instrumentName'], report(report()['success'][0]['orderId'])['success'][-1]['status'])",
        "def report(order_id=None):\n    return v1.old_order_report(c, order_id=order_id)\nprint(report()['success'][0]['instrumentName'], report(report()['success'][0]['orderId'])['success'][-1]['status'])",
    ),
    "order_report_is_fno": (
        "flag = 'N'\nn = c.order_report(is_fno=flag)['success'][0]['orderId']\nprint(c.order_report(n, is_fno='N')['success'][-1]['status'])",
        "flag = 'N'\nn = int(c.order_report()[0].order_id)\nprint(v1.status(c.order_history(n)[-1]))",
    ),
    "order_report_is_fno_of_a_call": (
        "def flag():\n    print('asked')\nprint(len(c.order_report(None, flag())['success']))",
        "def flag():\n    print('asked')\nprint(len(v1.old_order_report(c, None, flag())['success']))",
    ),
    "polling_loop": (
        "n = c.place_order(<P>)['Success']['NSE']['orderId']\nstatus = 'OPN'\nwhile status == 'OPN':\n    o_r = c.order_report(order_id=n)\n    l1 = len(o_r['success'])\n    status = o_r['success'][(l1-1)]['status']\nprint(status)",
        "n = int(c.place_order(<N>).on('NSE').order_id)\nstatus = 'OPN'\nwhile status == 'OPN':\n    o_r = c.order_history(order_id=n)\n    l1 = len(o_r)\n    status = v1.status(o_r[(l1-1)])\nprint(status)",
    ),
    "quote_starred": (
        "args, more = (727,), {'quote_type': 'LTP'}\nprint(c.quote(*args, **more))",
        "args, more = (727,), {'quote_type': 'LTP'}\nprint(v1.old_quote(c, *args, **more))",
    ),
    "report_starred": (
        "print(len(c.order_report(**{})['success']))",
        "print(len(v1.old_order_report(c, **{})['success']))",
    ),
    "cancel_starred": (
        "try:\n    c.cancel_order(**{'order_id': None})\nexcept ApiValueError as e:\n    print(e)",
        "try:\n    c.cancel_order(**v1.cancel_order(**{'order_id': None}))\nexcept ApiValueError as e:\n    print(e)",
    ),
    "modify_starred": (
        "n = c.place_order(order_type='N', instrument_token=727, transaction_type='BUY', quantity=1, price=2000)['Success']['NSE']['orderId']\nterms = dict(order_id=n, price=2001, quantity=2, disclosed_quantity=0, trigger_price=0, validity='GFD')\nprint(c.modify_order(**terms)['Success']['NSE']['price'])",
        'n = int(c.place_order(product=\'CARRY\', instrument_token=727, transaction_type=\'B\', quantity=1, order_type="L", price=2000, tag="string").on(\'NSE\').order_id)\nterms = dict(order_id=n, price=2001, quantity=2, disclosed_quantity=0, trigger_price=0, validity=\'GFD\')\nprint(v1.modify_answer(c.modify_order(**v1.modify_order(**terms)))[\'Success\'][\'NSE\'][\'price\'])',
    ),
    "place_mixed_with_stars": (
        "rest = dict(price=0, validity='GFD')\nprint(c.place_order('N', 727, 'BUY', quantity=1, **rest)['Success']['NSE']['orderId'])",
        "rest = dict(price=0, validity='GFD')\nprint(int(c.place_order(**v1.place_order('N', 727, 'BUY', quantity=1, **rest)).on('NSE').order_id))",
    ),
    "unknown_name": (
        "for call in (lambda: c.place_order(color=1), lambda: c.quote(), lambda: c.margin_required('BUY')):\n    try:\n        call()\n    except TypeError as e:\n        print(e)",
        "for call in (lambda: v1.place_answer(c.place_order(**v1.place_order(color=1))), lambda: v1.old_quote(c), lambda: v1.old_margin_required(c, 'BUY')):\n    try:\n        call()\n    except TypeError as e:\n        print(e)",
    ),
    "order_of_evaluation": (
        "def say(x):\n    print(x)\n    return x\nc.place_order(order_type='N', instrument_token=say(727), transaction_type='BUY', quantity=say(1), price=0, tag=str(say('t')))\nc.place_order(order_type=say('N'), instrument_token=say(727), transaction_type=say('BUY'), quantity=say(1), price=say(0))",
        'def say(x):\n    print(x)\n    return x\nc.place_order(product=\'CARRY\', instrument_token=say(727), transaction_type=\'B\', quantity=say(1), order_type="MKT", price=0, tag=str(say(\'t\')))\nc.place_order(**v1.place_order(order_type=say(\'N\'), instrument_token=say(727), transaction_type=say(\'BUY\'), quantity=say(1), price=say(0)))',
    ),
    "implicit_concatenation": (
        "c.place_order(order_type='N', instrument_token=727, transaction_type='B' 'UY', quantity=1, price=0, tag='a'\n    'b')\nprint(c.order_report()['success'][-1]['tag'])",
        "c.place_order(**v1.place_order(order_type='N', instrument_token=727, transaction_type='B' 'UY', quantity=1, price=0, tag='a'\n    'b'))\nprint(c.order_report()[-1].tag)",
    ),
    "backslashes": (
        'c.place_order(order_type = "N", instrument_token = 727, transaction_type = "BUY", \\\n    quantity = 1, price = 0, disclosed_quantity = 0, trigger_price = 0, \\\n    tag = "string", validity = "GFD", variety = "REGULAR")\nprint(len(c.order_report()[\'success\']))',
        'c.place_order(product = "CARRY", instrument_token = 727, transaction_type = "B", \\\n    quantity = 1, order_type = "MKT", price = 0, disclosed_quantity = 0, trigger_price = 0, \\\n    tag = "string", validity = "DAY", amo = "NO")\nprint(len(c.order_report()))',
    ),
    "values_that_bind_loosely": (
        "x = 0\nc.place_order(order_type='N', instrument_token=727 if x == 0 else 754, transaction_type='BUY' if not x else 'SELL', quantity=x or 1, price=2000 if x else 0)\nprint(c.order_report()['success'][-1]['instrumentToken'])",
        'x = 0\nc.place_order(product=\'CARRY\', instrument_token=727 if x == 0 else 754, transaction_type=v1.native_side(\'BUY\' if not x else \'SELL\'), quantity=x or 1, **v1.pricing(price=2000 if x else 0), tag="string")\nprint(c.order_report()[-1].instrument_token)',
    ),
    "unicode": (
        "c.place_order(<P>, tag='₹é'); print('₹', c.quote(727)['success'][0]['ltp'], 'é')",
        'c.place_order(product=\'CARRY\', instrument_token=727, transaction_type=\'B\', quantity=1, order_type="MKT", price=0, tag=\'₹é\'); print(\'₹\', str(c.quotes(727)[0].ltp), \'é\')',
    ),
    "comment_in_empty_parentheses": (
        "print(len(c.order_report(\n    # all of them\n)['success']))",
        'print(len(c.order_report(\n    # all of them\n)))',
    ),
    "login_asks": (
        "c.login(password=input('password: '))\nc.session_2fa(input('code: '))",
        "input('password: ')\nc.totp_login()\ninput('code: ')\nc.totp_validate()",
    ),
    "login_asks_and_keeps": (
        "answer = c.session_2fa(access_code=input('code: '))\nprint(answer['userId'])",
        "input('code: ')\nanswer = c.totp_validate()\nprint(answer.ucc)",
    ),
    "login_asks_on_one_line": (
        "if c: x = 1; c.login(password=input('password: ')); y = 2",
        "if c: x = 1; input('password: '); c.totp_login(); y = 2",
    ),
    "login_asks_and_tests": (
        "if True: print('Success' in c.login(password=input('password: ')))",
        "if True: input('password: '); print(c.totp_login() is not None)",
    ),
    "code_out_of_a_property": (
        "class Gmail:\n    @property\n    def code(self):\n        print('asked')\n        return '1234'\ng = Gmail()\nc.session_2fa(access_code=g.code)",
        "class Gmail:\n    @property\n    def code(self):\n        print('asked')\n        return '1234'\ng = Gmail()\ng.code\nc.totp_validate()",
    ),
    "read_in_a_class_of_the_same_name": (
        "q = c.quote(727)\nclass Row:\n    q = q['success'][0]\nprint(Row.q['ltp'])",
        "q = v1.quote_answer(c.quotes(727))\nclass Row:\n    q = q['success'][0]\nprint(Row.q['ltp'])",
    ),
    "login_fails_as_foreseen": (
        "for words in ({}, {'p': 'pw'}):\n    try:\n        c.login(password=words['p'])\n        print('in')\n    except KeyError as e:\n        print('no', e)",
        "for words in ({}, {'p': 'pw'}):\n    try:\n        words['p']\n        c.totp_login()\n        print('in')\n    except KeyError as e:\n        print('no', e)",
    ),
    "code_fails_as_foreseen": (
        "for code in ('abc', '1234'):\n    try:\n        c.session_2fa(str(int(code)))\n        print('in')\n    except (ApiException, ValueError):\n        print('a number, please')",
        "for code in ('abc', '1234'):\n    try:\n        str(int(code))\n        c.totp_validate()\n        print('in')\n    except (ApiException, ValueError):\n        print('a number, please')",
    ),
    "code_without_a_name_fails_as_foreseen": (
        "try:\n    c.session_2fa(CODE)\nexcept NameError as e:\n    print(e)",
        "try:\n    CODE\n    c.totp_validate()\nexcept NameError as e:\n    print(e)",
    ),
    "login_whose_failure_nothing_names": (
        "try:\n    c.login(password=os.environ['USERID'])\nexcept Exception as e:\n    print(e)\nprint('in')",
        "try:\n    c.totp_login()\nexcept Exception as e:\n    print(e)\nprint('in')",
    ),
    "order_number_out_of_a_file": (
        "kept = {'Success': {'NSE': {'orderId': None}}}\nprint(c.order_report(order_id=kept['Success']['NSE']['orderId'])['success'][0]['instrumentName'])",
        "kept = {'Success': {'NSE': {'orderId': None}}}\nprint(v1.old_order_report(c, order_id=kept['Success']['NSE']['orderId'])['success'][0]['instrumentName'])",
    ),
    "login_asks_in_a_function": (
        "def log_in():\n    # the daily code\n    return c.session_2fa(access_code=int(input('code: ')))  # typed\nprint(log_in()['clientCode'])",
        "def log_in():\n    # the daily code\n    int(input('code: '))\n    return c.totp_validate()  # typed\nprint(log_in().ucc)",
    ),
    "login_of_a_function": (
        "def code():\n    print('looked up')\n    return '1234'\nc.session_2fa(\n    access_code=code(),\n)",
        "def code():\n    print('looked up')\n    return '1234'\ncode()\nc.totp_validate()",
    ),
    "currency": (
        "r = c.place_order(<P>)\ntry:\n    print(r['Success']['NSE-FX']['orderId'])\nexcept KeyError as e:\n    print(e)",
        "r = c.place_order(<N>)\ntry:\n    print(int(r.on('NSE-FX').order_id))\nexcept KeyError as e:\n    print(e)",
    ),
    "exchange_known_at_run_time": (
        "exchange = 'NSE'\nr = c.place_order(<P>)\nprint(r['Success'][exchange]['orderId'], r['Success'][exchange]['quantity'], r['Success']['NSE']['price'])",
        "exchange = 'NSE'\nr = c.place_order(<N>)\nprint(int(r.on(exchange).order_id), r.on(exchange).quantity, v1.number(r.on('NSE').price))",
    ),
    "exchange_listed": (
        "r = c.place_order(<P>)\nprint(r['Success'][list(r['Success'])[0]]['orderId'])",
        "r = v1.place_answer(c.place_order(<N>))\nprint(r['Success'][list(r['Success'])[0]]['orderId'])",
    ),
    "level_kept": (
        "r = c.place_order(<P>)\nplaced = r['Success']['NSE']\nprint(placed['orderId'], placed['quantity'])",
        "r = c.place_order(<N>)\nplaced = r.on('NSE')\nprint(int(placed.order_id), placed.quantity)",
    ),
    "message": (
        "print(c.place_order(<P>)['Success']['NSE']['message'])",
        "print(v1.place_answer(c.place_order(<N>))['Success']['NSE']['message'])",
    ),
    "success_tested": (
        "r = c.place_order(<P>)\nif 'Success' in r:\n    print(r['Success']['NSE']['orderId'])\nif 'Success' not in r.keys() or not r:\n    print('no')",
        "r = c.place_order(<N>)\nif r is not None:\n    print(int(r.on('NSE').order_id))\nif r is None or r is None:\n    print('no')",
    ),
    "other_key_tested": (
        "r = c.order_report()\nprint('Success' in r, 'success' in r)",
        "r = v1.order_book_answer(c.order_report())\nprint('Success' in r, 'success' in r)",
    ),
    "answer_as_truth": (
        "r = c.positions('OPEN')\nif r and r['Success']:\n    print(r['Success'][0]['symbol'])\nprint('x' if not r else 'y', r is None, r != None)",
        "r = v1.open_positions(c.positions(with_ltp=True))\nif r is not None and r:\n    print(r[0].symbol)\nprint('x' if r is None else 'y', r is None, r != None)",
    ),
    "empty_answer_as_truth": (
        "r = c.positions('OPEN')\nc.place_order(order_type='N', instrument_token=727, transaction_type='SELL', quantity=1, price=0)\nr = c.positions('OPEN')\nif r:\n    print('an answer', len(r['Success']))\nif not r['Success']:\n    print('nothing open')",
        'r = v1.open_positions(c.positions(with_ltp=True))\nc.place_order(product=\'CARRY\', instrument_token=727, transaction_type=\'S\', quantity=1, order_type="MKT", price=0, tag="string")\nr = v1.open_positions(c.positions(with_ltp=True))\nif r is not None:\n    print(\'an answer\', len(r))\nif not r:\n    print(\'nothing open\')',
    ),
    "rows_kept": (
        "resp = c.order_report()\nbook = resp['success']\nprint(len(book), book[-1]['orderId'], [row['status'] for row in book[:1]], book[0].get('price', 0))",
        'resp = c.order_report()\nbook = resp\nprint(len(book), int(book[-1].order_id), [v1.status(row) for row in book[:1]], v1.order_price(book[0]))',
    ),
    "row_kept": (
        "row = c.quote(727)['success'][0]\nprint(row['ltp'], row['stk_name'])",
        'row = c.quotes(727)[0]\nprint(str(row.ltp), row.symbol)',
    ),
    "row_by_variable_key": (
        "row = c.quote(727)['success'][0]\nfor key in ('ltp', 'stk_name'):\n    print(row[key])",
        "row = v1.quote_answer(c.quotes(727))['success'][0]\nfor key in ('ltp', 'stk_name'):\n    print(row[key])",
    ),
    "rows_numbered": (
        "for i, row in enumerate(c.order_report()['success']):\n    print(i, row['orderId'], row['orderTimestamp'])\nfor row in reversed(c.order_report()['success']):\n    print(row['status'] == 'TRAD')",
        "for i, row in enumerate(c.order_report()):\n    print(i, int(row.order_id), v1.timestamp(row.order_time))\nfor row in reversed(c.order_report()):\n    print(v1.status(row) == 'TRAD')",
    ),
    "rows_by_index": (
        "p = c.positions(position_type='TODAYS')\nfor i in range(len(p['Success'])):\n    print(p['Success'][i]['instrumentToken'], p['Success'][i]['netTrdQtyLot'], p['Success'][i]['deliveryStatus'] == 12)",
        'p = v1.todays_positions(c.positions(with_ltp=True))\nfor i in range(len(p)):\n    print(p[i].instrument_token, v1.todays_net(p[i]), v1.delivery_status(p[i]) == 12)',
    ),
    "same_loop_name_twice": (
        "for o in c.order_report()['success']:\n    print(o['orderId'])\nfor o in c.order_report()['success']:\n    print(o['status'])",
        'for o in c.order_report():\n    print(int(o.order_id))\nfor o in c.order_report():\n    print(v1.status(o))',
    ),
    "loop_name_of_two_kinds": (
        "for o in c.order_report()['success']:\n    print(o['orderId'])\nfor o in c.positions('OPEN')['Success']:\n    print(o['symbol'])",
        "for o in v1.order_book_answer(c.order_report())['success']:\n    print(o['orderId'])\nfor o in v1.open_positions_answer(c.positions(with_ltp=True))['Success']:\n    print(o['symbol'])",
    ),
    "rows_unpacked": (
        "a, b = c.quote('727-754')['success']\nprint(a['ltp'], b['ltp'])",
        "a, b = c.quotes(v1.tokens('727-754'))\nprint(str(a.ltp), str(b.ltp))",
    ),
    "rows_unpacked_with_a_star": (
        "a, *b = c.quote('727-754')['success']\nprint(a['ltp'], len(b))",
        "a, *b = v1.quote_answer(c.quotes(v1.tokens('727-754')))['success']\nprint(a['ltp'], len(b))",
    ),
    "tuple_of_one": (
        "(only,) = c.quote(727)['success']\nprint(only['ltp'])",
        '(only,) = c.quotes(727)\nprint(str(only.ltp))',
    ),
    "walrus": (
        "while (o := c.order_report())['success'][-1]['status'] == 'OPN':\n    pass\nif q := c.quote(727):\n    print(q['success'][0]['ltp'], o['success'][0]['status'])",
        "while v1.status((o := c.order_report())[-1]) == 'OPN':\n    pass\nif (q := c.quotes(727)) is not None:\n    print(str(q[0].ltp), v1.status(o[0]))",
    ),
    "shown_with_its_text": (
        'q = c.quote(727)\nprint(f"{q[\'success\'][0][\'ltp\']=}")',
        'q = v1.quote_answer(c.quotes(727))\nprint(f"{q[\'success\'][0][\'ltp\']=}")',
    ),
    "printed_in_an_f_string": (
        "r = c.order_report()\nprint(f'{r}')",
        "r = v1.order_book_answer(c.order_report())\nprint(f'{r}')",
    ),
    "row_in_an_f_string": (
        'for o in c.order_report()[\'success\']:\n    print(f"{o[\'orderId\']} {o[\'price\']:.2f}")',
        'for o in c.order_report():\n    print(f"{int(o.order_id)} {v1.order_price(o):.2f}")',
    ),
    "returned": (
        "def ltp(token):\n    q = c.quote(token)\n    return q\nprint(ltp(727)['success'][0]['ltp'], float(ltp(754)['success'][0]['ltp']))",
        'def ltp(token):\n    q = c.quotes(v1.tokens(token))\n    return q\nprint(str(ltp(727)[0].ltp), float(ltp(754)[0].ltp))',
    ),
    "returned_and_printed": (
        "def ltp(token):\n    return c.quote(token)\nprint(ltp(727)['success'][0]['ltp'])\nprint(ltp(727))",
        "def ltp(token):\n    return v1.quote_answer(c.quotes(v1.tokens(token)))\nprint(ltp(727)['success'][0]['ltp'])\nprint(ltp(727))",
    ),
    "returned_level": (
        "def book():\n    return c.order_report()['success']\nprint(len(book()), book()[0]['orderId'])\nfor o in book():\n    print(o['status'])",
        'def book():\n    return c.order_report()\nprint(len(book()), int(book()[0].order_id))\nfor o in book():\n    print(v1.status(o))',
    ),
    "returned_by_one_branch": (
        "def find(i):\n    for o in c.order_report()['success']:\n        if o['orderId'] == i:\n            return o\nprint(find(5), find(c.order_report()['success'][0]['orderId'])['status'])",
        "def find(i):\n    for o in v1.order_book_answer(c.order_report())['success']:\n        if o['orderId'] == i:\n            return o\nprint(find(5), find(int(c.order_report()[0].order_id))['status'])",
    ),
    "returned_to_an_unknown_caller": (
        "def ltp(token):\n    return c.quote(token)\nprint([q['success'][0]['ltp'] for q in map(ltp, (727,))])",
        "def ltp(token):\n    return v1.quote_answer(c.quotes(v1.tokens(token)))\nprint([q['success'][0]['ltp'] for q in map(ltp, (727,))])",
    ),
    "mutated": (
        "book = c.order_report()['success']\nbook[0]['status'] = 'X'\nbook.append(1)\nprint(book[0]['status'], len(book))",
        "book = v1.order_book_answer(c.order_report())['success']\nbook[0]['status'] = 'X'\nbook.append(1)\nprint(book[0]['status'], len(book))",
    ),
    "rows_extended": (
        "book = c.order_report()['success']\nbook += [1]\nprint(len(book))",
        "book = v1.order_book_answer(c.order_report())['success']\nbook += [1]\nprint(len(book))",
    ),
    "dumped": (
        'import json\nprint(json.dumps(c.quote(727), indent=1)[:30])',
        'import json\nprint(json.dumps(v1.quote_answer(c.quotes(727)), indent=1)[:30])',
    ),
    "spread": (
        'def f(success): return len(success)\nprint(f(**c.order_report()))',
        'def f(success): return len(success)\nprint(f(**v1.order_book_answer(c.order_report())))',
    ),
    "none_first": (
        "r = None\ntry:\n    r = c.place_order(<P>)\nexcept ApiException: pass\nif r is not None: print(r['Success']['NSE']['orderId'])",
        "r = None\ntry:\n    r = v1.place_answer(c.place_order(<N>))\nexcept ApiException: pass\nif r is not None: print(r['Success']['NSE']['orderId'])",
    ),
    "nested_calls": (
        "print(c.order_report(order_id=c.place_order(<P>)['Success']['NSE']['orderId'])['success'][-1]['status'])",
        "print(v1.status(c.order_history(order_id=int(c.place_order(<N>).on('NSE').order_id))[-1]))",
    ),
    "generator": (
        "print(any(o['status'] == 'TRAD' for o in c.order_report()['success']), sum(p['netTrdQtyLot'] for p in c.positions('OPEN')['Success'] if p['segment'] == 'EQ'))",
        "print(any(v1.status(o) == 'TRAD' for o in c.order_report()), sum(p.net_quantity for p in v1.open_positions(c.positions(with_ltp=True)) if v1.instrument_type(p) == 'EQ'))",
    ),
    "dict_of_rows": (
        "print({o['orderId']: o['status'] for o in c.order_report()['success'] if o['transactionType'] == 'BUY'})",
        "print({int(o.order_id): v1.status(o) for o in c.order_report() if v1.old_side(o) == 'BUY'})",
    ),
    "lambda_key": (
        "print(sorted(c.order_report()['success'], key=lambda o: o['orderId'])[0]['status'])",
        "print(sorted(v1.order_book_answer(c.order_report())['success'], key=lambda o: o['orderId'])[0]['status'])",
    ),
    "index_by_name": (
        "where = -1\nprint(c.order_report()['success'][where]['product'])",
        'where = -1\nprint(v1.old_product(c.order_report()[where]))',
    ),
    "times": (
        "import datetime\nt = c.order_report()['success'][0]['orderTimestamp']\nprint(datetime.datetime.strptime(t, '%b %d %Y %I:%M:%S:%f%p'), c.quote(727)['success'][0]['BD_last_traded_time'].split(' ')[0])",
        "import datetime\nt = v1.timestamp(c.order_report()[0].order_time)\nprint(datetime.datetime.strptime(t, '%b %d %Y %I:%M:%S:%f%p'), v1.quote_time(c.quotes(727)[0].time).split(' ')[0])",
    ),
    "login_answer_read": (
        "a = c.login(password='x')\nprint(a['Success']['userid'])\nprint(c.session_2fa(access_code='1')['clientCode'])",
        'a = c.totp_login()\nprint(a.ucc)\nprint(c.totp_validate().ucc)',
    ),
    "only_statement": (
        'def f():\n    c.logout()\nif c: f()',
        'def f():\n    c.logout()\nif c: f()',
    ),
    "exceptions": (
        "try:\n    c.cancel_order(order_id='1')\nexcept ApiException as e:\n    print(e.body, e.status, e.reason, str(e))\nexcept Exception as e:\n    print('other')",
        "try:\n    c.cancel_order(order_id='1')\nexcept ApiException as e:\n    print(e.body, e.status, e.reason, str(e))\nexcept Exception as e:\n    print('other')",
    ),
    "local_in_two_functions": (
        "def a():\n    r = c.order_report()\n    return r['success'][0]['orderId']\ndef b():\n    r = c.positions('OPEN')\n    print(r)\nprint(a())\nb()",
        'def a():\n    r = c.order_report()\n    return int(r[0].order_id)\ndef b():\n    r = v1.open_positions_answer(c.positions(with_ltp=True))\n    print(r)\nprint(a())\nb()',
    ),
    "global_result": (
        "book = None\ndef load():\n    global book\n    book = c.order_report()\nload()\nprint(book['success'][0]['orderId'])",
        "book = None\ndef load():\n    global book\n    book = v1.order_book_answer(c.order_report())\nload()\nprint(book['success'][0]['orderId'])",
    ),
    "captured": (
        "q = c.quote(727)\nshow = lambda: q['success'][0]['ltp']\nprint(show())",
        'q = c.quotes(727)\nshow = lambda: str(q[0].ltp)\nprint(show())',
    ),
    "chained_names": (
        "a = b = c.quote(727)\nprint(a['success'][0]['ltp'], b['success'][0]['stk_name'])",
        'a = b = c.quotes(727)\nprint(str(a[0].ltp), b[0].symbol)',
    ),
    "conditional_result": (
        "print((c.quote(727) if c else c.quote(754))['success'][0]['ltp'])",
        "print((v1.quote_answer(c.quotes(727)) if c else v1.quote_answer(c.quotes(754)))['success'][0]['ltp'])",
    ),
    "value_over_lines": (
        "x = (c.quote(727)\n     ['success'][0]\n     ['ltp'])\nprint(x)",
        'x = (str(c.quotes(727)[0].ltp))\nprint(x)',
    ),
    "coroutine": (
        "import asyncio\nasync def price(token):\n    return float(c.quote(token)['success'][0]['ltp'])\nprint(asyncio.run(price(727)))",
        'import asyncio\nasync def price(token):\n    return float(c.quotes(v1.tokens(token))[0].ltp)\nprint(asyncio.run(price(727)))',
    ),
    "stored_in_an_attribute": (
        "class Book: pass\nb = Book()\nb.rows = c.order_report()['success']\nprint(b.rows[0]['status'])",
        "class Book: pass\nb = Book()\nb.rows = v1.order_book_answer(c.order_report())['success']\nprint(b.rows[0]['status'])",
    ),
    "put_into_a_list": (
        "seen = []\nseen.append(c.quote(727))\nprint(seen[0]['success'][0]['ltp'])",
        "seen = []\nseen.append(v1.quote_answer(c.quotes(727)))\nprint(seen[0]['success'][0]['ltp'])",
    ),
    "tokens_of_a_condition": (
        "x = 0\nprint(c.quote(727 if x else 754)['success'][0]['wtoken'])",
        'x = 0\nprint(str(c.quotes(v1.tokens(727 if x else 754))[0].instrument_token))',
    ),
    "lambda_value": (
        "c.place_order(order_type='N', instrument_token=727, transaction_type='BUY', quantity=(lambda: 1)(), price=0, tag=str((lambda: 't')()))\nprint(c.order_report()['success'][-1]['tag'])",
        'c.place_order(product=\'CARRY\', instrument_token=727, transaction_type=\'B\', quantity=(lambda: 1)(), order_type="MKT", price=0, tag=str((lambda: \'t\')()))\nprint(c.order_report()[-1].tag)',
    ),
    "trailing_comma": (
        "c.place_order(\n    'MIS',\n    727,\n    'SELL',\n    1,\n    0,\n)\nprint(c.positions('TODAYS',)['Success'][0]['symbol'])",
        'c.place_order(\n    product=\'MIS\',\n    instrument_token=727,\n    transaction_type=\'S\',\n    quantity=1,\n    order_type="MKT", price=0, tag="string",\n)\nprint(v1.todays_positions(c.positions(with_ltp=True))[0].symbol)',
    ),
    "assigned_after_a_colon": (
        "if c: q = c.quote(727); print(q['success'][0]['ltp'])",
        'if c: q = c.quotes(727); print(str(q[0].ltp))',
    ),
    "deleted": (
        "q = c.quote(727)\nprint(q['success'][0]['ltp'])\ndel q",
        "q = v1.quote_answer(c.quotes(727))\nprint(q['success'][0]['ltp'])\ndel q",
    ),
    "annotated": (
        "q: dict = c.quote(727)\nprint(q['success'][0]['ltp'])",
        "q: dict = v1.quote_answer(c.quotes(727))\nprint(q['success'][0]['ltp'])",
    ),
    "bound_in_a_with": (
        "import contextlib\nwith contextlib.nullcontext(c.quote(727)) as q:\n    print(q['success'][0]['ltp'])",
        "import contextlib\nwith contextlib.nullcontext(v1.quote_answer(c.quotes(727))) as q:\n    print(q['success'][0]['ltp'])",
    ),
    "default_argument": (
        "def f(q=c.quote(727)):\n    return q['success'][0]['ltp']\nprint(f())",
        "def f(q=v1.quote_answer(c.quotes(727))):\n    return q['success'][0]['ltp']\nprint(f())",
    ),
    "compared": (
        "print(c.quote(727) == c.quote(727), c.quote(727)['success'] == [])",
        "print(v1.quote_answer(c.quotes(727)) == v1.quote_answer(c.quotes(727)), v1.quote_answer(c.quotes(727))['success'] == [])",
    ),
    "key_that_is_missing": (
        "try:\n    print(c.quote(727)['Success'][0]['ltp'])\nexcept KeyError as e:\n    print(e)\nprint(c.quote(727)['success'][0].get('nothing'), c.order_report()['success'][0].get('price', None))",
        "try:\n    print(v1.quote_answer(c.quotes(727))['Success'][0]['ltp'])\nexcept KeyError as e:\n    print(e)\nprint(v1.quote_answer(c.quotes(727))['success'][0].get('nothing'), v1.order_price(c.order_report()[0]))",
    ),
    "function_used_in_two_ways": (
        "def book():\n    return c.order_report()\nrows = book()['success']\nprint(rows[0]['status'])\nprint(len(book()['success']), [r['price'] for r in book()['success']])",
        'def book():\n    return c.order_report()\nrows = book()\nprint(v1.status(rows[0]))\nprint(len(book()), [v1.order_price(r) for r in book()])',
    ),
    "function_that_may_give_none": (
        "def book():\n    if c:\n        return c.order_report()\nprint(book()['success'][0]['status'])",
        "def book():\n    if c:\n        return v1.order_book_answer(c.order_report())\nprint(book()['success'][0]['status'])",
    ),
    "recursion": (
        "def again(n):\n    r = c.order_report() if n else None\n    return again(n - 1) if n else c.quote(727)\nprint(again(1)['success'][0]['ltp'])",
        "def again(n):\n    r = v1.order_book_answer(c.order_report()) if n else None\n    return again(n - 1) if n else v1.quote_answer(c.quotes(727))\nprint(again(1)['success'][0]['ltp'])",
    ),
    "name_of_two_kinds": (
        "r = c.order_report()\nprint(r['success'][0]['status'])\nr = c.quote(727)\nprint(r['success'][0]['ltp'])",
        "r = v1.order_book_answer(c.order_report())\nprint(r['success'][0]['status'])\nr = v1.quote_answer(c.quotes(727))\nprint(r['success'][0]['ltp'])",
    ),
    "unbound_by_an_error": (
        "try:\n    r = c.cancel_order('1')\nexcept ApiException as apiEx:\n    print(apiEx.body)\n    r = c.quote(727)\nprint(r['success'][0]['ltp'])",
        "try:\n    r = v1.cancel_answer(c.cancel_order('1'))\nexcept ApiException as apiEx:\n    print(apiEx.body)\n    r = v1.quote_answer(c.quotes(727))\nprint(r['success'][0]['ltp'])",
    ),
    "old_codes": (
        "for o in c.order_report()['success']:\n    if o['status'] in ('OPN', 'SLO', 'OPF') or o['status'] != 'TRAD':\n        print('open')\n    elif o['status'] == 'TRAD' and not o['status'] == 'CAN':\n        print(o['filledQuantity'] == o['orderQuantity'])",
        "for o in c.order_report():\n    if v1.status(o) in ('OPN', 'SLO', 'OPF') or v1.status(o) != 'TRAD':\n        print('open')\n    elif v1.status(o) == 'TRAD' and not v1.status(o) == 'CAN':\n        print(o.filled_quantity == o.quantity)",
    ),
    "name_of_two_kinds_with_one_key": (
        "r = c.order_report()\nprint(repr(r['success'][0]['instrumentToken']))\nr = c.quote(727, 'LTP')\nprint(repr(r['success'][0]['instrumentToken']))",
        "r = v1.order_book_answer(c.order_report())\nprint(repr(r['success'][0]['instrumentToken']))\nr = v1.ltp_answer(c.quotes(727, \"ltp\"))\nprint(repr(r['success'][0]['instrumentToken']))",
    ),
    "attribute_that_is_none": (
        "class Seen:\n    number = None\nprint(c.order_report(Seen.number)['success'][0]['instrumentName'])",
        "class Seen:\n    number = None\nprint(v1.old_order_report(c, Seen.number)['success'][0]['instrumentName'])",
    ),
    "only_written_into": (
        "rows = c.order_report()['success']\nrows[0]['status'] = 'X'\nprint(rows[0]['status'])",
        "rows = v1.order_book_answer(c.order_report())['success']\nrows[0]['status'] = 'X'\nprint(rows[0]['status'])",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(clock=lambda: MOMENT) as sandbox:
        yield sandbox


@pytest.fixture
def typed(monkeypatch):
    """The terminal: shows the prompt, answers 12."""
    monkeypatch.setattr(builtins, "input", lambda prompt="": (print(prompt, end=""), "12")[1])


@pytest.mark.usefixtures("typed")
@pytest.mark.parametrize(("before", "after"), SITES.values(), ids=SITES)
def test_site(before, after, sandbox, tmp_path):
    bot = tmp_path / "bot.py"
    bot.write_text(f"{HEAD}{before.replace('<P>', P)}\n", encoding="utf-8")
    old = run_on_sandbox(bot, sandbox, MOMENT)

    (report,) = migrate([bot], write=True).files
    text = bot.read_text(encoding="utf-8")
    new = run_on_sandbox(bot, sandbox, MOMENT)

    assert text.partition("# body\n")[2] == f"{after.replace('<N>', N)}\n"
    assert report.outcome == "native"
    assert (old.error, new.error) == (None, None)
    assert new.printed == old.printed
    assert compare(old.requests, new.requests) == []
    assert not migrate([bot]).left_to_do


NATIVE, BRIDGED = "KS101", "KS102"
PATHS = {
    f"print(c.place_order({P})['Success']['NSE']['orderId'])": NATIVE,
    "print(c.quote(727)['success'][0]['ltp'])": NATIVE,
    "print(len(c.order_report()['success']))": NATIVE,
    "print([o for o in c.order_report()['success']])": BRIDGED,
    "o_r = c.order_report(order_id=c.order_report()['success'][0]['orderId']); l1 = len(o_r['success']); print(o_r['success'][(l1-1)]['status'], o_r['success'][(l1-1)]['orderQuantity'], o_r['success'][(l1-1)]['filledQuantity'])": NATIVE,
    "for p in c.positions(position_type='TODAYS')['Success']: print(p['netTrdQtyLot'], p['instrumentToken'], p['buyTradedQtyLot'], p['averageStockPrice'], p['realizedPL'])": NATIVE,
    "for g in c.positions(position_type='TODAYS')['Success']: print(g['grossUtilization'])": BRIDGED,
    f"f = c.place_order({P}) if not c else None": BRIDGED,
    "print(c.quote(727)['success'][0]['stk_name'])": NATIVE,
    "print(c.quote(727, quote_type='LTP')['success'][0]['lastPrice'])": NATIVE,
    "op = c.positions('OPEN'); i = 0; print(op['Success'][i]['instrumentToken'], op['Success'][i]['netTrdQtyLot'])": NATIVE,
    "for o in c.order_report()['success']: print(o['orderId'], o['status'], o['orderQuantity'], o['orderTimestamp'], o['instrumentToken'], o['transactionType'], o['product'])": NATIVE,
    "print(c.quote(727).get('success')[0].get('ltp'))": NATIVE,
    "q0 = c.quote(727)['success'][0]; print(q0['ltp'], q0['BD_last_traded_time'])": NATIVE,
    "q1 = c.quote(727)['success'][0]; key = 'ltp'; print(q1[key])": BRIDGED,
    "cash = c.margin()['Success']['equity'][0]['cash']; print(cash['availableCashBalance'], cash['marginAvailable'], cash['totalMargin'], cash['marginUtilised'], cash['realizedPL'])": NATIVE,
    "print(c.margin()['Success']['derivatives'][0]['options']['marginAvailable'])": NATIVE,
    "print(c.margin()['Success']['derivatives'][0]['futures'])": BRIDGED,
    "print(c.margin_required('BUY', [{'instrument_token': 727, 'quantity': 1, 'price': 0}])['Success'][0]['normal'])": NATIVE,
    "print(c.login('x')['Success']['message'])": BRIDGED,
    "a = c.login('x'); print(a['Success']['userid'], len(a['Success']['oneTimeToken']) > 9)": NATIVE,
    "s = c.session_2fa(); print(s['clientCode'], s['userId'])": NATIVE,
    f"print(c.place_order({P.replace('727', '1838')})['Success']['BSE']['orderId'])": NATIVE,
    f"exchange = 'NSE'; print(c.place_order({P})['Success'][exchange]['orderId'])": NATIVE,
    f"r1 = c.place_order({P}); print(r1['Success'][list(r1['Success'])[0]]['orderId'])": BRIDGED,
    f"r2 = c.place_order({P}); print(dict(*r2['Success'].values())['orderId'])": BRIDGED,
    "q2 = c.quote(727); print(list(q2)[0] == 'success')": BRIDGED,
    "print(c.quote(727).get())if not c else 0": BRIDGED,
    "print(c.quote(727).get('success', None)[0].get('ltp', print()))": BRIDGED,
}
"""The ways into an answer that real code takes (idioms 4), and what becomes of the call."""


def test_paths(sandbox, tmp_path):
    bot = tmp_path / "bot.py"
    bot.write_text(HEAD + "\n".join(PATHS) + "\n")
    old = run_on_sandbox(bot, sandbox, MOMENT)
    (report,) = migrate([bot], write=True).files
    new = run_on_sandbox(bot, sandbox, MOMENT)

    assert (old.error, new.error, new.printed) == (None, None, old.printed)
    assert compare(old.requests, new.requests) == []
    first = HEAD.count("\n") + 1
    found = {line: {s.code for s in report.sites if s.line == number} for number, line in enumerate(PATHS, first)}
    assert found == {line: {code} for line, code in PATHS.items()}


HELD = {
    "login_starred": ("c.login(*x)", "the arguments of login() cannot be told"),
    "margin_with_an_argument": ("c.margin(1)", "the arguments of margin() cannot be told"),
    "login_asks_in_a_test": ("while 'Success' not in c.login(input()): pass", "does more than give a value"),
    "login_after_something_else": ("print(say(), c.login(input()))", "does more than give a value"),
    "login_after_what_fails_as_foreseen": ("try:\n    print(say(), c.login(cfg['p']))\nexcept KeyError: pass", "an except here waits for it to fail"),
    "login_in_a_lambda": ("f = lambda: c.login(input())", "does more than give a value"),
    "client_out_of_a_call": ("def get():\n    return c\nget().login(input())", "does more than give a value"),
    "order_id_out_of_a_call": ("def get():\n    return c\nget().get_order_id(x)", "does more than name a client"),
    "shown_with_its_text": ("print(f'{c.quote(1)=}')", "shows its text"),
    "session_text_shown": ("print(f'{c.one_time_token=}')", "shows its text"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "why"), HELD.values(), ids=HELD)
def test_held(body, why, tmp_path):
    bot = tmp_path / "bot.py"
    before = f"{HEAD}{body}\n"
    bot.write_text(before)
    (report,) = migrate([bot], write=True).files
    assert report.outcome == "facade"
    assert bot.read_text() == before.replace("ks_api_client", "ks_compat")
    (site,) = [site for site in report.sites if site.code == "KS201"]
    assert why in site.message


CONSTRUCTORS = {
    "asks_for_what_goes": (
        "c = ks_api.KSTradeApi('t', 'u', input('key: '))",
        "input('key: ')\nc = NeoClient(access_token='t', ucc='u', raise_as=v1.old_error)",
    ),
    "asks_twice": (
        "def new():\n    return ks_api.KSTradeApi('t', 'u', ip=input('ip: '), consumer_key=input('key: '))",
        "def new():\n    input('ip: ')\n    input('key: ')\n    return NeoClient(access_token='t', ucc='u', raise_as=v1.old_error)",
    ),
    "asks_for_what_stays": (
        "c = ks_api.KSTradeApi(input('token: '), 'u', 'k')",
        "c = NeoClient(access_token=input('token: '), ucc='u', raise_as=v1.old_error)",
    ),
    "fails_as_foreseen": (
        "try:\n    c = ks_api.KSTradeApi('t', 'u', cfg['k'], cfg['ip'])\nexcept KeyError: pass",
        "try:\n    cfg['k']\n    cfg['ip']\n    c = NeoClient(access_token='t', ucc='u', raise_as=v1.old_error)\nexcept KeyError: pass",
    ),
    "fails_as_foreseen_in_an_order": ("try:\n    c = ks_api.KSTradeApi(cfg['t'], 'u', 'k', cfg['ip'])\nexcept KeyError: pass", ""),
    "asks_for_both": ("c = ks_api.KSTradeApi(input('token: '), 'u', input('key: '))", ""),
    "in_a_test": ("if ks_api.KSTradeApi('t', 'u', input('key: ')): pass", ""),
    "keywords_in_any_order": (
        "c = ks_api.KSTradeApi(userid=creds.u, host=creds.host, access_token = creds.t, consumer_secret='s', consumer_key='k')",
        "c = NeoClient(ucc=creds.u, access_token = creds.t, raise_as=v1.old_error)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), CONSTRUCTORS.values(), ids=CONSTRUCTORS)
def test_constructor_with_effects(before, after, tmp_path):
    bot = tmp_path / "bot.py"
    bot.write_text(f"from ks_api_client import ks_api\n{before}\n")
    (report,) = migrate([bot], write=True).files
    wanted = f"from ks_compat import NeoClient, v1\n{after}\n" if after else f"from ks_compat import ks_api\n{before}\n"
    assert report.after == wanted


def test_an_order_number_that_another_file_takes_away(sandbox, tmp_path):
    """With None the old call gives the whole book: what another file writes to the name counts."""
    (tmp_path / "state.py").write_text("number = 1\ndef report(k):\n    return k.order_report(order_id=number)\n")
    bot = tmp_path / "bot.py"
    bot.write_text(f"{HEAD}import state\nstate.number = None\nprint(state.report(c)['success'][0]['status'])\n")
    old = run_on_sandbox(bot, sandbox, MOMENT)
    report = migrate([tmp_path], write=True)
    new = run_on_sandbox(bot, sandbox, MOMENT)

    assert {file.outcome for file in report.files} == {"native"}
    assert (old.error, new.error, new.printed) == (None, None, old.printed)
    assert compare(old.requests, new.requests) == []


def test_a_bot_on_paper_stays_on_paper(sandbox, tmp_path):
    """Its own ``place_order`` is in the old class: a native client would not have it, and send."""
    bot = tmp_path / "bot.py"
    bot.write_text(
        f"{HEAD}from unittest import mock\ndef paper(self, **order):\n    print('on paper', order['quantity'])\n"
        f"with mock.patch.object(ks_api.KSTradeApi, 'place_order', paper):\n    c.place_order({P})\n"
    )
    old = run_on_sandbox(bot, sandbox, MOMENT)
    migrate([bot], write=True)
    new = run_on_sandbox(bot, sandbox, MOMENT)

    assert (old.error, new.error, old.printed, new.printed) == (None, None, "on paper 1\n", "on paper 1\n")
    assert sum(b"/place" in request.target for request in new.requests) == 1  # that of HEAD
    assert compare(old.requests, new.requests) == []
