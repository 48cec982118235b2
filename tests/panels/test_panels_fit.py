"""The fit panel: editor, rows, links, limits, groups, what is said, what is written."""

from __future__ import annotations

import html
import time

import ipywidgets as w
import pytest
from astropy.table import Table

import nuwidgets as nw
from nuwidgets.core.job import Progress, State
from nuwidgets.panels.component_browser import details
from nuwidgets.panels.component_plot import plot_of
from nuwidgets.panels.fit_progress import Falling
from nuwidgets.panels.parameter_slider import slider_range
from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.expression import Expression


@pytest.fixture
def ready(session):
    session.fit.model = "constant*tbabs*powerlaw"
    session.fit.ignore = "**-3. 79.-**"
    session.settle()
    return session


@pytest.fixture
def panel(ready):
    made = nw.FitPanel(ready)
    yield made
    made.close()


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def every(widget, kind):
    found, queue = [], [widget]
    while queue:
        one = queue.pop(0)
        queue = [*getattr(one, "children", ()), *queue]
        if isinstance(one, kind):
            found.append(one)
    return found


def button(widget, words):
    return next(b for b in every(widget, w.Button) if b.description == words)


def texts(widget):
    return " ".join(one.value for one in every(widget, w.HTML))


def test_the_editor_is_the_model(ready, panel):
    editor = panel.model.editor
    assert editor.text == "constant*tbabs*powerlaw"
    editor.write("tbabs*(powr)")
    assert editor.enter() is False
    assert ready.fit.model == "constant*tbabs*powerlaw"
    editor.write("tbabs*cutoffpl")
    assert editor.enter() is True
    assert ready.fit.model == "tbabs*cutoffpl"
    ready.fit.model = "powerlaw"
    assert editor.text == "powerlaw"
    ready.undo("fit")  # all within a second is one change
    assert editor.text == ready.fit.model == "constant*tbabs*powerlaw"


@pytest.mark.parametrize(
    ("before", "operation", "name", "after"),
    [
        ("", "+", "powerlaw", "powerlaw"),
        ("powerlaw", "*", "TBabs", "TBabs*powerlaw"),
        ("powerlaw + bbody", "*", "TBabs", "TBabs*(powerlaw + bbody)"),
        ("tb*(powerlaw+bbody)", "*", "cflux", "cflux*tb*(powerlaw+bbody)"),
        ("tb*powerlaw", "+", "gaussian", "tb*powerlaw + gaussian"),
        ("powerlaw; 2:bkg powerlaw", "*", "TBabs", "TBabs*powerlaw; 2:bkg powerlaw"),
    ],
)
def test_a_component_is_put_into_the_model(ready, panel, before, operation, name, after):
    ready.fit.model = before
    panel.model.put(operation, name)
    assert ready.fit.model == after


def test_the_browser_shows_every_component(panel):
    browser = panel.model.components
    panel.model.fold.click()
    assert browser.opened
    assert {row[0] for row in browser.table.rows} == set(COMPONENTS)
    browser.table.selected = "gabs"
    assert "Strength" in browser.about.value
    assert "<svg" in browser.plot.value
    assert browser.add.disabled
    browser.multiply.click()
    assert panel.session.fit.model == "gabs*constant*tbabs*powerlaw"
    browser.table.selected = "powerlaw"
    assert browser.multiply.disabled
    panel.model.fold.click()
    assert not browser.opened


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_each_component_has_its_facts_and_a_drawing(name):
    component = COMPONENTS[name]
    text = details(component)
    assert all(p.name in text for p in component.parameters)
    drawn = plot_of(component)
    # a luminosity at redshift 0 has no flux, a plasma without AtomDB no lines
    assert drawn.count("<svg") == (name not in {"clumin", "apec", "vapec", "bapec"})
    assert "nan" not in drawn


def test_sliders_are_logarithmic_where_it_makes_sense_and_widen():
    by_name = {p.name: p for p in Expression.parse("tbabs*powerlaw").parameters()}
    assert slider_range(by_name["norm"])[2] is True
    assert slider_range(by_name["norm"], log=False)[2] is False
    index = by_name["PhoIndex"]
    assert slider_range(index) == (-1.0, 3.0, False)
    assert slider_range(index, wider=1) == (-2.0, 5.0, False)  # soft limit below
    assert slider_range(index, log=True)[2] is True
    lo, hi, log = slider_range(by_name["norm"], wider=1)
    assert (lo, hi, log) == (pytest.approx(1e-3), pytest.approx(1e3), True)


def test_a_slider_follows_a_value_that_leaves_it(ready, panel):
    row = panel.rows._rows[3]
    ready.fit.set("3=8.5")
    assert panel.rows._rows[3] is row
    assert row.slider.lo < 8.5 <= row.slider.hi
    assert row.slider.control.value == 8.5
    assert ready.fit.parameter("3").value == 8.5
    row.value.value = "-2.5"
    assert ready.fit.parameter("3").value == -2.5
    assert row.slider.control.value == -2.5


def test_a_page_that_says_back_old_values_late_moves_nothing(ready, panel):
    slider = panel.rows._rows[5].slider
    assert slider.control.value == 1.0
    ready.fit.set("5=1.2")
    ready.fit.set("5=1.5")
    for late in (0.9999999, 1.2003, 1.5004):  # what it was told, a step rounded
        slider.control.set_state({"value": late})
        assert ready.fit.parameter("5").value == 1.5
    slider.control.set_state({"value": 1.2003})  # now a hand does it
    assert ready.fit.parameter("5").value == 1.2003


def test_a_slider_is_made_wider_and_linear_and_that_is_remembered(ready, panel):
    row = panel.rows._rows[4]
    reach = row.slider.hi
    button(row.box, "↔").click()
    assert row.slider.hi > reach
    old = row.slider.control
    button(row.box, "log").click()
    assert not row.slider.log
    assert button(row.box, "lin").tooltip == "Make the slider logarithmic"
    old.set_state({"value": 0.03})  # a page that was told late says back where its end was
    assert ready.fit.parameter("4").value == 1.0
    assert isinstance(row.slider.control, w.FloatSlider)
    row.slider.control.value = 2.0
    assert ready.fit.parameter("4").value == 2.0
    again = nw.FitPanel(ready)
    assert not again.rows._rows[4].slider.log
    again.close()


def test_limits_are_typed_and_neighbours_give_way(ready, panel):
    row = panel.rows._rows[3]
    button(row.box, "limits").click()
    boxes = {one.description: one for one in every(row.drawer, w.Text)}
    boxes["hard max"].value = "2.5"
    now = ready.fit.parameter("3")
    assert (now.soft_hi, now.hard_hi) == (2.5, 2.5)
    assert boxes["soft max"].value == "2.5"
    boxes["step"].value = "-1"
    assert "delta be above 0" in panel.message.value
    assert boxes["step"].value == "0.01"
    boxes["soft min"].value = "x"
    assert "Type a number" in panel.message.value
    button(row.box, "limits").click()
    assert row.drawer.children == ()
    ready.fit.limit("3", hard_lo=-1, soft_lo=-1)


def test_links_take_formulas_and_a_bad_one_is_said_beside_the_row(ready, panel):
    row = panel.rows._rows[4]
    row.link.value = "= 2*q"
    assert row.link.value == ""
    assert row.refused.layout.display is None
    assert "q" in row.refused.value
    row.link.value = "= 0.01*powerlaw.PhoIndex"
    assert ready.fit.parameter("4").link == "0.01*p3"
    row = panel.rows._rows[4]
    assert row.link.value == "= 0.01*p3"
    assert row.value.disabled
    ready.fit.set("3=2")
    assert row.value.value == "0.02"
    row.link.value = ""
    assert ready.fit.parameter("4").link == ""
    assert panel.rows._rows[4].value.disabled is False


def test_tied_groups_are_one_line_and_untied_by_a_button(ready, panel):
    assert set(panel.rows._rows) == {1, 2, 3, 4, 5}
    assert "1 not tied" in texts(panel.rows.box)
    button(panel.rows.box, "untie…").click()
    button(panel.rows.box, "powerlaw.PhoIndex").click()
    assert ready.fit.parameter("2:PhoIndex").link == ""
    assert set(panel.rows._rows) == {1, 2, 3, 4, 5, 7}
    button(panel.rows._rows[7].box, "tie").click()
    assert ready.fit.parameter("2:PhoIndex").link == "p3"
    assert 7 not in panel.rows._rows


def test_groups_are_edited_in_a_table(ready, panel):
    button(panel.rows.box, "Groups as a table").click()
    (table,) = [p for p in panel.rows._parts if hasattr(p, "table")]
    assert set(panel.rows._rows) == {1, 2, 3, 4}
    rows = {row[1]: row[2:] for row in table.table.rows}
    assert rows["powerlaw.PhoIndex"] == ["1", "tied"]
    table.table.selected = next(r[0] for r in table.table.rows if r[1] == "powerlaw.PhoIndex")
    table.group.value = 2
    assert table.chosen.number == 7
    table._untie.click()
    table.value.value = "1.5"
    assert ready.fit.parameter("7").value == 1.5
    table.link.value = "= p99"
    assert "99" in panel.message.value
    table.link.value = "= 2*p3"
    assert ready.fit.parameter("7").link == "2*p3"
    assert table.value.value == "2"
    assert table._tie.disabled
    table._untie.click()
    assert ready.fit.parameter("7").link == ""
    table.freeze.value = True
    assert ready.fit.parameter("7").frozen
    button(panel.rows.box, "Groups as rows").click()
    assert 7 in panel.rows._rows


def test_many_groups_share_a_line():
    from nuwidgets.panels.parameter_groups import GroupLine

    with nw.Session() as session:
        session.fit.model = "tbabs*powerlaw"
        parameters = Expression.parse("tbabs*powerlaw").parameters(20)
        session.fit.parameters = parameters
        panel = nw.FitPanel(session)
        lines = [p for p in panel.rows._parts if isinstance(p, GroupLine)]
        assert len(lines) == 1
        assert "groups 2 to 20" in texts(lines[0].box)
        button(lines[0].box, "untie…").click()
        button(lines[0].box, "powerlaw.norm").click()
        assert sum(not p.link for p in session.fit.parameters) == 3 + 19
        session.fit.untie("PhoIndex")
        assert panel.rows.as_table  # too many rows
        panel.close()


def test_a_named_model_has_a_heading_and_a_response(ready, panel):
    ready.fit.model = "tbabs*powerlaw; 2:bkg powerlaw"
    shown = texts(panel.rows.box)
    assert "bkg" in shown
    assert "seen by no spectrum" in shown
    button(panel.rows.box, "use response").click()
    assert [(r.spectrum, r.source, r.rmf_path) for r in ready.fit.responses] == [
        (1, 2, "same"),
        (2, 2, "same"),
    ]
    assert "seen by spectrum 1 (its own response), 2" in texts(panel.rows.box)
    button(panel.rows.box, "none").click()
    assert ready.fit.responses == ()


def test_a_source_without_a_file_is_said(ready, panel):
    ready.fit.model = "tbabs*powerlaw; 2:bkg powerlaw"
    box = next(b for b in every(panel.rows.box, w.Text) if b.value == "same")
    box.value = " "
    button(panel.rows.box, "use response").click()
    assert "no file is named" in panel.message.value


def test_errors_spell_their_letters_out(ready, panel):
    best = next(p for p in ready.fit.run().parameters if p.number == 3).value
    ready.fit.limit("3", hard_hi=best + 0.001, soft_hi=best + 0.001)
    ready.errors.run()
    until(lambda: "+" in panel.rows._rows[3].note.value)
    (interval,) = (i for i in ready.errors.product.intervals if i.number == 3)
    assert "T" in interval.flags
    note = panel.rows._rows[3].note.value
    assert interval.flags in note
    assert html.escape(interval.problems[0]) in note
    assert "limit" in interval.problems[0]
    assert "⚠" not in panel.rows._rows[4].note.value


def test_the_result_says_statistic_and_goodness(ready, panel):
    ready.fit.statistic, ready.fit.test_statistic = "cstat", "pchi"
    ready.fit.run()
    until(lambda: "best fit" in panel.result.value)
    assert "degrees of freedom" in panel.result.value
    assert "W-stat" in panel.result.value or "cstat" in panel.result.value
    assert html.escape(ready.curve.product.test_name) in panel.result.value
    assert "Pearson" in panel.more.words.value
    assert panel.more.weight.disabled


def test_data_groups_are_typed(ready, panel):
    box = next(b for b in every(panel, w.Text) if b.description == "data groups")
    box.value = "1, 1"
    assert ready.fit.groups == (1, 1)
    assert len(ready.fit.parameters) == 4
    box.value = "1 x"
    assert "one number for each spectrum" in panel.message.value
    assert box.value == "1 1"
    box.value = ""
    assert len(ready.fit.parameters) == 8


def test_the_statistic_is_seen_falling(ready):
    falling = Falling(ready)
    fit = ready.fit
    fit.set_trait("state", State.RUNNING)
    for n, value in enumerate((900.0, 300.0, 210.5)):
        fit.set_trait("progress", Progress(None, "fit", f"step {n}: statistic {value}", 5.0))
        falling.show()
    assert falling.values == [900.0, 300.0, 210.5]
    assert "900 → 210.5" in falling.box.value
    assert "<polyline" in falling.box.value
    fit.set_trait("progress", Progress(None, "fit", "step 0: statistic 50", 9.0))
    falling.show()
    assert falling.values == [50.0]
    falling.box.close()


def test_the_last_step_is_the_best_fit(ready, panel):
    best = ready.fit.run()
    until(lambda: panel.falling.values and panel.falling.values[-1] == best.statistic)
    assert f"{best.statistic:.6g}" in panel.falling.box.value


@pytest.mark.parametrize("ending", ["ecsv", "csv", "tex"])
def test_the_fit_is_written_as_a_table(ready, panel, tmp_path, ending):
    assert panel.export.button.disabled
    ready.fit.run()
    until(lambda: not panel.export.button.disabled)
    path = tmp_path / f"fit.{ending}"
    panel.export.name.value = str(path)
    panel.export.button.click()
    until(lambda: "✓" in panel.export.note.value)
    text = path.read_text()
    assert "PhoIndex" in text
    if ending == "ecsv":
        table = Table.read(path, format="ascii.ecsv")
        assert len(table) == len(ready.fit.parameters)
    panel.export.button.click()  # its own file may be written again
    until(lambda: "✓" in panel.export.note.value)
    assert panel.message.value == ""


def test_a_table_needs_an_ending_and_a_fit(ready, panel, tmp_path):
    panel.export.name.value = str(tmp_path / "fit.docx")
    panel._said.clear()
    panel.guard(panel.export.save)
    assert "ending says" in panel.message.value
    panel.export.name.value = str(tmp_path / "fit.csv")
    panel.guard(panel.export.save)
    assert "nothing was fitted yet" in panel.message.value


def test_words_beside_settings_follow_them(ready, panel):
    assert "chi-squared" in panel.more.words.value
    ready.fit.weight = "gehrels"
    assert "Gehrels" in panel.more.words.value
    ready.fit.statistic = "pgstat"
    assert "Gehrels" not in panel.more.words.value
