# ruff: noqa: E501 - one call for each project, file names as keywords
"""Methods of a client that are taken without a call, by name, or with some of their arguments; and decorated code."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_projects import PROJECT, goes_native, project

from ks_compat.sandbox import Sandbox

BUY = "order_type='N', instrument_token=754, transaction_type='BUY', quantity=1, price=0"
ROW = "['success'][0]['ltp']"

NATIVE = {
    # -- by name ---------------------------------------------------------------------------------------------------
    "getattr_called": (["print(v1.place_answer(client.place_order("], project(main=f"""
        TOP
        client = MAKE
        START(client)
        print(getattr(client, "place_order")({BUY})["Success"]["NSE"]["tag"])
        USE(client)
        """)),
    "getattr_called_whole": (["v1.old_order_report(client, n)", "v1.old_quote(client, *t)"], project(main=f"""
        TOP
        client = MAKE
        START(client)
        n = None
        t = [754]
        print(len(getattr(client, "order_report")(n)["success"]), getattr(client, 'quote')(*t){ROW})
        """)),
    "getattr_kept": (['ask = v1.old_method(client, "quote")'], project(main=f"""
        TOP
        client = MAKE
        START(client)
        ask = getattr(client, "quote")
        print(ask(754){ROW})
        """)),
    "getattr_beside_a_method_of_that_name": ([], project(main="""
        TOP
        class Broker:
            def __init__(self):
                self.client = MAKE
                START(self.client)
            def quote(self, client):
                USE(client)
        b = Broker()
        b.quote(b.client)
        print(getattr(b.client, "quote")(754)["success"][0]["ltp"])
        """)),
    # -- aliases ---------------------------------------------------------------------------------------------------
    "alias": (['place = v1.old_method(client, "place_order")'], project(main=f"""
        TOP
        client = MAKE
        START(client)
        place = client.place_order
        print(place({BUY}), place(**dict({BUY}, tag="x")))
        USE(client)
        """)),
    "alias_of_each_method": ([], project(main="""
        TOP
        client = MAKE
        login, second, bye = client.login, client.session_2fa, client.logout
        print(sorted(login("x")), sorted(second()))
        place, modify, cancel, number = client.place_order, client.modify_order, client.cancel_order, client.get_order_id
        i = number(place("N", 754, "BUY", 1, 10.5))
        print(i, modify(i, 11, 1, 0, 0, "GFD"), cancel(i))
        book, trades, held, ask = client.order_report, client.trade_report, client.positions, client.quote
        print(book(), book(order_id=i), trades(), held("OPEN"), held(position_type="STOCKS"), ask(754, "LTP"))
        funds, need, past = client.margin, client.margin_required, client.history
        print(funds(), need("BUY", [dict(instrument_token=754, quantity=1, price=10)]))
        for call in (lambda: held("X"), lambda: ask(1, "X"), lambda: place(1), lambda: past("x", {}), lambda: funds(1)):
            try:
                print(call())
            except Exception as error:
                print(type(error).__name__, error)
        print(bye())
        try:
            held("OPEN")
        except Exception as error:
            print(type(error).__name__, error)
        """)),
    "alias_on_a_branch": ([], project(main=f"""
        TOP
        client = MAKE
        START(client)
        live, ask = True, None
        if live:
            ask = client.quote
        if ask is not None:
            print(ask(754){ROW})
        """)),
    "alias_as_an_attribute": (['self.ask = v1.old_method(client, "quote")'], project(main=f"""
        TOP
        class Feed:
            def __init__(self, client):
                self.ask = client.quote
            def show(self):
                print(self.ask(754){ROW})
        client = MAKE
        START(client)
        Feed(client).show()
        """)),
    "alias_passed_to_a_known_function": ([], project(
        helper="""
        def show(ask, token):
            print(ask(token, quote_type="LTP"))
        """,
        main="""
        TOP
        from helper import show
        client = MAKE
        START(client)
        show(client.quote, 754)
        """)),
    "alias_returned": ([], project(main=f"""
        TOP
        def asker():
            client = MAKE
            START(client)
            return client.quote
        print(asker()(754){ROW})
        """)),
    "aliases_in_a_dict": ([], project(main="""
        TOP
        client = MAKE
        START(client)
        actions = {"quote": client.quote, "book": client.order_report}
        print(actions["quote"](754)["success"][0]["ltp"], len(actions["book"]()["success"]))
        """)),
    "aliases_of_two_clients": ([], project(main=f"""
        TOP
        one, two = MAKE, MAKE
        START(one)
        START(two)
        for ask in (one.quote, two.quote):
            print(ask(754){ROW})
        """)),
    "thread_of_a_client_method": ([], project(main="""
        from threading import Thread
        TOP
        client = MAKE
        START(client)
        t = Thread(target=client.quote, args=(754,))
        t.start()
        t.join()
        print(t.name.split()[1])
        """)),
    "pool_of_a_client_method": ([], project(main=f"""
        from concurrent.futures import ThreadPoolExecutor
        TOP
        client = MAKE
        START(client)
        with ThreadPoolExecutor() as pool:
            print(pool.submit(client.quote, 754).result(){ROW})
        """)),
    # -- functools.partial -----------------------------------------------------------------------------------------
    "partial": (['partial(v1.old_method(client, "place_order"), order_type="N"'], project(main="""
        import functools
        TOP
        client = MAKE
        START(client)
        buy = functools.partial(client.place_order, order_type="N", transaction_type="BUY", price=0)
        print(buy(instrument_token=754, quantity=1), buy(instrument_token=727, quantity=2, tag="x"))
        USE(client)
        """)),
    "partial_of_an_alias": ([], project(main=f"""
        from functools import partial
        TOP
        client = MAKE
        START(client)
        ask = client.quote
        nifty = partial(ask, 754)
        print(nifty(){ROW}, partial(nifty, quote_type="LTP")())
        """)),
    # -- decorated functions with a client -------------------------------------------------------------------------
    "decorator_that_passes_through": ([], project(main="""
        import functools
        TOP
        def keep_log(f):
            '''Prints what is called.'''
            @functools.wraps(f)
            def inner(*args, **kwargs):
                print("calling", f.__name__)
                result = f(*args, **kwargs)
                print("done")
                return result
            return inner
        @keep_log
        def connect():
            client = MAKE
            START(client)
            return client
        @keep_log
        def ask(client):
            USE(client)
        ask(client=connect())
        """)),
    "decorator_with_arguments": ([], project(
        retrying="""
        from functools import wraps
        def retry(times):
            def decorate(f):
                @wraps(f)
                def inner(*a, **k):
                    for n in range(times):
                        try:
                            return f(*a, **k)
                        except ValueError:
                            print("again")
                return inner
            return decorate
        """,
        main="""
        TOP
        from retrying import retry
        class Bot:
            @retry(3)
            def ask(self, client):
                USE(client)
        client = MAKE
        START(client)
        Bot().ask(client)
        """)),
    "class_property": ([], project(main="""
        TOP
        class Kotak:
            _client = None
            @classmethod
            @property
            def client(cls):
                if cls._client is None:
                    cls._client = MAKE
                    START(cls._client)
                return cls._client
        USE(Kotak.client)
        """)),
    "none_where_the_import_fails": ([], project(main="""
        import os
        try:
            from ks_api_client import ks_api
        except ImportError:
            ks_api = None
        if ks_api is not None:
            client = MAKE
            START(client)
            USE(client)
        """)),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "texts"), NATIVE.values(), ids=NATIVE)
def test_goes_native_and_does_the_same(parts: list[str], texts: PROJECT, sandbox: Sandbox, tmp_path: Path) -> None:
    after = goes_native(texts, sandbox, tmp_path)
    assert [part for part in parts if part not in after] == []
