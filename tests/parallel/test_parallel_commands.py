"""``ks-compat parallel``, as cron and a person run it."""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from parallel_database import address, postgres  # noqa: F401
from parallel_day import NINE, play, seen
from typer.testing import CliRunner

from ks_compat.cli.main import app
from ks_compat.parallel.observation import Noted, Observation
from ks_compat.parallel.record import Record

COMMAND = Path(sys.executable).with_name("ks-compat")
GATE = "[gate]\nmatched = 10\nsessions = 2\n"
Command = Callable[..., subprocess.CompletedProcess[str]]


def write(folder: Path, text: str) -> Path:
    plan = folder / "plan.toml"
    plan.write_text(text)
    return plan


@pytest.fixture
def parallel(clean_env: pytest.MonkeyPatch, tmp_path: Path, address: str) -> Command:  # noqa: F811
    """Runs `ks-compat parallel ...` with a plan in the environment."""
    clean_env.setenv("KS_COMPAT_PLAN", str(write(tmp_path, f'record = "{address}"\n{GATE}')))
    return run


def run(*arguments: str | Path, code: int = 0, alone: bool = False) -> subprocess.CompletedProcess[str]:
    """Runs the command in this process, as most of it takes no other; ``alone``: as cron does."""
    line = [str(COMMAND), "parallel", *map(str, arguments)]
    if alone:
        done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    else:
        found = CliRunner().invoke(app, line[1:])
        done = subprocess.CompletedProcess(line, found.exit_code, found.stdout, found.stderr)
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "hunter2" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def note(address: str, *observations: Observation, account: str = "ABC12", **phases: str) -> None:  # noqa: F811
    record = Record(address, account=account, now=lambda: NINE)
    for method, phase in phases.items():
        record.set_phase(method, phase, by="asha")
    assert record.flush(20)
    for each in observations:
        record.observe(each)
    assert record.flush(20)
    record.close()


def good(method: str = "positions", phase: str = "shadow") -> list[Observation]:
    return [seen(method, phase=phase, at=NINE + n % 2 * 86_400) for n in range(10)]


def test_status_tells_cron_how_it_stands(parallel: Command, address: str) -> None:  # noqa: F811
    note(address, *good())
    not_yet = parallel("status", code=1, alone=True).stdout
    assert "Not yet safe to remove ks_api_client." in not_yet
    assert "positions to lead: the gate is open" in not_yet

    note(address, positions="done", login="done")
    assert "\nSafe to remove ks_api_client." in parallel("status", alone=True).stdout

    record = Record(address, account="ABC12", now=lambda: NINE)
    record.set_phase("quote", "shadow", by="tripwire", reason="5 errors", tripped=True)
    record.close()
    assert "quote was put back by a tripwire at 14 Jul 09:15: 5 errors" in parallel("status", code=3, alone=True).stdout


def test_status_as_json_has_everything_of_the_table(parallel: Command, address: str) -> None:  # noqa: F811
    play(address)

    answer = json.loads(parallel("status", "--json", code=3).stdout)

    assert (answer["version"], answer["safe"], answer["tripped"]) == (1, False, ["place_order"])
    methods = {each["method"]: each for each in answer["methods"]}
    book = methods["order_report"]
    assert (book["calls"], book["matched"], book["unexplained"], book["next"]) == (363, 360, 3, "lead")
    assert (methods["quote"]["failed"], methods["quote"]["dropped"]) == (3, 0)
    assert book["candidate"]["p95"] == pytest.approx(98, rel=0.05)
    assert methods["place_order"]["phase"] == "rehearse"
    assert [step["by"] for step in answer["history"]] == ["asha", "tripwire"]
    assert {each["outcome"] for each in answer["last"]} == {"unknown", "failed", "unexplained"}


def test_explain_shows_both_sides_of_a_difference(parallel: Command, address: str) -> None:  # noqa: F811
    differences = (
        Noted("success[orderId=7].price", "success[].price", "value", "'10.00'", "'10.05'"),
        Noted("success[orderId=7].lot", "success[].lot", "type", "1", "'1'", "v2 tells it as text\x1b[2J\x07"),
    )
    at = Observation("order_report", "lead", "candidate", "unexplained", NINE, 12, 34, differences, "a note")
    note(address, at)
    number = json.loads(parallel("status", "--json", code=1).stdout)["last"][0]["id"]

    told = parallel("explain", str(number)).stdout
    lines = told.splitlines()
    assert "candidate: 12 ms" in lines
    assert "legacy: 34 ms" in lines
    assert "path\tkind\tcandidate\tlegacy\tknown because" in lines
    assert "success[orderId=7].price\tvalue\t'10.00'\t'10.05'\t" in lines
    assert not {"\x1b", "\x07"} & set(told)
    shown = json.loads(parallel("explain", str(number), "--json").stdout)
    assert (shown["id"], shown["differences"][0]["candidate"]) == (number, "'10.05'")
    assert "there is no observation 999999" in parallel("explain", "999999", code=1).stderr


def test_advance_and_rollback_say_who_and_what_is_missing(parallel: Command, address: str) -> None:  # noqa: F811
    note(address, *good()[:4])
    refused = parallel("advance", "positions", code=1).stderr
    assert "missing: 6 more calls that match (4 of 10)" in refused

    note(address, *good())
    assert parallel("advance", "positions").stdout == "positions is in lead now.\n"
    assert parallel("rollback", "positions", "--to", "off").stdout == "positions is in off now.\n"
    assert "before it there is nothing" in parallel("rollback", "positions", code=1).stderr

    steps = [line.split("\t")[1:4] for line in parallel("report").stdout.splitlines() if "\tpositions\t" in line]
    assert [["positions", phase, getpass.getuser()] for phase in ("lead", "off")] == steps[-2:]
    assert "there is no method 'buy'" in parallel("advance", "buy", code=2).stderr


def test_a_bot_that_runs_follows_a_command(parallel: Command, address: str) -> None:  # noqa: F811
    from test_parallel_record import until

    bot = Record(address, account="ABC12", now=lambda: NINE)
    bot.set_phase("place_order", "lead", by="asha")
    assert bot.flush(20)
    parallel("rollback", "place_order", "--to", "rehearse")

    assert until(lambda: bot.phase("place_order").phase == "rehearse")
    assert bot.phase("place_order").by == getpass.getuser()
    bot.close()


def test_report_writes_a_page(parallel: Command, address: str, tmp_path: Path) -> None:  # noqa: F811
    play(address)

    assert "page.html is written." in parallel("report", "--html", tmp_path / "page.html").stdout
    page = (tmp_path / "page.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "hunter2" not in page
    parallel("report", "--html", tmp_path / "nowhere" / "page.html", code=2)


def test_a_record_of_several_accounts_wants_to_know_which(parallel: Command, address: str) -> None:  # noqa: F811
    note(address, *good(), account="ABC12")
    note(address, *good("quote"), account="XYZ98")

    assert "2 accounts: give --account UCC" in parallel("status", code=2).stderr
    assert "positions to lead" in parallel("status", "--account", "ABC12", code=1).stdout
    assert "positions to lead" not in parallel("status", "--account", "XYZ98", code=1).stdout
    assert "knows nothing of this account" in parallel("status", "--account", "OTHER", code=2).stderr


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        ("nonsense = 1\n", "nonsense"),
        ('record = "/nowhere/run.sqlite"\n', "There is no record /nowhere/run.sqlite yet"),
        ('record = "mysql://bot:hunter2@db/run"\n', "must be a file, or a URL"),
        ('record = "postgresql://bot:hunter2@127.0.0.1:1/run"\n', "cannot be used"),
    ],
)
def test_a_plan_or_record_that_cannot_be_used_is_code_2(
    clean_env: pytest.MonkeyPatch, tmp_path: Path, plan: str, text: str
) -> None:
    file = write(tmp_path, plan)
    for line in (["status"], ["report"], ["explain", "1"], ["advance", "quote"], ["rollback", "quote"]):
        assert text in run(*line, "--plan", file, code=2).stderr


def test_a_terminal_of_80_columns_shows_the_table_whole(parallel: Command, address: str) -> None:  # noqa: F811
    import pty

    play(address)
    child, screen = pty.fork()
    if child == 0:
        os.environ.update(TERM="dumb", COLUMNS="80", LINES="60")
        os.execv(COMMAND, [str(COMMAND), "parallel", "status"])
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

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    lines = [line.split() for line in shown.decode().splitlines()]
    assert ["positions", "shadow", "360", "360", "0", "0", "0", "0", "0", "84/87", "115/119"] in lines
    assert "\x1b[31m" not in shown.decode()
