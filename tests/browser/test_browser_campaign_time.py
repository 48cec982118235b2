"""Rates and parameters of a campaign against time in a real JupyterLab: drawn, clicked, looked at."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELLS = [
    """
import nuwidgets as nw
from nuwidgets.opening import demo_campaign
s = demo_campaign()
s.use(*s.names[:3])
s.settle(60)
rates = nw.LongTermPanel(s)
rates
""",
    "s.series.run()\nparameters = nw.ParameterTimePanel(s)\nparameters",
]
RATES, PARAMETERS = (f".jp-OutputArea-output .nuw-point >> nth={n}" for n in (0, 1))


@pytest.fixture(scope="module")
def notebook(lab):
    lab.open_notebook(CELLS)
    lab.page.set_default_timeout(90_000)
    lab.run_all(until=f"{PARAMETERS} >> .nuw-point-mark")
    lab.page.wait_for_timeout(500)
    return lab


def mark(lab, view, key, nth=0):
    found = lab.page.locator(f'{view} >> .nuw-point-mark[data-key="{key}"]').nth(nth)
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_click_on_a_rate_rings_the_observation_everywhere(notebook):
    n = int(notebook.python("len(s.names)"))
    assert notebook.page.locator(f"{RATES} >> .nuw-point-mark").count() == n
    key = notebook.python("print(s.names[1])")
    place = mark(notebook, RATES, key)
    notebook.page.mouse.move(*place)
    said = notebook.page.locator(f"{RATES} >> .nuw-point-said")
    assert key in said.text_content()
    notebook.page.mouse.click(*place)
    notebook.wait_python("s.focus == (s.names[1],)")
    rings = notebook.page.locator(f"{PARAMETERS} >> .nuw-point-focus")
    rings.first.wait_for(state="attached")
    panels = int(notebook.python("len(parameters.plot.panels)"))
    assert rings.count() == panels > 1


def test_keys_walk_from_point_to_point(notebook):
    notebook.page.locator(f"{PARAMETERS} >> .nuw-point-stage").focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        notebook.page.keyboard.press(key)
    notebook.wait_python("s.focus == (s.names[2],)")


def test_the_wheel_zooms_in_time(notebook):
    x, y = mark(notebook, RATES, notebook.python("print(s.names[4])"))
    wide = notebook.python("rates.plot.x_range[1] - rates.plot.x_range[0]")
    notebook.page.mouse.move(x, y)
    notebook.page.mouse.wheel(0, -300)
    notebook.wait_python(f"rates.plot.x_range[1] - rates.plot.x_range[0] < 0.9 * {wide}")
    notebook.page.mouse.dblclick(x, y)
    notebook.wait_python("rates.plot.zoom == []")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_in_both_themes(notebook, theme):
    notebook.theme(theme)
    notebook.python("s.look_at(s.names[0])")
    notebook.page.wait_for_timeout(300)
    for name, view in (("rates", RATES), ("parameters", PARAMETERS)):
        assert notebook.screenshot(f"campaign_{name}_{theme}", view).stat().st_size > 5000
    notebook.theme("light")


def test_the_page_had_no_errors(notebook):
    assert notebook.complaints == []
