"""Which files are parsed: those that one program can load together with a client, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from ks_codemods import migrate
from ks_codemods.naming.project import Project

BOT = """from ks_api_client import ks_api
import helper
class Bot:
    def __init__(self):
        self.client = ks_api.KSTradeApi(T, U, "k")
bot = Bot()
bot.client.logout()
"""
REACHES = "def change(x):\n    x.client = KiteConnect()\n"

CONNECTED = {
    "imported": {"helper": REACHES},
    "imported_by_what_is_imported": {"helper": "import deep\n", "deep": REACHES},
    "imports_it": {"apart__other": f"import main\n{REACHES}"},
    "imports_it_over_lines": {"apart__other": f"from . import (\n    os,\n    main,\n)\n{REACHES}"},
    "imports_it_behind_a_backslash": {"apart__other": f"from x import a, \\\n    main\n{REACHES}"},
    "imports_what_it_imports": {"helper": "items = []\n", "apart__other": f"from helper import items\n{REACHES}"},
    "loads_it_by_a_text": {"apart__other": f"import_module('main')\n{REACHES}"},
    "names_it_in_a_text": {"apart__other": f"patch('main.bot')\n{REACHES}"},
    "runs_it": {"apart__other": f"run_path('bots/main.py')\n{REACHES}"},
    "named_by_a_text": {"helper": "load('plugins.kite')\n", "plugins__kite": REACHES},
    "package_named_by_a_text": {"helper": "APPS = ['shop']\n", "shop____init__": "", "shop__views": REACHES},
    "beside_it": {"other": REACHES},
    "anything_may_be_loaded": {"helper": "import_module(name)\n", "plugins__kite": REACHES},
}
APART = {
    "alone": {"apart__other": REACHES},
    "named_in_a_comment": {"apart__other": f"# main is another bot\n{REACHES}"},
    "named_in_code": {"apart__other": f"main = 1\n{REACHES}"},
    "word_in_a_text": {"apart__other": f"print('the main bot', 'main')\n{REACHES}"},
    "beside_it_without_the_attribute": {"other": "client = main = 1\n"},
}


def put(folder: Path, texts: dict[str, str]) -> None:
    for name, text in {"main": BOT, **texts}.items():
        path = folder.joinpath(*name.split("__", 1)).with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize("texts", CONNECTED.values(), ids=CONNECTED)
def test_a_file_that_can_be_loaded_with_the_client_may_hold_it(texts: dict[str, str], tmp_path: Path) -> None:
    put(tmp_path, texts)
    report = migrate([tmp_path])
    messages = [site.message for file in report.files for site in file.sites]
    assert any("x.client may be this client" in message for message in messages), messages


@pytest.mark.parametrize("texts", APART.values(), ids=APART)
def test_a_file_of_another_program_is_not_even_parsed(
    texts: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, texts)
    seen: list[Project] = []
    made = Project.__init__

    def init(self: Project, *args: list[Path]) -> None:
        seen.append(self)
        made(self, *args)

    monkeypatch.setattr(Project, "__init__", init)
    report = migrate([tmp_path])
    assert {file.path.name: file.outcome for file in report.files if file.sites} == {"main.py": "native"}
    assert [module.path.name for module in seen[0].modules] == ["main.py"]
