"""The fit and spectrum panels of many observations: only those that are looked at have controls."""

from __future__ import annotations

import pytest

import nuwidgets as nw
from nuwidgets.campaign import FEW

N = FEW + 1


@pytest.fixture(scope="module")
def many(observation):
    with nw.Session() as s:
        path = next(observation.glob("event_cl/*A01_cl.evt*"))
        for _ in range(N):
            s.add_events(path)
        s.fit.model = "tbabs*powerlaw"
        s.fit.untie("PhoIndex", "norm")
        s.settle()
        yield s
        s.look_at()


@pytest.fixture
def panel(many):
    panel = nw.FitPanel(many)
    many.settle()
    yield panel
    panel.close()


def _table(panel):
    (table,) = [p for p in panel.rows._parts if hasattr(p, "table")]
    return table


def test_many_groups_are_lines_and_parameters_columns(many, panel):
    many.view("fit", table=True)
    panel.rows.show()
    table = _table(panel)
    assert [row[1] for row in table.table.rows] == [f"{n}: {x}" for n, x in enumerate(many.used, 1)]
    assert table.table.columns[1:] == ["TBabs.nH [10^22]", "powerlaw.PhoIndex", "powerlaw.norm"]
    assert {row[2] for row in table.table.rows[1:]} == {"tied"}
    table.table.selected = "3"
    table.group.value = next(v for words, v in table.group.options if "PhoIndex" in words)
    table.value.value = "2.5"
    assert many.fit.parameter("3:PhoIndex").value == 2.5
    assert next(r for r in table.table.rows if r[0] == "3")[3].startswith("2.5")


def test_the_observation_looked_at_has_rows_of_its_own(many, panel):
    many.view("fit", table=True)
    many.look_at(many.used[3])
    assert {p.group for p in panel.rows.shown} == {1, 4}
    assert _table(panel).table.selected == "4"
    assert [p.label for p in panel.rows.shown][3:] == ["4:powerlaw.PhoIndex", "4:powerlaw.norm"]
    many.look_at(*many.used[3:5])
    assert {p.group for p in panel.rows.shown} == {1}


def test_spectra_of_those_that_are_looked_at_are_drawn(many):
    panel = nw.SpectrumPanel(many)
    many.look_at(many.used[2])
    many.settle()
    assert panel.drawing.names == (many.used[2],)
    assert dict(panel.ranges.target.options) == {"all": 0, many.used[2]: 3}
    assert len(panel.curve.spectra) == 1
    assert panel.plot.alt.startswith(f"Spectrum. {many.used[2]}: ")
    many.look_at()
    assert panel.drawing.names == many.used[:1]
    panel.close()
