"""FITS region files: components and stacks, out and back, and files of other programs."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st
from region_samples import pixel_shapes

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelEllipseAnnulus,
    PixelPanda,
    PixelPoint,
    PixelPolygon,
)
from nuwidgets.domain.region import Circle, Region, to_sky
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.region_components import Wedge, components_of, stack_of
from nuwidgets.files.region_table import rows_of
from nuwidgets.files.regions import parse_region_file, read_regions, write_regions

PLANE = TangentPlane(321.9, 56.9, 499.5, 499.5, -0.0006828076, 0.0006828076)
A, B, C = PixelCircle(10, 10, 5), PixelCircle(14, 10, 5), PixelCircle(90, 10, 5)
D, E = (PixelCircle(x, 10, 2, exclude=True) for x in (10, 14))


def cells(rows):
    made = np.empty(len(rows), object)
    made[:] = [np.array(r, float) for r in rows]
    return made


def table(path, rows, components=None, **keywords):
    """Write rows (SHAPE, X, Y, R, ROTANG) as another program might."""
    names, *numbers = zip(*rows, strict=True)
    columns = [
        fits.Column(n, "PD()", array=cells(v))
        for n, v in zip(("X", "Y", "R", "ROTANG"), numbers, strict=True)
    ]
    columns.append(fits.Column("SHAPE", "16A", array=list(names)))
    if components is not None:
        columns.append(fits.Column("COMPONENT", "I", array=components))
    hdu = fits.BinTableHDU.from_columns(columns, name="REGION")
    hdu.header.update(keywords)
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path, overwrite=True)
    return path


# ---- components


@pytest.mark.parametrize(
    ("stack", "components"),
    [
        ((A,), ((A,),)),
        ((A, B), ((A,), (B,))),
        ((A, D), ((A, D),)),
        ((A, D, B), ((A, D), (B,))),
        ((A, D, B, E), ((A, D, E), (B, E))),
        ((D,), ((D,),)),
        ((D, B), ((D,), (B,))),
        ((D, B, E), ((D, E), (B, E))),
    ],
)
def test_stacks_and_components_say_the_same(stack, components):
    assert components_of(Region(stack)) == components
    assert stack_of(components, "a table") == (Region(stack), ())


@settings(max_examples=200, deadline=None)
@given(st.lists(pixel_shapes(st.floats(0, 40), st.floats(1, 30)), min_size=1, max_size=5))
def test_the_union_of_components_is_the_stack(shapes):
    region = Region(tuple(shapes))
    y, x = np.mgrid[:40, :40]
    components = components_of(region)
    held = [np.all([s.contains(x, y) != s.exclude for s in one], axis=0) for one in components]
    assert np.array_equal(np.any(held, axis=0), region.contains(x, y))
    assert stack_of(components, "a table") == (region, ())


def test_components_in_another_order_are_a_stack_too():
    region, said = stack_of(((B,), (A, D)), "a table")
    assert (region, said) == (Region((A, D, B)), ())
    region, said = stack_of(((B, D), (D,)), "a table")  # all but D, and B without D
    assert (region.shapes, said) == ((D, B, D), ())
    y, x = np.mgrid[:30, :30]
    assert np.array_equal(region.contains(x, y), ~D.contains(x, y))


def test_what_only_touches_itself_is_a_stack_too():
    out = PixelCircle(90, 10, 2, exclude=True)
    region, said = stack_of(((A, D), (C, out)), "a table")
    assert (region, said) == (Region((A, D, C, out)), ())


def test_what_no_stack_can_say_is_said():
    region, said = stack_of(((A, E), (B, D)), "a table")
    assert len(said) == 1
    y, x = np.mgrid[:30, :30]
    wanted = (A.contains(x, y) & ~E.contains(x, y)) | (B.contains(x, y) & ~D.contains(x, y))
    off = np.count_nonzero(wanted != region.contains(x, y))
    assert f"{off} pixels of the region differ" in said[0]
    assert off > 0


@pytest.mark.parametrize(
    "component",
    [
        (A, B),
        (A, Wedge(11, 10, 0, 90)),
        (A, Wedge(10, 10, 0, 90, exclude=True)),
        (Wedge(10, 10, 0, 90),),
        (A, B, Wedge(10, 10, 0, 90)),
    ],
)
def test_what_shapes_have_in_common_is_left_out(component):
    region, said = stack_of((component, (C,)), "a table")
    assert region == Region((C,))
    assert "a table: component 1 is what several shapes have in common" in said[0]


def test_an_annulus_and_a_sector_make_a_panda():
    wedge = Wedge(10, 10, 30, 80)
    assert stack_of(((A, wedge, E),), "t") == (Region((PixelPanda(10, 10, 30, 80, 0, 5), E)), ())
    ring = PixelAnnulus(10, 10, 3, 5)
    assert stack_of(((wedge, ring),), "t") == (Region((PixelPanda(10, 10, 30, 80, 3, 5),)), ())
    assert stack_of(((A, A),), "t") == (Region((A,)), ())


# ---- out and back


def fine(shape):
    return not (isinstance(shape, PixelPanda) and shape.exclude)


@settings(max_examples=100, deadline=None)
@given(shapes=st.lists(pixel_shapes().filter(fine), min_size=1, max_size=4))
def test_regions_survive_the_way_out_and_back(tmp_path_factory, shapes):
    path = tmp_path_factory.mktemp("fits") / "a.fits"
    region = Region(tuple(shapes))
    write_regions(path, region)
    back = read_regions(path)
    assert len(back.shapes) == len(region.shapes)
    for a, b in zip(region.shapes, back.shapes, strict=True):
        assert type(a) is type(b)
        assert a.exclude == b.exclude
        for name, value in vars(a).items():
            assert np.allclose(value, getattr(b, name), rtol=0, atol=1e-9), name


def test_a_table_that_says_how_its_pixels_lie_gives_the_sky(tmp_path):
    shapes = PixelCircle(400, 500, 20), PixelEllipseAnnulus(400, 500, 3, 4, 7, 9, 30, exclude=True)
    write_regions(tmp_path / "a.fits", Region(shapes), plane=PLANE)
    assert read_regions(tmp_path / "a.fits").shapes == shapes
    parsed = parse_region_file(tmp_path / "a.fits", PLANE)
    assert parsed.frame == "fk5"
    on_sky = [to_sky(shape, PLANE) for shape in shapes]
    for shape, wanted in zip(parsed.region.shapes, on_sky, strict=True):
        assert list(vars(shape).values()) == pytest.approx(list(vars(wanted).values()))
    other = TangentPlane(321.8, 56.8, 100, 100, -0.001, 0.001)
    assert read_regions(tmp_path / "a.fits", other) == parsed.region
    write_regions(tmp_path / "b.fits", parsed.region, plane=PLANE)
    for shape, wanted in zip(read_regions(tmp_path / "b.fits").shapes, shapes, strict=True):
        assert list(vars(shape).values()) == pytest.approx(list(vars(wanted).values()))
    write_regions(tmp_path / "c.fits", Region(shapes))
    assert parse_region_file(tmp_path / "c.fits", PLANE).frame == "physical"


def test_what_is_written_is_what_other_programs_expect(tmp_path):
    shapes = (PixelPanda(10, 11, 30, 80, 3, 5), PixelPoint(1, 2), D)
    write_regions(tmp_path / "a.fits", Region(shapes), plane=PLANE)
    with fits.open(tmp_path / "a.fits", checksum=True) as file:
        file.verify("exception")
        header, data = file["SRCREG"].header, file["SRCREG"].data
        assert [header[f"HDUCLAS{n}"] for n in (1, 2)] == ["REGION", "STANDARD"]
        assert (header["HDUCLASS"], header["MFORM1"], header["TCTYP1"]) == (
            "ASC",
            "X,Y",
            "RA---TAN",
        )
        assert data["SHAPE"].tolist() == ["ANNULUS", "SECTOR", "!CIRCLE", "POINT", "!CIRCLE"]
        assert [row.tolist() for row in data["COMPONENT"]] == [[1], [1], [1], [2], [2]]
        assert [row.tolist() for row in data["X"]] == [[11], [11], [11], [2], [11]]
        assert [row.tolist() for row in data["ROTANG"]] == [[], [30, 80], [], [], []]


def test_what_cannot_be_written_is_said(tmp_path):
    path = tmp_path / "a.fits"
    with pytest.raises(InputError, match="it has no shape"):
        write_regions(path, Region())
    with pytest.raises(InputError, match="which counts in pixels"):
        write_regions(path, Circle(1, 2, 3))
    out = PixelPanda(10, 11, 30, 80, 3, 5, exclude=True)
    with pytest.raises(InputError, match="a sector of an annulus is left out"):
        write_regions(path, Region((A, out)))
    assert [row[0] for row in rows_of(out)] == ["!PIE"]
    write_regions(path, A)
    with pytest.raises(FileError, match="exists and is not overwritten"):
        write_regions(path, A)


# ---- of other programs


@pytest.mark.parametrize(
    ("row", "shape"),
    [
        (("Circle", [11], [12], [5], [np.nan]), PixelCircle(10, 11, 5)),
        (("circle", [11], [12], [5, 0], [0, 0]), PixelCircle(10, 11, 5)),
        (("annulus", [11], [12], [5, 7], []), PixelAnnulus(10, 11, 5, 7)),
        (("!Ellipse", [11], [12], [5, 7], [30]), PixelEllipse(10, 11, 5, 7, 30, exclude=True)),
        (("rotbox", [11], [12], [5, 7], [30]), PixelBox(10, 11, 5, 7, 30)),
        (("ELLIPTANNULUS", [11], [12], [3, 4, 5, 7], [30, 30]),
         PixelEllipseAnnulus(10, 11, 3, 4, 5, 7, 30)),
        (("Pie", [11], [12], [5, 7], [30, 80]), PixelPanda(10, 11, 30, 80, 5, 7)),
        (("-Pie", [11], [12], [5, 7], [30, 80]), PixelPanda(10, 11, 30, 80, 5, 7, exclude=True)),
        (("point", [11], [12], [], []), PixelPoint(10, 11)),
        (("Polygon", [1, 5, 5, np.nan], [1, 1, 5, np.nan], [0], []),
         PixelPolygon((0, 4, 4), (0, 0, 4))),
        (("rotrectangle", [1, 11], [2, 22], [], [30]), PixelBox(5, 11, 10, 20, 30)),
    ],
)  # fmt: skip
def test_shapes_as_others_write_them(tmp_path, row, shape):
    assert read_regions(table(tmp_path / "a.fits", [row])).shapes == (shape,)
    assert read_regions(table(tmp_path / "a.fits", [row], [0])).shapes == (shape,)


CIRCLE, OUT = ("CIRCLE", [11], [11], [5], []), ("!CIRCLE", [11], [11], [2], [])
OTHER, UNKNOWN = ("CIRCLE", [91], [11], [5], []), ("DIAMOND", [11], [11], [5, 5], [])
SECTOR = ("SECTOR", [11], [11], [], [0, 90])


@pytest.mark.parametrize(
    ("rows", "components", "shapes", "words"),
    [
        ([CIRCLE, OUT, OTHER], None, (A, D, C), ""),
        ([CIRCLE, OUT, OTHER], [1, 1, 2], (A, D, C), ""),
        ([OTHER, OUT, CIRCLE], [1, 2, 2], (A, D, C), ""),
        ([CIRCLE, CIRCLE], [1, 1], (A,), ""),
        ([CIRCLE, OTHER], [1, 1], (), "in common"),
        ([CIRCLE, SECTOR], [1, 1], (PixelPanda(10, 10, 0, 90, 0, 5),), ""),
        ([CIRCLE, SECTOR], None, (A,), "a sector without radii"),
        ([UNKNOWN, OUT, OTHER], [1, 1, 2], (C,), "a DIAMOND is not known"),
        ([CIRCLE, ("!DIAMOND", *UNKNOWN[1:])], [1, 1], (A,), "a DIAMOND is not known"),
        ([CIRCLE, ("CIRCLE", [], [], [], [])], [1, 2], (A,), "is left out"),
    ],
)
def test_components_as_others_write_them(tmp_path, rows, components, shapes, words):
    parsed = parse_region_file(table(tmp_path / "a.fits", rows, components))
    assert parsed.region.shapes == shapes
    assert words in " ".join(parsed.unsupported)
    assert bool(words) == bool(parsed.unsupported)


def test_a_stack_in_one_component_of_our_own_is_a_stack(tmp_path):
    path = table(tmp_path / "a.fits", [CIRCLE, OUT, OTHER], [1, 1, 1], CREATOR="nuwidgets")
    assert read_regions(path).shapes == (A, D, C)


def test_degrees_of_a_map_are_not_used(tmp_path):
    path = table(tmp_path / "a.fits", [CIRCLE], TUNIT1="deg")
    with pytest.raises(FileError, match="in degrees of a sky map"):
        read_regions(path)


def test_real_tables(shared_data):
    sets = shared_data / "fit_sets"
    with pytest.raises(FileError, match="no table with SHAPE, X and Y"):
        read_regions(sets / "chandra_type2_3c120/3c120_pha2.gz")  # of wavelengths
    (circle,) = read_regions(sets / "xmm_ngc7793_ulx4_pn/PN_spectrum_grp20.fits").shapes
    assert isinstance(circle, PixelCircle)
    (circle,) = read_regions(
        shared_data / "nustar_spectra/vela_x1_90402339002_A/nu90402339002A01_sr.pha", PLANE
    ).shapes
    assert isinstance(circle, Circle)
    assert (circle.ra_deg, circle.dec_deg) == pytest.approx((135.5286, -40.5547), abs=0.02)
