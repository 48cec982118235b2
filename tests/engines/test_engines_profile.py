"""Radial profiles of simulated events: against the truth, and counts made anew from the file."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from astropy.io import fits

import nuwidgets as nw
from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.domain.profile import ProfileRequest, best_of
from nuwidgets.engines.embedded.profile import solve_profile
from nuwidgets.errors import InputError
from nuwidgets.science import psf
from nuwidgets.simulation.truth import Truth


class Free:
    def check(self):
        """Nobody stops this."""


@pytest.fixture
def dataset(session):
    session.settle()
    return next(iter(session.datasets.values()))


def profile(dataset, **settings):
    for name, value in settings.items():
        setattr(dataset.profile, name, value)
    return dataset.profile.run()


def test_rings_hold_the_counts_of_the_file(dataset, observation):
    found = profile(dataset, binsize_arcsec=10.0, max_arcsec=200.0)
    path = observation / "event_cl" / f"nu{observation.name}A01_cl.evt"
    with fits.open(path) as file:
        x, y, pi = (file["EVENTS"].data[name].astype(float) for name in ("X", "Y", "PI"))
    kept = (1.6 + 0.04 * pi >= 3 - 1e-9) & (1.6 + 0.04 * pi < 79 - 1e-9) & (x > 0)
    radius = np.hypot(x - 1 - found.center[0], y - 1 - found.center[1])[kept] * found.pixel_arcsec
    assert found.counts.tolist() == np.histogram(radius, np.arange(0, 201.0, 10))[0].tolist()
    whole = np.pi * (found.edges_arcsec[1:] ** 2 - found.edges_arcsec[:-1] ** 2)
    assert found.area_arcsec2[2:] == pytest.approx(whole[2:], rel=0.06)
    assert found.area_arcsec2.sum() == pytest.approx(np.pi * 200**2, rel=0.005)


def test_the_fit_finds_the_simulated_source(dataset):
    found, truth = profile(dataset), Truth()
    rate = truth.counts_per_s("A")
    in_band = slice(35, 1935)
    expected = rate[in_band].sum() * dataset.events.product.livetime_s
    assert found.fit.source_counts == pytest.approx(expected, rel=0.06)
    assert found.fit.chi2 < 1.5 * found.fit.dof
    assert found.provenance.warnings == ()
    inner = 60.0
    net = found.counts[found.mean_arcsec < inner].sum()
    assert net == pytest.approx(found.fit.source_counts * float(psf.enclosed(inner)), rel=0.05)
    assert found.enclosed_at(inner) == pytest.approx(float(psf.enclosed(inner)), abs=0.003)


def test_the_best_radius_is_where_a_circle_has_the_largest_signal_to_noise(dataset):
    """Straight from the events: counts of circles, and the background of the usual annulus."""
    found, selection = profile(dataset), dataset.regions.product
    plane, pi = selection.events.plane, selection.events.pi
    events = selection.events.where((pi >= 35) & (pi < 1935))
    x, y = plane.to_pixel(*found.center_deg)
    radius = np.hypot(events.x - x, events.y - y) * plane.pixel_arcsec
    level = np.count_nonzero((radius > 220) & (radius < 290)) / (np.pi * (290**2 - 220**2))
    radii = np.arange(20.0, 280, 2)
    total = np.array([np.count_nonzero(radius < limit) for limit in radii])
    snr = (total - level * np.pi * radii**2) / np.sqrt(total)
    at_best = np.interp(found.best_arcsec, radii, snr)
    assert at_best > 0.99 * snr.max()
    assert np.interp(radii, found.radius_arcsec, found.snr) == pytest.approx(snr, rel=0.05)


def test_the_middle_is_that_of_the_region_the_centroid_or_what_is_given(dataset):
    truth = Truth().source_pixel("A")
    first = profile(dataset)
    assert first.center == pytest.approx(truth, abs=1.2)
    region = dataset.regions.source.shapes[0]
    dataset.regions.source = dataclasses.replace(region, dec_deg=region.dec_deg + 15 / 3600)
    beside = profile(dataset)
    assert beside.center[1] - first.center[1] == pytest.approx(15 / 2.4581, abs=0.01)
    assert any("does not describe the profile" in text for text in beside.provenance.warnings)
    assert profile(dataset, centroid=True).center == pytest.approx(truth, abs=0.7)
    given = profile(dataset, centroid=False, center=(280.0, 35.0))
    assert given.center_deg == pytest.approx((280.0, 35.0))
    with pytest.raises(InputError, match="not on the sky that this file covers"):
        profile(dataset, center=(100.0, -35.0))


def test_other_sources_are_left_out_but_no_hole_on_the_source(dataset):
    source = dataset.regions.source.shapes[0]
    ra, dec = source.ra_deg, source.dec_deg
    other = nw.Circle(ra, dec + 0.05, 20, exclude=True)
    whole = profile(dataset)
    dataset.regions.source = [source, other]
    dataset.regions.background = [nw.Circle(ra, dec, 280), nw.Circle(ra, dec, 180, exclude=True)]
    without = profile(dataset)
    assert without.n_masked == pytest.approx(np.pi * (20 / 2.4581) ** 2, rel=0.05)
    ring = np.searchsorted(without.edges_arcsec, 180.0) - 1
    assert without.area_arcsec2[ring] < whole.area_arcsec2[ring]
    assert np.array_equal(without.counts[:30], whole.counts[:30])
    assert profile(dataset, mask_excluded=False).n_masked == 0
    dataset.regions.named = {"knot": nw.Circle(ra, dec - 0.05, 30)}
    masked = profile(dataset, mask="knot")
    assert masked.n_masked == pytest.approx(np.pi * (30 / 2.4581) ** 2, rel=0.05)
    assert masked.provenance.warnings == ()
    assert profile(dataset, mask=("background",)).n_masked > 10_000
    lost = profile(dataset, mask=("knob",))
    assert "There is no region 'knob' to leave out" in lost.provenance.warnings[0]


def test_areas_can_be_weighed_by_the_exposure(dataset):
    whole = profile(dataset)
    weighed = profile(dataset, exposure=True)
    assert np.array_equal(weighed.counts[:60], whole.counts[:60])
    exposure = dataset.exposure.run().exposure_s
    y, x = np.mgrid[: exposure.shape[0], : exposure.shape[1]]
    radius = np.hypot(x - whole.center[0], y - whole.center[1]) * whole.pixel_arcsec
    near = radius < 300
    assert weighed.area_arcsec2.sum() == pytest.approx(
        (exposure[near] / exposure.max()).sum() * whole.pixel_arcsec**2
    )
    assert weighed.area_arcsec2.sum() < 0.97 * whole.area_arcsec2.sum()
    assert weighed.fit.level > whole.fit.level
    before = dataset.profile.request()
    dataset.profile.exposure, dataset.profile.band = False, (3, 20)
    dataset.profile.recall(before)
    assert dataset.profile.request() == before


def test_what_cannot_be_made_is_said(dataset):
    with pytest.raises(InputError, match="rings of 500 arcsec up to 300 arcsec"):
        profile(dataset, binsize_arcsec=500.0)
    dataset.profile.binsize_arcsec = 4.0
    dataset.regions.source = nw.Circle(280.3, 35.0, 30.0)
    far = profile(dataset)
    assert far.best_arcsec is None
    assert any("No source is seen" in text for text in far.provenance.warnings)
    with pytest.raises(InputError, match="no source is seen in the profile"):
        dataset.profile.use_best()
    dataset.regions.source = nw.Circle(280.0, 35.0, 30.0, exclude=True)
    with pytest.raises(InputError, match="its region only excludes"):
        profile(dataset)


def test_a_profile_that_ends_too_early_says_so(dataset):
    short = profile(dataset, max_arcsec=40.0)
    assert any("S/N still rises at" in text for text in short.provenance.warnings)


def test_using_the_best_radius_keeps_the_other_shapes(dataset):
    with pytest.raises(InputError, match="there is no profile"):
        dataset.profile.use_best()
    best = profile(dataset).best_arcsec
    other = nw.Circle(280.0, 35.05, 20, exclude=True)
    middle = dataset.regions.source.shapes[0]
    dataset.regions.source = [middle, other]
    dataset.profile.use_best()
    assert dataset.regions.source.shapes == (dataclasses.replace(middle, radius_arcsec=best), other)
    dataset.regions.source = nw.Box(280.0, 35.0, 60, 60)
    profile(dataset)
    dataset.profile.use_best(90.0)
    (circle,) = dataset.regions.source.shapes
    assert circle.radius_arcsec == 90.0
    assert (circle.ra_deg, circle.dec_deg) == pytest.approx((280.0, 35.0))


def test_events_without_sky_have_a_profile_too(dataset):
    selection = dataset.regions.product
    events = dataclasses.replace(selection.events, plane=None)
    from nuwidgets.engines.embedded.selection import solve_selection

    x, y = Truth().source_pixel("A")
    asked = dataclasses.replace(
        selection.request, source=nw.Region((PixelCircle(x, y, 60.0),)), background=nw.Region()
    )
    cut = solve_selection(asked, (events,), Free())
    found = solve_profile(ProfileRequest(asked, nw.Band(3, 79)), (cut,), Free())
    assert found.center_deg is None
    assert found.fit.source_counts == pytest.approx(profile(dataset).fit.source_counts, rel=0.01)
    from nuwidgets.steps.profile import cut_at

    (shape,) = cut_at(nw.Region(), found, 49.162).shapes
    assert (shape.x, shape.y) == (x, y)
    assert shape.radius == pytest.approx(20.0, rel=0.001)


def test_both_modules_together_have_one_best_radius(session):
    session.settle()
    both = [dataset.profile.run() for dataset in session.datasets.values()]
    together = best_of(both)
    assert min(p.best_arcsec for p in both) - 3 <= together <= max(p.best_arcsec for p in both) + 3
    with pytest.raises(InputError, match="there is no profile"):
        best_of([])


def test_the_table_has_a_row_for_each_ring(dataset):
    found = profile(dataset, binsize_arcsec=20.0)
    table = found.table
    assert len(table) == 15
    assert table["counts"].tolist() == found.counts.tolist()
    assert table.meta["best_arcsec"] == found.best_arcsec
    assert str(table["counts_per_arcsec2"].unit) == "1 / arcsec2"


def test_a_step_waits_until_somebody_looks(session):
    session.settle()
    dataset = next(iter(session.datasets.values()))
    assert dataset.profile.product is None
    panel = nw.ProfilePanel(session)
    session.settle()
    assert dataset.profile.product is not None
    panel.close()


@pytest.mark.parametrize("value", [(1.0,), "here", (np.nan, 2.0), 3.0])
def test_a_middle_is_a_pair_of_numbers(dataset, value):
    with pytest.raises(InputError, match="Give RA and Dec in degrees"):
        dataset.profile.center = value


def test_a_middle_may_be_a_skycoord_and_names_a_text(dataset):
    from astropy.coordinates import SkyCoord

    dataset.profile.center = SkyCoord(280.0, 35.0, unit="deg")
    assert dataset.profile.center == pytest.approx((280.0, 35.0))
    dataset.profile.mask = "knot, NE, knot"
    assert dataset.profile.mask == ("knot", "NE")
    with pytest.raises(InputError, match="as names of regions"):
        dataset.profile.mask = 7
