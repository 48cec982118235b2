"""Epoch folding and Z squared: against direct sums, against noise, against known pulsations."""

import numpy as np
import pytest
from scipy.stats import chi2, kstest

from nuwidgets.domain.gti import Gti
from nuwidgets.science import epoch_folding as ef


def pulsed(rng, frequency, amplitude, span, n):
    """Arrival times of a sinusoidal pulsation."""
    times = rng.uniform(0, span, n)
    kept = 2 * rng.random(n) < 1 + amplitude * np.cos(2 * np.pi * frequency * times)
    return np.sort(times[kept])


def test_z_squared_is_the_direct_sum_over_events():
    rng = np.random.default_rng(3)
    times, f, n_harmonics = pulsed(rng, 0.21, 0.3, 5000, 20000), 0.21, 3
    direct = [
        2 / len(times) * np.abs(np.exp(2j * np.pi * k * f * times).sum()) ** 2
        for k in range(1, n_harmonics + 1)
    ]
    counts = ef.folded(times, f, 1024)
    powers = ef.harmonic_powers(counts, np.full(1024, 1 / 1024), n_harmonics)
    assert powers == pytest.approx(direct, rel=1e-3, abs=0.02)


def test_statistics_of_noise_have_their_distributions():
    rng, z2, chi = np.random.default_rng(5), [], []
    for _ in range(400):
        times = rng.uniform(0, 1000, 3000)
        counts = ef.folded(times, 0.37, 32)
        share = ef.phase_exposure(Gti(((0, 1000),)), 0.37, 32)
        z2.append(ef.harmonic_powers(counts, share, 2).sum())
        chi.append(ef.chi_squared(counts, share))
    assert kstest(z2, chi2(4).cdf).pvalue > 0.01
    assert kstest(chi, chi2(31).cdf).pvalue > 0.01


def test_exposure_of_phases_equals_a_fine_sum():
    gti = Gti(((3.0, 41.5), (60.2, 61.0), (70.0, 180.25)))
    fine = np.arange(0, 181, 1e-4) + 5e-5
    fine = fine[gti.contains(fine)]
    for frequency in (0.011, 0.3, 2.7):
        direct = ef.folded(fine, frequency, 16) / len(fine)
        assert ef.phase_exposure(gti, frequency, 16) == pytest.approx(direct, abs=2e-5)


def test_gaps_make_no_period():
    """Orbits: the period of the gaps stands out in the counts, not once exposure is known."""
    rng = np.random.default_rng(8)
    gti = Gti(tuple((5800.0 * k, 5800.0 * k + 3000) for k in range(8)))
    times = np.sort(np.concatenate([rng.uniform(a, b, 2000) for a, b in gti.intervals]))
    counts, share = ef.folded(times, 1 / 5800, 16), ef.phase_exposure(gti, 1 / 5800, 16)
    assert ef.chi_squared(counts, np.full(16, 1 / 16)) > 5000
    assert ef.chi_squared(counts, share) < 40


@pytest.mark.parametrize("gaps", [False, True])
def test_error_of_the_frequency_is_the_scatter(gaps):
    rng, f, found, errors = np.random.default_rng(11), 0.1234, [], []
    for _ in range(120):
        times = pulsed(rng, f, 0.5, 4000, 8000)
        if gaps:
            times = times[(times < 1000) | (times > 3200)]
        near = f + np.linspace(-1, 1, 201) * 4e-5
        uniform = np.full(32, 1 / 32)
        z2 = [ef.harmonic_powers(ef.folded(times, one, 32), uniform, 1)[0] for one in near]
        best = near[int(np.argmax(z2))]
        found.append(best)
        powers = ef.harmonic_powers(ef.folded(times, best, 32), uniform, 1)
        errors.append(ef.frequency_error_hz(powers, times))
    assert np.std(found) == pytest.approx(np.median(errors), rel=0.25)
    assert np.mean(found) == pytest.approx(f, abs=3 * np.std(found) / np.sqrt(len(found)))


def test_pulsed_fraction_of_a_sinusoid():
    times = pulsed(np.random.default_rng(2), 0.5, 0.4, 3000, 60000)
    counts = ef.folded(times, 0.5, 64)
    fraction, error = ef.pulsed_fraction(counts, np.full(64, 1 / 64), 1)
    assert fraction == pytest.approx(0.4 / np.sqrt(2), abs=3 * error)
    assert 0 < error < 0.02


def test_nothing_in_nothing_out():
    none = np.zeros(8)
    assert not ef.harmonic_powers(none, np.full(8, 1 / 8), 2).any()
    assert np.isnan(ef.pulsed_fraction(none, np.full(8, 1 / 8), 2)).all()
    assert ef.frequency_error_hz(np.zeros(2), np.array([])) == np.inf


def test_phaseogram_sums_to_the_profile():
    times = pulsed(np.random.default_rng(4), 0.05, 0.8, 1000, 5000)
    edges = np.linspace(0, 1000, 9)
    drawn = ef.phaseogram(times, edges, 0.05, 16, fdot_hz_per_s=1e-6)
    assert drawn.shape == (8, 16)
    assert (drawn.sum(axis=0) == ef.folded(times, 0.05, 16, 1e-6)).all()


def test_a_changing_frequency_is_followed():
    rng, span, fdot = np.random.default_rng(9), 4000.0, 2e-7
    time = np.sort(rng.uniform(0, span, 30000))
    kept = 2 * rng.random(30000) < 1 + np.cos(2 * np.pi * ef.phases(time, 0.3, fdot))
    uniform = np.full(32, 1 / 32)
    power = [
        ef.harmonic_powers(ef.folded(time[kept], 0.3, 32, change), uniform, 1)[0]
        for change in (0.0, fdot)
    ]
    assert power[1] > 10 * power[0]
