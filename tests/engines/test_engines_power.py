"""Power spectra: noise, a known rms, and stingray called directly."""

import builtins
from dataclasses import replace

import numpy as np
import pytest
from pulsar_toys import SELECT, Token, pulsar, solve

from nuwidgets.domain.band import Band
from nuwidgets.domain.power import PowerRequest
from nuwidgets.errors import EngineMissingError, InputError

pytestmark = pytest.mark.filterwarnings("ignore:The recommended numba package")
ASK = PowerRequest(SELECT, Band(3, 79), dt_s=0.25, segment_s=250.0)


def test_noise_has_power_two():
    power = solve(replace(ASK, norm="leahy", log_step=0.0), pulsar(amplitude=0.0))
    assert power.noise == 2
    assert power.n_segments == 48  # 12 whole ones in each of 4 orbits
    assert power.used_s == 48 * 250
    error = 2 / np.sqrt(power.n_segments * len(power.power))
    assert power.power.mean() == pytest.approx(2, abs=5 * error)
    assert power.error == pytest.approx(power.power / np.sqrt(48))


@pytest.mark.parametrize("norm", ["frac", "abs"])
def test_noise_is_that_of_its_norm(norm):
    power = solve(replace(ASK, norm=norm, log_step=0.0), pulsar(amplitude=0.0))
    error = power.noise / np.sqrt(power.n_segments * len(power.power))
    assert power.power.mean() == pytest.approx(power.noise, abs=5 * error)


def flickering(seed):
    """Events at a rate that is another one every 5 s."""
    rng, events = np.random.default_rng(seed), pulsar(n=8000, amplitude=0.0, seed=seed)
    bins = ((events.time_s - events.time_s[0]) / 5).astype(int)
    level = np.clip(1 + 0.4 * rng.standard_normal(bins[-1] + 1), 0, 2)
    return events.where(2 * rng.random(len(events)) < level[bins])


def test_the_error_of_an_rms_is_its_scatter():
    asked = replace(ASK, rms_range_hz=(0.01, 0.08), dt_s=1.0)
    found = [solve(asked, flickering(seed)) for seed in range(60)]
    scatter = np.std([power.rms for power in found], ddof=1)
    assert np.mean([power.rms_error for power in found]) == pytest.approx(scatter, rel=0.35)


@pytest.mark.parametrize("norm", ["frac", "abs", "leahy"])
def test_rms_of_a_sinusoid(norm):
    power = solve(replace(ASK, norm=norm, rms_range_hz=(0.17, 0.23)), pulsar(0.2, 0.6, 60_000))
    assert power.rms == pytest.approx(0.6 / np.sqrt(2), abs=max(4 * power.rms_error, 0.02))
    assert 0 < power.rms_error < 0.1
    assert power.frequency_hz[np.argmax(power.power)] == pytest.approx(0.2, rel=0.05)


def test_same_powers_as_stingray_called_directly():
    import stingray

    events = pulsar(n=8000)
    ours = solve(ASK, events)
    gti = np.array(events.gti.intervals)
    direct = stingray.AveragedPowerspectrum.from_events(
        stingray.EventList(events.time_s, gti=gti),
        dt=0.25,
        segment_size=250.0,
        norm="frac",
        silent=True,
    ).rebin_log(0.05)
    assert ours.frequency_hz == pytest.approx(direct.freq)
    assert ours.power == pytest.approx(direct.power)
    assert ours.mean_rate_per_s == pytest.approx(8000 / events.ontime_s, rel=0.05)


def test_noise_alone_has_no_rms():
    power = solve(replace(ASK, rms_range_hz=(1.0, 2.0)), pulsar(amplitude=0.0, seed=4))
    assert np.isnan(power.rms) or power.rms < 5 * power.rms_error
    assert "48 segments of 250 s" in repr(power)


def test_dead_time_few_segments_and_lost_time_are_said():
    said = solve(replace(ASK, segment_s=2000.0), pulsar(n=3000, deadc=0.8)).provenance.warnings
    text = " ".join(said)
    assert "Only 4 segments" in text
    assert "Dead time (20.0 % here" in text
    assert "Segments fill 8000 of 12400 s" in text
    assert "background is not taken away" in text


def test_what_is_of_no_use_is_refused():
    events = pulsar(n=500)
    with pytest.raises(InputError, match="the longest good interval has 3100"):
        solve(replace(ASK, segment_s=4000.0), events)
    with pytest.raises(InputError, match="a segment must have 4 to"):
        solve(replace(ASK, dt_s=100.0), events)
    with pytest.raises(InputError, match=r"Cannot take the rms from 5\.0 to 9\.0 Hz"):
        solve(replace(ASK, rms_range_hz=(5.0, 9.0)), events)


def test_segments_that_are_all_but_empty_are_counted_and_said():
    asked, events = replace(ASK, segment_s=100.0, log_step=0.0), pulsar(n=200)
    power = solve(asked, events)
    edges = [start + 100 * np.arange(32) for start, _ in events.gti.intervals]
    counts = np.concatenate([np.histogram(events.time_s, one)[0] for one in edges])
    n_empty = np.count_nonzero(counts < 2)
    assert power.n_segments == len(counts) - n_empty
    (said,) = [one for one in power.provenance.warnings if "are left out" in one]
    assert said.startswith(f"{n_empty} segments with fewer than 2 events")
    assert not any("Segments fill" in one for one in power.provenance.warnings)
    full = solve(asked, pulsar(n=40_000)).provenance.warnings
    assert not any("are left out" in one for one in full)
    with pytest.raises(InputError, match="each has fewer than 2 of the 12 events"):
        solve(replace(asked, segment_s=1.0), pulsar(n=12))


def test_a_region_that_is_not_there_is_said_of_what_is_made():
    with pytest.raises(InputError, match="Cannot make a power spectrum of the region 'knot'"):
        solve(replace(ASK, region="knot"), pulsar(n=500))
    with pytest.raises(InputError, match="Cannot make a power spectrum of the background"):
        solve(replace(ASK, region="background"), pulsar(n=500))


def test_without_stingray_one_is_told_what_to_install(monkeypatch):
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name == "stingray":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(EngineMissingError, match=r'pip install "nuwidgets\[timing\]"'):
        solve(ASK, pulsar(n=500), Token())
