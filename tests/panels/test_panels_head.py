"""The head of a panel: undo and redo of its own steps, its code, its note."""

from __future__ import annotations

import time

import pytest

import nuwidgets as nw
from nuwidgets.panels.wording import step_words, undo_words


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def ready(session):
    session.fit.model = "tbabs*powerlaw"
    session.settle()
    session.edits.cut("fit")
    return session


def test_each_panel_takes_back_its_own_changes(ready):
    image, fit = nw.ImagePanel(ready), nw.FitPanel(ready)
    first = next(iter(ready.datasets.values()))
    before = first.regions.source
    first.regions.source = nw.Circle(280.0, 35.0, 20.0)
    ready.fit.statistic = "cstat"
    assert image.head.tools.undo_says == f"source region of {first.name}"
    assert fit.head.tools.undo_says == "statistic"
    image.head.tools.undo()
    assert first.regions.source == before
    assert ready.fit.statistic == "cstat"
    assert image.head.tools.undo_says == ""
    assert image.head.tools.redo_says == f"source region of {first.name}"
    image.head.tools.redo()
    assert first.regions.source.shapes[0].radius_arcsec == 20
    for panel in (image, fit):
        panel.close()


def test_nothing_to_undo_is_said(ready):
    panel = nw.LightCurvePanel(ready)
    panel.head.tools.undo()
    assert panel.head.tools.said == "nothing to undo"
    panel.head.tools.redo()
    assert panel.head.tools.said == "nothing to redo"
    panel.close()


def test_code_is_that_of_what_was_done_here(ready):
    panel = nw.FitPanel(ready)
    panel.head.tools.copy()
    until(lambda: panel.head.tools.code)
    assert "tbabs*powerlaw" in panel.head.tools.code
    assert "errors" not in panel.head.tools.code
    panel.close()


def test_the_spectrum_panel_takes_back_ignored_energies_and_no_parameters(ready):
    panel = nw.SpectrumPanel(ready)
    ready.fit.set(PhoIndex=1.5)
    assert panel.head.tools.undo_says == ""
    ready.fit.ignore = "**-3."
    assert panel.head.tools.undo_says == "ignored energies"
    panel.head.tools.undo()
    assert ready.fit.ignore == ()
    assert ready.fit.parameter("PhoIndex").value == 1.5
    panel.close()


def test_a_note_is_that_of_the_main_step(ready):
    panel = nw.FitPanel(ready)
    assert panel.head.tools.note_about == "the fit"
    panel.head.tools.set_state({"note": "as in the paper"})
    assert dict(ready.fit.notes) == {"": "as in the paper"}
    ready.fit.note("another reason")
    assert panel.head.tools.note == "another reason"
    panel.close()


def test_tools_without_datasets_serve_nothing():
    with nw.Session() as empty:
        panel = nw.ImagePanel(empty)
        empty.fit.model = "powerlaw"
        tools = panel.head.tools
        assert (tools.undo_says, tools.code_about, tools.note_about) == ("", "", "")
        panel.close()


def test_tools_follow_datasets_that_come_and_go(ready):
    panel = nw.ImagePanel(ready)
    first, second = ready.datasets.values()
    first.regions.source = nw.Circle(280.0, 35.0, 20.0)
    ready.remove(first.name)
    assert panel.head.tools.undo_says == ""
    assert panel.head.tools.note_about == f"the regions of {second.name}"
    panel.close()


@pytest.mark.parametrize(("says", "words"), [
    ("", ""),
    ("fit.model", "model"),
    ("fit.model and 2 more", "model and 2 more"),
    ("fit.run()", "what the fit found"),
    ("a.b.regions.background", "background region of a.b"),
    ("a.image.band", "band of the image of a"),
])  # fmt: skip
def test_settings_are_said_in_words(says, words):
    assert undo_words(says) == words


def test_steps_are_said_in_words():
    assert step_words("60001110002A.lightcurve") == "the light curve of 60001110002A"
    assert step_words("flux") == "the flux"
