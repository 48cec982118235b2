"""The spectrum panel: every kind of plot, ranges of one spectrum, files, tables."""

from __future__ import annotations

import time

import numpy as np
import pytest
from astropy.table import Table

import nuwidgets as nw
from nuwidgets.domain.plot import INCIDENT, KINDS, LOWER, UNFOLDED
from nuwidgets.panels.spectrum_plot import joined
from nuwidgets.panels.spectrum_ranges import of_one, one_line
from nuwidgets.science import ranges

MODEL = "constant*tbabs*(powerlaw + gaussian)"


@pytest.fixture
def ready(session):
    session.fit.model = MODEL
    session.fit.set("gaussian.norm=1e-4", "Sigma=0.3", "PhoIndex=1.8", "powerlaw.norm=5e-3")
    session.fit.ignore = "**-3. 79.-**"
    session.settle()
    return session


@pytest.fixture
def panel(ready):
    made = nw.SpectrumPanel(ready)
    yield made
    made.close()


def every(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every(child)


def named(panel, words):
    """The control whose tooltip or description has these words."""
    return next(
        one
        for one in every(panel)
        if words in (getattr(one, "tooltip", None) or "") or words == getattr(one, "description", 0)
    )


def marks(panel, name):
    return panel.plot._series[name].marks[0]


def y_label(panel, at=0):
    return panel.plot._axes.frames[at].y_axes[0].label


def drawn(panel):
    """Names of the series that are shown."""
    return {name for name, one in panel.plot._series.items() if one.visible}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_at_once_with_its_unit(panel, ready, kind):
    ready.curve.plot = kind
    assert panel.message.value == ""
    assert y_label(panel) == ready.curve.choice.y_label()
    name = ready.used[0]
    shown = drawn(panel)
    assert (f"{name} data" in shown) == (kind not in INCIDENT)
    assert (f"{name} model" in shown) == (kind != "background")
    assert ready.curve.state.value == "fresh"
    if kind in UNFOLDED:
        assert panel.plot._axes.frames[0].spec.log_y


@pytest.mark.parametrize("lower", [name for name in LOWER if name])
def test_every_lower_pane_has_its_line(panel, ready, lower):
    ready.curve.lower = lower
    at_one = lower == "ratio"
    assert ("rule 1 in panel 1" in drawn(panel)) == at_one
    assert ("rule 0 in panel 1" in drawn(panel)) != at_one
    assert y_label(panel, 1) == ready.curve.choice.lower_label()
    series = panel.plot._series[f"{ready.used[0]} lower"]
    assert np.isfinite(series.bars.y).any()


def test_without_a_lower_pane_there_is_one_plot(panel, ready):
    ready.curve.lower = ""
    assert len(panel.plot._axes.frames) == 1
    assert panel.plot._axes.frames[0].x_axes[0].label == "Energy [keV]"
    assert f"{ready.used[0]} data" in drawn(panel)
    ready.curve.lower = "delchi"
    assert len(panel.plot._axes.frames) == 2


def test_components_are_dashed_each_in_the_legend_once(panel, ready):
    named(panel, "components").value = True
    ready.settle()
    parts = {name for name in drawn(panel) if " part " in name}
    assert len(parts) == 4
    legend = [entry for entry in panel.plot._head.legend if entry["dashed"]]
    assert [entry["label"] for entry in legend] == ["powerlaw", "gaussian"]
    assert all(marks(panel, name).line_style == "dashed" for name in parts)
    for kind in ("eeufspec", "eemodel"):
        ready.curve.plot = kind
        assert {name for name in drawn(panel) if " part " in name} == parts
    ready.fit.model = "constant*tbabs*(powerlaw + bbody)"
    ready.settle()
    assert any(name.endswith("part bbody") for name in drawn(panel))
    assert not any(name.endswith("part gaussian") for name in panel.plot._series)
    ready.curve.components = False
    ready.settle()
    assert not any(" part " in name for name in panel.plot._series)


def test_what_only_changes_the_drawing_makes_nothing_stale(panel, ready):
    before = ready.curve.product
    for setting, value in (
        ("plot", "counts"),
        ("lower", "residuals"),
        ("x_axis", "angstrom"),
        ("rebin", "3 10"),
        ("area", True),
        ("background", True),
        ("log_x", False),
        ("log_y", True),
    ):
        setattr(ready.curve, setting, value)
        assert ready.curve.state.value == "fresh"
    assert ready.curve.product is before
    assert panel.message.value == ""


def test_axes_follow_what_is_chosen(panel, ready):
    axes = panel.plot._axes
    ready.curve.plot = "data"
    assert not axes.frames[0].spec.log_y
    assert type(axes.frames[0].y_scale).__name__ == "LinearScale"
    assert all(m.scales["y"] is axes.frames[0].y_scale for m in axes.frames[0].figure.marks)
    ready.curve.log_y = True
    assert type(axes.frames[0].y_scale).__name__ == "LogScale"
    ready.curve.log_x = False
    assert type(axes.x_scale).__name__ == "LinearScale"
    assert panel.plot.controls[0].scale is axes.x_scale
    assert named(panel, "y axis").value == "logarithmic"
    ready.curve.log_y = None
    assert named(panel, "y axis").value == "as usual"
    ready.curve.x_axis = "channel"
    assert panel.plot.x_label == "Bin"
    assert axes.x_range[1] > 20


def test_joined_bins_are_typed_in_two_boxes(panel, ready):
    bins = len(panel.plot._series[f"{ready.used[0]} data"].bars.y)
    named(panel, "join to [sigma]").value = 12.0
    named(panel, "bins at most").value = 50
    assert str(ready.curve.rebin) == "12 50"
    joined_bins = len(panel.plot._series[f"{ready.used[0]} data"].bars.y)
    assert 0 < joined_bins < bins
    assert ready.curve.product.n_bins > joined_bins


@pytest.mark.parametrize(
    ("axis", "brushed"), [("keV", (6.0, 8.0)), ("angstrom", (1.5498, 2.0664)), ("channel", None)]
)
def test_brushing_means_energies_on_every_axis(panel, ready, axis, brushed):
    ready.curve.x_axis = axis
    if brushed is None:
        one = ready.curve.product.spectra[0]
        at = [int(np.searchsorted(one.e_lo_kev, energy)) for energy in (6.0, 8.0)]
        brushed = tuple(float(one.bin_number[i]) - 0.5 for i in at)
    panel.plot.set_trait("brush", brushed)
    band = ready.curve.selected_kev
    assert (band.lo_kev, band.hi_kev) == pytest.approx((6.0, 8.0), rel=0.05)
    assert panel.drawing.place(band.lo_kev, band.hi_kev) == pytest.approx(brushed)


def test_brushed_energies_of_one_spectrum(panel, ready):
    panel.ranges.target.value = 2
    panel.plot.set_trait("brush", (6.0, 7.0))
    named(panel, "Ignore brushed").click()
    assert ready.fit.ignore == ("**-3. 79.-**", "2:6.000-7.000")
    ready.settle()
    first, second = ready.curve.product.spectra
    hole = [np.any((one.e_lo_kev < 7) & (one.e_hi_kev > 6)) for one in (first, second)]
    assert hole == [True, False]
    panel.plot.set_trait("brush", (5.0, 20.0))
    named(panel, "Keep only brushed").click()
    ready.settle()
    first, second = ready.curve.product.spectra
    assert second.e_lo_kev[0] < 5.2
    assert second.e_hi_kev[-1] < 22
    assert np.any((second.e_lo_kev < 7) & (second.e_hi_kev > 6))
    assert first.e_hi_kev[-1] > 22
    named(panel, "Notice all").click()
    ready.settle()
    assert ready.curve.product.spectra[1].e_lo_kev[0] < 3
    assert ready.curve.product.spectra[0].e_lo_kev[0] > 2.9


def test_bad_bins_are_ignored_once(panel, ready):
    for _ in range(2):
        named(panel, "Ignore bad").click()
    assert ready.fit.ignore == ("**-3. 79.-**", "bad")
    assert named(panel, "s.fit.ignore = ").value == "**-3. 79.-** bad"


@pytest.mark.parametrize(
    "texts",
    [
        ("2:6.-7.", "3.-4."),
        ("**-3. 79.-**", "2:6.-7.", "bad"),
        ("notice 5.-6.", "1.-2."),
        ("1:3.-4. notice 2:5.-6.", "ignore 7.-8.", "no 3.-3.5"),
        ("notice 2:4.-5. ignore **-3.", "bad"),
        (),
    ],
)
def test_typed_and_brushed_ranges_mean_the_same(texts):
    apart = [one for text in texts for one in ranges.parse(text)]
    assert list(ranges.parse(one_line(texts))) == apart


def test_new_ranges_of_a_spectrum_take_the_place_of_its_old_ones():
    assert of_one(("**-3.", "2:6.-7.", "bad", "1:4.-5."), 2, "2:9.-10.") == (
        "**-3.",
        "1:4.-5.",
        "2:9.-10.",
        "bad",
    )
    assert of_one(("2:6.-7.",), 2, "") == ()


def test_files_of_a_spectrum_are_typed(panel, ready, tmp_path):
    name = ready.used[1]
    box = named(panel, f's.datasets["{name}"].spectrum.rmf_path')
    box.value = str(tmp_path / "other.rmf")
    assert ready.datasets[name].spectrum.rmf_path == str(tmp_path / "other.rmf")
    assert ready.datasets[ready.used[0]].spectrum.rmf_path == ""
    box.value = ""


def test_the_plotted_numbers_are_written(panel, ready, tmp_path):
    ready.curve.plot = "eeufspec"
    _, box = (one for one in every(panel) if getattr(one, "tooltip", "") == "File to write")
    for path in (tmp_path / "plot.ecsv", tmp_path / "plot.csv"):
        box.value = str(path)
        named(panel, "Save table").click()
        until(lambda path=path: path.exists())
        assert len(Table.read(path)) == ready.curve.product.n_bins
    assert Table.read(tmp_path / "plot.ecsv").meta["kind"] == "eeufspec"
    box.value = str(tmp_path / "plot.dat")
    named(panel, "Save table").click()
    until(lambda: "plot.dat" in panel.message.value)


def test_a_table_and_a_figure_of_nothing_are_refused(observation):
    with nw.Session(live=False) as session:
        stem = f"nu{observation.name}A"
        session.add_events(observation / "event_cl" / f"{stem}01_cl.evt")
        panel = nw.SpectrumPanel(session)
        named(panel, "Save table").click()
        assert "There is no spectrum to write yet" in panel.message.value
        named(panel, "Save figure").click()
        assert "There is no spectrum to draw yet" in panel.message.value
        panel.close()


def test_the_words_say_what_is_plotted(panel, ready):
    ready.curve.plot = "eufspec"
    ready.curve.lower = "delchi"
    ready.settle()
    assert "unfolded spectrum E f(E)" in panel.plot.alt
    assert "in units of the error" in panel.plot.alt
    assert f"{ready.used[0]}: " in panel.plot.alt


def test_what_was_chosen_is_saved_with_the_session(panel, ready):
    ready.curve.plot, ready.curve.rebin = "ufspec", "3 20 sqrt"
    with nw.Session() as other:
        assert other.restore(ready.record()) == []
        assert (other.curve.plot, str(other.curve.rebin)) == ("ufspec", "3 20 sqrt")


def test_the_model_is_drawn_with_gaps_where_channels_are_ignored():
    edges, values = joined(np.array([1.0, 4.0]), np.array([2.0, 5.0]), np.array([7.0, 9.0]))
    assert edges.tolist() == [1, 2, 4, 5]
    assert np.isnan(values[1])


def until(true, seconds=20.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
