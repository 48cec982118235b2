"""Power spectrum and period in a real JupyterLab: run by hand, drawn, looked at."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELLS = [
    """
import nuwidgets as nw
s = nw.demo()
power = nw.PowerPanel(s)
power
""",
    "period = nw.PeriodPanel(s)\nperiod",
    "curve = nw.LightCurvePanel(s)\ncurve",
]


@pytest.fixture(scope="module")
def notebook(lab):
    lab.open_notebook(CELLS)
    lab.run_all(until=".nuw-panel .nuw-curve")
    lab.page.wait_for_timeout(500)
    return lab


def click(lab, name):
    lab.page.get_by_role("button", name=name, exact=True).click()


def test_a_power_spectrum_is_run_and_drawn(notebook):
    notebook.python("[setattr(d.power, 'dt_s', 0.25) for d in s.datasets.values()]")
    click(notebook, "Run")
    notebook.wait_python(
        "all(d.power.state.value == 'fresh' for d in s.datasets.values())", seconds=90
    )
    notebook.page.locator(".nuw-panel", has_text="segments of 256 s").wait_for()


def test_a_period_is_searched_by_typing_and_the_curve_is_folded(notebook):
    box = notebook.page.get_by_role("textbox", name="search", exact=True)
    box.fill("100 to 110 s")
    box.press("Enter")
    notebook.wait_python("abs(s.datasets['99901110002A'].period.range_hz[1] - 0.01) < 1e-9")
    click(notebook, "Search")
    notebook.wait_python(
        "all(d.period.state.value == 'fresh' for d in s.datasets.values())", seconds=60
    )
    click(notebook, "Fold the light curve")
    notebook.wait_python("s.views['lightcurve']['axis'] == 'phase'")
    notebook.page.locator(".nuw-panel", has_text="Light curve").get_by_text(
        "Phase"
    ).first.wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_how_they_look(notebook, theme):
    notebook.theme(theme)
    notebook.page.wait_for_timeout(300)
    for index in range(2):
        panel = notebook.page.locator(".nuw-panel").nth(index)
        panel.scroll_into_view_if_needed()
        notebook.screenshot(f"timing-{index}-{theme}", f".nuw-panel >> nth={index}")
        assert panel.bounding_box()["height"] > 300
    notebook.theme("light")
