"""`ks-compat run BOT.py` is `python BOT.py`, with ks_api_client answered by ks_compat."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ks_compat.sandbox import Sandbox

COMMAND = Path(sys.executable).with_name("ks-compat")

SHOW = """
import sys, __main__
print(sys.argv[1:], sys.path[0], __name__, __file__, __main__.__file__ == __file__)
import neighbour
print(neighbour.VALUE)
"""


def run(*arguments: str | Path, folder: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=folder,
        env=env,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def same_as_python(script: str, tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    bot = tmp_path / "bots" / "bot.py"
    bot.parent.mkdir()
    bot.write_text(script)
    (bot.parent / "neighbour.py").write_text("VALUE = 'next door'")
    ours = run(COMMAND, "run", bot, *arguments, folder=tmp_path)
    pythons = run(sys.executable, bot, *arguments, folder=tmp_path)
    assert (ours.stdout, ours.returncode) == (pythons.stdout, pythons.returncode)
    return ours


def test_arguments_path_and_main_are_as_python_sets_them(tmp_path: Path) -> None:
    done = same_as_python(SHOW, tmp_path, "--port", "1", "-v", "--help", "plain")

    assert "['--port', '1', '-v', '--help', 'plain']" in done.stdout
    assert "next door" in done.stdout


@pytest.mark.parametrize("ending", ["import sys; sys.exit(7)", "raise SystemExit", "raise SystemExit('bye')", "1/0"])
def test_exit_code_is_the_bots(ending: str, tmp_path: Path) -> None:
    same_as_python(ending, tmp_path)


def test_an_uncaught_error_shows_the_bots_frames_only(tmp_path: Path) -> None:
    done = same_as_python("def f():\n    raise ValueError('mine')\nf()\n", tmp_path)

    assert done.stderr.startswith("Traceback (most recent call last):\n  File")
    assert "ValueError: mine" in done.stderr
    assert "ks_compat" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_it_as_it_ends_python(tmp_path: Path) -> None:
    bot = tmp_path / "bot.py"
    bot.write_text("import time\nprint('trading', flush=True)\ntime.sleep(60)\n")
    with subprocess.Popen([COMMAND, "run", bot], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "trading\n"
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=20)[1]

    assert process.returncode == 130
    assert errors.endswith("KeyboardInterrupt\n")


def test_threads_outlive_the_last_line(tmp_path: Path) -> None:
    script = (
        "import threading, time\nX = 'alive'\nthreading.Thread(target=lambda: (time.sleep(.3), print(X))).start()\n"
    )

    assert same_as_python(script, tmp_path).stdout == "alive\n"


def test_a_file_in_another_encoding_runs(tmp_path: Path) -> None:
    bot = tmp_path / "bot.py"
    bot.write_bytes("# -*- coding: latin-1 -*-\nprint(ascii('é'))\n".encode("latin-1"))

    assert run(COMMAND, "run", bot, folder=tmp_path).stdout == "'\\xe9'\n"


@pytest.mark.parametrize(
    "line",
    [
        "from ks_api_client import ks_api; print(ks_api.KSTradeApi.__name__)",
        "from ks_api_client.ks_api import KSTradeApi; print(KSTradeApi.__name__)",
        "import ks_api_client.ks_api as k; print(k.KSTradeApi.__name__)",
        "from ks_api_client import ks_api, ApiException; print(ks_api.ApiException is ApiException)",
        "import ks_api_client; print(ks_api_client.ApiException.__name__)",
        "from ks_api_client.exceptions import ApiValueError, ApiException; print(ApiValueError.__mro__)",
    ],
)
def test_old_import_forms_are_answered(line: str, tmp_path: Path) -> None:
    bot = tmp_path / "bot.py"
    bot.write_text(line)

    done = run(COMMAND, "run", bot, folder=tmp_path)

    assert done.returncode == 0, done.stderr
    swapped = run(sys.executable, "-c", line.replace("ks_api_client", "ks_compat"), folder=tmp_path)
    assert done.stdout == swapped.stdout


def test_old_and_new_name_are_one_module(tmp_path: Path) -> None:
    bot = tmp_path / "bot.py"
    bot.write_text(
        "import ks_api_client.exceptions as old, ks_compat.exceptions as new\n"
        "print(old is new, new.__name__, new.__spec__.name)\n"
    )

    assert run(COMMAND, "run", bot, folder=tmp_path).stdout == "True ks_compat.exceptions ks_compat.exceptions\n"


def test_a_missing_old_module_is_a_module_not_found(tmp_path: Path) -> None:
    bot = tmp_path / "bot.py"
    bot.write_text("try:\n    import ks_api_client.nothing\nexcept ModuleNotFoundError as e:\n    print(e)\n")

    assert "ks_api_client.nothing" in run(COMMAND, "run", bot, folder=tmp_path).stdout


def test_a_bot_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = run(COMMAND, "run", "nowhere.py", folder=tmp_path)

    assert done.returncode == 2
    assert done.stderr == "ks-compat: there is no file nowhere.py.\n"


def test_a_folder_is_not_told_as_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "mybot").mkdir()

    done = run(COMMAND, "run", "mybot", folder=tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith("ks-compat: mybot is a folder: name the file in it")
    assert "ks-compat run -m mybot" in done.stderr


def test_a_missing_setting_says_which_and_where_to_find_it(tmp_path: Path) -> None:
    bot = tmp_path / "bot.py"
    bot.write_text(
        "from ks_api_client import ks_api\n"
        "client = ks_api.KSTradeApi('token', 'user', 'key', '127.0.0.1', 'app')\n"
        "client.login(password='x')\n"
    )

    done = run(COMMAND, "run", bot, folder=tmp_path)

    assert done.returncode == 1
    assert "KS_COMPAT_MOBILE_NUMBER: is not set. It is the mobile number registered with Kotak" in done.stderr
    assert done.stderr.count("KS_COMPAT_MOBILE_NUMBER") == 1, "told once"
    assert [line for line in done.stderr.splitlines() if line.startswith("  File")] == [
        f'  File "{bot}", line 3, in <module>'
    ], "the bot's line, and none of the package's"


def test_a_refused_login_still_says_what_it_means(tmp_path: Path) -> None:
    bot = tmp_path / "bot.py"
    bot.write_text(
        "from ks_api_client import ks_api\n"
        "client = ks_api.KSTradeApi('token', 'user', 'key', '127.0.0.1', 'app')\n"
        "client.login(password='x')\n"
    )
    with Sandbox() as sandbox:
        settings = {**sandbox.environment(), "KS_COMPAT_TOTP_SECRET": "A" * 32}
        done = run(COMMAND, "run", bot, folder=tmp_path, env={**os.environ, **settings})

    assert "LoginRefused" in done.stderr
    assert "repeated failures lock the account" in done.stderr
    assert done.stderr.count("  File") == 1


def test_an_error_of_the_bot_keeps_its_chain(tmp_path: Path) -> None:
    done = same_as_python("try:\n    {}[1]\nexcept KeyError as e:\n    raise ValueError('mine') from e\n", tmp_path)
    pythons = run(sys.executable, tmp_path / "bots" / "bot.py", folder=tmp_path)

    assert done.stderr == pythons.stderr


MODULE = """
import sys, __main__
from . import core
print(sys.argv, sys.path[0], __name__, __package__, __spec__.name, __file__, __main__.__file__ == __file__, core.NAME)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder that holds a bot which is a package, and runs as ``python -m mybot`` only."""
    (tmp_path / "mybot").mkdir()
    (tmp_path / "mybot" / "__init__.py").write_text("")
    (tmp_path / "mybot" / "core.py").write_text("from ks_compat import ks_api\nNAME = ks_api.KSTradeApi.__name__\n")
    (tmp_path / "mybot" / "__main__.py").write_text(MODULE)
    (tmp_path / "mybot" / "other.py").write_text(MODULE)
    return tmp_path


@pytest.mark.parametrize("name", ["mybot", "mybot.__main__", "mybot.other"])
def test_a_package_runs_as_python_m_runs_it(name: str, package: Path) -> None:
    pythons = run(sys.executable, "-m", name, "--port", "1", folder=package)
    (package / "mybot" / "core.py").write_text("from ks_api_client import ks_api\nNAME = ks_api.KSTradeApi.__name__\n")

    ours = run(COMMAND, "run", "-m", name, "--port", "1", folder=package)

    assert "KSTradeApi" in ours.stdout
    assert (ours.stdout, ours.returncode) == (pythons.stdout, pythons.returncode)


@pytest.mark.parametrize("name", ["nope", "mybot.nope", "nope.mybot", ".mybot", "mybot.core.nope"])
def test_a_module_that_is_not_there_is_an_error(name: str, package: Path) -> None:
    done = run(COMMAND, "run", "-m", name, folder=package)

    assert done.returncode == 2
    assert done.stderr.startswith(f"ks-compat: there is no module {name!r} that can be run. -m takes")


def test_m_with_a_file_name_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text("print('trading')")

    done = run(COMMAND, "run", "-m", "bot.py", folder=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert "without .py" in done.stderr


def test_m_without_a_name_says_what_it_takes(tmp_path: Path) -> None:
    assert "ks-compat run -m my_bot" in run(COMMAND, "run", "-m", folder=tmp_path).stderr


def test_what_a_package_misses_itself_is_the_packages_error(package: Path) -> None:
    (package / "mybot" / "__init__.py").write_text("import not_there_at_all\n")

    done = run(COMMAND, "run", "-m", "mybot", folder=package)

    assert done.returncode == 1
    assert done.stderr.endswith("No module named 'not_there_at_all'\n")
    assert done.stderr.count("  File") == 1
