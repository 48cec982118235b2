"""Bins, ranges, models and statistics together, on real spectra with published numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.files.spectrum_set import load_spectrum
from nuwidgets.science import ranges, statistics
from nuwidgets.science.binning import bin_spectrum
from nuwidgets.science.models.expression import Expression

if TYPE_CHECKING:
    from pathlib import Path


def loaded(folder: Path, name: str, *, grouped: bool = True):
    spectrum = load_spectrum(FileSpectrumRequest(str(folder / "fit_sets" / name)))
    if not grouped:
        ones = np.ones(len(spectrum.counts), int)
        spectrum = replace(spectrum, grouping=ones, quality=0 * ones, poisson=True)
    binned, response = bin_spectrum(spectrum), spectrum.response
    e_min = binned.bins.smallest(response.e_min_kev)
    e_max = binned.bins.largest(response.e_max_kev)
    return binned, response, e_min, e_max


@pytest.mark.parametrize(
    ("name", "ignored", "n_all", "first", "last"),
    [
        # fits.json of XSPEC 12.9.1: noticed 3-87, 3-47, 5-44, 4-113
        ("exosat_s54405/s54405.pha", "bad", 125, 3, 87),
        ("exosat_s54405/s54405.pha", "bad 15.0-**", 125, 3, 47),
        ("chandra_3c273/3c273.pi", "**-0.5 7.0-**", 46, 5, 44),
        ("xmm_ngc7793_ulx4_pn/PN_spectrum_grp20.fits", "bad **-0.3 10.0-**", 114, 4, 113),
        ("chandra_cdfs_179/179.pi", "**-0.5 8.0-**", 1024, 36, 547),
    ],
)
def test_the_bins_xspec_notices(
    shared_data: Path, name: str, ignored: str, n_all: int, first: int, last: int
) -> None:
    binned, _, e_min, e_max = loaded(shared_data, name)
    mask = ranges.apply(ranges.parse(ignored), 1, e_min, e_max, binned.quality)
    assert mask.size == n_all
    assert (np.flatnonzero(mask) + 1).tolist() == list(range(first, last + 1))


@pytest.mark.parametrize(
    ("name", "channels", "index", "norm", "predicted", "cash", "w"),
    [
        # sherpa, unabsorbed power law, ungrouped
        ("chandra_3c273/3c273.pi", (36, 479), 2.0, 2e-4, 663.828861, 501.781028, 501.099191),
        ("chandra_cdfs_179/179.pi", (36, 547), 1.7, 1e-6, 1437.29906, 2165.65004, 1539.25436),
    ],
)
def test_statistics_are_those_of_sherpa(
    shared_data: Path, name: str, channels: tuple, index: float, norm: float,
    predicted: float, cash: float, w: float,
) -> None:  # fmt: skip
    binned, response, _, _ = loaded(shared_data, name, grouped=False)
    photons = Expression.parse("po").evaluate(response.energy_edges_kev, [index, norm])
    rate = response.matrix @ photons
    at = slice(channels[0] - 1, channels[1])
    time, back_time = binned.time_s[at], binned.background_time_s[at]
    assert (rate[at] * time).sum() == pytest.approx(predicted, rel=1e-6)
    found = statistics.cstat(binned.counts[at], time, rate[at]).sum()
    assert found == pytest.approx(cash, rel=1e-6)
    found = statistics.wstat(
        binned.counts[at], binned.background[at], time, back_time, rate[at]
    ).sum()
    assert found == pytest.approx(w, rel=1e-6)
