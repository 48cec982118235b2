"""Messages: what goes in comes out, and nothing else goes in."""

from __future__ import annotations

import contextlib
import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from nuwidgets.engines.codec import pack, unpack
from nuwidgets.errors import InputError

LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
TREE = st.recursive(
    LEAF,
    lambda t: st.lists(t) | st.dictionaries(st.text().filter(lambda k: not k.startswith("~")), t),
)
DTYPES = st.sampled_from(["<f8", ">f8", "<f4", "<i8", ">i2", "u1", "?", "<c16"])


@given(TREE)
def test_plain_values_come_back(value):
    assert unpack(pack(value)) == value


@given(DTYPES.flatmap(lambda d: arrays(d, array_shapes(min_dims=0, min_side=0))), st.integers(0, 9))
def test_arrays_come_back_beside_others(array, n):
    back, other = unpack(pack((array, [np.arange(n)])))
    np.testing.assert_array_equal(back, array)
    assert back.shape == array.shape
    assert not back.flags.writeable
    np.testing.assert_array_equal(other[0], np.arange(n))


def test_numbers_of_numpy_and_not_finite():
    back = unpack(pack([np.float32(0.5), np.int64(3), math.inf, math.nan]))
    assert back[:3] == [0.5, 3, math.inf]
    assert math.isnan(back[3])


@pytest.mark.parametrize("value", [{1}, object(), b"x", np.array(["a"]), np.array([object()])])
def test_refuses_what_is_not_plain(value):
    with pytest.raises(InputError, match="Cannot send a"):
        pack(value)


@pytest.mark.parametrize("key", [1, "~array"])
def test_refuses_names(key):
    with pytest.raises(InputError, match="as a name to a worker"):
        pack({key: 1})


@given(st.binary(max_size=60))
def test_noise_is_refused_or_read_never_worse(noise):
    with contextlib.suppress(InputError):
        assert unpack(noise) is not NotImplemented


@pytest.mark.parametrize(
    "text",
    [
        '{"~array": ["|O", [1], 0]}',
        '{"~array": ["<f8", [9], 0]}',
        '{"~array": ["<f8", [-1], 0]}',
        '{"~array": 3}',
        '{"~array": ["<f8", [99999999999999999999999], 0]}',
        '{"~array": ["junk", [1], 0]}',
    ],
)
def test_arrays_that_cannot_be(text):
    with pytest.raises(InputError, match="Cannot read a message"):
        unpack(len(text).to_bytes(8, "little") + text.encode() + bytes(8))
