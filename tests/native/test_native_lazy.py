"""A program that trades does not wait for what only other calls need."""

import subprocess
import sys

import pytest

import ks_compat.native as native

LATE = {"account_results", "market_results", "report_requests"}


@pytest.mark.parametrize("statement", ["from ks_compat import NeoClient", "from ks_compat import ks_api"])
def test_what_an_order_does_not_need_is_not_loaded(statement):
    code = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {f"ks_compat.native.{name}" for name in LATE} & set(done.stdout.split()) == set()


@pytest.mark.parametrize("name", native.__all__)
def test_every_name_is_there(name):
    assert getattr(native, name) is not None
    assert name in dir(native)


def test_a_name_that_is_none_is_told_so():
    with pytest.raises(AttributeError, match="no attribute 'NoSuch'"):
        _ = native.NoSuch
