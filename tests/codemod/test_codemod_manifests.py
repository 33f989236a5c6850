# ruff: noqa: E501 - one line for each case
"""Requirements: ks-compat in the place of the old package, all other bytes kept."""

from __future__ import annotations

import pytest
from ks_codemods import migrate

BOT = "from ks_api_client import ks_api\nc = ks_api.KSTradeApi('t', 'u', 'k')\nc.login(password='pw')\n"
GIT = "git+https://github.com/osparamatrix/ks-api-client.git"

LISTS = {
    "git_url": (f"numpy\n{GIT}\npandas\n", "numpy\nks-compat\npandas\n"),
    "named_url": (f"ks_api_client @ {GIT}@main\n", "ks-compat\n"),
    "egg": (f"{GIT}#egg=ks_api_client\n", "ks-compat\n"),
    "editable": (f"-e {GIT}#egg=ks_api_client\n", "ks-compat\n"),
    "ssh": ("git+ssh://git@github.com/osparamatrix/ks-api-client\n", "ks-compat\n"),
    "plain": ("ks-api-client\n", "ks-compat\n"),
    "pinned_with_a_comment": ("  ks_api_client==1.1.0  # broker\n", "  ks-compat  # broker\n"),
    "marker": ("ks-api-client>=1 ; python_version > '3'\n", "ks-compat ; python_version > '3'\n"),
    "crlf": (f"numpy\r\n{GIT}\r\npandas\r\n", "numpy\r\nks-compat\r\npandas\r\n"),
    "no_final_newline": (f"numpy\n{GIT}", "numpy\nks-compat"),
    "twice": (f"{GIT}\nnumpy\nks-api-client\n", "ks-compat\nnumpy\n"),
    "has_ours": (f"ks-compat>=1\n{GIT}\n", "ks-compat>=1\n"),
    "gains": ("numpy\n", "numpy\nks-compat\n"),
    "gains_without_final_newline": ("numpy\r\npandas", "numpy\r\npandas\r\nks-compat\r\n"),
    "gains_nothing": ("numpy\nks-compat\n", "numpy\nks-compat\n"),
    "another_package": ("my-ks-tools\n", "my-ks-tools\nks-compat\n"),
}


@pytest.mark.parametrize(("before", "after"), LISTS.values(), ids=LISTS)
def test_requirements(tmp_path, before, after):
    path = tmp_path / "requirements.txt"
    path.write_bytes(before.encode())
    (tmp_path / "bot.py").write_text(BOT)
    report = migrate([tmp_path], write=True)
    assert path.read_bytes().decode() == after
    if before != after:
        assert [(s.outcome, s.code) for f in report.files if f.path == path for s in f.sites] == [("native", "KS106")]
    assert not migrate([tmp_path]).left_to_do


TOML = {
    "pep_621": (
        f'# mine\n[project]\nname = "x"\ndependencies = [\n    "numpy",  # n\n    "ks_api_client @ {GIT}",  # broker\n]\n\n[tool.x]\na   =  1\n',
        '# mine\n[project]\nname = "x"\ndependencies = [\n    "numpy",  # n\n    "ks-compat",  # broker\n]\n\n[tool.x]\na   =  1\n',
    ),
    "optional": (
        '[project]\noptional-dependencies = {kotak = ["ks-api-client>=1"]}\n',
        '[project]\noptional-dependencies = {kotak = ["ks-compat"]}\n',
    ),
    "group": ('[dependency-groups]\nlive = ["ks-api-client"]\n', '[dependency-groups]\nlive = ["ks-compat"]\n'),
    "poetry": (
        '[tool.poetry.dependencies]\npython = "^3.10"\nks-api-client = {git = "https://x/ks-api-client.git"}\n\n[tool.y]\nb = 2\n',
        '[tool.poetry.dependencies]\npython = "^3.10"\nks-compat = "*"\n\n[tool.y]\nb = 2\n',
    ),
    "gains": ('[project]\ndependencies = ["numpy"]\n', '[project]\ndependencies = ["numpy", "ks-compat"]\n'),
    "tools_only": ("[tool.ruff]\nline-length = 100\n", "[tool.ruff]\nline-length = 100\n"),
    "broken": ('[project\ndependencies = ["ks-api-client"]\n', '[project\ndependencies = ["ks-api-client"]\n'),
}


@pytest.mark.parametrize(("before", "after"), TOML.values(), ids=TOML)
def test_pyproject(tmp_path, before, after):
    path = tmp_path / "pyproject.toml"
    path.write_text(before)
    (tmp_path / "bot.py").write_text(BOT)
    migrate([tmp_path], write=True)
    assert path.read_text() == after
    assert not migrate([tmp_path]).left_to_do


FLAGGED = {
    "setup.py": "from setuptools import setup\nsetup(install_requires=['ks-api-client'])\n",
    "setup.cfg": "[options]\ninstall_requires =\n  ks-api-client\n",
    "Pipfile": '[packages]\nks-api-client = "*"\n',
    "environment.yml": "dependencies:\n  - pip:\n    - ks-api-client\n",
    "requirements.txt": "ks-api-client==1 \\\n  --hash=sha256:aa\n",
}


@pytest.mark.parametrize("name", FLAGGED)
def test_others_are_reported_and_not_edited(tmp_path, name):
    (tmp_path / name).write_text(FLAGGED[name])
    report = migrate([tmp_path], write=True)
    sites = [site for file in report.files for site in file.sites]
    assert [(site.outcome, site.code) for site in sites] == [("flagged", "KS304")]
    assert sites[0].line > 1 or name == "requirements.txt"
    assert (tmp_path / name).read_text() == FLAGGED[name]


def test_where_no_code_is_moved_nothing_is_gained(tmp_path):
    (tmp_path / "requirements.txt").write_text("numpy\n")
    (tmp_path / "bot.py").write_text("print(1)\n")
    assert not migrate([tmp_path]).left_to_do


def test_only_the_nearest_manifest_gains(tmp_path):
    (tmp_path / "bots").mkdir()
    (tmp_path / "bots" / "bot.py").write_text(BOT)
    for folder in (tmp_path, tmp_path / "bots"):
        (folder / "requirements.txt").write_text("numpy\n")
    migrate([tmp_path], write=True)
    assert (tmp_path / "requirements.txt").read_text() == "numpy\n"
    assert (tmp_path / "bots" / "requirements.txt").read_text() == "numpy\nks-compat\n"


def test_where_old_code_cannot_be_read_the_old_package_stays(tmp_path):
    (tmp_path / "requirements.txt").write_text("ks-api-client\n")
    (tmp_path / "bad.py").write_text(BOT + "def f(:\n")
    report = migrate([tmp_path], write=True)
    assert (tmp_path / "requirements.txt").read_text() == "ks-api-client\n"
    assert "stays required" in next(file for file in report.files if file.path.suffix == ".txt").sites[0].message


def test_credentials_of_a_url_are_not_shown(tmp_path):
    (tmp_path / "requirements.txt").write_text("git+https://me:S3CRET@github.com/osparamatrix/ks-api-client.git\n")
    report = migrate([tmp_path])
    assert report.files[0].changed
    assert "S3CRET" not in report.diff() + str(report.to_json())
    assert "***@github.com" in report.diff()
