"""`ks-compat migrate`: a diff by default, `--write`, `--check`, `--format json`, and clear ends."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BOT = Path(__file__).parent.parent / "bots" / "b01_readme_style.py"
COMMAND = Path(sys.executable).with_name("ks-compat")


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return Path(shutil.copy(BOT, tmp_path / "bot.py"))


def migrate(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(COMMAND), "migrate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60, check=False)


def test_the_diff_is_shown_and_nothing_is_written(bot: Path) -> None:
    before = bot.read_bytes()

    done = migrate("bot.py", folder=bot.parent)

    assert done.returncode == 0
    assert "--- a/bot.py\n+++ b/bot.py\n" in done.stdout
    assert "-from ks_api_client import ks_api\n+from ks_compat import NeoClient, v1\n" in done.stdout
    assert "Nothing was written. Run it again with --write." in done.stdout
    assert bot.read_bytes() == before
    assert list(bot.parent.iterdir()) == [bot]


def test_the_diff_of_an_absolute_path_can_be_applied(bot: Path) -> None:
    done = migrate(bot, folder=bot.parent)

    assert f"--- a{bot}\n" in done.stdout


def test_written_once_there_is_nothing_left_to_do(bot: Path) -> None:
    assert migrate("bot.py", "--check", folder=bot.parent).returncode == 1

    assert migrate("bot.py", "--write", folder=bot.parent).returncode == 0

    after = bot.read_bytes()
    assert b"NeoClient(" in after
    assert migrate("bot.py", "--check", folder=bot.parent).returncode == 0
    assert migrate("bot.py", "--write", folder=bot.parent).returncode == 0
    assert bot.read_bytes() == after


def test_json_is_the_contract(bot: Path) -> None:
    document = json.loads(migrate("bot.py", "--format", "json", folder=bot.parent).stdout)

    assert set(document) == {"version", "files", "summary"}
    assert document["version"] == 1
    (file,) = document["files"]
    assert {name: file[name] for name in ("path", "changed", "outcome")} == {
        "path": "bot.py",
        "changed": True,
        "outcome": "native",
    }
    assert {tuple(site) for site in file["sites"]} == {("line", "column", "method", "outcome", "code", "message")}
    assert [site["method"] for site in file["sites"]] == [
        "KSTradeApi", "login", "session_2fa", "place_order", "positions", "quote", "logout",
    ]  # fmt: skip
    counts = document["summary"]
    assert counts["sites"] == sum(counts[f"{kind}_sites"] for kind in ("native", "bridged", "facade", "flagged")) == 7


def test_sarif_names_each_site_and_each_rule(bot: Path) -> None:
    document = json.loads(migrate("bot.py", "--format", "sarif", folder=bot.parent).stdout)

    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= rules
    assert run["results"][0]["message"]["text"].startswith("place_order: ")  # orders come first
    made = next(result for result in run["results"] if result["ruleId"] == "KS103")
    assert made["level"] == "note"
    assert made["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "bot.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 5, "startColumn": 10},
    }


def test_what_is_not_understood_stays_on_the_facade_whole_and_is_reported(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(
        "from ks_api_client import ks_api\n"
        "client = ks_api.KSTradeApi('t', 'u', 'k', '127.0.0.1', 'a')\n"
        "client.login(password='hunter2')\n"
        "print(client.quote(instrument_token=727))\n"
        "register(client)\n"
    )

    done = migrate("bot.py", "--write", folder=tmp_path)

    assert done.returncode == 0
    assert "from ks_compat import ks_api\n" in (tmp_path / "bot.py").read_text()
    assert "client.quote(instrument_token=727)" in (tmp_path / "bot.py").read_text()
    assert "bot.py:2:10: KS202 facade" in done.stdout
    assert "held back by bot.py:5: client is passed to register" in done.stdout
    assert "1 to the drop-in facade" in done.stdout


def test_a_literal_secret_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(
        "from ks_api_client import ks_api\n"
        "ACCESS_TOKEN = 'tok-31337'\n"
        "client = ks_api.KSTradeApi(ACCESS_TOKEN, 'user31337', 'ck-31337', '127.0.0.1', 'app31337')\n"
        "client.login(password='pw-31337')\n"
    )

    for output in ("text", "json"):
        done = migrate("bot.py", "--format", output, folder=tmp_path)
        assert "31337" not in done.stdout + done.stderr
    assert "***" in migrate("bot.py", folder=tmp_path).stdout


def test_a_file_that_does_not_parse_is_left_alone_and_the_others_go_on(bot: Path) -> None:
    broken = bot.with_name("broken.py")
    broken.write_text("from ks_api_client import ks_api\nclient = ks_api.KSTradeApi(\n")

    done = migrate(".", "--write", folder=bot.parent)

    assert done.returncode == 1
    assert "broken.py: KS902" in done.stdout
    assert broken.read_text().endswith("KSTradeApi(\n")
    assert "NeoClient(" in bot.read_text()


def test_a_path_that_does_not_exist_is_an_error_and_nothing_is_written(bot: Path) -> None:
    before = bot.read_bytes()

    done = migrate("--write", "bot.py", "nowhere.py", folder=bot.parent)

    assert done.returncode == 2
    assert "nowhere.py" in done.stderr
    assert bot.read_bytes() == before


def test_no_old_code_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("print('hello')\n")

    done = migrate(".", folder=tmp_path)

    assert done.returncode == 0
    assert done.stdout == "Nothing to do: no use of ks_api_client was found.\n"


@pytest.mark.parametrize("wrong", [("--format", "yaml"), ("--write", "--check"), ("--nonsense",), ()])
def test_wrong_arguments_are_an_error(wrong: tuple[str, ...], bot: Path) -> None:
    paths = ("bot.py",) if wrong else ()

    done = migrate(*wrong, *paths, folder=bot.parent)

    assert done.returncode == 2
    assert done.stderr
