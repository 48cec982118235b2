"""Undo, history and notes across a whole session."""

from __future__ import annotations

import pytest

import nuwidgets as nw
from nuwidgets.core import edits
from nuwidgets.core.job import State
from nuwidgets.errors import InputError

SMALL = nw.Circle(ra_deg=280.0, dec_deg=35.0, radius_arcsec=60)


@pytest.fixture
def fitted(session, monkeypatch):
    """A session with a best fit; nothing joins by time."""
    monkeypatch.setattr(edits, "TOGETHER_S", -1.0)
    session.fit.model, session.fit.ignore = "powerlaw", "**-3. 79.-**"
    session.fit.run()
    session.settle()
    return session


def first(session):
    return next(iter(session.datasets.values()))


def test_opening_is_nothing_to_undo(session):
    with pytest.raises(InputError, match="nothing to undo"):
        session.undo()


def test_a_region_taken_back_makes_the_fit_hold_again(fitted):
    a, before = first(fitted), first(fitted).regions.source
    a.regions.source = SMALL
    assert fitted.fit.state is State.STALE
    assert fitted.undo() == f"{a.name}.regions.source"
    fitted.settle()
    assert (a.regions.source, fitted.fit.state) == (before, State.FRESH)
    fitted.redo()
    assert a.regions.source.shapes == (SMALL,)


def test_a_model_comes_back_with_its_parameters(fitted):
    best = fitted.fit.parameters
    fitted.fit.model = "tbabs*cutoffpl"
    fitted.fit.freeze("nH")
    assert fitted.undo() == "fit.parameters"
    fitted.undo()
    assert (fitted.fit.model, fitted.fit.parameters) == ("powerlaw", best)
    assert fitted.fit.state is State.FRESH
    fitted.redo()
    fitted.redo()
    assert fitted.fit.parameter("nH").frozen


def test_a_fit_is_taken_back_to_where_it_started(fitted):
    fitted.fit.set(PhoIndex=1.0)
    fitted.fit.run()
    best = fitted.fit.parameter("PhoIndex").value
    assert fitted.undo() == "fit.run()"
    assert fitted.fit.parameter("PhoIndex").value == 1.0
    fitted.redo()
    assert fitted.fit.parameter("PhoIndex").value == best
    assert fitted.fit.state is State.FRESH


def test_undo_in_one_panel_leaves_the_others(fitted):
    a = first(fitted)
    a.regions.source = SMALL
    fitted.fit.set(PhoIndex=3.0)
    fitted.undo(f"{a.name}.regions")
    assert (fitted.fit.parameter("PhoIndex").value, a.regions.source.shapes[0] == SMALL) == (
        3.0,
        False,
    )


def test_parameters_of_other_data_groups_cannot_come_back(fitted):
    fitted.fit.set(PhoIndex=3.0)
    fitted.remove(list(fitted.datasets)[1])
    with pytest.raises(InputError, match="nothing to undo"):
        fitted.undo()
    assert len(fitted.fit.parameters) == 2


def test_what_was_done_is_told_and_can_be_gone_back_to(fitted):
    (line,) = [n for n, deed in enumerate(fitted.history) if deed.step == "fit"]
    deed, best = fitted.history[line], fitted.fit.parameters
    assert (deed.engine, deed.used, deed.request.expression) == (
        "embedded",
        fitted.used,
        "powerlaw",
    )
    assert "chi-squared" in deed.says
    fitted.fit.model, fitted.fit.ignore = "tbabs*cutoffpl", ()
    first(fitted).regions.source = SMALL
    fitted.history.restore(line)
    fitted.settle()
    assert (fitted.fit.model, fitted.fit.parameters) == ("powerlaw", best)
    assert fitted.fit.state is State.FRESH
    assert "fit" in list(fitted.history.table()["step"])


def test_going_back_uses_the_datasets_of_then(fitted):
    names = list(fitted.datasets)
    fitted.use(names[1])
    fitted.history.restore(next(n for n, d in enumerate(fitted.history) if d.step == "fit"))
    assert fitted.used == tuple(names)


def test_a_removed_dataset_keeps_its_lines(fitted):
    name = list(fitted.datasets)[1]
    fitted.remove(name)
    line = next(n for n, d in enumerate(fitted.history) if d.step.startswith(name))
    with pytest.raises(InputError, match=f"No dataset '{name}' here"):
        fitted.history.restore(line)


def test_a_step_by_its_path(session):
    a = first(session)
    assert session.step(f"{a.name}.image") is a.image
    assert session.step("fit") is session.fit
    with pytest.raises(InputError, match="No step 'fitt' here"):
        session.step("fitt")


def test_what_is_brushed_is_a_value(fitted):
    curve = first(fitted).lightcurve
    assert curve.selected_time is None
    start = curve.product.pointing.tstart_s
    curve.selected_s = [(start, start + 1000.0)]
    assert curve.state is State.FRESH
    ((begin, end),) = curve.selected_time
    assert (end - begin).to_value("s") == pytest.approx(1000.0, abs=1e-6)
    mjdref = curve.product.pointing.mjdref_days
    assert begin.mjd == pytest.approx(mjdref + start / 86400.0, abs=1e-9)
    fitted.curve.selected_kev = (6.0, 7.0)
    assert fitted.curve.selected_energy.to_value("keV").tolist() == [6.0, 7.0]
    first(fitted).regions.source = SMALL
    assert first(fitted).regions.source_center.ra.deg == pytest.approx(280.0)
