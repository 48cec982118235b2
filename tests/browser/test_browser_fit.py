"""Fitting in a real JupyterLab: typing, completing, dragging, linking, errors, stopping; both themes."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

CELL = """
import nuwidgets as nw
s = nw.demo()
a, b = s.datasets.values()
s.fit.ignore = "**-3. 79.-**"
s.fit.model = "constant*tbabs*cutoffpl"
s.settle()
panel = nw.FitPanel(s)
editor = panel.model.editor
drawn = []
s.curve.observe(lambda change: drawn.append(s.curve.product.statistic), "product")
panel
"""
FIELD = ".nuw-edit textarea"
LIST = ".nuw-edit-list.nuw-edit-open"
SAYS = ".nuw-edit-says"
ROW = ".nuw-panel .nuw-row:has(> .widget-slider)"
CONTRAST = """(selector) => {
  const light = (c) => { const [r, g, b] = c.map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const rgb = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const ground = light(rgb(getComputedStyle(document.querySelector('.nuw-edit-under')).backgroundColor));
  return Math.min(...[...document.querySelectorAll(selector)].map((node) => {
    const ink = light(rgb(getComputedStyle(node).color));
    return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05); }));
}"""


@pytest.fixture(scope="module")
def page(lab):
    lab.page.set_viewport_size({"width": 1060, "height": 1300})
    lab.open_notebook([CELL])
    lab.run_all(until=FIELD)
    lab.page.wait_for_selector(".nuw-panel .noUi-handle")
    lab.page.wait_for_timeout(800)
    return lab


def says(page, words):
    page.page.wait_for_function(
        "([at, words]) => document.querySelector(at).textContent.includes(words)", arg=[SAYS, words]
    )


def type_anew(page, text):
    field = page.page.locator(FIELD)
    field.click()
    field.press("Control+a")
    page.page.keyboard.type(text, delay=15)
    return field


def row(page, index):
    return page.page.locator(ROW).nth(index)


def in_both_themes(page, name, selector=".nuw-panel"):
    for theme in ("light", "dark"):
        page.theme(theme)
        page.page.wait_for_timeout(300)
        page.screenshot(f"{name}_{theme}", selector)
    page.theme("light")


def test_it_looks_well_in_both_themes(page):
    assert page.page.locator(ROW).count() == 6  # constant of group 2 has a row of its own
    assert page.page.locator(".nuw-edit-under .nuw-is-add").inner_text() == "cutoffpl"
    in_both_themes(page, "fit_panel")
    for theme in ("light", "dark"):
        page.theme(theme)
        page.page.wait_for_timeout(200)
        assert page.page.evaluate(CONTRAST, ".nuw-edit-under span[class^=nuw-is]") >= 4.5
    page.theme("light")


def test_a_wrong_word_is_underlined_and_said_while_one_types(page):
    field = type_anew(page, "tbabs*(powr+gau)")
    says(page, "No component is called 'powr'")
    assert page.page.locator(".nuw-edit-under .nuw-wrong").inner_text() == "powr"
    assert field.get_attribute("aria-invalid") == "true"
    in_both_themes(page, "fit_wrong")
    page.page.locator(FIELD).press("Enter")
    says(page, "In use is still constant*tbabs*cutoffpl")
    assert page.page.locator(FIELD).input_value() == "tbabs*(powr+gau)"
    assert page.python("s.fit.model") == "'constant*tbabs*cutoffpl'"
    page.page.locator(FIELD).press("Escape")
    page.wait_python("editor.text == s.fit.model and not editor.problem")
    assert page.page.locator(FIELD).input_value() == "constant*tbabs*cutoffpl"


def test_names_are_completed_by_keys(page):
    field = type_anew(page, "constant*tba")
    page.page.wait_for_selector(f"{LIST} li:first-child:has-text('TBabs')")
    first = page.page.locator(f"{LIST} li").first
    assert "interstellar" in first.inner_text()
    field.press("Tab")
    page.page.keyboard.type("*(pow", delay=15)
    page.page.wait_for_selector(f"{LIST} li:first-child:has-text('powerlaw')")
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert page.page.locator(f"#{active}").inner_text().split("\n")[0] == "powerlaw"
    in_both_themes(page, "fit_completing", "")
    field.press("Enter")
    assert page.page.locator(FIELD).input_value() == "constant*TBabs*(powerlaw"
    says(page, "This bracket is not closed")
    assert field.get_attribute("aria-invalid") == "false"  # one is still at it
    page.page.keyboard.type("+gaussian)", delay=15)
    page.page.wait_for_selector(LIST, state="detached")
    field.press("Enter")
    page.wait_python("s.fit.model == 'constant*TBabs*(powerlaw+gaussian)'")
    page.page.wait_for_function(f"() => document.querySelectorAll('{ROW}').length === 8")


def test_tab_at_once_takes_what_is_meant(page):
    field = type_anew(page, "tbabs*")
    page.page.keyboard.type("zga")
    field.press("Tab")
    page.page.wait_for_function(f"() => document.querySelector('{FIELD}').value === 'tbabs*zgauss'")
    assert page.page.evaluate(f"document.activeElement.matches('{FIELD}')")
    field.press("Escape")
    page.wait_python("editor.text == s.fit.model")


def test_what_may_not_stand_is_not_offered_and_a_pointer_can_choose(page):
    field = type_anew(page, "powerlaw*ga")
    page.page.wait_for_selector(f"{LIST} li:has-text('gabs')")
    names = page.page.locator(f"{LIST} .nuw-edit-name").all_inner_texts()
    assert "gaussian" not in names
    page.page.locator(f"{LIST} li", has_text="gabs").click()
    assert field.input_value() == "powerlaw*gabs"
    field.press("Escape")
    page.wait_python("editor.text == s.fit.model")


def test_components_are_browsed_and_added(page):
    page.python("s.fit.model = 'tbabs*powerlaw'")
    page.page.get_by_role("button", name="Components").click()
    table = page.page.locator(".nuw-table [aria-label=components]")
    table.wait_for()
    page.page.locator(".nuw-panel").get_by_placeholder("filter").first.fill("gabs")
    page.page.wait_for_function(
        "() => document.querySelectorAll('[aria-label=components] tbody tr[data-key]').length === 1"
    )
    table.locator("tbody tr[data-key=gabs]").click()
    page.page.wait_for_selector(".nuw-definitions td:has-text('Strength')")
    page.page.wait_for_selector("svg.nuw-sketch polyline", state="attached")
    in_both_themes(page, "fit_components")
    page.page.get_by_role("button", name="Multiply *").click()
    page.wait_python("s.fit.model == 'gabs*tbabs*powerlaw'")
    page.page.get_by_role("button", name="Components").click()


def test_a_slider_moves_the_model_and_can_be_made_wider(page):
    page.python("s.fit.model = 'constant*tbabs*cutoffpl'; s.settle(); drawn.clear()")
    page.page.wait_for_timeout(400)
    handle = row(page, 2).locator(".noUi-handle")
    box = handle.bounding_box()
    start = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before = float(page.python("s.fit.parameter('PhoIndex').value"))
    page.page.mouse.move(*start)
    page.page.mouse.down()
    for n in range(1, 25):
        page.page.mouse.move(start[0] + 1.2 * n, start[1])
        page.page.wait_for_timeout(16)
    page.page.mouse.up()
    page.wait_python(f"s.fit.parameter('PhoIndex').value > {before}")
    page.python("s.settle()")
    assert int(page.python("len(drawn)")) >= 5
    reach = page.python("panel.rows._rows[3].slider.hi")
    row(page, 2).get_by_role("button", name="↔").click()
    page.wait_python(f"panel.rows._rows[3].slider.hi > {reach}")
    row(page, 4).get_by_role("button", name="log").click()
    page.wait_python("not panel.rows._rows[5].slider.log")


def test_limits_are_typed(page):
    row(page, 2).get_by_role("button", name="limits").click()
    box = page.page.get_by_label("hard max")
    box.fill("3")
    box.press("Enter")
    page.wait_python("s.fit.parameter('PhoIndex').hard_hi == 3")
    assert page.python("s.fit.parameter('PhoIndex').soft_hi") == "3.0"
    in_both_themes(page, "fit_limits")
    row(page, 2).get_by_role("button", name="limits").click()


def test_two_parameters_are_linked_and_a_bad_formula_is_said_beside(page):
    link = row(page, 3).get_by_placeholder("= link")
    link.fill("= 20*p3 + q")
    link.press("Enter")
    page.page.wait_for_selector(".nuw-refused:visible")
    assert "q" in row(page, 3).locator(".nuw-refused").inner_text()
    page.page.wait_for_timeout(200)
    page.screenshot("fit_bad_link", ".nuw-panel")
    link = row(page, 3).get_by_placeholder("= link")
    assert link.input_value() == ""
    link.fill("= 20*p3")
    link.press("Enter")
    page.wait_python("s.fit.parameters[3].link == '20*p3'")
    value = float(page.python("s.fit.parameter('PhoIndex').value"))
    page.page.wait_for_function(
        "([row, wanted]) => Math.abs(Number([...document.querySelectorAll(row)][3]"
        ".querySelectorAll('input[type=text]')[0].value) - wanted) < 0.01 * wanted",
        arg=[ROW, 20 * value],
    )
    assert row(page, 3).locator("input[type=text]").first.is_disabled()
    in_both_themes(page, "fit_linked")
    page.python("s.fit.link('HighECut', None)")


def test_fit_and_errors(page):
    page.page.get_by_role("button", name="Fit", exact=True).click()
    page.wait_python("s.fit.state.value == 'fresh'", seconds=30)
    page.page.get_by_role("button", name="Errors", exact=True).click()
    page.wait_python("s.errors.state.value == 'fresh'", seconds=60)
    page.page.wait_for_function(
        "() => [...document.querySelectorAll('.nuw-num')].filter("
        "n => /^\\+.*\u2212/.test(n.textContent)).length >= 4"
    )
    page.page.wait_for_selector(".nuw-falling polyline", state="attached")
    in_both_themes(page, "fit_errors")


def test_a_fit_can_be_stopped(page):
    page.python(
        "s.fit.model = 'constant*tbabs*(cutoffpl+gaussian+bbody)'\n"
        "s.errors.delta = 6.63\ns.fit.thaw('Sigma')"
    )
    page.page.get_by_role("button", name="Errors", exact=True).click()
    page.page.get_by_role("button", name="Stop", exact=True).click()
    page.wait_python("s.errors.state.value != 'running'", seconds=20)
    assert page.python("s.errors.product is not None and s.errors.fresh") == "False"
    page.screenshot("fit_stopped", ".nuw-panel")


def test_groups_are_untied_and_shown_as_a_table(page):
    page.python("s.fit.model = 'constant*tbabs*powerlaw'; s.settle()")
    page.page.get_by_role("button", name="untie…").first.click()
    page.page.get_by_role("button", name="powerlaw.PhoIndex").click()
    page.wait_python("s.fit.parameter('2:PhoIndex').link == ''")
    page.page.get_by_role("button", name="Groups as a table").click()

    page.page.wait_for_selector("[aria-label='parameters of the data groups']")
    in_both_themes(page, "fit_groups")
    page.page.get_by_role("button", name="Groups as rows").click()


def test_a_named_model_has_a_heading(page):
    page.python("s.fit.model = 'tbabs*powerlaw; 2:bkg powerlaw'")
    page.page.wait_for_selector(".nuw-label:has-text('bkg')")
    page.screenshot("fit_sources", ".nuw-panel")
    page.python("s.fit.model = 'tbabs*powerlaw'")


def test_it_works_at_480_pixels(page):
    page.page.set_viewport_size({"width": 620, "height": 1500})
    page.page.wait_for_timeout(500)
    page.screenshot("fit_narrow", ".nuw-panel")
    wide = page.page.locator(".nuw-panel").bounding_box()["width"]
    assert wide <= 600
    assert (
        page.page.evaluate(
            "() => { const p = document.querySelector('.nuw-panel').getBoundingClientRect();"
            " return [...document.querySelectorAll('.nuw-panel input, .nuw-panel button')]"
            ".filter((n) => n.offsetParent && n.getBoundingClientRect().right > p.right + 1).length; }"
        )
        == 0
    )


def test_nothing_went_wrong_in_the_browser(page):
    assert page.complaints == []
