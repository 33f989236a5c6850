# ruff: noqa: E501 - one line for each case
"""Notebooks: the code cells are one module; all else keeps its bytes."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from ks_codemods import FileReport, migrate

from ks_compat.parity import compare, run_on_sandbox
from ks_compat.sandbox import Sandbox

MOMENT = 1795149000.0

MAKE = "client = ks_api.KSTradeApi('t', 'u', 'k')"
NATIVE = "client = NeoClient(access_token='t', ucc='u', raise_as=v1.old_error)"
IMPORT, OURS = "from ks_api_client import ks_api", "from ks_compat import NeoClient, v1"
OUTPUT = {"output_type": "stream", "name": "stdout", "text": ['KSTradeApi \\ "quoted" [{\n', "₹ é"]}


def cell(source, kind="code"):
    extra = {"execution_count": 3, "outputs": [OUTPUT]} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {"source": "x"}, "source": source, **extra}


def document(*sources, language="python", indent=1):
    cells = [source if isinstance(source, dict) else cell(source.splitlines(keepends=True)) for source in sources]
    whole = {"cells": cells, "metadata": {"language_info": {"name": language}}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=indent, ensure_ascii=False) + "\n"


def migrated(folder: Path, text: str) -> tuple[FileReport, str]:
    path = folder / "bot.ipynb"
    path.write_bytes(text.encode())
    (report,) = migrate([path], write=True).files
    assert not migrate([path]).left_to_do or report.outcome == "error"
    return report, path.read_bytes().decode()


def sources(text: str) -> list[str]:
    return ["".join(one["source"]) for one in json.loads(text)["cells"]]


CELLS = {
    "plain": ([f"{IMPORT}\n{MAKE}", "client.login(password='x')\nx = 1"], [f"{OURS}\n{NATIVE}", "client.totp_login()\nx = 1"]),
    "shown_results_keep_their_shape": ([IMPORT, MAKE, "client.order_report()"], [OURS, NATIVE, "v1.order_book_answer(client.order_report())"]),
    "shown_over_lines": ([IMPORT, MAKE, "client.login(\n    password='x',\n)  # done\n"], [OURS, NATIVE, "v1.login_answer(client.totp_login())  # done\n"]),
    "semicolon_shows_nothing": ([IMPORT, MAKE, "client.logout();"], [OURS, NATIVE, "client.logout();"]),
    "shown_tuple": ([IMPORT, MAKE, "1, client.logout(),"], [OURS, NATIVE, "1, v1.logout_answer(client.logout()),"]),
    "not_the_last_line": ([IMPORT, MAKE, "client.logout()\nx = 2"], [OURS, NATIVE, "client.logout()\nx = 2"]),
    "shell_magic": (["!pip install pandas {extra}", IMPORT, MAKE, "%matplotlib inline\nclient.logout()\nx = !ls -l \\\n  -a\nx"], ["!pip install pandas {extra}", OURS, NATIVE, "%matplotlib inline\nclient.logout()\nx = !ls -l \\\n  -a\nx"]),
    "cell_magics": (["%%bash\necho KS 'x", f"%%time\n{IMPORT}", f"%%capture out\n{MAKE}", "if 1:\n    !ls\n    client.quote(1)\n"], ["%%bash\necho KS 'x", f"%%time\n{OURS}", f"%%capture out\n{NATIVE}", "if 1:\n    !ls\n    client.quotes(1)\n"]),
    "modulo_on_a_line_of_its_own": ([IMPORT, MAKE, "print('%s'\n      % client.quote(1)['success'][0]['ltp'])"], [OURS, NATIVE, "print('%s'\n      % str(client.quotes(1)[0].ltp))"]),
    "magic_in_a_text": ([IMPORT, MAKE, 's = """\n%time client\n"""\n!ls\nclient.logout();'], [OURS, NATIVE, 's = """\n%time client\n"""\n!ls\nclient.logout();']),
    "import_deleted": (["import os\nimport ks_api_client", f"{IMPORT}\n{MAKE}"], ["import os", f"{OURS}\n{NATIVE}"]),
    "import_of_both_styles_inserted": (["import os\nimport ks_api_client.ks_api as k, sys", "%%bash\nls", "c = k.KSTradeApi('t', 'u', 'k')"], None),
    "empty_cells": (["", IMPORT, "", MAKE, ""], ["", OURS, "", NATIVE, ""]),
    "top_level_await": ([IMPORT, MAKE, "await other()"], [OURS, NATIVE, "await other()"]),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), CELLS.values(), ids=CELLS)
def test_cells(tmp_path, before, after):
    report, text = migrated(tmp_path, document(*before))
    assert report.outcome == "native"
    if after is not None:
        assert sources(text) == after
    assert "_ks0_" not in text


HELD = {
    "timed": "%time client.order_report()",
    "timed_cell": "%%timeit\nclient.order_report()",
    "help": "client?",
    "help_of_a_method": "client.quote?",
    "shell": "!echo {client}",
    "run": "%run other.py",
    "shown_itself": "client",
    "unknown_cell_magic": "%%mine\nclient.quote(1)",
}


@pytest.mark.parametrize("body", HELD.values(), ids=HELD)
def test_a_magic_that_may_reach_the_client_holds_it(tmp_path, body):
    before = [IMPORT, MAKE, "client.logout()\nx = 1", body]
    report, text = migrated(tmp_path, document(*before))
    assert report.outcome == "facade"
    assert sources(text) == ["from ks_compat import ks_api", *before[1:]]


LAYOUTS = {
    "indent_1": lambda: document(IMPORT, "# ₹", f"x = 'é'\n{MAKE}\ny = 1"),
    "indent_4": lambda: document(IMPORT, f"x = 1\n{MAKE}", indent=4),
    "one_line": lambda: document(IMPORT, f"x = 1\n{MAKE}", indent=None),
    "crlf": lambda: document(IMPORT, f"x = 1\n{MAKE}").replace("\n", "\r\n"),
    "ascii": lambda: json.dumps(json.loads(document(IMPORT, f"x = 'é'\n{MAKE}")), indent=1),
    "one_string": lambda: document(cell(IMPORT), cell(f"x = 1\n{MAKE}"), cell("# KS", "markdown")),
    "no_final_newline": lambda: document(IMPORT, MAKE).rstrip(),
    "markdown_between": lambda: document(cell(["# KSTradeApi"], "markdown"), IMPORT, cell(["x"], "raw"), MAKE),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_all_other_bytes_stay(tmp_path, layout):
    before = layout()
    _, after = migrated(tmp_path, before)

    def escaped(text):
        return json.dumps(text)[1:-1]

    assert after == before.replace(escaped(IMPORT), escaped(OURS)).replace(
        f'{escaped(MAKE)}"', f'{escaped(NATIVE)}"'
    ).replace(f"{escaped(MAKE)}\\n", f"{escaped(NATIVE)}\\n")
    assert json.loads(after)["cells"][-1]["metadata"] == {"source": "x"}


def test_sites_stand_on_lines_of_the_document_and_name_the_cell(tmp_path):
    text = document("x = 1", f"{IMPORT}\n\n{MAKE}\nregister(client)")
    report, _ = migrated(tmp_path, text)
    lines = text.splitlines()
    assert lines[report.sites[0].line - 1].strip().startswith(f'"{MAKE}')
    assert report.sites[0].message.startswith("cell 2, line 3: stays on the facade")
    assert "bot.ipynb:" in report.sites[0].message


BROKEN = {
    "cell": lambda: document(IMPORT, "x = (", MAKE),
    "json": lambda: document(IMPORT, MAKE)[:-30],
    "format_3": lambda: json.dumps({"worksheets": [{"cells": [{"input": [IMPORT]}]}], "nbformat": 3}),
    "a_list": lambda: json.dumps([IMPORT]),
    "not_utf_8": lambda: document(IMPORT, MAKE).replace("₹", "\udce9"),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_reported_and_left_alone(tmp_path, text):
    content = text().encode("utf-8", "surrogateescape")
    path = tmp_path / "bot.ipynb"
    path.write_bytes(content)
    (report,) = migrate([path], write=True).files
    assert (report.outcome, report.changed) == ("error", False)
    assert "KS902" in report.message
    assert path.read_bytes() == content


def test_the_cell_that_does_not_parse_is_named(tmp_path):
    report, _ = migrated(tmp_path, document(IMPORT, MAKE, "x = 1\ny = ="))
    assert "cell 3, line 2" in report.message


def test_other_languages_and_checkpoints_are_not_touched(tmp_path):
    text = document(IMPORT, MAKE, language="R")
    (tmp_path / "r.ipynb").write_text(text)
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "bot-checkpoint.ipynb").write_text(document(IMPORT, MAKE))
    (report,) = migrate([tmp_path], write=True).files
    assert (report.path.name, report.outcome) == ("r.ipynb", "untouched")
    assert (tmp_path / "r.ipynb").read_text() == text


def test_an_installation_of_the_old_package_is_reported(tmp_path):
    report, text = migrated(tmp_path, document("!pip install git+https://x/ks-api-client.git", IMPORT, MAKE))
    assert [site.code for site in report.sites] == ["KS304", "KS103"]
    assert "git+https://x/ks-api-client.git" in text


BOT = [
    "import os\nfrom ks_api_client import ks_api",
    "%matplotlib inline\nclient = ks_api.KSTradeApi('t', 'u', 'k', '127.0.0.1', 'a')",
    "client.login(password='x');",
    "client.session_2fa(access_code='1')\nprint('in')",
    "r = client.place_order(order_type='N', instrument_token=727, transaction_type='BUY', quantity=1, price=0)\n"
    "r['Success']['NSE']['orderId']",
    "client.order_report()",
    "client.logout();",
]


def as_script(text: str) -> str:
    """What a kernel does with the cells: run each, print what its last expression is."""
    out = []
    for source in sources(text):
        tree = ast.parse("\n".join(line for line in source.split("\n") if not line.startswith("%")))
        if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
            tree.body[-1].value = ast.parse(f"print({ast.unparse(tree.body[-1].value)})", mode="eval").body
        out.append(ast.unparse(tree))
    return "\n".join(out)


def test_a_notebook_shows_and_sends_the_same(tmp_path):
    before = document(*BOT)
    report, after = migrated(tmp_path, before)
    assert report.outcome == "native"
    ran = []
    with Sandbox(clock=lambda: MOMENT) as sandbox:
        for name, text in {"facade": before, "native": after}.items():
            bot = tmp_path / f"{name}.py"
            bot.write_text(as_script(text))
            ran.append(run_on_sandbox(bot, sandbox, MOMENT))
    facade, native = ran
    assert compare(facade.requests, native.requests) == []
    assert (native.printed, native.error) == (facade.printed, facade.error)
    assert "in" in facade.printed


def test_lines_of_several_cells_are_counted_right(tmp_path):
    """Every site of a notebook names the line of the document that holds its code, magics of several lines before it or not."""
    text = document("!pip install a \\\n  b\nx = 1", f"{IMPORT}\n{MAKE}", "!ls \\\n  -l\nclient.quote(1)\ny = 2")
    report, _ = migrated(tmp_path, text)
    lines = text.splitlines()
    assert ["KSTradeApi" in lines[site.line - 1] for site in report.sites] == [True, False]
    assert "client.quote(1)" in lines[report.sites[1].line - 1]
    assert report.sites[1].message.startswith("cell 3, line 3: ")
