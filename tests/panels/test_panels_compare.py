"""The comparison panel: both engines' products and their ratio, or why there is nothing."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest
from headas_standin import headas_environ, make_headas
from ipywidgets.widgets.widget import _instances

from nuwidgets.core.job import State
from nuwidgets.engines.compare import solve_compare
from nuwidgets.errors import EngineFailedError
from nuwidgets.panels.compare import ComparePanel
from nuwidgets.session import Session
from nuwidgets.steps.compare import CompareStep

FACTOR = 1.25


def other(product):
    """What another engine could have made: areas and rates larger, counts the same."""
    if hasattr(product, "rate_per_s"):
        return replace(product, rate_per_s=FACTOR * product.rate_per_s)
    response = product.response
    area = replace(response, area_cm2=FACTOR * response.area_cm2)
    return replace(product, response=area)


def add_steps(session, broken=False):
    """Give each dataset the step that compares; HEASoft is played by scaled products."""

    def solve(request, above, token):
        def ask(engine, part):
            if engine == "heasoft" and broken:
                raise EngineFailedError("nuproducts failed. See its log.")
            product = session.base.solve(replace(part, engine=""), above, token)
            return other(product) if engine == "heasoft" else product

        return solve_compare(request, above, token, ask)

    for dataset in session.datasets.values():
        beside = dataset.spectrum, dataset.lightcurve
        dataset.compare = CompareStep(solve, dataset.regions, beside=beside)
    return session


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Surroundings in which HEASoft is installed: the stand-in."""
    for name, value in headas_environ(make_headas(tmp_path)).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def ready(here, session):
    session.processing.look_again()
    session.settle()
    return add_steps(session)


def buttons(panel):
    return panel.compare


def bars(panel, name):
    return panel.plot._series[name].bars


def run_all(session):
    for dataset in session.datasets.values():
        dataset.compare.run()


def test_before_anything_is_compared_it_says_so_and_offers_it(ready):
    panel = ComparePanel(ready)
    assert panel.summary.value.count("Nothing is compared yet.") == 2
    assert not panel.compare.disabled
    assert panel.why.value == ""
    assert panel.plot.alt.endswith("Nothing is compared yet.")
    panel.close()


def test_the_button_compares_all_datasets_and_nothing_twice(ready):
    panel = ComparePanel(ready)
    panel.compare.click()
    steps = [dataset.compare for dataset in ready.datasets.values()]
    for step in steps:
        step.submit().result()
    assert [step.state for step in steps] == [State.FRESH] * 2
    products = [step.product for step in steps]
    assert panel.compare.disabled
    panel._compare()
    assert [step.product for step in steps] == products
    for name in ready.datasets:
        assert f"{name}" in panel.summary.value
    assert "HEASoft&#x27;s is 25 % larger" in panel.summary.value
    panel.close()


def test_each_view_draws_both_engines_and_their_ratio(ready):
    run_all(ready)
    panel = ComparePanel(ready)
    name, dataset = next(iter(ready.datasets.items()))
    compared = dataset.compare.product
    drawn = bars(panel, f"{name} embedded")
    width = compared.counts.hi - compared.counts.lo
    assert np.allclose(drawn.y, compared.counts.embedded / width)
    assert np.allclose(bars(panel, f"{name} HEASoft").y, compared.counts.heasoft / width)
    assert np.allclose(bars(panel, f"{name} ratio").y, 1.0)
    panel.switch.value = "light curve"
    assert panel.plot.x_label == "Time since start [ks]"
    assert np.allclose(bars(panel, f"{name} embedded").y, compared.rates.embedded)
    assert np.allclose(bars(panel, f"{name} ratio").y, FACTOR)
    assert bars(panel, f"{name} embedded").x.min() >= 0
    panel.switch.value = "area"
    rings = bars(panel, f"{name} HEASoft")
    assert 20 < len(rings.y) <= 60
    assert np.all(np.isin(rings.y, compared.area.heasoft))
    assert np.allclose(bars(panel, f"{name} ratio").y, FACTOR, rtol=1e-6)
    panel.close()


def test_what_is_shown_is_remembered_and_old_plots_go(ready):
    run_all(ready)
    panel = ComparePanel(ready)
    alive = len(_instances)
    for what in ("area", "light curve", "spectrum", "area"):
        panel.switch.value = what
    gc.collect()
    assert len(_instances) <= alive + 2
    assert ready.views["compare"] == {"shows": "area"}
    again = ComparePanel(ready)
    assert again.switch.value == "area"
    again.close()
    panel.close()


def test_only_the_named_datasets_are_compared(ready):
    first, second = ready.datasets
    panel = ComparePanel(ready, second)
    panel.compare.click()
    ready.datasets[second].compare.submit().result()
    assert ready.datasets[first].compare.state is State.EMPTY
    assert first not in panel.summary.value
    panel.close()


def test_a_changed_setting_makes_it_out_of_date_and_it_can_be_asked_again(ready):
    run_all(ready)
    panel = ComparePanel(ready)
    assert panel.compare.disabled
    next(iter(ready.datasets.values())).lightcurve.binsize_s = 512.0
    assert not panel.compare.disabled
    assert "out of date" in panel.status.value
    panel.close()


def test_a_failure_is_said(here, session):
    session.processing.look_again()
    add_steps(session, broken=True)
    panel = ComparePanel(session)
    step = next(iter(session.datasets.values())).compare
    with pytest.raises(EngineFailedError, match="nuproducts failed"):
        step.run()
    assert "nuproducts failed. See its log." in panel.message.value
    assert not panel.compare.disabled
    panel.close()


def test_without_heasoft_it_says_why_and_cannot_be_asked(session, monkeypatch):
    monkeypatch.delenv("HEADAS", raising=False)
    session.processing.look_again()
    add_steps(session)
    panel = ComparePanel(session)
    assert panel.compare.disabled
    assert "HEADAS is not set" in panel.why.value
    assert panel.message.value == ""
    panel.close()


def test_without_event_files_there_is_a_sentence():
    with Session() as empty:
        panel = ComparePanel(empty)
        assert "No event files" in panel.children[1].value
        assert repr(panel) == "<ComparePanel: no datasets>"
        panel.close()


def test_close_leaves_no_observer_and_no_widget(ready):
    def watchers():
        steps = [dataset.compare for dataset in ready.datasets.values()]
        return sum(len(h) for s in steps for k in s._trait_notifiers.values() for h in k.values())

    before, alive = watchers(), len(_instances)
    panel = ComparePanel(ready)
    panel.switch.value = "area"
    assert watchers() > before
    panel.close()
    gc.collect()
    assert watchers() == before
    assert not {type(x).__name__ for x in list(_instances.values())[alive:]}


def test_a_hostile_name_is_shown_as_text(ready):
    bad = "<img src=x onerror=alert(1)>"
    name = next(iter(ready.datasets))
    dataset = ready.datasets.pop(name)
    dataset.name = bad
    ready.datasets[bad] = dataset
    ready.use(*ready.datasets)
    panel = ComparePanel(ready)
    assert "&lt;img" in panel.summary.value
    assert "<img" not in panel.summary.value
    panel.close()
