"""Rings and their fit: against loops over pixels, a likelihood's own minimum, a simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from nuwidgets.errors import InputError
from nuwidgets.science import psf
from nuwidgets.science.best_radius import circles
from nuwidgets.science.radial_profile import around, centroid, fit_rings, rings_of

SCALE = 2.4581


def sky(source=8000.0, level=0.03, slope=0.0, at=(61.3, 58.9), n=121, seed=1):
    """Counts of a point source on a background, and their expectation."""
    y, x = np.mgrid[:n, :n]
    radius = np.hypot(x - at[0], y - at[1]) * SCALE
    expected = (source * psf.brightness(radius) + level + slope * radius) * SCALE**2
    return np.random.default_rng(seed).poisson(expected), expected


@settings(max_examples=15, deadline=None)
@given(x=st.floats(-5, 45), y=st.floats(-5, 45), step=st.floats(3, 20), most=st.floats(20, 90))
def test_rings_are_those_of_a_loop_over_pixels(x, y, step, most):
    image = np.random.default_rng(3).poisson(2.0, (40, 41))
    left_out = np.random.default_rng(4).random((40, 41)) < 0.2
    edges = step * np.arange(int(np.ceil(most / step)) + 1.0)
    counts, area = np.zeros(len(edges) - 1), np.zeros(len(edges) - 1)
    for row in range(40):
        for column in range(41):
            radius = np.hypot(row - y, column - x) * SCALE
            if radius < edges[-1] and not left_out[row, column]:
                ring = min(int(radius / step), len(counts) - 1)
                counts[ring] += image[row, column]
                area[ring] += SCALE**2
    if not area.any():
        with pytest.raises(InputError, match="no pixel within"):
            around(image, (x, y), edges[-1], SCALE, left_out)
        return
    near = around(image, (x, y), edges[-1], SCALE, left_out)
    rings = rings_of(near, edges, psf.brightness)
    assert np.array_equal(rings.counts, counts)
    assert rings.area_arcsec2 == pytest.approx(area)
    assert np.all(rings.mean_arcsec >= edges[:-1] - 1e-9)
    assert np.all(rings.mean_arcsec <= edges[1:] + 1e-9)


def test_pixels_left_out_are_counted():
    image, mask = np.ones((20, 20)), np.zeros((20, 20), bool)
    mask[8:10, 8:11] = True
    assert around(image, (10, 10), 30.0, SCALE, mask).n_masked == 6
    with pytest.raises(InputError, match="or all are left out"):
        around(image, (10, 10), 30.0, SCALE, np.ones((20, 20), bool))


def test_a_weight_is_exposure_and_the_fit_finds_the_whole_source():
    _, expected = sky(source=4000.0, level=0.03)
    x = np.mgrid[:121, :121][1]
    weight = np.where(np.abs(x - 66) < 6, 0.4, 1.0)  # a chip gap beside the source
    weight[:, 100:] = 0.0  # the edge of the field
    image = np.random.default_rng(5).poisson(expected * weight)
    edges, at = np.arange(0, 141.0, 4), (61.3, 58.9)
    near = around(image, at, 140.0, SCALE, None, weight)
    rings = rings_of(near, edges, psf.brightness)
    ring = (near.radius_arcsec >= 40) & (near.radius_arcsec < 44)
    mean = np.average(near.radius_arcsec[ring], weights=near.weight[ring])
    assert rings.mean_arcsec[10] == pytest.approx(mean, abs=1e-9)
    fit = fit_rings(rings)
    assert fit.source_counts == pytest.approx(4000, abs=4 * fit.source_error)
    assert fit.level == pytest.approx(0.03, abs=4 * fit.level_error)
    assert near.n_masked > 0
    held = circles(near, fit, psf.brightness, 140.0)
    assert held.signal[-1] < 0.9 * fit.source_counts
    plain = around(image, at, 140.0, SCALE)
    blind = fit_rings(rings_of(plain, edges, psf.brightness))
    assert blind.source_counts < 4000 - 5 * blind.source_error


def fitted(image, at, edges):
    near = around(image, at, edges[-1], SCALE)
    return near, rings_of(near, edges, psf.brightness)


def test_the_fit_is_the_minimum_of_the_poisson_statistic():
    image, _ = sky(source=900.0, level=0.01, slope=2e-5)
    _, rings = fitted(image, (61.3, 58.9), np.arange(0, 141.0, 5))
    found = fit_rings(rings)

    def cash(p):
        mean = rings.area_arcsec2 * (
            p[0] * 1e3 * rings.psf_per_arcsec2 + p[1] / 100 + p[2] / 1e5 * rings.mean_arcsec
        )
        return np.inf if np.any(mean <= 0) else 2 * np.sum(mean - rings.counts * np.log(mean))

    best = minimize(
        cash,
        (1.0, 1.0, 1.0),
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 9999},
    )
    assert found.source_counts == pytest.approx(best.x[0] * 1e3, rel=1e-4)
    assert found.level == pytest.approx(best.x[1] / 100, rel=1e-3)
    assert found.slope == pytest.approx(best.x[2] / 1e5, rel=1e-2)


def test_the_fit_finds_the_truth_within_its_errors():
    pulls = []
    for seed in range(30):
        image, _ = sky(source=3000.0, level=0.02, slope=3e-5, seed=seed)
        fit = fit_rings(fitted(image, (61.3, 58.9), np.arange(0, 141.0, 4))[1])
        pulls.append(
            [
                (fit.source_counts - 3000) / fit.source_error,
                (fit.level - 0.02) / fit.level_error,
                (fit.slope - 3e-5) / fit.slope_error,
            ]
        )
        assert 0.4 < fit.chi2 / fit.dof < 2.2
    assert np.abs(np.mean(pulls, axis=0)).max() < 0.6
    assert np.std(pulls, axis=0) == pytest.approx([1, 1, 1], abs=0.4)


def test_nothing_is_a_source_of_no_counts():
    fit = fit_rings(fitted(np.zeros((60, 60)), (30, 30), np.arange(0, 61.0, 5))[1])
    assert (fit.source_counts, fit.level) == (0.0, 0.0)
    assert not fit.seen


def test_three_rings_are_not_enough():
    rings = fitted(np.ones((60, 60)), (30, 30), np.arange(0, 31.0, 10))[1]
    with pytest.raises(InputError, match="it has 3 rings, and 4 are needed"):
        fit_rings(rings)


def test_the_best_radius_is_that_of_a_sum_over_annuli():
    image, _ = sky()
    at, edges = (61.3, 58.9), np.arange(0, 141.0, 4)
    near, rings = fitted(image, at, edges)
    fit = fit_rings(rings)
    found = circles(near, fit, psf.brightness, 140.0)
    y, x = np.mgrid[:121, :121]
    radius = np.hypot(x - at[0], y - at[1]) * SCALE
    snr = []
    for limit in found.radius_arcsec:  # straight from the formula
        inside = radius < limit
        s = (fit.source_counts * psf.brightness(radius[inside])).sum() * SCALE**2
        b = (fit.level + fit.slope * radius[inside]).sum() * SCALE**2
        snr.append(s / np.sqrt(s + b))
    assert found.signal / np.sqrt(found.noise2) == pytest.approx(snr, rel=1e-9)
    best = found.radius_arcsec[int(np.argmax(snr))]
    assert 50 < best < 110
    assert found.radius_arcsec[1] - found.radius_arcsec[0] == pytest.approx(SCALE)


def test_a_fainter_source_wants_a_smaller_circle():
    best = []
    for source in (200.0, 2000.0, 20000.0):
        near, rings = fitted(
            sky(source=source, level=0.03)[1], (61.3, 58.9), np.arange(0, 141.0, 4)
        )
        found = circles(near, fit_rings(rings), psf.brightness, 140.0)
        best.append(found.radius_arcsec[np.argmax(found.signal / np.sqrt(found.noise2))])
    assert best == sorted(best)
    assert best[0] < best[1] < best[2]


def test_the_centroid_is_that_of_the_source():
    image, _ = sky(at=(60.0, 60.0), level=0.001)
    assert centroid(image, (63.0, 57.0), 12.0) == pytest.approx((60.0, 60.0), abs=0.25)
    assert centroid(np.zeros((50, 50)), (20.0, 21.0), 12.0) == (20.0, 21.0)
