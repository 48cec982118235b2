"""Proposals for the background of simulated events: where they lie, and what they are worth."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.domain.backgrounds import BackgroundsRequest
from nuwidgets.engines.embedded.backgrounds import solve_backgrounds
from nuwidgets.engines.embedded.selection import solve_selection
from nuwidgets.errors import InputError
from nuwidgets.simulation.truth import Truth


class Free:
    def check(self):
        """Nobody stops this."""

    def report(self, *_):
        """Nobody listens."""


@pytest.fixture
def dataset(session):
    session.settle()
    return next(iter(session.datasets.values()))


@pytest.fixture
def found(dataset):
    return dataset.backgrounds.run()


def solved(dataset, more=0, at=(0.0, 0.0), sigma=15.0, **pointing):
    """Proposals for the events of a dataset, with more of them somewhere on the sky."""
    selection = dataset.regions.product
    events, rng = selection.events, np.random.default_rng(1)
    n = len(events)
    which = rng.integers(0, n, more)
    extra = {
        "x": rng.normal(at[0], sigma, more).round().astype(events.x.dtype),
        "y": rng.normal(at[1], sigma, more).round().astype(events.y.dtype),
        "pi": np.full(more, 200, events.pi.dtype),
    }
    columns = {
        name: np.concatenate([getattr(events, name), extra.get(name, getattr(events, name)[which])])
        for name in ("time_s", "x", "y", "pi", "grade", "det_id")
    }
    events = dataclasses.replace(
        events, **columns, pointing=dataclasses.replace(events.pointing, **pointing)
    )
    cut = solve_selection(selection.request, (events,), Free())
    request = dataset.backgrounds.request()
    return solve_backgrounds(request, (cut,), Free())


def test_the_source_lies_where_its_events_were_detected(dataset, found):
    cut = dataset.regions.product.source
    events = dataset.regions.product.events
    inside = cut.region.contains(events.x, events.y)
    share = np.bincount(events.det_id[inside], minlength=4) / inside.sum()
    assert found.detector == int(np.argmax(share))
    assert found.source.area_arcsec2 == pytest.approx(np.pi * 150**2, rel=0.01)
    assert found.source.counts == np.count_nonzero(inside & (events.pi >= 35) & (events.pi < 1935))
    assert sum(found.source.shares) + found.source.beside == pytest.approx(1.0)


def test_shares_are_those_of_the_events_of_flat_background(dataset, found):
    """Plain background is flat: its events tell the areas on each detector, gaps aside."""
    cut, events = dataset.regions.product.background, dataset.regions.product.events
    inside = cut.region.contains(events.x, events.y) & (events.pi > 600)
    share = np.bincount(events.det_id[inside], minlength=4) / inside.sum()
    on = np.array(found.background.shares) / sum(found.background.shares)
    assert share == pytest.approx(on, abs=0.06)


@pytest.mark.parametrize("name", ["circle", "circles", "detector"])
def test_a_proposal_lies_on_the_sources_detector_off_its_wings(dataset, found, name):
    one, events = found[name], dataset.regions.product.events
    assert one.shares[found.detector] > 0.99
    region = one.region.to_pixel(events.plane)
    inside = region.contains(events.x, events.y)
    assert np.count_nonzero(inside & (events.pi >= 35) & (events.pi < 1935)) == one.counts
    assert np.mean(events.det_id[inside] == found.detector) > 0.97
    x, y = Truth().source_pixel("A")
    radius = np.hypot(events.x[inside] - x, events.y[inside] - y) * events.plane.pixel_arcsec
    assert radius.min() > min(found.clear_arcsec, 180.0) - 5
    assert one.source_share < 0.08
    assert str(found.detector) in one.reason


def test_a_fainter_limit_keeps_farther_off(dataset, found):
    dataset.backgrounds.wings_percent = 50.0
    near = dataset.backgrounds.run()
    assert near.clear_arcsec < found.clear_arcsec
    assert near["circle"].area_arcsec2 > found["circle"].area_arcsec2
    dataset.backgrounds.wings_percent = 0.001
    fallen_back = dataset.backgrounds.run()["circle"]
    assert "its wings reach farther" in fallen_back.reason
    assert any("are the source's" in text for text in fallen_back.poor)


def test_the_usual_annulus_is_offered_and_its_faults_are_said(found):
    one = found["annulus"]
    (ring,) = one.region.shapes
    assert (ring.inner_arcsec, ring.outer_arcsec) == pytest.approx((180.0, 300.0))
    assert any("on other detectors" in text for text in one.poor)
    assert found.proposals[0].poor == ()
    with pytest.raises(InputError, match=r"There is no proposal 'anulus'.*annulus"):
        found["anulus"]


def test_stray_light_is_kept_out_of(dataset, found):
    disc = found["circle"].region.to_pixel(dataset.regions.product.events.plane).shapes[0]
    lit = solved(dataset, 1500, (disc.x, disc.y))
    main = lit.detector
    assert found.bright[main] == 0.0
    assert lit.bright[main] > 0.05
    plane = dataset.regions.product.events.plane
    for one in lit.proposals:
        if one.name in ("circle", "circles", "detector"):
            region = one.region.to_pixel(plane)
            assert not region.contains(np.array([disc.x]), np.array([disc.y])).any()
            assert one.per_arcsec2 < 2 * found[one.name].per_arcsec2


def test_named_regions_are_kept_out_of(dataset, found):
    (circle,) = found["circle"].region.shapes
    knot = nw.Circle(circle.ra_deg, circle.dec_deg, 25)
    dataset.regions.named = {"knot": knot}
    dataset.backgrounds.avoid = "knot"
    without = dataset.backgrounds.run()
    plane = dataset.regions.product.events.plane
    x, y = (np.array([v]) for v in plane.to_pixel(circle.ra_deg, circle.dec_deg))
    for one in without.proposals:
        assert not one.region.contains(x, y, plane).any()
        assert one.region.shapes[-1] == dataclasses.replace(knot, exclude=True)
    lone = without["circle"].region.shapes[0]  # lies beside the knot, not only without it
    off = (
        (lone.ra_deg - knot.ra_deg) * np.cos(np.radians(knot.dec_deg)),
        lone.dec_deg - knot.dec_deg,
    )
    assert 3600 * np.hypot(*off) > lone.radius_arcsec + knot.radius_arcsec
    dataset.backgrounds.avoid = ("knob",)
    words = dataset.backgrounds.run().provenance.warnings
    assert "There is no region 'knob' to keep out of." in words


def test_a_source_on_two_detectors_has_a_mix_of_both(dataset):
    geometry = dataset.geometry.run()
    between = (geometry.outlines[0].mean(axis=0) + geometry.outlines[1].mean(axis=0)) / 2
    plane = dataset.regions.product.events.plane
    ra, dec = plane.to_sky(*between)
    dataset.regions.source = nw.Circle(float(ra), float(dec), 60)
    mixed = dataset.backgrounds.run()["mixed"]
    first, second = mixed.shares[0], mixed.shares[1]
    assert first + second > 0.99
    events = dataset.regions.product.events
    cut = dataset.regions.run().source
    inside = cut.region.contains(events.x, events.y) & (events.pi >= 35) & (events.pi < 1935)
    counts = np.bincount(events.det_id[inside], minlength=4)
    assert first / second == pytest.approx(counts[0] / counts[1], rel=0.2)
    assert len(mixed.region.shapes) == 2


def test_swift_has_annuli_alone(dataset):
    found = solved(dataset, telescope="SWIFT", instrument="XRT")
    assert {one.name for one in found.proposals} <= {"annulus", "far annulus"}
    assert found.detector is None
    assert found.bright == ()
    assert found.provenance.warnings == ()
    (ring,) = found["annulus"].region.shapes
    assert (ring.inner_arcsec, ring.outer_arcsec) == pytest.approx((240.0, 390.0))
    assert found["annulus"].shares == ()
    assert found["annulus"].beside == 0.0


def test_events_without_detectors_say_so(dataset, tmp_path):
    request = dataset.backgrounds.request()
    events = dataclasses.replace(request.geometry.events, path=str(tmp_path / "none.evt"))
    asked = dataclasses.replace(
        request, geometry=dataclasses.replace(request.geometry, events=events)
    )
    found = solve_backgrounds(asked, (dataset.regions.product,), Free())
    assert {one.name for one in found.proposals} == {"annulus", "far annulus"}
    assert "Detectors are not told apart." in found.provenance.warnings[0]


def test_a_large_source_pushes_the_annulus_outwards(dataset):
    dataset.regions.source = dataclasses.replace(
        dataset.regions.source.shapes[0], radius_arcsec=200.0
    )
    (ring,) = dataset.backgrounds.run()["annulus"].region.shapes
    assert ring.inner_arcsec == pytest.approx(200.0, abs=3)
    assert ring.outer_arcsec - ring.inner_arcsec == pytest.approx(120.0)


def test_proposals_are_used_and_previewed(dataset):
    step, regions = dataset.backgrounds, dataset.regions
    with pytest.raises(InputError, match="no proposals for the background yet"):
        step.use("circle")
    product = step.run()
    step.preview("circle")
    assert regions.named["proposal"] == product["circle"].region
    step.use("circle")
    assert regions.background == product["circle"].region
    step.preview()
    assert "proposal" not in regions.named
    step.preview()
    with pytest.raises(InputError, match="There is no proposal 'square'"):
        step.use("square")


def test_recall_brings_regions_and_settings_back(dataset):
    step, regions = dataset.backgrounds, dataset.regions
    before = step.request()
    step.wings_percent, regions.background = 9.0, None
    step.recall(before)
    assert step.request() == before


def test_the_request_is_plain(dataset):
    request = dataset.backgrounds.request()
    assert isinstance(request, BackgroundsRequest)
    assert hash(request) == hash(dataset.backgrounds.request())
