"""Light curves of any region, in several bands, in bins of any kind; hardness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing_toys import GTI, KNOT, SELECT, SOURCE, make_events, solve

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import LivetimeRecord
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.hardness import HardnessRequest
from nuwidgets.domain.lightcurve import BINS, LightCurveRequest
from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.domain.region import Region
from nuwidgets.engines.heasoft.products import solve_lightcurve as solve_by_heasoft
from nuwidgets.errors import InputError

BAND, SOFT, HARD = Band(3, 79), Band(3, 10), Band(10, 79)
EVENTS = make_events()
SELECTION = solve(SELECT, EVENTS)
REQUEST = LightCurveRequest(SELECT, BAND, 100.0)


def chosen(region=SOURCE, band=BAND, within=None):
    """Times of the events of a region, by plain numpy."""
    lo, hi = (round((kev - 1.6) / 0.04) for kev in (band.lo_kev, band.hi_kev))
    good = region.contains(EVENTS.x, EVENTS.y) & (EVENTS.pi >= lo) & (EVENTS.pi < hi)
    good &= True if within is None else within.contains(EVENTS.time_s)
    return EVENTS.time_s[good]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(BINS), st.floats(5, 900), st.booleans())
def test_counts_are_conserved_over_bins_of_any_kind(bins, binsize, ranged):
    within = Gti(((300.0, 900.0), (6500.0, 6501.0))) if ranged else None
    request = replace(REQUEST, bins=bins, binsize_s=binsize, range_s=within, bands=(SOFT, HARD))
    curve = solve(request, SELECTION)
    for one, band in zip(curve.curves, (BAND, SOFT, HARD), strict=True):
        times = chosen(band=band, within=within)
        assert one.counts.sum() == len(times)
        edges = np.column_stack([one.time_s, one.stop_s])
        by_hand = [np.count_nonzero((times >= a - 1e-9) & (times < b - 1e-9)) for a, b in edges]
        assert np.array_equal(one.counts, by_hand)
    good = GTI if within is None else GTI.intersect(within)
    assert curve.gti == good
    assert curve.good_s.sum() == pytest.approx(good.ontime_s)
    assert curve.parts[0].counts.sum() + curve.parts[1].counts.sum() == curve.counts.sum()


def test_bins_begun_anew_end_with_their_interval():
    curve = solve(replace(REQUEST, bins="gti"), SELECTION)
    assert len(curve.time_s) == 7 + 8 + 11
    assert curve.width_s[6] == pytest.approx(0.5)
    assert curve.width_s[14] == pytest.approx(39.75)
    assert np.all(curve.fracexp == 1.0)
    assert curve.good().sum() == 7 - 1 + 8 - 1 + 11  # two are shorter than half a bin
    assert curve.good(0.0).sum() == 26
    net = curve.counts[14] / (39.75 * 0.9)
    ratio = SELECTION.source.n_pixels / SELECTION.background.n_pixels
    net -= ratio * curve.background_counts[14] / (39.75 * 0.9)
    assert curve.rate_per_s[14] == pytest.approx(net)


def test_a_bin_an_orbit_is_seen_for_its_good_time():
    curve = solve(replace(REQUEST, bins="orbit", subtract_background=False), SELECTION)
    assert curve.time_s.tolist() == [100, 6000]
    assert curve.width_s.tolist() == [1400, 1100]
    assert curve.good_s == pytest.approx([1340.25, 1100])
    assert curve.rate_per_s[0] == pytest.approx(curve.counts[0] / (1340.25 * 0.9))
    assert "2 bins of 1100 to 1400 s" in repr(curve)


def test_milliseconds_in_a_range():
    within = Gti(((500.0, 502.0),))
    curve = solve(replace(REQUEST, binsize_s=0.001, range_s=within), SELECTION)
    assert len(curve.time_s) == 2000
    assert curve.counts.sum() == len(chosen(within=within))
    with pytest.raises(
        InputError, match=r"there is no good time in it. Good times are from 100\.0"
    ):
        solve(replace(REQUEST, range_s=Gti(((8000.0, 9000.0),))), SELECTION)
    with pytest.raises(InputError, match="or a shorter range of times"):
        solve(replace(REQUEST, binsize_s=0.0001), SELECTION)


def test_live_time_of_uneven_bins():
    second = np.arange(0.0, 7200.0)
    record = LivetimeRecord(second, np.where(second < 200, 0.5, 0.8))
    selection = solve(SELECT, make_events(livetime=record))
    orbits = solve(replace(REQUEST, bins="orbit"), selection)
    assert orbits.live_fraction == pytest.approx([0.8 - 0.3 * 100 / 1340.25, 0.8])
    ranged = solve(replace(REQUEST, bins="gti", range_s=Gti(((150.0, 250.0),))), selection)
    assert ranged.live_fraction == pytest.approx([0.65])


def test_any_region_and_its_background():
    knot = solve(replace(REQUEST, region="knot", area=KNOT), SELECTION)
    assert knot.counts.sum() == len(chosen(KNOT))
    assert knot.background_subtracted
    net = knot.counts[0] - knot.background_counts[0] * 317 / SELECTION.background.n_pixels
    assert knot.rate_per_s[0] == pytest.approx(net / 90)
    ring = solve(replace(REQUEST, region="background"), SELECTION)
    assert np.array_equal(ring.counts, solve(REQUEST, SELECTION).background_counts)
    assert not ring.background_subtracted
    assert ring.provenance.warnings == ()


def test_regions_that_are_not_there():
    with pytest.raises(InputError, match="region 'knot': there is none of that name"):
        solve(replace(REQUEST, region="knot"), SELECTION)
    off = Region((PixelCircle(-90, -90, 5),))
    with pytest.raises(InputError, match="it covers no pixel"):
        solve(replace(REQUEST, region="knot", area=off), SELECTION)
    alone = solve(replace(SELECT, background=Region()), EVENTS)
    with pytest.raises(InputError, match="there is no background region"):
        solve(replace(REQUEST, region="background"), alone)


def test_heasoft_says_what_its_tasks_cannot_do():
    request = replace(REQUEST, bins="gti", bands=(SOFT,), engine="heasoft")
    with pytest.raises(InputError, match="cannot make this light curve: bins 'gti' and several"):
        solve_by_heasoft(request, (SELECTION,), None, None)
    assert REQUEST.beyond_tasks == ()
    asked = replace(REQUEST, region="knot", range_s=GTI).beyond_tasks
    assert asked == ("the region 'knot'", "a range of times")


@pytest.mark.filterwarnings("ignore::UserWarning")  # it would like numba
def test_bins_in_good_intervals_as_stingray_has_them():
    stingray = pytest.importorskip("stingray")
    curve = solve(replace(REQUEST, bins="gti", binsize_s=20.0), SELECTION)
    for start, stop in GTI.intervals:
        n = int((stop - start) // 20)
        theirs = stingray.Lightcurve.make_lightcurve(chosen(), 20.0, tstart=start, tseg=20.0 * n)
        first = int(np.searchsorted(curve.time_s, start))
        assert np.array_equal(curve.counts[first : first + n], theirs.counts)


def test_hardness_is_that_of_two_light_curves():
    asked = HardnessRequest(SELECT, SOFT, HARD, 100.0)
    made = solve(asked, SELECTION)
    soft, hard = (solve(replace(REQUEST, band=band), SELECTION) for band in (SOFT, HARD))
    assert np.array_equal(made.soft, soft.rate_per_s, equal_nan=True)
    assert np.array_equal(made.hard_error, hard.error_per_s, equal_nan=True)
    good = made.good()
    h, s = made.hard[good], made.soft[good]
    assert made.hardness[good] == pytest.approx((h - s) / (h + s))
    assert made.intensity[good] == pytest.approx(h + s)
    assert good.sum() == soft.good().sum()
    ratio = solve(replace(asked, definition="ratio", bins="orbit"), SELECTION)
    assert ratio.hardness == pytest.approx(ratio.hard / ratio.soft)
    assert ratio.width_s.tolist() == [1400, 1100]
    assert repr(made).startswith(f"<Hardness: {good.sum()} bins of 100 s, median 0.")


def test_too_few_counts_have_no_hardness():
    asked = HardnessRequest(SELECT, SOFT, Band(60, 79), 10.0)
    made = solve(asked, SELECTION)
    few = solve(replace(REQUEST, band=Band(60, 79), binsize_s=10.0), SELECTION).counts < 5
    assert np.isnan(made.hardness[few]).all()
    assert np.isfinite(made.hard[few & (made.fracexp > 0)]).all()
    assert "have fewer than 5 counts in a band" in made.provenance.warnings[-1]


@pytest.mark.parametrize(
    ("soft", "hard", "says"),
    [((3, 10), (8, 79), "overlap: some counts"), ((20, 79), (3, 10), "lies above the hard one")],
)
def test_odd_bands_are_said(soft, hard, says):
    made = solve(HardnessRequest(SELECT, Band(*soft), Band(*hard), 500.0), SELECTION)
    assert says in made.provenance.warnings[-1]
