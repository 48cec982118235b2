"""Dots and dates of CurveView in a real JupyterLab: drawn, brushed, looked at."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

DOTS = """
import numpy as np
from nuwidgets.domain.colors import FIRST, SECOND
from nuwidgets.widgets.curve_view import CurveView, PanelSpec
rng = np.random.default_rng(1)
mjd = 56100 + np.sort(rng.uniform(0, 4000, 60)); exposure_s = 10 ** rng.normal(4.3, 0.4, 60)
plot = CurveView("MJD", [PanelSpec("exposure [s]", log_y=True, height_px=180)], alt="60 exposures")
plot.add_dots("found", color=FIRST, hollow=True, label="found")
plot.add_dots("picked", color=SECOND, label="picked")
plot.set_dots("found", mjd, np.where(mjd == mjd[4], 0, exposure_s))
plot.set_dots("picked", mjd[10:13], exposure_s[10:13])
plot.brush_enabled = True
plot
"""


@pytest.fixture(scope="module")
def notebook(lab):
    lab.open_notebook([DOTS])
    lab.run_all(until=".nuw-curve .bqplot .axislabel")
    lab.page.wait_for_timeout(500)
    return lab


def dots(lab):
    return lab.page.locator(".nuw-curve .bqplot path.element")


def test_dots_are_drawn_where_they_can_be(notebook):
    assert dots(notebook).count() == 59 + 3  # one exposure is zero
    places = notebook.page.locator(".nuw-curve .bqplot .object_grp").evaluate_all(
        "gs => gs.map(g => g.getAttribute('transform'))"
    )
    assert not [place for place in places if "NaN" in place or "Infinity" in place]
    notebook.python("plot.set_dots('picked', [], [])")
    notebook.page.wait_for_timeout(200)
    assert dots(notebook).count() == 59
    notebook.python("plot.set_dots('picked', mjd[10:15], exposure_s[10:15])")
    notebook.page.wait_for_timeout(200)
    assert dots(notebook).count() == 59 + 5
    keys = notebook.page.locator(".nuw-curve .nuw-key").all_text_contents()
    assert [key.strip() for key in keys] == ["found", "picked"]


def test_a_window_of_dots_can_be_brushed(notebook):
    frame = notebook.page.locator(".nuw-curve .bqplot .plotarea_background").first.bounding_box()
    mouse, y = notebook.page.mouse, frame["y"] + 60
    mouse.move(frame["x"] + 0.25 * frame["width"], y)
    mouse.down()
    mouse.move(frame["x"] + 0.5 * frame["width"], y, steps=6)
    mouse.up()
    notebook.wait_python("plot.brush is not None")
    notebook.wait_python(
        "np.allclose(plot.brush, np.interp([.25, .5], [0, 1], plot.x_range), atol=15)"
    )
    notebook.python("plot.clear_brush()")


def test_the_time_axis_speaks_in_dates(notebook):
    notebook.python("plot.set_x_label('date', dates=True)")
    axes = notebook.page.locator(".nuw-curve .bqplot .axis")
    axes.filter(has_text="2016").first.wait_for()
    assert axes.locator(".axislabel", has_text="date").count() == 1
    notebook.python("plot.set_x_label('MJD')")
    axes.filter(has_text="57000").first.wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_in_both_themes(notebook, theme):
    notebook.theme(theme)
    notebook.python("plot.set_x_label('date', dates=True); plot.brush = (57000, 58000)")
    notebook.page.wait_for_timeout(400)
    assert notebook.screenshot(f"dots_{theme}", ".nuw-curve").stat().st_size > 5000
    notebook.theme("light")


def test_the_page_had_no_errors_but_those_of_bqplots_first_drawing(notebook):
    assert notebook.complaints == []
