"""Shapes that cannot be drawn are refused; times and pixels behave as they should."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.gti import Gti
from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelCircle, PixelPolygon
from nuwidgets.domain.region import Circle, Region
from nuwidgets.errors import InputError


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: PixelCircle(0, 0, 1e308), "sensible size"),
        (lambda: Circle(1, 2, float("nan")), "sensible size"),
        (lambda: PixelCircle(0, 0, 0), "above 0"),
        (lambda: PixelAnnulus(0, 0, 5, 5), "0 <= inner < outer"),
        (lambda: PixelPolygon((1, 2), (1, 2)), "three or more corners"),
        (lambda: Gti(((5, 1),)), "start <= stop"),
    ],
)
def test_what_cannot_be_is_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_the_last_shape_wins():
    region = Region((PixelCircle(0, 0, 5), PixelCircle(0, 0, 3, True), PixelCircle(0, 0, 1)))
    x = np.array([0.0, 2.0, 4.0, 6.0])
    assert region.contains(x, np.zeros(4)).tolist() == [True, False, True, False]
    assert Region((PixelCircle(0, 0, 3, True),)).contains(x, np.zeros(4)).tolist() == [
        False, False, True, True
    ]  # fmt: skip


def test_good_times_and_their_algebra():
    gti = Gti(((10, 20), (0, 5), (4, 8)))
    assert gti.intervals == ((0, 8), (10, 20))
    assert gti.gaps == ((8, 10),)
    assert gti.without(Gti(((6, 12),))).intervals == ((0, 6), (12, 20))
    assert gti.intersect(Gti(((6, 12),))).intervals == ((6, 8), (10, 12))
    assert gti.overlap_s(np.array([-5.0, 5.0, 9.0, 15.0, 30.0])).tolist() == [5, 3, 5, 5]
    assert gti.contains(np.array([0.0, 8.0, 10.0, 20.0])).tolist() == [True, False, True, False]
