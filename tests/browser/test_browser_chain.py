"""Chain, fluxes and simulated spectra in a real JupyterLab: run by hand, drawn, looked at."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELLS = [
    """
import nuwidgets as nw
from nuwidgets.panels.chain import ChainPanel
from nuwidgets.panels.fake import FakePanel
from nuwidgets.panels.fluxes import FluxPanel
s = nw.demo()
s.fit.model = "constant*tbabs*(powerlaw + gaussian)"
s.fit.set("5=6.4", "6=0.1", "7=1e-4")
s.fit.freeze("5", "6")
s.fit.ignore = "**-3. 79.-**"
s.fit.run()
chain = ChainPanel(s)
chain
""",
    "fluxes = FluxPanel(s)\nfluxes",
    "fake = FakePanel(s)\nfake",
]


@pytest.fixture(scope="module")
def notebook(lab):
    lab.open_notebook(CELLS)
    lab.run_all(until=".nuw-panel .nuw-curve")
    lab.page.wait_for_timeout(500)
    return lab


def click(lab, name):
    lab.page.get_by_role("button", name=name, exact=True).click()


def test_a_chain_is_drawn_while_it_runs_and_stopped(notebook):
    notebook.python("s.chain.n_steps = 20000")
    click(notebook, "Run chain")
    notebook.page.locator(".nuw-panel table", has_text="powerlaw.PhoIndex").wait_for(timeout=30_000)
    assert notebook.python("print(s.chain.state.value)").strip() == "running"
    notebook.page.locator(".nuw-panel").first.get_by_role("button", name="Stop").click()
    notebook.wait_python("s.chain.state.value != 'running'", seconds=2)


def test_a_short_chain_ends_with_its_table(notebook):
    notebook.python("s.chain.n_steps = 300")
    click(notebook, "Run chain")
    notebook.wait_python("s.chain.state.value == 'fresh'", seconds=60)
    notebook.wait_python("'autocorrelation' in chain.message.value")


def test_fluxes_have_errors(notebook):
    notebook.python("s.flux.draws = s.luminosity.draws = s.eqwidth.draws = 200")
    notebook.python("s.luminosity.redshift = 0.0033; s.luminosity.unabsorbed = True")
    for name in ("Flux", "Luminosity", "Equivalent width"):
        click(notebook, name)
    notebook.wait_python("s.eqwidth.state.value == 'fresh'", seconds=30)
    notebook.wait_python("s.luminosity.state.value == 'fresh'", seconds=30)
    notebook.page.locator(".nuw-num", has_text="keV at 6.").wait_for()
    notebook.page.locator(".nuw-num", has_text="without TBabs").wait_for()


def test_a_spectrum_is_made(notebook):
    click(notebook, "Make")
    notebook.wait_python("s.fake.state.value == 'fresh'", seconds=30)
    notebook.page.locator(".nuw-num", has_text="_fake").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_how_they_look(notebook, theme):
    notebook.theme(theme)
    notebook.page.wait_for_timeout(300)
    for index in range(3):
        panel = notebook.page.locator(".nuw-panel").nth(index)
        panel.scroll_into_view_if_needed()
        assert panel.bounding_box()["height"] > 60
    notebook.screenshot(f"chain-{theme}")
    notebook.theme("light")
