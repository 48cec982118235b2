"""The line that says who made a product: what HEASoft cannot correct for is said beforehand."""

from __future__ import annotations

import nuwidgets as nw
from nuwidgets.panels.engine_row import EngineRow
from nuwidgets.panels.spectrum import SpectrumPanel

CORNERS = (279.96, 280.04, 280.0), (34.97, 34.97, 35.05)


def test_a_shape_that_heasoft_cannot_correct_for_is_said_as_long_as_it_is_there(heasoft, session):
    assert heasoft.is_dir()
    session.processing.look_again()
    panel = SpectrumPanel(session)
    datasets = tuple(session.datasets.values())
    row = EngineRow(panel, datasets, "spectrum")
    assert row.warning.value == ""
    assert row.warning.layout.display == "none"
    before = datasets[0].regions.source
    datasets[0].regions.source = nw.Polygon(*CORNERS)
    assert row.warning.value.startswith("⚠ nuproducts cannot correct the effective area")
    assert row.warning.layout.display is None
    assert panel.message.value == ""  # nothing went wrong
    datasets[0].regions.source = before
    assert row.warning.value == ""
    assert row.warning.layout.display == "none"
    panel.close()


def test_without_heasoft_there_is_nothing_to_warn_of(session, monkeypatch):
    monkeypatch.delenv("HEADAS", raising=False)
    session.processing.look_again()
    panel = SpectrumPanel(session)
    datasets = tuple(session.datasets.values())
    row = EngineRow(panel, datasets, "spectrum")
    datasets[0].regions.source = nw.Polygon(*CORNERS)
    assert row.warning.value == ""
    assert row.make.layout.display == "none"
    panel.close()
