"""Rates averaged in bins of phase."""

import numpy as np
import pytest

from nuwidgets.science.phase_average import folded


def test_rates_are_averaged_by_phase_over_two_cycles():
    rng = np.random.default_rng(1)
    phase = rng.random(4000)
    truth = 2 + np.sin(2 * np.pi * phase)
    lo, hi, rate, error = folded(phase, np.full(4000, 10.0), truth, np.full(4000, 0.3))
    assert (lo[0], hi[-1], len(lo)) == (0.0, 2.0, 64)
    assert rate[:32] == pytest.approx(rate[32:])
    assert rate[:32] == pytest.approx(2 + np.sin(np.pi * (lo + hi)[:32]), abs=0.08)
    counts = np.histogram(phase, 32, (0, 1))[0]
    assert error[:32] == pytest.approx(0.3 / np.sqrt(counts))
