"""Which files are taken: .gitignore, nested and above; environments; links; what is ignored and used all the same."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ks_codemods import migrate
from ks_codemods.reading import walking

BOT = "from ks_api_client import ks_api\nc = ks_api.KSTradeApi('t', 'u', 'k')\n"


def tree(folder: Path, *names: str, **texts: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(BOT)
    for name, text in texts.items():
        (folder / name.replace("__", "/")).with_name(".gitignore").write_text(text)


def found(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in walking.find([folder]).sources]


def test_git_and_we_leave_out_the_same(tmp_path):
    tree(
        tmp_path,
        "a.py",
        "b_test.py",
        "build/c.py",
        "src/d.py",
        "src/gen/e.py",
        "src/gen/keep.py",
        "src/f_test.py",
        "x/y/z.py",
        "x/w.ipynb",
    )
    (tmp_path / ".gitignore").write_text("*_test.py\n/build/\nx/**/z.py\n")
    (tmp_path / "src" / ".gitignore").write_text("!f_test.py\ngen/*\n!gen/keep.py\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "-o", "--exclude-standard", "*.py", "*.ipynb"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(found(tmp_path)) == sorted(listed.stdout.split())
    assert len(found(tmp_path)) == 5


def test_the_rules_of_folders_above_hold_within_one_git_tree(tmp_path):
    tree(tmp_path, "src/a.py", "src/b.py")
    (tmp_path / ".gitignore").write_text("/src/b.py\n")
    assert found(tmp_path / "src") == ["a.py", "b.py"]
    (tmp_path / ".git").mkdir()
    assert found(tmp_path / "src") == ["a.py"]


def test_a_file_that_is_given_is_taken(tmp_path):
    tree(tmp_path, "creds.py")
    (tmp_path / ".gitignore").write_text("creds.py\n")
    (file,) = migrate([tmp_path / "creds.py"]).files
    assert file.changed


def test_an_ignored_file_is_read_reported_and_not_written(tmp_path):
    tree(tmp_path, "creds.py")
    (tmp_path / "bot.py").write_text("from creds import c\nc.quote(1)\n")
    (tmp_path / ".gitignore").write_text("creds.py\n")
    report = migrate([tmp_path], write=True)
    assert {file.path.name: [site.code for site in file.sites] for file in report.files} == {
        "bot.py": [],
        "creds.py": ["KS303"],
    }
    assert (tmp_path / "creds.py").read_text() == BOT


def test_an_ignored_file_that_uses_a_client_holds_it(tmp_path):
    tree(tmp_path, "login.py")
    (tmp_path / "local.py").write_text("from login import c\nregister(c)\n")
    (tmp_path / ".gitignore").write_text("local.py\n")
    report = migrate([tmp_path], write=True)
    assert report.files[0].outcome == "facade"
    assert "local.py:" in report.files[0].sites[0].message


def test_links_are_not_followed(tmp_path):
    tree(tmp_path, "real/a.py")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert found(tmp_path) == ["real/a.py"]


def test_a_read_only_file_is_reported_and_stays_read_only(tmp_path):
    tree(tmp_path, "login.py")
    (tmp_path / "bot.py").write_text("from login import c\nc.quote(1)\n")
    (tmp_path / "login.py").chmod(0o444)
    report = migrate([tmp_path], write=True)
    outcomes = {file.path.name: (file.outcome, file.changed) for file in report.files}
    assert outcomes == {"bot.py": ("native", True), "login.py": ("native", True)}
    assert [site.code for file in report.files for site in file.sites] == ["KS101", "KS905", "KS103"]
    assert (tmp_path / "login.py").stat().st_mode & 0o777 == 0o444


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements/live.txt", "pyproject.toml"]
)
def test_manifests_are_found(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("ks-api-client\n")
    assert walking.find([tmp_path]).manifests == [tmp_path / name]
    assert walking.find([tmp_path]).sources == []


def test_only_what_can_matter_is_parsed(tmp_path, monkeypatch):
    """A file without the old package, and without a name that leads to a client, is dismissed on its bytes."""
    tree(tmp_path, "bot_of_mine.py")
    (tmp_path / "uses.py").write_text("from bot_of_mine import c\nc.quote(1)\n")
    (tmp_path / "other.py").write_text("def bot(client): client.margin(1)\n")
    parsed = []
    from ks_codemods.naming import project
    from ks_codemods.reading import source

    def noted(path, content):
        parsed.append(path.name)
        return source.source_of(path, content)

    monkeypatch.setattr(project, "source_of", noted)
    files = {file.path.name: file for file in migrate([tmp_path]).files}
    assert parsed == ["bot_of_mine.py", "uses.py"]
    assert files["uses.py"].outcome == "native"
    assert files["other.py"].outcome == "untouched"


def test_a_large_tree_is_read_by_threads_with_the_same_result(tmp_path, monkeypatch):
    from ks_codemods.reading import contents

    tree(tmp_path, *(f"p{number}/bot.py" for number in range(5)))
    before = migrate([tmp_path]).to_json()
    monkeypatch.setattr(contents, "_MANY", 1)
    monkeypatch.setattr(contents, "_KEPT", 10)
    assert migrate([tmp_path]).to_json() == before
    assert before["summary"]["changed"] == 5
