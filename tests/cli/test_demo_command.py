"""`ks-compat demo`: the main job in one command; exit code 1 if the two ways differ."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from ks_codemods import migrate
from rich.console import Console

from ks_compat.demo import play

COMMAND = Path(sys.executable).with_name("ks-compat")


def played(rewrite: object) -> tuple[int, str]:
    console = Console(file=io.StringIO(), width=140)
    code = play(console, rewrite)  # type: ignore[arg-type]
    return code, console.file.getvalue()  # type: ignore[attr-defined]


def migrated_and(old: str, new: str) -> object:
    def rewrite(bot: Path) -> str:
        migrate([bot], write=True)
        text = bot.read_text()
        assert old in text
        bot.write_text(text.replace(old, new, 1))
        return ""

    return rewrite


def test_in_a_pipe_it_shows_both_runs_the_diff_and_the_verdict(tmp_path: Path) -> None:
    done = subprocess.run([COMMAND, "demo"], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("ACC trades at 2274.0\n") == 2
    assert "+client.totp_login()\n" in done.stdout
    assert done.stdout.count("identical\n") >= 13
    assert "requests, identical in order, method, URL, headers and body; same lines printed." in done.stdout
    assert "\x1b[" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_another_quantity_is_found_and_ends_in_1() -> None:
    code, shown = played(migrated_and("quantity = 2", "quantity = 3"))

    assert code == 1
    assert "DIFFERENT" in shown
    assert "body field qt: '2' (str) / '3' (str)" in shown


def test_a_request_too_many_is_found_and_ends_in_1() -> None:
    code, shown = played(migrated_and("client.logout()", "client.order_report(); client.logout()"))

    assert code == 1
    assert "request 15, request: missing / 'GET /quick/user/orders' (str)" in shown


def test_other_lines_printed_end_in_1() -> None:
    code, shown = played(migrated_and('"holding"', '"HOLDING"'))

    assert code == 1
    assert "The two bots printed different lines." in shown


def test_a_bot_that_fails_ends_in_1() -> None:
    code, shown = played(migrated_and("client.totp_validate()", "1/0"))

    assert code == 1
    assert "ZeroDivisionError" in shown
