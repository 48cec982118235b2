"""Where walkers start, and how long they remember."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from nuwidgets.science import walkers
from nuwidgets.science.walkers import autocorrelation_steps, doubts, n_walkers_of, starts


def remembering(times, n_steps=4000, n_walkers=24, seed=3):
    """Walks of an autoregressive process, whose autocorrelation time is (1 + a) / (1 - a)."""
    rng = np.random.default_rng(seed)
    a = (np.array(times) - 1) / (np.array(times) + 1)
    walks = np.zeros((n_steps, n_walkers, len(times)))
    now = rng.standard_normal((n_walkers, len(times)))
    for step in range(n_steps):
        now = a * now + np.sqrt(1 - a**2) * rng.standard_normal(now.shape)
        walks[step] = now
    return walks


def test_the_autocorrelation_time_of_a_known_process_is_found():
    times = [1.0, 5.0, 30.0]
    assert autocorrelation_steps(remembering(times)) == pytest.approx(times, rel=0.1)


def test_it_is_that_of_emcee():
    emcee = pytest.importorskip("emcee")
    walks = remembering([3.0, 12.0])
    theirs = emcee.autocorr.integrated_time(walks, tol=0)
    assert autocorrelation_steps(walks) == pytest.approx(theirs, rel=1e-6)


def test_walks_that_are_short_or_stand_still_have_none():
    assert np.isnan(autocorrelation_steps(np.zeros((5, 8, 2)))).all()
    assert np.isnan(autocorrelation_steps(np.ones((100, 8, 1)))).all()


def test_walkers_start_apart_inside_the_limits():
    covariance = np.diag([0.04, np.nan])
    limits = np.array([0.0, 0.0]), np.array([10.0, 1e6])
    begin = starts(np.array([1.0, 0.0]), covariance, limits, 200, np.random.default_rng(1))
    assert begin[:, 0].std() == pytest.approx(0.2, rel=0.2)
    assert (begin >= limits[0]).all()
    assert 0 < begin[:, 1].max() <= 0.01
    assert len(np.unique(begin[:, 1])) == 200


def test_a_parameter_at_its_upper_limit_starts_below_it():
    limits = np.array([0.0]), np.array([5.0])
    begin = starts(np.array([5.0]), np.array([[np.nan]]), limits, 20, np.random.default_rng(1))
    assert ((begin < 5.0) & (begin > 4.9)).all()


def test_as_many_walkers_as_parameters_need():
    assert [n_walkers_of(0, n) for n in (1, 8, 60)] == [32, 32, 240]
    assert n_walkers_of(100, 3) == 100


@pytest.mark.parametrize(
    ("n_steps", "time", "acceptance", "words"),
    [
        (600, 30.0, 0.4, "its 600 steps are 20 autocorrelation times of 30 steps.*Take 1500 steps"),
        (30, np.nan, 0.4, "30 steps is too short to tell"),
        (9000, 30.0, 0.02, "2 % of the steps were accepted: the walkers hardly move"),
        (9000, 30.0, 0.95, "95 % of the steps were accepted: the walkers go in steps too small"),
    ],
)
def test_doubtful_chains_say_so(n_steps, time, acceptance, words):
    import re

    (said,) = doubts(n_steps, np.array([time, 1.0 if np.isfinite(time) else np.nan]), acceptance)
    assert re.search(words, said)


def test_a_long_chain_says_nothing():
    assert doubts(2000, np.array([30.0, 20.0]), 0.4) == ()


def test_the_examples_hold():
    assert doctest.testmod(walkers).failed == 0
