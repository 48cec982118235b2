"""The panels of contours, goodness and models, without a browser."""

from __future__ import annotations

import time

import numpy as np
import pytest

from nuwidgets.core.job import State
from nuwidgets.errors import InputError
from nuwidgets.panels.contours import ContourPanel
from nuwidgets.panels.contours_axis import short_name
from nuwidgets.panels.goodness import GoodnessPanel, histogram
from nuwidgets.panels.model_choice import ModelChoicePanel
from nuwidgets.reports.table_files import write_table


def wait(until, seconds=10.0):
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def ready(session):
    session.fit.model = "constant*tbabs*powerlaw"
    session.fit.ignore = "**-3. 79.-**"
    session.fit.freeze("nH")
    session.settle()
    return session


@pytest.fixture
def contours(ready):
    panel = ContourPanel(ready)
    yield panel
    panel.close()


def rows(panel):
    return [(r.parameter.value, r.lo.value, r.hi.value, r.n.value) for r in panel.axes]


def test_only_what_is_free_can_be_chosen(ready, contours):
    offered = [text for text, _ in contours.axes[0].parameter.options]
    assert offered == ["none", "3 powerlaw.PhoIndex", "4 powerlaw.norm", "5 2:constant.factor"]
    ready.fit.thaw("nH")
    assert "2 TBabs.nH" in [text for text, _ in contours.axes[0].parameter.options]


def test_choosing_a_parameter_steps_it_around_the_fit(ready, contours):
    assert contours.run.disabled
    ready.fit.run()
    contours.axes[0].parameter.set_state({"index": 1})
    assert ready.contours.axes[0].startswith("PhoIndex ")
    contours.axes[1].parameter.set_state({"index": 3})
    assert ready.contours.axes[1].startswith("2:constant.factor ")
    assert not contours.run.disabled
    contours.axes[0].parameter.set_state({"index": 0})
    assert len(ready.contours.axes) == 1
    assert rows(contours)[0][0] == 5


def test_without_an_error_it_is_stepped_around_its_value(ready, contours):
    contours.axes[0].parameter.set_state({"index": 1})
    index = ready.fit.parameter("PhoIndex").value
    assert ready.contours.axes == (f"PhoIndex {0.5 * index:.12g} {1.5 * index:.12g} 20",)


def test_controls_follow_python_and_set_the_axes(ready, contours):
    ready.contours.axes = ("PhoIndex 1.5 2.5 8", "powerlaw.norm delta 1e-4 3")
    norm = ready.fit.parameter("norm").value
    shown = rows(contours)
    assert shown[0] == (3, 1.5, 2.5, 8)
    assert shown[1] == (4, pytest.approx(norm - 3e-4), pytest.approx(norm + 3e-4), 6)
    contours.axes[0].lo.set_state({"value": 1.0})
    assert ready.contours.axes[0] == "PhoIndex 1 2.5 8"
    contours.axes[0].n.set_state({"value": 4})
    contours.axes[0].log.set_state({"value": True})
    assert ready.contours.axes[0] == "log PhoIndex 1 2.5 4"


def test_a_refused_axis_is_said_and_undone(ready, contours):
    ready.contours.axes = "PhoIndex 1.5 2.5 8"
    contours.axes[0].hi.set_state({"value": 1.0})
    assert "first value must be below" in contours.message.value
    assert contours.axes[0].hi.value == 2.5
    contours.axes[0].hi.set_state({"value": 2.2})
    assert contours.message.value == ""
    contours.axes[1].parameter.set_state({"index": 1})
    assert "along both axes" in contours.message.value
    assert contours.axes[1].parameter.value == 0


def test_what_is_run_is_drawn_and_described(ready, contours):
    ready.fit.run()
    ready.contours.around("PhoIndex", n=12)
    ready.contours.run()
    assert contours.plot.y == []
    assert contours.plot.best == pytest.approx([ready.fit.parameter("PhoIndex").value], rel=1e-5)
    assert "90 %: " in contours.summary.value
    ready.contours.around("PhoIndex", "powerlaw.norm", n=4)
    ready.contours.run()
    assert repr(contours.plot) == "ContourView(5 x 5 points)"
    assert contours.plot.alt.startswith("Contours. best fit: powerlaw.PhoIndex")
    contours._around()
    assert ready.contours.axes[0].split()[-1] == "4"


def test_a_grid_is_drawn_while_it_is_filled(ready, contours):
    drawn = []
    contours.plot.observe(
        lambda change: drawn.append(np.frombuffer(change["new"], "<f4")), "values"
    )
    ready.fit.run()
    ready.contours.around("PhoIndex", "powerlaw.norm", n=60)
    ready.contours.submit()
    wait(lambda: any(np.isnan(values).any() for values in drawn))
    contours._stop()
    wait(lambda: ready.contours.state is not State.RUNNING)
    assert contours.message.value == "" or "Stopped" in contours.message.value


def test_contours_are_saved_as_figure_and_table(ready, contours, tmp_path):
    with pytest.raises(InputError, match="There are no contours yet"):
        contours._figure()
    ready.contours.axes = ("PhoIndex 1.5 2.5 3",)
    ready.contours.run()
    assert contours._figure()().axes
    write_table(contours._table()(), tmp_path / "c.csv")
    lines = (tmp_path / "c.csv").read_text().splitlines()
    assert lines[0].startswith("powerlaw.PhoIndex,rise,statistic,p1,")
    assert len(lines) == 5
    with pytest.raises(InputError, match=r"its ending '\.doc' is no known format"):
        write_table(contours._table()(), tmp_path / "c.doc")


def test_a_name_that_means_several_becomes_a_number(ready):
    ready.fit.model = "powerlaw + powerlaw"
    assert short_name(ready.fit.parameters, 3) == "3"


def test_goodness_draws_a_histogram_beside_the_data(ready):
    panel = GoodnessPanel(ready)
    ready.goodness.n = 20
    ready.goodness.run()
    assert "of 20 simulated data sets" in panel.summary.value
    assert panel.plot._series["observed"].bars.x[0] == ready.goodness.product.observed
    assert panel.plot._series["simulated"].bars.y.sum() == 20
    table = panel._table()()
    assert len(table) == 20
    panel.close()


def test_a_histogram_has_room_for_the_data():
    edges, bars = histogram(np.array([1.0, 2.0, 3.0, np.nan]), 9.0)
    assert bars.sum() == 3
    assert edges[0] < 1
    assert edges[-1] > 9
    assert bars[[0, -1]].tolist() == [0, 0]
    alone, _ = histogram(np.array([2.0]), 2.0)
    assert alone[0] < 2 < alone[-1]


@pytest.fixture
def models(ready):
    panel = ModelChoicePanel(ready)
    ready.fit.run()
    ready.fit.model = "constant*tbabs*cutoffpl"
    ready.fit.freeze("nH")
    ready.fit.run()
    wait(lambda: all(row[3] for row in panel.table.rows) and len(panel.table.rows) == 2)
    yield panel
    panel.close()


def test_all_fits_of_the_session_are_rows(ready, models):
    new, old = models.table.rows
    assert new[1] == "constant*tbabs*cutoffpl"
    assert old[1] == "constant*tbabs*powerlaw"
    assert new[3] == f"{ready.fit.product.statistic:.2f}"
    assert {row[-2] for row in models.table.rows} >= {"0.00"}
    assert list(models.table.marks) == [new[0]]


def test_what_was_fitted_before_the_panel_was_there_is_folded_again(ready, models):
    late = ModelChoicePanel(ready)
    wait(lambda: all(row[3] for row in late.table.rows))
    assert late.table.rows == models.table.rows
    late.close()


def test_two_that_are_ticked_are_compared(models):
    assert "Tick two fits" in models.words.value
    models.table.picked = [row[0] for row in models.table.rows]
    assert "constant*tbabs*cutoffpl" in models.words.value
    assert "AIC" in models.words.value
    models.table.picked = []
    assert "Tick two fits" in models.words.value


def test_fits_to_other_ranges_are_not_compared(ready, models):
    ready.fit.ignore = "**-5. 79.-**"
    ready.fit.run()
    wait(lambda: len(models.table.rows) == 3 and models.table.rows[0][3])
    models.table.picked = [models.table.rows[0][0], models.table.rows[1][0]]
    assert "the ignored ranges, " in models.words.value
    assert models.table.rows[0][-2] == "0.00"
    assert models.table.rows[1][-2] == ""


def test_one_goes_back_to_a_fit(ready, models):
    with pytest.raises(InputError, match="no row is chosen"):
        models._go_back()
    models.table.selected = models.table.rows[1][0]
    assert not models.back.disabled
    models._go_back()
    assert ready.fit.model == "constant*tbabs*powerlaw"


def test_fits_of_other_spectra_are_told_apart(ready, models):
    for dataset in ready.datasets.values():
        dataset.spectrum.grouping = "min 50"
    ready.settle()
    late = ModelChoicePanel(ready)
    assert set(late.table.refused) == {row[0] for row in late.table.rows}
    late.close()
