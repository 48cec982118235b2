"""Times in the words of an axis, lengths of bins, phases: read, written, and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.domain.band import Band
from nuwidgets.domain.ephemeris import Ephemeris
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError
from nuwidgets.panels.lightcurve_axis import DATE, KS, MJD, PHASE, CurveAxis
from nuwidgets.panels.lightcurve_lengths import (
    orbit_s,
    read_bands,
    read_length,
    write_bands,
    write_length,
)

NUSTAR = Pointing(mjdref_days=55197.00076601852, timesys="TT")
SWIFT = Pointing(mjdref_days=51910.00074287037, timesys="TT")
START = 8.0e7
TIMES = Gti(((START + 120.0, START + 3000.0), (START + 6000.0, START + 9000.5)))


@pytest.mark.parametrize(("kind", "near_s"), [(KS, 0.06), (MJD, 0.06), (DATE, 0.6)])
def test_what_is_written_can_be_read(kind, near_s):
    axis = CurveAxis(kind, START, NUSTAR)
    again = axis.read(axis.write(TIMES))
    assert np.array(again.intervals) == pytest.approx(np.array(TIMES.intervals), abs=near_s)


@given(
    kind=st.sampled_from([KS, MJD, DATE]),
    ends=st.tuples(st.floats(0, 1e5), st.floats(1.0, 1e5)),
)
def test_a_range_of_the_plot_is_a_range_of_time(kind, ends):
    axis = CurveAxis(kind, START, NUSTAR)
    one = Gti(((START + ends[0], START + ends[0] + ends[1]),))
    (pair,) = axis.pairs(one)
    assert axis.times(pair, Gti()).intervals[0] == pytest.approx(one.intervals[0], abs=1e-4)


def test_dates_are_utc_and_the_leap_seconds_are_counted():
    from astropy.time import Time

    axis = CurveAxis(DATE, START, NUSTAR)
    truth = Time(NUSTAR.mjdref_days + START / 86400, format="mjd", scale="tt").utc.mjd
    assert axis.x_of(np.array([START]))[0] == pytest.approx(truth, abs=1e-9)
    assert axis.dates
    assert axis.label == "Date (UTC)"


def test_times_at_the_barycentre_are_said():
    there = Pointing(mjdref_days=55197.0007, timesys="TDB", timeref="SOLARSYSTEM")
    assert CurveAxis(MJD, 0.0, there).label == "MJD (TDB, at the barycentre)"
    assert CurveAxis(MJD, 0.0, NUSTAR).label == "MJD (TT)"


def test_datasets_of_two_missions_share_an_axis():
    axis = CurveAxis(KS, START, NUSTAR)
    shift = axis.shift_s(SWIFT)
    mjd = NUSTAR.mjdref_days + START / 86400
    assert (mjd - SWIFT.mjdref_days) * 86400 + shift == pytest.approx(START, abs=1e-4)
    own = axis.of_dataset(TIMES, SWIFT)
    back = np.array(axis.of_reference(own, SWIFT).intervals)
    assert back == pytest.approx(np.array(TIMES.intervals), abs=1e-6)
    assert axis.of_dataset(TIMES, NUSTAR) is TIMES


@pytest.mark.parametrize(
    ("text", "words"),
    [("one to two", "Type two ends"), ("3", "Type two ends"), ("5-2", "must be the earlier")],
)
def test_what_is_no_stretch_is_refused(text, words):
    with pytest.raises(InputError, match=words):
        CurveAxis(KS, START, NUSTAR).read(text)


def test_many_stretches_are_not_written_out():
    many = Gti(tuple((START + 100.0 * n, START + 100.0 * n + 50) for n in range(40)))
    assert CurveAxis(KS, START, NUSTAR).write(many) == ""
    assert CurveAxis(KS, START, NUSTAR).read("") == Gti()


@given(
    period=st.floats(500, 4000),
    pdot=st.floats(-1e-6, 1e-6),
    lo=st.floats(0, 0.9),
    width=st.floats(0.05, 0.6),
)
def test_times_of_a_phase_have_that_phase(period, pdot, lo, width):
    axis = CurveAxis(PHASE, START, NUSTAR, Ephemeris(period, 56122.0, pdot))
    whole = Gti(((START, START + 2e4),))
    chosen = axis.times((lo, lo + width), whole)
    time = np.linspace(START, START + 2e4, 3001)[:-1]
    phase = axis.x_of(time)
    turn = (phase - lo) % 1.0
    clear = (np.abs(turn - width) > 1e-3) & (turn > 1e-3) & (turn < 1 - 1e-3)
    assert (chosen.contains(time) == (turn < width))[clear].all()


def test_too_many_cycles_are_refused():
    fast = CurveAxis(PHASE, START, NUSTAR, Ephemeris(0.033, 56122.0))
    with pytest.raises(InputError, match="more than 100000 stretches"):
        fast.times((0.1, 0.2), Gti(((START, START + 2e4),)))


def test_a_phase_axis_without_a_period_shows_ks():
    axis = CurveAxis(PHASE, START, NUSTAR)
    assert not axis.folded
    assert "type a period" in axis.label
    assert axis.pairs(TIMES)[0] == pytest.approx((0.12, 3.0))


@pytest.mark.parametrize(
    ("text", "length_s"),
    [("10 ms", 0.01), ("256", 256.0), ("5min", 300.0), ("1.5 ks", 1500.0), ("2e-3 s", 0.002)],
)
def test_lengths_are_typed_with_units(text, length_s):
    assert read_length(text) == pytest.approx(length_s)
    assert read_length(write_length(length_s)) == pytest.approx(length_s, rel=1e-12)


def test_orbits_are_counted_by_the_gaps():
    gti = Gti(tuple((5800.0 * n, 5800.0 * n + 3200.0) for n in range(6)))
    assert orbit_s(gti) == 5800.0
    assert read_length("2 orbits", gti) == 11600.0
    with pytest.raises(InputError, match="no long gaps"):
        read_length("1 orbit", Gti(((0.0, 100.0),)))


@pytest.mark.parametrize("text", ["ten", "3 parsec", "1.2.3 s", ""])
def test_what_is_no_length_is_refused(text):
    with pytest.raises(InputError, match="Type a number with its unit"):
        read_length(text)


def test_bands_are_typed():
    bands = (Band(3, 10), Band(10, 79))
    assert read_bands("3-10 keV; 10 to 79") == bands
    assert read_bands(write_bands(bands)) == bands
    assert read_bands("") == ()
    with pytest.raises(InputError, match="Type two energies in keV"):
        read_bands("3")
