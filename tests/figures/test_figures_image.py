"""Images as they are looked at: colours, part of the sky, overlays."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import InputError
from nuwidgets.figures import save_figure
from nuwidgets.figures.image_panes import Pane, Stroke, figure_panes
from nuwidgets.figures.image_scale import STRETCHES, colours_of, ink_on, norm_of
from nuwidgets.widgets.image_view import COLORMAPS
from nuwidgets.widgets.image_view import STRETCHES as SCREEN

PLANE = TangentPlane(321.94, 56.94, 50.0, 50.0, -0.0006828, 0.0006828)
RNG = np.random.default_rng(4)
VALUES = RNG.poisson(3.0, (100, 120)).astype(float)


def pane(**more):
    return Pane(VALUES, **{"plane": PLANE, "title": "A_1, 3-10 keV", "limits": (0.0, 9.0), **more})


@pytest.mark.parametrize("stretch", SCREEN)
def test_every_stretch_of_the_screen_has_a_way_back(stretch):
    norm = norm_of(stretch, (2.0, 9.0), VALUES)
    values = np.linspace(2.0, 9.0, 30)
    levels = norm(values)
    assert (levels[0], levels[-1]) == pytest.approx((0.0, 1.0))
    assert np.all(np.diff(levels) > 0)
    np.testing.assert_allclose(norm.inverse(levels), values, atol=2e-2)
    assert norm(1.0) == 0.0
    assert norm(12.0) == 1.0


def test_stretches_are_those_of_ds9():
    t = 0.25
    there = {name: float(curve[0](np.array(t))) for name, curve in STRETCHES.items()}
    assert there["log"] == pytest.approx(np.log10(251.0) / np.log10(1001.0))
    assert there["asinh"] == pytest.approx(np.arcsinh(2.5) / np.arcsinh(10.0))
    assert (there["sqrt"], there["squared"], there["linear"]) == (0.5, 0.0625, 0.25)


def test_equalised_colours_have_as_many_pixels_each():
    levels = np.asarray(norm_of("histogram", (0.0, 1.0), VALUES / 20.0)(np.sort(VALUES / 20.0)))
    inside = levels[(levels > 0)]
    assert np.median(inside) == pytest.approx(0.5, abs=0.15)
    flat = norm_of("histogram", (0.0, 1.0), np.zeros((3, 3)))
    assert flat(0.5) == pytest.approx(0.5)


@pytest.mark.parametrize("name", COLORMAPS)
def test_every_colour_map_of_the_screen_is_known(name):
    colours = colours_of(name, "#123456")
    assert colours.N == 256
    assert colours.get_bad()[:3] == pytest.approx((0x12 / 255, 0x34 / 255, 0x56 / 255))
    assert ink_on(name) == ("#000000" if name == "inverted gray" else "#FFFFFF")


def test_unknown_colours_are_refused():
    with pytest.raises(InputError, match=r"with 'virdis'\. Did you mean 'viridis'"):
        colours_of("virdis", "black")
    with pytest.raises(InputError, match=r"stretch 'lgo'\. Did you mean 'log'"):
        norm_of("lgo", (0.0, 1.0), VALUES)
    with pytest.raises(InputError, match="Cannot draw images: there is none"):
        figure_panes([])


def test_tiles_are_drawn_as_they_are_looked_at(tmp_path):
    ring = np.linspace(0, 2 * np.pi, 50)
    stroke = Stroke(
        60 + 20 * np.cos(ring), 50 + 20 * np.sin(ring), "#00C853", "--", "DET0", fill=True
    )
    extras = frozenset({"grid", "compass", "scale"})
    shown = pane(
        box=(20.0, 100.0, 10.0, 90.0), strokes=(stroke,), marks=((50.0, 60.0, "a $b_"),),
        extras=extras, colours=("viridis", "sqrt"),
    )  # fmt: skip
    figure = figure_panes([shown, shown, pane(), pane(plane=None, axes=("DET1 X", "DET1 Y"))])
    images = [axes for axes in figure.axes if axes.images]
    assert len(images) == 4
    first, *_, last = images
    assert (first.get_xlim(), first.get_ylim()) == ((20.0, 100.0), (10.0, 90.0))
    assert first.images[0].cmap.name == "viridis"
    assert first.images[0].norm.vmax == 9.0
    words = [text.get_text().strip() for text in first.texts]
    assert {"N", "E", "DET0", "a $b_", "30″"} <= set(words)
    assert first.lines[0].get_linestyle() == "--"
    assert len(first.patches) >= 1
    assert not images[2].texts
    assert (last.get_xlabel(), last.get_ylabel()) == ("DET1 X", "")
    assert first.get_title() == "A_1, 3-10 keV"
    lefts, bottoms = ({round(a.get_position().bounds[i], 3) for a in images} for i in (0, 1))
    assert (len(lefts), len(bottoms)) == (2, 2)
    for kind in ("png", "pdf"):
        assert save_figure(figure, tmp_path / f"tiles.{kind}").stat().st_size > 10_000


def test_the_scale_bar_is_as_long_as_it_says():
    figure = figure_panes([pane(extras=frozenset({"scale"}), box=(0.0, 100.0, 0.0, 100.0))])
    (bar,) = figure.axes[0].lines
    x = bar.get_xdata()
    assert (x[1] - x[0]) * PLANE.pixel_arcsec == pytest.approx(60.0)
    wide = figure_panes([pane(extras=frozenset({"scale"}), box=(50.0, 51.0, 50.0, 51.0))])
    x = wide.axes[0].lines[0].get_xdata()
    assert x[1] - x[0] == pytest.approx(0.3)


def test_pixels_without_a_value_are_empty():
    values = VALUES.copy()
    values[:10] = np.nan
    figure = figure_panes([Pane(values, limits=(0.0, 9.0))], look="print")
    assert figure.axes[0].images[0].get_array().mask[:10].all()
    assert figure.axes[0].get_xlabel() == "x [pixel]"


def test_small_and_large_values_have_a_common_power_of_ten():
    figure = figure_panes([Pane(VALUES * 1e-6, limits=(0.0, 2e-5), unit="counts s⁻¹ px⁻¹")])
    bar = figure.axes[1]
    assert bar.get_ylabel() == "$10^{-5}$ counts s⁻¹ px⁻¹"
    assert bar.get_yticklabels()[-1].get_text() == "2"
    plain = figure_panes([Pane(VALUES, limits=(0.0, 9.0))]).axes[1]
    assert plain.get_yticklabels()[-1].get_text() == "9"
    assert plain.get_ylabel() == "counts per pixel"
