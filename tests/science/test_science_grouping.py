"""Grouping against grppha's columns and its own promises."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from nuwidgets.domain.grouping import Grouping
from nuwidgets.errors import InputError
from nuwidgets.science import grouping as g
from nuwidgets.science.binning import bins_of
from nuwidgets.science.resolution import fwhm_channels

GRPPHA = json.loads((Path(__file__).parent / "data" / "grppha.json").read_text())
COUNTS = hnp.arrays(float, st.integers(1, 80), elements=st.integers(0, 9).map(float))


def unpacked(runs: list) -> np.ndarray:
    return np.concatenate([np.full(number, value) for value, number in runs])


@pytest.mark.parametrize(
    "case", GRPPHA["results"], ids=lambda case: f"{case['input']}-{case['command']}"
)
def test_group_min_is_grpphas(case: dict) -> None:
    counts = unpacked(GRPPHA["inputs"][case["input"]]).astype(float)
    quality = unpacked(case["QUALITY"])
    before = np.where(quality == 2, 0, quality)
    found = g.group_min(counts, float(case["command"].split()[-1]), before)
    np.testing.assert_array_equal(found.grouping, unpacked(case["GROUPING"]))
    np.testing.assert_array_equal(found.quality, quality)


def test_group_min_15_is_the_column_of_3c273(shared_data: Path) -> None:
    from astropy.io import fits

    data = fits.getdata(shared_data / "fit_sets" / "chandra_3c273" / "3c273.pi")
    found = g.group_min(data["COUNTS"], 15, data["QUALITY"])
    np.testing.assert_array_equal(found.grouping, data["GROUPING"])


@given(COUNTS, st.integers(1, 30), st.data())
@settings(max_examples=100, deadline=None)
def test_group_min_keeps_its_promise(counts: np.ndarray, n: int, data: st.DataObject) -> None:
    quality = data.draw(hnp.arrays(int, counts.size, elements=st.sampled_from([0, 0, 0, 1, 2, 5])))
    found = g.group_min(counts, n, quality)
    bad = (quality == 1) | (quality == 5)
    np.testing.assert_array_equal(found.quality[bad], quality[bad])
    bins = bins_of(found.grouping, np.where(bad, 1, 0))
    sums = bins.sum(counts)
    complete = bins.largest(found.quality) == 0
    assert (sums[complete] >= n).all()
    last = bins.sum(np.where(np.append(found.grouping[1:], 1) == 1, counts, 0.0))
    assert (sums[complete] - last[complete] < n).all()
    assert sums.sum() == counts[~bad].sum()


@given(COUNTS, st.floats(1.0, 6.0), st.floats(1.0, 12.0))
@settings(max_examples=100, deadline=None)
def test_optsnmin_reaches_the_signal_to_noise(counts: np.ndarray, s: float, width: float) -> None:
    widths = np.full(counts.size, width)
    found = g.group_optsnmin(counts, widths, s)
    bins = bins_of(found.grouping, found.quality)
    sums = bins.sum(counts)
    assert bins.index.min() == 0
    if counts.sum() >= s**2:
        assert (sums >= s**2 * (1 - 1e-9)).all()
    else:
        assert bins.n_bin == 1


def test_optsnmin_takes_the_background_into_account() -> None:
    counts, widths = np.full(100, 50.0), np.full(100, 4.0)
    alone = bins_of(g.group_optsnmin(counts, widths, 5).grouping, np.zeros(100))
    back = g.Background(np.full(100, 80.0), np.full(100, 0.5))
    columns = g.group_optsnmin(counts, widths, 5, background=back)
    bins = bins_of(columns.grouping, np.zeros(100))
    net = bins.sum(counts - 40.0)
    noise = np.sqrt(bins.sum(counts + 20.0))
    assert (net / noise >= 5).all()
    assert bins.n_bin < alone.n_bin


def test_optimal_width_follows_the_published_curve() -> None:
    widths = np.full(1000, 20.0)
    # few counts: one FWHM; very many: 8 % of it, at least a channel
    assert (g.optimal_channels(np.full(1000, 1e-3), widths) == 20).all()
    many = g.optimal_channels(np.full(1000, 1e6), widths)[500]
    elements = 1 + 1000 / 20
    x = np.log(1.314 * 20 * 1e6 * (1 + 0.2 * np.log(elements)))
    assert many == int(20 * (0.08 * x + 7 + 1.8 / x) / (x + 5.9))


def test_constant_and_bad_channels() -> None:
    found = g.group_constant(7, 3)
    np.testing.assert_array_equal(found.grouping, [1, -1, -1, 1, -1, -1, 1])
    quality = [0, 0, 5, 0, 0, 0, 2]
    found = g.group_constant(7, 3, quality)
    np.testing.assert_array_equal(found.grouping, [1, -1, 1, 1, -1, -1, 1])
    np.testing.assert_array_equal(found.quality, [0, 0, 5, 0, 0, 0, 0])


def test_every_kind_is_reached() -> None:
    counts = np.full(6, 10.0)
    quality = np.array([0, 0, 0, 0, 2, 2])
    ones = g.group_channels(Grouping("none"), counts, quality)
    np.testing.assert_array_equal(ones.grouping, np.ones(6))
    np.testing.assert_array_equal(ones.quality, quality)
    column = np.array([1, -1, -1, 1, -1, -1])
    kept = g.group_channels(Grouping("file"), counts, quality, file_grouping=column)
    np.testing.assert_array_equal(kept.grouping, column)
    assert (g.group_channels(Grouping("file"), counts).grouping == 1).all()
    for text in ("min 20", "constant 2", "optsnmin 4"):
        made = g.group_channels(Grouping.parse(text), counts, width_channels=np.ones(6))
        np.testing.assert_array_equal(made.grouping, [1, -1, 1, -1, 1, -1])


def test_grouping_says_what_is_missing() -> None:
    with pytest.raises(InputError, match="the spectrum has no response"):
        g.group_channels(Grouping("optsnmin", 6), np.ones(4))
    with pytest.raises(InputError, match=r"quality has shape \(3,\)"):
        g.group_min(np.ones(4), 1, np.zeros(3))
    with pytest.raises(InputError, match=r"grouping has shape \(3,\)"):
        g.group_channels(Grouping("file"), np.ones(4), file_grouping=np.ones(3))


@pytest.mark.parametrize("text", ["constant 0.5", "constant 2.5"])
def test_channels_are_joined_in_whole_numbers(text: str) -> None:
    with pytest.raises(InputError, match="it takes a whole number of channels"):
        Grouping.parse(text)


def test_width_of_a_gaussian_response() -> None:
    channel_kev = 0.5 + 0.04 * np.arange(400)
    edges = np.linspace(0.5, 16.5, 301)
    energy = (edges[:-1] + edges[1:]) / 2
    sigma = 0.3
    matrix = np.exp(-0.5 * ((channel_kev[:, None] - energy) / sigma) ** 2)
    matrix[matrix < 1e-6] = 0
    matrix[:, 200:210] = 0  # rows of the RMF that are empty
    widths = fwhm_channels(sparse.csr_array(matrix * energy**-1), edges, channel_kev)
    np.testing.assert_allclose(widths[20:380], 2.3548 * sigma / 0.04, rtol=0.02)


def test_width_of_a_diagonal_response_is_one() -> None:
    widths = fwhm_channels(sparse.eye_array(5), np.arange(6.0), np.arange(5) + 0.5)
    np.testing.assert_array_equal(widths, np.ones(5))


def test_an_empty_response_has_no_width() -> None:
    with pytest.raises(InputError, match="it is empty"):
        fwhm_channels(sparse.csr_array((5, 5)), np.arange(6.0), np.arange(5) + 0.5)


@pytest.mark.parametrize(
    ("words", "least", "least_background"),
    [("snmin 5", 25, 0), ("bmin 3", 0, 3), ("optmin 20", 20, 0), ("opt", 0, 0)],
)
def test_ways_of_ftgrouppha_keep_what_they_promise(words, least, least_background, session):
    step = session.datasets["99901110002A"].spectrum
    step.grouping = words
    made = step.submit().result(30)
    first = np.flatnonzero(made.grouping == 1)
    counts, other = (np.add.reduceat(x, first) for x in (made.counts, made.background.counts))
    assert 3 < len(first) < len(made.counts)
    assert np.all(counts[:-1] >= least), "only the last bin may fall short"
    assert np.all(other[:-1] >= least_background)
    assert str(step.grouping) == words
