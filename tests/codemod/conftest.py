"""One sandbox for the room: each bot begins with it freshly reset."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from both_ways import MOMENT

from ks_compat.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=lambda: MOMENT) as sandbox:
        yield sandbox
