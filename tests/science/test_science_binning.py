"""From channels to bins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nuwidgets.domain.spectrum import Spectrum
from nuwidgets.errors import InputError
from nuwidgets.science.binning import bin_spectrum, bins_of


def spectrum(**changes) -> Spectrum:
    n = len(changes.get("counts", (1, 2, 3, 4)))
    known = {
        "channel": np.arange(n),
        "counts": np.array([1.0, 2.0, 3.0, 4.0]),
        "exposure_s": 10.0,
        "backscal": np.ones(n),
        "areascal": np.ones(n),
        "quality": np.zeros(n, int),
        "grouping": np.array([1, -1, 1, -1]),
    }
    return Spectrum(**(known | changes))


def test_grouping_rules() -> None:
    assert bins_of([-1, -1, 1, 0, 1, -1], np.zeros(6)).index.tolist() == [0, 0, 1, 2, 3, 3]
    # a bin whose first channel is dropped starts at the next one
    assert bins_of([1, -1, 1, -1, -1], [0, 0, 1, 0, 0]).index.tolist() == [0, 0, -1, 1, 1]
    # a dropped channel inside a bin leaves the bin whole
    assert bins_of([1, -1, -1, 1], [0, 1, 0, 0]).index.tolist() == [0, -1, 0, 1]
    nothing = bins_of([1, 1], [1, 1])
    assert nothing.n_bin == 0
    assert nothing.sum([1.0, 1.0]).size == nothing.largest([1, 1]).size == 0
    with pytest.raises(InputError, match="GROUPING has shape"):
        bins_of([1, 1], [0])


@given(st.data(), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_matrix_sum_and_shape_agree(data: st.DataObject, n: int) -> None:
    grouping = data.draw(hnp.arrays(int, n, elements=st.sampled_from([1, -1, 0])))
    quality = data.draw(hnp.arrays(int, n, elements=st.sampled_from([0, 0, 1, 5])))
    values = data.draw(hnp.arrays(float, n, elements=st.integers(0, 100).map(float)))
    bins = bins_of(grouping, quality)
    np.testing.assert_array_equal(bins.matrix() @ values, bins.sum(values))
    assert bins.sum(values).sum() == values[quality != 1].sum()
    assert bins.size.sum() == (quality != 1).sum()
    assert (bins.smallest(values) <= bins.largest(values)).all()
    assert (quality[bins.first_channel] != 1).all()


def test_harmonic_means() -> None:
    bins = bins_of([1, -1, 1, -1], np.zeros(4))
    mean = bins.harmonic_mean([1.0, 2.0, 1.0, 3.0], [3.0, 1.0, 0.0, 0.0])
    np.testing.assert_allclose(mean, [4 / (3 + 0.5), 2 / (1 + 1 / 3)])
    assert bins.harmonic_mean([0.0, 1.0, 1.0, 1.0], np.ones(4))[0] == 0.0


def test_bins_of_a_poisson_spectrum_with_background() -> None:
    back = spectrum(
        counts=np.array([0.0, 8.0, 2.0, 2.0]), exposure_s=20.0, backscal=np.full(4, 4.0)
    )
    binned = bin_spectrum(spectrum(background=back, quality=np.array([0, 0, 2, 0])))
    np.testing.assert_array_equal(binned.counts, [3, 7])
    np.testing.assert_array_equal(binned.background, [8, 4])
    np.testing.assert_array_equal(binned.quality, [0, 2])
    np.testing.assert_allclose(binned.time_s, 10.0)
    np.testing.assert_allclose(binned.background_time_s, 80.0)
    np.testing.assert_allclose(binned.rate, [0.3 - 0.1, 0.7 - 0.05])
    np.testing.assert_allclose(binned.variance, [0.03 + 8 / 6400, 0.07 + 4 / 6400])
    assert binned.poisson
    missing = bin_spectrum(spectrum(background=back, backscal=np.full(4, -1.0)))
    np.testing.assert_allclose(missing.background_time_s, 20.0)


def test_given_and_systematic_errors() -> None:
    binned = bin_spectrum(
        spectrum(
            poisson=False,
            stat_error=np.array([3.0, 4.0, 0.0, 0.0]),
            areascal=np.full(4, 2.0),
            sys_error=np.array([0.0, 0.1, 0.0, 0.0]),
        )
    )
    np.testing.assert_allclose(binned.time_s, 20.0)
    # 3^2 + 4^2 + (0.1 * 3)^2; nothing known about the second bin: one count
    np.testing.assert_allclose(binned.variance, [25.09 / 400, 1 / 400])
    assert not binned.poisson
    bare = bin_spectrum(spectrum(poisson=False))
    np.testing.assert_allclose(bare.variance, 1 / 100)
