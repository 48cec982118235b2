"""Several regions in one file: roles and names in DS9's marks and in FITS tables."""

from __future__ import annotations

import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st
from region_samples import pixel_shapes, sky_shapes

from nuwidgets.domain.named_regions import LONGEST, NamedRegions
from nuwidgets.domain.pixel_shapes import PixelCircle, PixelPanda
from nuwidgets.domain.region import Circle, Region
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.ds9_marks import mark_of
from nuwidgets.files.region_sets import format_region_set, read_region_set, write_region_set
from nuwidgets.files.regions import parse_region_file, parse_regions

PLANE = TangentPlane(321.9, 56.9, 499.5, 499.5, -0.0006828076, 0.0006828076)
SOURCE, BACKGROUND, KNOT = Circle(10, 20, 60), Circle(10, 20.1, 90), Circle(10.1, 20, 5)
HOLE = Circle(10, 20.11, 9, exclude=True)
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=LONGEST
).filter(lambda name: name.isprintable() and name not in ("source", "background"))


def set_of(text):
    return {name: region.shapes for name, region in parse_regions(text).named.items()}


@pytest.mark.parametrize(
    ("properties", "mark"),
    [
        ("color=red width=2 text={NE knot}", "NE knot"),
        ('text="NE {2}"', "NE {2}"),
        ("text='a' font=\"helvetica 10 normal\"", "a"),
        ("tag={Group 1} tag={b} text={a}", "Group 1"),
        ("tag={b} tag={background}", "background"),
        ("color=red background", "background"),
        ("source=0", "background"),
        ("background=1 text={bkg}", "background"),
        ("text={background stars}", "background stars"),
        ("text={  a \t b }", "a b"),
        ("text={" + "x" * 90 + "}", "x" * LONGEST),
        ("point=cross 15 dash=1", ""),
        ("", ""),
    ],
)
def test_marks(properties, mark):
    assert mark_of(properties) == mark


def test_what_stands_in_a_file_is_told_apart():
    found = set_of(
        "global color=green source=1\nphysical\ncircle(1,1,5) # color=white\n"
        "circle(50,50,9) # background\ncircle(30,1,2) # text={NE knot}\n"
        "-circle(2,2,1)\n-circle(51,51,1) # background tag={hole}\n"
    )
    out = PixelCircle(1, 1, 1, exclude=True)
    assert found == {
        "source": (PixelCircle(0, 0, 5), out),
        "background": (PixelCircle(49, 49, 9), out, PixelCircle(50, 50, 1, exclude=True)),
        "NE knot": (PixelCircle(29, 0, 2), out),
    }


def test_a_file_may_say_that_all_is_background():
    assert list(set_of("global source=0\ncircle(1,1,5)")) == ["background"]
    assert set_of("-circle(1,1,5)") == {"source": (PixelCircle(0, 0, 5, exclude=True),)}
    assert set_of("# nothing") == {}


def test_the_text_of_a_set():
    regions = {"source": SOURCE, "background": [BACKGROUND, HOLE], "NE knot": [KNOT, HOLE]}
    assert format_region_set(regions).splitlines()[2:] == [
        "fk5",
        'circle(10.0,20.0,60.0") # tag={source}',
        'circle(10.0,20.1,90.0") # tag={background} background',
        '-circle(10.0,20.11,9.0") # tag={background} background',
        'circle(10.1,20.0,5.0") # tag={NE knot} text={NE knot}',
        '-circle(10.0,20.11,9.0") # tag={NE knot}',
    ]
    named = NamedRegions.of({"a{b}": KNOT, 'it\'s {"x"}': KNOT})
    lines = format_region_set(named).splitlines()[3:]
    assert lines[0].endswith('# tag="a{b}" text="a{b}"')
    assert lines[1].endswith("""# tag={it's ("x")} text={it's ("x")}""")


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.one_of(st.sampled_from(["source", "background"]), NAMES),
        st.lists(sky_shapes(), min_size=1, max_size=3).map(tuple).map(Region),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_names_survive_the_way_out_and_back(regions):
    quoted = {name for name in regions if any(letter in name for letter in "{}\"'")}
    back = parse_regions(format_region_set(regions)).named
    assert [len(back[name].shapes) for name in regions if name not in quoted] == [
        len(region.shapes) for name, region in regions.items() if name not in quoted
    ]
    assert len(back) == len(regions) or quoted


@pytest.mark.parametrize("ending", [".reg", ".fits", ".fits.gz"])
def test_files_of_sets(tmp_path, ending):
    path = tmp_path / f"set{ending}"
    regions = {
        "source": Region((PixelCircle(10, 20, 5), PixelCircle(11, 20, 2, exclude=True))),
        "background": Region((PixelCircle(50, 20, 5),)),
        "NE knot": Region((PixelPanda(10, 20, 0, 90, 5, 9),)),
        "other": Region((PixelCircle(90, 20, 5),)),
    }
    write_region_set(path, regions, "physical")
    assert read_region_set(path) == regions
    with pytest.raises(FileError, match="exists and is not overwritten"):
        write_region_set(path, regions, "physical")
    write_region_set(path, {"source": regions["other"]}, "physical", overwrite=True)
    assert read_region_set(path) == {"source": regions["other"]}


def test_what_cannot_be_a_set(tmp_path):
    with pytest.raises(InputError, match="Cannot name a region"):
        write_region_set(tmp_path / "a.reg", {"": SOURCE})
    with pytest.raises(InputError, match="plain letters"):
        write_region_set(tmp_path / "a.fits", {"Größe": PixelCircle(1, 2, 3)})
    (tmp_path / "b.reg").write_text("fk5\nline(1,2,3,4)\ncircle(1,2,3) # background\n")
    with pytest.raises(InputError, match="a line is not supported"):
        read_region_set(tmp_path / "b.reg")
    assert list(read_region_set(tmp_path / "b.reg", skip_unsupported=True)) == ["background"]


@settings(max_examples=40, deadline=None)
@given(st.lists(pixel_shapes(), min_size=1, max_size=4))
def test_unmarked_includes_are_the_source(shapes):
    parsed = parse_regions(format_region_set({"source": Region(tuple(shapes))}, "physical"))
    assert list(parsed.named) == ["source"]
    assert parsed.named["source"] == parsed.region


def test_real_files(shared_data):
    folder = shared_data / "regions_images"
    tables = read_region_set(folder / "acisf07999_000N001_r0035_reg3.fits")
    assert {name: len(region.shapes) for name, region in tables.items()} == {
        "source": 1, "background": 3,
    }  # fmt: skip
    assert [shape.exclude for shape in tables["background"].shapes] == [False, True, True]
    with fits.open(folder / "acisf07999_000N001_r0035_reg3.fits") as file:
        header = file["SRCREG"].header
        place = header["RA"], header["DEC"]
    on_sky = read_region_set(folder / "acisf07999_000N001_r0035_reg3.fits", PLANE)
    ellipse = on_sky["source"].shapes[0]
    assert (ellipse.ra_deg, ellipse.dec_deg) == pytest.approx(place, abs=1e-5)
    assert ellipse.semi_x_arcsec == pytest.approx(0.492 * tables["source"].shapes[0].semi_x)
    for path in folder.glob("*.reg"):
        parsed = parse_region_file(path)
        assert sum(len(r.shapes) for r in parsed.named.values()) == len(parsed.region.shapes)
        assert len(parsed.unsupported) == {
            "Source_NE.reg": 7,
            "testbox.reg": 1,
            "testbox0.reg": 1,
        }.get(path.name, 0)
