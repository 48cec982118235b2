"""Markers: named places on the sky, and what is none."""

from __future__ import annotations

import pytest

from nuwidgets.domain.marker import Marker, as_markers
from nuwidgets.errors import InputError


def test_it_keeps_plain_text_and_degrees():
    marker = Marker("  A star ", -10, 5)
    assert (marker.name, marker.ra_deg, marker.dec_deg) == ("A star", 350.0, 5.0)


@pytest.mark.parametrize("place", [(1.0, 91.0), (float("nan"), 0.0), ("north", 0.0), (1, None)])
def test_what_is_no_place_is_refused(place):
    with pytest.raises(InputError, match="Give degrees, the declination from -90 to 90"):
        Marker("x", *place)


def test_markers_and_triples_mix_and_none_is_none():
    one = Marker("a", 1, 2)
    assert as_markers([one, ("b", 3, 4)]) == (one, Marker("b", 3, 4))
    assert as_markers(None) == as_markers(()) == ()


@pytest.mark.parametrize("value", [5, [("a", 1)], [3.0]])
def test_other_lists_are_refused(value):
    with pytest.raises(InputError, match=r"Give a list of Marker\(name, ra_deg, dec_deg\)"):
        as_markers(value)


def test_a_bad_place_in_a_list_says_which():
    with pytest.raises(InputError, match="Cannot mark 'b' at"):
        as_markers([("a", 1, 2), ("b", 1, 200)])
