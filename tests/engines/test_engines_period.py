"""Periods: a known one is found within its error, noise is not a period, stingray agrees."""

from dataclasses import replace

import numpy as np
import pytest
from pulsar_toys import ORBITS, SELECT, START, Token, pulsar, solve

from nuwidgets.domain.band import Band
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.period import PeriodRequest
from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.domain.region import Region
from nuwidgets.errors import CancelledError, InputError

ASK = PeriodRequest(SELECT, Band(3, 79), (0.19, 0.21))


@pytest.mark.parametrize("method", ["z2", "folding"])
@pytest.mark.parametrize("frequency", [0.2, 0.2037])
def test_a_known_period_is_found_within_its_error(method, frequency):
    found = solve(replace(ASK, method=method), pulsar(frequency))
    assert found.detected
    assert found.probability < 1e-10
    assert found.best_hz == pytest.approx(frequency, abs=4 * found.best_error_hz)
    assert found.period_error_s == pytest.approx(found.best_error_hz / frequency**2, rel=1e-3)
    assert found.pulsed_fraction == pytest.approx(
        0.6 / np.sqrt(2), abs=4 * found.pulsed_fraction_error
    )
    middle = (np.arange(32) + 0.5) / 32
    phase = np.angle(np.sum(found.profile * np.exp(2j * np.pi * middle))) / (2 * np.pi)
    assert abs(phase) < 0.02
    assert found.epoch_s == START
    assert found.epoch_mjd == 55197.0 + START / 86400


def test_rates_of_the_profile_are_those_of_the_events():
    events = pulsar()
    found = solve(ASK, events)
    assert np.sum(found.profile * found.exposure) * events.livetime_s == pytest.approx(len(events))
    assert found.phaseogram.sum() == len(events) == found.n_events


def test_noise_is_not_detected():
    passed = [
        solve(replace(ASK, level=0.05), pulsar(amplitude=0.0, n=4000, seed=seed)).detected
        for seed in range(20)
    ]
    assert sum(passed) <= 4  # 1 expected; 5 or more come once in 400 times


def test_the_orbit_is_no_period():
    found = solve(replace(ASK, range_hz=(1e-4, 1e-3)), pulsar(amplitude=0.0))
    assert found.best_statistic < 60  # 16,000 where gaps are not known of


def test_two_equal_frequencies_fold_without_a_search():
    found = solve(replace(ASK, range_hz=(0.2, 0.2)), pulsar())
    assert found.frequency_hz.tolist() == [0.2] == [found.best_hz]
    assert found.statistic[0] == found.best_statistic


@pytest.mark.filterwarnings("ignore::UserWarning")  # it would like numba
def test_same_statistics_as_stingray():
    from stingray.pulse.search import epoch_folding_search, z_n_search

    time = pulsar(n=6000).time_s
    time = np.concatenate([[START], time[time < ORBITS.intervals[0][1]]])  # phase zero for both
    events = pulsar(n=len(time))
    events = replace(events, time_s=time, gti=Gti(ORBITS.intervals[:1]))
    ask = replace(ASK, range_hz=(0.195, 0.205), oversampling=1.0)
    times = events.time_s
    for method, theirs in (
        ("z2", lambda f: z_n_search(times, f, nharm=2, nbin=512)[1]),
        ("folding", lambda f: epoch_folding_search(times, f, nbin=32)[1]),
    ):
        ours = solve(replace(ask, method=method), events)
        top = np.argsort(ours.statistic)[-5:]
        assert ours.statistic[top] == pytest.approx(theirs(ours.frequency_hz[top]), rel=0.02)


def test_barycentred_times_are_known():
    local = solve(ASK, pulsar()).provenance.warnings
    assert any("barycorr" in one for one in local)
    assert not any(
        "barycorr" in one for one in solve(ASK, pulsar(timeref="SOLARSYSTEM")).provenance.warnings
    )


def test_progress_and_stop():
    token = Token(looks=200)
    with pytest.raises(CancelledError, match="Stopped"):
        solve(replace(ASK, range_hz=(0.1, 0.9), method="folding"), pulsar(n=2000), token)
    with pytest.raises(CancelledError, match="Stopped"):
        solve(replace(ASK, range_hz=(0.1, 0.9)), pulsar(n=2000), Token(looks=1))


def test_ranges_of_no_use_are_refused():
    with pytest.raises(InputError, match=r"from 0\.0 to 0\.0 Hz\. Give range_hz above 0"):
        solve(replace(ASK, range_hz=(0.0, 0.0)), pulsar(n=100))
    with pytest.raises(InputError, match="the frequency would fall below 0"):
        solve(replace(ASK, fdot_hz_per_s=-1e-3), pulsar(n=100))
    with pytest.raises(InputError, match=r"2000000 are the most\. Give a narrower range_hz"):
        solve(replace(ASK, range_hz=(0.0, 1000.0)), pulsar(n=100))


def test_a_region_without_events_is_refused():
    with pytest.raises(InputError, match="the region 'knot' has 0 events between 3-79 keV"):
        solve(replace(ASK, region="knot", area=Region((PixelCircle(90, 90, 3),))), pulsar(n=100))


def test_few_events_and_thin_phases_are_said():
    found = solve(replace(ASK, range_hz=(1 / 5800, 1 / 5800)), pulsar(n=100))
    assert any("are few" in one for one in found.provenance.warnings)
    assert any("less than half of the usual good time" in one for one in found.provenance.warnings)
    assert "not detected" in repr(solve(ASK, pulsar(n=100, amplitude=0.0)))
