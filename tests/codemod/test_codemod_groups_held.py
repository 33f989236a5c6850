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
    "class_given_another_order": project("main.py:3: ks_api.KSTradeApi is handed on here", main="""
        HEAD
        setattr(ks_api.KSTradeApi, name, fake)
        c.quote(1)
        """),
    "class_given_another_order_for_a_while": project("main.py:4: ks_api.KSTradeApi is handed on here", main="""
        HEAD
        from unittest import mock
        with mock.patch.object(ks_api.KSTradeApi, "place_order", fake):
            c.quote(1)
        """),
    "class_under_another_name": project("main.py:3: ks_api.KSTradeApi is handed on here", main="""
        HEAD
        broker = ks_api.KSTradeApi
        broker.quote = fake
        c.quote(1)
        """),
    "class_out_of_a_function": project("paper.py:3: k.KSTradeApi is handed on here", paper="""
        from ks_api_client import ks_api as k
        def broker(live):
            return k.KSTradeApi if live else Paper
        """, main="""
        HEAD
        c.quote(1)
        """),
    "class_in_a_list": project("main.py:3: ks_api.KSTradeApi is handed on here", main="""
        HEAD
        for broker in [ks_api.KSTradeApi]:
            broker.quote = fake
        c.quote(1)
        """),
    "class_of_a_module_replaced": project("main.py:3: ks_api is handed on here", main="""
        HEAD
        setattr(ks_api, "KSTradeApi", Paper)
        c.quote(1)
        """),
    "order_of_a_stranger_replaced": project("main.py:4: x.place_order is replaced", main="""
        HEAD
        def paper(x):
            x.place_order = fake
        paper(find())
        c.quote(1)
        """),
    "class_named_by_a_text": project("test_main.py:2: a text names what mock.patch may replace", test_main="""
        from unittest import mock
        mock.patch("main.ks_api.KSTradeApi.place_order", fake).start()
        """, main="""
        HEAD
        c.quote(1)
        """),
    "package_loaded_by_name": project("main.py:4: the old package is loaded by name here", main="""
        HEAD
        import importlib
        importlib.import_module("ks_compat.ks_api").KSTradeApi.quote = fake
        c.quote(1)
        """),
    "main_imported": project("helper.py:2: __main__ can reach any name", helper="""
        def go():
            from __main__ import c as kotak
            kotak.quote(1)
        """, main="""
        HEAD
        import helper
        helper.go()
        """),
    "main_imported_in_a_text": project("main.py:4: __main__ can reach any name", main="""
        HEAD
        import timeit
        timeit.timeit("c.quote(1)", "from __main__ import c")
        """),
    "eval_of_builtins": project("main.py:4: eval() can reach any name here", main="""
        HEAD
        import builtins
        builtins.eval("c.quote(1)")
        """),
    "exec_under_another_name": project("main.py:3: exec() can reach any name here", main="""
        HEAD
        run = exec
        run("c.quote(1)")
        """),
    "names_of_a_frame": project("helper.py:3: f_globals can reach any name", helper="""
        import sys
        def go():
            sys._getframe(1).f_globals["c"].quote(1)
        """, main="""
        HEAD
        import helper
        helper.go()
        """),
    "names_of_a_function": project("main.py:5: cell_contents can reach any name", main="""
        HEAD
        def outer(k):
            return lambda: k.quote(1)
        outer(c).__closure__[0].cell_contents.quote(1)
        """),
    "private_attribute_by_its_full_name": project("main.py:5: getattr() reaches it by name", main="""
        from ks_api_client import ks_api
        class Bot:
            def __init__(self):
                self.__client = MAKE
        getattr(Bot(), "_Bot__client").quote(1)
        """),
    "another_client_out_of_a_list_by_pop": project("main.py:3: something else than a client", main="""
        HEAD
        clients = [KiteConnect(), c]
        clients.pop().quote(1)
        """),
    "another_client_moved_up_by_pop": project("main.py:3: something else than a client", main="""
        HEAD
        clients = [c, KiteConnect()]
        clients.pop(0)
        clients[0].quote(1)
        """),
    "another_client_moved_up_by_del": project("main.py:3: something else than a client", main="""
        HEAD
        clients = [c, KiteConnect()]
        del clients[0]
        clients[0].quote(1)
        """),
    "module_with_its_own_getattr": project("login.py:4: the module login has its own __getattr__", login="""
        from ks_api_client import ks_api
        def make():
            return MAKE
        def __getattr__(name):
            return make()
        """, main="""
        import login
        login.client.quote(1)
        """),
    "module_loaded_by_a_loader": project("main.py:2: load_module() reaches the module by name", login=HEAD, main="""
        from importlib.machinery import SourceFileLoader
        SourceFileLoader("kotak", "login.py").load_module().c.quote(1)
        """),
    "module_loaded_from_its_file": project("main.py:3: module_from_spec() reaches the module by name", login=HEAD, main="""
        import importlib.util
        spec = importlib.util.spec_from_file_location("kotak", "login.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.c.quote(1)
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
        assert re.search(r"\.py:\d+: ", message) or message.startswith(("the class itself", "a text")), message


STANDS_IN = {
    "put_there": "import sys\nsys.modules['ks_api_client'] = paper\n",
    "put_there_in_a_loop": "import sys\nfor name in ('ks_api_client', 'ks_api_client.ks_api'):\n    sys.modules[name] = paper\n",
    "by_mock": "from unittest import mock\nmock.patch.dict('sys.modules', {'ks_api_client': paper}).start()\n",
    "by_mock_and_keyword": "import sys\nfrom unittest import mock\nmock.patch.dict(sys.modules, ks_api_client=paper).start()\n",
    "by_another_name": "from sys import modules\nmodules.setdefault('ks_api_client', paper)\n",
}


@pytest.mark.parametrize("text", STANDS_IN.values(), ids=STANDS_IN)
def test_where_something_may_stand_in_for_the_old_package_its_imports_stay(text: str, tmp_path: Path) -> None:
    """A test that gives the bot a paper broker under the old name: swapped imports would trade."""
    bot = "def main():\n    from ks_api_client import ks_api\n    c = ks_api.KSTradeApi(T, U, 'k')\n    c.quote(1)\n"
    (tmp_path / "bot.py").write_text(bot)
    (tmp_path / "test_bot.py").write_text(f"{text}import bot\nbot.main()\n")

    report = migrate([tmp_path], write=True)

    assert (tmp_path / "bot.py").read_text() == bot
    assert (tmp_path / "test_bot.py").read_text() == f"{text}import bot\nbot.main()\n"
    messages = [site.message for file in report.files for site in file.sites if site.method == "quote"]
    assert len(messages) == 1
    assert "sys.modules may hold another ks_api_client" in messages[0]
    assert not migrate([tmp_path]).left_to_do


@pytest.mark.parametrize("asked", ["'google.colab' in sys.modules", "sys._getframe(0).f_globals['__name__']"])
def test_a_question_about_python_itself_is_no_hazard(asked: str, tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(f"import sys\n{HEAD}if {asked}:\n    c.quote(1)\n")
    (file,) = migrate([tmp_path]).files
    assert file.outcome == "native"
