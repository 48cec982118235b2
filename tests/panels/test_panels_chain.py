"""Panels of the chain, of fluxes and of simulated spectra, without a browser."""

from __future__ import annotations

import doctest
import time

import numpy as np
import pytest

from nuwidgets.core.job import State
from nuwidgets.domain.chain import Chain
from nuwidgets.panels import value_words
from nuwidgets.panels.chain import ChainPanel
from nuwidgets.panels.fake import FakePanel
from nuwidgets.panels.fluxes import FluxPanel
from nuwidgets.panels.value_words import with_ends

pytest.importorskip("emcee")


@pytest.fixture
def fitted(session):
    session.fit.model = "constant*tbabs*(powerlaw + gaussian)"
    session.fit.set("7=1e-4")
    session.fit.freeze("5", "6")
    session.fit.ignore = "**-3. 79.-**"
    session.fit.run()
    return session


def until(true, seconds=20.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_chain_is_drawn_while_it_runs(fitted):
    panel = ChainPanel(fitted)
    fitted.chain.n_burn, fitted.chain.n_steps = 10, 10**6
    panel.go.click()
    until(lambda: "powerlaw.PhoIndex" in panel.table.value)
    assert fitted.chain.state is State.RUNNING
    assert "steps of 32 walkers" in panel.trace.alt
    panel.stop.click()
    until(lambda: fitted.chain.state is not State.RUNNING, 2.0)
    panel.close()


def test_a_parameter_and_a_level_are_chosen(fitted):
    panel = ChainPanel(fitted)
    fitted.chain.n_burn, fitted.chain.n_steps = 10, 40
    made = fitted.chain.run()
    until(lambda: panel.shown.options)
    panel.shown.value = 1
    panel.level.value = 68.3
    inside = made.intervals(68.3)[1]
    assert f"68.3 % between {inside.lo:.4g} and {inside.hi:.4g}" in panel.histogram.alt
    assert panel.histogram.x_label == "powerlaw.PhoIndex"
    again = ChainPanel(fitted)
    assert again.level.value == 68.3
    panel.close()
    again.close()


def test_a_corner_plot_is_written(fitted, tmp_path):
    pytest.importorskip("corner")
    panel = ChainPanel(fitted)
    box, button, _ = panel.children[-3].children  # before the progress and the message
    box.value = str(tmp_path / "corner.pdf")
    button.click()
    until(lambda: "There is no chain to draw yet" in panel.message.value)
    fitted.chain.n_burn, fitted.chain.n_steps = 10, 60
    fitted.chain.run()
    button.click()
    until((tmp_path / "corner.pdf").exists)
    assert (tmp_path / "corner.pdf").read_bytes().startswith(b"%PDF")
    panel.close()


def test_names_of_parameters_are_shown_as_text(session):
    made = Chain(
        (1,), ("<b>x</b>",), ("<i>",), np.random.default_rng(1).normal(size=(64, 1)),
        np.zeros(64), 8, 0.4, np.array([np.nan]),
    )  # fmt: skip
    panel = ChainPanel(session)
    session.chain.set_trait("product", made)
    assert "&lt;b&gt;x&lt;/b&gt;" in panel.table.value
    assert "<b>x" not in panel.table.value
    panel.close()


def test_without_a_model_nothing_can_be_run(session):
    panels = ChainPanel(session), FluxPanel(session), FakePanel(session)
    buttons = panels[0].go, *panels[1].acts.values(), panels[2].make, panels[2].keep
    assert all(button.disabled for button in buttons)
    session.fit.model = "powerlaw"
    assert not any(button.disabled for button in buttons[:-1])
    for panel in panels:
        panel.close()


def test_fluxes_are_said_with_their_errors(fitted):
    panel = FluxPanel(fitted)
    fitted.luminosity.redshift, fitted.luminosity.unabsorbed = 0.01, True
    fitted.flux.draws = 50
    for button in panel.acts.values():
        button.click()
    until(lambda: all(one.value for one in panel.results.values()))
    until(lambda: "(+" in panel.results["flux"].value)
    assert "erg cm⁻² s⁻¹, " in panel.results["flux"].value
    assert "erg s⁻¹ at " in panel.results["luminosity"].value
    assert "(without TBabs)" in panel.results["luminosity"].value
    assert "gaussian_4: " in panel.results["eqwidth"].value
    fitted.fit.set(PhoIndex=2.4)
    until(lambda: "(out of date)" in panel.results["luminosity"].value)
    panel.close()


def test_what_cannot_be_had_is_said(fitted):
    panel = FluxPanel(fitted)
    fitted.flux.component = "lorentz"
    panel.acts["flux"].click()
    until(lambda: "is &#x27;lorentz&#x27;" in panel.message.value)
    panel.close()


def test_simulated_spectra_are_saved_and_added(fitted, tmp_path):
    panel = FakePanel(fitted)
    panel.make.click()
    until(lambda: "_fake: " in panel.result.value)
    assert "background" in panel.result.value
    panel.folder.value = str(tmp_path / "faked")
    panel.keep.click()
    until(lambda: "Written: " in panel.note.value)
    assert len(list((tmp_path / "faked").glob("*_fake.pha"))) == 2
    panel.keep.click()
    until(lambda: "exists already" in panel.message.value)
    panel.folder.value = str(tmp_path / "more")
    before = len(fitted.names)
    panel.take.click()
    until(lambda: len(fitted.names) == before + 2)
    panel.close()


@pytest.mark.parametrize(
    ("value", "ends", "words"),
    [
        (float("nan"), None, "- keV"),
        (0.0, None, "0 keV"),
        (
            123456.0,
            (113456.0, 133456.0),
            "1.23 (+0.10 \N{MINUS SIGN}0.10) \N{MULTIPLICATION SIGN} 10⁵ keV",
        ),
        (2.0, (2.0, 2.0), "2 keV"),
        (0.15, (0.1, 0.25), "0.15 (+0.10 \N{MINUS SIGN}0.05) keV"),
        (-0.02, (-0.03, -0.01), "-0.020 (+0.010 \N{MINUS SIGN}0.010) keV"),
    ],
)
def test_numbers_have_the_digits_that_errors_leave(value, ends, words):
    assert with_ends(value, ends, "keV") == words


def test_the_examples_hold():
    assert doctest.testmod(value_words).failed == 0
