"""``ks-compat run --parallel PLAN.toml BOT.py``: the bot unchanged, the old package installed or not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ks_compat import exceptions
from ks_compat.parallel.record import Record

COMMAND = Path(sys.executable).with_name("ks-compat")

BOT = """
import json, sys
from ks_api_client import ks_api
from ks_api_client.ks_api import KSTradeApi
from ks_api_client.exceptions import ApiException
import ks_api_client.exceptions

assert ks_api.KSTradeApi is KSTradeApi
arguments, password, code = json.loads(sys.argv[1])
client = ks_api.KSTradeApi(**arguments)
client.login(password=password)
client.session_2fa(access_code=code)
print(client.quote(727, "LTP")["success"][0]["instrumentName"])
answer = client.place_order("N", 727, "BUY", 1, 2250.5)
print(len(client.order_report()["success"]))
try:
    client.place_order("N", 999999999, "BUY", 1, 2250.5)
except (ApiException, ks_api_client.exceptions.ApiValueError) as error:
    print("refused", type(error).__module__)
"""
OLD_PACKAGE = """
import ks_api_client.exceptions as own
from ks_compat import exceptions
from ks_compat.demo.old_client import KSTradeApi as _Wire


def _own(call):
    def outer(*args, **kwargs):
        try:
            return call(*args, **kwargs)
        except exceptions.ApiException as error:
            raise own.ApiException(status=error.status, reason=error.reason, body=error.body) from None
    return outer


class KSTradeApi(_Wire):
    place_order = _own(_Wire.place_order)
"""


OTHER = 'legacy = "ks_compat.demo.old_client:KSTradeApi"\n'


@pytest.fixture
def run(account_env: Any, sandbox: Any, tmp_path: Path) -> Any:
    import json

    (tmp_path / "bot.py").write_text(BOT)

    def start(plan: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "plan.toml").write_text(plan)
        account = sandbox.account.v1
        argument = json.dumps([sandbox.v1_arguments(), account.password, account.access_code])
        return subprocess.run(
            [COMMAND, "run", "--parallel", "plan.toml", "bot.py", argument],
            capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False,
        )  # fmt: skip

    return start


def install(folder: Path) -> None:
    """The old package beside the bot, with exceptions of its own."""
    package = folder / "ks_api_client"
    package.mkdir()
    (package / "__init__.py").write_text("from ks_api_client.exceptions import ApiException\n")
    (package / "exceptions.py").write_text(Path(exceptions.__file__).read_text())
    (package / "ks_api.py").write_text(OLD_PACKAGE)


def noted(folder: Path, sandbox: Any) -> set[tuple[str, str]]:
    record = Record(folder / "home" / "parallel.sqlite", account=sandbox.account.ucc)
    found = {(kept.seen.method, kept.seen.outcome) for kept in record.observations()}
    record.close()
    return found


@pytest.mark.parametrize("phase", ["rehearse", "lead"])
def test_a_bot_runs_unchanged_with_the_old_package_beside_it(
    run: Any, tmp_path: Path, sandbox: Any, phase: str
) -> None:
    install(tmp_path)
    done = run(f'noise = 0\n[methods]\nplace_order = "{phase}"\n')

    assert (done.stdout, done.stderr) == ("ACC\n1\nrefused ks_api_client.exceptions\n", "")
    assert done.returncode == 0
    assert len(sandbox.orders) == 1
    old = sum(b"/apim/orders/" in request.raw_path for request in sandbox.requests)
    assert old == (2 if phase == "rehearse" else 0)
    assert {("quote", "matched"), ("place_order", "matched")} <= noted(tmp_path, sandbox)


def test_without_the_old_package_another_legacy_class_will_do(run: Any, tmp_path: Path, sandbox: Any) -> None:
    done = run(f"noise = 0\n{OTHER}")

    assert (done.stdout, done.stderr) == ("ACC\n1\nrefused ks_compat.exceptions\n", "")
    assert ("quote", "matched") in noted(tmp_path, sandbox)


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ("", "ks_api_client"),
        ("phase = 'full'", "phase"),
        ('legacy = "bot:Nothing"', "cannot be imported"),
        (f'{OTHER}record = "mysql://bot:hunter2@db/run"', "must be a file, or a URL"),
    ],
)
def test_what_is_missing_is_said_before_the_bot_starts(run: Any, tmp_path: Path, plan: str, told: str) -> None:
    (tmp_path / "bot.py").write_text("print('started')\n")
    done = run(plan)

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr
    assert done.stdout.replace("started\n", "") == ""


def test_an_error_of_the_bot_is_shown_as_python_shows_it(run: Any, tmp_path: Path) -> None:
    install(tmp_path)
    (tmp_path / "bot.py").write_text("import ks_api_client\n1 / 0\n")
    done = run("")

    assert done.returncode == 1
    assert done.stderr.startswith("Traceback (most recent call last):\n  File")
    assert "ks_compat" not in done.stderr
