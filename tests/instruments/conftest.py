from contextlib import ExitStack

import pytest
from instrument_fakes import at

from ks_compat.instruments import Instruments


@pytest.fixture
def make(tmp_path):
    """Instruments over one home folder, closed after the test; the clock is `make.clock[0]`."""
    with ExitStack() as stack:

        def build(source, *v1_files):
            return stack.enter_context(Instruments(tmp_path / "home", source, v1_files, lambda: build.clock[0]))

        build.clock = [at()]
        build.folder = tmp_path / "home" / "instruments"
        yield build
