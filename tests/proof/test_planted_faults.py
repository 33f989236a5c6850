"""``benchmarks/mutations.py`` takes minutes; that its faults can still be planted is seen here."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAULTS = runpy.run_path(str(ROOT / "benchmarks" / "mutations.py"), run_name="mutations")["FAULTS"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_fault_changes_one_place_of_code_that_still_compiles(fault):
    text = (ROOT / fault.file).read_text("utf-8")
    assert text.count(fault.old) == 1
    changed = text.replace(fault.old, fault.new)
    assert changed != text
    compile(changed, fault.file, "exec")
