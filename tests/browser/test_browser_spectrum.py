"""The spectrum panel in a real JupyterLab: every plot, a brush on one spectrum; both themes."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELL = """
import nuwidgets as nw
s = nw.demo()
a, b = s.datasets.values()
s.fit.model = "constant*tbabs*(cutoffpl + gaussian)"
s.fit.ignore = "**-3. 79.-**"
s.fit.set("LineE=6.4", "Sigma=0.3", "gaussian.norm=3e-4", "HighECut=80")
s.settle()
spectrum = nw.SpectrumPanel(s)
spectrum
"""
PATHS = """() => [...document.querySelectorAll('.nuw-curve .bqplot path.line')]
  .map(p => p.getAttribute('d')).join('|')"""
PLOT = ".nuw-panel .nuw-curve"


@pytest.fixture(scope="module")
def page(lab):
    lab.page.set_viewport_size({"width": 1000, "height": 1400})
    lab.open_notebook([CELL])
    lab.run_all(until=".nuw-curve .bqplot .axislabel")
    lab.page.wait_for_timeout(1500)
    return lab


def choose(page, label, option):
    """Choose from a dropdown by its label, and wait until the plot is drawn anew."""
    before = page.page.evaluate(PATHS)
    page.page.locator(".nuw-panel").get_by_label(label, exact=True).select_option(option)
    page.page.wait_for_function(f"before => ({PATHS})() !== before", arg=before)
    page.page.wait_for_timeout(400)


def labels(page):
    return page.page.locator(f"{PLOT} .axislabel").all_text_contents()


def well(page):
    """Nothing that is drawn has a number that is none, and nobody complained."""
    assert "NaN" not in page.page.evaluate(PATHS)
    assert page.complaints == []
    assert page.python("print(spectrum.message.value)") == ""


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("data", "counts s⁻¹ keV⁻¹"),
        ("eeufspec", "keV² (photons cm⁻² s⁻¹ keV⁻¹)"),
        ("emodel", "keV (photons cm⁻² s⁻¹ keV⁻¹)"),
        ("counts", "counts keV⁻¹"),
        ("ldata", "counts s⁻¹ keV⁻¹"),
    ],
)
def test_another_kind_is_drawn_at_once(page, kind, unit):
    choose(page, "plot", kind)
    assert unit in labels(page)
    page.screenshot(f"spectrum_{kind}", ".nuw-panel")
    well(page)


@pytest.mark.parametrize("lower", ["delchi", "residuals", "chisq", "ratio"])
def test_another_lower_pane_is_drawn_at_once(page, lower):
    choose(page, "below", lower)
    well(page)


def test_components_are_dashed(page):
    page.page.get_by_label("components", exact=True).check()
    page.page.locator(f"{PLOT} .nuw-key", has_text="gaussian").wait_for()
    choose(page, "plot", "eeufspec")
    dashed = "() => document.querySelectorAll('.nuw-curve path.line[style*=dasharray]').length"
    assert page.page.evaluate(dashed) >= 4
    page.screenshot("spectrum_components_light", ".nuw-panel")
    page.theme("dark")
    page.page.wait_for_timeout(500)
    page.screenshot("spectrum_components_dark", ".nuw-panel")
    page.theme("light")
    well(page)


def test_wavelengths_bins_and_linear_axes(page):
    page.page.locator(".nuw-panel").get_by_text("Axes and bins").click()
    choose(page, "plot", "ldata")
    for axis, words in (("wavelength", "Wavelength [Å]"), ("bins", "Bin"), ("energy", "Energy")):
        choose(page, "x axis", axis)
        assert any(words in text for text in labels(page))
        page.screenshot(f"spectrum_{axis}", ".nuw-panel")
        well(page)
    before = page.page.evaluate(PATHS)
    page.page.get_by_label("log x", exact=True).uncheck()
    page.page.wait_for_function(f"before => ({PATHS})() !== before", arg=before)
    page.page.get_by_label("log x", exact=True).check()
    page.wait_python("s.curve.log_x")
    well(page)


def test_brushing_acts_on_one_spectrum(page):
    page.python("s.curve.components = False; s.settle()")
    name = page.python("print(b.name)")
    page.page.locator(".nuw-panel").get_by_label("of", exact=True).select_option(name)
    box = page.page.locator(f"{PLOT} .plotarea_background").first.bounding_box()
    y = box["y"] + box["height"] / 2
    page.page.mouse.move(box["x"] + 0.3 * box["width"], y)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 0.5 * box["width"], y, steps=6)
    page.page.mouse.up()
    page.wait_python("spectrum.plot.brush is not None")
    page.page.get_by_role("button", name="Ignore brushed").click()
    page.wait_python("len(s.fit.ignore) == 2 and s.fit.ignore[1].startswith('2:')")
    lo, hi = page.python("print(s.fit.ignore[1].removeprefix('2:'))").split("-")
    assert 5 < float(lo) < float(hi) < 20
    page.python("s.settle()")
    page.page.wait_for_timeout(500)
    page.screenshot("spectrum_one_ignored", ".nuw-panel")
    typed = page.page.get_by_placeholder("**-3. 79.-**").input_value()
    assert typed == page.python("print(' '.join(s.fit.ignore))")
    first, second = page.python("print(*(len(x.rate) for x in s.curve.product.spectra))").split()
    assert int(second) < int(first)
    page.python("s.fit.ignore = '**-3. 79.-**'; s.settle()")
    well(page)


def test_a_narrow_page_holds_it(page):
    page.page.set_viewport_size({"width": 600, "height": 1400})
    page.page.wait_for_timeout(600)
    panel = page.page.locator(".nuw-panel").first.bounding_box()
    for part in (".nuw-curve", ".nuw-row"):
        for box in page.page.locator(f".nuw-panel {part}").all():
            seen = box.bounding_box()
            assert seen is None or seen["x"] + seen["width"] <= panel["x"] + panel["width"] + 1
    page.screenshot("spectrum_narrow", ".nuw-panel")
