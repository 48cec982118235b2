"""Rings, sectors and points of DS9 files: several in one statement, and DS9's other spellings."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
)
from nuwidgets.domain.region import (
    Annulus,
    Ellipse,
    EllipseAnnulus,
    Panda,
    Point,
    Region,
)
from nuwidgets.files.astropy_regions import from_astropy
from nuwidgets.files.regions import format_regions, parse_regions


def shapes(text):
    parsed = parse_regions(text)
    assert parsed.unsupported == ()
    return parsed.region.shapes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("annulus(1,2,3,4,6)", (PixelAnnulus(0, 1, 3, 4), PixelAnnulus(0, 1, 4, 6))),
        ("annulus(1,2,3,6,n=3)", tuple(PixelAnnulus(0, 1, r, r + 1) for r in (3, 4, 5))),
        ('fk5;-annulus(1,2,3",4",6")', (Annulus(1, 2, 3, 4, True), Annulus(1, 2, 4, 6, True))),
        ("annulus(1,2,0,4)", (PixelAnnulus(0, 1, 0, 4),)),
        ("ellipse(1,2,3,4,5,6,7)", (PixelEllipseAnnulus(0, 1, 3, 4, 5, 6, 7),)),
        ("ellipse(1,2,3,4,5,6)", (PixelEllipseAnnulus(0, 1, 3, 4, 5, 6, 0),)),
        ("ellipse(1,2,0,0,5,6,7)", (PixelEllipse(0, 1, 5, 6, 7),)),
        (
            "ellipse(1,2,1,2,3,4,5,6,7)",
            (PixelEllipseAnnulus(0, 1, 1, 2, 3, 4, 7), PixelEllipseAnnulus(0, 1, 3, 4, 5, 6, 7)),
        ),
        (
            "ellipse(1,2,1,2,5,6,n=2,7)",
            (PixelEllipseAnnulus(0, 1, 1, 2, 3, 4, 7), PixelEllipseAnnulus(0, 1, 3, 4, 5, 6, 7)),
        ),
        ("elliptannulus(1,2,3,4,5,6,7,7)", (PixelEllipseAnnulus(0, 1, 3, 4, 5, 6, 7),)),
        ("elliptannulus(1,2,3,4,5,6,7)", (PixelEllipseAnnulus(0, 1, 3, 4, 5, 6, 7),)),
        ('fk5;ellipse(1,2,3",4",5",6",7)', (EllipseAnnulus(1, 2, 3, 4, 5, 6, 7),)),
        ('fk5;ellipse(1,2,3",4",5)', (Ellipse(1, 2, 3, 4, 5),)),
        ("panda(1,2,10,80,1,3,4,1)", (PixelPanda(0, 1, 10, 80, 3, 4),)),
        ("pie(1,2,3,4,10,80)", (PixelPanda(0, 1, 10, 80, 3, 4),)),
        ("panda(1,2,-30,60,1,0,4,1)", (PixelPanda(0, 1, 330, 420, 0, 4),)),
        ('fk5;panda(1,2,10,80,1,3",4",1)', (Panda(1, 2, 10, 80, 3, 4),)),
        ("panda(1,2,0,360,1,3,4,1) # panda=ignore", (PixelPanda(0, 1, 0, 360, 3, 4),)),
        (
            "cpanda(1,2,0,360,2,2,4,2)",
            (
                PixelPanda(0, 1, 0, 180, 2, 3),
                PixelPanda(0, 1, 180, 360, 2, 3),
                PixelPanda(0, 1, 0, 180, 3, 4),
                PixelPanda(0, 1, 180, 360, 3, 4),
            ),
        ),
        ("point(1,2) # point=cross 15 color=red", (PixelPoint(0, 1),)),
        ("cross point 1 2", (PixelPoint(0, 1),)),
        ("-x point(1,2)", (PixelPoint(0, 1, exclude=True),)),
        ("fk5;boxcircle point(1,2)", (Point(1, 2),)),
    ],
)
def test_what_one_statement_gives(text, expected):
    assert shapes(text) == expected


def test_the_shapes_of_one_statement_share_its_name():
    parsed = parse_regions("annulus(1,2,3,4,6) # tag={rings}\ncircle(1,2,3)")
    assert parsed.marks == ("rings", "rings", "")
    assert [len(region.shapes) for region in parsed.named.values()] == [2, 1]


def test_sectors_cover_their_ring_once():
    sectors = shapes("panda(51,51,17,17,7,10,40,3)")
    y, x = np.mgrid[:101, :101]
    covered = np.sum([shape.contains(x, y) for shape in sectors], axis=0)
    ring = PixelAnnulus(50, 50, 10, 40).contains(x, y)
    assert len(sectors) == 21
    assert np.array_equal(covered > 0, ring)
    assert np.mean(covered[ring] == 1) > 0.97  # only pixels right on an edge count twice


def test_a_sector_in_galactic_coordinates_turns():
    (sector,) = shapes('galactic;panda(0,0,0,90,1,3",4",1)')
    assert sector.ra_deg == pytest.approx(266.405, abs=1e-3)
    assert sector.start_deg == pytest.approx(58.6, abs=0.1) or sector.start_deg == pytest.approx(
        301.4, abs=0.1
    )
    assert sector.stop_deg - sector.start_deg == pytest.approx(90)


def test_what_is_written_is_what_ds9_reads():
    region = Region(
        (
            Panda(1, 2, 0, 90, 3, 4),
            EllipseAnnulus(1, 2, 3, 4, 5, 6, 7, exclude=True),
            Point(1, 2),
        )
    )
    assert format_regions(region).splitlines()[-3:] == [
        'panda(1.0,2.0,0.0,90.0,1,3.0",4.0",1)',
        '-ellipse(1.0,2.0,3.0",4.0",5.0",6.0",7.0)',
        "point(1.0,2.0)",
    ]


def test_elliptical_annuli_and_points_agree_with_the_regions_package():
    regions = pytest.importorskip("regions")
    text = 'fk5\nellipse(10,20,3",4",5",6",7)\npoint(10,20)\nannulus(10,20,3",4")\n'
    theirs = from_astropy(regions.Regions.parse(text, format="ds9"))
    for ours, other in zip(shapes(text), theirs.shapes, strict=True):
        assert type(ours) is type(other)
        assert list(vars(ours).values()) == pytest.approx(list(vars(other).values()))
