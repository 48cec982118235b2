"""Draws from a covariance, and the interval that a share of values fills."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from nuwidgets.science import draws
from nuwidgets.science.draws import central, gaussian_draws

BEST = np.array([1.0, 2.0, 3e-5])
SIGMA = np.array([0.1, 0.5, 2e-6])
CORRELATION = np.array([[1.0, 0.8, -0.5], [0.8, 1.0, -0.2], [-0.5, -0.2, 1.0]])
COVARIANCE = CORRELATION * np.outer(SIGMA, SIGMA)
FAR = np.full(3, -1e9), np.full(3, 1e9)


def drawn(n=40_000, covariance=COVARIANCE, limits=FAR, seed=1):
    return gaussian_draws(BEST, covariance, limits, n, np.random.default_rng(seed))


def test_draws_have_the_covariance_they_are_drawn_from():
    values = drawn()
    assert values.mean(axis=0) == pytest.approx(BEST, abs=4 * SIGMA.max() / 200, rel=1e-2)
    scaled = np.cov(values, rowvar=False) / np.outer(SIGMA, SIGMA)
    assert scaled == pytest.approx(CORRELATION, abs=0.03)


def test_draws_of_one_seed_are_the_same():
    assert np.array_equal(drawn(50), drawn(50))
    assert not np.array_equal(drawn(50), drawn(50, seed=2))


def test_what_does_not_move_stays():
    held = COVARIANCE.copy()
    held[1, :] = held[:, 1] = np.nan
    values = drawn(500, held)
    assert np.all(values[:, 1] == BEST[1])
    assert np.std(values[:, 0]) == pytest.approx(0.1, rel=0.15)


def test_draws_stay_inside_their_limits_as_a_cut_gaussian():
    values = drawn(20_000, limits=(np.array([1.0, -9.0, -9.0]), FAR[1]))[:, 0]
    assert values.min() >= 1.0
    assert values.mean() == pytest.approx(1 + 0.1 * np.sqrt(2 / np.pi), rel=0.01)


def test_a_limit_that_hardly_lets_draws_through_catches_them():
    values = drawn(30, limits=(np.array([2.5, -9.0, -9.0]), FAR[1]))
    assert np.all(values[:, 0] == 2.5)


def test_the_central_interval_leaves_out_what_is_no_number():
    values = np.append(np.linspace(0.0, 1.0, 1001), np.nan)
    assert central(values, 68.3).tolist() == pytest.approx([0.1585, 0.8415])
    assert central(np.column_stack([values, 2 * values]), 90.0).shape == (2, 2)


def test_the_examples_hold():
    assert doctest.testmod(draws).failed == 0
