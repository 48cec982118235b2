"""The counts of regions follow regions, screening and bands, of a real event file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.core.job import State
from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.errors import InputError


def test_counts_of_an_observation(session):
    a = next(iter(session.datasets.values()))
    spectrum = a.spectrum.run()
    made = a.counts.run()
    assert made.names == ("source", "background")
    assert made.livetime_s == pytest.approx(spectrum.exposure_s)
    selection = a.regions.run()
    assert made.n_pixels.tolist() == [selection.source.n_pixels, selection.background.n_pixels]
    a.counts.bands = [(1.6, 165)]
    made = a.counts.run()
    assert made.counts[0, 0] == np.count_nonzero(selection.source.pi >= 0)
    assert np.nansum(made.detectors, axis=1) == pytest.approx(np.ones(2))


def test_counts_follow_named_regions_and_come_back(session):
    a = next(iter(session.datasets.values()))
    request = a.counts.request()
    a.regions.put("knot", PixelCircle(500, 500, 10))
    assert a.counts.run().names == ("source", "background", "knot")
    assert a.counts.request() != request
    a.counts.bands = [(3, 10), (10, 79)]
    a.counts.recall(request)
    assert a.counts.request() == request
    assert len(a.regions.named) == 0
    with pytest.raises(InputError, match="energy band"):
        a.counts.bands = [3]


def test_counts_follow_while_somebody_looks(session):
    a = next(iter(session.datasets.values()))
    a.counts.run()
    source = a.regions.source.shapes[0]
    a.regions.source = replace(source, radius_arcsec=source.radius_arcsec / 2)
    session.live.settle()
    assert a.counts.state is State.STALE
    eye = object()
    session.onlookers.come(eye, a.counts)
    session.live.settle()
    assert a.counts.state is State.FRESH
    fewer = a.counts.product.counts[0, 0]
    a.regions.source = source
    session.live.settle()
    assert a.counts.product.counts[0, 0] > fewer
    session.onlookers.go(eye)
