# ruff: noqa: E501 - one line for each case
"""Small bots out of the dice: a client held, passed and used in random ways, results consumed in random ways."""

from __future__ import annotations

import random
import re
import textwrap
from typing import Any

from hypothesis import strategies as st
from random_uses import CONSTANTS, Pick, act

_IMPORTS = {
    "from ks_api_client import ks_api": "ks_api.KSTradeApi",
    "from ks_api_client.ks_api import KSTradeApi": "KSTradeApi",
    "from ks_api_client import ks_api as old": "old.KSTradeApi",
    "import ks_api_client.ks_api": "ks_api_client.ks_api.KSTradeApi",
    "from ks_compat import ks_api": "ks_api.KSTradeApi",
}
_ARGUMENTS = [
    "os.environ['ACCESS_TOKEN'], os.environ['USERID'], 'key', '127.0.0.1', 'app'",
    "access_token=os.environ['ACCESS_TOKEN'], userid=os.environ['USERID'], consumer_key='ck', ip='127.0.0.1', app_id='a'",
    "access_token='old', userid='USER', consumer_key='ck', ip='127.0.0.1', app_id='a',\n"
    "    host='https://tradeapi.kotaksecurities.com/apim', consumer_secret='cs'",
    "userid='USER', access_token=str('old'), consumer_key='ck', ip='', app_id=''",
]
_ODD_ARGUMENTS = [
    "access_token=NOTHING, userid='USER', consumer_key='ck', ip='', app_id=''",
    "access_token='old', userid=NOTHING, consumer_key='ck', ip='', app_id=''",
    "access_token='old', userid='USER', ip='', app_id=''",
    "access_token='old', userid='USER', consumer_key=None, ip='', app_id=''",
    "access_token='old', userid='USER', consumer_key='', ip='', app_id=''",
    "access_token=str(), userid='USER', consumer_key='k', ip='', app_id=''",
    "'old', 'USER', 'k', '127.0.0.1', 'app', proxy_url=''",
]
_LOGINS = [
    "C.login(password='pw')\nC.session_2fa(access_code='1234')",
    "C.login('pw')\nC.session_2fa()",
    "print(C.login(password='pw')['Success']['userid'])\nprint(C.session_2fa('1234')['userId'])",
    "for words in ({}, {'pw': 'x'}):\n    try:\n        C.login(password=words['pw'])\n        break\n"
    "    except KeyError as error:\n        print('not there', error)\nC.session_2fa(access_code='1234')",
    "first = C.login(password=os.environ.get('PASSWORD', 'x'))\nC.session_2fa(access_code=str(1234))\nprint(len(first))",
]
_ODD_LOGINS = ["pass", "C.session_2fa('1')", "C.login('x')", "C.login()"]
_HOLDS = {
    "a name": "client = NEW\nLOGIN:client\nBODY:client",
    "a global read in a function": "client = NEW\nLOGIN:client\ndef main():\n    BODY:client\nmain()",
    "a global set in a function":
        "client = None\ndef connect():\n    global client\n    client = NEW\n    LOGIN:client\nconnect()\nBODY:client",
    "a parameter": "def main(api):\n    BODY:api\nclient = NEW\nLOGIN:client\nmain(client)",
    "a keyword": "def main(first, *, api=None):\n    BODY:api\nclient = NEW\nLOGIN:client\nmain(1, api=client)",
    "a default": "client = NEW\nLOGIN:client\ndef main(api=client):\n    BODY:api\nmain()",
    "a factory": "def connect():\n    c = NEW\n    LOGIN:c\n    return c\nclient = connect()\nBODY:client",
    "a factory used at once": "def connect():\n    c = NEW\n    LOGIN:c\n    return c\nconnect().quote(727)\nBODY:connect()",
    "a factory of two": "def pair():\n    c = NEW\n    LOGIN:c\n    return c, 1\nclient, one = pair()\nBODY:client",
    "an attribute":
        "class Bot:\n    def __init__(self):\n        self.api = NEW\n        LOGIN:self.api\n"
        "    def run(self):\n        BODY:self.api\nBot().run()",
    "an attribute of a given one":
        "class Bot:\n    def __init__(self, api):\n        self.api = api\n    def run(self):\n        BODY:self.api\n"
        "client = NEW\nLOGIN:client\nbot = Bot(client)\nbot.run()",
    "an attribute from outside":
        "class Bot:\n    def __init__(self):\n        self.api = NEW\nbot = Bot()\nLOGIN:bot.api\nBODY:bot.api",
    "a class attribute": "class Shared:\n    api = None\nShared.api = NEW\nLOGIN:Shared.api\nBODY:Shared.api",
    "a property":
        "class Bot:\n    def __init__(self):\n        self._api = NEW\n    @property\n    def api(self):\n"
        "        return self._api\nbot = Bot()\nLOGIN:bot.api\nBODY:bot.api",
    "a dict": "book = {'kotak': NEW}\nLOGIN:book['kotak']\nBODY:book['kotak']",
    "a list": "clients = [NEW]\nfor client in clients:\n    LOGIN:client\n    BODY:client",
    "a tuple": "client, name = NEW, 'x'\nLOGIN:client\nBODY:client",
    "a closure":
        "def main():\n    client = NEW\n    LOGIN:client\n    def inner():\n        BODY:client\n    inner()\nmain()",
    "an alias": "client = NEW\napi = client\nLOGIN:api\nBODY:client\nBODY:api",
    "a condition": "client = NEW if QTY else None\nLOGIN:client\nBODY:client",
    "made again": "client = NEW\nif QTY == 2:\n    client = NEW\nLOGIN:client\nBODY:client",
    "two clients": "client = NEW\nLOGIN:client\nother = NEW\nLOGIN:other\nBODY:client\nBODY:other",
    "a function attribute": "def bot(): pass\nbot.api = NEW\nLOGIN:bot.api\nBODY:bot.api",
    "lazily": "_c = None\ndef api():\n    global _c\n    if _c is None:\n        _c = NEW\n    return _c\nLOGIN:api()\nBODY:api()",
    "a lambda": "client = NEW\nget = lambda: client\nLOGIN:client\nBODY:get()",
    "passed on unseen": "client = NEW\nids = {id(client): client}\nLOGIN:client\nBODY:client",
    "a starred call": "def main(*given):\n    api = given[0]\n    BODY:api\nclient = NEW\nLOGIN:client\nmain(*[client])",
    "appended": "clients = []\nclients.append(NEW)\nclient = clients[0]\nLOGIN:client\nBODY:client",
    "with an end": "client = NEW\nLOGIN:client\ntry:\n    BODY:client\nfinally:\n    print('closed')",
    "a subclass": "class Mine(CLASS):\n    pass\nclient = Mine(ARGUMENTS)\nLOGIN:client\nBODY:client",
    "a static method":
        "class Tools:\n    @staticmethod\n    def go(api):\n        BODY:api\nclient = NEW\nLOGIN:client\nTools.go(client)",
    "a private attribute":
        "class Bot:\n    def __init__(self):\n        self.__api = NEW\n    def quiet(self):\n        return self.__api is None\n"
        "bot = Bot()\nLOGIN:bot._Bot__api\nprint(bot.quiet())\nBODY:bot._Bot__api",
    "popped": "clients = [NEW]\nclient = clients.pop()\nLOGIN:client\nBODY:client",
    "moved up": "class Paper: pass\nclients = [Paper(), NEW]\nclients.pop(0)\nLOGIN:clients[0]\nBODY:clients[0]",
    "a class attribute of the same name":
        "client = NEW\nclass Shared:\n    client = client\n    print(client is None)\nLOGIN:Shared.client\nBODY:client",
    "on paper":
        "from unittest import mock\ndef paper(self, *args, **kwargs):\n    print('on paper', len(args), sorted(kwargs))\n"
        "    return {'Success': {'NSE': {'orderId': 1, 'price': 0, 'quantity': 1, 'message': '', 'tag': ''}}}\n"
        "client = NEW\nLOGIN:client\nwith mock.patch.object(CLASS, 'place_order', paper):\n    BODY:client",
    "out of __main__": "client = NEW\nLOGIN:client\nimport __main__ as main\nBODY:main.client",
    "partial": "client = NEW\nLOGIN:client\ndef go(n, api):\n    BODY:api\nfunctools.partial(go, 1)(client)",
    "a thread": "client = NEW\nLOGIN:client\ndef go(api):\n    try:\n        BODY:api\n"
        "    except Exception as e:\n        print(e)\none = threading.Thread(target=go, args=(client,))\none.start()\none.join()",
}  # fmt: skip
_ELSEWHERE = {
    "a name of another file": ("client = NEW\nLOGIN:client", "from login import client\nBODY:client"),
    "under another name": ("client = NEW\nLOGIN:client", "from login import client as k\nBODY:k"),
    "of a module": ("client = NEW\nLOGIN:client", "import login as L\nBODY:L.client"),
    "by a star": ("client = NEW\nLOGIN:client", "from login import *\nBODY:client"),
    "a factory of another file": ("def connect():\n    return NEW", "import login\nclient = login.connect()\nLOGIN:client\nBODY:client"),
    "used in another file": ("def main(api):\n    BODY:api", "import login\nclient = NEW\nLOGIN:client\nlogin.main(client)"),
    "a class of another file": (
        "class Bot:\n    def __init__(self):\n        self.api = NEW\n        LOGIN:self.api\n",
        "from login import Bot\nbot = Bot()\nBODY:bot.api",
    ),
}  # fmt: skip


def bot(pick: Pick) -> dict[str, str]:
    """The files of a bot by name; ``bot.py`` is the one to run."""
    elsewhere = pick(range(5)) == 0
    other, main = _ELSEWHERE[pick(list(_ELSEWHERE))] if elsewhere else ("", _HOLDS[pick(list(_HOLDS))])
    files = {"bot.py": main, "login.py": other} if other else {"bot.py": main}
    style = pick(list(_IMPORTS))
    arguments = pick(_ARGUMENTS if pick(range(12)) else _ODD_ARGUMENTS)
    login = pick(_LOGINS if pick(range(12)) else _ODD_LOGINS)
    count = iter(range(100))
    odd = login in _LOGINS and pick([True, True, False])
    return {name: _file(pick, form, style, arguments, login, count, odd) for name, form in files.items()}


def _file(pick: Pick, form: str, style: str, arguments: str, login: str, count: Any, odd: bool) -> str:
    lines = []
    for line in form.splitlines():
        space, what, name = re.match(r"(\s*)(LOGIN:|BODY:)?(.*)", line).groups()  # type: ignore[union-attr]
        if what == "LOGIN:":
            lines.append(textwrap.indent(re.sub(r"\bC\b", name, login), space))
        elif what == "BODY:":
            acts = [_act(pick, name, next(count), odd=odd) for _ in range(pick([1, 1, 2, 3]))]
            lines.append(textwrap.indent("\n".join(acts), space))
        else:
            lines.append(line)
    made = f"{_IMPORTS[style]}({arguments})"
    text = re.sub(r"\bNEW\b", lambda _: made, "\n".join(lines))
    text = text.replace("CLASS", _IMPORTS[style]).replace("ARGUMENTS", arguments)
    head = f"import functools\nimport json\nimport os\nimport threading\n{style}\n{pick(_EXCEPTIONS)}\n\nkept = []\n"
    constants = "".join(f"{name} = {value}\n" for name, value in CONSTANTS.items())
    return f"{head}{constants}\n{text}\nprint('kept', len(kept))\n"


_EXCEPTIONS = ["from ks_api_client.exceptions import ApiException", "from ks_api_client import ApiException"]


def _act(pick: Pick, client: str, number: int, *, odd: bool) -> str:
    lines = act(pick, number, odd=odd)
    if pick(range(4)):
        return lines.replace("CLIENT", client)
    if pick(range(3)) == 0:
        inside = textwrap.indent(lines.replace("CLIENT", "self.c"), "        ")
        made = f"class Act{number}:\n    def __init__(self, c):\n        self.c = c\n    def go(self):\n{inside}"
        return f"{made}\n\nAct{number}({client}).go()"
    inside = textwrap.indent(lines.replace("CLIENT", "given"), "    ")
    return f"def act{number}(given):\n{inside}\n\nact{number}({client})"


def of_seed(seed: int) -> dict[str, str]:
    """The bot of a seed."""
    return bot(random.Random(seed).choice)


@st.composite
def bots(draw: st.DrawFn) -> dict[str, str]:
    """Bots that hypothesis can make smaller."""
    return bot(lambda things: draw(st.sampled_from(things)))
