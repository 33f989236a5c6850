"""Whole bots, before and after (``cases/NAME/before`` and ``after``; ``.txt``, so that no tool takes them for ours)."""

from pathlib import Path

import pytest
from ks_codemods import migrate

CASES = Path(__file__).parent / "cases"
OUTCOMES = {
    "b01_readme_style": "native",
    "b02_stop_loss_loop": "native",
    "b03_straddle": "native",
    "b04_package": "native",
    "b05_resume": "native",
}


def texts(folder):
    return {path.name.removesuffix(".txt"): path.read_bytes() for path in folder.iterdir()}


def put(folder, files):
    for name, content in files.items():
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("name", OUTCOMES)
def test_bot(name, tmp_path):
    put(tmp_path, texts(CASES / name / "before"))
    report = migrate([tmp_path], write=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == texts(CASES / name / "after")
    outcomes = {file.outcome for file in report.files} - {"untouched"}
    assert outcomes == {OUTCOMES[name]}


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_second_run_changes_nothing(name, tmp_path):
    put(tmp_path, texts(CASES / name / "after"))
    report = migrate([tmp_path])
    assert not report.left_to_do
    assert report.diff() == ""


def test_one_file_of_a_package_stays_on_the_facade(tmp_path):
    put(tmp_path, texts(CASES / "b04_package" / "before"))
    report = migrate([tmp_path / "login.py"], write=True)
    assert [file.path.name for file in report.files] == ["login.py"]
    assert "from ks_compat.ks_api import KSTradeApi" in (tmp_path / "login.py").read_text()
    assert "main.py" in report.files[0].sites[0].message
    assert (tmp_path / "main.py").read_bytes() == texts(CASES / "b04_package" / "before")["main.py"]
