"""Figures of many observations: each in its place, in the same colours and on the same axes."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.sky import TangentPlane
from nuwidgets.domain.thumbnails import Thumbnails
from nuwidgets.errors import InputError
from nuwidgets.figures.image_grid import figure_image_grid
from nuwidgets.figures.spectrum_grid import figure_spectrum_grid
from nuwidgets.science.small_spectra import SmallSpectrum

PLANE = TangentPlane(136.0, -32.0, 3.5, 3.5, -75 / 3600, 75 / 3600)


def hue(line):
    from matplotlib.colors import to_hex

    return to_hex(line.get_color())


def thumbnails(n=7):
    counts = np.arange(n * 64, dtype=np.uint16).reshape(n, 8, 8)
    names = tuple("abcdefgh"[:n])
    each = np.full(n, 75.0), np.full(n, 500.0), 59000.0 + np.arange(n)
    return Thumbnails(names, counts, (PLANE,) * n, *each, 10.0, (136.0, -32.0))


def spectrum(top=1.0, *, with_model=True):
    edges = np.array([0.3, 0.6, 1.2, 2.4, 4.8])
    rate = top / edges[:-1]
    model = rate if with_model else np.full(4, np.nan)
    return SmallSpectrum(edges[:-1], edges[1:], rate, rate / 10, model, 4)


def test_images_stand_in_rows_with_one_bar_and_the_same_colours():
    figure = figure_image_grid(thumbnails())
    *images, bar = figure.get_axes()
    assert len(images) == 7
    assert [axes.get_title(loc="left") for axes in images] == [*"abcdefg"]
    norms = {id(axes.images[0].norm) for axes in images}
    assert len(norms) == 1
    assert images[0].images[0].norm.vmax == 7 * 64 - 1
    assert bar.get_xlabel() == "counts per pixel"
    assert images[5].get_position().y1 < images[0].get_position().y0
    assert images[0].get_xlim() == (-300.0, 300.0)  # the field, arcsec


def test_tiles_say_order_and_titles_and_lines_lie_over_their_own():
    tiles = [{"id": "c", "title": "$day 3", "note": "1 ks"}, {"id": "a", "title": "day 1", "note": ""},
             {"id": "gone", "title": "", "note": ""}]  # fmt: skip
    lines = {"": [([0, 1], [0, 1], "#5DF08A", "-")], "c": [([0, 1], [5, 5], "#8FF5DC", "--")]}
    how = {"lines": lines, "limits": (0.0, 9.0), "per_ks": True, "colours": ("viridis", "sqrt")}
    figure = figure_image_grid(thumbnails(), tiles, **how)
    first, second, bar = figure.get_axes()
    assert first.get_title(loc="left") == "$day 3"
    assert first.get_title(loc="right") == "1 ks"
    assert first.lines[0].get_linestyle() == "--"
    assert hue(second.lines[0]) == "#5df08a"
    assert first.images[0].get_array().max() == 2 * (3 * 64 - 1)  # 500 s
    assert "ks" in bar.get_xlabel()
    assert first.images[0].norm.vmax == 9.0


def test_spectra_stand_on_the_same_axes():
    figure = figure_spectrum_grid({"a": spectrum(), "b": spectrum(100.0)})
    first, second = figure.get_axes()
    assert first.get_ylim() == second.get_ylim()
    assert first.get_xlim() == (0.3, 4.8)
    assert first.get_yscale() == "log"
    own = figure_spectrum_grid({"a": spectrum(), "b": spectrum(100.0)}, own_rates=True, log_y=False)
    first, second = own.get_axes()
    assert first.get_ylim()[1] < 10 < second.get_ylim()[1]
    assert first.get_yscale() == "linear"


def test_the_ratio_is_drawn_below_and_print_is_black():
    figure = figure_spectrum_grid({"a": spectrum()}, ratio=True, log_x=False, look="print")
    main, lower = figure.get_axes()
    assert hue(main.lines[-1]) == "#000000"
    assert lower.get_ylim() == (0.0, 2.0)
    assert main.get_xscale() == "linear"


def test_without_a_model_there_is_no_line():
    (axes,) = figure_spectrum_grid({"a": spectrum(with_model=False)}).get_axes()
    assert len(axes.lines) == 0
    assert len(axes.collections) == 2  # bars along x and y


def test_figures_of_nothing_and_looks_that_are_none_are_refused():
    with pytest.raises(InputError, match=r"Cannot draw the images: there is none\. Run"):
        figure_image_grid(thumbnails(0))
    with pytest.raises(InputError, match=r"Cannot draw the spectra: there is none\. Tick"):
        figure_spectrum_grid({})
    with pytest.raises(InputError, match="look 'prnt'"):
        figure_image_grid(thumbnails(), look="prnt")
    with pytest.raises(InputError, match="stretch 'lgo'"):
        figure_image_grid(thumbnails(), colours=("inferno", "lgo"))
