"""Powers at many trials: against direct sums, against folded profiles, and noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, kstest

from nuwidgets.domain.gti import Gti
from nuwidgets.science import epoch_folding as ef
from nuwidgets.science.trial_powers import Trials, trial_powers, waves

ORBITS = Gti(tuple((5800.0 * k, 5800.0 * k + 3000) for k in range(4)))


def arrivals(seed=1, n=3000):
    rng = np.random.default_rng(seed)
    return np.sort(np.concatenate([rng.uniform(a, b, n // 4) for a, b in ORBITS.intervals]))


@given(
    st.floats(1e-3, 50.0),
    st.floats(1e-6, 1e-2),
    st.integers(1, 300),
    st.integers(1, 5),
    st.sampled_from([0.0, 1e-9, -3e-7]),
)
def test_waves_are_direct_sums(lo, step, n, harmonic, fdot):
    rng = np.random.default_rng(2)
    times, weight = rng.uniform(0, 20000, 40), rng.normal(1, 1, 40)
    trials = Trials(lo, step, n, fdot)
    phase = ef.phases(times, trials.frequency_hz[:, None], fdot)
    direct = (weight * np.exp(-2j * np.pi * harmonic * phase)).sum(axis=1)
    assert waves(times, weight, trials, harmonic) == pytest.approx(direct, abs=1e-5)


@pytest.mark.parametrize("fdot", [0.0, 2e-8])
def test_powers_are_those_of_finely_folded_profiles(fdot):
    times, trials = arrivals(), Trials(0.05, 3e-6, 40, fdot)
    found = trial_powers(times, ORBITS, trials, 3)
    for frequency, power in zip(trials.frequency_hz, found, strict=True):
        counts = ef.folded(times, frequency, 2048, fdot)
        share = ef.phase_exposure(ORBITS, frequency, 2048, fdot)
        direct = ef.harmonic_powers(counts, share, 3).sum()
        assert power == pytest.approx(direct, rel=1e-2, abs=0.05)


def test_the_orbit_of_gaps_has_no_power():
    trials = Trials(1 / 5800, 1e-6, 5)
    assert trial_powers(arrivals(), ORBITS, trials, 2).max() < 25  # thousands with gaps unknown


def test_noise_has_its_distribution():
    found = trial_powers(arrivals(n=20000), ORBITS, Trials(0.2, 1e-4, 2000), 2)
    assert kstest(found, chi2(4).cdf).pvalue > 0.01


def test_who_looks_can_stop_it():
    seen = []
    trial_powers(arrivals(), ORBITS, Trials(0.2, 1e-4, 10), 3, seen.append)
    assert seen == [0, 1, 2, 3]
