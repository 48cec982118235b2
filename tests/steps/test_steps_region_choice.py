"""A region is found by its name in all steps that ask for one, however its spaces are written."""

from __future__ import annotations

import pytest

from nuwidgets.domain.region import Circle
from nuwidgets.errors import InputError


def test_spaces_make_no_other_region(session):
    one = next(iter(session.datasets.values()))
    shape = one.regions.source.shapes[0]
    one.regions.put(" NE  knot", Circle(shape.ra_deg, shape.dec_deg, 30))
    for step in (one.lightcurve, one.hardness, one.goodtimes, one.power, one.period):
        step.region = "NE  knot "
        assert step.request().area == one.regions.named["NE knot"]
    one.profile.mask = one.backgrounds.avoid = ("NE  knot", " ")
    assert one.profile.request().masked == one.backgrounds.request().avoided
    assert list(one.profile.request().masked) == ["NE knot"]


@pytest.mark.parametrize("value", ["", "  ", None, 3])
def test_what_is_no_name_is_refused(session, value):
    one = next(iter(session.datasets.values()))
    with pytest.raises(InputError, match="as the name of a region"):
        one.hardness.region = value
