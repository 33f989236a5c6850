import time

import pytest

from ks_compat.native import ambient


def test_the_clock_is_the_clock():
    before = time.time()
    assert before <= ambient.now() <= time.time()


def test_fixed_stops_the_clock():
    with ambient.fixed(1234.5):
        assert [ambient.now(), ambient.now()] == [1234.5, 1234.5]


@pytest.mark.parametrize("length", [1, 10, 20])
def test_text_has_the_length_asked_for(length):
    assert len(ambient.text(length)) == length
    with ambient.fixed(0):
        assert len(ambient.text(length)) == length


def test_an_inner_fixed_ends_with_its_block():
    with ambient.fixed(1):
        first = ambient.text(5)
        with ambient.fixed(2):
            assert ambient.text(5) == first
        assert ambient.now() == 1
        assert ambient.text(5) != first


def test_fixed_ends_with_an_error_too():
    with pytest.raises(KeyError), ambient.fixed(0):
        raise KeyError
    assert ambient.now() > 1_000_000_000
    assert ambient.text(12) != ambient.text(12)
