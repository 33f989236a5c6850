# ruff: noqa: E501 - one call for each project, file names as keywords
"""Ways in which something else may reach a client's place, or the client something else: the group stays whole."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from ks_codemods import migrate

HEAD = "from ks_api_client import ks_api\nc = ks_api.KSTradeApi(T, U, 'k')\n"


def project(because: str, **texts: str) -> tuple[str, dict[str, str]]:
    return because, {
        name: textwrap.dedent(text).lstrip().replace("HEAD\n", HEAD).replace("MAKE", "ks_api.KSTradeApi(T, U, 'k')")
        for name, text in texts.items()
    }


HELD = {
    "method_called_on_a_stranger_with_another_broker": project("main.py:7: it is not known whose ask this is", main="""
        HEAD
        class Bot:
            def ask(self, k):
                k.quote(1)
        def feed(x):
            x.ask(KiteConnect())
        Bot().ask(c)
        """),
    "method_passed_on": project("main.py:7: ask is used here otherwise than by a call", main="""
        HEAD
        class Bot:
            def ask(self, k):
                k.quote(1)
        b = Bot()
        register(b.ask)
        b.ask(c)
        """),
    "object_passed_on": project("main.py:7: an object of class Bot is used here in a way", main="""
        HEAD
        class Bot:
            def ask(self, k):
                k.quote(1)
        b = Bot()
        register(b)
        b.ask(c)
        """),
    "method_replaced": project("main.py:9: ask is used here otherwise than by a call", main="""
        HEAD
        class Bot:
            def ask(self, k):
                k.quote(1)
        def other(k):
            k.margin()
        b = Bot()
        b.ask = other
        b.ask(c)
        """),
    "function_replaced_from_outside": project("main.py:4: ask is given another value here", helper="""
        def ask(k):
            k.quote(1)
        """, main="""
        HEAD
        import helper
        helper.ask = lambda k: 5
        helper.ask(c)
        """),
    "function_of_a_module_by_name": project("main.py:2: the module login is passed on", login="""
        from ks_api_client import ks_api
        def get():
            return MAKE
        """, main="""
        import login
        getattr(login, "get")().quote(1)
        """),
    "decorated_by_the_project": project("main.py:8: ask is decorated by keep_log", main="""
        HEAD
        def keep_log(f):
            def inner(*args):
                return f(KiteConnect())
            return inner
        @keep_log
        def ask(k):
            k.quote(1)
        ask(c)
        """),
    "magic_method": project("main.py:4: Python itself calls __enter__", main="""
        HEAD
        class Session:
            def __enter__(self):
                return c
        with Session() as k:
            k.quote(1)
        """),
    "object_put_where_the_client_is": project("main.py:6: Broker(...) is put where the client is", main="""
        HEAD
        class Broker:
            def quote(self, token):
                return 5
        k = Broker() if paper else c
        k.quote(1)
        """),
    "subclass": project("main.py:2: class Mine derives from KSTradeApi", main="""
        from ks_api_client import ks_api
        class Mine(ks_api.KSTradeApi):
            pass
        c = Mine(T, U, 'k')
        c.quote(1)
        """),
    "coroutine_not_awaited": project("main.py:6: connect(...) is not awaited", main="""
        import asyncio
        from ks_api_client import ks_api
        async def connect():
            return MAKE
        async def main():
            task = asyncio.create_task(connect())
            (await task).quote(1)
        """),
    "generator": project("main.py:5: make is a generator", main="""
        from ks_api_client import ks_api
        def make():
            c = MAKE
            yield 1
            return c
        k = make()
        k.quote(1)
        """),
    "result_of_a_pool": project("main.py:6: what make returns goes to pool.submit", main="""
        from concurrent.futures import ThreadPoolExecutor
        from ks_api_client import ks_api
        def make():
            return MAKE
        with ThreadPoolExecutor() as pool:
            pool.submit(make).result().quote(1)
        """),
    "thread_with_arguments_from_elsewhere": project("main.py:5: Thread(...) has arguments that cannot be told apart", main="""
        HEAD
        from threading import Thread
        def f(k): k.quote(1)
        Thread(target=f, args=x).start()
        f(c)
        """),
    "thread_of_another_library": project("main.py:5: c is put into a collection", main="""
        HEAD
        from lib import Thread
        def f(k): k.quote(1)
        Thread(target=f, args=(c,)).start()
        """),
    "dict_passed_on": project("main.py:4: manager holds the client and is not followed here", main="""
        HEAD
        manager = {"client": c}
        json.dumps(manager)
        manager["client"].quote(1)
        """),
    "dict_updated": project("main.py:4: manager holds the client and is not followed here", main="""
        HEAD
        manager = {"client": c}
        manager.update(x)
        manager["client"].quote(1)
        """),
    "dict_of_unknown_origin": project("main.py:4: it is not seen where manager comes from", main="""
        HEAD
        def f(manager):
            manager["client"] = c
            manager["client"].quote(1)
        """),
    "dict_with_a_variable_key_and_other_values": project("main.py:3: something else than a client", main="""
        HEAD
        manager = {"client": c, "broker": KiteConnect()}
        manager[name].quote(1)
        """),
    "dict_that_may_be_another": project("main.py:4: what holds the client may be something else here", main="""
        HEAD
        manager = {"client": c}
        manager = load()
        manager["client"].quote(1)
        """),
    "list_with_another_broker": project("main.py:3: something else than a client", main="""
        HEAD
        for k in [c, KiteConnect()]:
            k.quote(1)
        """),
    "starred_element": project("main.py:3: starred elements are not followed", main="""
        HEAD
        clients = [c, *others]
        clients[0].quote(1)
        """),
    "pair_with_another_broker": project("main.py:5: something else than a client", main="""
        HEAD
        def init(live):
            if not live:
                return KiteConnect(), 1
            return c, 1
        k, n = init(True)
        k.quote(1)
        """),
    "method_printed": project("main.py:4: ask is a method of the client and is not followed here", main="""
        HEAD
        ask = c.quote
        print(ask)
        """),
    "method_put_where_a_strangers_is": project("main.py:4: something else than a client", main="""
        HEAD
        ask = c.quote
        if paper: ask = KiteConnect().quote
        ask(1)
        """),
    "method_in_a_dict_that_is_passed_on": project("main.py:4: actions holds the client and is not followed here", main="""
        HEAD
        actions = {"quote": c.quote}
        register(actions)
        """),
    "method_given_to_a_parameter_with_other_callers": project("main.py:5: something else than a client", main="""
        HEAD
        def show(ask): ask(1)
        show(c.quote)
        show(KiteConnect().quote)
        """),
    "getattr_with_a_variable": project("main.py:3: getattr() reaches what it has by name", main="""
        HEAD
        getattr(c, name)(1)
        """),
    "partial_with_starred_function": project("main.py:4: c is passed to partial", main="""
        from functools import partial
        HEAD
        partial(*x, c)(1)
        """),
    "decorator_that_keeps_the_arguments": project("main.py:9: ask is decorated by keep_log", main="""
        HEAD
        def keep_log(f):
            def inner(*args, **kwargs):
                seen.append(args)
                return f(*args, **kwargs)
            return inner
        @keep_log
        def ask(k):
            k.quote(1)
        ask(c)
        """),
    "decorator_that_returns_another_broker": project("main.py:9: ask is decorated by paper", main="""
        HEAD
        def paper(f):
            def inner(*args, **kwargs):
                f(*args, **kwargs)
                return KiteConnect()
            return inner
        @paper
        def ask(k):
            return k
        ask(c).quote(1)
        """),
    "decorator_that_returns_something_else": project("main.py:10: ask is decorated by cached", main="""
        HEAD
        def cached(f):
            def inner(*args, **kwargs):
                result = f(*args, **kwargs)
                result = KiteConnect()
                return result
            return inner
        @cached
        def ask(k):
            return k
        ask(c).quote(1)
        """),
    "undefined_global": project("main.py:4: nothing in these files gives client its value", main="""
        HEAD
        def f():
            k = client if live else c
            k.quote(1)
        """),
    "parameter_that_nobody_gives": project("main.py:5: nothing in these files gives k its value", main="""
        HEAD
        def use(k):
            global c
            c = k
        c.quote(1)
        """),
    "function_attribute_of_a_stranger": project("main.py:6: x.client may be this client", main="""
        from ks_api_client import ks_api
        def session():
            session.client = MAKE
            session.client.quote(1)
        def f(x):
            x.client = KiteConnect()
        """),
    "module_found_by_sys_path": project("main.py:3: login may be", lib__login=HEAD, main="""
        import sys
        sys.path.append("lib")
        import login
        login.c = KiteConnect()
        """),
    "own_getattr": project("main.py:2: class Bot has its own __getattr__", main="""
        from ks_api_client import ks_api
        class Bot:
            def __init__(self):
                self.client = MAKE
            def __getattr__(self, name):
                return getattr(self.client, name)
        Bot().quote(1)
        """),
    "star_import_of_another_value": project("config.py:1: something else than a client", config="c = KiteConnect()\n", main="""
        from config import *
        from ks_api_client import ks_api
        c = MAKE
        c.quote(1)
        """),
}  # fmt: skip


@pytest.mark.parametrize(("because", "texts"), HELD.values(), ids=HELD)
def test_stays_on_the_facade(because: str, texts: dict[str, str], tmp_path: Path) -> None:
    for name, text in texts.items():
        path = tmp_path.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    before = {path: path.read_text() for path in tmp_path.rglob("*.py")}

    report = migrate([tmp_path], write=True)

    messages = [site.message for file in report.files for site in file.sites if site.method != "KSTradeApi"]
    messages += [site.message for file in report.files for site in file.sites]
    assert any(because in message for message in messages), messages
    for path, text in before.items():
        assert path.read_text() == text.replace("ks_api_client", "ks_compat")
    for message in messages:
        assert re.search(r"\.py:\d+: ", message) or message.startswith("the class itself"), message
