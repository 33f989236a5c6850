# ruff: noqa: E501 - one line for each case
"""Bytes, files, the report."""

import json
import os
import stat

import pytest
from ks_codemods import migrate
from ks_codemods.reporting.sarif import sarif

BOT = b"from ks_api_client import ks_api\nc = ks_api.KSTradeApi('t', 'u', 'k')\nc.login(password='pw')\n"
NATIVE = b"from ks_compat import NeoClient, v1\nc = NeoClient(access_token='t', ucc='u', raise_as=v1.old_error)\nc.totp_login()\n"

BYTES = {
    "crlf": (BOT.replace(b"\n", b"\r\n"), NATIVE.replace(b"\n", b"\r\n")),
    "bom": (b"\xef\xbb\xbf" + BOT, b"\xef\xbb\xbf" + NATIVE),
    "no_final_newline": (BOT[:-1], NATIVE[:-1]),
    "latin_1": (b"# -*- coding: latin-1 -*-\n# \xe9\n" + BOT + b"s = '\xe9'\n", b"# -*- coding: latin-1 -*-\n# \xe9\n" + NATIVE + b"s = '\xe9'\n"),
    "utf_8": ("# ₹ é\n".encode() + BOT + "s = '₹'; c.quote(1); t = '₹'\n".encode(), "# ₹ é\n".encode() + NATIVE + "s = '₹'; c.quotes(1); t = '₹'\n".encode()),
    "form_feed": (BOT + b"\x0c\nif x:\n\tc.logout()\n", NATIVE + b"\x0c\nif x:\n\tc.logout()\n"),
    "tabs": (BOT + b"def f():\n\tif x:\n\t\tc.quote(1) \t\n", NATIVE + b"def f():\n\tif x:\n\t\tc.quotes(1) \t\n"),
    "shebang": (b"#!/usr/bin/env python\n" + BOT, b"#!/usr/bin/env python\n" + NATIVE),
    "mixed_line_ends": (BOT + b"x = 1\r\ny = 2\n", NATIVE + b"x = 1\r\ny = 2\n"),
    "long_line": (BOT + b"x = '" + b"a" * 9000 + b"'\n", NATIVE + b"x = '" + b"a" * 9000 + b"'\n"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), BYTES.values(), ids=BYTES)
def test_bytes_survive(tmp_path, before, after):
    path = tmp_path / "bot.py"
    path.write_bytes(before)
    migrate([path], write=True)
    assert path.read_bytes() == after


def test_without_write_nothing_is_written(tmp_path):
    path = tmp_path / "bot.py"
    path.write_bytes(BOT)
    report = migrate([path])
    assert path.read_bytes() == BOT
    assert report.left_to_do
    assert [file.changed for file in report.files] == [True]


def test_missing_path_stops_before_anything_is_written(tmp_path):
    path = tmp_path / "bot.py"
    path.write_bytes(BOT)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        migrate([path, tmp_path / "nowhere"], write=True)
    assert path.read_bytes() == BOT


@pytest.mark.parametrize("content", [BOT + b"def f(:\n", BOT + b"s = '\xff'\n", b"# coding: nope\n" + BOT])
def test_a_file_that_does_not_parse_is_left_alone_and_the_others_go_on(tmp_path, content):
    (tmp_path / "bad.py").write_bytes(content)
    (tmp_path / "good.py").write_bytes(BOT)
    bad, good = migrate([tmp_path], write=True).files
    assert (bad.outcome, bad.changed, good.changed) == ("error", False, True)
    assert "KS902" in bad.message
    assert [(site.line, site.outcome, site.code) for site in bad.sites] == [(1, "flagged", "KS902")]
    assert (tmp_path / "bad.py").read_bytes() == content


def test_a_file_that_libcst_does_not_print_as_read_is_left_alone(tmp_path, monkeypatch):
    import libcst

    monkeypatch.setattr(libcst.Module, "bytes", property(lambda self: b""))
    (tmp_path / "bot.py").write_bytes(BOT)
    (file,) = migrate([tmp_path], write=True).files
    assert file.outcome == "error"
    assert "KS903" in file.message
    assert (tmp_path / "bot.py").read_bytes() == BOT


def test_permissions_stay_and_no_file_is_left_behind(tmp_path):
    path = tmp_path / "bot.py"
    path.write_bytes(BOT)
    path.chmod(0o750)
    migrate([path], write=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    assert [found.name for found in tmp_path.iterdir()] == ["bot.py"]


def test_folders_that_are_not_the_users_own_are_skipped(tmp_path):
    skipped = [".git", "venv", "__pycache__", "site-packages", "node_modules", "ks_api_client", "myenv"]
    for name in [*skipped, "src"]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "bot.py").write_bytes(BOT)
    (tmp_path / "myenv" / "pyvenv.cfg").write_text("")
    (tmp_path / "notes.txt").write_bytes(BOT)
    (tmp_path / "link.py").symlink_to(tmp_path / "venv" / "bot.py")
    assert [file.path for file in migrate([tmp_path]).files] == [tmp_path / "src" / "bot.py"]


def test_a_symlink_is_not_written(tmp_path):
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "bot.py"
    real.write_bytes(BOT)
    link = tmp_path / "link.py"
    link.symlink_to(real)
    (file,) = migrate([link], write=True).files
    assert (file.outcome, file.changed) == ("error", False)
    assert link.is_symlink()
    assert real.read_bytes() == BOT


def test_a_name_that_is_no_unicode_text_does_not_end_the_run(tmp_path):
    odd = os.path.join(os.fsencode(tmp_path), b"b\xff.py")  # noqa: PTH118 - of bytes
    try:
        with open(odd, "wb") as file:  # noqa: PTH123
            file.write(BOT)
    except OSError:
        pytest.skip("this file system takes no such name")
    (tmp_path / "bot.py").write_bytes(BOT)
    report = migrate([tmp_path], write=True)
    assert [file.outcome for file in report.files] == ["native", "native"]
    assert (tmp_path / "bot.py").read_bytes() == (tmp_path / os.fsdecode(b"b\xff.py")).read_bytes() == NATIVE
    assert json.loads(json.dumps(report.to_json()))["summary"]
    assert json.loads(json.dumps(sarif(report)))["runs"]


def test_empty_and_foreign_files_are_untouched(tmp_path):
    (tmp_path / "a.py").write_bytes(b"")
    (tmp_path / "b.py").write_bytes(b"def f(:\n")  # not parsed: it cannot matter
    report = migrate([tmp_path], write=True)
    assert [file.outcome for file in report.files] == ["untouched", "untouched"]
    assert not report.left_to_do


def test_json_contract(tmp_path):
    (tmp_path / "bot.py").write_bytes(BOT + b"print(c.quote(1))\n# ks_api_client\nabout('ks_api_client.models')\n")
    (tmp_path / "other.py").write_bytes(b"x = 1\n")
    document = json.loads(json.dumps(migrate([tmp_path]).to_json()))
    assert set(document) == {"version", "files", "summary"}
    assert document["version"] == 1
    bot, other = document["files"]
    assert (bot["path"], bot["changed"], bot["outcome"]) == (str(tmp_path / "bot.py"), True, "native")
    assert [(s["line"], s["column"], s["method"], s["outcome"], s["code"]) for s in bot["sites"]] == [
        (2, 5, "KSTradeApi", "native", "KS103"),
        (3, 1, "login", "native", "KS101"),
        (4, 7, "quote", "bridged", "KS102"),
        (5, 3, "ks_api_client", "flagged", "KS302"),
        (6, 8, "ks_api_client", "flagged", "KS301"),
    ]
    assert other == {"path": str(tmp_path / "other.py"), "changed": False, "outcome": "untouched", "sites": []}
    assert document["summary"] == {
        "files": 2, "changed": 1, "native": 1, "facade": 0, "untouched": 1, "errors": 0,
        "sites": 5, "native_sites": 2, "bridged_sites": 1, "facade_sites": 0, "flagged_sites": 2,
    }  # fmt: skip


SECRETS = [
    "c = ks_api.KSTradeApi(access_token='S3CRET', userid=\"S3CRET\", consumer_key = 'S3CRET')",
    "c = ks_api.KSTradeApi('S3CRET', 'S3CRET', 'S3CRET', '127.0.0.1')",
    "c.login('S3CRET')",
    'c.session_2fa(access_code = "S3CRET")',
    "PASSWORD = 'S3CRET'",
    "my_api_key: str = 'S3CRET'",
    "cfg = {'mpin': 'S3CRET', \"otp\": 'S3CRET'}",
    "cfg['totp_secret'] = 'S3CRET'",
    "mobile = 9876543210 # S3CRET".replace(" # S3CRET", ""),
    "c.login(password=os.environ.get('PASSWORD', 'S3CRET'))",
    "# token = 'S3CRET'",
    "x = 'eyJhbGciOiJIUzI1NiJ9.S3CRETS3CRET.S3CRETS3CRET'",
    "secret = '''S3CRET\nS3CRET'''",
]


@pytest.mark.parametrize("line", SECRETS)
def test_no_literal_secret_is_shown(tmp_path, line):
    path = tmp_path / "bot.py"
    path.write_text(f"from ks_api_client import ks_api\n{line}\nprint(instrument_token='kept')\n")
    report = migrate([path])
    shown = report.diff() + json.dumps(report.to_json())
    assert "***" in shown
    assert "S3CRET" not in shown
    assert "9876543210" not in shown
    assert "'kept'" in shown
    migrate([path], write=True)
    assert "***" not in path.read_text()
