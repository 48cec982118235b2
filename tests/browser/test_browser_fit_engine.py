"""The engine of the fit in a browser: XSPEC, played by its stand-in, chosen, compared and read."""

from __future__ import annotations

import pytest
from xspec_standin import make_xspec, xspec_environ

pytestmark = pytest.mark.browser

PANEL = ".nuw-panel"


@pytest.fixture(scope="module")
def panel(lab, tmp_path_factory):
    environ = xspec_environ(make_xspec(tmp_path_factory.mktemp("xspec")))
    known = {name: environ[name] for name in ("HEADAS", "PYTHONPATH")}
    cells = [
        f"import os\nos.environ.update({known!r})\nimport nuwidgets as nw\ns = nw.demo()",
        's.fit.suggest(model="constant*tbabs*powerlaw", ignore="**-3. 79.-**")\ns.settle()',
        "from nuwidgets.panels.engine_fit import FitEnginePanel\npanel = FitEnginePanel(s)\npanel",
    ]
    lab.page.set_viewport_size({"width": 900, "height": 1300})
    lab.open_notebook(cells)
    lab.run_all(until=PANEL)
    return lab


def test_both_engines_are_compared_and_the_log_is_read(panel):
    panel.page.get_by_role("button", name="XSPEC", exact=True).click()
    panel.wait_python("s.fit.engine == 'xspec'")
    panel.page.get_by_label("with errors").check()
    panel.wait_python("s.compare_fit.errors")
    panel.page.get_by_role("button", name="Compare both").click()
    panel.wait_python("s.compare_fit.fresh", seconds=60)
    panel.page.get_by_text("Statistic: both agree").wait_for()
    panel.page.get_by_text("2:constant.factor").first.wait_for()
    panel.page.get_by_text("Fit statistic").first.wait_for()
    for theme in ("light", "dark"):
        panel.theme(theme)
        panel.page.wait_for_timeout(300)
        panel.screenshot(f"fit_engine_{theme}", PANEL)
    assert not panel.complaints


def test_it_fits_on_a_narrow_page(panel):
    panel.page.set_viewport_size({"width": 640, "height": 1300})
    panel.page.wait_for_timeout(500)
    box = panel.page.locator(PANEL).first.bounding_box()
    table = panel.page.locator(f"{PANEL} table").first.bounding_box()
    assert table["x"] >= box["x"]
    panel.screenshot("fit_engine_narrow", PANEL)
