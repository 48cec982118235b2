"""The rule of nulivetime."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.gti import Gti
from nuwidgets.science.livetime import good_part_s, mean_live_fraction


def test_seconds_count_by_their_good_part():
    time = np.array([10.0, 11.0, 12.0, 20.0])
    gti = Gti(((10.5, 12.25), (20.0, 20.5)))
    assert good_part_s(time, gti) == pytest.approx([0.5, 1.0, 0.25, 0.5])
    fraction = np.array([0.2, 0.6, 1.0, 0.4])
    expected = (0.1 + 0.6 + 0.25 + 0.2) / 2.25
    assert mean_live_fraction(time, fraction, gti) == pytest.approx(expected, rel=1e-15)


def test_gaps_and_unknown_seconds_do_not_count():
    time, fraction = np.array([0.0, 5.0, 6.0]), np.array([0.5, np.nan, 0.7])
    assert mean_live_fraction(time, fraction, Gti(((0.0, 7.0),))) == pytest.approx(0.6)


def test_no_good_second_gives_nan():
    assert np.isnan(mean_live_fraction(np.array([0.0]), np.array([1.0]), Gti(((5.0, 6.0),))))
    assert np.isnan(mean_live_fraction(np.zeros(0), np.zeros(0), Gti(((5.0, 6.0),))))
