"""What panels of a fit say: why a button does not work, what changed, whose number it is."""

from __future__ import annotations

import time
from math import isnan

import pytest

import nuwidgets as nw
from nuwidgets.core.job import State
from nuwidgets.panels.chain import ChainPanel
from nuwidgets.panels.contours import ContourPanel
from nuwidgets.panels.engine_fit import FitEnginePanel
from nuwidgets.panels.fake import FakePanel
from nuwidgets.panels.fluxes import FluxPanel
from nuwidgets.panels.goodness import GoodnessPanel
from nuwidgets.panels.model_choice import ModelChoicePanel
from nuwidgets.panels.parameter_notes import error_html, error_words

FITTED = (
    nw.FitPanel, ContourPanel, ChainPanel, FluxPanel, GoodnessPanel, FakePanel, FitEnginePanel,
    ModelChoicePanel,
)  # fmt: skip


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def opened():
    panels = []

    def make(kind, session):
        panels.append(kind(session))
        return panels[-1]

    yield make
    for panel in panels:
        panel.close()


def test_each_panel_of_a_fit_gives_its_code_and_undoes(session, opened):
    session.fit.model = "constant*tbabs*powerlaw"
    for kind in FITTED:
        panel = opened(kind, session)
        assert panel.head.tools.code_about, kind
        assert "model" in panel.head.tools.undo_says or kind not in (nw.FitPanel, ModelChoicePanel)


def test_a_button_that_does_not_work_says_why(session, opened):
    fit, fake = opened(nw.FitPanel, session), opened(FakePanel, session)
    goodness, contours = opened(GoodnessPanel, session), opened(ContourPanel, session)
    for button in (*fit.acts, fake.make, goodness.run, contours.run, contours.around):
        assert button.disabled
        assert button.tooltip.startswith("Needs a model")
    for button in (fake.keep, fake.take, goodness.save, *contours.saves):
        assert button.disabled
        assert button.tooltip.startswith("Nothing to save yet")
    session.fit.model = "constant*tbabs*powerlaw"
    assert not any(button.disabled for button in (*fit.acts, fake.make, goodness.run))
    assert [button.tooltip for button in fit.acts] == [
        "s.fit.run()", "s.errors.run()", "s.fit.reset()",
    ]  # fmt: skip
    assert contours.run.tooltip == "Choose a parameter first."


def test_what_is_out_of_date_no_longer_warns_and_is_said_in_words(session, opened):
    session.fit.model = "constant*tbabs*(powerlaw+gaussian)"
    session.fit.ignore = "**-3. 79.-**"
    session.fit.run()
    assert session.fit.product.provenance.warnings  # no line is there: its width means nothing
    panel = opened(nw.FitPanel, session)
    said = session.fit.product.provenance.warnings[0]
    assert said.split(":")[0] in panel.message.value
    session.fit.model = "constant*tbabs*powerlaw"
    session.settle()
    assert session.fit.state is State.STALE
    assert "gaussian" not in panel.message.value
    assert said.split(":")[0] not in panel.message.value
    assert "out of date: model and parameters changed" in panel.status.value


def test_a_parameter_without_an_error_says_so(session):
    session.fit.model = "constant*tbabs*(powerlaw+gaussian)"
    session.fit.ignore = "**-3. 79.-**"
    best = session.fit.run()
    sigma = dict(zip((p.number for p in best.parameters), best.sigma, strict=True))
    words = {p.number: error_words(session, p)[0] for p in session.fit.parameters if p.free}
    lost = [number for number, error in sigma.items() if number in words and isnan(error)]
    assert lost
    assert {words[number] for number in lost} == {"no error"}
    assert not any("nan" in text for text in words.values())
    shown = error_html(session, session.fit.parameters[lost[0] - 1])
    assert "ended at a limit" in shown


def test_fluxes_of_several_spectra_are_named(session, opened):
    session.fit.model = "constant*tbabs*powerlaw"
    session.fit.set("2:factor=1.2")
    panel = opened(FluxPanel, session)
    session.flux.run()
    first, second = session.used
    until(lambda: f"{first}: " in panel.results["flux"].value)
    assert f"{second}: " in panel.results["flux"].value
    session.fit.set("2:factor=1")
    session.flux.run()
    until(lambda: first not in panel.results["flux"].value)


def test_names_and_words_of_state_files_outlive_new_datasets(
    session, opened, tmp_path, spectrum_path
):
    session.fit.model = "constant*tbabs*powerlaw"
    path = tmp_path / "odd.xcm"
    path.write_text(f"data 1:1 {spectrum_path}\nexec rm x\nmodel powerlaw\n1.5\n0.01\n")
    panel = opened(FitEnginePanel, session)
    files = panel.files
    files.file.value = str(path)
    files.buttons[0].click()
    until(lambda: "Read from odd.xcm" in files.note.value)
    assert panel.files is files
    assert files.widget in panel.children
    assert files.file.value == str(path)
    assert "exec rm x" in files.note.value


@pytest.fixture
def spectrum_path(tmp_path, monkeypatch):
    from pathlib import Path

    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "engines"))
    from xspec_toys import write_toy

    return write_toy(tmp_path / "spectra")
