"""Contours, goodness and comparing models in a real JupyterLab: run, drawn, pointed at, looked at."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

CELLS = [
    """
import nuwidgets as nw
from nuwidgets.panels.contours import ContourPanel
from nuwidgets.panels.goodness import GoodnessPanel
from nuwidgets.panels.model_choice import ModelChoicePanel
s = nw.demo()
s.fit.model = "constant*tbabs*powerlaw"
s.fit.ignore = "**-3. 79.-**"
s.fit.run()
s.fit.model = "constant*tbabs*cutoffpl"
s.fit.run()
contours = ContourPanel(s)
contours
""",
    "goodness = GoodnessPanel(s)\ngoodness",
    "models = ModelChoicePanel(s)\nmodels",
]
CONTOUR = ".nuw-contour-stage"


@pytest.fixture(scope="module")
def notebook(lab):
    lab.open_notebook(CELLS)
    lab.run_all(until=".nuw-panel .nuw-table-host")
    lab.page.wait_for_timeout(500)
    return lab


def choose(lab, index, label):
    row = lab.page.locator(".nuw-panel select").nth(index)
    row.select_option(label=label)


def test_two_parameters_are_chosen_and_stepped_by_hand(notebook):
    choose(notebook, 0, "3 cutoffpl.PhoIndex")
    notebook.wait_python("s.contours.axes and s.contours.axes[0].startswith('PhoIndex')")
    choose(notebook, 1, "4 cutoffpl.HighECut")
    notebook.wait_python("len(s.contours.axes) == 2")
    notebook.page.get_by_role("button", name="Run").first.click()
    notebook.wait_python("s.contours.state.value == 'fresh'", seconds=60)
    notebook.page.locator(f"{CONTOUR} path[data-level]").nth(2).wait_for(state="attached")
    lines = notebook.page.locator(f"{CONTOUR} path[data-level]").evaluate_all(
        "paths => paths.map(path => path.getAttribute('d').length)"
    )
    assert len(lines) == 3
    assert min(lines) > 50


def test_the_point_under_the_pointer_is_said(notebook):
    x, y = notebook.centre(CONTOUR)
    notebook.page.mouse.move(x, y)
    notebook.wait_python("len(contours.plot.at) == 2")
    said = notebook.page.locator(".nuw-contour-said").first.text_content()
    assert re.match(r"rise \S+ at cutoffpl\.PhoIndex \S+, cutoffpl\.HighECut \[keV\] \S+", said)
    notebook.page.locator(CONTOUR).first.focus()
    before = notebook.python("print(contours.plot.at)")
    notebook.page.keyboard.press("ArrowRight")
    notebook.wait_python(f"contours.plot.at != {before.strip()}")


def test_a_long_walk_is_drawn_on_the_way_and_stopped(notebook):
    notebook.python("s.contours.around('PhoIndex', 'HighECut', n=300)")
    notebook.page.get_by_role("button", name="Run").first.click()
    notebook.wait_python("len(contours.plot.x) == 301", seconds=30)
    notebook.page.get_by_role("button", name="Stop").first.click()
    notebook.wait_python("s.contours.state.value != 'running'")
    notebook.python("s.contours.around('PhoIndex', 'HighECut')")


def test_goodness_draws_its_histogram(notebook):
    notebook.page.get_by_role("button", name="Run").nth(1).click()
    notebook.wait_python("s.goodness.state.value == 'fresh'", seconds=120)
    assert "smaller test statistic" in notebook.python("print(goodness.summary.value)")


def test_two_models_are_ticked_and_compared(notebook):
    notebook.python("models.table.picked = [row[0] for row in models.table.rows]")
    notebook.page.locator(".nuw-sentence", has_text="AIC").wait_for()


def test_a_narrow_panel_has_it_all(notebook):
    notebook.page.evaluate("document.querySelector('.nuw-panel').style.width = '480px'")
    notebook.page.wait_for_timeout(400)
    stage = notebook.page.locator(CONTOUR).first.bounding_box()
    panel = notebook.page.locator(".nuw-panel").first.bounding_box()
    assert stage["x"] + stage["width"] <= panel["x"] + panel["width"]
    notebook.screenshot("answers-narrow", ".nuw-panel")
    notebook.page.evaluate("document.querySelector('.nuw-panel').style.width = ''")
    notebook.page.wait_for_timeout(400)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_in_both_themes(notebook, theme):
    notebook.theme(theme)
    notebook.page.wait_for_timeout(500)
    for index, name in enumerate(("contours", "goodness", "models")):
        path = notebook.screenshot(f"answers-{name}-{theme}", f".nuw-panel >> nth={index}")
        assert path.stat().st_size > 5000
    notebook.python("s.contours.axes = s.contours.axes[:1]; s.contours.run()")
    notebook.page.locator(f"{CONTOUR} .nuw-contour-curve").wait_for(state="attached")
    notebook.screenshot(f"answers-profile-{theme}", ".nuw-panel")
    notebook.python("s.contours.around('PhoIndex', 'HighECut'); s.contours.run()")
    notebook.page.locator(f"{CONTOUR} path[data-level]").nth(2).wait_for(state="attached")
