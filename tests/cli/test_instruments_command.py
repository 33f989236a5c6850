"""`ks-compat instruments`: in a terminal, in a pipe, and as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ks_compat.cli.instruments import app
from ks_compat.instruments import Instruments

COMMAND = Path(sys.executable).with_name("ks-compat")


@pytest.fixture
def instruments(account_env):
    """Runs `ks-compat instruments ...` in a pipe."""

    def run(*arguments: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [COMMAND, "instruments", *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == code, done.stderr
        return done

    return run


def lines(done: subprocess.CompletedProcess[str]) -> list[list[str]]:
    return [line.split("\t") for line in done.stdout.splitlines()]


def in_a_terminal(*arguments: str) -> tuple[str, int]:
    import pty

    child, screen = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm", COLUMNS="100", LINES="40")
        os.execv(COMMAND, [str(COMMAND), "instruments", *arguments])
    shown = b""
    while True:
        try:
            read = os.read(screen, 65536)
        except OSError:  # Linux says so at the end
            break
        if not read:
            break
        shown += read
    os.close(screen)
    return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_sync_downloads_once_and_says_what_is_here(instruments, sandbox):
    first = lines(instruments("sync"))
    asked = [seen.raw_path for seen in sandbox.requests if seen.raw_path.endswith(b"nse_fo.csv")]
    second = json.loads(instruments("sync", "--json").stdout)["segments"]

    assert first[0] == ["segment", "day", "rows"]
    assert [row["segment"] for row in second] == ["nse_cm", "nse_fo", "bse_cm"]
    assert [[row["segment"], row["day"], str(row["rows"])] for row in second] == first[1:]
    assert [seen.raw_path for seen in sandbox.requests if seen.raw_path.endswith(b"nse_fo.csv")] == asked
    assert len(asked) == 1
    assert sandbox.login_attempts == []


def test_find_gives_the_number_that_trades(instruments):
    table = lines(instruments("find", "nifty", "--limit", "3"))
    rows = json.loads(instruments("find", "acc", "--json").stdout)["instruments"]

    assert table[0][:3] == ["token", "exchange_segment", "trading_symbol"]
    assert len(table) == 4
    acc = next(row for row in rows if row["trading_symbol"] == "ACC-EQ")
    assert acc == {
        "token": 727, "exchange_segment": "nse_cm", "symbol": "22", "trading_symbol": "ACC-EQ", "name": "ACC",
        "series": "EQ", "isin": "INE012A01025", "instrument_type": "", "option_type": "", "expiry": None,
        "strike": None, "tick_size": "0.05", "lot_size": 1, "freeze_quantity": 57000, "description": "ACC LIMITED",
    }  # fmt: skip
    assert json.loads(instruments("resolve", str(acc["token"]), "--json").stdout)["instrument"] == acc


def test_a_contract_is_found_with_expiry_and_strike(instruments):
    rows = json.loads(instruments("find", "NIFTY29D1824050CE", "--json").stdout)["instruments"]

    assert [(row["token"], row["expiry"], row["strike"], row["lot_size"]) for row in rows] == [
        (15003, "2029-12-18", "24050", 65)
    ]


def test_what_is_not_there_is_exit_code_1(instruments):
    done = instruments("find", "no such thing", code=1)

    assert (done.stdout, done.stderr) == (
        "", "ks-compat: no instrument of today has 'no such thing' in its name or symbol.\n",
    )  # fmt: skip
    assert json.loads(instruments("find", "no such thing", "--json", code=1).stdout) == {"instruments": []}


def test_resolve_says_how_it_is_proven_or_why_not(instruments):
    assert lines(instruments("resolve", "15003"))[1][::9] == ["15003", "contract"]
    assert json.loads(instruments("resolve", "727", "--json").stdout)["how"] == "exchange token"

    refused = instruments("resolve", "99", code=1)
    assert refused.stdout == ""
    assert refused.stderr.startswith("ks-compat: Old token 99 is not in any instrument file you gave")
    assert "is the index NIFTY BANK" in instruments("resolve", "11717", code=1).stderr


def test_a_pin_holds_until_it_is_taken_back(instruments):
    pinned = json.loads(instruments("pin", "77", "SRF-EQ", "--json").stdout)
    assert (pinned["token"], pinned["instrument"]["trading_symbol"]) == (77, "SRF-EQ")
    instruments("pin", "78", "INFY", "--segment", "bse_cm")

    rows = json.loads(instruments("pins", "--json").stdout)["pins"]
    assert [(row["token"], row["exchange_segment"], row["trading_symbol"]) for row in rows] == [
        (77, "nse_cm", "SRF-EQ"),
        (78, "bse_cm", "INFY"),
    ]
    assert json.loads(instruments("resolve", "77", "--json").stdout)["how"] == "pin"

    assert json.loads(instruments("unpin", "77", "--json").stdout) == {"token": 77, "unpinned": True}
    assert instruments("unpin", "77", code=1).stderr == "ks-compat: 77 is not pinned.\n"
    assert instruments("resolve", "77", code=1).stdout == ""


@pytest.mark.parametrize("arguments", [("77", "NOPE-EQ"), ("77", "ACC-EQ", "--segment", "nope"), ("77", "NIFTY")])
def test_a_pin_to_nothing_is_refused(arguments, instruments):
    assert instruments("pin", *arguments, code=1).stderr.startswith("ks-compat: ")
    assert json.loads(instruments("pins", "--json").stdout) == {"pins": []}


def test_export_writes_both_files_and_names_them(instruments, tmp_path):
    files = [Path(name) for [name] in lines(instruments("export-v1", tmp_path / "made" / "here"))[1:]]

    assert [file.name.split("_")[1] for file in files] == ["Cash", "FNO"]
    assert all(file.read_bytes().count(b"\r\n") > 10 for file in files)
    assert json.loads(instruments("export-v1", tmp_path, "--json").stdout) == {
        "files": [str(tmp_path / file.name) for file in files]
    }


@pytest.mark.parametrize(("option", "everything"), [([], False), (["--everything"], True)])
def test_everything_is_exported_on_request_only(option, everything, monkeypatch, tmp_path, account_env):
    # The sandbox's master has none of the rows that this is about (tests/instruments has).
    asked = []
    monkeypatch.setattr(Instruments, "export_v1", lambda _, folder, **options: asked.append((folder, options)) or [])

    assert CliRunner().invoke(app, ["export-v1", str(tmp_path), *option]).exit_code == 0
    assert asked == [(tmp_path, {"everything": everything})]


def test_a_folder_that_cannot_be_written_is_exit_code_1(instruments, tmp_path):
    (tmp_path / "file").write_text("")

    assert str(tmp_path / "file") in instruments("export-v1", tmp_path / "file", code=1).stderr


@pytest.mark.parametrize(
    "arguments", [("resolve", "abc"), ("resolve",), ("find", "x", "--limit", "0"), ("pin", "77"), ("nonsense",)]
)
def test_wrong_usage_is_exit_code_2(arguments, instruments):
    assert "Usage" in instruments(*arguments, code=2).stderr


def test_a_missing_setting_is_told_in_the_words_of_the_client(instruments, account_env):
    account_env.delenv("KS_COMPAT_ACCESS_TOKEN")
    done = instruments("sync", code=1)

    assert done.stderr == (
        "ks-compat: KS_COMPAT_ACCESS_TOKEN: is not set. It is the plain token (no 'Bearer ') that the Neo app shows "
        "under Invest, Trade API, Your applications.\n"
    )


def test_no_setting_is_needed_once_the_day_is_here(instruments, account_env):
    instruments("sync")
    for name in ("ACCESS_TOKEN", "MOBILE_NUMBER", "MPIN", "TOTP_SECRET", "LOGIN_URL", "UCC"):
        account_env.delenv(f"KS_COMPAT_{name}")

    assert json.loads(instruments("resolve", "727", "--json").stdout)["instrument"]["trading_symbol"] == "ACC-EQ"


def test_nothing_secret_is_shown(instruments, sandbox):
    sandbox.faults.add("scrip_master", "not_ok")
    account = sandbox.account
    shown = [instruments("sync"), instruments("pins", "--json")]
    sandbox.faults.add("scrip_master", "not_ok", times=0)
    os.environ["KS_COMPAT_HOME"] += "-empty"
    shown.append(instruments("sync", code=1))
    everything = "".join(done.stdout + done.stderr for done in shown)

    assert everything
    for secret in (account.access_token, account.mobile_number, account.mpin, account.totp_secret, *sandbox.issued):
        assert secret not in everything


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_a_person_sees_progress_and_tables(account_env):
    shown, code = in_a_terminal("find", "ACC")
    again, _ = in_a_terminal("find", "ACC")

    assert code == 0
    assert "Downloading nse_cm" in shown
    assert "━" in shown
    assert "kB" in shown
    assert "Downloading" not in again
    for text in (shown, again):
        heads = next(line for line in text.splitlines() if "token" in line)
        assert "symbol" in heads
        assert "\t" not in text
        # ACC has neither an expiry nor a strike: no column for them.
        assert "strike" not in heads


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_a_terminal_gets_json_where_it_asks_for_it(account_env):
    in_a_terminal("sync")
    shown, code = in_a_terminal("resolve", "727", "--json")

    assert code == 0
    assert json.loads(shown)["token"] == 727


def test_the_command_line_loads_no_tables_before_they_are_needed():
    code = "import sys, ks_compat.cli; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"rich.table", "httpx", "ks_compat.native", "ks_compat.instruments", "sqlite3"}

    assert heavy & set(done.stdout.split()) == set()


def test_a_folder_that_cannot_be_written_is_named_with_a_way_out(instruments, account_env, tmp_path):
    (tmp_path / "file").write_text("in the way")
    exported = instruments("export-v1", tmp_path / "file", code=1)
    account_env.setenv("KS_COMPAT_HOME", str(tmp_path / "file"))
    synced = instruments("sync", code=1)

    assert exported.stderr.endswith(
        f"ks-compat: {tmp_path / 'file'} cannot be written (File exists). The files in it are whole, or as they were.\n"
    )
    assert "cannot be written (File exists). Make room or give access, or set KS_COMPAT_HOME" in synced.stderr
    assert "Errno" not in exported.stderr + synced.stderr
