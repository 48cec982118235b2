"""Rows of region counts by name."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest, ScreenRequest
from nuwidgets.domain.named_regions import NamedRegions
from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.domain.region import Region
from nuwidgets.domain.region_counts import RegionCounts, RegionCountsRequest
from nuwidgets.errors import InputError


def made(*names):
    n = len(names)
    return RegionCounts(
        names,
        (Band(3, 79),),
        np.full(n, 5),
        np.full(n, 9.0),
        np.full((n, 1), 7),
        np.ones((n, 4)),
        2.0,
    )


def test_rows_have_names():
    counts = made("source", "background")
    assert counts.index("background") == 1
    with pytest.raises(InputError, match=r"There is no region 'sorce'\. Did you mean 'source'"):
        counts.index("sorce")


def test_without_a_background_nothing_is_net():
    counts = made("a", "b")
    assert np.isnan(counts.net_counts).all()
    assert counts.rate_per_s.tolist() == [[3.5], [3.5]]


def test_a_request_names_all_regions():
    circle = Region((PixelCircle(1, 2, 3),))
    request = RegionCountsRequest(
        ScreenRequest(EventsRequest("a")), circle, Region(), NamedRegions.of({"knot": circle})
    )
    assert request.regions == {"source": circle, "background": Region(), "knot": circle}
