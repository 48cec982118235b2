"""Flares are found and quiet bins stay."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.science.quiet_rate import without_flares


def test_flares_go_and_quiet_bins_stay():
    rng = np.random.default_rng(4)
    exposure = np.where(np.arange(400) % 10 == 9, 6.0, 60.0)
    expected = np.full(400, 0.5)
    expected[100:120] = 5.0
    rate = rng.poisson(expected * exposure) / exposure
    quiet = without_flares(rate, exposure, 4.0)
    assert not quiet.kept[100:120][exposure[100:120] == 60].any()
    outside = np.r_[0:100, 120:400]
    assert quiet.kept[outside].mean() > 0.99
    assert quiet.rate_per_s == pytest.approx(0.5, abs=0.03)
    assert 0.5 + 4 * np.sqrt(0.5 / 60) * 0.9 < quiet.limit_per_s < 1.1


def test_no_bin_of_pure_noise_is_lost_at_many_sigma():
    rate = np.random.default_rng(1).poisson(30, 1000) / 60.0
    assert without_flares(rate, np.full(1000, 60.0), 6.0).kept.all()


def test_bins_without_a_rate_are_kept_and_alone_say_nothing():
    nothing = without_flares(np.array([np.nan, np.nan]), np.array([0.0, 0.0]), 3.0)
    assert nothing.kept.all()
    assert np.isnan([nothing.rate_per_s, nothing.limit_per_s]).all()
    rate = np.array([np.nan, 0.0, 0.0, 0.0, 2.0])
    quiet = without_flares(rate, np.array([0.0, 9.0, 9.0, 9.0, 9.0]), 3.0)
    assert quiet.kept.tolist() == [True, True, True, True, False]
    assert quiet.rate_per_s == 0.0
