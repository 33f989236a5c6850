"""What `migrate --write` refuses; `undo`, `explain`, `--select`, `--ignore`, `--diff` as a user calls them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
COMMAND = Path(sys.executable).with_name("ks-compat")
BOT = "from ks_api_client import ks_api\nc = ks_api.KSTradeApi('t', 'u', 'k')\nprint(c.quote(1))\nc.logout()\n"
GIT = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]


def ks(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), *arguments], capture_output=True, text=True, cwd=folder, timeout=60, check=False
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A git tree with one committed bot."""
    (tmp_path / "bot.py").write_text(BOT)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*GIT, *command], cwd=tmp_path, check=True)
    return tmp_path


def test_what_is_committed_is_written(tree: Path) -> None:
    assert ks("migrate", "--write", ".", folder=tree).returncode == 0
    assert "NeoClient" in (tree / "bot.py").read_text()
    status = subprocess.run([*GIT, "status", "--porcelain"], cwd=tree, capture_output=True, text=True, check=True)
    assert status.stdout == " M bot.py\n", "the journal is not for git"


@pytest.mark.parametrize("how", ["changed", "staged", "untracked"])
def test_what_is_not_committed_is_not_written_over(tree: Path, how: str) -> None:
    name = "new.py" if how == "untracked" else "bot.py"
    (tree / name).write_text(BOT + "# mine\n")
    if how == "staged":
        subprocess.run([*GIT, "add", "."], cwd=tree, check=True)

    refused = ks("migrate", "--write", ".", folder=tree)

    assert refused.returncode == 2
    assert name in refused.stderr
    assert "--force" in refused.stderr
    assert "ks_api_client" in (tree / "bot.py").read_text()
    assert not (tree / ".ks-compat").exists()
    assert ks("migrate", "--write", "--allow-dirty", ".", folder=tree).returncode == 0
    assert "NeoClient" in (tree / name).read_text()


def test_changes_in_files_that_are_not_written_do_not_matter(tree: Path) -> None:
    (tree / "notes.py").write_text("x = 1\n")
    assert ks("migrate", "--write", ".", folder=tree).returncode == 0


def test_undo_takes_the_last_run_back(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(BOT)
    said = ks("migrate", "--write", "bot.py", folder=tmp_path).stdout
    assert f"ks-compat undo {tmp_path}" in said

    listed = ks("undo", "--list", folder=tmp_path).stdout
    done = ks("undo", folder=tmp_path)

    assert listed.split()[1:] == ["1", "files"]
    assert done.returncode == 0
    assert (tmp_path / "bot.py").read_text() == BOT
    again = ks("undo", folder=tmp_path)
    assert (again.returncode, "no run left" in again.stderr) == (2, True)
    assert ks("undo", "--run", "nonsense", folder=tmp_path).returncode == 2


def test_undo_refuses_where_a_file_has_changed(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(BOT)
    ks("migrate", "--write", "bot.py", folder=tmp_path)
    (tmp_path / "bot.py").write_text("mine\n")

    refused = ks("undo", ".", folder=tmp_path)

    assert refused.returncode == 2
    assert "bot.py" in refused.stderr
    assert (tmp_path / "bot.py").read_text() == "mine\n"


def test_undo_without_a_journal_says_so(tmp_path: Path) -> None:
    refused = ks("undo", folder=tmp_path)
    assert (refused.returncode, "No journal" in refused.stderr) == (2, True)


def codes(*arguments: str, folder: Path) -> list[str]:
    done = ks("migrate", "--format", "json", *arguments, folder=folder)
    document = json.loads(done.stdout)
    sites = [site for file in document["files"] for site in file["sites"]]
    counts = document["summary"]
    assert counts["sites"] == len(sites)
    return [site["code"] for site in sites]


def test_select_and_ignore(tmp_path: Path) -> None:
    bot = tmp_path / "bot.py"
    bot.write_text(BOT + "# ks_api_client\n")
    assert codes("bot.py", folder=tmp_path) == ["KS103", "KS102", "KS101", "KS302"]
    assert codes("--ignore", "KS3", "bot.py", folder=tmp_path) == ["KS103", "KS102", "KS101"]
    assert codes("--select", "KS1,KS2", "bot.py", folder=tmp_path) == ["KS103", "KS102", "KS101"]
    # A client that would have a place of an ignored 1xx stays, whole, on the facade.
    assert codes("--ignore", "ks102", "bot.py", folder=tmp_path) == ["KS202", "KS201", "KS202", "KS302"]
    ks("migrate", "--write", "--ignore", "KS102", "bot.py", folder=tmp_path)
    assert bot.read_text() == BOT.replace("ks_api_client", "ks_compat") + "# ks_api_client\n"
    wrong = ks("migrate", "--ignore", "E501", "bot.py", folder=tmp_path)
    assert (wrong.returncode, "E501" in wrong.stderr) == (2, True)


def test_the_diff_alone_is_a_patch(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(BOT)
    patch = ks("migrate", "--diff", "bot.py", folder=tmp_path).stdout
    (tmp_path / "x.patch").write_text(patch.replace("***", "t", 1).replace("***", "u", 1))
    assert patch.startswith("--- a/bot.py\n")
    assert "files would change" not in patch


NOTHING = {
    "no use of ks_api_client was found": "print('hello')\n",
    "already migrated": "from ks_compat import NeoClient\n",
    "what is left stays on the drop-in facade": (
        "from ks_compat import ks_api\nc = ks_api.KSTradeApi('t', 'u', 'k')\nf(c)\n"
    ),
    "only name it": "# see ks_api_client\n",
}


@pytest.mark.parametrize(("said", "text"), NOTHING.items(), ids=NOTHING)
def test_nothing_to_do_says_which_nothing(tmp_path: Path, said: str, text: str) -> None:
    (tmp_path / "bot.py").write_text(text)
    done = ks("migrate", "--check", ".", folder=tmp_path)
    assert done.returncode == 0
    assert f"Nothing to do: {said}" in done.stdout or said in done.stdout.split("Nothing to do: ")[1]


def test_the_summary_separates_what_became_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(BOT)
    (tmp_path / "held.py").write_text("from ks_compat import ks_api\nd = ks_api.KSTradeApi('t', 'u', 'k')\nf(d)\n")
    (tmp_path / "other.py").write_text("x = 1\n")
    (tmp_path / "bad.py").write_text("import ks_api_client\ndef f(:\n")
    said = ks("migrate", ".", folder=tmp_path).stdout
    assert "1 of 4 files would change: 1 to the native client, 0 to the drop-in facade; 1 unchanged, 1 skipped" in said
    assert "1 failed." in said


def test_what_can_lose_money_comes_first(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(BOT + "c.cancel_order('1')\n")
    lines = [
        line for line in ks("migrate", "bot.py", folder=tmp_path).stdout.splitlines() if line.startswith("bot.py:")
    ]
    assert [line.split()[3] for line in lines] == ["cancel_order", "KSTradeApi", "logout", "quote"]


def test_explain(tmp_path: Path) -> None:
    page = ks("explain", "ks201", folder=tmp_path)
    assert page.stdout.startswith("### KS201: ")
    assert "To do:" in page.stdout
    assert "KS905" in ks("explain", folder=tmp_path).stdout
    assert ks("explain", "KS999", folder=tmp_path).returncode == 2


def test_the_pre_commit_hook_runs(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    command, *arguments = hook["entry"].split()
    (tmp_path / "bot.py").write_text(BOT)
    assert command == "ks-compat"
    assert ks(*arguments, "bot.py", folder=tmp_path).returncode == 1
    (tmp_path / "bot.py").write_text("x = 1\n")
    assert ks(*arguments, "bot.py", folder=tmp_path).returncode == 0


def test_files_that_were_not_asked_for_are_not_already_migrated(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(NOTHING["already migrated"])
    (tmp_path / "bot.py").write_text("print('hello')\n")

    assert "Nothing to do: no use of ks_api_client" in ks("migrate", "bot.py", folder=tmp_path).stdout
    assert "already migrated; 1 files" in ks("migrate", ".", folder=tmp_path).stdout


def test_where_the_old_bytes_cannot_be_kept_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(BOT)
    (tmp_path / ".ks-compat").write_text("in the way")

    refused = ks("migrate", "--write", "bot.py", folder=tmp_path)

    assert refused.returncode == 2
    assert f"the old bytes cannot be kept in {tmp_path / '.ks-compat'}" in refused.stderr
    assert refused.stderr.endswith("Nothing was written.\n")
    assert "Errno" not in refused.stderr
    assert (tmp_path / "bot.py").read_text() == BOT


NARROW = {
    "a pipe on Windows": {"PYTHONIOENCODING": "ascii:strict"},
    "the C locale": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
}
"""Where stdout has few letters."""


@pytest.mark.parametrize("narrow", NARROW.values(), ids=NARROW)
@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_a_letter_that_the_console_lacks_is_no_error(tmp_path: Path, option: str, narrow: dict[str, str]) -> None:
    (tmp_path / "bot.py").write_text(BOT + "print('₹')\n", encoding="utf-8")

    done = subprocess.run(
        [COMMAND, "migrate", option, "."],
        capture_output=True, cwd=tmp_path, env={**os.environ, **narrow}, timeout=60, check=False,
    )  # fmt: skip

    assert done.stderr == b""
    assert ("₹".encode() if option == "--diff" else b"\\u20b9") in done.stdout
