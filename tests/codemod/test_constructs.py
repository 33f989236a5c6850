# ruff: noqa: E501 - one line for each case
"""One construct each: the text before, the text after. ``{...}`` is the body after the bot's usual first lines."""

import textwrap

import pytest
from ks_codemods import migrate

HEAD = "from ks_api_client import ks_api\nc = ks_api.KSTradeApi('t', 'u', 'k', 'i', 'a')\n"
NATIVE = "from ks_compat import NeoClient, v1\nc = NeoClient(access_token='t', ucc='u', raise_as=v1.old_error)\n"


@pytest.fixture
def run(tmp_path):
    def run(before, name="bot.py", **others):
        for other, text in others.items():
            (tmp_path / f"{other}.py").write_text(textwrap.dedent(text))
        path = tmp_path / name
        path.write_text(before)
        report = migrate([tmp_path], write=True)
        assert not migrate([tmp_path]).left_to_do, "a second run changes something"
        file = next(file for file in report.files if file.path == path)
        assert path.read_text() == (file.after or before)
        return file

    return run


P = "order_type='N', instrument_token=1, transaction_type='BUY', quantity=1, price=0"
N = "product='CARRY', instrument_token=1, transaction_type='B', quantity=1, order_type=\"MKT\", price=0"
MKT = 'order_type="MKT", price=0'
TAG = ', tag="string"'

CALLS = {
    "login": ("c.login(password='x')", "c.totp_login()"),
    "login_over_lines": ("c.login(\n    password='x',\n)", "c.totp_login()"),
    "session_2fa_empty": ("c.session_2fa()", "c.totp_validate()"),
    "session_2fa_positional": ("c.session_2fa('1')", "c.totp_validate()"),
    "login_printed": ("print(c.login('x'))", "print(v1.login_answer(c.totp_login()))"),
    "session_kept": ("s = c.session_2fa()\nprint(s['userId'])", "s = c.totp_validate()\nprint(s.ucc)"),
    "logout_printed": ("print(c.logout())", "print(v1.logout_answer(c.logout()))"),
    "thrown_away": (f"c.place_order({P})", f"c.place_order({N}{TAG})"),
    "one_line_if": (f"if x: c.place_order({P})", f"if x: c.place_order({N}{TAG})"),
    "semicolons": ("a = 1; c.logout(); b = 2", "a = 1; c.logout(); b = 2"),
    "order_id": (f"r = c.place_order({P})\nprint(r['Success']['NSE']['orderId'])", f"r = c.place_order({N}{TAG})\nprint(int(r.on('NSE').order_id))"),
    "order_id_bse": (f"r = c.place_order({P})\nprint(r['Success']['BSE']['orderId'])", f"r = c.place_order({N}{TAG})\nprint(int(r.on('BSE').order_id))"),
    "order_id_directly": (f"i = c.place_order({P})['Success']['NSE']['orderId']", f"i = int(c.place_order({N}{TAG}).on('NSE').order_id)"),
    "currency": (f"r = c.place_order({P})\nprint(r['Success']['NSE-FX']['orderId'])", f"r = c.place_order({N}{TAG})\nprint(int(r.on('NSE-FX').order_id))"),
    "two_orders_one_name": (f"r = c.place_order({P})\nr = c.place_order({P})\nprint(r['Success']['NSE']['orderId'])", f"r = c.place_order({N}{TAG})\nr = c.place_order({N}{TAG})\nprint(int(r.on('NSE').order_id))"),
    "name_with_another_value": (f"r = None\nr = c.place_order({P})\nprint(r['Success']['NSE']['orderId'])", f"r = None\nr = v1.place_answer(c.place_order({N}{TAG}))\nprint(r['Success']['NSE']['orderId'])"),
    "printed_too": (f"r = c.place_order({P})\nprint(r, r['Success']['NSE']['orderId'])", f"r = v1.place_answer(c.place_order({N}{TAG}))\nprint(r, r['Success']['NSE']['orderId'])"),
    "positional": ("c.place_order('MIS', 1, 'SELL', 2, 0)", 'c.place_order(product=\'MIS\', instrument_token=1, transaction_type=\'S\', quantity=2, order_type="MKT", price=0, tag="string")'),
    "limit": ("c.place_order('N', 1, 'BUY', 2, 10.5)", 'c.place_order(product=\'CARRY\', instrument_token=1, transaction_type=\'B\', quantity=2, order_type="L", price=10.5, tag="string")'),
    "stop_market": ("c.place_order('N', 1, 'BUY', 2, 0, trigger_price=9)", 'c.place_order(product=\'CARRY\', instrument_token=1, transaction_type=\'B\', quantity=2, order_type="SL-M", price=0, trigger_price=9, tag="string")'),
    "stop_limit": ("c.place_order('N', 1, 'BUY', 2, 10, 0, 9)", 'c.place_order(product=\'CARRY\', instrument_token=1, transaction_type=\'B\', quantity=2, order_type="SL", price=10, disclosed_quantity=0, trigger_price=9, tag="string")'),
    "dynamic": ("c.place_order(order_type=o, instrument_token=int(t), transaction_type=s, quantity=q, price=p, trigger_price=g)", 'c.place_order(product=v1.native_product(o), instrument_token=int(t), transaction_type=v1.native_side(s), quantity=q, **v1.pricing(price=p, trigger_price=g), tag="string")'),
    "conditional_price": (f"c.place_order({P.replace('price=0', 'price=1 if x else 0')})", f"c.place_order({N.replace(MKT, '**v1.pricing(price=1 if x else 0)')}{TAG})"),
    "ioc": (f"c.place_order({P}, validity='IOC')", f"c.place_order({N}, validity='IOC'{TAG})"),
    "amo": (f"c.place_order({P}, variety='AMO')", f"c.place_order({N}, amo='YES'{TAG})"),
    "tag_none": (f"c.place_order({P}, tag=None)", f"c.place_order({N}, tag=None)"),
    "tag_f_string": (f"c.place_order({P}, tag=f'a{{x}}')", f"c.place_order({N}, tag=f'a{{x}}')"),
    "call_kept_in_place": (f"c.place_order({P.replace('quantity=1', 'quantity=size()')})", f"c.place_order({N.replace('quantity=1', 'quantity=size()')}{TAG})"),
    "comments_between": ("c.place_order('N',  # kind\n    1, 'BUY', 1, 0,  # last\n)", 'c.place_order(product=\'CARRY\',  # kind\n    instrument_token=1, transaction_type=\'B\', quantity=1, order_type="MKT", price=0, tag="string",  # last\n)'),
    "modify": ("c.modify_order('1', 10, 5, 0, 0, 'GFD')", "c.modify_order(order_id='1', order_type=\"L\", price=10, quantity=5, disclosed_quantity=0, trigger_price=0, validity='DAY')"),
    "modify_printed": ("print(c.modify_order('1', 10, 5, 0, 0, 'GFD'))", "print(v1.modify_answer(c.modify_order(order_id='1', order_type=\"L\", price=10, quantity=5, disclosed_quantity=0, trigger_price=0, validity='DAY')))"),
    "modify_dynamic_validity": ("c.modify_order('1', 10, 5, 0, 0, v)", "c.modify_order(order_id='1', order_type=\"L\", price=10, quantity=5, disclosed_quantity=0, trigger_price=0, validity=v1.native_validity(v))"),
    "cancel": ("c.cancel_order(x)", "c.cancel_order(x)"),
    "cancel_printed": ("print(c.cancel_order(order_id=x))", "print(v1.cancel_answer(c.cancel_order(order_id=x)))"),
    "book_length": ("n = len(c.order_report()['success'])", "n = len(c.order_report())"),
    "book_none": ("n = len(c.order_report(None)['success'])", "n = len(c.order_report())"),
    "history": ("h = c.order_report(order_id=5, is_fno='Y')\nprint(h['success'][-1]['status'])", "h = c.order_history(order_id=5)\nprint(v1.status(h[-1]))"),
    "history_of_what_may_be_none": ("h = c.order_report(order_id=x)\nprint(h['success'][-1]['status'])", "h = v1.old_order_report(c, order_id=x)\nprint(h['success'][-1]['status'])"),
    "loop": ("for o in c.order_report()['success']:\n    print(o['orderId'], o.get('price'))", "for o in c.order_report():\n    print(int(o.order_id), v1.order_price(o))"),
    "loop_whose_row_escapes": ("for o in c.order_report()['success']:\n    print(o)", "for o in v1.order_book_answer(c.order_report())['success']:\n    print(o)"),
    "loop_with_a_constant_field": ("for o in c.order_report()['success']:\n    print(o['leg'])", "for o in v1.order_book_answer(c.order_report())['success']:\n    print(o['leg'])"),
    "loop_with_an_unknown_field": ("for o in c.order_report()['success']:\n    print(o['nope'])", "for o in v1.order_book_answer(c.order_report())['success']:\n    print(o['nope'])"),
    "wrong_envelope": ("print(len(c.order_report()['Success']))", "print(len(v1.order_book_answer(c.order_report())['Success']))"),
    "written_into": ("r = c.order_report()\nr['success'][0]['status'] = 'X'", "r = v1.order_book_answer(c.order_report())\nr['success'][0]['status'] = 'X'"),
    "unpacked_into": ("r = c.order_report()\n(r['success'][0]['status'], y) = 1, 2", "r = v1.order_book_answer(c.order_report())\n(r['success'][0]['status'], y) = 1, 2"),
    "deleted_from": ("r = c.order_report()\ndel r['success'][0]['status']", "r = v1.order_book_answer(c.order_report())\ndel r['success'][0]['status']"),
    "loop_name_bound_twice": ("for o in c.order_report()['success']:\n    print(o['price'])\no = 1", "for o in v1.order_book_answer(c.order_report())['success']:\n    print(o['price'])\no = 1"),
    "captured_by_a_lambda": ("q = c.quote(1)\nf = lambda: q['success'][0]['ltp']", "q = c.quotes(1)\nf = lambda: str(q[0].ltp)"),
    "comprehension": ("ids = [o['orderId'] for o in c.order_report()['success'] if o['price'] > 1]", "ids = [int(o.order_id) for o in c.order_report() if v1.order_price(o) > 1]"),
    "positions": ("p = c.positions('OPEN')\nprint(p['Success'][i]['netTrdQtyLot'])", "p = v1.open_positions(c.positions(with_ltp=True))\nprint(p[i].net_quantity)"),
    "positions_in_a_frame": ("d = pd.DataFrame(c.positions(position_type='TODAYS')['Success'])", "d = pd.DataFrame(v1.todays_positions_answer(c.positions(with_ltp=True))['Success'])"),
    "positions_thrown_away": ("c.positions('TODAYS')", "c.positions(with_ltp=True)"),
    "quote_get": ("x = c.quote(1).get('success')[0].get('ltp')", "x = str(c.quotes(1)[0].ltp)"),
    "quote_float": ("x = float(c.quote(1)['success'][0]['ltp'])", "x = float(c.quotes(1)[0].ltp)"),
    "quote_dynamic": ("x = float(c.quote(instrument_token=t)['success'][0]['ltp'])", "x = float(c.quotes(v1.tokens(t))[0].ltp)"),
    "quote_joined": ("c.quote('1-2')", "c.quotes(v1.tokens('1-2'))"),
    "quote_ltp": ("x = c.quote(1, quote_type='LTP')['success'][0]['lastPrice']", "x = str(c.quotes(1, \"ltp\")[0].ltp)"),
    "quote_open": ("x = c.quote(1)['success'][0]['open_price']", "x = str(c.quotes(1)[0].ohlc.open)"),
    "row_kept": ("x = c.quote(1)['success'][0]\nprint(x['ltp'])", "x = c.quotes(1)[0]\nprint(str(x.ltp))"),
    "slice": ("x = c.order_report()['success'][1:]", "x = c.order_report()[1:]"),
    "envelope_tested": ("r = c.order_report()\nprint('success' in r)", "r = c.order_report()\nprint(r is not None)"),
    "nested_calls": ("c.cancel_order(order_id=c.order_report()['success'][0]['orderId'])", "c.cancel_order(order_id=int(c.order_report()[0].order_id))"),
    "parentheses": ("x = (c.order_report())['success'] [0] ['price']", "x = v1.order_price((c.order_report())[0])"),
    "in_a_list": ("x = [c]\nx[0].quote(1)", "x = [c]\nx[0].quotes(1)"),
    "in_a_dict": ("x = {'client': c}\nx['client'].quote(1)", "x = {'client': c}\nx['client'].quotes(1)"),
    "deleted": ("del c", "del c"),
    "returned_by_a_method": ("class A:\n    def get(self):\n        return c\nA().get().quote(1)", "class A:\n    def get(self):\n        return c\nA().get().quotes(1)"),
    "tests_of_the_client": ("if c is not None and c: c.logout()\nok = not c", "if c is not None and c: c.logout()\nok = not c"),
    "session_token": ("x = c.session_token\nc.one_time_token = y", "x = c.session_token\nc.view_token = y"),
    "int_shadowed": ("int = 5\nx = c.order_report()['success'][0]['orderId']", "int = 5\nx = v1.order_book_answer(c.order_report())['success'][0]['orderId']"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), CALLS.values(), ids=CALLS)
def test_call(run, before, after):
    file = run(f"{HEAD}{before}\n")
    assert file.after == f"{NATIVE}{after}\n"
    assert file.outcome == "native"


AT_RUN_TIME = {
    "kwargs": "**x",
    "args": "*x",
    "product": f"{P}, product='NORMAL'",
    "order_type_o": P.replace("'N'", "'O'"),
    "order_type_sm": P.replace("'N'", "'SM'"),
    "order_type_sor": P.replace("'N'", "'SOR'"),
    "squareoff": f"{P}, variety='SQUAREOFF'",
    "lower_case": P.replace("'BUY'", "'Buy'"),
    "negative_price": P.replace("price=0", "price=-1"),
    "text_price": P.replace("price=0", "price='x'"),
    "bool_price": P.replace("price=0", "price=True"),
    "side_of_a_call": P.replace("'BUY'", "side.upper()"),
    "call_beside_a_translation": P.replace("'BUY'", "side").replace("quantity=1", "quantity=size()"),
    "unknown_argument": f"{P}, color=1",
    "missing_argument": "order_type='N'",
    "dynamic_validity": f"{P}, validity=v",
    "dynamic_variety": f"{P}, variety=v",
    "amo_of_a_dynamic_type": P.replace("'N'", "o") + ", variety='AMO'",
    "tag_that_may_be_a_number": f"{P}, tag=t",
    "walrus": P.replace("quantity=1", "quantity=(n := 1)"),
    "smart_order_routing": f"{P}, smart_order_routing='Y'",
}


@pytest.mark.parametrize("arguments", AT_RUN_TIME.values(), ids=AT_RUN_TIME)
def test_arguments_translated_at_run_time(run, arguments):
    file = run(f"{HEAD}c.place_order({arguments})\n")
    assert file.after == f"{NATIVE}c.place_order(**v1.place_order({arguments}))\n"
    assert [site.code for site in file.sites] == ["KS103", "KS105"]


HELD = {
    "passed_to_a_stranger": "helper(c)",
    "in_a_list_that_is_passed_on": "x = [c]\nprint(x)",
    "in_a_dict_that_is_passed_on": "x = {'client': c}\nregister(x)",
    "in_a_set": "x = {c}",
    "item_assigned": "x['c'] = c",
    "getattr": "getattr(c, name)(1)",
    "getattr_with_a_default": "getattr(c, 'quote', None)(1)",
    "getattr_of_an_attribute": "getattr(c, 'host')",
    "method_printed": "f = c.quote\nprint(f)",
    "method_asked_for_its_client": "f = c.quote\nf.__self__.logout()",
    "method_without_a_rewrite": "f = c.subscribe",
    "method_replaced": "c.quote = fake",
    "callback": "run(c.order_report)",
    "attribute": "print(c.host)",
    "session_token_deleted": "del c.session_token",
    "session_token_augmented": "c.session_token += 'x'",
    "subscribe": "c.subscribe(input_tokens='1', callback=print)",
    "typo": "c.holdings()",
    "exec": "exec('c.quote(1)')",
    "globals": "globals()['c'].quote(1)",
    "another_broker": "c = KiteConnect()",
    "another_broker_on_a_branch": "if x:\n    c = other()",
    "loop_target": "for c in clients: c.logout()",
    "with_target": "with x as c: c.logout()",
    "walrus_target": "(c := other()).logout()",
    "unpacked": "c, d = x",
    "import_of_that_name": "import c",
    "login_starred": "c.login(*x)",
    "login_without_argument": "c.login()",
    "conditional_expression": "(c if x else d).logout()",
    "lambda_default": "f = lambda k=c: k.logout()",
    "lambda_result": "f = lambda: c",
    "yielded": "def g():\n    yield c",
    "returned_by_a_method_of_a_stranger": "class A(Base):\n    def get(self):\n        return c",
    "decorated_factory": "@cache\ndef get():\n    return c\nget().logout()",
    "function_passed_on": "def get():\n    return c\nrun(get)\nget().logout()",
    "parameter_with_other_callers": "def f(k):\n    k.logout()\nf(c)\nf(other())",
    "patched_class": "ks_api.KSTradeApi.quote = fake",
    "partial_printed": "import functools\np = functools.partial(c.place_order, order_type='N')\nprint(p.func)",
    "partial_of_another_package": "from toolz import partial\np = partial(c.place_order, order_type='N')",
}


@pytest.mark.parametrize("body", HELD.values(), ids=HELD)
def test_held_on_the_facade(run, body):
    file = run(f"{HEAD}{body}\n")
    assert file.after == f"{HEAD.replace('ks_api_client', 'ks_compat')}{body}\n"
    assert file.outcome == "facade"
    assert {site.outcome for site in file.sites} == {"facade"}
    assert all("bot.py:" in site.message for site in file.sites if site.code != "KS203")


CONSTRUCTORS = {
    "proxy": ("ks_api.KSTradeApi('t', 'u', 'k', proxy_url='http://x')", None),
    "starred": ("ks_api.KSTradeApi(**x)", None),
    "effect_beside_an_effect": ("ks_api.KSTradeApi(read_token(), 'u', read_key())", None),
    "in_a_tuple": ("ks_api.KSTradeApi('t', 'u', 'k'), 1", "NeoClient(access_token='t', ucc='u', raise_as=v1.old_error), 1"),
    "no_proxy": ("ks_api.KSTradeApi('t', 'u', 'k', proxy_url=None)", "NeoClient(access_token='t', ucc='u', raise_as=v1.old_error)"),
    "nothing": ("ks_api.KSTradeApi(T, U, 'k')", "NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)"),
    "effect_kept": ("ks_api.KSTradeApi(read(), 'u', cfg['k'], os.getenv('I', x), os.environ['A'])", "NeoClient(access_token=read(), ucc='u', raise_as=v1.old_error)"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), CONSTRUCTORS.values(), ids=CONSTRUCTORS)
def test_constructor(run, before, after):
    file = run(f"from ks_api_client import ks_api\nc = {before}\n")
    wanted = (
        f"from ks_compat import NeoClient, v1\nc = {after}\n"
        if after
        else f"from ks_compat import ks_api\nc = {before}\n"
    )
    assert file.after == wanted


IMPORTS = {
    "class": ("from ks_api_client.ks_api import KSTradeApi\nc = KSTradeApi(T, U, 'k')\n", "from ks_compat import NeoClient, v1\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"),
    "class_alias": ("from ks_api_client.ks_api import KSTradeApi as K\nc = K(T, U, 'k')\n", "from ks_compat import NeoClient, v1\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"),
    "module_alias": ("from ks_api_client import ks_api as k\nc = k.KSTradeApi(T, U, 'k')\n", "from ks_compat import NeoClient, v1\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"),
    "dotted": ("import ks_api_client.ks_api\nc = ks_api_client.ks_api.KSTradeApi(T, U, 'k')\n", "from ks_compat import NeoClient, v1\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"),
    "dotted_alias": ("import ks_api_client.ks_api as k\nc = k.KSTradeApi(T, U, 'k')\n", "from ks_compat import NeoClient, v1\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"),
    "both_styles": ("import ks_api_client\nfrom ks_api_client import ks_api\nc = ks_api.KSTradeApi(T, U, 'k')\n", "from ks_compat import NeoClient, v1\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"),
    "with_exception": ("from ks_api_client import ks_api, ApiException\nc = ks_api.KSTradeApi(T, U, 'k')\n", "from ks_compat import NeoClient, v1, ApiException\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"),
    "exceptions": ("from ks_api_client.exceptions import ApiException\n", "from ks_compat.exceptions import ApiException\n"),
    "package": ("import ks_api_client\nprint(ks_api_client.ApiException)\n", "import ks_compat\nprint(ks_compat.ApiException)\n"),
    "package_alias": ("import ks_api_client as k\nprint(k.ApiException)\n", "import ks_compat as k\nprint(k.ApiException)\n"),
    "package_name_taken": ("import ks_api_client\nks_compat = ks_api_client\n", "import ks_compat as ks_api_client\nks_compat = ks_api_client\n"),
    "already_swapped": ("from ks_compat import ks_api\nc = ks_api.KSTradeApi(T, U, 'k')\n", "from ks_compat import NeoClient, v1\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"),
    "v1_taken": ("from ks_api_client import ks_api\nv1 = 2\nc = ks_api.KSTradeApi(T, U, 'k')\n", "from ks_compat import NeoClient, v1 as ks_v1\nv1 = 2\nc = NeoClient(access_token=T, ucc=U, raise_as=ks_v1.old_error)\n"),
    "both_taken": ("from ks_api_client import ks_api\ndef f(v1, NeoClient): pass\nc = ks_api.KSTradeApi(T, U, 'k')\n", "from ks_compat import NeoClient as KsNeoClient, v1 as ks_v1\ndef f(v1, NeoClient): pass\nc = KsNeoClient(access_token=T, ucc=U, raise_as=ks_v1.old_error)\n"),
    "in_a_function": ("import os\n\n\ndef f():\n    from ks_api_client import ks_api\n    c = ks_api.KSTradeApi(T, U, 'k')\n", "import os\nfrom ks_compat import NeoClient, v1\n\n\ndef f():\n    from ks_compat import ks_api\n    c = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"),
    "still_used": ("from ks_api_client import ks_api\nc = ks_api.KSTradeApi(T, U, 'k')\ndef f(x: ks_api.KSTradeApi): pass\n", "from ks_compat import ks_api\nfrom ks_compat import NeoClient, v1\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\ndef f(x: ks_api.KSTradeApi): pass\n"),
    "in_a_try": ("try:\n    from ks_api_client import ks_api\nexcept ImportError:\n    ks_api = None\nc = ks_api.KSTradeApi(T, U, 'k')\n", "from ks_compat import NeoClient, v1\ntry:\n    from ks_compat import ks_api\nexcept ImportError:\n    ks_api = None\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"),
    "none_elsewhere": ("from ks_api_client import ks_api\nif x: ks_api = None\nc = ks_api.KSTradeApi(T, U, 'k')\n", "from ks_compat import ks_api\nif x: ks_api = None\nc = ks_api.KSTradeApi(T, U, 'k')\n"),
    "star": ("from ks_api_client import *\n", "from ks_compat import *\n"),
    "type_checking": ("if TYPE_CHECKING:\n    from ks_api_client.ks_api import KSTradeApi\n", "if TYPE_CHECKING:\n    from ks_compat.ks_api import KSTradeApi\n"),
    "subclass": ("from ks_api_client.ks_api import KSTradeApi\nclass A(KSTradeApi):\n    def login(self): super().login('x')\n", "from ks_compat.ks_api import KSTradeApi\nclass A(KSTradeApi):\n    def login(self): super().login('x')\n"),
    "own_module_ks_api": ("import ks_api\nc = ks_api.KSTradeApi(T, U, 'k')\nc.place_order()\n", ""),
    "relative": ("from . import ks_api_client\nks_api_client.login('x')\n", ""),
    "another_package": ("from kiteconnect import KSTradeApi\nc = KSTradeApi(T, U, 'k')\nc.place_order(price=1)\n", ""),
    "no_evidence": ("# KSTradeApi\nclient.place_order(order_type='N')\n", ""),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), IMPORTS.values(), ids=IMPORTS)
def test_imports(run, before, after):
    file = run(before)
    assert file.after == (after or before)


def test_own_file_of_that_name(run):
    before = "import ks_api_client\nks_api_client.login('x')\n"
    file = run(before, ks_api_client="def login(x): pass\n")
    assert (file.after, file.outcome) == (before, "untouched")


def test_two_brokers_with_the_same_methods(run):
    other = "k.place_order(order_type='N', price=0)\nk.login('x')\n"
    file = run(f"{HEAD}k = KiteConnect()\n{other}c.logout()\n")
    assert file.after == f"{NATIVE}k = KiteConnect()\n{other}c.logout()\n"


def test_two_groups_in_one_file(run):
    file = run(f"{HEAD}d = ks_api.KSTradeApi(T, U, 'k')\nd.unsubscribe()\nc.quote(1)\n")
    assert file.after == (
        "from ks_compat import ks_api\nfrom ks_compat import NeoClient, v1\n"
        "c = NeoClient(access_token='t', ucc='u', raise_as=v1.old_error)\nd = ks_api.KSTradeApi(T, U, 'k')\nd.unsubscribe()\nc.quotes(1)\n"
    )
    assert file.outcome == "facade"


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "T",
        "T, U",
        "T, U, None",
        "T, U, consumer_key=''",
        "access_token=None, userid=U",
        "T, ''",
        "userid=U, consumer_key='k'",
        "T, None, 'k'",
    ],
)
def test_a_constructor_that_looks_its_values_up_stays_on_the_facade(arguments, tmp_path):
    bot = tmp_path / "bot.py"
    bot.write_text(f"from ks_api_client import ks_api\nc = ks_api.KSTradeApi({arguments})\nc.logout()\n")
    (file,) = migrate([bot]).files
    assert file.outcome == "facade"
    assert all("KSTradeApi is not given" in site.message for site in file.sites)
