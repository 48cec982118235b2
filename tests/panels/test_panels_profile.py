"""The profile panel: what it draws, says, saves, and does to the source region."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from astropy.table import Table

import nuwidgets as nw
from nuwidgets.domain.profile import best_of
from nuwidgets.errors import InputError


@pytest.fixture
def panel(session):
    session.settle()
    panel = nw.ProfilePanel(session)
    session.settle()
    yield panel
    panel.close()


def bars(panel, name):
    return panel.plot._series[name].bars


def both(session):
    return [dataset.profile.product for dataset in session.datasets.values()]


def test_rings_fit_and_signal_to_noise_are_drawn(session, panel):
    first = next(iter(session.datasets))
    one = session.datasets[first].profile.product
    assert bars(panel, first).y == pytest.approx(one.per_arcsec2)
    assert bars(panel, f"{first} background").y == pytest.approx(one.background_per_arcsec2)
    assert bars(panel, f"{first} fit").y == pytest.approx(
        one.background_per_arcsec2 + one.source_per_arcsec2
    )
    assert bars(panel, f"{first} S/N").y == pytest.approx(one.snr)
    (now,) = bars(panel, f"{first} now").x
    assert now == 150.0


def test_words_have_the_numbers(session, panel):
    one = both(session)[0]
    assert f"best at {one.best_arcsec:.0f} arcsec" in panel.summary.value
    assert f"{one.fit.source_counts:,.0f} ±" in panel.summary.value
    assert "Now 150 arcsec: S/N" in panel.summary.value
    assert f"Together best at {best_of(both(session)):.0f} arcsec." in panel.summary.value
    assert panel.plot.alt.startswith("Radial profile. 9990111000")


def test_the_button_cuts_both_modules_at_one_radius(session, panel):
    best = best_of(both(session))
    panel.use.click()
    session.settle()
    radii = {d.regions.source.shapes[0].radius_arcsec for d in session.datasets.values()}
    assert radii == {best}
    assert f"Now {best:.0f} arcsec" in panel.summary.value
    session.undo()
    radii = {d.regions.source.shapes[0].radius_arcsec for d in session.datasets.values()}
    assert radii == {150.0}


def test_a_moved_region_moves_the_profile(session, panel):
    first = next(iter(session.datasets.values()))
    before = first.profile.product.center
    circle = first.regions.source.shapes[0]
    first.regions.source = dataclasses.replace(circle, dec_deg=circle.dec_deg + 0.005)
    session.settle()
    assert first.profile.product.center[1] == pytest.approx(
        before[1] + 0.005 * 3600 / 2.4581, abs=0.1
    )
    assert "does not describe the profile" in panel.message.value


def test_no_source_is_said_and_the_button_says_why(session, panel):
    for dataset in session.datasets.values():
        dataset.regions.source = nw.Circle(280.3, 35.0, 30)
    session.settle()
    assert panel.use.disabled
    assert panel.use.tooltip == "No source is seen in a profile."
    assert "no source is seen" in panel.summary.value
    with pytest.raises(InputError, match="no source is seen in a profile"):
        panel._use()


def test_a_source_that_is_no_circle_has_no_radius_of_now(session, panel):
    first = next(iter(session.datasets.values()))
    first.regions.source = nw.Box(280.0, 35.0, 100, 100)
    session.settle()
    assert bars(panel, f"{first.name} now").x.size == 0


def test_the_logarithmic_radius_is_remembered(session, panel):
    panel.log_x.set_state({"value": True})
    assert session.views["profile"] == {"log": True}
    assert panel.plot.x_range[0] > 0
    again = nw.ProfilePanel(session)
    assert again.log_x.value is True
    again.close()


def test_the_table_has_both_modules(session, panel, tmp_path):
    table = panel._table()()
    assert set(table["instrument"]) == {"FPMA", "FPMB"}
    assert len(table) == sum(len(one.counts) for one in both(session))
    path = tmp_path / "profile.csv"
    table.write(path, format="ascii.csv")
    assert np.array_equal(Table.read(path)["counts"], table["counts"])


def test_the_figure_is_that_of_both(session, panel):
    figure = panel._figure()()
    upper, lower = figure.axes
    assert [text.get_text() for text in upper.get_legend().get_texts()] == ["FPMA", "FPMB"]
    assert len(lower.get_lines()) == 3


def test_nothing_is_written_before_there_is_a_profile(session):
    session.live.paused = True
    panel = nw.ProfilePanel(session)
    with pytest.raises(InputError, match="There is no profile to write yet"):
        panel._figure()
    panel.close()
