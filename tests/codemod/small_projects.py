# ruff: noqa: E501 - one line for a constructor call
"""Small projects that go native, and do on the sandbox what they did before.

``MAKE`` is a constructor call, ``START(x)`` the login of ``x``, ``USE(x)`` a line that asks and prints.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from both_ways import MOMENT
from ks_codemods import migrate

from ks_compat.parity import compare, run_on_sandbox
from ks_compat.sandbox import Sandbox

TOP = "import os\nfrom ks_api_client import ks_api\n"
MAKE = 'ks_api.KSTradeApi(access_token=os.environ["ACCESS_TOKEN"], userid=os.environ["USERID"], consumer_key="k", ip="127.0.0.1", app_id="a")'
PROJECT = dict[str, str]


def start(name: str) -> str:
    return f"{name}.login(password='x'); {name}.session_2fa(access_code='1')"


def use(name: str) -> str:
    return f"print({name}.quote(instrument_token=754)['success'][0]['ltp'], len({name}.order_report()['success']))"


def project(**texts: str) -> PROJECT:
    """Files with ``MAKE``, ``START(x)`` and ``USE(x)`` written out."""
    found = {}
    for name, text in texts.items():
        lines = []
        for line in textwrap.dedent(text).splitlines():
            head, _, rest = line.partition("START(")
            full = f"{head}{start(rest[:-1])}" if rest else line
            head, _, rest = full.partition("USE(")
            lines.append(f"{head}{use(rest[:-1])}" if rest else full)
        found[name] = "\n".join([*lines, ""]).replace("MAKE", MAKE).replace("TOP\n", TOP)
    return found


def put(folder: Path, texts: PROJECT) -> Path:
    for name, text in texts.items():
        path = folder.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder / "main.py"


def goes_native(texts: PROJECT, sandbox: Sandbox, folder: Path) -> str:
    """Runs ``main`` before and after; returns what its files are then."""
    main = put(folder, texts)

    facade = run_on_sandbox(main, sandbox, MOMENT)
    report = migrate([folder], write=True)
    native = run_on_sandbox(main, sandbox, MOMENT)

    assert facade.error is None
    sites = [site for file in report.files for site in file.sites]
    assert [str(site) for site in sites if site.outcome not in ("native", "bridged")] == []
    assert len([site for site in sites if site.method != "KSTradeApi"]) >= 1
    after = "".join(path.read_text() for path in sorted(folder.rglob("*.py")))
    assert "KSTradeApi" not in after
    assert compare(facade.requests, native.requests) == []
    assert (native.printed, native.error) == (facade.printed, None)
    assert facade.printed
    assert not migrate([folder]).left_to_do
    return after
