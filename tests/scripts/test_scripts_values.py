import pytest
from hypothesis import given
from hypothesis import strategies as st
from region_samples import pixel_shapes, sky_shapes

import nuwidgets as nw
from nuwidgets.domain.named_regions import TAKEN, NamedRegions
from nuwidgets.domain.pixel_shapes import PixelBox, PixelPoint
from nuwidgets.errors import InputError
from nuwidgets.scripts.sections import WIDTH, Section, as_script, comment, plain
from nuwidgets.scripts.values import Raw, assign, call, imports, setting, text, written
from nuwidgets.steps.grouping import as_grouping
from nuwidgets.steps.image import as_band
from nuwidgets.steps.screen import as_times

numbers = st.floats(-1e6, 1e6)
sizes = st.floats(1e-3, 1e5)
shapes = st.one_of(sky_shapes(), pixel_shapes())
regions = st.lists(shapes, max_size=4).map(tuple).map(nw.Region)
named = (
    st.dictionaries(
        st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20), regions, max_size=3
    )
    .filter(lambda all_: not set(TAKEN) & all_.keys())
    .map(NamedRegions.of)
)
bands = (
    st.tuples(sizes, sizes)
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda p: nw.Band(*sorted(p)))
)
groupings = st.one_of(
    st.sampled_from(["none", "file"]).map(nw.Grouping),
    st.builds(nw.Grouping, st.sampled_from(["min", "optsnmin"]), sizes),
    st.builds(nw.Grouping, st.just("constant"), st.integers(1, 1000)),
)
gtis = st.lists(st.tuples(numbers, numbers).map(lambda p: tuple(sorted(p))), max_size=5).map(
    lambda pairs: nw.Gti(tuple(pairs))
)
plains = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.lists(st.text()).map(tuple),
    st.lists(st.integers()).map(tuple),
)


def read(code, *values):
    names = {"nw": nw}
    exec("\n".join((*imports(*values), f"value = {code}")), names)  # noqa: S102  the test's own
    return names["value"]


@given(st.one_of(regions, shapes, bands, groupings, gtis, plains))
def test_what_is_written_reads_back_equal(value):
    assert read(written(value), value) == value
    assert "\n" not in written(value)


@given(st.one_of(regions, named, bands, groupings, gtis, plains), st.integers(0, 70))
def test_a_setting_laid_out_reads_back_equal(value, start):
    lines = assign("value" + "_" * start, setting(value))
    names = {"nw": nw}
    exec("\n".join((*imports(value), *lines)), names)  # noqa: S102  the test's own
    found = names["value" + "_" * start]
    if isinstance(value, nw.Region):
        found = nw.Region.of(found)
    elif isinstance(value, NamedRegions):
        found = NamedRegions.of(found)
    elif isinstance(value, nw.Band):
        found = as_band(found)
    elif isinstance(value, nw.Grouping):
        found = as_grouping(found)
    elif isinstance(value, nw.Gti):
        found = as_times(found)
    elif isinstance(value, tuple) and isinstance(found, str):
        found = (found,)
    assert found == value


@given(st.text())
def test_texts_are_literals_of_one_line(value):
    assert len(text(value).splitlines()) == 1
    assert eval(text(value)) == value  # noqa: S307  the test's own


@given(st.one_of(regions, gtis, st.lists(st.text(max_size=60)).map(tuple)))
def test_lines_are_as_ruff_has_them(value):
    short = [line for line in assign("a.regions.source", setting(value)) if '"' not in line]
    assert all(len(line) <= WIDTH for line in short)


@pytest.mark.parametrize(
    "value",
    [
        nw.Region((nw.Circle(1, 2, 3), PixelBox(1, 2, 3, 4, exclude=True))),
        nw.Gti(tuple((float(n), n + 0.5) for n in range(0, 40, 2))),
        nw.Gti(((450000021.654786, 450001021.654786), (450001521.654786, 450003021.654786))),
        NamedRegions.of({"NE knot": nw.Panda(1, 2, 0, 90, 3, 4), "b": [PixelBox(1, 2, 3, 4)] * 2}),
        nw.Polygon(tuple(map(float, range(30))), tuple(map(float, range(30)))),
        ("**-3. 79.-**", "it's", 'a "word"', "x" * 70),
        "y" * 80,
        "z" * 60,
    ],
)
def test_ruff_changes_nothing(value, is_formatted):
    code = (*assign("first.regions.source", setting(value)), *assign("b", [value, None]))
    lines = (*imports(value), "import nuwidgets as nw", "", *code)
    is_formatted("\n".join(lines) + "\n")
    looped = ("for each in (a, b):", *assign("each.regions.source", setting(value), "    "))
    is_formatted("\n".join(looped) + "\n")


def test_values_are_written_as_users_write_them():
    assert written(setting(nw.Band(3, 79))) == "(3.0, 79.0)"
    assert written(setting(nw.Grouping("optsnmin", 6))) == '"optsnmin 6"'
    assert written(setting(nw.Region())) == "None"
    assert written(setting(("**-3. 79.-**",))) == '"**-3. 79.-**"'
    circle = nw.Circle(321.9358, 56.9439, 150)
    assert (
        written(setting(nw.Region.of(circle)))
        == "nw.Circle(ra_deg=321.9358, dec_deg=56.9439, radius_arcsec=150.0)"
    )
    named = NamedRegions.of({"NE knot": nw.Point(1, 2)})
    assert written(setting(named)) == '{"NE knot": nw.Point(ra_deg=1.0, dec_deg=2.0)}'
    assert call("s.add", ("a",), {"b": Raw("c / d")}, target="x") == ('x = s.add("a", b=c / d)',)


def test_shapes_in_pixels_come_from_one_module():
    shapes = nw.Region((PixelBox(1, 2, 3, 4), PixelPoint(1, 2)))
    assert imports(shapes) == ("from nuwidgets.domain.pixel_shapes import PixelBox, PixelPoint",)


def test_a_number_that_words_would_round_is_written_whole():
    fine = nw.Grouping("min", 20.000000001)
    assert written(setting(fine)) == 'nw.Grouping(kind="min", scale=20.000000001)'


def test_what_is_no_setting_is_refused():
    with pytest.raises(InputError, match=r"Cannot write <object .* as code: scripts carry"):
        written((1, object()))


def test_comments_end_no_line_early():
    said = comment("first\nimport os\r\x0c\u2028exit()\x00\u202e", indent="    ")
    assert said == ("    # first", "    # import os", "    # exit()")
    assert comment("") == ()
    assert all(len(line) <= WIDTH for line in comment("word " * 100))
    assert plain("a\n\tb\x1b[0m") == "a b [0m"


def test_a_script_is_headings_sentences_and_code():
    parts = (Section("A\nb", "c.", ("x = 1", "", "y = 2")), Section("", "", ()), Section("D", ""))
    assert as_script(parts) == "# A b\n# c.\nx = 1\n\ny = 2\n\n# D\n"


names = st.from_regex(r"[A-Za-z_]\w{0,12}", fullmatch=True)
values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(-1e9, 1e9), st.text(max_size=100)
)


@given(st.dictionaries(names, values, max_size=6))
def test_parameters_are_written_as_a_dict_and_read_back_equal(given_):
    pairs = tuple(given_.items())
    lines = assign("value", setting(pairs, "parameters"))
    scope = {}
    exec("\n".join(lines), scope)  # noqa: S102  the test's own
    assert scope["value"] == given_
    assert tuple(scope["value"].items()) == pairs


def test_a_long_dict_takes_a_line_for_each_parameter(is_formatted):
    long = {f"parameter{n}": "x" * 20 for n in range(3)} | {"nothing": None}
    code = "\n".join(assign("value", long)) + "\n"
    assert code.count("\n") == 6
    is_formatted(code)
