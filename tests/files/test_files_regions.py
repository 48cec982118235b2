"""Regions: DS9's dialect, every unit and frame, the way out and back, and what is refused."""

from __future__ import annotations

import builtins

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from region_samples import DEC, RA, pixel_shapes, sky_shapes

from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelPanda,
    PixelPolygon,
)
from nuwidgets.domain.region import Annulus, Box, Circle, Ellipse, Panda, Polygon, Region
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import FileError, InputError, NuwidgetsError
from nuwidgets.files.astropy_regions import from_astropy, to_astropy
from nuwidgets.files.regions import (
    format_regions,
    parse_angle,
    parse_region_file,
    parse_regions,
    read_regions,
    write_regions,
)
from nuwidgets.files.sky_frames import turn, turned_angle_deg

PLANE = TangentPlane(321.9, 56.9, 499.5, 499.5, -0.0006828076, 0.0006828076)


def only(text, plane=None):
    parsed = parse_regions(text, plane)
    assert parsed.unsupported == ()
    (shape,) = parsed.region.shapes
    return shape


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ('fk5\ncircle(10.5,-20.25,150")', Circle(10.5, -20.25, 150)),
        ("fk5;circle 10.5 -20.25 2.5'", Circle(10.5, -20.25, 150)),
        ("FK5\nCIRCLE(10.5d, -20.25d, 0.5d)", Circle(10.5, -20.25, 1800)),
        ("fk5\n circle( 10.5 , -20.25 , 0.5 )", Circle(10.5, -20.25, 1800)),
        ('j2000; circle(0:42:00,-20:15:00,150")', Circle(10.5, -20.25, 150)),
        ('circle(0:42:00,+20:15:00,150")', Circle(10.5, 20.25, 150)),
        ('fk5;circle(0h42m0.0s,-0d15m0s,150")', Circle(10.5, -0.25, 150)),
        ('fk5 circle(10.5,-20.25,150")', Circle(10.5, -20.25, 150)),
        ("circle(500,501,20)", PixelCircle(499, 500, 20)),
        ("physical;circle(500,501,20)", PixelCircle(499, 500, 20)),
        ("image\ncircle(500i,501p,20p)", PixelCircle(499, 500, 20)),
        ("circle 500 501 20", PixelCircle(499, 500, 20)),
        ("-circle(500,501,20)", PixelCircle(499, 500, 20, exclude=True)),
        ("!circle(500,501,20)", PixelCircle(499, 500, 20, exclude=True)),
        ("+circle(500,501,20) # color=red text={a;b}", PixelCircle(499, 500, 20)),
        ("annulus(500,501,20,40)", PixelAnnulus(499, 500, 20, 40)),
        ('fk5;annulus(1,2,3",4")', Annulus(1, 2, 3, 4)),
        ("ellipse(500,501,20,40)", PixelEllipse(499, 500, 20, 40)),
        ('fk5;ellipse(1,2,3",4",30)', Ellipse(1, 2, 3, 4, 30)),
        ("box(500,501,20,40,450)", PixelBox(499, 500, 20, 40, 450)),
        ('fk5;rotbox(1,2,3",4",30d)', Box(1, 2, 3, 4, 30)),
        ("rectangle(1,2,11,22)", PixelBox(5, 11, 10, 20)),
        ("rectangle(1,2,11,22,30)", PixelBox(5, 11, 10, 20, 30)),
        ("fk5;rectangle(1,2,3,4)", Polygon((1, 3, 3, 1), (2, 2, 4, 4))),
        ("polygon(1,1,5,1,5,5)", PixelPolygon((0, 4, 4), (0, 0, 4))),
        ("fk5;polygon(1,1,5,1,5,5)", Polygon((1, 5, 5), (1, 1, 5))),
        ("\ufeffphysical\r\ncircle(1.5e2,.5,2.)\r\n", PixelCircle(149, -0.5, 2)),
        ("global color=green\n\n# a comment; circle(1,2,3)\ncircle(1,2,3)", PixelCircle(0, 1, 3)),
    ],
)
def test_dialect(text, shape):
    assert only(text) == shape


def test_radians_and_galactic():
    shape = only("fk5;circle(0.5r,0.25r,0.001r)")
    assert (shape.ra_deg, shape.dec_deg) == pytest.approx(np.degrees([0.5, 0.25]))
    assert shape.radius_arcsec == pytest.approx(206.26480624709637)
    shape = only('galactic;circle(0,0,10")')
    assert (shape.ra_deg, shape.dec_deg) == pytest.approx((266.40500, -28.93617), abs=1e-4)


def test_sizes_in_the_other_units_need_a_plane():
    assert only("fk5;circle(10,20,5p)", PLANE).radius_arcsec == pytest.approx(
        5 * PLANE.pixel_arcsec
    )
    assert only('physical;circle(10,20,5")', PLANE).radius == pytest.approx(5 / PLANE.pixel_arcsec)
    for text in ("fk5;circle(10,20,5p)", 'physical;circle(10,20,5")'):
        with pytest.raises(InputError, match="needs the pixels of an event file"):
            parse_regions(text)


def test_several_shapes_keep_their_order_and_frames():
    parsed = parse_regions('fk5\ncircle(1,2,3");-box(1,2,3",4",0)\nimage\ncircle(1,2,3)')
    names = [type(s).__name__ for s in parsed.region.shapes]
    assert names == ["Circle", "Box", "PixelCircle"]
    assert parsed.frame == "image"
    assert parse_regions("").region == Region()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fk5;line(1,2,3,4)", "a line is not supported"),
        ("# vector(1,2,3,4) vector=1", "a vector is not supported"),
        ("# text(1,2) text={N}", "a text is not supported"),
        ("# epanda(1,2,0,360,4,0,0,10,20,1,0)", "an epanda is not supported"),
        ("sector(1,2,0,360)", "a sector is not supported"),
        ("box(1,2,3,4,5,6,7)", "several boxes"),
        ("annulus(1,2,0,0)", "it has no size"),
        ("panda(1,2,0,360,4,0,0,1)", "it has no size"),
        ("ellipse(1,2,3,4,0,6,7)", "it has no size"),
        ("fk5;rectangle(1,2,3,4,30)", "a turned rectangle"),
        ('fk5;circle(1,2,0")', "it has no size"),
        ("box(1,2,3,0,0)", "it has no size"),
        ("fk4;circle(1,2,3)", "fk4 coordinates are not supported"),
        ("wcsa;circle(1,2,3)", "wcsa coordinates are not supported"),
        ("tile 3;line(1,2,3,4)", "a line is not supported"),
    ],
)
def test_what_is_left_out_is_reported(text, words):
    parsed = parse_regions(text)
    assert parsed.region == Region()
    assert len(parsed.unsupported) == 1
    assert words in parsed.unsupported[0]
    assert "line 1" in parsed.unsupported[0]


def test_joined_shapes_are_taken_and_reported():
    parsed = parse_regions("circle(1,2,3) ||\ncircle(5,6,7)")
    assert len(parsed.region.shapes) == 2
    assert "'||' is ignored" in parsed.unsupported[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("circle(1,2,3", r"line 1: a parenthesis is not closed at the end \(character 13\)"),
        ("\n\ncircle(1,2,x)", r"line 3: a number is wrong at 'x' \(character 12\)"),
        ("circle(1,2,3) blob", "something follows the shape at 'b'"),
        ("crcle(1,2,3)", "'crcle' is no shape that is known at 'c'"),
        ("(1,2,3)", "a word is wrong"),
        ("circle(1,2)", "3 numbers make a circle, 2 were given"),
        ("ellipse(1,2,3)", "4 or more numbers make an ellipse, 3"),
        ("annulus(1,2,3)", "4 or more numbers make an annulus, 3"),
        ("panda(1,2,0,90,1,3,4)", "8 numbers make a panda, 7"),
        ("point(1,2,3)", "2 numbers make a point, 3"),
        ("annulus(1,2,3,4,n=0)", "0 rings or sectors were asked for, 1 to 1000"),
        ("panda(1,2,0,90,1.5,3,4,1)", "1.5 rings or sectors"),
        ("panda(1,2,0,90,500,3,4,500)", "250000 rings or sectors"),
        ("circle(1,2,n=3)", "n= stands where a size is expected"),
        ("circle(1,n=2,3)", "a pixel has the unit 'n'"),
        ("fk5;circle(1,n=2,3)", "a sky coordinate has the unit 'n'"),
        ("elliptannulus(1,2,3,4,5,6,7,8)", "two angles of an elliptical annulus must be equal"),
        ("annulus(1,2,3,5,4)", "0 <= inner < outer"),
        ("polygon(1,2,3,4,5)", "an even number of numbers make a polygon, 5"),
        ("polygon(1,2,3,4)", "three or more corners"),
        ("circle(1,2,-3)", "radius is -3.0, and must be above 0"),
        ("annulus(1,2,4,3)", "0 <= inner < outer"),
        ("fk5;circle(1,92,3)", "outside of -90 to 90"),
        ("fk5;circle(1p,2,3)", "a sky coordinate has the unit 'p'"),
        ('physical;circle(1",2,3)', "a pixel has the unit"),
        ('fk5;box(1,2,3",4",5")', "an angle has the unit"),
        ("fk5;circle(1,2,0:0:10)", "a size has colons"),
        ("circle(1e999,2,3)", "x is inf"),
    ],
)
def test_broken_lines_say_where(text, words):
    with pytest.raises(InputError, match=words):
        parse_regions(text, where="src.reg")


@pytest.mark.parametrize("text", ["circle(1,2,3", "crcle(1,2,3)"])
def test_the_file_is_named(tmp_path, text):
    (tmp_path / "bad.reg").write_text(text)
    with pytest.raises(InputError, match=r"bad\.reg, line 1"):
        read_regions(tmp_path / "bad.reg")


def test_real_region_files(shared_data):
    folder = shared_data / "regions_images"
    shapes = {p.name: len(parse_region_file(p).region.shapes) for p in folder.glob("*.reg")}
    assert shapes == {
        "Source_NE.reg": 1, "bg_30001002001A.reg": 2, "bg_30001002004A.reg": 2,
        "bg_30302006006A.reg": 1, "srcA01.reg": 1, "testbox.reg": 2, "testbox0.reg": 2,
    }  # fmt: skip
    parsed = parse_region_file(folder / "Source_NE.reg")
    assert len(parsed.unsupported) == 7
    assert read_regions(folder / "srcA01.reg").shapes == (Circle(84.918732, -69.742216, 60.0),)
    box = read_regions(folder / "bg_30001002001A.reg").shapes[1]
    assert (box.width_arcsec, box.height_arcsec, box.angle_deg) == (110.898, 60.2198, 240)
    assert box.ra_deg == pytest.approx(15 * (17 + 45 / 60 + 55.495 / 3600), abs=1e-12)
    table = read_regions(folder / "acisf07999_000N001_r0035_reg3.fits")
    assert isinstance(table.shapes[0], PixelEllipse)


def test_real_region_files_agree_with_the_regions_package(shared_data):
    regions = pytest.importorskip("regions")
    for name in ("srcA01.reg", "bg_30001002001A.reg", "bg_30302006006A.reg"):
        path = shared_data / "regions_images" / name
        theirs = from_astropy(regions.Regions.read(path, format="ds9"))
        for a, b in zip(read_regions(path).shapes, theirs.shapes, strict=True):
            assert type(a) is type(b)
            for field in ("ra_deg", "dec_deg", "radius_arcsec", "width_arcsec", "angle_deg"):
                if hasattr(a, field):
                    assert getattr(a, field) == pytest.approx(getattr(b, field), abs=1e-9)


def test_files_that_are_no_region_files(tmp_path, shared_data):
    (tmp_path / "a.reg").write_bytes(b"circle\0")
    with pytest.raises(FileError, match="it is not text"):
        read_regions(tmp_path / "a.reg")
    with pytest.raises(FileError, match="There is no region file"):
        read_regions(tmp_path / "nope.reg")
    with pytest.raises(FileError, match="Cannot open the region file"):
        read_regions(tmp_path)
    (tmp_path / "b.reg").write_text("fk5\nline(1,2,3,4)\n")
    with pytest.raises(FileError, match=r"no usable region .* a line is not supported"):
        read_regions(tmp_path / "b.reg")
    (tmp_path / "b.reg").write_text('fk5\ncircle(1,2,3")\nline(1,2,3,4)\n')
    with pytest.raises(InputError, match=r"all of .* a line is not supported\. Take out what"):
        read_regions(tmp_path / "b.reg")
    assert read_regions(tmp_path / "b.reg", skip_unsupported=True).shapes == (Circle(1, 2, 3),)
    (tmp_path / "c.reg").write_text("# nothing\n")
    with pytest.raises(FileError, match="It has no shape at all"):
        read_regions(tmp_path / "c.reg")
    with pytest.raises(FileError, match="no table with SHAPE"):
        read_regions(shared_data / "nustar_events/gtis.fits")


# ---- out and back

SKY, PIXEL = sky_shapes(), pixel_shapes()


def assert_same(region, back, tolerance=1e-9, without=()):
    assert len(region.shapes) == len(back.shapes)
    for a, b in zip(region.shapes, back.shapes, strict=True):
        assert type(a) is type(b)
        for name, value in vars(a).items():
            if name in without:
                continue
            difference = np.abs(np.subtract(value, getattr(b, name), dtype=float))
            if name == "ra_deg":
                difference = np.minimum(difference, 360 - difference)
                difference = difference * np.cos(np.radians(a.dec_deg))
            assert np.all(difference <= tolerance), name


@pytest.mark.parametrize("number_format", ["degrees", "sexagesimal"])
@pytest.mark.parametrize("frame", ["fk5", "icrs", "galactic"])
@settings(max_examples=100, deadline=None)
@given(shapes=st.lists(SKY, min_size=1, max_size=3))
def test_sky_regions_survive_the_way_out_and_back(frame, number_format, shapes):
    region = Region(tuple(shapes))
    text = format_regions(region, frame, format=number_format)
    parsed = parse_regions(text)
    assert parsed.unsupported == ()
    assert parsed.frame == frame
    pairs = list(zip(region.shapes, parsed.region.shapes, strict=True))
    for a, b in pairs:
        for name in {"angle_deg", "start_deg"} & vars(a).keys():
            off = (getattr(a, name) - getattr(b, name) + 180) % 360 - 180
            assert abs(off) < 1e-9
        if isinstance(a, Panda):
            assert b.stop_deg - b.start_deg == pytest.approx(a.stop_deg - a.start_deg, abs=1e-8)
    assert_same(region, parsed.region, without=("angle_deg", "start_deg", "stop_deg"))


@pytest.mark.parametrize("frame", ["physical", "image"])
@settings(max_examples=100, deadline=None)
@given(shapes=st.lists(PIXEL, min_size=1, max_size=3))
def test_pixel_regions_survive_the_way_out_and_back(frame, shapes):
    region = Region(tuple(shapes))
    assert_same(region, parse_regions(format_regions(region, frame)).region)


@settings(max_examples=50, deadline=None)
@given(lon=RA, lat=DEC)
def test_frames_agree_with_astropy(lon, lat):
    from astropy.coordinates import SkyCoord

    there = SkyCoord(lon, lat, unit="deg", frame="icrs")
    for to in ("fk5", "galactic"):
        mine = SkyCoord(*turn(lon, lat, "icrs", to), unit="deg", frame=to)
        other = there.transform_to(to)
        assert mine.separation(other).deg < 1e-9
        north = there.directional_offset_by(0, 1 * 1e-3 * there.data.lat.unit).transform_to(to)
        expected = other.position_angle(north).to_value("deg")
        off = (turned_angle_deg(lon, lat, "icrs", to) - expected + 180) % 360 - 180
        assert abs(off) * np.cos(np.radians(lat)) < 1e-3


def test_sexagesimal_seconds_never_reach_sixty():
    text = format_regions(Circle(359.99999999999, -29.99999999999, 10), format="sexagesimal")
    assert ":60" not in text
    text = format_regions(Circle(14.9999999999999, 0.99999999999999, 10), format="sexagesimal")
    assert 'circle(01:00:00.0000000000,+01:00:00.000000000,10.0")' in text


def test_a_plane_takes_shapes_to_the_other_side():
    text = format_regions(PixelCircle(499.5, 499.5, 10), "fk5", PLANE)
    assert only(text).ra_deg == pytest.approx(321.9)
    text = format_regions(Circle(321.9, 56.9, 10), "physical", PLANE)
    assert only(text).x == pytest.approx(499.5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((Circle(1, 2, 3), "fk4"), r"Cannot write regions in 'fk4'. Did you mean 'fk5'"),
        ((Circle(1, 2, 3), "fk5", None, "hms"), "Cannot write numbers as 'hms'"),
        ((PixelCircle(1, 2, 3), "fk5"), "Give the plane of its event file"),
        ((Circle(1, 2, 3), "physical"), "no sky coordinates"),
    ],
)
def test_what_cannot_be_written_is_said(arguments, words):
    with pytest.raises(InputError, match=words):
        format_regions(*arguments)


def test_files_out(tmp_path):
    region = Region((Circle(1, 2, 3), Circle(1, 2, 1, exclude=True)))
    write_regions(tmp_path / "a.reg", region)
    assert read_regions(tmp_path / "a.reg") == region
    with pytest.raises(FileError, match="exists and is not overwritten"):
        write_regions(tmp_path / "a.reg", region)
    write_regions(tmp_path / "a.reg", region.shapes[0], overwrite=True)
    assert read_regions(tmp_path / "a.reg").shapes == (region.shapes[0],)
    assert (tmp_path / "a.reg").read_text().splitlines()[2:] == ["fk5", 'circle(1.0,2.0,3.0")']


@pytest.mark.parametrize(
    ("text", "hours", "degrees"),
    [
        ("10.5", True, 10.5), ("0:42:00", True, 10.5), ("-0:30:00", False, -0.5),
        ("0h42m0s", False, 10.5), ("10d30m0s", False, 10.5), ("3.141592653589793r", True, 180.0),
    ],
)  # fmt: skip
def test_angles(text, hours, degrees):
    assert parse_angle(text, hours=hours) == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("text", "words"), [("abc", "hours, e.g."), ('10"', "as an angle"), ("", "as an angle")]
)
def test_what_is_no_angle_is_said(text, words):
    with pytest.raises(InputError, match=words):
        parse_angle(text, hours=True)


# ---- astropy regions


@settings(max_examples=50, deadline=None)
@given(
    shapes=st.lists(
        st.one_of(SKY, PIXEL).filter(lambda s: not isinstance(s, Panda | PixelPanda)),
        min_size=1,
        max_size=4,
    )
)
def test_exchange_with_astropy(shapes):
    pytest.importorskip("regions")
    region = Region(tuple(shapes))
    assert_same(region, from_astropy(to_astropy(region)))


@pytest.mark.parametrize("shape", [Panda(1, 2, 0, 90, 3, 4), PixelPanda(1, 2, 0, 90, 3, 4)])
def test_what_astropy_lacks_is_said(shape):
    pytest.importorskip("regions")
    with pytest.raises(InputError, match="have no sectors of annuli"):
        to_astropy(shape)


def test_astropy_kinds_that_cannot_be_used():
    regions = pytest.importorskip("regions")
    line = regions.LinePixelRegion(regions.PixCoord(1, 2), regions.PixCoord(3, 2))
    with pytest.raises(InputError, match="Cannot use a LinePixelRegion"):
        from_astropy(line)


def test_without_the_regions_package(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "regions":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match="pip install regions"):
        to_astropy(Circle(1, 2, 3))


# ---- fuzz

WORDS = st.sampled_from(
    ["fk5", "icrs", "image", "physical", "global", "circle", "annulus", "box", "polygon", "ellipse",
     "line", "panda", "point", "elliptannulus", "pie", "n=2", "text={a}", "background", "(", ")", ",", ";", "#", "\n", "-", "!", "+", "||", '"', "'", "1", "2.5", "-3e4", "1:2:3",
     "10d", "5p", "0", "\x00", "é", "{", "}", "1e999", "rectangle", "tile", "wcsa", " "]
)  # fmt: skip


def only_our_errors(text):
    try:
        parsed = parse_regions(text, PLANE)
    except NuwidgetsError:
        return
    assert isinstance(parsed.region, Region)


@pytest.mark.slow
@settings(
    max_examples=6000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_any_words_give_shapes_or_our_errors(text):
    only_our_errors(text)


@pytest.mark.slow
@settings(
    max_examples=4000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(st.text(max_size=60))
def test_any_text_gives_shapes_or_our_errors(text):
    only_our_errors(text)
