"""RowTable in a real JupyterLab: clicked, typed at, sorted, filtered, looked at."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.browser

TABLE = """
import datetime
import ipywidgets as w
import numpy as np
from nuwidgets.panels.style import STYLE
from nuwidgets.widgets.curve_maths import MINUS
from nuwidgets.widgets.row_table import RowTable
rng = np.random.default_rng(1)
NAMES = ["Mrk 421", "3C 273", "<b>Cen A</b>", "Cygnus X-1", "NGC 1068"]
COLUMNS = ["obs_id", "name", "date", "exposure [ks]", "offset [arcmin]", "mode", "status"]
mjd = 56100 + np.sort(rng.uniform(0, 4000, 60)); exposure_s = 10 ** rng.normal(4.3, 0.4, 60)
def row(n):
    day = datetime.date(1858, 11, 17) + datetime.timedelta(days=float(mjd[n]))
    return [f"k{n}", f"6000{n:04d}002", NAMES[n % 5], day.isoformat(),
            f"{exposure_s[n] / 1e3:.3g}" if n != 4 else MINUS, f"{n % 7 + n / 1000:.2f}",
            "SCIENCE" if n % 11 else "SLEW", "archived" if n % 9 else "accepted"]
ROWS = [row(n) for n in range(60)]
REFUSED = {f"k{n}": "proprietary until 2027-03-01" for n in range(0, 60, 9)}
RIGHT = ["exposure [ks]", "offset [arcmin]"]
table = RowTable(columns=COLUMNS, rows=ROWS, refused=REFUSED, align=RIGHT, many=True,
                 searchable=True, height=300, alt="Observations found",
                 marks={"k3": "fresh", "k5": "stale", "k6": "failed", "k7": "running"})
steps = RowTable(columns=["when", "what"], alt="History")
steps.rows = [["a", "12:00:00", "fit"], ["b", "12:00:03", "spectrum"], ["c", "12:01:03", "image"]]
(panel := w.VBox([w.HTML(STYLE), table, steps]).add_class("nuw-panel"))
"""
GRID = ".nuw-table [aria-label='Observations found']"
SEARCH = ".nuw-table-bar input >> nth=0"
FRAME = "document.querySelector('.nuw-table')"


@pytest.fixture(scope="module")
def notebook(lab):
    lab.open_notebook([TABLE])
    lab.run_all(until=f"{GRID} tr[data-key]")
    lab.page.wait_for_timeout(300)
    return lab


@pytest.fixture
def table(notebook):
    notebook.python(
        "table.fill(COLUMNS, ROWS, align=RIGHT, refused=REFUSED, marks=table.marks);"
        " table.picked, table.selected, table.sort, table.filter, table.most = [], '', [], '', 1000"
    )
    notebook.page.evaluate(f"{FRAME}.scrollTo(0, 0)")
    notebook.page.wait_for_timeout(150)
    return notebook


def row(lab, key):
    return lab.page.locator(f"{GRID} tr[data-key={key}]")


def picked(lab, keys):
    lab.wait_python(f"table.picked == {keys.split()!r}")


def press(lab, *keys):
    for key in keys:
        lab.page.keyboard.press(key)


def drawn(lab):
    return lab.page.locator(f"{GRID} tr[data-key]").evaluate_all("r => r.map(x => x.dataset.key)")


def count(lab):
    return lab.page.locator(".nuw-count").first.text_content()


def test_clicks_tick_and_untick_and_shift_extends(table):
    row(table, "k3").click()
    picked(table, "k3")
    row(table, "k5").click(modifiers=["Control"])
    picked(table, "k3 k5")
    row(table, "k8").click(modifiers=["Shift"])
    picked(table, "k3 k5 k6 k7 k8")
    row(table, "k6").click(modifiers=["Shift"])  # the range begins where it began
    picked(table, "k3 k5 k6")
    row(table, "k1").locator(".nuw-tick").click()
    row(table, "k5").locator(".nuw-tick").click()
    picked(table, "k1 k3 k6")
    assert row(table, "k3").get_attribute("aria-selected") == "true"
    assert row(table, "k3").locator("input").is_checked()
    assert not row(table, "k5").locator("input").is_checked()
    assert "60 of 60 rows · 3 picked" in count(table)
    row(table, "k3").click()  # takes its tick away and leaves the others
    picked(table, "k1 k6")


def test_the_keyboard_does_all_that_a_pointer_does(table):
    cell = "jupyterapp.shell.currentWidget.content.activeCellIndex"
    active = table.page.evaluate(cell)
    table.page.locator(SEARCH).focus()
    press(table, "ArrowDown", "ArrowDown", "ArrowDown", "Space")  # into the table, k0, k1
    picked(table, "k1")
    press(table, "ArrowDown", "ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowUp")
    picked(table, "k1 k3 k4")
    press(table, "End", "Space")
    picked(table, "k1 k3 k4 k59")
    box, last = (
        table.page.locator(s).bounding_box()
        for s in (".nuw-table >> nth=0", f"{GRID} tr[data-key=k59]")
    )
    assert last["y"] + last["height"] <= box["y"] + box["height"]
    press(table, "Home", "PageDown")
    table.wait_python("5 < int(table.selected[1:]) < 20")
    press(
        table, "Home", "ArrowDown", "Space", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown"
    )
    picked(table, "k59")  # Shift goes on with what Space did: it took ticks away
    press(table, "Control+a")
    table.wait_python("len(table.picked) == 60 - len(REFUSED)")
    assert table.page.evaluate(cell) == active
    current = table.page.locator(GRID).get_attribute("aria-activedescendant")
    assert table.page.locator(f"#{current}").get_attribute("data-key") == "k4"


def test_a_row_below_the_head_is_never_hidden_by_it(table):
    row(table, "k59").click()
    press(table, *["ArrowUp"] * 20)
    table.wait_python("table.selected == 'k39'")
    head = table.page.locator(f"{GRID} thead").bounding_box()
    assert row(table, "k39").bounding_box()["y"] >= head["y"] + head["height"] - 1


def test_a_refused_row_says_why_and_is_not_picked(table):
    refused = row(table, "k9")
    refused.click(force=True)
    table.wait_python("table.selected == 'k9'")
    assert table.python("table.picked") == "[]"
    why = "Cannot be picked: proprietary until 2027-03-01"
    assert table.page.locator(".nuw-why").first.text_content() == why
    assert refused.locator("input").count() == 0
    assert why in refused.locator("td").nth(1).get_attribute("title")
    assert refused.get_attribute("aria-disabled") == "true"
    row(table, "k8").click()
    row(table, "k10").click(modifiers=["Shift"])
    picked(table, "k8 k10")


def test_the_box_in_the_head_is_for_all_that_are_in_sight(table):
    box = table.page.get_by_label("pick all rows that are shown, or none").first
    table.python("table.picked = ['k2']")
    table.page.wait_for_timeout(150)
    assert box.evaluate("b => b.indeterminate")
    table.page.locator(SEARCH).fill("3c 273")
    table.wait_python("table.filter == '3c 273'")
    assert count(table) == "12 of 60 rows · 1 picked, 1 of them hidden by the filter"
    assert box.evaluate("b => !b.indeterminate && !b.checked")
    box.check()
    table.wait_python("set(table.picked) == {'k2', *table.shown()} - set(REFUSED)")
    box.uncheck()
    picked(table, "k2")
    row(table, "k1").click()
    picked(table, "k1 k2")


def test_the_filter_is_that_of_python(table):
    for words in ("SLEW", "mrk acc", "6000001", "<b>", "nothing such"):
        table.page.locator(SEARCH).fill(words)
        table.wait_python(f"table.filter == {words!r}")
        assert drawn(table) == json.loads(
            table.python("print(__import__('json').dumps(table.shown()))")
        )
    assert "No row has all these words." in table.page.locator(GRID).text_content()
    table.python("table.filter = 'NGC'")
    table.page.wait_for_function("document.querySelector('.nuw-table-bar input').value === 'NGC'")
    assert len(drawn(table)) == 12


def test_nothing_moves_while_one_filters(table):
    places = f"[...{FRAME}.querySelectorAll('th')].map(h => h.getBoundingClientRect().left)"
    before, below = table.page.evaluate(places), table.centre("[aria-label=History]")
    table.page.locator(SEARCH).fill("k 421 60000")
    table.wait_python("len(table.shown()) == 12")
    table.page.wait_for_timeout(100)
    assert table.page.evaluate(places) == pytest.approx(before, abs=1)
    assert table.centre("[aria-label=History]") == below


def test_heads_sort_by_click_and_key_and_what_is_picked_stays(table):
    row(table, "k5").click()
    head = table.page.locator(f"{GRID} th[data-column='exposure [ks]']")
    head.click()
    table.wait_python("table.sort == ['exposure [ks]', 'up']")
    assert head.get_attribute("aria-sort") == "ascending"
    rising = json.loads(
        table.python(
            "print([int(n) for n in np.argsort(np.where(mjd == mjd[4], 9e9, exposure_s))])"
        )
    )
    assert set(drawn(table)[:5]) == {f"k{n}" for n in rising[:5]}
    assert drawn(table)[-1] == "k4"  # absent
    head.locator("button").focus()
    press(table, "Enter")
    table.wait_python("table.sort == ['exposure [ks]', 'down']")
    assert (drawn(table)[0], drawn(table)[-1]) == (f"k{rising[-2]}", "k4")
    press(table, "ArrowLeft", "Enter")
    table.wait_python("table.sort == ['date', 'up']")
    picked(table, "k5")
    table.python("table.sort = ['obs_id', 'down']")
    table.page.wait_for_timeout(150)
    assert drawn(table)[0] == "k59"
    for _ in range(2):
        table.page.locator(f"{GRID} th[data-column=obs_id]").click()
        table.page.wait_for_timeout(100)
    assert table.python("table.sort") == "['obs_id', 'up']"  # down, as found, up


def test_an_update_leaves_place_and_unchanged_rows(table):
    table.page.evaluate(
        f"{FRAME}.scrollTop = 500; window.kept = {FRAME}.querySelector('[data-key=k30]')"
    )
    table.python("table.rows = [['new', *ROWS[1][1:]], *ROWS[:40], ['k40', *ROWS[2][1:]]]")
    table.page.wait_for_selector(f"{GRID} tr[data-key=new]", state="attached")
    assert table.page.evaluate(f"{FRAME}.scrollTop") == 500
    assert table.page.evaluate(f"kept === {FRAME}.querySelector('[data-key=k30]')")
    assert table.page.locator(f"{GRID} [data-key=k40] td").nth(1).text_content() == "60000002002"


def test_not_more_than_most_are_drawn_and_it_says_so(table):
    table.python("table.most = 10")
    table.page.wait_for_selector(f"{GRID} .nuw-none")
    assert len(drawn(table)) == 10
    assert (
        table.page.locator(f"{GRID} .nuw-none").text_content()
        == "… and 50 more: filter to see them"
    )
    row(table, "k1").click()
    press(table, "End")
    table.wait_python("table.selected == 'k9'")


def test_texts_are_text_and_parts_have_names(table):
    assert row(table, "k2").locator("td").nth(2).text_content() == "<b>Cen A</b>"
    grid = table.page.locator(GRID)
    assert grid.get_attribute("role") == "grid"
    assert grid.get_attribute("aria-multiselectable") == "true"
    unnamed = ".nuw-rows :is(input:not([aria-label], [aria-hidden]), button:empty)"
    assert table.page.locator(unnamed).count() == 0


def test_one_row_of_a_plain_table_is_chosen(notebook):
    rows = notebook.page.locator(".nuw-table [aria-label=History] tbody tr")
    rows.nth(0).click()
    notebook.wait_python("steps.selected == 'a'")
    press(notebook, "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp")
    notebook.wait_python("steps.selected == 'b'")
    notebook.page.wait_for_timeout(100)
    assert rows.evaluate_all("r => r.map(x => x.getAttribute('aria-selected'))") == [
        "false",
        "true",
        "false",
    ]
    assert notebook.page.locator("[aria-label=History] input").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_in_both_themes(table, theme):
    table.theme(theme)
    row(table, "k10").click()
    row(table, "k13").click(modifiers=["Shift"])
    press(table, "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp")  # on the refused one
    table.wait_python("table.selected == 'k9'")
    table.page.wait_for_timeout(300)
    assert table.screenshot(f"table_{theme}", ".nuw-panel").stat().st_size > 5000
    table.theme("light")


def test_a_narrow_column_scrolls_inside_and_keeps_the_boxes_in_sight(table):
    table.python("panel.layout.width = '480px'; table.picked = ['k1', 'k3']; table.filter = '0'")
    table.page.wait_for_timeout(400)
    table.page.evaluate(f"{FRAME}.scrollLeft = 200")
    table.page.wait_for_timeout(100)
    panel, tick = (
        table.page.locator(s).first.bounding_box() for s in (".nuw-panel", f"{GRID} td.nuw-tick")
    )
    assert panel["width"] == pytest.approx(480, abs=2)
    assert panel["x"] < tick["x"] < panel["x"] + 20
    for part in (".nuw-table", ".nuw-table-bar", ".nuw-count"):
        inner = table.page.locator(part).first.bounding_box()
        assert inner["x"] + inner["width"] <= panel["x"] + 480
    table.screenshot("table_narrow", ".nuw-panel")
    table.python("panel.layout.width = None")


def test_the_page_had_no_errors(notebook):
    assert notebook.messages == []
