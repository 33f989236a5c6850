# ruff: noqa: E501 - one line for each case
"""What random bots do with a client: calls, their arguments, and what becomes of the results."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

Pick = Callable[[Sequence[Any]], Any]
"""Takes one of some things: a random one, or one that hypothesis wants."""

CONSTANTS = {
    "SIDE": "'BUY'", "SELLS": "'SELL'", "WRONG": "'HOLD'", "KIND": "'N'", "MIS": "'MIS'", "QTY": "2", "ZERO": "0",
    "PRICE": "2250.5", "WAIT": "'GFD'", "NOW": "'IOC'", "TOKEN": "727", "TEXT": "'754'", "NOTHING": "None",
    "ORDER": "{'order_type': 'N', 'instrument_token': 727, 'transaction_type': 'SELL', 'quantity': 1, 'price': 0}",
    "REST": "{'tag': 'rest', 'validity': 'GFD'}", "VIEW": "'OPEN'", "LTP": "'LTP'",
}  # fmt: skip
"""Names of every bot's head, so that what they hold is known at run time only."""
_VALUES = {
    "order_type": ["'N'", "'N'", "KIND", "'MIS'", "MIS", "'MTF'", "'SOR'", "'SM'", "'O'", "'n'"],
    "instrument_token": ["727", "754", "TOKEN", "TEXT", "int(TEXT)", "'727'", "999999", "11721", "NOTHING"],
    "transaction_type": ["'BUY'", "'SELL'", "SIDE", "SELLS", '"BUY"', "WRONG", "'buy'", "'B'"],
    "quantity": ["1", "QTY", "QTY + 1", "'2'", "ZERO", "int('3')", "2.0", "NOTHING", "-1"],
    "price": ["0", "2250.5", "PRICE", "round(PRICE, 1)", "ZERO", "PRICE - 1", "'2250'", "0.0", "2250", "NOTHING"],
    "disclosed_quantity": ["0", "1", "ZERO"],
    "trigger_price": ["0", "2240", "ZERO", "PRICE - 10", "2240.5", "NOTHING"],
    "tag": ["'mine'", "''", "None", "NOTHING", "f'a{QTY}'", "str(QTY)", "5"],
    "validity": ["'GFD'", "'IOC'", "WAIT", "NOW", "'DAY'", "None"],
    "variety": ["'REGULAR'", "'AMO'", "'AMO'", "'XX'"],
    "product": ["'NORMAL'", "None", "'CNC'"],
    "smart_order_routing": ["None", "'Y'"],
}
_REQUIRED = list(_VALUES)[:5]


def place_order(pick: Pick, client: str, *, odd: bool) -> str:
    """An order by position, by keyword, both, or out of dicts. ``odd``: it may be one that is refused."""
    if pick(range(8)) == 0:
        extra = pick(["", ", **REST", ", price=5"] if odd else [""])
        return f"{client}.place_order(**ORDER{extra})"
    many = pick(range(6))
    # Mostly an order that is placed: what it gives back is what this is about.
    value = {name: pick(values[: None if odd and pick(range(4)) == 0 else 3]) for name, values in _VALUES.items()}
    by_place = [value[name] for name in _REQUIRED[:many]]
    more = [name for name in list(_VALUES)[5:] if pick(range(4)) == 0 and (odd or "o" not in name[:3])]
    by_name = [f"{name}={value[name]}" for name in [*_REQUIRED[many:], *more]]
    if odd and pick(range(12)) == 0:
        by_name = by_name[:-1]
    if pick(range(4)) == 0:
        by_name.reverse()
    joint = pick([", ", ", ", ",\n        "])
    return f"{client}.place_order({joint.join([*by_place, *by_name])})"


_OF_AN_ORDER = [
    "print(R)",
    "print(R['Success']['NSE']['orderId'])",
    "print(type(R['Success']['NSE']['orderId']).__name__)",
    "print(R['Success']['NSE']['price'], R['Success']['NSE']['quantity'])",
    "print(R['Success']['NSE']['message'], R['Success']['NSE']['tag'])",
    "print(R.get('Success').get('NSE').get('orderId'))",
    "print(R['Success'].get('BSE', 'none'))",
    "print(R['Success']['BSE']['orderId'])",
    "inner = R['Success']\nprint(inner['NSE']['orderId'])",
    "inner = R['Success']['NSE']\nprint(inner.get('quantity'), inner['orderId'] > 0)",
    "if 'Success' in R:\n    print('placed')\nelse:\n    print('refused')",
    "if 'fault' in R:\n    print('refused', R['fault'])\nelse:\n    print(R['Success']['NSE']['orderId'])",
    "if R:\n    print(R['Success']['NSE']['orderId'])",
    "for exchange in R['Success']:\n    print(exchange, R['Success'][exchange]['orderId'])",
    "for exchange, one in R['Success'].items():\n    print(exchange, one['orderId'])",
    "print([one['orderId'] for one in R['Success'].values()])",
    "print(list(R['Success'].values())[0]['orderId'])",
    "kept.append(R)",
    "kept.append(R['Success']['NSE']['orderId'])",
    "print(json.dumps(R), len(R))",
    "print(f\"{R['Success']['NSE']['orderId']} placed\")",
    "print('%s' % R['Success']['NSE']['orderId'])",
    "print(f\"{R['Success']['NSE']['price']=}\")",
    "print(isinstance(R, dict), R == {})",
    "print(CLIENT.get_order_id(R))",
    "R['Success']['NSE']['orderId'] = 1\nprint(R)",
    "print(R['nope'])",
    "number = R['Success']['NSE']['orderId']\nprint(CLIENT.cancel_order(number))",
    "number = R['Success']['NSE']['orderId']\nprint(CLIENT.modify_order(number, 2249.5, 1, 0, 0, 'GFD'))",
    "CLIENT.modify_order(order_id=R['Success']['NSE']['orderId'], price=0, quantity=QTY, disclosed_quantity=0,"
    " trigger_price=0, validity=WAIT)",
    "CLIENT.cancel_order(order_id=str(R['Success']['NSE']['orderId']))",
    "number = R['Success']['NSE']['orderId']\n"
    "for event in CLIENT.order_report(order_id=number)['success']:\n    print(event['status'])",
    "print(CLIENT.order_report(R['Success']['NSE']['orderId'], 'Y')['success'][-1]['status'])",
    "print(CLIENT.trade_report(order_id=R['Success']['NSE']['orderId']))",
]
_LISTS = {
    "CLIENT.order_report()": ("success", ["orderId", "status", "price", "orderQuantity", "instrumentToken", "leg"]),
    "CLIENT.order_report(None)": ("success", ["orderId", "status", "transactionType", "filledQuantity"]),
    "CLIENT.order_report(NOTHING)": ("success", ["orderId", "status"]),
    "CLIENT.order_report(order_id=1)": ("success", ["status"]),
    "CLIENT.trade_report()": ("success", ["orderId", "price", "quantity"]),
    "CLIENT.positions('TODAYS')": ("Success", ["symbol", "netTrdQtyLot", "instrumentToken", "lastPrice"]),
    "CLIENT.positions(position_type='OPEN')": ("Success", ["symbol", "netTrdQtyLot", "instrumentToken"]),
    "CLIENT.positions(VIEW)": ("Success", ["symbol"]),
    "CLIENT.positions('STOCKS')": ("Success", ["symbol", "quantity", "instrumentToken"]),
    "CLIENT.positions('WRONG')": ("Success", ["symbol"]),
    "CLIENT.quote(727)": ("success", ["stk_name", "ltp", "open_price", "wtoken"]),
    "CLIENT.quote(instrument_token='727-754')": ("success", ["stk_name", "ltp", "per_change", "lv_net_chg"]),
    "CLIENT.quote(TOKEN)": ("success", ["ltp", "stk_name"]),
    "CLIENT.quote(727, 'LTP')": ("success", ["instrumentName", "lastPrice", "instrumentToken"]),
    "CLIENT.quote(instrument_token=754, quote_type=LTP)": ("success", ["lastPrice"]),
    "CLIENT.quote('727', quote_type='OHLC')": ("success", ["open", "high", "low", "close"]),
    "CLIENT.quote(727, 'DEPTH')": ("success", ["depth"]),
    "CLIENT.quote(999999)": ("success", ["ltp"]),
    "CLIENT.margin_required('BUY', [{'instrument_token': 727, 'quantity': 1, 'price': 0, 'amount': 0,"
    " 'trigger_price': 0}])": ("Success", ["requiredMargin"]),
}
_OF_A_LIST = [
    "print(R)",
    "print(len(R[ENV]), bool(R[ENV]))",
    "for row in R[ENV]:\n    print(row[A], row[B])",
    "for row in R[ENV]:\n    print(row.get(A), row.get(B, 'none'), row.get('nope'))",
    "for row in R[ENV]:\n    print(row)",
    "for place, row in enumerate(R[ENV]):\n    print(place, row[A])",
    "for row in reversed(R[ENV]):\n    print(row[A])",
    "for row in R[ENV][:1]:\n    if row[A] != 'OPN':\n        print(row[B])",
    "rows = R[ENV]\nfor row in rows:\n    print(row[A])",
    "rows = R.get(ENV)\nif rows:\n    print(rows[0][A])\nelse:\n    print('none')",
    "print([row[A] for row in R[ENV]])",
    "print({str(row[A]): row[B] for row in R[ENV]})",
    "print(sum(1 for row in R[ENV] if row[A]))",
    "print(sorted(str(row[A]) for row in R[ENV]))",
    "print(next((row[A] for row in R[ENV] if row[B]), None))",
    "print([(r1[A], r2[B]) for r1 in R[ENV] for r2 in R[ENV]])",
    "print(R[ENV][0][A], R[ENV][-1][B])",
    "first = R[ENV][0]\nprint(first[A], A in first, 'nope' in first)",
    "first, *others = R[ENV]\nprint(first[A], len(others))",
    "first, second = R[ENV]\nprint(first[A], second[B])",
    "(only,) = R[ENV]\nprint(only[A], float(only[B] or 0))",
    'row = R[ENV][0]\nprint(f"{row[A]} {row[B]!r}", str(row[A]), [row[B]])',
    "print(float(R[ENV][0][A]))",
    "print(int(R[ENV][0][B]))",
    "print(type(R[ENV][0][A]).__name__, type(R[ENV][0][B]).__name__)",
    "if ENV in R and len(R[ENV]) > 0:\n    print(R[ENV][0][A])",
    "if R[ENV] is not None and R[ENV]:\n    print(R[ENV][0][A])",
    "if (found := R[ENV]):\n    print(found[0][A])",
    "print(R[ENV] == [], not R[ENV])",
    "print(any(row[A] == 'OPN' for row in R[ENV]), all(row[B] for row in R[ENV]))",
    "print(list(map(lambda row: row[A], R[ENV])))",
    "print(max(R[ENV], key=lambda row: str(row[A]))[B])",
    "kept.append(R)",
    "kept.extend(R[ENV])",
    "kept.append(R[ENV])",
    "print(R[ENV] + [], list(R), R.keys())",
    "print(json.dumps(R, default=str))",
    "rows = R[ENV]\nrows[0][A] = 'changed'\nprint(rows[0][A])",
    "rows = R[ENV]\nwhile rows:\n    print(rows.pop()[A])",
    "message = R.get('fault', 'fine')\nprint(message)",
    "other = R\nprint(other[ENV][0][A])",
    "print(R[ENV][0][QTY - 2])",
    "print(*[row[A] for row in R[ENV]], sep='|')",
    "del R[ENV][0]\nprint(len(R[ENV]))",
    "if R[ENV][0][A] == R[ENV][0][A]:\n    print('same')",
    "last = None\nfor last in R[ENV]:\n    pass\nprint(last and last[A])",
]
_ALONE = [
    "print(CLIENT.margin()['Success']['derivatives'][0]['options']['option']['availableCashBalance'])",
    "print(CLIENT.margin())",
    "print(CLIENT.margin()['Success'].keys())",
    "print(CLIENT.cancel_order(None))",
    "print(CLIENT.cancel_order(12345))",
    "CLIENT.cancel_order()",
    "print(CLIENT.modify_order('99', 10, 1, 0, 0, 'GFD'))",
    "CLIENT.modify_order('99', price=10, quantity=1)",
    "print(CLIENT.login(password='again'))",
    "print(CLIENT.session_2fa('1234')['userId'])",
    "print(len(CLIENT.session_token or ''))",
    "token = CLIENT.session_token\nprint(token is None, type(token).__name__)",
    "kept.append(CLIENT.one_time_token is None)",
    "print(CLIENT is None, bool(CLIENT))",
    "call = CLIENT.order_report\nprint(len(call()['success']))",
    "print(getattr(CLIENT, 'quote')(727)['success'][0]['ltp'])",
    "print(type(CLIENT).__name__ in ('KSTradeApi', 'NeoClient'))",
    "print(len(kept))",
]

_WITHOUT_A_SESSION = ["CLIENT.logout()", "print(CLIENT.logout())"]


def _result(pick: Pick, call: str, use: str, number: int) -> str:
    """``use`` of the result of ``call``: held in a name, used at once, or returned by a function."""
    # A name that many results share makes them one web.
    name = pick([f"r{number}", "result"])
    how = pick(["name", "name", "at once", "function", "branch", "walrus", "two", "inner", "global", "held", "passed"])
    if how == "at once" and len(_RESULT.findall(use)) == 1 and "\n" not in call:
        return _RESULT.sub(lambda _: call, use)
    if how == "function":
        return (
            f"def get{number}(api):\n    return {call.replace('CLIENT', 'api')}\n\n{name} = get{number}(CLIENT)\n"
            + (_named(use, name))
        )
    if how == "branch":
        return f"if QTY > 1:\n    {name} = {call}\nelse:\n    {name} = None\n{_named(use, name)}"
    wrap = _WAYS.get(how)
    if wrap is not None:
        return wrap.format(name=name, number=number, call=call, use=_named(use, name), inner=_inside(_named(use, name)))
    return f"{name} = {call}\n{_named(use, name)}"


_WAYS = {
    "walrus": "if ({name} := {call}):\n{inner}",
    "two": "{name}, other = {call}, 1\n{use}",
    "inner": "{name} = {call}\ndef use{number}():\n{inner}\nuse{number}()",
    "global": "def fetch{number}():\n    global {name}\n    {name} = {call}\nfetch{number}()\n{use}",
    "held": "shelf = {{'one': {call}}}\n{name} = shelf['one']\n{use}",
    "passed": "def show{number}({name}):\n{inner}\nshow{number}({call})",
}
"""Ways of a result to its use."""


def _inside(lines: str) -> str:
    return textwrap.indent(lines, "    ")


_RESULT = re.compile(r"\bR\b")


def _named(use: str, name: str) -> str:
    return _RESULT.sub(name, use)


def _guarded(pick: Pick, lines: str) -> str:
    body = textwrap.indent(lines, "    ")
    return str(
        pick([
            lines,
            lines,
            f"try:\n{body}\nexcept Exception as error:\n    print(type(error).__name__, error)",
            f"try:\n{body}\nexcept ApiException as error:\n    print(error.status, error.reason)",
            f"try:\n{body}\nexcept (ApiException, KeyError) as error:\n    print('failed', error)\nfinally:\n    print('end')",
            f"for turn in range(2):\n{body}",
            f"if QTY == 2:\n{body}",
        ])
    )  # fmt: skip


def act(pick: Pick, number: int, *, odd: bool) -> str:
    """Some lines about a client that is called ``CLIENT`` in them. ``odd``: wrong arguments are among them."""
    kind = pick(["order", "order", "list", "list", "list", "alone"])
    if kind == "order":
        lines = _result(pick, place_order(pick, "CLIENT", odd=odd), pick(_OF_AN_ORDER), number)
    elif kind == "list":
        call = pick(list(_LISTS))
        envelope, fields = _LISTS[call]
        use = pick(_OF_A_LIST).replace("ENV", repr(envelope))
        for sign in ("A", "B"):
            use = re.sub(rf"(?<![\w'.]){sign}(?![\w'])", repr(pick(fields)), use)
        lines = _result(pick, call, use, number)
    else:
        # Of two errors in one call, no session and a wrong argument, either may be told: nothing is sent.
        lines = pick(_ALONE if odd else [*_ALONE, *_WITHOUT_A_SESSION])
    return _guarded(pick, lines)
