"""Ways in which real bots hold and hand on a client: each goes native, and does on the sandbox what it did before."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_projects import PROJECT, TOP, goes_native, project

from ks_compat.sandbox import Sandbox

NATIVE = {
    # -- names -----------------------------------------------------------------------------------------------------
    "global": project(main="""
        TOP
        client = None
        def login():
            global client
            client = MAKE
            START(client)
        def ask():
            USE(client)
        login()
        ask()
        """),
    "nonlocal": project(main="""
        TOP
        def main():
            client = None
            def login():
                nonlocal client
                client = MAKE
                START(client)
            login()
            USE(client)
        main()
        """),
    "rebound_on_a_branch": project(main="""
        TOP
        client = MAKE
        try:
            START(client)
        except Exception:
            client = MAKE
            START(client)
        USE(client)
        """),
    "conditional_expression": project(main="""
        TOP
        live = True
        client = MAKE if live else None
        if client is not None:
            START(client)
            USE(client)
        """),
    "or": project(main="""
        TOP
        cached = None
        client = cached or MAKE
        START(client)
        USE((cached or client))
        """),
    "walrus": project(main="""
        TOP
        if (client := MAKE) is not None:
            START(client)
        USE(client)
        """),
    "deleted": project(main="""
        TOP
        client = MAKE
        START(client)
        USE(client)
        del client
        """),
    "unpacked_pair": project(main="""
        TOP
        client, name = MAKE, "kotak"
        START(client)
        USE(client)
        print(name)
        """),
    "made_in_try_finally": project(main="""
        TOP
        client = None
        try:
            client = MAKE
            START(client)
            USE(client)
        finally:
            if client:
                client.logout()
        """),
    "lambda": project(main="""
        TOP
        client = MAKE
        def buy(c):
            USE(c)
        command = lambda: buy(client)
        START(client)
        command()
        """),
    # -- functions -------------------------------------------------------------------------------------------------
    "parameters": project(main="""
        TOP
        def ask(x, /, client, *, other=None):
            USE(client)
            USE(other)
        client = MAKE
        START(client)
        ask(1, client=client, other=client)
        """),
    "factory_of_a_pair": project(main="""
        TOP
        def init():
            client = MAKE
            START(client)
            return client, "token"
        client, token = init()
        USE(client)
        print(token)
        """),
    "singleton": project(main="""
        TOP
        _client = None
        def get():
            global _client
            if _client is None:
                _client = MAKE
                START(_client)
            return _client
        USE(get())
        USE(get())
        """),
    "function_attribute": project(main="""
        TOP
        def generate_session():
            generate_session.client = MAKE
            START(generate_session.client)
        def ask():
            USE(generate_session.client)
        generate_session()
        ask()
        """),
    "async": project(main="""
        import asyncio
        TOP
        async def connect():
            client = MAKE
            START(client)
            return client
        async def ask(client):
            USE(client)
        async def main():
            client = await connect()
            await ask(client)
            await asyncio.to_thread(show, client)
        def show(client):
            USE(client)
        asyncio.run(main())
        """),
    "thread": project(main="""
        import threading
        from threading import Thread
        TOP
        def poll(client, times, name=None):
            for _ in range(times):
                USE(client)
        client = MAKE
        START(client)
        t = Thread(target=poll, args=(client, 2))
        t.start(); t.join()
        t = threading.Thread(target=poll, args=[client], kwargs={"times": 1})
        t.start(); t.join()
        """),
    "pool": project(main="""
        from concurrent.futures import ThreadPoolExecutor
        TOP
        def poll(client):
            USE(client)
        client = MAKE
        START(client)
        with ThreadPoolExecutor(max_workers=1) as pool:
            pool.submit(poll, client)
        """),
    # -- classes ---------------------------------------------------------------------------------------------------
    "wrapper_with_the_same_method_names": project(main="""
        TOP
        class Broker:
            def __init__(self):
                self.client = MAKE
                START(self.client)
            def positions(self):
                return "mine"
            def quote(self, token):
                return self.client.quote(instrument_token=token)['success'][0]['ltp']
        b = Broker()
        print(b.quote(754), b.positions())
        """),
    "client_through_a_method": project(main="""
        TOP
        class Broker:
            def __init__(self, client):
                self.kotak = client
            def get(self):
                return self.kotak
            def ask(self, client=None):
                client = client or self.kotak
                USE(client)
        client = MAKE
        START(client)
        b = Broker(client)
        USE(b.get())
        b.ask()
        b.ask(b.get())
        """),
    "object_in_an_object": project(
        wrapper="""
        TOP
        class Kk:
            def __init__(self):
                self.client = MAKE
                START(self.client)
        class Engine:
            def __init__(self):
                self.kk = Kk()
        e = Engine()
        """,
        main="""
        from wrapper import e
        def ask(engine):
            USE(engine.kk.client)
        USE(e.kk.client)
        ask(e)
        """,
    ),
    "property": project(main="""
        TOP
        class Session:
            def __init__(self):
                self._client = None
            @property
            def client(self):
                if self._client is None:
                    self._client = MAKE
                    START(self._client)
                return self._client
            @client.setter
            def client(self, value):
                self._client = value
        s = Session()
        USE(s.client)
        s.client = None
        USE(s.client)
        """),
    "static_and_class_methods": project(main="""
        TOP
        class Session:
            client = None
            @classmethod
            def get(cls):
                if cls.client is None:
                    cls.client = MAKE
                    START(cls.client)
                return cls.client
            @staticmethod
            def ask(client):
                USE(client)
        Session.ask(Session.get())
        Session().ask(Session.client)
        """),
    "unbound_method": project(main="""
        TOP
        class Ops:
            def ask(self, client):
                USE(client)
        client = MAKE
        START(client)
        ops = Ops()
        Ops.ask(ops, client)
        """),
    "inherited_constructor": project(main="""
        TOP
        class Base:
            def __init__(self, client):
                self.client = client
        class Bot(Base):
            def ask(self):
                USE(self.client)
        class Other(Base):
            def __init__(self, name, client):
                super().__init__(client)
                self.name = name
        client = MAKE
        START(client)
        Bot(client).ask()
        USE(Other("x", client).client)
        """),
    "thread_class": project(main="""
        from threading import Thread
        TOP
        class Poll(Thread):
            def __init__(self, client):
                super().__init__()
                self.client = client
            def run(self):
                USE(self.client)
        client = MAKE
        START(client)
        t = Poll(client)
        t.start()
        t.join()
        """),
    # -- collections -----------------------------------------------------------------------------------------------
    "dict_manager": project(main="""
        TOP
        al_mgr = {}
        al_mgr['client'] = MAKE
        al_mgr["name"] = "x"
        START(al_mgr['client'])
        def ask(manager):
            if 'client' in manager:
                USE(manager['client'])
            USE(manager.get("client"))
        ask(al_mgr)
        """),
    "dict_display": project(main="""
        TOP
        client = MAKE
        START(client)
        state = {"client": client, "orders": []}
        state["orders"].append(1)
        USE(state["client"])
        """),
    "dict_in_a_dict": project(main="""
        TOP
        state = {"kotak": {"client": MAKE, "on": True}}
        START(state["kotak"]["client"])
        USE(state["kotak"]["client"])
        """),
    "list_looped": project(main="""
        TOP
        clients = [MAKE]
        clients.append(MAKE)
        for c in clients:
            START(c)
        for i, c in enumerate(clients):
            USE(c)
        print([len(c.order_report()['success']) for c in clients], len(clients))
        USE(clients[-1])
        """),
    "dict_looped": project(main="""
        TOP
        users = ["a", "b"]
        clients = {}
        for user in users:
            clients[user] = MAKE
            START(clients[user])
        for user, c in clients.items():
            print(user)
            USE(c)
        for c in clients.values():
            USE(c)
        for user in clients:
            USE(clients[user])
        """),
    # -- the class by its name -------------------------------------------------------------------------------------
    "annotations": project(main="""
        from typing import Optional
        TOP
        class Bot:
            def __init__(self, client: ks_api.KSTradeApi) -> None:
                self.client: Optional[ks_api.KSTradeApi] = client
        def connect() -> "object":
            client: ks_api.KSTradeApi = MAKE
            START(client)
            return client
        def ask(client: Optional[ks_api.KSTradeApi] = None) -> Optional[ks_api.KSTradeApi]:
            USE(client)
            return client
        print(isinstance(ask(connect()), ks_api.KSTradeApi), isinstance(Bot(connect()).client, ks_api.KSTradeApi))
        """),
    "class_imported_by_name": project(main="""
        import os
        from ks_api_client.ks_api import KSTradeApi
        def ask(client: KSTradeApi):
            USE(client)
        client = KSTradeApi(os.environ["ACCESS_TOKEN"], os.environ["USERID"], "k")
        START(client)
        ask(client)
        """),
    # -- decorated code --------------------------------------------------------------------------------------------
    "decorated_users_of_a_global": project(main="""
        import functools
        TOP
        client = MAKE
        routes = {}
        def route(path):
            def keep(f):
                routes[path] = f
                return f
            return keep
        @route("/quote")
        def ask():
            USE(client)
        @functools.lru_cache
        def login():
            START(client)
        login()
        routes["/quote"]()
        """),
    "class_property_singleton": project(main="""
        TOP
        class Kotak:
            _client = None
            @classmethod
            def client(cls):
                if cls._client is None:
                    cls._client = MAKE
                    START(cls._client)
                return cls._client
            @property
            def own(self):
                return type(self).__name__
        USE(Kotak.client())
        print(Kotak().own)
        """),
    "thread_of_a_method": project(main="""
        from threading import Thread
        TOP
        class Bot:
            def run(self, client, times):
                for _ in range(times):
                    USE(client)
            def go(self, client):
                t = Thread(target=self.run, args=(client, 1))
                t.start(); t.join()
        client = MAKE
        START(client)
        Bot().go(client)
        """),
    "clients_of_objects_in_a_list": project(main="""
        TOP
        class Account:
            def __init__(self, name):
                self.name = name
                self.client = MAKE
                START(self.client)
        accounts = [Account("a"), Account("b")]
        for account in accounts:
            print(account.name)
            USE(account.client)
        """),
    # -- files -----------------------------------------------------------------------------------------------------
    "module_attribute": project(
        login="""
        TOP
        client = MAKE
        START(client)
        """,
        main="""
        import login as L
        USE(L.client)
        """,
    ),
    "module_of_a_package": project(
        pkg__login="""
        TOP
        client = MAKE
        START(client)
        """,
        main="""
        import pkg.login
        USE(pkg.login.client)
        """,
    ),
    "star_chain": project(
        initialize_client="""
        TOP
        def init():
            client = MAKE
            START(client)
            return client
        """,
        myimports="""
        import time
        from math import *
        from initialize_client import init
        """,
        main="""
        from myimports import *
        client = init()
        USE(client)
        """,
    ),
    "star_client": project(
        helper="""
        TOP
        client = MAKE
        START(client)
        """,
        chain="from helper import *\n",
        main="""
        from tkinter import *
        from chain import *
        def ask():
            USE(client)
        ask()
        """,
    ),
    "class_by_way_of_a_star": project(
        config=TOP,
        main="""
        from config import *
        client = MAKE
        START(client)
        USE(client)
        """,
    ),
    "class_by_way_of_a_file": project(
        common=TOP,
        main="""
        import os
        from common import ks_api
        client = MAKE
        START(client)
        USE(client)
        """,
    ),
    "private_attribute_read_from_outside": project(main="""
        TOP
        class Bot:
            def __init__(self):
                self.__client = MAKE
        bot = Bot()
        START(bot._Bot__client)
        USE(bot._Bot__client)
        """),
    "private_attribute_of_a_class_below": project(main="""
        TOP
        class Bot:
            __client = None
            def start(self):
                self.__client = MAKE
                START(self.__client)
                USE(self.__client)
        class Other(Bot):
            __client = "something else"
            def name(self):
                return self.__client
        other = Other()
        other.start()
        print(other.name())
        """),
    "class_attribute_of_the_same_name": project(main="""
        TOP
        client = MAKE
        START(client)
        class Bot:
            client = client
            USE(client)
        USE(Bot.client)
        """),
    "only_one_of_a_list": project(main="""
        TOP
        clients = [MAKE]
        START(clients[0])
        client = clients.pop()
        USE(client)
        """),
    "import_in_a_try": project(main="""
        import os
        try:
            from ks_api_client import ks_api
        except ImportError:
            raise SystemExit("no SDK")
        client = MAKE
        START(client)
        USE(client)
        """),
}  # fmt: skip


@pytest.mark.parametrize("texts", NATIVE.values(), ids=NATIVE)
def test_goes_native_and_does_the_same(texts: PROJECT, sandbox: Sandbox, tmp_path: Path) -> None:
    goes_native(texts, sandbox, tmp_path)
